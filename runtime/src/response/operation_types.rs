//! What the types of an operation say of it at compile time.

use crate::response::typed::ReadResponse;

/// The types of an operation, by a marker that is generated for it.
pub trait OperationTypes {
    /// What a response carries.
    type Success: ReadResponse;
    /// What the document says of its errors.
    type Error: ReadResponse;
}

/// An operation whose call has no setter for a body that the document describes.
pub trait NoBodySetter {}

/// An operation whose request body the document does not describe, and which may have one.
#[diagnostic::on_unimplemented(
    message = "the document describes the request of `{Self}`, so its call has neither `.json` nor `.body`",
    label = "the body of this operation is an argument of its method, or it has none",
    note = "`.json` and `.body` are for POST, PUT, PATCH, DELETE and ANY operations of gateway documents without a documented body"
)]
pub trait UndescribedRequest {}
