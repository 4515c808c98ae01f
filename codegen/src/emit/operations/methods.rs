//! Operations: for each a method of the client, the setters of its call, and the types of its request and response.

use crate::emit::operations::{bodies, pages, parts, responses, styles};
use crate::emit::plan::{Group, Plan, Planned, arguments, fresh, options};
use crate::emit::rust::spell::{Speller, generics};
use crate::emit::rust::text;
use crate::emit::rust::text::{Docs, fixed, ident};
use crate::emit::rust::tree;
use crate::emit::rust::tree::template;
use crate::ir::auth::Requirement;
use crate::ir::body::{Body, RequestBody};
use crate::ir::operation::{Method, Param, ParamLocation, Segment};
use crate::ir::schemes::SourceLocation;
use std::collections::BTreeSet;
use std::ops::Range;
use syn::{Expr, FnArg, GenericParam, ImplItem, ImplItemFn, Item, ItemEnum, ItemImpl, ItemStruct, Stmt, Type};

/// A range of the operations of a module: one block of methods, and the types of these operations.
pub fn write(plan: &Plan<'_>, group: &Group<'_>, range: Range<usize>) -> Vec<Item> {
    let spell = Speller::beside_types(plan);
    let parameters = generics(&spell.slots());
    let mut block: ItemImpl = syn::parse_quote!(impl #parameters client::Client #parameters {});
    let mut items = Vec::new();
    for planned in &group.operations[range] {
        let method = Writer { spell: &spell, planned }.write(&mut items);
        block.items.push(ImplItem::Fn(method));
    }
    items.insert(0, Item::Impl(block));
    items
}

/// Writes one operation.
struct Writer<'a> {
    spell: &'a Speller<'a>,
    planned: &'a Planned<'a>,
}

/// The names of a method's own variables; none of them hides a parameter.
struct Names {
    request: String,
    method: String,
    params: String,
    body: String,
}

