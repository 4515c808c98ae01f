//! Finds the OpenAPI document of an API in a CloudFormation, SAM or CDK template, as the value of a property.

use crate::config::{lines, quoted};
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Reported, Span};
use crate::diagnostics::texts::{excerpt, nearest};
use crate::document::edit;
use crate::document::exports;
use crate::document::load::node::{Member, Node};
use crate::document::spec::is_no_value;

/// The definitions of a template that its document uses.
#[derive(Clone, Debug, Default)]
pub struct Definitions<'s> {
    /// `Conditions`, by name.
    pub conditions: Option<Node<'s>>,
    /// `Mappings`, by name.
    pub mappings: Option<Node<'s>>,
}

/// The document in a template; a value that is not a template is returned unchanged. `resource` is the logical ID of the API,
/// required if several APIs have a document.
///
/// The document is the `Body` of an `AWS::ApiGateway::RestApi` or `AWS::ApiGatewayV2::Api`, or the `DefinitionBody` of an
/// `AWS::Serverless::Api` or `AWS::Serverless::HttpApi`
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html>,
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>). Its locations are
/// those in the template.
///
/// # Errors
/// `resource` does not name an API with a document, or several APIs have one.
pub fn document<'s>(
    mut root: Node<'s>,
    resource: Option<&str>,
    report: &mut Report,
) -> Result<(Node<'s>, Definitions<'s>), Reported> {
    let is_document = root.get("openapi").is_some() || root.get("swagger").is_some();
    let Some(resources) = root.get("Resources").filter(|_| !is_document).and_then(Node::members) else {
        if let Some(name) = resource {
            let message = format!("the resource `{}` is set, but the document is not a template", excerpt(name));
            let help = "remove `--resource`, or `resource` under `[api]`";
            return Err(report.error(Diagnostic::error(codes::TEMPLATE_RESOURCE, root.span, message).help(help)));
        }
        return Ok((root, Definitions::default()));
    };
    let apis: Vec<Api<'_, '_>> = resources.iter().filter_map(|member| Api::of(member, &root)).collect();
    let chosen = match choose(&apis, resource, &root) {
        Ok(api) => api.body().map(|key| (api.member.key.to_string(), api.member.key_span, key)),
        Err(error) => Err(error),
    };
    let (name, span, key) = chosen.map_err(|error| report.error(*error))?;
    let mut take = |key| edit::members(&mut root).and_then(|members| edit::take(members, key)).map(|m| m.value);
    let definitions = Definitions { conditions: take("Conditions"), mappings: take("Mappings") };
    match property(root, &name, key) {
        Some(body) => Ok((body, definitions)),
        None => Err(report.error(no_document(&name, span))),
    }
}

/// A property of a resource of a template, taken out of the template.
fn property<'s>(mut root: Node<'s>, resource: &str, key: &str) -> Option<Node<'s>> {
    let resources = edit::find_mut(edit::members(&mut root)?, "Resources")?;
    let resource = edit::find_mut(edit::members(resources)?, resource)?;
    let properties = edit::find_mut(edit::members(resource)?, "Properties")?;
    Some(edit::take(edit::members(properties)?, key)?.value)
}

/// The error for a resource without a document.
fn no_document(name: &str, span: Span) -> Diagnostic {
    let message = format!("the resource `{}` has no OpenAPI document in the template", excerpt(name));
    Diagnostic::error(codes::TEMPLATE_RESOURCE, span, message)
}

/// Checks that a document is not an `Fn::If` whose condition has no value.
///
/// # Errors
/// The document depends on a condition.
pub fn settled(root: &Node<'_>, report: &mut Report) -> Result<(), Reported> {
    let Some([condition, yes, no]) = root.get("Fn::If").and_then(Node::elements) else { return Ok(()) };
    let condition = condition.as_str().unwrap_or("NAME");
    let message =
        format!("undecided `Fn::If`: the document of the API depends on the condition `{}`", excerpt(condition));
    let help = format!(
        "set the deployed value of the condition in cogen.toml:{}",
        lines("values", &format!("{} = \"true\"", quoted(condition)))
    );
    let error = Diagnostic::error(codes::UNDECIDED, root.span, message)
        .related(yes.span, "if true")
        .related(no.span, "if false")
        .help(help);
    Err(report.error(error))
}

/// A resource of a template that is an API.
struct Api<'d, 's> {
    member: &'d Member<'s>,
    kind: &'d str,
    properties: Option<&'d Node<'s>>,
    /// The `Auth` of the resource or of `Globals`, which SAM adds to the document.
    auth: Option<&'d Node<'s>>,
}

