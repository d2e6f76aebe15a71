//! What breaks for sure when names go or change: calls, imports and other uses.
//!
//! It is read from the sources, not guessed from history. A place counts as certain where only one file defines the name; where several
//! do, or built-in things have it too, the place is told as one that may mean another. Where many files define it, only those places
//! are told that import one of the files asked about: the others are noise, and hide what breaks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::memory::common_names::is_common;
use crate::memory::leading_out::{Way, Ways};
use crate::memory::links::Links;
use crate::memory::loaded::Loaded;
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptFile, KeptSource, KeptSymbol, Recall};
use inspection::language::Language;

/// Most places that are told.
pub const MOST_PLACES: usize = 200;
/// Most definitions of a name among which a place is still told that imports none of them.
const MOST_MEANINGS: usize = 3;

/// Files with the names that each of them calls.
pub type Callers = HashMap<u32, BTreeSet<String>>;

/// A place that breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path, escaped.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The name.
    pub name: String,
    /// What the place does with it.
    pub use_of: Use,
    /// Whether nothing else has the name.
    pub is_sure: bool,
}

/// What a place does with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It takes it by an import.
    Imports,
    /// It calls it.
    Calls,
    /// It makes a class of it.
    Extends,
    /// It names it otherwise.
    Uses,
}

impl Use {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Imports => "imports",
            Self::Calls => "calls",
            Self::Extends => "extends",
            Self::Uses => "uses",
        }
    }
}

/// How a name changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// The name.
    pub name: String,
    /// What it lies in; empty at the top.
    pub parent: String,
    /// How it is called upon before; empty where it is new.
    pub before: String,
    /// How it is called upon afterwards; empty where it goes.
    pub after: String,
}

impl Altered {
    /// The name with what it lies in.
    pub fn whole(&self) -> String {
        if self.parent.is_empty() {
            self.name.clone()
        } else {
            format!("{}.{}", self.parent, self.name)
        }
    }
}

/// What breaks with the names of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakage {
    /// The places that use them, the certain ones first; at most so many as are told.
    pub places: Vec<Place>,
    /// The files that call them.
    pub callers: Callers,
    /// Names of whose uses only those are told that import the file, because too much else has them.
    pub crowded: BTreeSet<String>,
}

/// Which uses of names that too much else has are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crowded {
    /// All: somebody asks for the name itself.
    Told,
    /// Those in files that import the one that defines it, or are of one package with it.
    Near,
}

/// The places that use names of a file, and the files that call them.
pub fn places(
    recall: &dyn Recall,
    loaded: &Loaded,
    (file, names): (u32, &BTreeSet<String>),
    told: Crowded,
) -> Result<Breakage, StoreError> {
    let links = Links::new(recall.links(loaded.row)?);
    let Uses { places, callers, crowded } = all_places(recall, loaded, (file, names), &links)?;
    let crowded = if told == Crowded::Near { crowded } else { BTreeSet::new() };
    let importing = links.all.iter().filter(|link| link.target == file).map(|link| link.file);
    let near: BTreeMap<u32, String> = importing
        .chain(package(loaded, file))
        .chain([file])
        .map(|number| (number, loaded.path(number)))
        .collect();
    let paths: BTreeSet<&String> = near.values().collect();
    let is_told = |place: &Place| {
        place.is_sure || !crowded.contains(&place.name) || paths.contains(&place.path)
    };
    let mut places: Vec<Place> = places.into_iter().filter(is_told).collect();
    places.sort_by_key(|place| !place.is_sure);
    places.truncate(MOST_PLACES);
    let clear = |(caller, mut names): (u32, BTreeSet<String>)| {
        names.retain(|name| near.contains_key(&caller) || !crowded.contains(name));
        (!names.is_empty()).then_some((caller, names))
    };
    let callers = callers.into_iter().filter_map(clear).collect();
    Ok(Breakage { places, callers, crowded })
}

/// The files that see what a file defines without an import: in Go those of its folder.
fn package(loaded: &Loaded, file: u32) -> Vec<u32> {
    let folder = |path: &[u8]| -> Vec<u8> {
        let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or_default();
        path.iter().take(end).copied().collect()
    };
    let is_go = |kept: &&KeptFile| Language::of(&kept.path) == Some(Language::Go);
    let Some(own) = loaded.files.get(&file).filter(is_go) else { return Vec::new() };
    let own = folder(&own.path);
    let files = loaded.files.values().filter(is_go);
    files.filter(|kept| folder(&kept.path) == own).map(|kept| kept.number).collect()
}

/// Every use of names of a file, whoever else has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// The places.
    pub places: BTreeSet<Place>,
    /// The files that call them.
    pub callers: Callers,
    /// Names that too much else has.
    pub crowded: BTreeSet<String>,
}

