//! The types of an API.

use super::ident::Ident;

/// An index into [`super::Api::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u32);

/// A type as it is used at a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `i32`
    I32,
    /// `i64`; also an integer without format
    I64,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`; also a number without format
    F64,
    /// `String`
    String,
    /// A string that stays out of `Debug`: format `password`
    Secret,
    /// A full-date of RFC 3339
    Date,
    /// A date-time of RFC 3339
    DateTime,
    /// A UUID
    Uuid,
    /// Bytes, base64 on the wire: format `byte`
    Base64,
    /// Any JSON at all
    Json,
    /// A type of this API
    Named(TypeId),
    /// An array
    Array(Box<Type>),
    /// An object with any keys and values of one type
    Map(Box<Type>),
    /// The type or `null`: an element of an array or map, or a whole body
    Nullable(Box<Type>),
    /// A type of the user's own (`[types.replace]`): a path such as `::my_crate::Money`, segments only
    Replaced(Vec<Ident>),
}

/// A definition: a struct, an enum or an alias.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Its name, in `UpperCamelCase`; unique among the types.
    pub name: Ident,
    /// Its place in the document, for its docs: "`#/components/schemas/Pet`", "the body of `POST /pets`".
    pub origin: String,
    /// The document's words on it.
    pub doc: Option<String>,
    /// Whether the document says it should not be used any more.
    pub deprecated: bool,
    /// Whether a request can hold it: then it has `new` and setters.
    pub in_requests: bool,
    /// Whether an answer can hold it.
    pub in_answers: bool,
    /// What it is.
    pub kind: TypeKind,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// An object with known properties.
    Struct {
        /// Its properties, in document order.
        fields: Vec<Field>,
        /// The other properties, kept under this name and of this type, where the document speaks of them.
        additional: Option<(Ident, Type)>,
    },
    /// A string out of a list, or another one that this version of the document does not know.
    StringEnum(Vec<EnumVariant<String>>),
    /// An integer out of a list, or another one.
    IntegerEnum(Vec<EnumVariant<i64>>),
    /// One of several types (`oneOf`, `anyOf`), or JSON that fits none of them.
    Union {
        /// The property whose value tells the variant; `None` where the shape tells it.
        discriminator: Option<String>,
        /// The variants in the order in which they are tried.
        variants: Vec<UnionVariant>,
        /// The name of the variant that keeps what fits none.
        other: Ident,
    },
    /// Another name for a type.
    Alias(Type),
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in Rust, in `snake_case`; unique within the struct, and not `new`.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// Its type, without what `required` and `nullable` add.
    pub ty: Type,
    /// Whether it is always there.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// Whether it has to be boxed, since the type would otherwise contain itself.
    pub boxed: bool,
    /// What the service takes where it is absent; scalars only.
    pub default: Option<Literal>,
    /// The document's words on it.
    pub doc: Option<String>,
    /// Whether the document says it should not be used any more.
    pub deprecated: bool,
    /// `readOnly`: only answers hold it, so a request need not.
    pub read_only: bool,
    /// `writeOnly`: only requests hold it, so an answer need not.
    pub write_only: bool,
}

/// How a field's type is spelled, from `required`, `nullable`, `read_only` and `write_only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `T`
    Always,
    /// `Option<T>`: absent or there
    Optional,
    /// `Option<T>`: always there, perhaps `null`
    Nullable,
    /// `rt::Optional<T>`: absent, `null` or a value
    OptionalNullable,
}

impl Field {
    /// How its type is spelled. A `readOnly` or `writeOnly` property is optional, since one direction lacks it.
    pub fn presence(&self) -> Presence {
        match (self.required && !self.read_only && !self.write_only, self.nullable) {
            (true, false) => Presence::Always,
            (true, true) => Presence::Nullable,
            (false, false) => Presence::Optional,
            (false, true) => Presence::OptionalNullable,
        }
    }
}

/// The arguments of a struct's `new`: what is always there, in the order of the names on the wire, so that another order of
/// the document gives the same one.
pub fn constructor_arguments(fields: &[Field]) -> Vec<&Field> {
    let always = |field: &&Field| matches!(field.presence(), Presence::Always | Presence::Nullable);
    let mut arguments: Vec<&Field> = fields.iter().filter(always).collect();
    arguments.sort_by(|a, b| a.wire.cmp(&b.wire));
    arguments
}

/// A value of an enumeration.
#[derive(Clone, Debug)]
pub struct EnumVariant<T> {
    /// Its name in Rust, in `UpperCamelCase`; unique within the enum, and not `Unknown`.
    pub name: Ident,
    /// Its value on the wire.
    pub value: T,
}

/// One of several types.
#[derive(Clone, Debug)]
pub struct UnionVariant {
    /// Its name in Rust, in `UpperCamelCase`; unique within the enum.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
    /// Whether it has to be boxed.
    pub boxed: bool,
    /// The values of the discriminator that mean it; empty without a discriminator.
    pub tags: Vec<String>,
    /// What a value must show to be taken for it, where there is no discriminator.
    pub shape: Shape,
}

/// What tells the variants of a union without a discriminator apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The kind of JSON value.
    pub kind: JsonKind,
    /// For an object: the properties that must be there.
    pub required: Vec<String>,
    /// For an object: properties that must have one of these string values (`const`, `enum`).
    pub constants: Vec<(String, Vec<String>)>,
}

/// The kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// Whatever it is.
    Any,
    /// `true` or `false`
    Bool,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A scalar default.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number, finite.
    Float(f64),
    /// A string.
    String(String),
}
