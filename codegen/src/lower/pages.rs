//! Checks the configuration of pages against the types of operations, and finds the type of their items.

use crate::config::options::{Options, PaginateOptions};
use crate::config::quoted;
use crate::diagnostics::codes;
use crate::diagnostics::report::{Diagnostic, Report, Severity};
use crate::diagnostics::texts::nearest;
use crate::ir::body::ContentKind;
use crate::ir::operation::{AnswerContent, Cursor, NextPage, Operation, PageSize, Pages, PagesEnd, ParamLocation};
use crate::ir::schemes::SourceLocation;
use crate::ir::types::{Literal, Type, TypeDef, TypeKind};

/// Adds the pages of an operation, if the configuration has a table for it.
pub fn fill(operation: &mut Operation, options: &Options, types: &[TypeDef], report: &mut Report) {
    let Some((key, paginate)) = options.pages_of(operation) else { return };
    let walk = Walk { types };
    match walk.pages(operation, paginate) {
        Ok(pages) => operation.pages = Some(pages),
        Err(Unfit { message, help }) => {
            let message = format!("{message} in `[paginate.{}]`", quoted(key));
            operation.errors.push(message.clone());
            let error = Diagnostic::new(Severity::Error, codes::PAGINATE, paginate.span, message);
            report.push(error.related(operation.span, "the operation").help(help));
        }
    }
}

/// Why a configuration does not fit its operation, and what to write.
struct Unfit {
    message: String,
    help: String,
}

struct Walk<'t> {
    types: &'t [TypeDef],
}

impl<'t> Walk<'t> {
    fn pages(&self, operation: &Operation, options: &PaginateOptions) -> Result<Pages, Unfit> {
        let response = operation.answers.success.iter().find_map(|answer| match &answer.content {
            AnswerContent::Json(ty) => Some(ty),
            _ => None,
        });
        let Some(response) = response else {
            return Err(Unfit {
                message: format!("`{}` has no JSON response", operation.route()),
                help: "remove the table, or describe the response in the document".to_owned(),
            });
        };
        let (items, item) = match &options.items {
            Some(pointer) => (pointer.clone(), self.items(response, pointer)?),
            None => self.only_items(response)?,
        };
        match &options.next {
            NextPage::Token { from, into } => {
                self.at(response, from, "next")?;
                self.cursor(operation, into, "token")?;
            }
            NextPage::Page { into, .. } => self.cursor(operation, into, "page")?,
            NextPage::Offset { into } => self.cursor(operation, into, "offset")?,
            NextPage::Link => {}
            NextPage::Url(from) => drop(self.at(response, from, "link")?),
        }
        let end = self.end(operation, response, &options.end)?;
        Ok(Pages { items, item, next: options.next.clone(), end })
    }

    /// What ends the pages, compared with the types.
    fn end(&self, operation: &'t Operation, response: &'t Type, end: &PagesEnd) -> Result<PagesEnd, Unfit> {
        let boolean: (fn(&Type) -> bool, _) = (is_boolean, "a boolean");
        let number: (fn(&Type) -> bool, _) = (is_number, "a number");
        let members = [
            ("more", &end.more, boolean),
            ("last", &end.last, boolean),
            ("total", &end.total, number),
            ("pages", &end.pages, number),
        ];
        for (key, pointer, (fits, what)) in members {
            let Some(pointer) = pointer else { continue };
            if !fits(self.at(response, pointer, key)?) {
                return Err(Unfit {
                    message: format!("`{key} = {}` is not {what}", quoted(pointer)),
                    help: format!("write the JSON pointer of a property of the response that is {what}"),
                });
            }
        }
        let mut end = end.clone();
        if let Some(PageSize::Asked { by, default }) = &mut end.size {
            self.cursor(operation, by, "size")?;
            *default = operation.params.iter().find_map(|param| match (&param.default, by.clone()) {
                (Some(Literal::Integer(number)), Cursor::Query(name)) if name == param.wire => {
                    usize::try_from(*number).ok()
                }
                _ => None,
            });
        }
        Ok(end)
    }

    /// The type of the items at a pointer.
    fn items(&self, response: &'t Type, pointer: &str) -> Result<Type, Unfit> {
        match self.whole(self.at(response, pointer, "items")?) {
            Type::Array(item) => Ok((**item).clone()),
            Type::Json => Ok(Type::Json),
            _ => Err(Unfit {
                message: format!("`items = {}` is not an array", quoted(pointer)),
                help: self.help_for_items(response),
            }),
        }
    }

    /// The only array of a response, with its pointer.
    fn only_items(&self, response: &'t Type) -> Result<(String, Type), Unfit> {
        if let Type::Array(item) = self.whole(response) {
            return Ok((String::new(), (**item).clone()));
        }
        match self.arrays(response).as_slice() {
            [(name, item)] => Ok((pointer_of(name), (*item).clone())),
            found => Err(Unfit {
                message: match found.len() {
                    0 => "the response has no array of items".to_owned(),
                    _ => "the response has several arrays".to_owned(),
                },
                help: self.help_for_items(response),
            }),
        }
    }

    fn help_for_items(&self, response: &'t Type) -> String {
        match self.arrays(response).as_slice() {
            [] => "write the JSON pointer of the array: `items = \"/page/items\"`".to_owned(),
            found => {
                let all: Vec<String> = found
                    .iter()
                    .take(MOST_NAMES)
                    .map(|(name, _)| format!("`items = {}`", quoted(&pointer_of(name))))
                    .collect();
                format!("write {}", all.join(" or "))
            }
        }
    }

