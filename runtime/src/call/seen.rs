//! What there is to see of an attempt's outcome, by hooks, traces and the loop that tries again.

use crate::request::retry::Again;
use crate::response::error::{ErrorKind, Failure};
use crate::response::gateway;
use crate::response::gateway::GatewayError;
use crate::response::typed::{Head, Raw};

/// An outcome, looked at.
pub(crate) struct Seen<'o> {
    pub(crate) head: Option<&'o Head>,
    pub(crate) error: Option<ErrorKind>,
    pub(crate) gateway: Option<GatewayError>,
    pub(crate) again: Again,
    pub(crate) success: bool,
}

impl<'o> Seen<'o> {
    pub(crate) fn of(outcome: &'o Result<Raw, Failure>) -> Self {
        match outcome {
            Ok(raw) => {
                let head = &*raw.head;
                let gateway = gateway::classify(head.status, &head.headers, raw.body());
                Self {
                    head: Some(head),
                    error: (!raw.success).then_some(ErrorKind::Documented),
                    gateway,
                    again: Again::after(head.status.as_u16(), gateway),
                    success: raw.success,
                }
            }
            Err(failure) => {
                let (head, gateway) = (failure.head(), failure.gateway());
                let again = match failure.kind() {
                    ErrorKind::Connect => Again::Always,
                    ErrorKind::Transport | ErrorKind::Timeout => Again::IfIdempotent,
                    ErrorKind::Gateway | ErrorKind::Undocumented => {
                        head.map_or(Again::Never, |head| Again::after(head.status.as_u16(), gateway))
                    }
                    _ => Again::Never,
                };
                Self { head, error: Some(failure.kind()), gateway, again, success: false }
            }
        }
    }
}
