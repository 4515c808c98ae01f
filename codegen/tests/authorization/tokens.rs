//! Whose tokens an authorizer accepts: user pools by their issuers, other issuers, audiences.

use crate::{gateway, plain, read::Read};
use cogen::ir::auth::Scheme;

const ASKS: &str = "  /a: {get: {security: [{Odd: []}], responses: {}}}";

/// The scheme `Odd`, a JWT authorizer with this configuration.
fn jwt(configuration: &str) -> String {
    format!(
        "    Odd: {{type: oauth2, x-amazon-apigateway-authorizer: {{type: jwt, identitySource: '$request.header.Authorization', jwtConfiguration: {configuration}}}}}"
    )
}

fn odd(read: &Read) -> &Scheme {
    read.api.auth.slots().map(|(_, scheme)| scheme).find(|scheme| scheme.key == "Odd").unwrap()
}

fn pools(read: &Read) -> Vec<(&str, &str)> {
    odd(read).user_pools.iter().map(|pool| (pool.region.as_str(), pool.id.as_str())).collect()
}

#[test]
fn an_issuer_of_either_form_names_its_pool() {
    for issuer in [
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool00001",
        "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool00001",
    ] {
        let read = Read::of(&gateway(ASKS, &jwt(&format!("{{issuer: '{issuer}', audience: [a]}}")), ""));
        assert_eq!(pools(&read), [("eu-west-1", "eu-west-1_Pool00001")], "{issuer}");
        assert_eq!(odd(&read).issuers, [issuer]);
    }
    let url = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool00001/.well-known/openid-configuration";
    let read = Read::of(&plain(ASKS, &format!("    Odd: {{type: openIdConnect, openIdConnectUrl: '{url}'}}")));
    assert_eq!(pools(&read), [("eu-west-1", "eu-west-1_Pool00001")]);
    let other = "https://login.example.com/.well-known/openid-configuration";
    let read = Read::of(&plain(ASKS, &format!("    Odd: {{type: openIdConnect, openIdConnectUrl: '{other}'}}")));
    assert_eq!((pools(&read), odd(&read).issuers.len()), (Vec::new(), 0), "who issues there is not said");
}

#[test]
fn the_configuration_adds_issuers() {
    let document = gateway(ASKS, &jwt("{issuer: 'https://login.example.com', audience: [a]}"), "");
    let issuers = [
        "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool00001",
        "https://cognito-idp.us-west-2.amazonaws.com/eu-west-1_Pool00001",
        "https://tenant.example.com",
    ];
    let read = Read::with(&document, &format!("[authorizers.Odd]\nissuers = {issuers:?}"));
    assert_eq!(pools(&read), [("eu-west-1", "eu-west-1_Pool00001")]);
    assert_eq!(odd(&read).issuers, [issuers[0], issuers[1], issuers[2], "https://login.example.com"]);
}
