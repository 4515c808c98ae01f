//! Scopes, grants and credential slots as types, which the compiler checks: type-level booleans and sets.

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
    /// `A` where it is true, else `B`.
    type If<A: GrantList, B: GrantList>: GrantList;
}

impl Bool for Yes {
    type Or<B: Bool> = Yes;
    type And<B: Bool> = B;
    type Not = No;
    type Eq<B: Bool> = B;
    type If<A: GrantList, B: GrantList> = A;
}

impl Bool for No {
    type Or<B: Bool> = B;
    type And<B: Bool> = No;
    type Not = Yes;
    type Eq<B: Bool> = B::Not;
    type If<A: GrantList, B: GrantList> = B;
}

/// Holds for [`Yes`] only.
pub trait True {}

impl True for Yes {}

/// `A` or `B`.
pub type Or<A, B> = <A as Bool>::Or<B>;

/// `A` and `B`.
pub type And<A, B> = <A as Bool>::And<B>;

/// A binary number, as a type: `(Yes, (No, ()))`. Numbers that are compared have the same length.
pub trait Bits {
    /// The first digit.
    type Head: Bool;
    /// The remaining digits.
    type Tail: Bits;
    /// Whether `Other` is the same number.
    type Same<Other: Bits>: Bool;
    /// Whether it is less than `Other`.
    type Less<Other: Bits>: Bool;
    /// Whether it is the number of the scope `aws.cognito.signin.user.admin`, which is the same in every API.
    type SelfService: Bool;
}

impl Bits for () {
    type Head = No;
    type Tail = ();
    type Same<Other: Bits> = Yes;
    type Less<Other: Bits> = No;
    type SelfService = No;
}

/// The end of the number of the scope `aws.cognito.signin.user.admin`, in place of `()`.
#[derive(Clone, Copy, Debug)]
pub struct SelfServiceId;

impl Bits for SelfServiceId {
    type Head = No;
    type Tail = ();
    type Same<Other: Bits> = Yes;
    type Less<Other: Bits> = No;
    type SelfService = Yes;
}

impl<B: Bool, Rest: Bits> Bits for (B, Rest) {
    type Head = B;
    type Tail = Rest;
    type Same<Other: Bits> = And<B::Eq<Other::Head>, Rest::Same<Other::Tail>>;
    type Less<Other: Bits> = Or<And<B::Not, Other::Head>, And<B::Eq<Other::Head>, Rest::Less<Other::Tail>>>;
    type SelfService = Rest::SelfService;
}

/// A scope of the API `Api`, as a type of a generated crate's module `scopes`. Do not implement it by hand: its name and number
/// must agree with the document.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scope of the API of `{Api}`",
    label = "expected scopes of that API",
    note = "each generated crate has scopes of its own: write the types in the module `scopes` beside that `auth`; a session \
            goes to another crate's pool by `session.for_pool::<OtherPool>()?.try_grant::<grant![..]>()?`"
)]
pub trait Scope<Api>: GeneratedScope {
    /// The scope as text, as in a token.
    const NAME: &'static str;
}

/// Implemented by generated code for the types in its module `scopes`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scope of a generated crate",
    label = "expected types of a generated crate's module `scopes`",
    note = "write the types in `grant!`, such as `grant![PetsRead, PetsWrite]`; the docs of each say its scope's text, and no \
            operation requires a scope that has no type there"
)]
pub trait GeneratedScope {
    /// Its number among the scopes of the API.
    type Id: Bits;
}

/// A list of scopes, `()` or `(Scope, Rest)`.
pub trait GrantList {
    /// The same scopes in the order of their numbers, each once, so that lists of the same scopes are one type.
    type Sorted: GrantList;
    /// The sorted list with `S` inserted.
    type Insert<S: GeneratedScope>: GrantList;
}

impl GrantList for () {
    type Sorted = ();
    type Insert<S: GeneratedScope> = (S, ());
}

impl<Head: GeneratedScope, Rest: GrantList> GrantList for (Head, Rest) {
    type Sorted = <Rest::Sorted as GrantList>::Insert<Head>;
    type Insert<S: GeneratedScope> = If<
        <S::Id as Bits>::Less<Head::Id>,
        (S, (Head, Rest)),
        If<<S::Id as Bits>::Same<Head::Id>, (Head, Rest), (Head, Rest::Insert<S>)>,
    >;
}

/// `A` where `B` is true, else `C`.
type If<B, A, C> = <B as Bool>::If<A, C>;

/// The scopes of a list in the order of their numbers.
pub type SortedGrant<G> = <G as GrantList>::Sorted;

/// The scopes of a client's slot: a set, or all scopes in a client made by `dangerous()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of scopes of this API",
    label = "sets of scopes are not written by hand",
    note = "write `grant![A, B]` with types of the generated crate's module `scopes`"
)]
pub trait SlotGrant<Api>: sealed::Sealed {
    /// Whether `S` is in it.
    type Has<S: Scope<Api>>: Bool;
}

