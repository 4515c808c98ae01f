//! What the types of an operation say of it at compile time.

use crate::answer::Answer;

/// The types of an operation, by a marker that is generated for it.
pub trait OperationTypes {
    /// What a response carries.
    type Answer: Answer;
    /// What the document says of its errors.
    type Error: Answer;
}

/// An operation whose request body the document does not describe, and which may have one.
#[diagnostic::on_unimplemented(
    message = "the document describes the request of `{Self}`: `.json` and `.body` would send another one",
    label = "what this operation sends is an argument of its method, or nothing",
    note = "`.json` and `.body` are for POST, PUT, PATCH, DELETE and ANY operations without a documented request body"
)]
pub trait UndescribedRequest {}
