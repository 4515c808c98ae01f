//! What a call returns: typed responses, streams, errors of API Gateway and of calls.

pub(crate) mod error;
pub(crate) mod gateway;
pub(crate) mod operation_types;
pub(crate) mod streaming;
pub(crate) mod typed;
