//! The `tracing` output of a call: a span `cogen.call`, and an event for each retry. The fields are an allow-list without headers,
//! queries, bodies and values of parameters.

#[cfg(feature = "tracing")]
pub(crate) use crate::call::trace::on::Trace;

#[cfg(not(feature = "tracing"))]
pub(crate) use crate::call::trace::off::Trace;

#[cfg(feature = "tracing")]
mod on {
    use crate::call::seen::OutcomeView;
    use crate::contract::api::Operation;
    use crate::response::error::Failure;
    use crate::response::gateway;
    use crate::response::typed::RawResponse;
    use http::Method;
    use std::time::{Duration, Instant};
    use tracing::field::Empty;
    use tracing::instrument::{Instrument, Instrumented};
    use tracing::{Span, debug, field, info_span};

    /// The span of one call.
    pub(crate) struct Trace {
        span: Span,
        begin: Instant,
    }

    impl Trace {
        pub(crate) fn begin(operation: &'static Operation, method: &Method) -> Self {
            let span = info_span!(
                target: TARGET,
                "cogen.call",
                operation = operation.name,
                method = method.as_str(),
                path = operation.path,
                attempts = Empty,
                status = Empty,
                request_id = Empty,
                duration_ms = Empty,
                error = Empty,
            );
            Self { span, begin: Instant::now() }
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> Instrumented<F> {
            future.instrument(self.span.clone())
        }

        /// Records that an attempt failed and another one follows after a pause.
        pub(crate) fn again(&self, attempt: u32, seen: &OutcomeView<'_>, pause: Duration) {
            debug!(
                target: TARGET,
                parent: &self.span,
                attempt,
                status = seen.head.map(|head| head.status.as_u16()),
                error = seen.error.map(field::debug),
                pause_ms = millis(pause),
                "the call is retried",
            );
        }

        /// Records the number of attempts.
        pub(crate) fn attempts(&self, attempts: u32) {
            self.span.record("attempts", attempts);
        }

        pub(crate) fn end(&self, outcome: &Result<RawResponse, Failure>) {
            if self.span.is_disabled() {
                return;
            }
            let seen = OutcomeView::of(outcome);
            self.span.record("duration_ms", millis(self.begin.elapsed()));
            if let Some(head) = seen.head {
                self.span.record("status", head.status.as_u16());
                if let Some(id) = gateway::request_id(&head.headers) {
                    // The id comes from the server, so it is cut and control characters are escaped.
                    let id: String = id.chars().take(MAX_REQUEST_ID_CHARS).collect();
                    self.span.record("request_id", field::display(id.escape_debug()));
                }
            }
            if let Some(error) = seen.error {
                self.span.record("error", field::debug(error));
            }
        }
    }

    /// The target of the span and the event. It does not depend on the module that writes them.
    const TARGET: &str = "cogen_runtime::call";

    const MAX_REQUEST_ID_CHARS: usize = 128;

    fn millis(duration: Duration) -> u64 {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(not(feature = "tracing"))]
mod off {
    use crate::call::seen::OutcomeView;
    use crate::contract::api::Operation;
    use crate::response::error::Failure;
    use crate::response::typed::RawResponse;
    use http::Method;
    use std::time::Duration;

    /// Empty, since the feature `tracing` is off.
    pub(crate) struct Trace;

    impl Trace {
        pub(crate) fn begin(_: &'static Operation, _: &Method) -> Self {
            Self
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn again(&self, _: u32, _: &OutcomeView<'_>, _: Duration) {}

        pub(crate) fn attempts(&self, _: u32) {}

        pub(crate) fn end(&self, _: &Result<RawResponse, Failure>) {}
    }
}
