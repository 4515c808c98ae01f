//! The names that generated code uses, version 1.

pub use crate::call::paging::pages::{PageItems, Pages};
pub use crate::call::reconnect::{ContinuedEvents, Reconnect};
pub use crate::call::request::Request;
pub use crate::call::sending::Sending;
pub use crate::client::build_error::BuildError;
pub use crate::client::builder::CoreBuilder;
pub use crate::client::core::Core;
pub use crate::client::typed::{TypedBuilder, TypedCore};
pub use crate::contract::api::{Api, Location, Need, Needs, OPEN, Operation, Scheme, SchemeKind, TokenKind};
pub use crate::contract::documented::{
    ANY, BYTES, Content, Documented, EMPTY, EVENT_MIXED_OBJECTS, EVENT_OBJECTS, EVENT_TEXT_OBJECTS, EVENT_TEXTS,
    EVENTS, EventData, ITEM_TEXTS, ITEMS, JSON, STREAM, Status, TEXT, documented, fails, ok,
};
pub use crate::contract::grants::{
    Access, And, Bits, Bool, Either, Filled, GeneratedScope, GrantList, GrantOf, Granted, Id, Missing, No, Or, Scope,
    SelfServiceId, Slot, SlotAt, SlotGrant, SortedGrant, True, Unchecked, Yes,
};
pub use crate::contract::macros::{debug_json, equal_json};
pub use crate::contract::not_sent::NotSent;
pub use crate::contract::paging::{Cursor, NextPage, PageSize, PagesEnd, Paging};
pub use crate::credential::environment::{Environment, EnvironmentAuthorizer};
pub use crate::credential::iam::SigningCredentials;
pub use crate::credential::kinds::{
    AnyCredential, ApiKey, Basic, Bearer, ValuesCredential, ValuesOf, values_credential,
};
pub use crate::credential::offered::TokenCredential;
pub use crate::credential::pool::Pool;
pub use crate::json::{
    Base64, Constant, DateTime, Elements, Foreign, Json, Kind, MimeBase64, Mismatch, Object, Optional, Param, Read,
    Shape, Tree, Uuid, Value, Writer, any, candidates, integer, read_variant, scalar_tag, string, tag, variant,
    variant_or,
};
pub use crate::request::body::RequestBody;
pub use crate::request::hooks::Hook;
pub use crate::request::media_body::MediaBody;
pub use crate::request::multipart::{FORM_DATA, FilePart, Multipart, MultipartFormat};
pub use crate::request::params::{FORM, SIMPLE, Style, StyleKind};
pub use crate::request::retry::Retry;
pub use crate::response::error::Error;
pub use crate::response::events::{EventResponse, EventStream};
pub use crate::response::headers::{HeaderForm, Headers, Scalars, header, header_as};
pub use crate::response::items::ItemStream;
pub use crate::response::operation_types::{
    HasIdempotencyKey, NoBodySetter, OperationTypes, Paginated, UndescribedRequest,
};
pub use crate::response::streaming::Streaming;
pub use crate::response::typed::{RawResponse, ReadResponse, Response, Undocumented, WithHeaders, undocumented};
pub use crate::secret::Secret;
pub use crate::token::audience::Audiences;
pub use crate::token_credential::typed::{AccessToken, IdToken, Machine, UserSession};
pub use crate::{
    __blocking as blocking, __calls as calls, __constructors as constructors, __debug as debug, __default as default,
    __empty as empty, __equal as equal, __filled_slot as filled_slot, __from_str as from_str,
    __redacted_debug as redacted_debug, __serde_impls as serde_impls,
};
pub use bytes::Bytes;
pub use serde::Serialize;
pub use serde_json::Value as Any;
pub use time::{Date, OffsetDateTime};
pub use {bytes, http, reqwest, serde_json, time, uuid};

#[cfg(feature = "sigv4")]
pub use crate::credential::iam::Iam;

#[cfg(not(feature = "blocking"))]
pub use crate::features_off::FeatureBlocking;
#[cfg(feature = "serde")]
pub use {
    crate::json::{deserialize, serialize},
    serde,
};
