//! A sign-in in place of a credential: the compiler says what to write.

use crate::credential::offered::in_place_of_a_credential;

in_place_of_a_credential! {
    NotBegun: TakesSignIn,
    "this sign-in was not started: it is not a session of `{Self}`",
    "expected a session, found a sign-in without `.await`",
    "add `.await?.done()?`, or `.await?` and answer the `Step` that it returns";
    [Q] crate::cognito::sign_in::SignIn<Q>;
}

in_place_of_a_credential! {
    NotFinished: TakesStep,
    "this sign-in may not be finished: a `Step` is not a session of `{Self}`",
    "expected a session, found a `Step`",
    "`step.done()?` returns the session if there is no further challenge; else `match` on the `Step` and answer its \
     challenge, such as a code or a new password";
    [Q] crate::cognito::steps::step::Step<Q>;
}

in_place_of_a_credential! {
    NotOpened: TakesFinished,
    "a finished sign-in is not yet a session of `{Self}`",
    "expected a session, found a `Finished`",
    "write `finished.into_session()?`; `into_session_with::<grant![..]>()?` where a trigger of the pool grants scopes";
    [Q] crate::cognito::finished::Finished<Q>;
}
