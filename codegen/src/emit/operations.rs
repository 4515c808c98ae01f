//! Operations: a method of the client each, the call it begins, and the types of what it takes and gives.

use super::plan::{Group, Plan, Planned, arguments, fresh, options};
use super::spell::{Speller, generics};
use super::text::{self, Docs, fixed, ident, literal};
use super::{answers, auth, bodies, types};
use crate::ir::auth::SourceLocation;
use crate::ir::operation::{Method, Param, ParamLocation, Segment, Style};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeSet;
use std::ops::Range;

/// Some of the operations of a module: one block of methods, and the types they name.
pub fn write(plan: &Plan<'_>, group: &Group<'_>, range: Range<usize>) -> TokenStream {
    let spell = Speller::beside_types(plan);
    let slots = spell.slots();
    let parameters = generics(&slots);
    let mut methods = TokenStream::new();
    let mut items = TokenStream::new();
    for planned in &group.operations[range] {
        Writer { spell: &spell, planned }.write(&mut methods, &mut items);
    }
    quote! {
        impl #parameters client::Client #parameters { #methods }
        #items
    }
}

/// Writes one operation.
struct Writer<'a> {
    spell: &'a Speller<'a>,
    planned: &'a Planned<'a>,
}

impl Writer<'_> {
    fn write(&self, methods: &mut TokenStream, items: &mut TokenStream) {
        let op = self.planned.op;
        let answered = answers::write(self.spell, self.planned);
        let mut taken: BTreeSet<String> = op.params.iter().map(|p| p.name.to_string()).collect();
        // Arguments and what the method itself names; none of them may hide another.
        let request = fixed(&fresh("request".to_owned(), &mut taken));
        let verb = fixed(&fresh("method".to_owned(), &mut taken));
        let params = fixed(&fresh("params".to_owned(), &mut taken));
        let body_name = fixed(&fresh("body".to_owned(), &mut taken));

        let mut inputs = TokenStream::new();
        let mut steps = TokenStream::new();
        if op.method == Method::Any {
            inputs.extend(quote!(#verb: rt::http::Method,));
            steps.extend(quote!(#request.any_method(#verb);));
        }
        if let Some(name) = &self.planned.params {
            let name = fixed(name);
            inputs.extend(quote!(#params: &#name,));
            self.params_struct(&name, items);
        }
        for segment in &op.segments {
            match segment {
                Segment::Text(text) => {
                    let text = literal(text);
                    steps.extend(quote!(#request.path_text(#text);));
                }
                Segment::Param(index) => {
                    if let Some(param) = op.params.get(*index) {
                        let value = self.value_of(param, &params);
                        steps.extend(put(&quote!(#request), param, &value));
                    }
                }
            }
        }
        for param in arguments(op) {
            if self.planned.params.is_none() {
                let name = ident(&param.name);
                let ty = self.spell.argument(&param.ty);
                inputs.extend(quote!(#name: #ty,));
            }
            if !matches!(param.location, ParamLocation::Path { .. }) {
                let value = self.value_of(param, &params);
                steps.extend(put(&quote!(#request), param, &value));
            }
        }

        let mut setters = TokenStream::new();
        for param in options(op) {
            self.setter(param, &mut setters);
        }
        if let Some(body) = &op.body {
            if body.required {
                let passed = bodies::write(self.spell, self.planned, body, &body_name, &quote!(#request));
                let ty = passed.ty;
                inputs.extend(quote!(#body_name: #ty,));
                steps.extend(passed.put);
                items.extend(passed.items);
            } else {
                let passed = bodies::write(self.spell, self.planned, body, &body_name, &quote!(self.0));
                let (ty, put) = (passed.ty, passed.put);
                let docs = Docs::of(Some(body.doc.as_deref().unwrap_or("The body.")));
                setters.extend(quote! {
                    #docs
                    pub fn #body_name(mut self, #body_name: #ty) -> Self { #put self }
                });
                items.extend(passed.items);
            }
        }

        let (success, error) = (&answered.success, &answered.error);
        let (output, finish) = if setters.is_empty() {
            (quote!(rt::Call<'_, #success, #error>), quote!(#request.into()))
        } else {
            let name = ident(&op.type_name);
            self.call_struct(&name, &answered, &setters, items);
            (quote!(#name<'_>), quote!(#name(#request)))
        };
        self.method(&inputs, &steps, &request, &output, &finish, methods);
        items.extend(answered.items);
    }

    /// The method of the client.
    fn method(
        &self,
        inputs: &TokenStream,
        steps: &TokenStream,
        request: &Ident,
        output: &TokenStream,
        finish: &TokenStream,
        methods: &mut TokenStream,
    ) {
        let op = self.planned.op;
        let docs = self.docs();
        let deprecated = types::deprecated(op.deprecated);
        let name = ident(&op.name);
        let requirement = self.requirement();
        let demand = requirement.filter(|(r, _)| !auth::is_optional(r)).map(|(r, _)| {
            let name = ident(&r.name);
            quote!(where Self: auth::#name)
        });
        let description = self.description();
        let mutable = (!steps.is_empty()).then(|| quote!(mut));
        methods.extend(quote! {
            #docs
            #deprecated
            pub fn #name(&self, #inputs) -> #output #demand {
                #description
                let #mutable #request = rt::Request::new(&self.core, &OPERATION);
                #steps
                #finish
            }
        });
    }

    /// The static datum that describes the operation to the runtime.
    fn description(&self) -> TokenStream {
        let op = self.planned.op;
        let name = literal(op.name.as_str());
        let method = literal(op.method.as_str());
        let path = literal(&op.path);
        let needs = match self.requirement() {
            Some((_, constant)) => {
                let constant = fixed(constant);
                quote!(auth::#constant)
            }
            None => quote!(rt::OPEN),
        };
        let accept = self.spell.optional(op.answers.accept.as_deref().map(|accept| {
            let accept = literal(accept);
            quote!(#accept)
        }));
        let answers = answers::documented(&op.answers.success, &op.answers.errors);
        quote! {
            static OPERATION: rt::Operation = rt::Operation::new(#name, #method, #path, #needs, #accept, #answers);
        }
    }

    fn requirement(&self) -> Option<(&crate::ir::auth::Requirement, &str)> {
        let index = self.planned.op.requirement?.0;
        let plan = self.spell.plan;
        Some((plan.api.auth.requirements.get(index)?, plan.needs.get(index)?))
    }

    fn docs(&self) -> Docs {
        let op = self.planned.op;
        let mut docs = Docs::new();
        let credential = auth::credential(self.spell.plan, self.requirement().map(|(r, _)| r));
        docs.line(format!("**Credential:** {credential}."));
        docs.text(op.summary.as_deref());
        if op.doc != op.summary {
            docs.text(op.doc.as_deref());
        }
        docs.gap();
        docs.line(text::code(&format!("{} {}", op.method.as_str(), op.path)));
        if self.planned.params.is_none() {
            for param in arguments(op) {
                if let Some(words) = words(param.doc.as_deref()) {
                    docs.gap();
                    docs.line(format!("{}: {words}", text::code(param.name.as_str())));
                }
            }
        }
        if let Some(body) = &op.body {
            bodies::docs(body, &mut docs);
        }
        docs.gap();
        for answer in op.answers.success.iter().chain(&op.answers.errors) {
            if let Some(words) = words(answer.doc.as_deref()) {
                docs.line(format!("- {}: {words}", answers::status_in_words(answer.status)));
            }
        }
        docs
    }

    /// The value of a required parameter, by reference.
    fn value_of(&self, param: &Param, params: &Ident) -> TokenStream {
        let name = ident(&param.name);
        if self.planned.params.is_some() {
            quote!(&#params.#name)
        } else {
            self.spell.by_reference(&param.ty, &quote!(#name))
        }
    }

    /// The struct of required parameters that are too many for arguments.
    fn params_struct(&self, name: &Ident, items: &mut TokenStream) {
        let docs = format!(" The required parameters of {}.", text::code(self.planned.op.name.as_str()));
        let fields = arguments(self.planned.op).map(|param| {
            let docs = Docs::of(param.doc.as_deref());
            let name = ident(&param.name);
            let ty = self.spell.ty(&param.ty);
            quote!(#docs pub #name: #ty,)
        });
        items.extend(quote! {
            #[doc = #docs]
            #[derive(Clone, Debug)]
            pub struct #name { #(#fields)* }
        });
    }

    /// The setter of an optional parameter.
    fn setter(&self, param: &Param, setters: &mut TokenStream) {
        let mut docs = Docs::of(param.doc.as_deref());
        if let Some(default) = &param.default {
            docs.gap();
            docs.line(format!("Where it is absent, the service takes {}.", text::code(&types::shown(default))));
        }
        let deprecated = types::deprecated(param.deprecated);
        let name = ident(&param.name);
        let ty = self.spell.argument(&param.ty);
        let put = put(&quote!(self.0), param, &self.spell.by_reference(&param.ty, &quote!(#name)));
        setters.extend(quote! {
            #docs
            #deprecated
            pub fn #name(mut self, #name: #ty) -> Self { #put self }
        });
    }

    /// The struct of a call that has setters.
    fn call_struct(&self, name: &Ident, answered: &answers::Answered, setters: &TokenStream, items: &mut TokenStream) {
        let docs = format!(" A call of {}, not yet sent.", text::code(self.planned.op.name.as_str()));
        let (success, error) = (&answered.success, &answered.error);
        items.extend(quote! {
            #[doc = #docs]
            #[must_use = "a call is sent when it is awaited"]
            pub struct #name<'c>(rt::Request<'c>);
            impl #name<'_> { #setters }
            rt::call!(#name, #success, #error);
        });
    }
}

/// The document's words in one line, if there are any.
fn words(doc: Option<&str>) -> Option<String> {
    doc.map(text::inline).filter(|words| !words.is_empty())
}

/// The statement that puts a parameter into the request.
fn put(request: &TokenStream, param: &Param, value: &TokenStream) -> TokenStream {
    let wire = literal(&param.wire);
    let verb = match param.location {
        ParamLocation::Path { greedy: true } => return quote!(#request.path_greedy(#wire, #value);),
        ParamLocation::Path { greedy: false } => "path_param",
        ParamLocation::In(SourceLocation::Query) => "query",
        ParamLocation::In(SourceLocation::Header) => "header",
        ParamLocation::In(SourceLocation::Cookie) => "cookie",
    };
    let verb = fixed(verb);
    let style = style(param);
    quote!(#request.#verb(#wire, #style, #value);)
}

/// How a parameter is written, as a constant of the runtime.
fn style(param: &Param) -> TokenStream {
    let kind = match param.style {
        Style::Simple if !param.explode && !param.reserved => return quote!(rt::SIMPLE),
        Style::Form if param.explode && !param.reserved => return quote!(rt::FORM),
        Style::Simple => "Simple",
        Style::Label => "Label",
        Style::Matrix => "Matrix",
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::TabDelimited => "TabDelimited",
        Style::DeepObject => "DeepObject",
        Style::Json => "Json",
    };
    let kind = fixed(kind);
    let explode = param.explode;
    let style = quote!(rt::Style::new(rt::StyleKind::#kind, #explode));
    if param.reserved { quote!(#style.reserved()) } else { style }
}
