//! The implementations of serde's traits.

#[cfg(any(feature = "serde", test))]
mod read_tree;
#[cfg(feature = "serde")]
pub(in crate::json) mod values;
