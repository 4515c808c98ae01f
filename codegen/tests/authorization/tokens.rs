//! The tokens that an authorizer accepts: user pools by their issuers, other issuers, audiences.

use crate::{gateway, plain, read::Read};
use cogen::ir::schemes::{Audiences, Scheme};

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
    assert_eq!((pools(&read), odd(&read).issuers.len()), (Vec::new(), 0), "the issuer is not known");
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

const POOL: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool00001";

#[test]
fn an_http_api_s_audiences_are_kept_and_a_single_app_client_is_the_published_one() {
    let of = |audience: &str, toml: &str| {
        Read::with(&gateway(ASKS, &jwt(&format!("{{issuer: '{POOL}', audience: {audience}}}")), ""), toml)
    };
    let list = |names: &[&str]| Audiences::AudOrClientId(names.iter().map(|&name| name.to_owned()).collect());
    let read = of("[1example]", "");
    assert_eq!(odd(&read).audiences, list(&["1example"]));
    assert_eq!(odd(&read).app_client_id.as_deref(), Some("1example"));
    assert_eq!(read.demands(), ["GET /a: Odd any"]);
    for (audience, names) in [
        ("1example", &["1example"][..]),
        ("[1example, 2example]", &["1example", "2example"]),
        ("['https://orders.example.com']", &["https://orders.example.com"]),
    ] {
        let read = of(audience, "");
        assert_eq!(odd(&read).audiences, list(names), "{audience}");
        assert_eq!(odd(&read).app_client_id.is_some(), names == ["1example"], "{audience}");
    }
    for unknown in ["['${client}']", "[1example, {Ref: Client}]", "[7]"] {
        let read = of(unknown, "");
        assert_eq!(odd(&read).audiences, Audiences::Any, "{unknown}");
        assert!(read.reports("warning", "COGEN-A040"), "{unknown}\n{}", read.report);
    }
    assert_eq!(odd(&of("[]", "")).audiences, Audiences::Any);
    let filled = of("['${client}']", "[values]\nclient = \"3example\"");
    assert_eq!(odd(&filled).app_client_id.as_deref(), Some("3example"));
    let other = of("[1example]", "[authorizers.Odd]\napp-client-id = \"2example\"");
    assert!(other.reports("warning", "COGEN-A041"), "{}", other.report);
    let more = of("[1example]", "[authorizers.Odd]\nuser-pools = [\"eu-west-1_Pool00002\"]");
    assert_eq!(odd(&more).audiences, Audiences::Any, "the app clients of another pool are not in the document");
    // The audiences of another issuer are the names of its services.
    let document = gateway(ASKS, &jwt("{issuer: 'https://login.example.com', audience: [api]}"), "");
    assert_eq!(odd(&Read::of(&document)).app_client_id, None);
}

#[test]
fn the_audiences_of_a_rest_api_decide_the_kind_of_token() {
    let paths = "  /plain: {get: {security: [{Odd: []}], responses: {}}}\n  /scoped: {get: {security: [{Odd: [a/b]}], responses: {}}}";
    let of = |issuers: &str| Read::of(&gateway(paths, &jwt(&format!("{{issuers: [{issuers}]}}")), ""));
    let pool = |audiences: &str| of(&format!("{{issuer: '{POOL}', audiences: {audiences}}}"));
    for (audiences, plain, uncallable) in [
        ("[1example]", "id", true),
        ("['https://orders.example.com']", "access", false),
        ("[1example, 'https://orders.example.com']", "any", false),
        ("[]", "any", false),
    ] {
        let read = pool(audiences);
        let expected = [format!("GET /plain: Odd {plain}"), "GET /scoped: Odd access any(a/b)".to_owned()];
        assert_eq!(read.demands(), expected, "{audiences}");
        assert_eq!(read.reports("warning", "COGEN-A016"), uncallable, "{audiences}\n{}", read.report);
    }
    let read = pool("['https://orders.example.com']");
    let reported: Vec<(&str, &str)> =
        read.api.auth.conditions().iter().map(|it| (it.message.as_str(), it.note.as_str())).collect();
    assert_eq!(
        reported,
        [
            (
                "this operation needs an access token of `Odd` bound to `https://orders.example.com`",
                "pass a session or a token to `.odd(..)`; use managed login or client credentials with `.resource(\"https://orders.example.com\")`",
            ),
            (
                "this operation needs an access token of `Odd` bound to `https://orders.example.com` granted `a/b`",
                "request it with `grant![AB]`, and pass the credential to `.odd(..)`; use managed login or client \
                 credentials with \
                 `.resource(\"https://orders.example.com\")`",
            ),
        ]
    );
    let read = of("{issuer: 'https://login.example.com', audiences: [api]}");
    assert_eq!(read.demands()[0], "GET /plain: Odd any", "another issuer's tokens may have any audience");
}

