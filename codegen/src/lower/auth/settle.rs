//! Settles the names, slots and distinct requirements of all operations, independent of their order.

use crate::config::options::AuthorizerOptions;
use crate::ir::auth::{Auth, Condition, ConditionId, Need, Requirement, RequirementId, SchemeId, Scope, ScopeId};
use crate::ir::ident::Ident;
use crate::ir::schemes::{Scheme, Source};
use crate::lower::auth::tokens::audiences::published;
use crate::lower::auth::words;
use crate::lower::auth::{Authorization, Found, RequiredCredential, SecurityRequirement};
use crate::lower::names;
use crate::lower::names::{Case, Wanted};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// The names of the methods of the client's builder, which no slot may have.
const BUILDER_METHODS: &[&str] = &[
    "allow_http",
    "base_url",
    "build",
    "builder",
    "clone",
    "dangerous",
    "drop",
    "environment",
    "fmt",
    "hook",
    "http_client",
    "inner",
    "max_response_bytes",
    "new",
    "retry",
    "slot",
    "slots",
    "timeout",
];
/// The names of the items of the `auth` module and the crate root.
const AUTH_TYPES: &[&str] = &["Api", "Client", "ClientBuilder", "Self"];

/// The authorization of the API and of each operation.
pub struct Settled {
    /// Schemes, scopes and requirements with their names.
    pub auth: Auth,
    /// For each operation, in their order.
    pub operations: Vec<OperationAuth>,
}

/// The authorization of an operation.
#[derive(Clone, Debug, Default)]
pub struct OperationAuth {
    /// The alternatives in the order of the document; `[[]]` if it is open, `[]` if they are not known.
    pub alternatives: Arc<Vec<Vec<Need>>>,
    /// The requirement of its method; `None` if it is open, or has no method.
    pub requirement: Option<RequirementId>,
}

/// Settles the requirements of operations: each is `None` if it is not known, with whether a method is generated for the
/// operation. `methods` has the names of all operations.
pub fn settle(
    from: Authorization<'_, '_, '_>,
    operations: Vec<(Option<SecurityRequirement>, bool)>,
    methods: &FxHashSet<String>,
) -> Settled {
    let generated =
        || operations.iter().filter(|(_, generated)| *generated).filter_map(|(security, _)| security.as_ref());
    let ranks = Ranks::of(&from);
    let used = Used::of(generated(), &ranks.silent);
    let Distinct { requirements: distinct, numbers } = Distinct::of(generated(), &ranks);
    let mut seen = FxHashSet::default();
    let mut distinct_conditions: Vec<Vec<Vec<RequiredCredential>>> =
        distinct.iter().flat_map(|alternatives| conditions_of(alternatives)).collect();
    distinct_conditions.retain(|condition| seen.insert(condition.clone()));
    let settling = Settling::new(&from, &used, &distinct, &distinct_conditions);
    let mut auth = Auth::default();
    let options = &from.options.authorizers;
    let plain = |number: usize| names::prefixed("with_", &settling.scheme(number, &from.schemes[number]).1);
    let all: FxHashSet<Ident> = ranks.schemes.iter().map(|&number| plain(number)).collect();
    let schemes = ranks.schemes.iter().map(|&number| {
        let (found, replacement) = (&from.schemes[number], replacement(plain(number), &all, methods));
        let scheme = scheme(found, settling.scheme(number, found), replacement, options.get(&found.key));
        (number, auth.add_scheme(scheme))
    });
    let schemes: FxHashMap<usize, SchemeId> = schemes.collect();
    let scopes = ranks.scopes.iter().map(|&number| {
        let text = from.scopes[number];
        (number, auth.add_scope(Scope { text: text.to_owned(), name: settling.scope(number, text) }))
    });
    let ids = Ids { schemes, scopes: scopes.collect() };

    let conditions = distinct_conditions.iter().zip(&settling.conditions).map(|(alternatives, name)| {
        let needs = ids.needs(alternatives);
        let (message, held, note) = words::condition_texts(&needs, &auth);
        let name = name.clone();
        (alternatives, auth.add_condition(Condition { name, alternatives: needs, message, held, note }))
    });
    let conditions: FxHashMap<&Vec<Vec<RequiredCredential>>, ConditionId> = conditions.collect();
    let requirements: Vec<RequirementId> = distinct
        .iter()
        .zip(&settling.requirements)
        .map(|(alternatives, name)| {
            let conditions = conditions_of(alternatives).iter().map(|c| conditions[c]).collect();
            let needs = ids.needs(alternatives);
            let text = words::requirement_text(&needs, &auth);
            auth.add_requirement(Requirement { name: name.clone(), alternatives: needs, text, conditions })
        })
        .collect();
    let mut alternatives = ListedNeeds { ids: &ids, listed: FxHashMap::default() };
    let operations = operations.into_iter().map(|(security, generated)| {
        let Some(security) = security else { return OperationAuth::default() };
        if security.alternatives.is_empty() {
            return OperationAuth { alternatives: Arc::new(vec![Vec::new()]), requirement: None };
        }
        let number = numbers.get(&ranks.canonical(&security)).filter(|_| generated);
        let requirement = number.map(|&number| requirements[number]);
        OperationAuth { alternatives: alternatives.of(security), requirement }
    });
    let operations = operations.collect();
    Settled { auth, operations }
}

