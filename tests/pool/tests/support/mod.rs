//! The user pool of the tests as a type, as cogen generates it.

pub enum PetPool {}

impl cogen_runtime::Pool for PetPool {
    type Api = ();
    const NAME: &'static str = "PetPool";
    const ISSUERS: &'static [&'static str] = &["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01"];
    const REGION: Option<&'static str> = None;
    const POOL_ID: Option<&'static str> = None;
    const APP_CLIENT_ID: Option<&'static str> = None;
    const DOMAIN: Option<&'static str> = None;
}