impl<'d, 's> Api<'d, 's> {
    fn of(member: &'d Member<'s>, root: &'d Node<'s>) -> Option<Self> {
        let kind = member.value.get("Type")?.as_str()?;
        let global = match kind {
            "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api" => None,
            "AWS::Serverless::Api" => Some("Api"),
            "AWS::Serverless::HttpApi" => Some("HttpApi"),
            _ => return None,
        };
        let properties = member.value.get("Properties");
        let globals = global.and_then(|kind| root.get("Globals")?.get(kind)?.get("Auth"));
        let auth = properties.filter(|_| global.is_some()).and_then(|p| p.get("Auth")).or(globals);
        Some(Self { member, kind, properties, auth })
    }

    fn is_sam(&self) -> bool {
        self.kind.starts_with("AWS::Serverless::")
    }

    fn key(&self) -> &'static str {
        if self.is_sam() { "DefinitionBody" } else { "Body" }
    }

    fn property(&self, key: &str) -> Option<&'d Node<'s>> {
        self.properties?.get(key).filter(|node| !is_no_value(node))
    }

    /// Whether it has a document, in the template or in another file.
    fn has_document(&self) -> bool {
        self.property(self.key()).is_some() || self.elsewhere().is_some()
    }

    /// The property with the path of the file that contains the document.
    fn elsewhere(&self) -> Option<&'d Node<'s>> {
        self.property(if self.is_sam() { "DefinitionUri" } else { "BodyS3Location" })
    }

    /// The property that contains the document, if it can be read.
    fn body(&self) -> Result<&'static str, Box<Diagnostic>> {
        let name = excerpt(&self.member.key);
        let Some(body) = self.property(self.key()) else {
            let error = no_document(&self.member.key, self.member.key_span);
            return Err(match self.elsewhere() {
                Some(file) => self.file(file),
                None if self.is_sam() => error.help(SAM_HELP).into(),
                None => error.help(export_help()).into(),
            });
        };
        if let Some(key) = self.added_security() {
            let message = format!("the `{}` under `Auth` of `{name}` is added to the document only by SAM", key.key);
            return Err(Diagnostic::error(codes::TEMPLATE_RESOURCE, key.key_span, message).help(SAM_HELP).into());
        }
        if let Some(merges) = self.properties.and_then(|p| p.member("MergeDefinitions")).filter(|_| self.is_sam())
            && merges.value.as_bool() != Some(false)
        {
            let message = format!("the events of functions are added to the document of `{name}` only by SAM");
            return Err(Diagnostic::error(codes::TEMPLATE_RESOURCE, merges.key_span, message).help(SAM_HELP).into());
        }
        match body.get("Fn::Transform") {
            Some(transform) => Err(self.transform(transform)),
            None if body.members().is_some() => Ok(self.key()),
            None => {
                let message = format!("the `{}` of `{name}` must be an object, found {}", self.key(), body.kind());
                let error = Diagnostic::error(codes::NO_OBJECT_HERE, body.span, message);
                Err(error.help("write the OpenAPI document as an object").into())
            }
        }
    }

    /// A key of `Auth` by which operations require a credential.
    fn added_security(&self) -> Option<&'d Member<'s>> {
        const HARMLESS: &[&str] = &[
            "ResourcePolicy",
            "InvokeRole",
            "AddDefaultAuthorizerToCorsPreflight",
            "AddApiKeyRequiredToCorsPreflight",
            "UsagePlan",
        ];
        self.auth?.members()?.iter().find(|m| !HARMLESS.contains(&&*m.key))
    }

    /// The error for a document that `AWS::Include` includes from another file.
    fn transform(&self, transform: &Node<'_>) -> Box<Diagnostic> {
        let first = transform.elements().and_then(<[Node<'_>]>::first).unwrap_or(transform);
        let location = first.get("Parameters").and_then(|parameters| parameters.get("Location"));
        match location {
            Some(file) => self.file(file),
            None => {
                self.error("the document is the output of a CloudFormation macro".to_owned()).help(DEPLOYED_HELP).into()
            }
        }
    }

    /// The error for a document in another file.
    fn file(&self, file: &Node<'_>) -> Box<Diagnostic> {
        let name = excerpt(&self.member.key);
        let text = file.as_str().or_else(|| file.get("Fn::Sub")?.as_str());
        let Some(text) = text else {
            let message = format!("the document of `{name}` is in another file");
            return Diagnostic::error(codes::TEMPLATE_RESOURCE, file.span, message)
                .help("pass that file instead of the template")
                .into();
        };
        let message = format!("the document of `{name}` is in another file, `{}`", excerpt(text));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        let file_name =
            text.rsplit('/').next().filter(|n| !n.is_empty() && n.chars().all(is_plain)).unwrap_or("api.yaml");
        let help = match text.strip_prefix("s3://") {
            Some(rest) if rest.chars().all(is_plain) => {
                format!(
                    "pass that file instead of the template: `aws s3 cp s3://{rest} {file_name} && cogen inspect {file_name}`"
                )
            }
            None if !text.starts_with(['-', '/']) && text.chars().all(is_plain) => {
                format!("pass that file instead of the template: `cogen inspect {text}`")
            }
            _ => "pass that file instead of the template".to_owned(),
        };
        Diagnostic::error(codes::TEMPLATE_RESOURCE, file.span, message).help(help).into()
    }

    fn error(&self, message: String) -> Diagnostic {
        Diagnostic::error(codes::TEMPLATE_RESOURCE, self.member.key_span, message)
    }
}

/// The API with the given name, or the only one with a document.
fn choose<'a, 'd, 's>(
    apis: &'a [Api<'d, 's>],
    resource: Option<&str>,
    root: &Node<'_>,
) -> Result<&'a Api<'d, 's>, Box<Diagnostic>> {
    if let Some(name) = resource {
        return apis.iter().find(|api| api.member.key == name).ok_or_else(|| {
            let message = format!("unknown API `{}` in the template", excerpt(name));
            let names = apis.iter().map(|api| &*api.member.key);
            let help = match (nearest(name, names), apis.is_empty()) {
                (Some(near), _) => format!("did you mean `{}`? Use `--resource {}`", excerpt(near), excerpt(near)),
                (None, false) => format!("the APIs of the template are {}", listed(apis.iter())),
                (None, true) => "pass a template that contains an API".to_owned(),
            };
            Diagnostic::error(codes::TEMPLATE_RESOURCE, root.span, message).help(help).into()
        });
    }
    let with_document: Vec<&Api<'d, 's>> = apis.iter().filter(|api| api.has_document()).collect();
    match (with_document.as_slice(), apis) {
        ([only], _) => return Ok(only),
        ([], [only]) => return Ok(only),
        ([], []) => {}
        ([], _) | ([_, ..], _) => {
            let several = if with_document.is_empty() { apis.iter().collect() } else { with_document };
            let first = several.first().map_or("API", |api| &*api.member.key);
            let message = format!("the template contains {} APIs: {}", several.len(), listed(several.iter().copied()));
            let mut error = Diagnostic::error(codes::TEMPLATE_RESOURCE, root.span, message).help(format!(
                "choose one of them with `--resource {first}` or in cogen.toml:{}",
                lines("api", &format!("resource = {}", quoted(first)))
            ));
            for api in several.iter().take(MOST_SHOWN) {
                error = error.related(api.member.key_span, api.kind);
            }
            return Err(error.into());
        }
    }
    let is_sam = |member: &Member<'_>| {
        member.value.get("Type").and_then(Node::as_str).is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
    };
    let resources = root.get("Resources").and_then(Node::members).unwrap_or_default();
    let message = "no resource of the CloudFormation template is an API with an OpenAPI document";
    let error = Diagnostic::error(codes::TEMPLATE_RESOURCE, root.span, message);
    Err(error.help(if resources.iter().any(is_sam) { SAM_HELP.to_owned() } else { export_help() }).into())
}