/// The alternatives of operations by their ids. Operations with equal alternatives share one list.
struct ListedNeeds<'i> {
    ids: &'i Ids,
    listed: FxHashMap<Vec<Vec<RequiredCredential>>, Arc<Vec<Vec<Need>>>>,
}

impl ListedNeeds<'_> {
    fn of(&mut self, security: SecurityRequirement) -> Arc<Vec<Vec<Need>>> {
        if let Some(known) = self.listed.get(&security.alternatives) {
            return Arc::clone(known);
        }
        let needs = Arc::new(self.ids.needs(&security.alternatives));
        self.listed.insert(security.alternatives, Arc::clone(&needs));
        needs
    }
}

/// The distinct requirements of the operations with a method, in the order of their first operation.
struct Distinct {
    requirements: Vec<Vec<Vec<RequiredCredential>>>,
    /// The index of each requirement.
    numbers: FxHashMap<Vec<Vec<RequiredCredential>>, usize>,
}

impl Distinct {
    fn of<'r>(requirements: impl Iterator<Item = &'r SecurityRequirement>, ranks: &Ranks) -> Self {
        let mut distinct = Self { requirements: Vec::new(), numbers: FxHashMap::default() };
        for security in requirements.filter(|security| !security.alternatives.is_empty()) {
            let canonical = ranks.canonical(security);
            if canonical.is_empty() {
                continue;
            }
            if let Entry::Vacant(new) = distinct.numbers.entry(canonical) {
                distinct.requirements.push(new.key().clone());
                new.insert(distinct.requirements.len() - 1);
            }
        }
        distinct
    }
}

/// The conditions on slots for these alternatives: one for each credential if all of them are needed.
fn conditions_of(alternatives: &[Vec<RequiredCredential>]) -> Vec<Vec<Vec<RequiredCredential>>> {
    match alternatives {
        _ if alternatives.iter().any(Vec::is_empty) => Vec::new(),
        [credentials] => credentials.iter().map(|credential| vec![vec![credential.clone()]]).collect(),
        several => vec![several.to_vec()],
    }
}

/// The schemes and scopes that a method requires. Only these have names.
struct Used {
    schemes: FxHashSet<usize>,
    scopes: FxHashSet<usize>,
}

impl Used {
    fn of<'a>(requirements: impl Iterator<Item = &'a SecurityRequirement>, silent: &[bool]) -> Self {
        let mut used = Self { schemes: FxHashSet::default(), scopes: FxHashSet::default() };
        let credentials = requirements.flat_map(|security| security.alternatives.iter().flatten());
        for credential in credentials.filter(|credential| !silent[credential.scheme]) {
            used.schemes.insert(credential.scheme);
            used.scopes.extend(&credential.scopes);
        }
        used
    }
}

