//! Valid configurations, and the errors of invalid ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::config::options::{Derive, HeaderForm, Options, SecurityMode};
use crate::config::read;
use crate::diagnostics::report::{Diagnostic, Report};
use crate::ir::schemes::{SchemeKind, SourceLocation};
use crate::ir::types::Type;

/// The diagnostics of a configuration that is the second file of the sources, each with the text it marks.
fn errors(text: &str) -> Vec<(Diagnostic, String)> {
    let (options, report) = run(text);
    assert!(options.is_none(), "taken: {text}");
    let source = report.sources.files()[1].clone();
    let marked = |d: &Diagnostic| {
        let span = d.span.expect("a location");
        source.text[(span.start - source.base) as usize..(span.end - source.base) as usize].to_owned()
    };
    report.diagnostics.iter().map(|d| (d.clone(), marked(d))).collect()
}

fn error(text: &str) -> (Diagnostic, String) {
    let mut all = errors(text);
    assert_eq!(all.len(), 1, "{text}: {:?}", all.iter().map(|(d, _)| &d.message).collect::<Vec<_>>());
    all.remove(0)
}

fn good(text: &str) -> Options {
    let (options, report) = run(text);
    options.unwrap_or_else(|| panic!("{text}: {:?}", report.diagnostics))
}

fn run(text: &str) -> (Option<Options>, Report) {
    let mut report = Report::default();
    let _ = report.sources.add("openapi.yaml", "openapi: 3.0.1");
    let base = report.sources.add("cogen.toml", text);
    (read(text, base, &mut report).ok(), report)
}

