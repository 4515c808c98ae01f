//! What an operation is, as one text: everything in the document about it, in a fixed order, without the names chosen for Rust.

use cogen::ir::Api;
use cogen::ir::auth::{Need, RequirementId};
use cogen::ir::body::{Content, ContentKind, Part, PartContent};
use cogen::ir::operation::{Answer, AnswerContent, Operation, Param};
use cogen::ir::types::{Field, Type, TypeDef, TypeKind};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The operations of an API by route.
pub fn described(api: &Api) -> BTreeMap<String, String> {
    let described = Described { api, types: types(api) };
    api.operations.iter().map(|operation| (operation.route(), described.operation(operation))).collect()
}

struct Described<'a> {
    api: &'a Api,
    types: Vec<String>,
}

impl Described<'_> {
    fn operation(&self, of: &Operation) -> String {
        let requirement = of.requirement.map(|id| self.requirement(id));
        let params = sorted(&of.params, |param| self.param(param));
        let body =
            of.body.described().map(|body| (body.required, sorted(&body.contents, |content| self.content(content))));
        let answers = [&of.answers.success, &of.answers.errors].map(|all| sorted(all, |answer| self.answer(answer)));
        let Operation { deprecated, skipped, operation_id, errors, .. } = of;
        let accept = &of.answers.accept;
        format!(
            "{deprecated} {skipped:?} {operation_id:?} {errors:?} {requirement:?} {params:?} {body:?} {answers:?} {accept:?}"
        )
    }

    fn requirement(&self, id: RequirementId) -> Vec<String> {
        sorted(&self.api.auth[id].alternatives, |all| format!("{:?}", sorted(all, |need| self.need(need))))
    }

    fn need(&self, need: &Need) -> String {
        let scheme = &self.api.auth[need.scheme];
        let sources = sorted(&scheme.sources, |source| format!("{} {}", source.location.as_str(), source.name));
        let scopes = sorted(&need.scopes, |id| self.api.auth[*id].text.clone());
        let Need { token, matching, .. } = need;
        let (key, kind, prefix, issuers) = (&scheme.key, &scheme.kind, scheme.prefix, &scheme.issuers);
        format!("{key} {kind:?} {prefix:?} {issuers:?} {sources:?} {token:?} {scopes:?} {matching:?}")
    }

    fn param(&self, param: &Param) -> String {
        let Param { wire, location, required, style, explode, reserved, default, .. } = param;
        let ty = self.ty(&param.ty);
        format!("{wire} {location:?} {required} {style:?} {explode} {reserved} {default:?} {ty}")
    }

    fn content(&self, content: &Content) -> String {
        let kind = match &content.kind {
            ContentKind::Json(of) => format!("json {}", self.ty(of)),
            ContentKind::Form(of, styled) => {
                let styled = sorted(styled, |member| format!("{} {:?}", member.wire, member.serialization));
                format!("form {} {styled:?}", self.ty(of))
            }
            ContentKind::Members(of) => format!("members {}", self.ty(of)),
            ContentKind::Multipart(parts) => {
                format!("{} {:?}", parts.open, sorted(&parts.parts, |part| self.part(part)))
            }
            ContentKind::Text => "text".to_owned(),
            ContentKind::Bytes => "bytes".to_owned(),
            ContentKind::Ranged => "ranged".to_owned(),
        };
        format!("{} {kind}", content.media_type)
    }

    fn part(&self, part: &Part) -> String {
        let content = match &part.content {
            PartContent::Text(of) => format!("text {}", self.ty(of)),
            PartContent::Json(of) => format!("json {}", self.ty(of)),
            PartContent::Styled(of, style) => format!("{style:?} {}", self.ty(of)),
            PartContent::File => "file".to_owned(),
        };
        let Part { wire, required, repeated, media_type, .. } = part;
        let headers = sorted(&part.headers, |header| format!("{} {}", header.wire, self.ty(&header.ty)));
        format!("{wire} {content} {required} {repeated} {media_type:?} {headers:?}")
    }

    fn answer(&self, answer: &Answer) -> String {
        let content = match &answer.content {
            AnswerContent::Json(of) => format!("json {}", self.ty(of)),
            AnswerContent::Events { ty, whole, data } => format!("events {} {whole} {data:?}", self.ty(ty)),
            AnswerContent::Items { ty, text } => format!("items {} {text}", self.ty(ty)),
            other => format!("{other:?}"),
        };
        let headers = sorted(&answer.headers, |header| format!("{} {}", header.wire, self.ty(&header.ty)));
        format!("{:?} {content} {headers:?}", answer.status)
    }

    fn ty(&self, ty: &Type) -> String {
        spelled(ty, &self.types)
    }
}

/// The depth to which the structure of types is compared.
const DEPTH: usize = 8;

/// A text for each definition, equal for definitions of the same structure.
fn types(api: &Api) -> Vec<String> {
    let begin = vec![String::new(); api.types.len()];
    (0..DEPTH).fold(begin, |known, _| api.types.iter().map(|definition| structure(definition, &known)).collect())
}

fn structure(definition: &TypeDef, known: &[String]) -> String {
    match &definition.kind {
        TypeKind::Alias(of) => spelled(of, known),
        TypeKind::Struct { fields, additional } => {
            let fields = sorted(fields, |field| {
                let Field { wire, required, nullable, default, read_only, write_only, .. } = field;
                let ty = spelled(&field.ty, known);
                format!("{wire} {ty} {required} {nullable} {default:?} {read_only} {write_only}")
            });
            hash(&(fields, additional.as_ref().map(|(_, of)| spelled(of, known))))
        }
        TypeKind::Tuple { elements, required, rest } => {
            let elements: Vec<String> = elements.iter().map(|element| spelled(&element.ty, known)).collect();
            hash(&(elements, required, rest.as_ref().map(|of| spelled(of, known))))
        }
        TypeKind::StringEnum(variants) => hash(&variants.iter().map(|variant| &variant.value).collect::<Vec<_>>()),
        TypeKind::IntegerEnum(variants) => hash(&variants.iter().map(|variant| variant.value).collect::<Vec<_>>()),
        TypeKind::Union { discriminator, variants, .. } => {
            let variants = variants.iter().map(|variant| {
                let required = sorted(&variant.shape.required, String::clone);
                let constants = sorted(&variant.shape.constants, |constant| format!("{constant:?}"));
                let (tags, kind) = (sorted(&variant.tags, String::clone), variant.shape.kind);
                format!("{} {tags:?} {kind:?} {required:?} {constants:?}", spelled(&variant.ty, known))
            });
            hash(&(discriminator, variants.collect::<Vec<_>>()))
        }
    }
}

fn spelled(ty: &Type, known: &[String]) -> String {
    match ty {
        Type::Named(id) => known[id.0 as usize].clone(),
        Type::Array(of) => format!("[{}]", spelled(of, known)),
        Type::Map(of) => format!("{{{}}}", spelled(of, known)),
        Type::Nullable(of) => format!("{}?", spelled(of, known)),
        other => format!("{other:?}"),
    }
}

fn hash(of: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

fn sorted<T>(all: &[T], text: impl Fn(&T) -> String) -> Vec<String> {
    let mut all: Vec<String> = all.iter().map(text).collect();
    all.sort();
    all
}
