//! The example of a generated crate: sign-in, a client, and one call, for its front page and its README.

use crate::emit::auth::{Paths, credential_type, grant};
use crate::emit::plan::{Plan, Planned, arguments};
use crate::emit::rust::text;
use crate::ir::auth::{Need, SchemeId, TokenKind};
use crate::ir::body::{ContentKind, RequestBody};
use crate::ir::operation::Method;
use crate::ir::schemes::{Audiences, CredentialKind, Scheme, SchemeKind};
use crate::ir::types::Type;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Code that compiles in a crate with the generated crate and the runtime as dependencies.
pub struct Example {
    /// The features of the runtime that the code needs.
    pub features: Vec<&'static str>,
    /// The code.
    pub code: String,
}

/// The example of an API, with `library` as the name of the generated crate in code; `None` if no operation has a method.
pub fn write(plan: &Plan<'_>, library: &str) -> Option<Example> {
    let operations = plan.groups.iter().flat_map(|group| &group.operations);
    let shown = operations.map(|planned| Shown::of(plan, planned)).min_by_key(|shown| shown.rank)?;
    Some(shown.write(plan, library))
}

/// The paths of types in the example.
const PATHS: Paths = Paths { types: "auth::", scopes: "scopes::", runtime: "runtime::" };

/// The largest number of type parameters in the type of the example's client; a longer type is left out.
const MOST_SLOTS: usize = 4;

/// An operation as an example shows it.
struct Shown<'a> {
    planned: &'a Planned<'a>,
    /// The credentials of its shortest alternative.
    needs: &'a [Need],
    /// Its arguments as expressions; `None` if one of them has no short expression.
    call: Option<Call>,
    /// The operation with the lowest rank is shown.
    rank: (bool, bool, bool, bool, usize, usize),
}

/// The arguments of a call.
#[derive(Default)]
struct Call {
    expressions: Vec<String>,
    /// The arguments that the example takes from its caller, with their types.
    given: Vec<(String, String)>,
}

impl<'a> Shown<'a> {
    fn of(plan: &'a Plan<'_>, planned: &'a Planned<'a>) -> Self {
        let requirement = planned.op.requirement.map(|id| &plan.api.auth[id]);
        let alternatives = requirement.map(|r| r.alternatives.as_slice()).unwrap_or_default();
        let is_optional = requirement.is_none_or(|r| r.is_optional());
        let shortest = if is_optional { None } else { alternatives.iter().min_by_key(|needs| needs.len()) };
        let needs = shortest.map(Vec::as_slice).unwrap_or_default();
        let call = call(plan, planned);
        let signs_in = needs.iter().any(|need| plan.api.auth[need.scheme].kind.takes_token());
        let given = call.as_ref().map_or(0, |call| call.given.len());
        let count = call.as_ref().map_or(0, |call| call.expressions.len());
        let size = needs.len() + given;
        let rank = (call.is_none(), planned.op.deprecated, needs.is_empty(), !signs_in, size, count);
        Self { planned, needs, call, rank }
    }

