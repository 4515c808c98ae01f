//! What credentials can show, computed by the compiler: type-level booleans, scopes, grants and credential slots.

/// True, as a type.
#[derive(Clone, Copy, Debug)]
pub struct Yes;

/// False, as a type.
#[derive(Clone, Copy, Debug)]
pub struct No;

/// A boolean, as a type: [`Yes`] or [`No`].
pub trait Bool {
    /// This or `B`.
    type Or<B: Bool>: Bool;
    /// This and `B`.
    type And<B: Bool>: Bool;
    /// The opposite.
    type Not: Bool;
    /// Whether `B` is the same.
    type Eq<B: Bool>: Bool;
}

impl Bool for Yes {
    type Or<B: Bool> = Yes;
    type And<B: Bool> = B;
    type Not = No;
    type Eq<B: Bool> = B;
}

impl Bool for No {
    type Or<B: Bool> = B;
    type And<B: Bool> = No;
    type Not = Yes;
    type Eq<B: Bool> = B::Not;
}

/// Holds for [`Yes`] only.
pub trait True {}

impl True for Yes {}

/// `A` or `B`.
pub type Or<A, B> = <A as Bool>::Or<B>;

/// `A` and `B`.
pub type And<A, B> = <A as Bool>::And<B>;

/// A number in binary, as a type: `(Yes, (No, ()))`. Numbers that are compared are of one length.
pub trait Bits {
    /// The first digit.
    type Head: Bool;
    /// The digits behind it.
    type Tail: Bits;
    /// Whether `Other` is the same number.
    type Same<Other: Bits>: Bool;
    /// Whether it is the number of the scope `aws.cognito.signin.user.admin`, which every pool has.
    type SelfService: Bool;
}

impl Bits for () {
    type Head = No;
    type Tail = ();
    type Same<Other: Bits> = Yes;
    type SelfService = No;
}

/// The end of the number of the scope `aws.cognito.signin.user.admin`, in place of `()`.
#[derive(Clone, Copy, Debug)]
pub struct SelfServiceId;

impl Bits for SelfServiceId {
    type Head = No;
    type Tail = ();
    type Same<Other: Bits> = Yes;
    type SelfService = Yes;
}

impl<B: Bool, Rest: Bits> Bits for (B, Rest) {
    type Head = B;
    type Tail = Rest;
    type Same<Other: Bits> = And<B::Eq<Other::Head>, Rest::Same<Other::Tail>>;
    type SelfService = Rest::SelfService;
}

/// A scope of the API `Api`, as a type of a generated crate's module `scopes`. It is not implemented by hand: what a scope
/// is called and which one it is must agree with the document.
pub trait Scope<Api>: GeneratedScope {
    /// The scope as tokens spell it.
    const NAME: &'static str;
    /// Its number among the scopes of the API.
    type Id: Bits;
}

/// Implemented by generated code for the types in its module `scopes`, and reachable for generated code only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scope of a generated crate",
    label = "scopes are not written by hand",
    note = "name the types in the generated crate's module `scopes`; no operation requires a scope that is not listed there"
)]
pub trait GeneratedScope {}

/// What a client's slot shows of scopes: a set of them, or, in a client made by `dangerous()`, all.
pub trait SlotGrant<Api>: sealed::Sealed {
    /// Whether `S` is in it.
    type Has<S: Scope<Api>>: Bool;
}

