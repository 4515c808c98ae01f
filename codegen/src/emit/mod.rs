//! The API written down as Rust: items are formatted one by one, on several threads, and joined in their order.

mod answers;
mod auth;
mod bodies;
mod client;
mod enums;
mod environments;
mod layout;
mod manifest;
mod markdown;
mod operations;
mod parts;
mod plan;
mod reading;
mod readme;
mod spell;
mod structs;
pub(crate) mod text;
mod tree;
mod types;
mod unions;

pub use crate::emit::package::manifest::crate_name;

use crate::output::files::Files;
use crate::ir::Api;
use crate::config::options::Options;
use crate::emit::plan::Plan;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many types, operations, or requirements and scopes, are formatted at once: enough that a start costs nothing, few
/// enough that little memory is held and the threads end together.
const TYPES_AT_ONCE: usize = 12;
const OPERATIONS_AT_ONCE: usize = 6;
const DEMANDS_AT_ONCE: usize = 24;

/// Fewer pieces than this are not worth a thread.
const PIECES_PER_THREAD: usize = 3;

/// The files of the crate, or the one file, that an API becomes.
pub fn emit(api: &Api, options: &Options) -> Files {
    let plan = Plan::new(api);
    let pieces = pieces(&plan);
    let texts = format_all(&plan, options, &pieces);
    layout::files(&plan, options, pieces.into_iter().zip(texts))
}

/// A piece of the text, which is formatted on its own.
enum Piece {
    Client,
    Environments,
    Schemes,
    Requirements(Range<usize>),
    Conditions(Range<usize>),
    Scopes(Range<usize>),
    Types(Range<usize>),
    Operations { group: usize, range: Range<usize> },
    Serde,
}

fn pieces(plan: &Plan<'_>) -> Vec<Piece> {
    let mut pieces = vec![Piece::Client, Piece::Schemes];
    if !plan.api.environments.is_empty() {
        pieces.push(Piece::Environments);
    }
    pieces.extend(chunks(plan.api.auth.requirements().len(), DEMANDS_AT_ONCE).map(Piece::Requirements));
    pieces.extend(chunks(plan.api.auth.conditions().len(), DEMANDS_AT_ONCE).map(Piece::Conditions));
    pieces.extend(chunks(plan.api.auth.markers().len(), DEMANDS_AT_ONCE).map(Piece::Scopes));
    pieces.extend(chunks(plan.api.types.len(), TYPES_AT_ONCE).map(Piece::Types));
    for (group, members) in plan.groups.iter().enumerate() {
        let ranges = chunks(members.operations.len(), OPERATIONS_AT_ONCE);
        pieces.extend(ranges.map(|range| Piece::Operations { group, range }));
    }
    if !plan.api.types.is_empty() {
        pieces.push(Piece::Serde);
    }
    pieces
}

fn chunks(count: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(size).map(move |start| start..(start + size).min(count))
}

/// The text of each piece.
fn format_all(plan: &Plan<'_>, options: &Options, pieces: &[Piece]) -> Vec<String> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(pieces.len() / PIECES_PER_THREAD);
    if threads < 2 {
        return pieces.iter().map(|piece| format(plan, options, piece)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(index) else { return done };
            done.push((index, format(plan, options, piece)));
        }
    };
    let mut texts = vec![String::new(); pieces.len()];
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let theirs = others.into_iter().flat_map(|thread| match thread.join() {
            Ok(done) => done,
            Err(fault) => std::panic::resume_unwind(fault),
        });
        for (index, text) in mine.into_iter().chain(theirs) {
            texts[index] = text;
        }
    });
    texts
}

fn format(plan: &Plan<'_>, options: &Options, piece: &Piece) -> String {
    let items = match piece {
        Piece::Client => tree::items(client::write(plan, options)),
        Piece::Environments => tree::items(environments::write(plan)),
        Piece::Schemes => tree::items(auth::write_schemes(plan)),
        Piece::Requirements(range) => tree::items(auth::write_requirements(plan, range.clone())),
        Piece::Conditions(range) => tree::items(auth::write_conditions(plan, range.clone())),
        Piece::Scopes(range) => tree::items(auth::write_scopes(plan, range.clone())),
        Piece::Types(range) => types::write(plan, range.clone()),
        Piece::Operations { group, range } => operations::write(plan, &plan.groups[*group], range.clone()),
        Piece::Serde => tree::items(types::write_serde(plan)),
    };
    prettyplease::unparse(&syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items })
}
