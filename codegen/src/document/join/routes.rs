//! The route that API Gateway chooses for an operation: a full match, then a greedy path variable, then `$default`
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>).

use crate::document::spec::SpecOperation;
use crate::ir::operation::Method;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// How a route matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// The whole path matches, for this method or for any.
    Full,
    /// A greedy path variable matches the end of the path.
    Greedy,
    /// The route is `$default`.
    Default,
}

/// The routes of a document by the segments of their paths.
pub(crate) struct Routes<'p, 'd, 's> {
    operations: &'p [SpecOperation<'d, 's>],
    levels: Vec<Level<'p>>,
    default: Vec<usize>,
}

/// The routes whose paths have the same first segments.
#[derive(Default)]
struct Level<'p> {
    /// By the text of the next segment. For a segment such as `{id}.json`, the key has no variable name.
    texts: FxHashMap<Cow<'p, str>, usize>,
    variable: Option<usize>,
    /// The routes whose paths end here.
    here: Vec<usize>,
    /// The routes whose paths end here with a greedy variable.
    greedy: Vec<usize>,
}

/// A segment of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment<'t> {
    Text(Cow<'t, str>),
    Variable,
    Greedy,
}

/// The maximum number of levels that one search visits: literal and variable segments can be combined in many ways.
const MOST_LEVELS: usize = 4_096;

impl<'p, 'd, 's> Routes<'p, 'd, 's> {
    pub(crate) fn new(operations: &'p [SpecOperation<'d, 's>]) -> Self {
        let mut routes = Self { operations, levels: vec![Level::default()], default: Vec::new() };
        for (index, operation) in operations.iter().enumerate() {
            if operation.is_default_route() {
                routes.default.push(index);
            } else {
                routes.insert(index, operation.path);
            }
        }
        routes
    }

    fn insert(&mut self, index: usize, path: &'p str) {
        let mut at = 0;
        for segment in segments(path) {
            let next = self.levels.len();
            let Some(level) = self.levels.get_mut(at) else { return };
            at = match segment {
                Segment::Greedy => {
                    level.greedy.push(index);
                    return;
                }
                Segment::Variable => *level.variable.get_or_insert(next),
                Segment::Text(text) => *level.texts.entry(text).or_insert(next),
            };
            if at == next {
                self.levels.push(Level::default());
            }
        }
        if let Some(level) = self.levels.get_mut(at) {
            level.here.push(index);
        }
    }

    /// The route for a method and a path. Of several matching paths, one with text is more specific than one with a variable; a
    /// route for the method takes precedence over one for any method.
    pub(crate) fn full(&self, method: &Method, path: &str) -> Option<usize> {
        let segments: Vec<Segment<'_>> = segments(path).collect();
        let mut walk = Walk { routes: self, method, path, left: MOST_LEVELS, best: None };
        walk.full(0, &segments)
    }

    /// The route whose greedy variable matches the rest of a path; the longest path first.
    pub(crate) fn greedy(&self, method: &Method, path: &str) -> Option<usize> {
        let segments: Vec<Segment<'_>> = segments(path).collect();
        let mut walk = Walk { routes: self, method, path, left: MOST_LEVELS, best: None };
        walk.greedy(0, &segments, 0);
        walk.best.map(|(_, index)| index)
    }

    /// The `$default` route.
    pub(crate) fn default(&self) -> Option<usize> {
        self.default.first().copied()
    }

    /// Of the routes of one path, the one for a method: this method before any method, and the same trailing slash.
    fn of_method(&self, routes: &[usize], method: &Method, path: &str) -> Option<usize> {
        let rank = |index: &usize| {
            let operation = self.operations.get(*index)?;
            let exact = operation.method == *method;
            let fits = exact || operation.method == Method::Any;
            fits.then_some((!exact, operation.path.ends_with('/') != path.ends_with('/')))
        };
        routes.iter().filter_map(|index| Some((rank(index)?, *index))).min().map(|(_, index)| index)
    }
}

struct Walk<'w, 'p, 'd, 's> {
    routes: &'w Routes<'p, 'd, 's>,
    method: &'w Method,
    path: &'w str,
    left: usize,
    /// The number of segments before the greedy variable, and the route.
    best: Option<(usize, usize)>,
}

impl<'w, 'p> Walk<'w, 'p, '_, '_> {
    fn level(&mut self, at: usize) -> Option<&'w Level<'p>> {
        self.left = self.left.checked_sub(1)?;
        self.routes.levels.get(at)
    }

    fn next(level: &Level<'_>, segment: &Segment<'_>) -> [Option<usize>; 2] {
        match segment {
            Segment::Text(text) => [level.texts.get(text).copied(), level.variable],
            Segment::Variable => [level.variable, None],
            Segment::Greedy => [None, None],
        }
    }

    fn full(&mut self, at: usize, rest: &[Segment<'_>]) -> Option<usize> {
        let level = self.level(at)?;
        let Some((first, rest)) = rest.split_first() else {
            return self.routes.of_method(&level.here, self.method, self.path);
        };
        if *first == Segment::Greedy {
            return self.routes.of_method(&level.greedy, self.method, self.path);
        }
        Self::next(level, first).into_iter().flatten().find_map(|next| self.full(next, rest))
    }

    fn greedy(&mut self, at: usize, rest: &[Segment<'_>], depth: usize) {
        let Some(level) = self.level(at) else { return };
        let Some((first, rest)) = rest.split_first() else { return };
        for next in Self::next(level, first).into_iter().flatten() {
            self.greedy(next, rest, depth + 1);
        }
        if self.best.is_none_or(|(best, _)| depth > best)
            && let Some(index) = self.routes.of_method(&level.greedy, self.method, self.path)
        {
            self.best = Some((depth, index));
        }
    }
}

/// The segments of a path, without an empty one for a trailing slash.
pub(crate) fn segments(path: &str) -> impl Iterator<Item = Segment<'_>> {
    path.split('/').filter(|segment| !segment.is_empty()).map(|segment| {
        match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')).filter(|name| !name.contains(['{', '}'])) {
            Some(name) if name.ends_with('+') => Segment::Greedy,
            Some(_) => Segment::Variable,
            None if segment.contains('{') => Segment::Text(Cow::Owned(without_names(segment))),
            None => Segment::Text(Cow::Borrowed(segment)),
        }
    })
}

/// The names of the variables of a path, without the `+` of a greedy one.
pub(crate) fn variables(path: &str) -> Vec<&str> {
    let names = path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    names.map(|(name, _)| name.trim_end_matches('+')).collect()
}

/// `{id}.json` as `{}.json`.
fn without_names(segment: &str) -> String {
    let mut text = String::with_capacity(segment.len());
    let mut is_inside = false;
    for c in segment.chars() {
        match c {
            '{' => is_inside = true,
            '}' => is_inside = false,
            _ if is_inside => continue,
            _ => {}
        }
        text.push(c);
    }
    text
}
