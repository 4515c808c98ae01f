//! OAuth endpoints that a program sets.

/// The endpoints that the program sets, in place of those of the domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnEndpoints {
    pub authorize: Option<String>,
    pub token: Option<String>,
    pub revoke: Option<String>,
    pub logout: Option<String>,
}
