//! A document with all its texts, in groups that can be changed together.

use crate::batch::{Change, Location, Outcome, all_turns};
use crate::unknown::{changes, itself};
use cogen::config::options::Options;
use cogen_oracles::lines::{Line, Lines, Part};
use cogen_oracles::payloads::TEXTS;
use cogen_oracles::shape::Shape;
use cogen_oracles::strings::{Form, Names, Site, is_address, is_free};
use cogen_oracles::{generated, seeds, tree};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A document, and the code generated from it without changes.
pub struct Subject {
    pub name: String,
    number: usize,
    document: Value,
    pub lines: Lines,
    pub shape: Shape,
}

/// The project's own documents that can be generated.
pub fn own() -> Vec<Subject> {
    let subjects = subjects(seeds::own_documents(), 1 << 20);
    assert!(subjects.len() > 30, "the documents are missing");
    subjects
}

/// Those of the corpus, if present. A large document is generated some thousand times, or not at all.
pub fn corpus() -> Vec<Subject> {
    subjects(seeds::corpus_documents(), if all_turns() { 8 << 20 } else { 64 << 10 })
}

fn subjects(documents: Vec<(String, Vec<u8>)>, largest: usize) -> Vec<Subject> {
    let mut found = Vec::new();
    for (number, (name, bytes)) in documents.into_iter().enumerate() {
        let document = if bytes.len() <= largest { tree::read(&bytes) } else { None };
        let Some(document) = document else { continue };
        if let (Some(files), _) = generated(document.to_string().as_bytes(), &Options::default()) {
            found.push(Subject { name, number, lines: Lines::of(&document), shape: Shape::of(&files), document });
        }
    }
    found
}

