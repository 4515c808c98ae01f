//! The types of an API.

use crate::ir::ident::Ident;

/// An index into [`crate::ir::Api::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u32);

/// A type of a field, parameter or body.
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
    /// `i128`: only if the configuration says so
    I128,
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
    /// The same, also with line breaks: only if the configuration says so
    MimeBase64,
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
    /// Its description in the document.
    pub doc: Option<String>,
    /// Whether the document deprecates it.
    pub deprecated: bool,
    /// Whether a request can contain it; then it has `new` and setters.
    pub in_requests: bool,
    /// Whether a response can contain it.
    pub in_answers: bool,
    /// Its kind.
    pub kind: TypeKind,
}

/// The kinds of types.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// An object with known properties.
    Struct {
        /// Its properties, in document order.
        fields: Vec<Field>,
        /// The name and type of the field for other properties (`additionalProperties`), if the document describes them.
        additional: Option<(Ident, Type)>,
    },
    /// A string from a list, or one that the document does not list.
    StringEnum(Vec<EnumVariant<String>>),
    /// An integer from a list, or one that the document does not list.
    IntegerEnum(Vec<EnumVariant<i64>>),
    /// One of several types (`oneOf`, `anyOf`), or JSON that fits none of them.
    Union {
        /// The property whose value selects the variant; `None` if the shape of the value selects it.
        discriminator: Option<String>,
        /// The variants in the order in which they are tried.
        variants: Vec<UnionVariant>,
        /// The name of the variant for values that fit no other.
        other: Ident,
    },
    /// An array whose elements have a type by their position (`prefixItems`).
    Tuple {
        /// The types of the first elements.
        elements: Vec<Element>,
        /// How many of them each array has.
        required: usize,
        /// The type of all elements after them; `None` if there are none.
        rest: Option<Type>,
    },
    /// Another name for a type.
    Alias(Type),
}

/// An element of a tuple.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its type.
    pub ty: Type,
    /// Whether it has to be boxed.
    pub boxed: bool,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in Rust, in `snake_case`; unique within the struct, and not `new`.
    pub name: Ident,
    /// Its name on the wire.
    pub wire: String,
    /// Its type, without the `Option` for `required` and `nullable`.
    pub ty: Type,
    /// Whether it is required.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// Whether the empty string is read as no value: only if the configuration says so.
    pub empty_is_none: bool,
    /// Whether it has to be boxed, since the type would otherwise contain itself.
    pub boxed: bool,
    /// The value that the service uses if it is absent; scalars only.
    pub default: Option<Literal>,
    /// Its only possible value (`const`), which `new` sets.
    pub constant: Option<Literal>,
    /// Its description in the document.
    pub doc: Option<String>,
    /// Whether the document deprecates it.
    pub deprecated: bool,
    /// `readOnly`: only in responses.
    pub read_only: bool,
    /// `writeOnly`: only in requests.
    pub write_only: bool,
}

/// The form of a field's type, from `required`, `nullable`, `read_only` and `write_only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// `T`
    Always,
    /// `Option<T>`: absent or a value
    Optional,
    /// `Option<T>`: required, `null` or a value
    Nullable,
    /// `Option<T>`: required, the empty string or a value
    OrEmpty,
    /// `rt::Optional<T>`: absent, `null` or a value
    OptionalNullable,
}

impl Field {
    /// The form of its type. A `readOnly` or `writeOnly` property is optional, since it is absent in one direction.
    pub fn presence(&self) -> Presence {
        match (self.required && !self.read_only && !self.write_only, self.nullable) {
            (true, false) if self.empty_is_none => Presence::OrEmpty,
            (true, false) => Presence::Always,
            (true, true) => Presence::Nullable,
            (false, false) => Presence::Optional,
            (false, true) => Presence::OptionalNullable,
        }
    }
}

/// The arguments of a struct's `new`: the required fields without a constant, in the order of their names on the wire, which does not depend on the
/// order of the document.
pub fn constructor_arguments(fields: &[Field]) -> Vec<&Field> {
    let always = |field: &&Field| {
        matches!(field.presence(), Presence::Always | Presence::Nullable | Presence::OrEmpty)
            && field.constant.is_none()
    };
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
    /// The values of the discriminator that select it; empty without a discriminator.
    pub tags: Vec<String>,
    /// Whether the values of the discriminator are numbers or booleans; `tags` has their text.
    pub scalar_tags: bool,
    /// Whether it is selected if the discriminator is absent or has another value (`defaultMapping`).
    pub is_default: bool,
    /// The shape of the values that it accepts, if there is no discriminator.
    pub shape: Shape,
}

/// The shape of a value, by which the variant of a union without a discriminator is selected.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The kind of JSON value.
    pub kind: JsonKind,
    /// For an object: its required properties.
    pub required: Vec<String>,
    /// For an object: properties that have one of some values (`const`, `enum`).
    pub constants: Vec<Constant>,
    /// For an object: the names of its properties, if the number of known ones decides; otherwise empty.
    pub known: Vec<String>,
    /// For an object: whether it has no other properties (`additionalProperties: false`).
    pub closed: bool,
    /// For an array: the shape of its elements.
    pub items: Option<Box<Shape>>,
}

/// A property of a variant that has one of some values.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// The names of the properties from the value to it.
    pub path: Vec<String>,
    /// Its possible values.
    pub values: Vec<Literal>,
}

impl Shape {
    /// The shape of any value of a kind.
    pub fn of(kind: JsonKind) -> Self {
        Self { kind, required: Vec::new(), constants: Vec::new(), known: Vec::new(), closed: false, items: None }
    }
}

/// The kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// Any kind.
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