/// The order of schemes and scopes, independent of the order of the operations: schemes as in the document, scopes by text.
struct Ranks {
    /// The numbers of the schemes in their order.
    schemes: Vec<usize>,
    /// The numbers of the scopes in their order.
    scopes: Vec<usize>,
    /// The position of each scheme in that order.
    of_scheme: Vec<usize>,
    of_scope: Vec<usize>,
    /// Whether a client sends no credential for a scheme. It is listed, but not a part of a requirement.
    silent: Vec<bool>,
}

impl Ranks {
    fn of(from: &Authorization<'_, '_, '_>) -> Self {
        let mut schemes: Vec<usize> = (0..from.schemes.len()).collect();
        schemes.sort_by_key(|&number| from.schemes[number].order);
        let mut scopes: Vec<usize> = (0..from.scopes.len()).collect();
        scopes.sort_by_key(|&number| from.scopes[number]);
        let inverse = |order: &[usize]| {
            let mut ranks = vec![0; order.len()];
            order.iter().enumerate().for_each(|(rank, &number)| ranks[number] = rank);
            ranks
        };
        let silent = from.schemes.iter().map(|found| found.known.takes_no_credential()).collect();
        Self { of_scheme: inverse(&schemes), of_scope: inverse(&scopes), schemes, scopes, silent }
    }

    /// The credentials of a requirement, independent of their order: sorted lists without duplicates, the alternative without
    /// credentials last. Empty if it requires none.
    fn canonical(&self, security: &SecurityRequirement) -> Vec<Vec<RequiredCredential>> {
        let mut alternatives: Vec<Vec<RequiredCredential>> = security.alternatives.clone();
        for credentials in &mut alternatives {
            credentials.retain(|credential| !self.silent[credential.scheme]);
            for credential in &mut *credentials {
                credential.scopes.sort_by_key(|&scope| self.of_scope[scope]);
            }
            credentials.sort_by_cached_key(|credential| self.key(credential));
            credentials.dedup();
        }
        let key = |credentials: &Vec<RequiredCredential>| {
            (credentials.is_empty(), credentials.iter().map(|w| self.key(w)).collect::<Vec<_>>())
        };
        alternatives.sort_by_cached_key(key);
        alternatives.dedup();
        if alternatives.iter().all(Vec::is_empty) {
            alternatives.clear();
        }
        alternatives
    }

    fn key(&self, credential: &RequiredCredential) -> impl Ord + use<> {
        let scopes: Vec<usize> = credential.scopes.iter().map(|&scope| self.of_scope[scope]).collect();
        (self.of_scheme[credential.scheme], credential.token, scopes, credential.matching)
    }
}

/// The ids of schemes and scopes by their numbers.
struct Ids {
    schemes: FxHashMap<usize, SchemeId>,
    scopes: FxHashMap<usize, ScopeId>,
}

impl Ids {
    fn needs(&self, alternatives: &[Vec<RequiredCredential>]) -> Vec<Vec<Need>> {
        let need = |credential: &RequiredCredential| Need {
            scheme: self.schemes[&credential.scheme],
            token: credential.token,
            scopes: credential.scopes.iter().map(|scope| self.scopes[scope]).collect(),
            matching: credential.matching,
        };
        alternatives.iter().map(|credentials| credentials.iter().map(need).collect()).collect()
    }
}

/// The names of schemes, slots, scopes and requirements.
struct Settling {
    /// Name and slot of each scheme that has them.
    schemes: FxHashMap<usize, (Ident, Ident)>,
    scopes: FxHashMap<usize, Ident>,
    requirements: Vec<Ident>,
    conditions: Vec<Ident>,
}

