//! The codes of what the types of a document give cause to say.

use crate::diagnostics::Code;

/// Something stands where a schema must stand.
pub const NO_SCHEMA: Code = Code("COGEN-T001");
/// A `type` that JSON Schema does not know.
pub const UNKNOWN_TYPE: Code = Code("COGEN-T002");
/// Schemas joined by `allOf` that no value can fit at once.
pub const CONFLICT: Code = Code("COGEN-T003");
/// A schema that consists of itself.
pub const SELF_REFERENCE: Code = Code("COGEN-T004");
/// The schemas would cost more than the budget.
pub const BUDGET: Code = Code("COGEN-T005");
/// Several types at once, read as any JSON.
pub const MIXED: Code = Code("COGEN-T006");
/// A `required` that names no property.
pub const REQUIRED_ABSENT: Code = Code("COGEN-T007");
/// A default that is no value of the type.
pub const BAD_DEFAULT: Code = Code("COGEN-T008");
/// An enumeration that gives no enum.
pub const ENUM_AS_TYPE: Code = Code("COGEN-T009");
/// Variants of a union that no shape tells apart.
pub const SAME_SHAPE: Code = Code("COGEN-T010");
/// A discriminator that does not tell the variants.
pub const DISCRIMINATOR: Code = Code("COGEN-T011");
/// A composition that is too tangled for a type of its own.
pub const TANGLED: Code = Code("COGEN-T012");
/// Keys beside a `$ref` or in a schema that are not looked at.
pub const IGNORED: Code = Code("COGEN-T013");
/// A schema with errors that no operation uses.
pub const UNUSED_FAULTY: Code = Code("COGEN-T014");
/// A multipart body that is no object.
pub const PARTS: Code = Code("COGEN-T015");
/// Two texts that give one identifier.
pub const NAME_CLASH: Code = Code("COGEN-N001");
/// A rename or replacement of a type that is not there.
pub const UNKNOWN_IN_CONFIG: Code = Code("COGEN-N002");
