//! What the later stages read from bytes: a tree of nodes with places, within budgets.

pub mod node;
