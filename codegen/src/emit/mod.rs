//! From an API to the files of its crate. Pieces of code are formatted on several threads, and joined in order.
//!
//! There are four ways to make Rust here, each for one purpose:
//!
//! - `quote!` and `rust::tree::items` for what is written once in a crate, or once for each scheme, scope or requirement;
//! - `rust::tree::template` for items of which there are many and only parts differ: the tree is parsed once for each thread;
//! - the functions of `rust::tree` for the parts that are put into such items: they build nodes without parsing;
//! - text for what is not an item: the heads of files, `mod` lines, docs of modules, `README.md`, the example.

mod auth;
mod client;
mod environments;
mod operations;
mod package;
mod plan;
pub(crate) mod rust;
mod types;

use crate::config::options::Options;
use crate::emit::plan::Plan;
use crate::ir::Api;
use crate::output::files::Files;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The numbers of types, of operations, and of requirements or scopes in one piece: enough that the start of a piece costs little,
/// few enough that pieces need little memory and the threads end together.
const TYPES_AT_ONCE: usize = 12;
const OPERATIONS_AT_ONCE: usize = 6;
const DEMANDS_AT_ONCE: usize = 24;

/// The number of pieces for which a thread is started.
const PIECES_PER_THREAD: usize = 3;

/// The files of the crate of an API, or its one file.
pub fn emit(api: &Api, options: &Options) -> Files {
    let plan = Plan::new(api, &options.derives);
    let pieces = pieces(&plan);
    let texts = format_all(&plan, options, &pieces);
    package::layout::files(&plan, options, pieces.into_iter().zip(texts))
}

/// A piece of code, which is formatted on its own.
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
    Required,
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
        if !types::required::is_empty(plan) {
            pieces.push(Piece::Required);
        }
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
        Piece::Client => rust::tree::items(client::write(plan, options)),
        Piece::Environments => rust::tree::items(environments::write(plan)),
        Piece::Schemes => rust::tree::items(auth::write_schemes(plan)),
        Piece::Requirements(range) => rust::tree::items(auth::write_requirements(plan, range.clone())),
        Piece::Conditions(range) => rust::tree::items(auth::write_conditions(plan, range.clone())),
        Piece::Scopes(range) => rust::tree::items(auth::write_scopes(plan, range.clone())),
        Piece::Types(range) => types::type_items::write(plan, range.clone()),
        Piece::Operations { group, range } => operations::methods::write(plan, &plan.groups[*group], range.clone()),
        Piece::Serde => rust::tree::items(types::type_items::write_serde(plan)),
        Piece::Required => return types::required::write(plan),
    };
    rust::print::items(items)
}
