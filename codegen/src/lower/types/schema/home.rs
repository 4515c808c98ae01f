//! The schema that a part of a merged schema belongs to.

use crate::ir::types::TypeId;

/// Which schema a part of a merged schema belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// The one that is lowered.
    Own,
    /// One of several that are merged into the one that is lowered.
    Merged,
    /// The target of a reference.
    Elsewhere,
    /// The schema of another definition: the choice of which the merged schema is a variant.
    Of(TypeId),
}
