//! The types of an operation.

use crate::contract::paging::Paging;
use crate::json::Json;
use crate::response::typed::ReadResponse;

/// The types of an operation. Generated code implements it for a marker of each operation.
pub trait OperationTypes {
    /// The value of a successful response.
    type Success: ReadResponse;
    /// The documented errors.
    type Error: ReadResponse;
}

/// An operation whose calls have an idempotency key that the document does not declare as a parameter.
#[diagnostic::on_unimplemented(
    message = "the calls of `{Self}` have no idempotency key, or it is a parameter of the operation",
    note = "add the operation to `[idempotency]` in cogen.toml"
)]
pub trait HasIdempotencyKey {}

/// An operation whose responses are pages.
#[diagnostic::on_unimplemented(
    message = "the configuration does not say how the pages of `{Self}` follow one another, so its call has neither `.pages` nor `.items`",
    note = "add a table `[paginate.OPERATION]` to cogen.toml; `cogen inspect` proposes the lines"
)]
pub trait Paginated: OperationTypes {
    /// An item of a page.
    type Item: Json;
    /// How to find the items and the next page.
    const PAGING: &'static Paging;
}

/// An operation whose call has no setter for a documented body.
pub trait NoBodySetter {}

/// An operation that can have a request body, and whose request body the document does not describe.
#[diagnostic::on_unimplemented(
    message = "the document describes the request of `{Self}`, so its call has neither `.json` nor `.body`",
    label = "the body of this operation is an argument of its method, or it has none",
    note = "`.json` and `.body` are for POST, PUT, PATCH, DELETE and ANY operations of gateway documents without a documented body"
)]
pub trait UndescribedRequest {}
