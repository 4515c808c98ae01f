//! Authorization: the security schemes of an API, its scopes, and the requirements of its operations.

use crate::ir::ident::Ident;
use crate::ir::schemes::{Scheme, SchemeKind};
use std::collections::BTreeSet;
use std::ops::Index;

/// All that concerns authorization.
///
/// It creates the ids of its schemes, scopes and requirements. Adding a requirement adds the slots and the scope types that it needs,
/// so that no need, scope or slot can be missing from generated code.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    schemes: Vec<Scheme>,
    scopes: Vec<Scope>,
    conditions: Vec<Condition>,
    requirements: Vec<Requirement>,
    /// The schemes that a requirement needs, by id.
    slots: BTreeSet<SchemeId>,
    /// The scopes that a requirement needs, by id.
    markers: BTreeSet<ScopeId>,
}

impl Auth {
    /// Adds a security scheme. Slots have the order of this call.
    pub fn add_scheme(&mut self, scheme: Scheme) -> SchemeId {
        self.schemes.push(scheme);
        SchemeId(self.schemes.len() - 1)
    }

    /// Adds a scope. Scope types have the order of this call.
    pub fn add_scope(&mut self, scope: Scope) -> ScopeId {
        self.scopes.push(scope);
        ScopeId(self.scopes.len() - 1)
    }

    /// Adds a condition, for requirements to refer to.
    pub fn add_condition(&mut self, condition: Condition) -> ConditionId {
        self.conditions.push(condition);
        ConditionId(self.conditions.len() - 1)
    }

    /// Adds a requirement of a method of the client.
    pub fn add_requirement(&mut self, requirement: Requirement) -> RequirementId {
        for need in requirement.alternatives.iter().flatten() {
            self.slots.insert(need.scheme);
            self.markers.extend(&need.scopes);
        }
        self.requirements.push(requirement);
        RequirementId(self.requirements.len() - 1)
    }

    /// The security schemes that methods require, each with a credential slot of the client.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = (SchemeId, &Scheme)> {
        self.slots.iter().map(|&id| (id, &self[id]))
    }

    /// The scheme whose type also represents this one: the first slot that accepts the same tokens, of the same issuers and audiences,
    /// so that one session is a credential for both.
    pub fn marker(&self, id: SchemeId) -> &Scheme {
        let own = &self[id];
        let twin = self.slots().map(|(_, scheme)| scheme).find(|scheme| scheme.takes_tokens_of(own));
        twin.unwrap_or(own)
    }

    /// The app client and the domain of a scheme, or those of another scheme that it represents.
    pub fn published<'a>(&'a self, marker: &'a Scheme) -> (Option<&'a str>, Option<&'a str>) {
        let twins = || self.slots().map(|(_, scheme)| scheme).filter(|scheme| scheme.takes_tokens_of(marker));
        let own = (marker.app_client_id.as_deref(), marker.domain.as_deref());
        (
            own.0.or_else(|| twins().find_map(|scheme| scheme.app_client_id.as_deref())),
            own.1.or_else(|| twins().find_map(|scheme| scheme.domain.as_deref())),
        )
    }

    /// Sets the region to sign for in IAM schemes that have none.
    pub fn sign_in_region(&mut self, region: &str) {
        for scheme in self.schemes.iter_mut().filter(|scheme| scheme.kind == SchemeKind::Iam) {
            scheme.region.get_or_insert_with(|| region.to_owned());
        }
    }

    /// The number of a scheme's slot.
    pub fn slot(&self, id: SchemeId) -> usize {
        self.slots.range(..id).count()
    }

    /// The scopes that methods require, each with a type.
    pub fn markers(&self) -> impl ExactSizeIterator<Item = &Scope> {
        self.markers.iter().map(|&id| &self[id])
    }

    /// The distinct conditions of all requirements.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The distinct requirements, in the order of their first use; open operations have none.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }
}

impl Index<SchemeId> for Auth {
    type Output = Scheme;

    fn index(&self, id: SchemeId) -> &Scheme {
        &self.schemes[id.0]
    }
}

impl Index<ScopeId> for Auth {
    type Output = Scope;

    fn index(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }
}

impl Index<ConditionId> for Auth {
    type Output = Condition;

    fn index(&self, id: ConditionId) -> &Condition {
        &self.conditions[id.0]
    }
}

impl Index<RequirementId> for Auth {
    type Output = Requirement;

    fn index(&self, id: RequirementId) -> &Requirement {
        &self.requirements[id.0]
    }
}

/// A scope of this API.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The scope as written in tokens: `pets/write`.
    pub text: String,
    /// The name of its marker type: `PetsWrite`.
    pub name: Ident,
}

impl Scope {
    /// Whether it is the one scope that a sign-in with the user-pool API gives.
    pub fn is_self_service(&self) -> bool {
        self.text == "aws.cognito.signin.user.admin"
    }
}

/// A security scheme of an [`Auth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemeId(usize);

/// A scope of an [`Auth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(usize);

/// A requirement of an [`Auth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequirementId(usize);

impl RequirementId {
    /// Its index in [`Auth::requirements`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// The credentials that operations require: one of several alternatives, each a list of credentials that are needed together. Both
/// lists are sorted and without repetition, so that operations with equal requirements share one.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The name of its trait, from its credentials: `PetsAdminOrPetsWrite`, `IdTokenOfPetPool`.
    pub name: Ident,
    /// The alternatives: OR of ANDs. An empty alternative means that the call may also be made without credentials.
    pub alternatives: Vec<Vec<Need>>,
    /// The credentials in English, as Markdown: "an ID token of the user pool `PetPool`". Empty if no alternative has a credential.
    pub text: String,
    /// The conditions that the compiler checks. A single alternative has one condition for each credential, so that the compiler names
    /// the one that is missing; several alternatives have one condition together. Empty where a call may also be made without
    /// credentials.
    pub conditions: Vec<ConditionId>,
}

impl Requirement {
    /// Whether a call may also be made without credentials; the compiler then checks nothing.
    pub fn is_optional(&self) -> bool {
        self.alternatives.iter().any(Vec::is_empty)
    }
}

/// A condition of an [`Auth`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionId(usize);

/// What the compiler checks in one trait: a credential, or one of several alternatives.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The name of its trait, among conditions.
    pub name: Ident,
    /// The alternatives: OR of ANDs.
    pub alternatives: Vec<Vec<Need>>,
    /// The compiler's message if it is not met: "this operation needs …".
    pub message: String,
    /// The compiler's label, which the type of the client's own credential follows: "this client's credential for `PetPool` is".
    pub held: String,
    /// The compiler's note: what to write.
    pub note: String,
}

impl Condition {
    /// The schemes whose slots it checks.
    pub fn schemes(&self) -> BTreeSet<SchemeId> {
        self.alternatives.iter().flatten().map(|need| need.scheme).collect()
    }
}

/// One required credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Need {
    /// The scheme.
    pub scheme: SchemeId,
    /// The kind of token; `None` if the credential is not a token.
    pub token: Option<TokenKind>,
    /// The scopes; empty if none is required.
    pub scopes: Vec<ScopeId>,
    /// Whether one of the scopes is enough; `None` if no scope is required.
    pub matching: Option<Match>,
}

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// An ID token.
    Id,
    /// An access token.
    Access,
    /// Either.
    Any,
}

/// How many of the scopes are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Match {
    /// Any one of them (API Gateway).
    Any,
    /// All of them (OpenAPI).
    All,
}