#[test]
fn every_key_is_read() {
    let o = good(
        r#"
        [crate]
        name = "petstore"
        version = "1.2.3-rc.1"
        [runtime]
        path = "../runtime"
        version = "0.1"
        features = ["serde"]
        [api]
        schemas = "source/openapi.yaml"
        resource = "ShopApi"
        files = ["schemas/pet.yaml", "./toy.yaml"]
        base-url = "https://API.example.com/v1/"
        include-cors = true
        keep-going = true
        single-file = true
        security = "openapi"
        [server-variables]
        basePath = "prod"
        [values]
        "AWS::Region" = "eu-central-1"
        [rename.operations]
        listPets = "pets"
        "get /pets/{id}" = "pet"
        [rename.types]
        "pet-record" = "Record"
        ClientSecret = "Hidden"
        [types]
        derives = ["Hash", "Eq"]
        [types.formats]
        uuid = "String"
        byte = "mime"
        stamp = "::clock::Stamp"
        date = "empty-is-none"
        [types.properties]
        "Pet.size" = "i128"
        "Pet.died" = "empty-is-none"
        [types.lenient]
        "Pet.birthday" = "empty-is-none"
        "Pet.photo" = "mime"
        [types.replace]
        Money = "::bank::Money"
        [authorizers.PetPool]
        kind = "cognito_user_pools"
        header-form = "bare"
        user-pools = ["us-east-1_AbC123", "us-gov-west-1_x"]
        issuers = ["https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123"]
        app-client-id = "1example23456789"
        domain = "https://auth.example.com"
        [authorizers."aws.auth.sigv4"]
        kind = "iam"
        region = "eu-central-1"
        identity-sources = ["header:X-Tenant", "query:tenant"]
        [skip]
        operations = ["OPTIONS /pets", "create pet"]
        [limits]
        bytes = 1000
        depth = 20
        nodes = 300
        types = 40
        "#,
    );
    assert_eq!(o.crate_name.as_deref(), Some("petstore"));
    assert_eq!(o.crate_version.as_deref(), Some("1.2.3-rc.1"));
    assert_eq!(o.runtime.path.as_deref(), Some("../runtime"));
    assert_eq!(o.runtime.version.as_deref(), Some("0.1"));
    assert_eq!(o.runtime.features, ["serde"]);
    assert_eq!(o.schemas.as_deref(), Some("source/openapi.yaml"));
    assert_eq!(o.base_url.as_deref(), Some("https://api.example.com/v1"));
    assert!(o.include_cors && o.keep_going && o.single_file);
    assert_eq!(o.resource.as_deref(), Some("ShopApi"));
    assert_eq!(o.files, ["schemas/pet.yaml", "toy.yaml"]);
    assert_eq!(o.security, SecurityMode::OpenApi);
    assert_eq!(o.server_variables["basePath"], "prod");
    assert_eq!(o.values["AWS::Region"], "eu-central-1");
    assert_eq!(o.rename_operations["listPets"].name.as_str(), "pets");
    assert_eq!(o.rename_operations["GET /pets/{id}"].name.as_str(), "pet");
    assert_eq!(o.rename_types["pet-record"].name.as_str(), "Record");
    assert_eq!(o.rename_types["ClientSecret"].name.as_str(), "Hidden");
    assert_eq!(o.derives, [Derive::Hash, Derive::Eq]);
    let values = &o.value_types;
    assert_eq!(values.formats["uuid"], Type::String);
    assert_eq!(values.formats["byte"], Type::MimeBase64);
    assert!(matches!(&values.formats["stamp"], Type::Replaced(path) if path.len() == 2));
    assert_eq!(values.properties["Pet.size"], Type::I128);
    assert_eq!(values.properties["Pet.photo"], Type::MimeBase64);
    assert_eq!(values.empty_formats.keys().collect::<Vec<_>>(), ["date"]);
    assert_eq!(values.empty_properties.keys().collect::<Vec<_>>(), ["Pet.died", "Pet.birthday"]);
    assert_eq!(o.replace_types["Money"].iter().map(|i| i.as_str()).collect::<Vec<_>>(), ["bank", "Money"]);
    let pool = &o.authorizers["PetPool"];
    assert_eq!(pool.kind, Some(SchemeKind::CognitoUserPools));
    assert_eq!(pool.header_form, Some(HeaderForm::Bare));
    let pools: Vec<_> = pool.user_pools.iter().map(|p| (p.region.as_str(), p.id.as_str())).collect();
    assert_eq!(pools, [("us-east-1", "us-east-1_AbC123"), ("us-gov-west-1", "us-gov-west-1_x")]);
    assert_eq!(pool.identity_sources, None);
    assert_eq!(pool.app_client_id.as_deref(), Some("1example23456789"));
    assert_eq!(pool.domain.as_deref(), Some("https://auth.example.com"));
    let iam = &o.authorizers["aws.auth.sigv4"];
    assert_eq!((iam.kind.clone(), iam.region.as_deref()), (Some(SchemeKind::Iam), Some("eu-central-1")));
    let sources = iam.identity_sources.iter().flatten().map(|s| (s.location, s.name.as_str())).collect::<Vec<_>>();
    assert_eq!(sources, [(SourceLocation::Header, "X-Tenant"), (SourceLocation::Query, "tenant")]);
    assert_eq!(o.skip_operations, ["OPTIONS /pets", "create pet"]);
    assert_eq!((o.limits.bytes, o.limits.depth, o.limits.nodes, o.limits.types), (1000, 20, 300, 40));
}

#[test]
fn values_are_strings_numbers_and_truth_values_as_they_are_written() {
    let o = good(
        "[values]\nIsProd = true\nPort = 8_080\nVersion = 1.10\nName = \"x\"\n[server-variables]\nport = 443\ntls = false",
    );
    let values: Vec<_> = o.values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(values, [("IsProd", "true"), ("Port", "8080"), ("Version", "1.10"), ("Name", "x")]);
    assert_eq!((o.server_variables["port"].as_str(), o.server_variables["tls"].as_str()), ("443", "false"));
    let (d, marked) = error("[values]\nx = [1]");
    assert_eq!(d.message, "`values.x` must be a string, a number or a boolean, found an array");
    assert_eq!(marked, "[1]");
}

#[test]
fn a_base_url_is_one_that_paths_can_be_put_after() {
    for (text, expected) in [
        ("https://API.example.com", "https://api.example.com"),
        ("https://api.example.com:8443//v1//x/", "https://api.example.com:8443/v1/x"),
        ("http://[::1]:80/", "http://[::1]"),
    ] {
        assert_eq!(good(&format!("api.base-url = {text:?}")).base_url.as_deref(), Some(expected));
    }
}

#[test]
fn an_empty_list_of_identity_sources_is_not_an_absent_one() {
    assert_eq!(good("[authorizers.A]\nidentity-sources = []").authorizers["A"].identity_sources, Some(Vec::new()));
}

