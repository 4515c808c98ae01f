//! Syntax trees built node by node: to parse quoted tokens takes several times as long as to print the tree.

use crate::emit::rust::text::fixed;
use proc_macro2::{Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, Arm, Attribute, Expr, Field, FieldValue, FnArg, GenericArgument, ImplItem,
    ImplItemFn, Item, Member, Pat, PatIdent, PatType, Path, PathArguments, PathSegment, ReturnType, Stmt, Token, Type,
    TypePath, Visibility, token,
};

/// A tree that is parsed once for each thread, and copied at each use.
macro_rules! template {
    ($kind:ty: $($tokens:tt)*) => {{
        thread_local!(static TEMPLATE: $kind = ::syn::parse_quote!($($tokens)*));
        TEMPLATE.with(::core::clone::Clone::clone)
    }};
}
pub(crate) use template;

/// The items that quoted tokens make, for code that is written once.
pub fn items(tokens: TokenStream) -> Vec<Item> {
    match syn::parse2::<syn::File>(tokens) {
        Ok(file) => file.items,
        // Quoted tokens are valid Rust. If they are not, the compiler reports it, with the location.
        Err(error) => {
            let why = format!("cogen wrote invalid Rust: {error}");
            vec![syn::parse_quote!(::core::compile_error!(#why);)]
        }
    }
}

/// The statements that quoted tokens make, for code that is written once.
pub fn statements(tokens: TokenStream) -> Vec<Stmt> {
    match syn::Block::parse_within.parse2(tokens) {
        Ok(statements) => statements,
        Err(error) => {
            let why = format!("cogen wrote invalid Rust: {error}");
            vec![syn::parse_quote!(::core::compile_error!(#why);)]
        }
    }
}

/// `a::b::c`
pub fn path(segments: &[&str]) -> Path {
    let segments = segments.iter().map(|name| PathSegment { ident: fixed(name), arguments: PathArguments::None });
    Path { leading_colon: None, segments: segments.collect() }
}

/// `::a::b::c`
pub fn absolute(segments: &[&str]) -> Path {
    Path { leading_colon: Some(<Token![::]>::default()), ..path(segments) }
}

/// The type of a path.
pub fn named(path: Path) -> Type {
    Type::Path(TypePath { attrs: Vec::new(), qself: None, path })
}

/// `path<A, B>`
pub fn applied(mut path: Path, arguments: impl IntoIterator<Item = Type>) -> Type {
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::AngleBracketed(angled(arguments.into_iter().map(GenericArgument::Type)));
    }
    named(path)
}

/// `path<'_, A, B>`, or with another lifetime.
pub fn borrowed(mut path: Path, lifetime: &str, arguments: impl IntoIterator<Item = Type>) -> Type {
    let lifetime = GenericArgument::Lifetime(syn::Lifetime::new(lifetime, Span::call_site()));
    if let Some(last) = path.segments.last_mut() {
        let arguments = std::iter::once(lifetime).chain(arguments.into_iter().map(GenericArgument::Type));
        last.arguments = PathArguments::AngleBracketed(angled(arguments));
    }
    named(path)
}

fn angled(arguments: impl Iterator<Item = GenericArgument>) -> AngleBracketedGenericArguments {
    AngleBracketedGenericArguments {
        colon2_token: None,
        lt_token: Default::default(),
        args: arguments.collect(),
        gt_token: Default::default(),
    }
}

/// `&T`
pub fn pointer(to: Type) -> Type {
    Type::Reference(syn::TypeReference {
        attrs: Vec::new(),
        and_token: Default::default(),
        lifetime: None,
        mutability: None,
        elem: Box::new(to),
    })
}

/// `[T]`
pub fn slice(of: Type) -> Type {
    Type::Slice(syn::TypeSlice { attrs: Vec::new(), bracket_token: Default::default(), elem: Box::new(of) })
}

/// `()`
pub fn unit() -> Type {
    Type::Tuple(syn::TypeTuple { attrs: Vec::new(), paren_token: Default::default(), elems: Punctuated::new() })
}

/// A path as a value.
pub fn value(path: Path) -> Expr {
    Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path })
}

/// A variable.
pub fn local(name: &str) -> Expr {
    value(path(&[name]))
}

/// `base.name`
pub fn member(base: Expr, name: &str) -> Expr {
    dotted(base, Member::Named(fixed(name)))
}

/// `self.request`
pub fn own_request() -> Expr {
    member(local("self"), "request")
}

fn dotted(base: Expr, member: Member) -> Expr {
    Expr::Field(syn::ExprField { attrs: Vec::new(), base: Box::new(base), dot_token: Default::default(), member })
}

/// `receiver.name(arguments)`
pub fn method(receiver: Expr, name: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::MethodCall(syn::ExprMethodCall {
        attrs: Vec::new(),
        receiver: Box::new(receiver),
        dot_token: Default::default(),
        method: fixed(name),
        turbofish: None,
        paren_token: Default::default(),
        args: arguments.into_iter().collect(),
    })
}

/// `function(arguments)`
pub fn call(function: Path, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(syn::ExprCall {
        attrs: Vec::new(),
        func: Box::new(value(function)),
        paren_token: Default::default(),
        args: arguments.into_iter().collect(),
    })
}

/// `expression?`
pub fn attempt(expression: Expr) -> Expr {
    Expr::Try(syn::ExprTry { attrs: Vec::new(), expr: Box::new(expression), question_token: Default::default() })
}

/// `&expression`
pub fn reference(expression: Expr) -> Expr {
    Expr::Reference(syn::ExprReference {
        attrs: Vec::new(),
        and_token: Default::default(),
        mutability: None,
        expr: Box::new(expression),
    })
}

/// `&[…]`
pub fn array(elements: impl IntoIterator<Item = Expr>) -> Expr {
    reference(Expr::Array(syn::ExprArray {
        attrs: Vec::new(),
        bracket_token: Default::default(),
        elems: elements.into_iter().collect(),
    }))
}

/// `left = right`
pub fn assign(left: Expr, right: Expr) -> Expr {
    Expr::Assign(syn::ExprAssign {
        attrs: Vec::new(),
        left: Box::new(left),
        eq_token: Default::default(),
        right: Box::new(right),
    })
}

/// A numeric literal.
pub fn number(literal: proc_macro2::Literal) -> Expr {
    Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::new(literal) })
}

/// `true` or `false`
pub fn truth(value: bool) -> Expr {
    Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::Bool(syn::LitBool::new(value, Span::call_site())) })
}