    /// The properties that are arrays.
    fn arrays(&self, response: &'t Type) -> Vec<(&'t str, &'t Type)> {
        let array = |(name, ty): (&'t str, &'t Type)| match self.whole(ty) {
            Type::Array(item) => Some((name, &**item)),
            _ => None,
        };
        self.properties(response).into_iter().filter_map(array).collect()
    }

    fn properties(&self, ty: &'t Type) -> Vec<(&'t str, &'t Type)> {
        match self.whole(ty) {
            Type::Named(id) => match self.types.get(id.0 as usize).map(|def| &def.kind) {
                Some(TypeKind::Struct { fields, .. }) => {
                    fields.iter().map(|field| (field.wire.as_str(), &field.ty)).collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The type at a pointer. `key` is that of the configuration.
    fn at(&self, root: &'t Type, pointer: &str, key: &str) -> Result<&'t Type, Unfit> {
        let mut ty = self.whole(root);
        let mut before = String::new();
        for segment in pointer.split('/').skip(1) {
            let name = segment.replace("~1", "/").replace("~0", "~");
            let next = match ty {
                Type::Json => return Ok(ty),
                Type::Map(inner) => Some(&**inner),
                Type::Array(inner) => Some(&**inner).filter(|_| name.parse::<usize>().is_ok()),
                Type::Named(id) => self.member(id.0 as usize, &name),
                _ => None,
            };
            let Some(next) = next else {
                let names: Vec<&str> = self.properties(ty).into_iter().map(|(name, _)| name).collect();
                let help = match nearest(&name, names.iter().copied()) {
                    Some(near) => {
                        format!("did you mean `{key} = {}`?", quoted(&format!("{before}{}", pointer_of(near))))
                    }
                    None if names.is_empty() => {
                        "write the JSON pointer of a property of the response or of the body".to_owned()
                    }
                    None => format!("its properties are {}", listed(&names)),
                };
                return Err(Unfit {
                    message: format!("unknown property `{name}` of `{key} = {}`", quoted(pointer)),
                    help,
                });
            };
            ty = self.whole(next);
            before = format!("{before}/{segment}");
        }
        Ok(ty)
    }

    fn member(&self, index: usize, name: &str) -> Option<&'t Type> {
        match &self.types.get(index)?.kind {
            TypeKind::Struct { fields, additional } => {
                let field = fields.iter().find(|field| field.wire == name).map(|field| &field.ty);
                field.or(additional.as_ref().map(|(_, ty)| ty))
            }
            // Any of its types can be received.
            TypeKind::Union { .. } => Some(&Type::Json),
            _ => None,
        }
    }

    /// The type behind aliases and `null`.
    fn whole(&self, ty: &'t Type) -> &'t Type {
        let mut ty = ty;
        for _ in 0..64 {
            ty = match ty {
                Type::Nullable(inner) => inner,
                Type::Named(id) => match self.types.get(id.0 as usize).map(|def| &def.kind) {
                    Some(TypeKind::Alias(target)) => target,
                    _ => return ty,
                },
                _ => return ty,
            };
        }
        ty
    }

    /// Checks that a request has a place for the position of a page.
    fn cursor(&self, operation: &'t Operation, into: &Cursor, key: &str) -> Result<(), Unfit> {
        match into {
            Cursor::Query(name) => {
                let is_query = |location: &ParamLocation| *location == ParamLocation::In(SourceLocation::Query);
                let names: Vec<&str> =
                    operation.params.iter().filter(|p| is_query(&p.location)).map(|p| p.wire.as_str()).collect();
                if names.contains(&name.as_str()) {
                    return Ok(());
                }
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{key} = {}`?", quoted(near)),
                    None if names.is_empty() => {
                        format!(
                            "declare the query parameter in the document, or, if it is in the body, write its JSON pointer: `{key} = {}`",
                            quoted(&pointer_of(name))
                        )
                    }
                    None => format!("its query parameters are {}", listed(&names)),
                };
                Err(Unfit { message: format!("`{}` has no query parameter `{name}`", operation.route()), help })
            }
            Cursor::Body(pointer) => {
                let contents = operation.body.described().into_iter().flat_map(|body| &body.contents);
                let json = contents.into_iter().find_map(|content| match &content.kind {
                    ContentKind::Json(ty) => Some(ty),
                    _ => None,
                });
                match json {
                    // The body belongs to the operation and the type to the API, both of which outlive the check.
                    Some(ty) => Walk { types: self.types }.at(ty, pointer, key).map(|_| ()),
                    None => Err(Unfit {
                        message: format!("`{}` has no JSON body", operation.route()),
                        help: format!("write the name of a query parameter: `{key} = \"nextToken\"`"),
                    }),
                }
            }
        }
    }
}

fn is_boolean(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Json)
}

/// Whether a type can be a number. Some services write numbers as text.
fn is_number(ty: &Type) -> bool {
    let is_integer = matches!(ty, Type::I32 | Type::I64 | Type::U32 | Type::U64 | Type::I128);
    is_integer || matches!(ty, Type::F64 | Type::String | Type::Json)
}

fn pointer_of(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    shown.join(", ")
}

/// The maximum number of names in a help text.
const MOST_NAMES: usize = 8;