    fn write(&self, plan: &Plan<'_>, library: &str) -> Example {
        let auth = &plan.api.auth;
        let mut example = Body::default();
        for need in self.needs {
            example.credential(plan, need);
        }
        let call = self.call.as_ref().map(|call| call.expressions.join(", "));
        let given = self.call.as_ref().map(|call| call.given.as_slice()).unwrap_or_default();
        let types: BTreeSet<SchemeId> = self.needs.iter().map(|need| need.scheme).collect();
        let slots: Vec<String> = auth
            .slots()
            .map(|(id, _)| match self.needs.iter().find(|need| need.scheme == id) {
                Some(need) => stored(need, plan),
                None => format!("{}Missing", PATHS.runtime),
            })
            .collect();
        // Empty slots at the end are the defaults of the type parameters.
        let last = auth.slots().position(|(id, _)| types.last() == Some(&id)).map_or(0, |index| index + 1);
        let stored = slots.get(..last).unwrap_or_default().join(", ");

        let mut code = String::new();
        let given: String = given.iter().map(|(name, ty)| format!("{name}: {ty}")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(code, "pub async fn example({given}) -> Result<(), Box<dyn std::error::Error>> {{");
        code.push_str(&example.sign_in);
        let ty = if stored.is_empty() || last > MOST_SLOTS {
            String::new()
        } else {
            code.push_str(
                "    // The type to write in struct fields and arguments; here the compiler could infer it.\n",
            );
            format!(": Client<{stored}>")
        };
        let _ = write!(code, "    let client{ty} = Client::builder()");
        if plan.api.base_url.is_none() {
            code.push_str("\n        .base_url(\"https://api.example.com\")");
        }
        code.push_str(&example.setters);
        let is_chain = plan.api.base_url.is_none() || !example.setters.is_empty();
        code.push_str(if is_chain { "\n        .build()?;\n" } else { ".build()?;\n" });
        match call {
            Some(arguments) => {
                let _ = writeln!(code, "    let response = client.{}({arguments}).await?;", self.planned.op.name);
                code.push_str("    println!(\"{response:?}\");\n");
            }
            None => code.push_str("    println!(\"{client:?}\");\n"),
        }
        code.push_str("    Ok(())\n}\n");

        let names = ["auth", "grant", "runtime", "scopes", "types"];
        let used = names
            .iter()
            .filter(|name| [format!("{name}::"), format!("{name}![")].iter().any(|part| code.contains(part.as_str())));
        let used: Vec<&str> = std::iter::once("Client").chain(used.copied()).collect();
        let list = if let [only] = used.as_slice() { (*only).to_owned() } else { format!("{{{}}}", used.join(", ")) };
        let traits = if example.signs_in { format!("use {library}::runtime::UserPool;\n") } else { String::new() };
        Example {
            features: example.features.into_iter().collect(),
            code: format!("{traits}use {library}::{list};\n\n{code}"),
        }
    }
}

/// The parts of the example that depend on its credentials.
#[derive(Default)]
struct Body {
    features: BTreeSet<&'static str>,
    /// The statements that obtain credentials.
    sign_in: String,
    /// The calls of the builder.
    setters: String,
    /// Whether the trait of app clients is used.
    signs_in: bool,
}

impl Body {
    /// Adds a credential that meets a need.
    fn credential(&mut self, plan: &Plan<'_>, need: &Need) {
        let scheme = &plan.api.auth[need.scheme];
        let slot = &scheme.slot;
        let value = match scheme.kind.credential() {
            CredentialKind::Token => {
                let statement = if is_user_pool(scheme) { self.sign_in_at(plan, need) } else { from_text(plan, need) };
                let name = if is_user_pool(scheme) { "session" } else { "token" };
                let is_taken = self.sign_in.contains(&format!("let {name} ="));
                let name = if is_taken { format!("{name}_of_{slot}") } else { name.to_owned() };
                let _ = writeln!(self.sign_in, "    let {name} = {statement};");
                name
            }
            CredentialKind::Values => {
                let values: Vec<String> =
                    scheme.inputs().iter().map(|source| placeholder(source.field.as_str())).collect();
                format!("auth::{}::new({})", scheme.name, values.join(", "))
            }
            CredentialKind::ApiKey => placeholder("api-key"),
            CredentialKind::Iam => {
                self.features.insert("aws-config");
                "runtime::Iam::from_default_chain().await?".to_owned()
            }
            CredentialKind::Basic => format!("{}, {}", placeholder("user"), placeholder("password")),
            CredentialKind::Bearer => placeholder("token"),
        };
        let _ = write!(self.setters, "\n        .{slot}({value})");
    }