/// `path { name: value, … }`
pub fn structure(path: Path, fields: impl IntoIterator<Item = FieldValue>) -> Expr {
    Expr::Struct(syn::ExprStruct {
        attrs: Vec::new(),
        qself: None,
        path,
        brace_token: Default::default(),
        fields: fields.into_iter().collect(),
        dot2_token: None,
        rest: None,
    })
}

/// `name: value`
pub fn given(name: &str, value: Expr) -> FieldValue {
    FieldValue {
        attrs: Vec::new(),
        member: Member::Named(fixed(name)),
        colon_token: Some(Default::default()),
        expr: value,
    }
}

/// `name`, for `name: name`.
pub fn shorthand(name: &str) -> FieldValue {
    FieldValue { attrs: Vec::new(), member: Member::Named(fixed(name)), colon_token: None, expr: local(name) }
}

/// `match scrutinee { … }`
pub fn choice(scrutinee: Expr, arms: impl IntoIterator<Item = Arm>) -> Expr {
    Expr::Match(syn::ExprMatch {
        attrs: Vec::new(),
        match_token: Default::default(),
        expr: Box::new(scrutinee),
        brace_token: Default::default(),
        arms: arms.into_iter().collect(),
    })
}

/// `pattern => value,`
pub fn arm(pat: Pat, value: Expr) -> Arm {
    Arm {
        attrs: Vec::new(),
        pat,
        fat_arrow_token: Default::default(),
        body: Box::new(value),
        comma: Some(Default::default()),
    }
}

/// A path as a pattern.
pub fn pattern(path: Path) -> Pat {
    Pat::Path(syn::PatPath { attrs: Vec::new(), qself: None, path })
}

/// A literal as a pattern.
pub fn literal_pattern(literal: Expr) -> Pat {
    match literal {
        Expr::Lit(literal) => Pat::Lit(literal),
        _ => any_pattern(),
    }
}

/// `_`
pub fn any_pattern() -> Pat {
    Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token: Default::default() })
}