/// A set of scopes of the API `Api`: `()` or `(Scope, Rest)`, as [`grant!`](crate::grant) writes it, or [`SelfService`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of scopes of this API",
    label = "expected `grant![..]` with types of this API's crate",
    note = "write `grant![A, B]` with types of the generated crate's module `scopes`; calls that the compiler does not check \
            are made with the client's `dangerous()`"
)]
pub trait GrantOf<Api>: SlotGrant<Api> {
    /// Appends the names of the scopes to `names`.
    fn names(names: &mut Vec<&'static str>);
}

/// The part of a grant that also holds for another API: [`SelfService`], which every user pool has. Other scopes are types of
/// their own API.
pub trait PortableGrant: sealed::Sealed {
    /// That part.
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

/// The scope of every access token from a sign-in over the user-pool API.
pub(crate) const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

/// The grant of a sign-in over the user-pool API: the scope `aws.cognito.signin.user.admin` and no other.
///
/// Every flow of the user-pool API (SRP, password, choice, custom challenge, administrator) grants this scope only. Scopes of an
/// API come from managed login, from client credentials, or from a pre-token-generation trigger of the pool; name those of a
/// trigger with `Step::done_with`. Source: "Scopes, M2M, and resource servers" in the Amazon Cognito Developer Guide.
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
    /// Prevents implementations in applications.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a set of scopes",
        label = "sets of scopes are not written by hand",
        note = "write `grant![A, B]` with types of a generated crate's module `scopes`"
    )]
    pub trait Sealed {}
    impl Sealed for () {}
    impl<Head, Rest> Sealed for (Head, Rest) {}
    impl Sealed for super::SelfService {}
    impl Sealed for super::Unchecked {}
}

/// The properties of the credential in one slot of a client.
pub trait Slot {
    /// Whether there is a credential.
    type Filled: Bool;
    /// Whether it holds an ID token.
    type IdToken: Bool;
    /// Whether it holds an access token.
    type AccessToken: Bool;
    /// The scopes that its access token was granted.
    type Grant;
}

/// A client and its slot number `N`. The bounds of operations are on slots, so that the compiler names the missing credential and
/// the type that the slot has.
pub trait SlotAt<const N: usize> {
    /// The slot.
    type Slot;
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

/// The slot of a client made by `dangerous()`: every bound accepts it, and nothing is checked. It is neither a credential nor a
/// grant.
#[derive(Clone, Copy, Debug)]
pub struct Unchecked;

impl Slot for Unchecked {
    type Filled = Yes;
    type IdToken = Yes;
    type AccessToken = Yes;
    type Grant = Unchecked;
}

/// A set of scopes, as a type: `grant![PetsRead, PetsWrite]`; `grant![]` is the empty one. The order does not matter:
/// `grant![PetsWrite, PetsRead]` is the same type.
///
/// The scopes are types of a generated crate (`petstore::scopes::PetsRead`), found where the macro is used.
#[macro_export]
macro_rules! grant {
    (@list) => { () };
    (@list $text:literal $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`grant!` takes types, not strings: in place of ", ::core::stringify!($text),
            " write the type of that scope from the generated crate's module `scopes`, such as `grant![PetsRead]`"
        ))
    };
    (@list $scope:ty $(, $($rest:tt)*)?) => { ($scope, $crate::grant!(@list $($($rest)*)?)) };
    (@list $($other:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "`grant!` takes types of the generated crate's module `scopes`, separated by commas, such as \
             `grant![PetsRead, PetsWrite]`; found: ", ::core::stringify!($($other)*)
        ))
    };
    ($($scope:ty),* $(,)?) => { $crate::__rt::v1::SortedGrant<$crate::grant!(@list $($scope),*)> };
    ($($other:tt)*) => { $crate::grant!(@list $($other)*) };
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Api {}
    struct Read;
    struct Write;
    struct Admin;
    impl GeneratedScope for Read {
        type Id = (No, (No, ()));
    }
    impl Scope<Api> for Read {
        const NAME: &'static str = "pets/read";
    }
    impl GeneratedScope for Write {
        type Id = (No, (Yes, ()));
    }
    impl Scope<Api> for Write {
        const NAME: &'static str = "pets/write";
    }
    impl GeneratedScope for Admin {
        type Id = (Yes, (No, ()));
    }
    impl Scope<Api> for Admin {
        const NAME: &'static str = "pets/admin";
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
    impl GeneratedScope for SelfServiceScope {
        type Id = (Yes, (Yes, SelfServiceId));
    }
    impl Scope<Api> for SelfServiceScope {
        const NAME: &'static str = SELF_SERVICE;
    }

    #[test]
    fn the_grant_of_a_password_is_self_service_only() {
        assert!(has::<SelfService, SelfServiceScope>() && !has::<SelfService, Read>() && !has::<SelfService, Admin>());
        assert!(has::<grant![Read, SelfServiceScope], SelfServiceScope>());
        assert!(!has::<grant![Read, Write, Admin], SelfServiceScope>() && !has::<grant![SelfServiceScope], Read>());
        let mut names = Vec::new();
        <SelfService as GrantOf<Api>>::names(&mut names);
        assert_eq!(names, [SELF_SERVICE]);
    }

    #[test]
    fn grants_of_the_same_scopes_are_one_type() {
        fn same<G: GrantOf<Api>>(_: fn(G), _: fn(G)) -> Vec<&'static str> {
            let mut names = Vec::new();
            G::names(&mut names);
            names
        }
        let of_two = |_: grant![Read, Write]| ();
        assert_eq!(same(of_two, |_: grant![Write, Read]| ()), ["pets/read", "pets/write"]);
        assert_eq!(same(of_two, |_: grant![Write, Read, Write]| ()), ["pets/read", "pets/write"]);
        let of_three = |_: grant![Admin, Write, Read]| ();
        assert_eq!(same(of_three, |_: grant![Write, Read, Admin]| ()), ["pets/read", "pets/write", "pets/admin"]);
    }

    #[test]
    fn the_types_follow_boolean_algebra() {
        fn is<B: Value>() -> bool {
            B::IS
        }
        assert!(is::<Or<No, Yes>>() && !is::<Or<No, No>>());
        assert!(is::<And<Yes, Yes>>() && !is::<And<Yes, No>>());
        assert!(is::<<No as Bool>::Eq<No>>() && !is::<<Yes as Bool>::Eq<No>>());
    }
}