#[test]
fn names_of_the_document_keep_their_locations() {
    let text = "[authorizers.Pool]\nkind = \"iam\"\n[server-variables]\nx = \"1\"\n[skip]\noperations = [\"get /a\"]\n\
                [rename.operations]\n\"get /b\" = \"b\"\n[rename.types]\nX = \"Y\"\n[types.replace]\nZ = \"::a::Z\"\n";
    let (options, report) = run(text);
    let options = options.unwrap();
    let marked = |table, name| {
        let span = options.places.of(table, name).expect("a location");
        let file = report.sources.file(span).unwrap();
        file.text[(span.start - file.base) as usize..(span.end - file.base) as usize].to_owned()
    };
    for (table, name, expected) in [
        ("authorizers", "Pool", "Pool"),
        ("server-variables", "x", "x"),
        ("skip.operations", "GET /a", "\"get /a\""),
        ("rename.operations", "GET /b", "\"get /b\""),
        ("rename.types", "X", "X"),
        ("types.replace", "Z", "Z"),
    ] {
        assert_eq!(marked(table, name), expected);
    }
}

#[test]
fn a_table_that_is_there_twice_is_explained() {
    let (d, _) = error("[values]\na = \"1\"\n[values]\nb = \"2\"");
    assert_eq!(d.code, crate::diagnostics::codes::CONFIG_SYNTAX);
    assert!(d.help.unwrap().contains("under one `[…]` header"));
}

#[test]
fn the_default_applies_without_a_key() {
    let o = good("");
    assert_eq!(o.crate_name, None);
    assert_eq!(o.security, SecurityMode::Auto);
    assert_eq!(o.limits.bytes, 64 << 20);
}

#[test]
fn an_unknown_key_is_an_error_with_the_nearest() {
    let (d, marked) = error("[api]\nbase_url = \"https://x.example\"");
    assert_eq!((d.message.as_str(), marked.as_str()), ("unknown key `api.base_url`", "base_url"));
    assert_eq!(d.help.as_deref(), Some("did you mean `base-url`?"));
    let (d, marked) = error("[authoriser.PetPool]\nkind = \"iam\"");
    assert_eq!((d.help.as_deref(), marked.as_str()), (Some("did you mean `authorizers`?"), "authoriser"));
    let (d, _) = error("[crate]\nlicence = \"MIT\"");
    assert_eq!(d.help.as_deref(), Some("the known keys are `name` and `version`"));
    // Inline tables and dotted keys are tables as well.
    assert_eq!(error("api = { secrity = \"auto\" }").1, "secrity");
    assert_eq!(error("limits.byte = 3").1, "byte");
}

#[test]
fn a_wrong_type_is_an_error_with_its_location() {
    for (text, message, marked) in [
        ("[api]\ninclude-cors = \"yes\"", "`api.include-cors` must be `true` or `false`, found a string", "\"yes\""),
        ("[crate]\nname = 3", "`crate.name` must be a string, found an integer", "3"),
        ("crate = \"x\"", "`crate` must be a table, found a string", "\"x\""),
        ("[skip]\noperations = \"a\"", "`skip.operations` must be an array of strings, found a string", "\"a\""),
        ("[skip]\noperations = [\"a\", 1]", "an element of `skip.operations` must be a string, found an integer", "1"),
        ("[limits]\ndepth = 1.5", "`limits.depth` must be an integer, found a float", "1.5"),
        ("[crate]\nversion = 2024-01-01", "`crate.version` must be a string, found a date", "2024-01-01"),
        ("[[api]]\n", "`api` must be a table, found an array of tables", "[[api]]"),
        ("[authorizers]\nPool = 1", "`authorizers.Pool` must be a table, found an integer", "1"),
    ] {
        let (d, found) = error(text);
        assert_eq!((d.message.as_str(), found.as_str()), (message, marked));
    }
}

#[test]
fn all_errors_are_reported_in_one_run() {
    let all =
        errors("[crate]\nname = \"std\"\nversion = \"1; x\"\n[api]\nbase-url = \"/v1\"\nnope = 1\n[limits]\nbytes = 0");
    assert_eq!(all.len(), 5);
}