    /// An expression that signs a user in at a user pool.
    fn sign_in_at(&mut self, plan: &Plan<'_>, need: &Need) -> String {
        self.signs_in = true;
        let auth = &plan.api.auth;
        let scheme = &auth[need.scheme];
        let (app_client, domain) = auth.published(auth.marker(need.scheme));
        let app_client = app_client.or_else(|| scheme.audiences.app_clients().next());
        let client_id = app_client.map_or_else(|| placeholder("app-client-id"), string);
        let mut code = format!("auth::{}::app_client({client_id})", scheme.name);
        if scheme.user_pools.len() != 1 {
            let known = scheme.user_pools.first().map_or("eu-west-1_Example01", |pool| pool.id.as_str());
            let _ = write!(code, "\n        .pool_id({})", string(known));
        }
        let resource = resource(need, scheme);
        if need.scopes.is_empty() && resource.is_none() {
            self.features.insert("cognito");
            let _ = write!(code, "\n        .sign_in(\"user\", \"password\")\n        .await?\n        .done()?");
            return code;
        }
        self.features.insert("hosted-login");
        let _ = write!(
            code,
            "\n        .managed_login({})",
            domain.map_or_else(|| "\"https://auth.example.com\"".to_owned(), string)
        );
        if let Some(resource) = resource {
            let _ = write!(code, "\n        .resource({})", string(resource));
        }
        if let Some(grant) = grant(need, auth, &PATHS) {
            let _ = write!(code, "\n        .grant::<{grant}>()");
        }
        code.push_str("\n        .open_browser()\n        .await?");
        code
    }
}

/// An expression for the token of an issuer at which the runtime does not sign in.
fn from_text(plan: &Plan<'_>, need: &Need) -> String {
    format!("{}::from_jwt({})?", token_type(plan, need).replacen('<', "::<", 1), placeholder("token"))
}

/// The type of such a token.
fn token_type(plan: &Plan<'_>, need: &Need) -> String {
    let auth = &plan.api.auth;
    let name = &auth[need.scheme].name;
    if need.token == Some(TokenKind::Id) {
        return format!("runtime::IdToken<auth::{name}>");
    }
    let grant = grant(need, auth, &PATHS).map(|grant| format!(", {grant}")).unwrap_or_default();
    format!("runtime::AccessToken<auth::{name}{grant}>")
}

/// The type of the credential in the example.
fn stored(need: &Need, plan: &Plan<'_>) -> String {
    let scheme = &plan.api.auth[need.scheme];
    match scheme.kind.credential() {
        CredentialKind::Token if !is_user_pool(scheme) => token_type(plan, need),
        // A password sign-in gives the one scope of self-service.
        CredentialKind::Token if need.scopes.is_empty() && resource(need, scheme).is_none() => {
            format!("runtime::UserSession<auth::{}, runtime::SelfService>", scheme.name)
        }
        _ => credential_type(need, &plan.api.auth, &PATHS),
    }
}

/// The resource that the token must be bound to: a REST API's JWT authorizer reads `aud`, which an access token of Cognito has only
/// if it was requested for a resource.
fn resource<'a>(need: &Need, scheme: &'a Scheme) -> Option<&'a str> {
    let reads_aud = matches!(scheme.audiences, Audiences::Aud(_)) && need.token == Some(TokenKind::Access);
    let is_only = scheme.audiences.app_clients().next().is_none();
    scheme.audiences.resources().next().filter(|_| reads_aud || is_only)
}

/// Whether the runtime signs in at the issuer of the scheme's tokens.
pub fn is_user_pool(scheme: &Scheme) -> bool {
    scheme.kind == SchemeKind::CognitoUserPools || !scheme.user_pools.is_empty()
}

/// The arguments of an operation, if each has a short expression or a type that the example's caller can name.
fn call(plan: &Plan<'_>, planned: &Planned<'_>) -> Option<Call> {
    if planned.params.is_some() {
        return None;
    }
    let mut call = Call::default();
    if planned.op.method == Method::Any {
        call.expressions.push("\"GET\".parse()?".to_owned());
    }
    for param in arguments(planned.op) {
        call.add(plan, &param.ty, param.name.as_str())?;
    }
    if let RequestBody::Described(body) = &planned.op.body
        && body.required
    {
        let [content] = body.contents.as_slice() else { return None };
        match &content.kind {
            ContentKind::Json(ty) | ContentKind::Form(ty, _) | ContentKind::Members(ty) => {
                call.add(plan, ty, "body")?
            }
            ContentKind::Text | ContentKind::Bytes | ContentKind::Ranged => call.expressions.push(placeholder("body")),
            ContentKind::Multipart(_) => return None,
        }
    }
    Some(call)
}

impl Call {
    fn add(&mut self, plan: &Plan<'_>, ty: &Type, name: &str) -> Option<()> {
        let expression = match plan.resolved(ty) {
            Type::String => placeholder(name),
            Type::Bool => "true".to_owned(),
            Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::I128 => "1".to_owned(),
            Type::F64 => "1.0".to_owned(),
            Type::Uuid => "\"67e55044-10b1-426f-9247-bb680e5fe0c8\".parse()?".to_owned(),
            Type::Named(id) => {
                let def = plan.api.types.get(id.0 as usize)?;
                let own = ["client", "response", "session", "token"].contains(&name);
                let name = if own { format!("{name}_argument") } else { name.to_owned() };
                self.given.push((name.clone(), format!("&types::{}", def.name)));
                name
            }
            _ => return None,
        };
        self.expressions.push(expression);
        Some(())
    }
}

/// A placeholder for a value of the user.
fn placeholder(name: &str) -> String {
    format!("\"{}\"", name.trim_end_matches('_').replace('_', "-"))
}

/// A string literal of a text that comes from the document or the configuration.
fn string(value: &str) -> String {
    text::literal(value).to_string()
}