impl Subject {
    /// One payload for each text and turn: after all turns each text has had each payload. Without `COGEN_ALL=1` there are
    /// `usually` turns.
    pub fn trials<'p>(
        &self,
        locations: &'p [Location],
        usually: usize,
    ) -> impl Iterator<Item = Vec<Change<'p>>> + use<'p> {
        let first = self.number * 7;
        let count = if all_turns() { TEXTS.len() } else { usually };
        (first..first + count).flat_map(|turn| changes(locations, turn))
    }

    /// Each string that is free text.
    pub fn free_texts(&self) -> Vec<Location> {
        self.texts(is_free).map(|(_, location)| location).collect()
    }

    /// Each string of an address, with the code generated for plain addresses, and for none.
    pub fn addresses(&self) -> impl Iterator<Item = (Vec<Shape>, Location)> {
        self.texts(|path| !is_free(path) && is_address(path)).map(|(_, location)| {
            let plain = ["", "zzz", "/zzz", "#zzz", "https://zzz.example", "https://zzz.example/zzz"];
            let outcome = |payload| Outcome::of(&self.lines, vec![Change { location: &location, payload }], &itself);
            let shapes = plain.into_iter().flat_map(|payload| outcome(payload).accepted).map(|(_, shape)| shape);
            (shapes.collect(), location)
        })
    }

    /// The names that can be anything, each with all its positions.
    pub fn names(&self) -> Vec<Vec<Location>> {
        groups(Names::ALL.into_iter().filter(|kind| !FORMED.contains(kind)).flat_map(|kind| self.names_of(kind)))
    }

    /// The words, in groups in which no word is next to or above another, so that the effect of one does not hide that of another.
    pub fn words(&self) -> Vec<Vec<Location>> {
        let words = self.texts(|path| !is_free(path) && !is_address(path)).map(|(line, location)| {
            let key = line.path.iter().rposition(|part| is_key(part)).unwrap_or_default();
            (&line.path[..key], &line.path[key], location)
        });
        let mut words: Vec<_> = words.collect();
        words.sort_by_key(|(owner, ..)| owner.len());
        let mut found: Vec<Vec<Location>> = Vec::new();
        let mut taken: HashMap<&[String], BTreeMap<&str, usize>> = HashMap::new();
        for (owner, key, location) in words {
            let above: HashSet<usize> =
                (0..=owner.len()).filter_map(|n| taken.get(&owner[..n])).flat_map(BTreeMap::values).copied().collect();
            let free = (0..).find(|group| !above.contains(group)).unwrap();
            let group = *taken.entry(owner).or_default().entry(key).or_insert(free);
            found.resize_with(found.len().max(group + 1), Vec::new);
            let number = found[group].len();
            found[group].push(Location { number, ..location });
        }
        // An additional segment of a path is a literal, and a word of a name.
        let is_path = |line: &Line| line.path.len() == 2 && line.path[0] == "paths" && line.path[1].starts_with('/');
        let segments = self.locations(Part::Key, Form::Segment, |line| line.key.is_some() && is_path(line));
        found.extend(groups(segments.map(|(_, location)| location)));
        found.extend(groups(FORMED.into_iter().flat_map(|kind| self.names_of(kind))));
        found
    }

    /// All texts and keys: as words they may have a meaning.
    pub fn known(&self) -> HashSet<&str> {
        self.lines.0.iter().flat_map(|line| [line.key.as_deref(), line.text.as_deref()]).flatten().collect()
    }

    /// Each name of a kind. A location of a credential is not a parameter or header, and neither are the headers that HTTP and CORS
    /// themselves send.
    fn names_of(&self, kind: Names) -> Vec<Location> {
        let mut names = kind.of(&self.document, &self.lines);
        if matches!(kind, Names::Parameters | Names::Headers) {
            let schemes =
                ["/components/securitySchemes", "/securityDefinitions"].map(|path| self.document.pointer(path));
            let credentials = schemes.into_iter().flatten().map(Value::to_string).collect::<String>().to_lowercase();
            let own = ["authorization", "x-api-key", "accept", "content-type", "content-length"];
            names.retain(|name, _| {
                let name = name.to_lowercase();
                !credentials.contains(&name) && !own.contains(&&*name) && !name.starts_with("access-control-")
            });
        }
        names.into_iter().map(|(name, sites)| Location { kind: format!("{kind:?}"), name, number: 0, sites }).collect()
    }

    /// A `Location` for each string whose path satisfies a condition.
    fn texts(&self, is_one: impl Fn(&[String]) -> bool) -> impl Iterator<Item = (&Line, Location)> {
        self.locations(Part::Text, Form::Whole, move |line| line.text.is_some() && is_one(&line.path))
    }

    /// A `Location` on each line that has one.
    fn locations(
        &self,
        part: Part,
        form: Form,
        is_one: impl Fn(&Line) -> bool,
    ) -> impl Iterator<Item = (&Line, Location)> {
        let lines = self.lines.0.iter().enumerate().filter(move |(_, line)| is_one(line));
        lines.map(move |(number, line)| {
            let key = line.path.iter().rfind(|part| is_key(part)).cloned().unwrap_or_default();
            let sites = vec![Site { line: number, part, form: form.clone() }];
            (line, Location { kind: key, number, name: format!("/{}", line.path.join("/")), sites })
        })
    }
}

/// Kinds of names whose form has a meaning.
const FORMED: [Names; 3] = [Names::Headers, Names::Statuses, Names::MediaTypes];

/// Locations that can be changed together.
#[derive(Default)]
struct Group {
    locations: Vec<Location>,
    kinds: HashMap<String, usize>,
    taken: HashSet<(usize, Part)>,
}

/// Groups with at most as many of a kind as there are payloads, and without two locations at one text.
fn groups(locations: impl Iterator<Item = Location>) -> Vec<Vec<Location>> {
    let mut groups: Vec<Group> = Vec::new();
    for location in locations {
        let texts: Vec<_> = location.sites.iter().map(|site| (site.line, site.part)).collect();
        let fits = groups.iter().position(|group| {
            let more = group.kinds.get(&location.kind).is_none_or(|count| *count < TEXTS.len());
            more && !texts.iter().any(|text| group.taken.contains(text))
        });
        let index = fits.unwrap_or(groups.len());
        groups.resize_with(groups.len().max(index + 1), Group::default);
        let group = &mut groups[index];
        group.taken.extend(texts);
        let count = group.kinds.entry(location.kind.clone()).or_default();
        group.locations.push(Location { number: *count, ..location });
        *count += 1;
    }
    groups.into_iter().map(|group| group.locations).collect()
}

/// Whether a part of a path is not an index of a list.
fn is_key(part: &str) -> bool {
    part.parse::<usize>().is_err()
}
