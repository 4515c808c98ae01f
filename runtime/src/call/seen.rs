//! The outcome of an attempt as hooks, traces and the retry loop use it.

use crate::request::retry::Repeatable;
use crate::response::error::{ErrorKind, Failure};
use crate::response::gateway;
use crate::response::gateway::GatewayError;
use crate::response::typed::{Head, RawResponse};

/// A view of an outcome.
pub(crate) struct OutcomeView<'o> {
    pub(crate) head: Option<&'o Head>,
    pub(crate) error: Option<ErrorKind>,
    pub(crate) gateway: Option<GatewayError>,
    pub(crate) again: Repeatable,
    pub(crate) success: bool,
}

impl<'o> OutcomeView<'o> {
    pub(crate) fn of(outcome: &'o Result<RawResponse, Failure>) -> Self {
        match outcome {
            Ok(raw) => {
                let head = &*raw.head;
                let gateway = gateway::classify(head.status, &head.headers, raw.body());
                Self {
                    head: Some(head),
                    error: (!raw.success).then_some(ErrorKind::Documented),
                    gateway,
                    again: Repeatable::after(head.status.as_u16(), gateway),
                    success: raw.success,
                }
            }
            Err(failure) => {
                let (head, gateway) = (failure.head(), failure.gateway());
                let again = match failure.kind() {
                    ErrorKind::Connect => Repeatable::Always,
                    ErrorKind::Transport | ErrorKind::Timeout => Repeatable::IfIdempotent,
                    ErrorKind::Gateway | ErrorKind::Undocumented => {
                        head.map_or(Repeatable::Never, |head| Repeatable::after(head.status.as_u16(), gateway))
                    }
                    _ => Repeatable::Never,
                };
                Self { head, error: Some(failure.kind()), gateway, again, success: false }
            }
        }
    }
}