impl Settling {
    fn new(
        from: &Authorization<'_, '_, '_>,
        used: &Used,
        distinct: &[Vec<Vec<RequiredCredential>>],
        conditions: &[Vec<Vec<RequiredCredential>>],
    ) -> Self {
        let scopes: Vec<usize> = used.scopes.iter().copied().collect();
        let wanted: Vec<Wanted> = scopes.iter().map(|&scope| words::scope_name(from.scopes[scope])).collect();
        let scopes: FxHashMap<usize, Ident> =
            scopes.into_iter().zip(names::settle(&wanted, Case::Pascal, &["Self"])).collect();

        let schemes: Vec<usize> = used.schemes.iter().copied().collect();
        let keys: Vec<Wanted> = schemes.iter().map(|&scheme| Wanted::text(&from.schemes[scheme].key)).collect();
        let slots = names::settle(&keys, Case::Snake, BUILDER_METHODS);
        let among: FxHashMap<usize, Ident> =
            schemes.iter().copied().zip(names::settle(&keys, Case::Pascal, &[])).collect();
        let texts = words::Texts {
            keys: &|n| &from.schemes[n].key,
            scopes: &|n| from.scopes[n],
            scheme_names: &among,
            scope_names: &scopes,
        };
        // Schemes and requirements are types and traits of one module.
        let kinds = |n: usize| &from.schemes[n].known.kind;
        let all = keys.into_iter().chain(distinct.iter().map(|d| words::requirement_name(d, &texts, &kinds)));
        let mut all = names::settle(&all.collect::<Vec<_>>(), Case::Pascal, AUTH_TYPES);
        let requirements = all.split_off(schemes.len());
        // The traits of conditions are in a separate module, so that they do not use names that a program needs. Their names
        // are distinct, because the compiler prints full paths if two items have the same name.
        let conditions: Vec<Wanted> = conditions
            .iter()
            .map(|condition| {
                let mut wanted = words::requirement_name(condition, &texts, &kinds);
                wanted.candidates.iter_mut().for_each(|name| name.insert_str(0, "has "));
                wanted
            })
            .collect();
        let conditions = names::settle(&conditions, Case::Pascal, &["Self"]);
        let schemes = schemes.into_iter().zip(all.into_iter().zip(slots)).collect();
        Self { schemes, scopes, requirements, conditions }
    }

    /// The name and the slot of a scheme. For a scheme that no method requires they need not be distinct.
    fn scheme(&self, number: usize, found: &Found) -> (Ident, Ident) {
        let alone = || (names::ident(&found.key, Case::Pascal), names::ident(&found.key, Case::Snake));
        self.schemes.get(&number).cloned().unwrap_or_else(alone)
    }

    fn scope(&self, number: usize, text: &str) -> Ident {
        self.scopes.get(&number).cloned().unwrap_or_else(|| names::ident(text, Case::Pascal))
    }
}

/// `with_pet_pool`, or `with_pet_pool_credential` if an operation or another scheme has that name. Slots have different names.
fn replacement(plain: Ident, all: &FxHashSet<Ident>, methods: &FxHashSet<String>) -> Ident {
    let mut name = plain.clone();
    while methods.contains(name.as_str()) || (name != plain && all.contains(&name)) {
        name = names::suffixed(&name, "_credential");
    }
    name
}

fn scheme(
    found: &Found,
    (name, slot): (Ident, Ident),
    replacement: Ident,
    config: Option<&AuthorizerOptions>,
) -> Scheme {
    let known = &found.known;
    let wanted: Vec<Wanted> = known
        .sources
        .iter()
        .map(|(location, name)| Wanted {
            candidates: vec![name.clone(), format!("{} {name}", location.as_str())],
            identity: format!("{} {name}", location.as_str()),
        })
        .collect();
    let fields = names::settle(&wanted, Case::Snake, &["new", "self"]);
    let sources = known.sources.iter().zip(fields);
    // The region of a user pool can differ from that of the API.
    let pool_region = match known.accepted.user_pools.as_slice() {
        [pool] => Some(pool.region.clone()),
        _ => None,
    };
    Scheme {
        name,
        slot,
        replacement,
        doc: found.doc.clone(),
        sources: sources
            .map(|((location, name), field)| Source { location: *location, name: name.clone(), field })
            .collect(),
        key: found.key.clone(),
        kind: known.kind.clone(),
        prefix: known.prefix,
        user_pools: known.accepted.user_pools.clone(),
        issuers: known.accepted.issuers.clone(),
        audiences: known.accepted.audiences.clone(),
        app_client_id: config
            .and_then(|c| c.app_client_id.clone())
            .or_else(|| published(&known.accepted).map(str::to_owned)),
        domain: config.and_then(|c| c.domain.clone()),
        region: config.and_then(|c| c.region.clone()).or(pool_region),
    }
}