/// A set of scopes of the API `Api`: `()` or `(Scope, Rest)`, as [`grant!`](crate::grant) writes it, or [`SelfService`]. There is
/// no other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of scopes of this API",
    label = "expected `grant![..]`",
    note = "write `grant![A, B]` with types of the generated crate's module `scopes`; calls that the compiler does not check \
            are made with the client's `dangerous()`"
)]
pub trait GrantOf<Api>: SlotGrant<Api> {
    /// Puts the scopes' names at the end of `names`.
    fn names(names: &mut Vec<&'static str>);
}

/// What is left of a grant where it is shown to another API: [`SelfService`] is every pool's, other scopes are types of their own
/// API.
pub trait PortableGrant: sealed::Sealed {
    /// It.
    type Portable;
}

impl PortableGrant for () {
    type Portable = ();
}

impl<Head, Rest> PortableGrant for (Head, Rest) {
    type Portable = ();
}

impl PortableGrant for SelfService {
    type Portable = SelfService;
}

impl<Api> SlotGrant<Api> for () {
    type Has<S: Scope<Api>> = No;
}

impl<Api> GrantOf<Api> for () {
    fn names(_: &mut Vec<&'static str>) {}
}

impl<Api, Head: Scope<Api>, Rest: SlotGrant<Api>> SlotGrant<Api> for (Head, Rest) {
    type Has<S: Scope<Api>> = Or<<Head::Id as Bits>::Same<S::Id>, Rest::Has<S>>;
}

impl<Api, Head: Scope<Api>, Rest: GrantOf<Api>> GrantOf<Api> for (Head, Rest) {
    fn names(names: &mut Vec<&'static str>) {
        names.push(Head::NAME);
        Rest::names(names);
    }
}

/// The scope of every user that signs in over the user-pool API.
pub(crate) const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

/// What a sign-in by password is granted: the scope `aws.cognito.signin.user.admin`, for an operation that lists it and for
/// self-service, and no other.
///
/// So it is with every flow of the user-pool API (SRP, password, choice, custom challenge, administrator). Scopes of one's own
/// come from managed login and client credentials, or from a pre-token-generation trigger of the pool; then
/// `Step::done_with` names them. Source: "Scopes, M2M, and resource servers" in the Amazon Cognito Developer Guide.
#[derive(Clone, Copy, Debug)]
pub struct SelfService;

impl<Api> SlotGrant<Api> for SelfService {
    type Has<S: Scope<Api>> = <S::Id as Bits>::SelfService;
}

impl<Api> GrantOf<Api> for SelfService {
    fn names(names: &mut Vec<&'static str>) {
        names.push(SELF_SERVICE);
    }
}

impl<Api> SlotGrant<Api> for Unchecked {
    type Has<S: Scope<Api>> = Yes;
}

mod sealed {
    /// Keeps applications from sets of scopes of their own.
    pub trait Sealed {}
    impl Sealed for () {}
    impl<Head, Rest> Sealed for (Head, Rest) {}
    impl Sealed for super::SelfService {}
    impl Sealed for super::Unchecked {}
}

/// What the credential in one slot of a client can show.
pub trait Slot {
    /// Whether there is a credential at all.
    type Filled: Bool;
    /// Whether it holds an ID token.
    type IdToken: Bool;
    /// Whether it holds an access token.
    type AccessToken: Bool;
    /// The scopes that its access token was granted.
    type Grant;
}

/// Whether slot `P` is filled.
pub type Filled<P> = <P as Slot>::Filled;

/// Whether slot `P` holds an ID token.
pub type Id<P> = <P as Slot>::IdToken;

/// Whether slot `P` holds an access token.
pub type Access<P> = <P as Slot>::AccessToken;

/// Whether slot `P` holds a token of either kind.
pub type Either<P> = Or<Id<P>, Access<P>>;

/// Whether the access token in slot `P` was granted scope `S`.
pub type Granted<Api, P, S> = <<P as Slot>::Grant as SlotGrant<Api>>::Has<S>;

/// The empty slot.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

impl Slot for Missing {
    type Filled = No;
    type IdToken = No;
    type AccessToken = No;
    type Grant = ();
}

/// The slot of a client made by `dangerous()`: it passes for everything, and nothing is checked. It is neither a credential
/// nor a grant.
#[derive(Clone, Copy, Debug)]
pub struct Unchecked;

impl Slot for Unchecked {
    type Filled = Yes;
    type IdToken = Yes;
    type AccessToken = Yes;
    type Grant = Unchecked;
}

/// A set of scopes, as a type: `grant![PetsRead, PetsWrite]`; `grant![]` is the empty one.
///
/// The scopes are types of a generated crate (`petstore::scopes::PetsRead`), found where the macro is used.
#[macro_export]
macro_rules! grant {
    () => { () };
    ($scope:ty $(, $rest:ty)* $(,)?) => { ($scope, $crate::grant![$($rest),*]) };
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Api {}
    struct Read;
    struct Write;
    struct Admin;
    impl GeneratedScope for Read {}
    impl GeneratedScope for Write {}
    impl GeneratedScope for Admin {}
    impl Scope<Api> for Read {
        const NAME: &'static str = "pets/read";
        type Id = (No, (No, ()));
    }
    impl Scope<Api> for Write {
        const NAME: &'static str = "pets/write";
        type Id = (No, (Yes, ()));
    }
    impl Scope<Api> for Admin {
        const NAME: &'static str = "pets/admin";
        type Id = (Yes, (No, ()));
    }

    trait Value {
        const IS: bool;
    }
    impl Value for Yes {
        const IS: bool = true;
    }
    impl Value for No {
        const IS: bool = false;
    }

    fn has<G: SlotGrant<Api>, S: Scope<Api>>() -> bool
    where
        G::Has<S>: Value,
    {
        <G::Has<S> as Value>::IS
    }

    #[test]
    fn a_grant_has_its_scopes_and_no_others() {
        assert!(has::<grant![Read, Write], Read>());
        assert!(has::<grant![Read, Write], Write>());
        assert!(!has::<grant![Read, Write], Admin>());
        assert!(!has::<grant![], Read>());
        assert!(has::<Unchecked, Admin>());
    }

    struct SelfServiceScope;
    impl GeneratedScope for SelfServiceScope {}
    impl Scope<Api> for SelfServiceScope {
        const NAME: &'static str = SELF_SERVICE;
        type Id = (Yes, (Yes, SelfServiceId));
    }

    #[test]
    fn a_password_gives_the_scope_of_self_service_and_no_other() {
        assert!(has::<SelfService, SelfServiceScope>() && !has::<SelfService, Read>() && !has::<SelfService, Admin>());
        assert!(has::<grant![Read, SelfServiceScope], SelfServiceScope>());
        assert!(!has::<grant![Read, Write, Admin], SelfServiceScope>() && !has::<grant![SelfServiceScope], Read>());
        let mut names = Vec::new();
        <SelfService as GrantOf<Api>>::names(&mut names);
        assert_eq!(names, [SELF_SERVICE]);
    }

    #[test]
    fn a_grant_names_its_scopes_in_order() {
        let mut names = Vec::new();
        <grant![Write, Read] as GrantOf<Api>>::names(&mut names);
        assert_eq!(names, ["pets/write", "pets/read"]);
    }

    #[test]
    fn the_algebra_is_boolean() {
        fn is<B: Value>() -> bool {
            B::IS
        }
        assert!(is::<Or<No, Yes>>() && !is::<Or<No, No>>());
        assert!(is::<And<Yes, Yes>>() && !is::<And<Yes, No>>());
        assert!(is::<<No as Bool>::Eq<No>>() && !is::<<Yes as Bool>::Eq<No>>());
    }
}