#[test]
fn the_compiler_s_note_says_which_scopes_a_password_sign_in_gives() {
    let paths = "  /a: {get: {security: [{Pool: [a/b]}], responses: {}}}\n  /b: {get: {security: [{Pool: [openid, aws.cognito.signin.user.admin]}], responses: {}}}";
    let read = Read::of(&gateway(paths, "", ""));
    let notes: Vec<&str> = read.api.auth.conditions().iter().map(|it| it.note.as_str()).collect();
    assert_eq!(
        notes,
        [
            "request it with `grant![AB]`, and pass the credential to `.pool(..)`; a password sign-in gives no scope of an API, so \
             use managed login or client credentials",
            "request one of them with `grant![AwsCognitoSigninUserAdmin]` or `grant![Openid]`, and pass the credential to \
             `.pool(..)`; a password sign-in gives `aws.cognito.signin.user.admin`",
        ]
    );
}

const TWO: &str =
    "  /a: {get: {security: [{Pool: []}], responses: {}}}\n  /b: {get: {security: [{Second: []}], responses: {}}}";

fn second(pool: &str) -> String {
    format!(
        "    Second: {{type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authorizer: {{type: cognito_user_pools, providerARNs: ['arn:aws:cognito-idp:eu-west-1:111122223333:userpool/{pool}']}}}}"
    )
}

/// For each slot the key of the scheme that its marker belongs to.
fn markers(read: &Read) -> Vec<&str> {
    read.api.auth.slots().map(|(id, _)| read.api.auth.marker(id).key.as_str()).collect()
}

#[test]
fn two_authorizers_of_one_pool_have_one_marker() {
    let document = gateway(TWO, &second("eu-west-1_Pool00001"), "");
    assert_eq!(markers(&Read::of(&document)), ["Pool", "Pool"]);
    assert_eq!(markers(&Read::of(&gateway(TWO, &second("eu-west-1_Pool00002"), ""))), ["Pool", "Second"]);
    let client = |first: &str, second: &str| {
        format!("[authorizers.Pool]\napp-client-id = \"{first}\"\n[authorizers.Second]\napp-client-id = \"{second}\"")
    };
    assert_eq!(markers(&Read::with(&document, &client("1example", "1example"))), ["Pool", "Pool"]);
    assert_eq!(markers(&Read::with(&document, &client("1example", "2example"))), ["Pool", "Second"]);
    let read = Read::with(&document, "[authorizers.Second]\napp-client-id = \"2example\"");
    let (_, marker) = read.api.auth.slots().next().unwrap();
    assert_eq!((markers(&read), read.api.auth.published(marker)), (vec!["Pool", "Pool"], (Some("2example"), None)));
}

#[test]
fn environments_name_authorizers_of_the_document() {
    let document = gateway(TWO, &second("eu-west-1_Pool00001"), "");
    let table = |authorizer: &str| {
        format!(
            "[environments.dev]\nbase-url = \"https://dev.example.com/\"\n[environments.dev.authorizers.{authorizer}]\nuser-pool = \"eu-west-1_Dev1\""
        )
    };
    let read = Read::with(&document, &table("Second"));
    let [dev] = read.api.environments.as_slice() else { panic!("{}", read.report) };
    assert_eq!(
        (dev.name.as_str(), dev.constant.as_str(), dev.base_url.as_deref()),
        ("dev", "DEV", Some("https://dev.example.com"))
    );
    assert_eq!(
        (dev.authorizers[0].key.as_str(), dev.authorizers[0].user_pool.as_deref()),
        ("Pool", Some("eu-west-1_Dev1"))
    );
    // `Key` takes no token; `Guard` is defined, and no operation requires it.
    for (authorizer, known) in [("Secnd", false), ("Guard", true)] {
        let read = Read::with(&document, &table(authorizer));
        assert_eq!(read.reports("error", "COGEN-C060"), !known, "{authorizer}\n{}", read.report);
    }
    let read = Read::with(&document, &table("Secnd"));
    assert!(read.report.to_string().contains("did you mean `Second`? Then write:"), "{}", read.report);
    let both = format!("{}\n[environments.dev.authorizers.Pool]\nuser-pool = \"eu-west-1_Dev2\"", table("Second"));
    let read = Read::with(&document, &both);
    assert!(read.reports("error", "COGEN-C005"), "{}", read.report);
}