#[test]
fn dangerous_values_are_refused() {
    for text in [
        r#"crate.name = "std""#,
        r#"crate.name = "test""#,
        r#"crate.name = "async""#,
        r#"crate.name = """#,
        r#"crate.name = "-""#,
        r#"crate.name = "a\"\n[dependencies]""#,
        r#"crate.version = "1""#,
        r#"crate.version = "1.0.0\n[dependencies]""#,
        r#"runtime.version = "1; x""#,
        r#"runtime.features = ["a\"b"]"#,
        r#"runtime.git = "https://user:word@example.com/x.git""#,
        r#"runtime.git = "ext::sh -c x""#,
        r#"api.schemas = "/etc/passwd""#,
        r#"api.schemas = "../source.yaml""#,
        r#"api.schemas = "C:\\x""#,
        r#"api.base-url = "example.com""#,
        r#"api.base-url = "ftp://example.com""#,
        r#"api.base-url = "https://""#,
        r#"api.base-url = "https:///x""#,
        r#"api.base-url = "https:x.example""#,
        r#"api.base-url = "https://user@example.com""#,
        r#"api.base-url = "https://@example.com""#,
        r#"api.base-url = "https://example.com\\@evil.example""#,
        r#"api.base-url = "https://example.com/#x""#,
        r#"api.base-url = "https://example.com/?x=1""#,
        r#"api.base-url = "https://example.com:0""#,
        r#"api.base-url = "https://exa\tmple.com""#,
        r#"api.base-url = "https://{id}.example.com""#,
        r#"api.security = "none""#,
        r#"api.duplicate-keys = "both""#,
        r#"rename.operations.x = "fn""#,
        r#"rename.operations.x = "getPet""#,
        r#"rename.operations."(GET) /pets" = "pets""#,
        r#"rename.types.X = "record""#,
        r#"rename.types.X = "A{}""#,
        r#"types.replace.X = "Money""#,
        r#"types.replace.X = "crate::Money""#,
        r#"types.replace.X = "a::B<C>""#,
        r#"types.derives = ["Clone"]"#,
        r#"types.derives = ["Serialize"]"#,
        r#"types.derives = ["::schemars::JsonSchema"]"#,
        r#"types.formats.uuid = "string""#,
        r#"types.formats.uuid = "u128""#,
        r#"types.formats."" = "String""#,
        r#"types.properties.birthday = "String""#,
        r#"types.properties."Pet." = "String""#,
        r#"types.properties."Pet.birthday" = "empty""#,
        r#"types.lenient."Pet.birthday" = "String""#,
        r#"authorizers.P.kind = "cognito""#,
        r#"authorizers.P.kind = "http""#,
        r#"authorizers.P.header-form = "Bearer ""#,
        r#"authorizers.P.user-pools = ["x@evil/#_AbC123"]"#,
        r#"authorizers.P.user-pools = ["us-east-1_"]"#,
        r#"authorizers.P.user-pools = ["us.east_AbC"]"#,
        r#"authorizers.P.user-pools = ["_AbC123"]"#,
        r#"authorizers.P.user-pools = ["-us_AbC123"]"#,
        r#"authorizers.P.app-client-id = "a b""#,
        r#"environments.dev.base-url = "dev""#,
        r#"environments."7".base-url = "https://dev.example.com""#,
        r#"environments.all.base-url = "https://dev.example.com""#,
        r#"environments.dev.authorizers.P.user-pool = "dev""#,
        r#"environments.dev.authorizers.P.app-client-id = "a b""#,
        r#"environments.dev.authorizers.P.domain = "http://auth.example.com""#,
        r#"authorizers.P.issuers = ["http://login.example.com"]"#,
        r#"authorizers.P.issuers = ["https://login.example.com/?tenant=a"]"#,
        r#"authorizers.P.issuers = ["https://user@login.example.com"]"#,
        r#"authorizers.P.domain = "http://auth.example.com""#,
        r#"authorizers.P.domain = "https://auth.example.com/login""#,
        r#"authorizers.P.region = "x@evil/#""#,
        r#"authorizers.P.identity-sources = ["X-Tenant"]"#,
        r#"authorizers.P.identity-sources = ["header:X Tenant"]"#,
        r#"authorizers.P.identity-sources = ["header:a\r\nb"]"#,
        r#"skip.operations = [""]"#,
        "limits.bytes = -1",
        "limits.depth = 100000",
    ] {
        let (d, _) = error(text);
        assert_eq!(d.code, crate::diagnostics::codes::CONFIG_VALUE, "{text}");
        assert!(!d.message.contains(['\n', '\r', '\t']), "{text}: {}", d.message);
    }
}