impl Writer<'_> {
    fn write(&self, items: &mut Vec<Item>) -> ImplItemFn {
        let op = self.planned.op;
        let mut taken: BTreeSet<String> = op.params.iter().map(|p| p.name.to_string()).collect();
        let mut name = |name: &str| fresh(name.to_owned(), &mut taken);
        let names =
            Names { request: name("request"), method: name("method"), params: name("params"), body: name("body") };

        let answered = responses::write(self.spell, self.planned);
        let mut inputs = Vec::new();
        let mut steps = Vec::new();
        let mut setters = Vec::new();
        let mut lifetime = None;
        self.parameters(&names, &mut inputs, &mut steps);
        if self.planned.params.is_some() {
            items.push(self.params_struct());
        }
        setters.extend(options(op).map(|param| self.setter(param)));
        if let Some(body) = op.body.described() {
            let request = if body.required { tree::local(&names.request) } else { tree::own_request() };
            let mut passed = bodies::write(self.spell, self.planned, body, &names.body, request);
            items.append(&mut passed.items);
            if body.required {
                inputs.push(tree::argument(&names.body, passed.ty));
                steps.push(passed.put);
                lifetime = passed.lifetime;
            } else {
                let docs = Docs::of(Some(body.doc.as_deref().unwrap_or("Sets the body.")));
                let mut setter = tree::setter(docs.attributes(), &names.body, &names.body, passed.ty, [passed.put]);
                if let ImplItem::Fn(setter) = &mut setter {
                    setter.sig.generics.params.extend(passed.lifetime.map(GenericParam::Lifetime));
                }
                setters.push(setter);
            }
        }

        self.marker(&answered.success, &answered.error, items);
        if !setters.is_empty() {
            let mut block = template!(ItemImpl: impl Name {});
            *block.self_ty = self.call();
            block.items = setters;
            items.push(Item::Impl(block));
        }
        items.extend(answered.items);
        let mut method = self.method(&names, inputs, steps);
        method.sig.generics.params.extend(lifetime.map(GenericParam::Lifetime));
        method
    }

    /// Adds the arguments of the method, and the statements that put the required parameters into the request.
    fn parameters(&self, names: &Names, inputs: &mut Vec<FnArg>, steps: &mut Vec<Stmt>) {
        let op = self.planned.op;
        let request = || tree::local(&names.request);
        if op.method == Method::Any {
            inputs.push(tree::argument(&names.method, template!(Type: rt::http::Method)));
            steps.push(tree::statement(tree::method(request(), "any_method", [tree::local(&names.method)])));
        }
        if let Some(name) = &self.planned.params {
            inputs.push(tree::argument(&names.params, tree::pointer(tree::named(tree::path(&[name])))));
        }
        let value = |param: &Param| {
            if self.planned.params.is_some() {
                tree::reference(tree::member(tree::local(&names.params), param.name.as_str()))
            } else {
                self.spell.by_reference(&param.ty, param.name.as_str())
            }
        };
        for segment in &op.segments {
            match segment {
                Segment::Text(text) => {
                    steps.push(tree::statement(tree::method(request(), "path_text", [text::string(text)])))
                }
                Segment::Param(index) => {
                    steps.extend(op.params.get(*index).map(|param| put(request(), param, value(param))));
                }
            }
        }
        for param in arguments(op) {
            if self.planned.params.is_none() {
                inputs.push(tree::argument(param.name.as_str(), self.spell.argument(&param.ty)));
            }
            if !matches!(param.location, ParamLocation::Path { .. }) {
                steps.push(put(request(), param, value(param)));
            }
        }
    }

    /// The method of the client.
    fn method(&self, names: &Names, inputs: Vec<FnArg>, steps: Vec<Stmt>) -> ImplItemFn {
        let op = self.planned.op;
        let mut function = template!(ImplItemFn: pub fn name(&self) {});
        function.attrs = self.docs().attributes();
        function.attrs.extend(parts::deprecated(op.deprecated));
        function.sig.ident = ident(&op.name);
        function.sig.inputs.extend(inputs);
        function.sig.output = tree::returns(self.call());
        if let Some((requirement, _)) = self.requirement().filter(|(r, _)| !r.is_optional()) {
            function.sig.generics.where_clause =
                Some(tree::where_self(tree::path(&["auth", requirement.name.as_str()])));
        }
        let open = template!(Expr: rt::Request::new(&self.core, &OPERATION));
        let open = tree::variable(&names.request, !steps.is_empty(), open);
        let stmts = &mut function.block.stmts;
        stmts.push(self.description());
        stmts.push(open);
        stmts.extend(steps);
        let new = tree::path(&["client", "Call", "new"]);
        stmts.push(tree::result(tree::call(new, [tree::local(&names.request)])));
        function
    }

    /// The static that describes the operation to the runtime.
    fn description(&self) -> Stmt {
        let op = self.planned.op;
        let needs = match self.requirement() {
            Some((_, constant)) => tree::path(&["auth", constant]),
            None => tree::path(&["rt", "OPEN"]),
        };
        let arguments = [
            text::string(op.name.as_str()),
            text::string(op.method.as_str()),
            text::string(&op.path),
            tree::value(needs),
            self.spell.optional(op.answers.accept.as_deref().map(text::string)),
            responses::documented(self.spell.plan, &op.answers.success, &op.answers.errors),
        ];
        let mut item = template!(syn::ItemStatic: static OPERATION: rt::Operation = (););
        *item.expr = tree::call(tree::path(&["rt", "Operation", "new"]), arguments);
        if let Some(header) = &op.idempotency {
            *item.expr = tree::method((*item.expr).clone(), "idempotent", [text::string(header)]);
        }
        Stmt::Item(Item::Static(item))
    }

    fn requirement(&self) -> Option<(&Requirement, &str)> {
        let id = self.planned.op.requirement?;
        let plan = self.spell.plan;
        Some((&plan.api.auth[id], &plan.needs[id.index()]))
    }

    fn docs(&self) -> Docs {
        let op = self.planned.op;
        let mut docs = Docs::new();
        docs.text(op.summary.as_deref());
        if op.doc != op.summary {
            docs.text(op.doc.as_deref());
        }
        docs.gap();
        docs.line(text::code(&op.route()));
        docs.gap();
        docs.line(match self.requirement() {
            None => "Requires no credential.".to_owned(),
            Some((requirement, _)) if requirement.text.is_empty() => "Requires no credential.".to_owned(),
            Some((requirement, _)) if requirement.is_optional() => {
                format!("Requires no credential, and sends one if the client has it: {}.", requirement.text)
            }
            Some((requirement, _)) => format!("Requires {}.", requirement.text),
        });
        if self.planned.params.is_none() {
            for param in arguments(op) {
                if let Some(words) = words(param.doc.as_deref()) {
                    docs.gap();
                    docs.line(format!("{}: {words}", text::code(param.name.as_str())));
                }
            }
        }
        match &op.body {
            RequestBody::Described(body) => bodies::docs(body, &mut docs),
            RequestBody::Undescribed => {
                docs.gap();
                docs.line("The document does not describe the request. Set a body with `.json(…)` or `.body(…)`, and query parameters with `.query(…)`.");
            }
            RequestBody::None => {}
        }
        if op.pages.is_some() {
            docs.gap();
            docs.line("`.pages()` sends the call for each page, and `.items()` returns the items of all pages.");
        }
        docs.gap();
        for answer in op.answers.success.iter().chain(&op.answers.errors) {
            if let Some(words) = words(answer.doc.as_deref()) {
                docs.line(format!("- {}: {words}", responses::status_in_words(answer.status)));
            }
        }
        docs
    }

    /// The struct of the required parameters, if there are too many for arguments.
    fn params_struct(&self) -> Item {
        let op = self.planned.op;
        let mut item = template!(ItemStruct: #[derive(Clone, Debug)] pub struct Name {});
        let mut docs = Docs::new();
        docs.line(format!("The required parameters of {}.", text::code(op.name.as_str())));
        item.attrs.splice(..0, docs.attributes());
        item.ident = fixed(self.planned.params.as_deref().unwrap_or("Params"));
        item.fields = tree::fields(arguments(op).map(|param| {
            tree::field(Docs::of(param.doc.as_deref()).attributes(), param.name.as_str(), self.spell.ty(&param.ty))
        }));
        Item::Struct(item)
    }

    /// The setter of an optional parameter.
    fn setter(&self, param: &Param) -> ImplItem {
        let mut docs = Docs::of(param.doc.as_deref());
        if let Some(default) = &param.default {
            docs.gap();
            docs.line(parts::default_docs(default));
        }
        let mut attributes = docs.attributes();
        attributes.extend(parts::deprecated(param.deprecated));
        let name = param.name.as_str();
        let step = put(tree::own_request(), param, self.spell.by_reference(&param.ty, name));
        tree::setter(attributes, name, name, self.spell.argument(&param.ty), [step])
    }

    /// `client::Call<'_, Name>`
    fn call(&self) -> Type {
        let marker = tree::named(tree::path(&[self.planned.op.type_name.as_str()]));
        tree::borrowed(tree::path(&["client", "Call"]), "'_", [marker])
    }

    /// The type parameter of the operation's call, with the types of its response. It is an enum without variants, so that its
    /// name is in the namespace of types only.
    fn marker(&self, success: &Type, error: &Type, items: &mut Vec<Item>) {
        let op = self.planned.op;
        let name = ident(&op.type_name);
        let mut item = template!(ItemEnum: pub enum Name {});
        let mut docs = Docs::new();
        docs.line(format!(
            "The operation {}, as the type parameter of its [`Call`](client::Call).",
            text::code(op.name.as_str())
        ));
        item.attrs.splice(..0, docs.attributes());
        item.ident = name.clone();
        items.push(Item::Enum(item));

        let mut types = template!(ItemImpl: impl rt::OperationTypes for Name { type Success = (); type Error = (); });
        *types.self_ty = tree::named(name.clone().into());
        let of_response = types.items.iter_mut().zip([success, error]);
        for (item, ty) in of_response {
            if let ImplItem::Type(item) = item {
                item.ty = ty.clone();
            }
        }
        items.push(Item::Impl(types));
        items.extend(pages::paginated(self.spell, op));
        if op.idempotency.is_some() && op.idempotency_param().is_none() {
            let mut has_key = template!(ItemImpl: impl rt::HasIdempotencyKey for Name {});
            *has_key.self_ty = tree::named(name.clone().into());
            items.push(Item::Impl(has_key));
        }
        let no_setter = template!(ItemImpl: impl rt::NoBodySetter for Name {});
        let undescribed = template!(ItemImpl: #[diagnostic::do_not_recommend] impl rt::UndescribedRequest for Name {});
        let of_body = match op.body {
            RequestBody::Undescribed => vec![no_setter, undescribed],
            RequestBody::Described(Body { required: false, .. }) => Vec::new(),
            RequestBody::None | RequestBody::Described(_) => vec![no_setter],
        };
        items.extend(of_body.into_iter().map(|mut item| {
            *item.self_ty = tree::named(name.clone().into());
            Item::Impl(item)
        }));
    }
}

/// A text of the document in one line, if it has words.
fn words(doc: Option<&str>) -> Option<String> {
    doc.map(text::inline).filter(|words| !words.is_empty())
}

/// The statement that puts a parameter into the request.
fn put(request: Expr, param: &Param, value: Expr) -> Stmt {
    let wire = text::string(&param.wire);
    let verb = match param.location {
        ParamLocation::Path { greedy: true } => {
            return tree::statement(tree::method(request, "path_greedy", [wire, value]));
        }
        ParamLocation::Path { greedy: false } => "path_param",
        ParamLocation::In(SourceLocation::Query) => "query",
        ParamLocation::In(SourceLocation::Header) => "header",
        ParamLocation::In(SourceLocation::Cookie) => "cookie",
    };
    tree::statement(tree::method(request, verb, [wire, styles::style(param.serialization()), value]))
}