/// Every place that uses names of a file, and the files that call them.
pub fn all_places(
    recall: &dyn Recall,
    loaded: &Loaded,
    (file, names): (u32, &BTreeSet<String>),
    links: &Links,
) -> Result<Uses, StoreError> {
    let mut found = Uses::default();
    let importing = links.all.iter().filter(|link| link.target == file).map(|link| link.file);
    let importing: BTreeSet<u32> = importing.collect();
    let mut ways = Ways::new(recall, loaded, links);
    for name in names {
        // Nor can methods of several classes with one name be told apart.
        let defining: BTreeSet<(u32, String)> = recall
            .defining(loaded.row, name)?
            .into_iter()
            .map(|(file, symbol)| (file, symbol.parent))
            .collect();
        let is_alone = defining.len() < 2 && defining.iter().all(|(other, _)| *other == file);
        if defining.len() > MOST_MEANINGS || is_common(name) {
            found.crowded.insert(name.clone());
        }
        let is_sure = is_alone && !is_common(name);
        let place = |other: u32, line: u32, use_of: Use, way: Way| {
            let (path, name) = (loaded.path(other), name.clone());
            Place { path, line, name, use_of, is_sure: is_sure && way == Way::Inside }
        };
        let own = meaning_their_own(file, &defining, &importing);
        for (other, call) in recall.calling(loaded.row, name)? {
            let way = ways.of(other, call.import_line)?;
            if own.contains(&other) || way == Way::Standard {
                continue;
            }
            found.callers.entry(other).or_default().insert(name.clone());
            found.places.insert(place(other, call.line, Use::Calls, way));
        }
        for (other, used) in recall.using(loaded.row, name)? {
            let way = ways.of(other, used.import_line)?;
            if own.contains(&other) || way == Way::Standard {
                continue;
            }
            let use_of = if used.extends { Use::Extends } else { Use::Uses };
            found.places.insert(place(other, used.line, use_of, way));
        }
    }
    for link in links.all.iter().filter(|link| link.target == file) {
        for name in link.names.split(' ').filter(|name| names.contains(*name)) {
            let (path, name) = (loaded.path(link.file), name.to_owned());
            found.places.insert(Place {
                path,
                line: link.line,
                name,
                use_of: Use::Imports,
                is_sure: true,
            });
        }
    }
    Ok(found)
}

/// The files that define at their top what this file has at its top, and import nothing of it: they mean their own.
fn meaning_their_own(
    file: u32,
    defining: &BTreeSet<(u32, String)>,
    importing: &BTreeSet<u32>,
) -> BTreeSet<u32> {
    if defining.iter().any(|(other, parent)| *other == file && !parent.is_empty()) {
        return BTreeSet::new();
    }
    let tops = defining.iter().filter(|(_, parent)| parent.is_empty()).map(|(other, _)| *other);
    tops.filter(|other| *other != file && !importing.contains(other)).collect()
}

/// The names that a change takes away or lets be called upon otherwise.
pub fn altered(before: &KeptSource, after: Option<&KeptSource>) -> Vec<Altered> {
    let old = signatures(&before.symbols);
    let new = after.map(|after| signatures(&after.symbols)).unwrap_or_default();
    let changed = old.into_iter().filter_map(|((parent, name), before)| {
        let after = new.get(&(parent, name)).copied().unwrap_or_default();
        let is_gone = !new.contains_key(&(parent, name));
        (is_gone || after != before).then(|| Altered {
            name: name.to_owned(),
            parent: parent.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        })
    });
    changed.collect()
}

/// How what a source defines is called upon, by what it lies in and its name; what lies in functions is nobody else's.
fn signatures(symbols: &[KeptSymbol]) -> BTreeMap<(&str, &str), &str> {
    let is_inner = |symbol: &&KeptSymbol| {
        symbols.iter().any(|outer| {
            ["function", "method"].contains(&outer.kind.as_str())
                && outer.first_line < symbol.first_line
                && symbol.last_line <= outer.last_line
        })
    };
    // Nobody can name `_`.
    let is_named = |symbol: &&KeptSymbol| !symbol.name.chars().all(|char| char == '_');
    let outer = symbols.iter().filter(|symbol| is_named(symbol) && !is_inner(symbol));
    outer
        .map(|symbol| ((symbol.parent.as_str(), symbol.name.as_str()), symbol.signature.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::outline::outline;

    #[test]
    fn names_that_go_or_are_called_upon_otherwise_are_told_and_bodies_are_not() {
        let source = |text: &str| {
            outline(Language::Python, b"a.py", "0".repeat(40).parse().unwrap(), text.as_bytes())
        };
        let before = source(
            "def a(x):\n    def inner(): pass\n    return 1\ndef b(): pass\nclass C:\n    def m(self): pass\nD = 1\n",
        );
        let after =
            source("def a(x, y):\n    return 2\nclass C:\n    def m(self): return 3\nD = 2\n");

        let told = |altered: Vec<Altered>| -> Vec<String> {
            altered
                .iter()
                .map(|one| format!("{}: {} > {}", one.name, one.before, one.after))
                .collect()
        };

        assert_eq!(
            told(altered(&before, Some(&after))),
            ["a: def a(x) > def a(x, y)", "b: def b() > "]
        );
        assert_eq!(altered(&after, None).len(), 4);
    }
}
