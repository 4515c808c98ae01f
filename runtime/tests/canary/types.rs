//! The public types, and which of them cannot contain a secret.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Types that cannot contain a secret, and why.
pub const HARMLESS: &[(&str, &str)] = &[
    ("Account", "shows none of its fields"),
    ("Api", "a static of generated code"),
    ("Audiences", "names of app clients and resources"),
    ("AuthFactors", "a user name and names of factors"),
    ("Base64", "data of the API; the generator blanks what the document calls a password"),
    ("Callback", "of the fuzz targets alone; its code is a `Secret`"),
    ("CodeDelivery", "an address, mostly hidden by the pool"),
    ("Constant", "a static of generated code"),
    ("Content", "a static of generated code"),
    ("ContinuedEvents", "shows none of its fields"),
    ("Cursor", "a static of generated code"),
    ("DateTime", "a time"),
    ("DateTimeError", "a time"),
    ("Documented", "a static of generated code"),
    ("Elements", "has no Debug"),
    ("Environment", "addresses and the ids of user pools and app clients"),
    ("EnvironmentAuthorizer", "ids of a user pool and an app client, and a domain"),
    ("Event", "data of the API, as the value of a response"),
    ("EventStream", "shows none of its fields"),
    ("FixedClock", "a time"),
    ("Foreign", "the application's own type shows itself"),
    ("IdAndAccess", "nothing"),
    ("ItemStream", "shows none of its fields"),
    ("HeaderForm", "a static of generated code"),
    ("Items", "has no Debug"),
    ("ListedDevice", "a device as the pool describes it, without its password"),
    ("Location", "a static of generated code"),
    ("Members", "has no Debug"),
    ("MfaPreference", "names of factors"),
    ("MimeBase64", "data of the API; the generator blanks what the document calls a password"),
    ("Mismatch", "never holds a value; json/mismatch.rs tests it"),
    ("Missing", "nothing"),
    ("MultipartFormat", "a static of generated code"),
    ("Need", "a static of generated code"),
    ("NextPage", "a static of generated code"),
    ("No", "nothing"),
    ("NotSent", "nothing"),
    ("Object", "has no Debug"),
    ("Operation", "a static of generated code"),
    ("Optional", "shows what it holds, which is data of the API"),
    ("PageItems", "shows none of its fields"),
    ("PageSize", "a static of generated code"),
    ("Pages", "shows none of its fields"),
    ("PagesEnd", "a static of generated code"),
    ("Paging", "a static of generated code"),
    ("RawResponse", "has no Debug"),
    ("Reconnect", "numbers"),
    ("RegisteredPasskey", "the public id of a passkey, and its authenticator"),
    ("Retry", "numbers"),
    ("Revision", "the name of a revision in a store: a counter or a hash"),
    ("Scalars", "a static of generated code"),
    ("Scheme", "a static of generated code"),
    ("SelfService", "nothing"),
    ("SelfServiceId", "nothing"),
    ("Shape", "a static of generated code"),
    ("Status", "a number"),
    ("Streaming", "shows none of its fields"),
    ("Style", "a static of generated code"),
    ("SystemClock", "a time"),
    ("TokensOf", "nothing"),
    ("Tree", "has no Debug"),
    ("Unchecked", "nothing"),
    ("Undocumented", "nothing"),
    ("UnverifiedClaims", "claims are not a credential: a token without its signature is not accepted"),
    ("Uuid", "an id"),
    ("Value", "has the API's data; nothing of the runtime prints it"),
    ("WithContext", "nothing"),
    ("WithHeaders", "an answer's data"),
    ("Writer", "has no Debug"),
    ("Yes", "nothing"),
];

/// The public structs of the runtime, and its public enums with data, as named in its sources.
pub fn declared() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.contains("Session") && found.contains("EnterCode"), "the sources were not read: {found:?}");
    found
}

fn walk(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["testing", "tests"].contains(&&*name) {
                walk(&path, found);
            }
        } else if name.ends_with(".rs") && !["fuzzing.rs", "tests.rs"].contains(&&*name) {
            read(&fs::read_to_string(&path).unwrap(), found);
        }
    }
}

fn read(text: &str, found: &mut BTreeSet<String>) {
    let text = text.split("\n#[cfg(test)]").next().unwrap_or_default();
    let mut lines = text.lines().map(str::trim_start);
    while let Some(line) = lines.next() {
        if line == "challenges! {" {
            found.extend(
                lines.by_ref().take_while(|l| *l != "}").filter_map(|l| l.strip_suffix(';')).map(str::to_owned),
            );
        }
        let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric()).collect::<String>();
        if let Some(rest) = line.strip_prefix("pub struct ") {
            found.insert(name(rest));
        }
        if let Some(rest) = line.strip_prefix("pub enum ") {
            // An enum whose variants have no data cannot show any.
            let holds = lines
                .by_ref()
                .take_while(|l| *l != "}")
                .any(|l| !l.starts_with("//") && (l.contains('(') || l.contains('{')) && !l.starts_with('#'));
            if holds {
                found.insert(name(rest));
            }
        }
    }
    // Macros write `pub struct $name`.
    found.remove("");
}
