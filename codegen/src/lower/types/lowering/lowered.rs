//! The results of lowering: the type of a schema, and the component that has it.

use crate::ir::types::Type;

/// The type of a schema, and whether the schema also allows `null`.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) ty: Type,
    pub(crate) nullable: bool,
}

/// A component and its type.
#[derive(Clone)]
pub(crate) struct Component<'d> {
    pub(crate) name: &'d str,
    pub(crate) ty: Type,
}

impl Lowered {
    /// The type, nullable if the schema allows `null`.
    pub(crate) fn whole(self) -> Type {
        match self.ty {
            // `Json` includes `null`.
            Type::Json => Type::Json,
            ty if self.nullable => Type::Nullable(Box::new(ty)),
            ty => ty,
        }
    }
}
