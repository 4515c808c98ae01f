//! What a call returns: typed responses, streams, errors of API Gateway and of calls.

pub(crate) mod error;
pub(crate) mod event_parser;
pub(crate) mod events;
pub(crate) mod gateway;
pub(crate) mod headers;
pub(crate) mod items;
pub(crate) mod line_parser;
pub(crate) mod operation_types;
pub(crate) mod stream_error;
pub(crate) mod streaming;
pub(crate) mod typed;