fn export_help() -> String {
    format!("deploy the template and {}", exports::commands())
}

/// The maximum number of listed APIs.
const MOST_SHOWN: usize = 10;

fn listed<'a>(apis: impl Iterator<Item = &'a Api<'a, 'a>>) -> String {
    let mut names: Vec<String> = apis.map(|api| format!("`{}`", excerpt(&api.member.key))).collect();
    if names.len() > MOST_SHOWN {
        names.truncate(MOST_SHOWN);
        names.push("…".to_owned());
    }
    names.join(", ")
}

const DEPLOYED_HELP: &str = "use the processed template of the deployed stack:\naws cloudformation get-template --stack-name \
                             STACK --template-stage Processed --query TemplateBody > built.json";

/// The command that generates the document that SAM deploys, with SAM's own package. It is one line, so that it also works when
/// it is indented.
const SAM_HELP: &str = "generate the document with SAM, and pass its output, built.json:\n\
    pip install aws-sam-translator pyyaml\n\
    AWS_DEFAULT_REGION=eu-west-1 python3 -c '\
    import json; from samtranslator.translator.transform import transform; from samtranslator.yaml_helper import yaml_parse; \
    t = yaml_parse(open(\"template.yaml\")); \
    [r[\"Properties\"].update({k: \"s3://b/k\"}) for r in t[\"Resources\"].values() \
    for k in (\"CodeUri\", \"ContentUri\") if k in r.get(\"Properties\", {})]; \
    print(json.dumps(transform(t, {}, type(\"Policies\", (), {\"load\": lambda self: {}})()), indent=2))' > built.json";