#[test]
fn two_names_for_one_item_are_refused() {
    for (text, marked) in [
        ("[rename.operations]\n\"GET /a\" = \"a\"\n\"get /a\" = \"b\"", "\"get /a\""),
        ("[rename.operations]\nx = \"a\"\ny = \"a\"", "\"a\""),
        ("[rename.types]\nX = \"A\"\nY = \"A\"", "\"A\""),
        ("[skip]\noperations = [\"a\", \"a\"]", "\"a\""),
    ] {
        let (d, found) = error(text);
        assert_eq!((d.code, found.as_str()), (crate::diagnostics::codes::CONFIG_CLASH, marked), "{text}");
        assert_eq!(d.related.len(), 1);
    }
    let (d, _) = error("[runtime]\npath = \"a\"\ngit = \"https://example.com/x\"");
    assert_eq!(d.code, crate::diagnostics::codes::CONFIG_CLASH);
    // TOML itself rejects a duplicate key.
    assert_eq!(error("[crate]\nname = \"a\"\nname = \"b\"").0.code, crate::diagnostics::codes::CONFIG_SYNTAX);
}

#[test]
fn what_ends_pages_fits_the_way_to_find_them() {
    for lines in [
        "page = \"p\"\npages = \"/n\"\ntotal = \"/t\"",
        "offset = \"o\"\nsize = \"/limit\"",
        "link = true\nlast = \"/last\"",
    ] {
        let text = format!("[paginate.list]\n{lines}\nmore = \"/m\"\nnot-found-is-end = true");
        let options = good(&text);
        let end = &options.paginate["list"].end;
        assert_eq!((end.more.as_deref(), end.not_found), (Some("/m"), true), "{text}");
    }
    for lines in
        ["link = true\ntotal = \"/t\"", "next = \"/n\"\ntoken = \"t\"\nsize = 3", "offset = \"o\"\npages = \"/n\""]
    {
        let (d, _) = error(&format!("[paginate.list]\n{lines}"));
        assert_eq!(d.code, crate::diagnostics::codes::CONFIG_CLASH, "{lines}");
    }
}

#[test]
fn a_client_secret_is_refused_and_shown_nowhere() {
    for text in [
        "[authorizers.P]\napp-client-secret = \"CANARY\"",
        "[authorizers.P]\nclient_secret = \"CANARY\"",
        "[authorizers.P]\nappClientSecret = [\"CANARY\"]",
        "client-secret = \"CANARY\"",
        "[api]\nclient-secret = \"CANARY\"",
        "[api]\nclient-secret = { value = \"CANARY\" }",
        "[values]\nClientSecret = \"CANARY\"",
        "[server-variables]\nclient-secret = \"CANARY\"",
        "[authorizers.P]\nclient-secret = CANARY",
        "[authorizers.P]\nclient-secret = \"CANARY",
        "[authorizers.P.client-secret]\nvalue = \"CANARY\"",
        "[authorizers.P.client-secret.a]\nvalue = \"CANARY\"\n[[authorizers.P.client-secret.b]]\nvalue = \"CANARY\"",
    ] {
        let (options, report) = run(text);
        assert!(options.is_none() && report.has_errors(), "{text}");
        let printed = format!("{:?} {:?} {report}", report.diagnostics, report.sources);
        assert!(!printed.contains("CANARY"), "{text}: {printed}");
        assert_eq!(report.sources.files()[1].text.len(), text.len(), "positions have moved");
    }
    let (d, marked) = error("[authorizers.P]\napp-client-secret = \"x\"");
    assert_eq!((d.code, marked.as_str()), (crate::diagnostics::codes::CONFIG_SECRET, "app-client-secret"));
}

#[test]
fn invalid_toml_is_reported_with_its_location() {
    let (d, _) = error("[crate\nname = 1");
    assert_eq!(d.code, crate::diagnostics::codes::CONFIG_SYNTAX);
    for text in ["\u{feff}[crate]\nname = \"a\"", "# only words", "\r\n[api]\r\nkeep-going = true\r\n"] {
        good(text);
    }
    let deep = format!("values = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(run(&deep).0.is_none());
}