/// `let name = value;`, or with `mut`.
pub fn variable(name: &str, is_mutable: bool, value: Expr) -> Stmt {
    Stmt::Local(syn::Local {
        attrs: Vec::new(),
        let_token: Default::default(),
        modifiers: Default::default(),
        pat: Pat::Ident(PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: is_mutable.then(Default::default),
            ident: fixed(name),
            subpat: None,
        }),
        init: Some(syn::LocalInit { eq_token: Default::default(), expr: Box::new(value), diverge: None }),
        semi_token: Default::default(),
    })
}

/// `where Self: bound`
pub fn where_self(bound: Path) -> syn::WhereClause {
    let bound =
        syn::TraitBound { paren_token: None, lifetimes: None, modifiers: Default::default(), maybe: None, path: bound };
    let predicate = syn::PredicateType {
        attrs: Vec::new(),
        lifetimes: None,
        bounded_ty: named(path(&["Self"])),
        colon_token: Default::default(),
        bounds: std::iter::once(syn::TypeParamBound::Trait(bound)).collect(),
    };
    let predicates = std::iter::once(syn::WherePredicate::Type(predicate)).collect();
    syn::WhereClause { where_token: Default::default(), predicates }
}

/// `expression;`
pub fn statement(expression: Expr) -> Stmt {
    Stmt::Expr(expression, Some(Default::default()))
}

/// The value of a block.
pub fn result(expression: Expr) -> Stmt {
    Stmt::Expr(expression, None)
}

/// `name: T`
pub fn argument(name: &str, ty: Type) -> FnArg {
    FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(Pat::Ident(PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: None,
            ident: fixed(name),
            subpat: None,
        })),
        colon_token: Default::default(),
        ty: Box::new(ty),
    })
}

/// `-> T`
pub fn returns(ty: Type) -> ReturnType {
    ReturnType::Type(Default::default(), Box::new(ty))
}

/// `pub name: T`
pub fn field(attrs: Vec<Attribute>, name: &str, ty: Type) -> Field {
    Field {
        attrs,
        vis: public(),
        modifiers: Default::default(),
        ident: Some(fixed(name)),
        colon_token: Some(Default::default()),
        ty,
        default: None,
    }
}

/// `Name`, or `Name(T)`.
pub fn variant(attrs: Vec<Attribute>, name: &str, ty: Option<Type>) -> syn::Variant {
    let fields = match ty {
        None => syn::Fields::Unit,
        Some(ty) => syn::Fields::Unnamed(syn::FieldsUnnamed {
            paren_token: Default::default(),
            unnamed: std::iter::once(Field {
                attrs: Vec::new(),
                vis: Visibility::Inherited,
                modifiers: Default::default(),
                ident: None,
                colon_token: None,
                ty,
                default: None,
            })
            .collect(),
        }),
    };
    syn::Variant { attrs, ident: fixed(name), fields, discriminant: None }
}

/// `pub`
pub fn public() -> Visibility {
    Visibility::Public(<Token![pub]>::default())
}

/// `{ … }` of a struct.
pub fn fields(named: impl IntoIterator<Item = Field>) -> syn::Fields {
    syn::Fields::Named(syn::FieldsNamed { brace_token: token::Brace::default(), named: named.into_iter().collect() })
}

/// Fills the bodies of the functions of an implementation, in their order.
pub fn fill(item: &mut syn::ItemImpl, bodies: impl IntoIterator<Item = Vec<Stmt>>) {
    let functions = item.items.iter_mut().filter_map(|item| if let ImplItem::Fn(f) = item { Some(f) } else { None });
    for (function, stmts) in functions.zip(bodies) {
        function.block.stmts = stmts;
    }
}

/// A setter: `pub fn name(mut self, argument: T) -> Self { …; self }`.
pub fn setter(
    attrs: Vec<Attribute>,
    name: &str,
    argument_name: &str,
    ty: Type,
    body: impl IntoIterator<Item = Stmt>,
) -> ImplItem {
    let mut function = template!(ImplItemFn: pub fn name(mut self) -> Self {});
    function.attrs = attrs;
    function.sig.ident = fixed(name);
    function.sig.inputs.push(argument(argument_name, ty));
    function.block.stmts.extend(body);
    function.block.stmts.push(result(local("self")));
    ImplItem::Fn(function)
}
