//! Methods whose feature is off. A call of one does not compile, and the compiler names the feature.
//!
//! Without them the compiler would only report an unknown method. No type implements the bounds. They are for every lifetime, so
//! that the compiler checks them at the call and not here.
// Which of them are used depends on the features.
#![allow(unused_macros, missing_docs)]

/// A trait without implementations, with the compiler's message for a feature.
macro_rules! feature {
    ($name:ident, $message:literal, $label:literal, $note:literal) => {
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
        pub trait $name<'off> {}
    };
}

/// Methods with the same number of arguments as those of the feature.
macro_rules! methods {
    ($feature:ident: $($name:ident($($argument:ident),*))*) => {
        $(
            #[doc(hidden)]
            #[allow(non_camel_case_types)]
            pub fn $name<$($argument,)* Returned>(&self, $(_: $argument),*) -> Returned
            where
                for<'off> Self: $feature<'off>,
            {
                unreachable!("the bound can't be met")
            }
        )*
    };
}

#[cfg(all(not(feature = "cognito"), feature = "oauth"))]
feature!(
    FeatureCognito,
    "this method needs the feature `cognito` of `cogen-runtime`, which is off",
    "turn on the feature `cognito`",
    "in Cargo.toml: cogen-runtime = {{ …, features = [\"cognito\"] }}; it adds sign-in through the API of a user pool"
);
#[cfg(all(feature = "cognito", not(feature = "oauth")))]
feature!(
    FeatureOauth,
    "this method needs the feature `oauth` of `cogen-runtime`, which is off",
    "turn on the feature `oauth`",
    "in Cargo.toml: cogen-runtime = {{ …, features = [\"oauth\"] }}; it adds tokens from the OAuth endpoints of a user pool"
);
#[cfg(all(feature = "session", not(feature = "hosted-login")))]
feature!(
    FeatureHostedLogin,
    "this method needs the feature `hosted-login` of `cogen-runtime`, which is off",
    "turn on the feature `hosted-login`",
    "in Cargo.toml: cogen-runtime = {{ …, features = [\"hosted-login\"] }}; it adds managed login in a browser"
);
#[cfg(not(feature = "aws-config"))]
feature!(
    FeatureAwsConfig,
    "this function needs the feature `aws-config` of `cogen-runtime`, which is off",
    "turn on the feature `aws-config`",
    "in Cargo.toml: cogen-runtime = {{ …, features = [\"aws-config\"] }}; it adds AWS keys from the default credential \
     provider chain"
);
#[cfg(not(feature = "sigv4"))]
feature!(
    FeatureSigv4,
    "this function needs the feature `sigv4` of `cogen-runtime`, which is off",
    "turn on the feature `sigv4`",
    "in Cargo.toml: cogen-runtime = {{ …, features = [\"sigv4\"] }}; it adds signed calls"
);
#[cfg(not(feature = "blocking"))]
feature!(
    FeatureBlocking,
    "this method needs the feature `blocking` of `cogen-runtime`, which is off",
    "turn on the feature `blocking`",
    "in Cargo.toml: cogen-runtime = {{ …, features = [\"blocking\"] }}; in async code, `.await` the call instead"
);
#[cfg(not(feature = "session"))]
feature!(
    FeatureSignIn,
    "an app client needs the feature `cognito` or `hosted-login` of `cogen-runtime`, and both are off",
    "turn on a feature that signs in",
    "in Cargo.toml: cogen-runtime = {{ …, features = [\"cognito\"] }} for sign-in through the API of a user pool, `hosted-login` \
     for managed login in a browser, `oauth` for client credentials"
);

/// The start of every sign-in, which needs a feature that signs in.
#[cfg(not(feature = "session"))]
#[doc(hidden)]
pub trait UserPool: crate::credential::pool::Pool + Sized {
    fn app_client<Id, Returned>(_: Id) -> Returned
    where
        for<'off> Self: FeatureSignIn<'off>,
    {
        unreachable!("the bound can't be met")
    }

    fn published_app_client<Returned>() -> Returned
    where
        for<'off> Self: FeatureSignIn<'off>,
    {
        unreachable!("the bound can't be met")
    }
}

#[cfg(not(feature = "session"))]
impl<P: crate::credential::pool::Pool> UserPool for P {}

#[cfg(all(not(feature = "cognito"), feature = "oauth"))]
impl<P> crate::app_client::client::AppClient<P> {
    methods! { FeatureCognito:
        sign_in(A, B)
        sign_in_with_password(A, B)
        sign_in_by_choice(A)
        sign_in_by_custom_challenge(A)
        sign_in_as_admin(A, B)
        session_from(A)
        refresh(A)
        revoke(A)
        sign_out_everywhere(A)
        aws_credentials(A)
        device_name(A)
        ignore_devices()
        sign_up(A, B, C)
        confirm_sign_up(A, B)
        resend_code(A)
        forgot_password(A)
        confirm_forgot_password(A, B, C)
        account(A)
        change_password(A, B, C)
        set_attributes(A, B)
        delete_attributes(A, B)
        send_attribute_code(A, B)
        verify_attribute(A, B, C)
        begin_totp(A)
        verify_totp(A, B, C)
        set_mfa(A, B)
        auth_factors(A)
        begin_passkey(A)
        complete_passkey(A, B)
        passkeys(A)
        delete_passkey(A, B)
        devices(A)
        remember_device(A, B, C)
        forget_device(A, B)
        delete_account(A)
    }
}

#[cfg(all(feature = "cognito", not(feature = "oauth")))]
impl<P> crate::app_client::client::AppClient<P> {
    methods! { FeatureOauth:
        client_credentials(A, B)
        session_from_domain(A, B)
    }
}

#[cfg(all(feature = "session", not(feature = "hosted-login")))]
impl<P> crate::app_client::client::AppClient<P> {
    methods! { FeatureHostedLogin:
        managed_login(A)
        published_managed_login()
    }
}

#[cfg(not(feature = "sigv4"))]
impl crate::credential::iam::Iam {
    #[doc(hidden)]
    pub fn from_sdk<A>(_: A) -> Self
    where
        for<'off> Self: FeatureSigv4<'off>,
    {
        unreachable!("the bound can't be met")
    }
}

#[cfg(not(feature = "aws-config"))]
impl crate::credential::iam::Iam {
    #[doc(hidden)]
    pub fn from_default_chain<Returned>() -> Returned
    where
        for<'off> Self: FeatureAwsConfig<'off>,
    {
        unreachable!("the bound can't be met")
    }

    #[doc(hidden)]
    pub fn from_default_chain_over<A, Returned>(_: A) -> Returned
    where
        for<'off> Self: FeatureAwsConfig<'off>,
    {
        unreachable!("the bound can't be met")
    }
}
