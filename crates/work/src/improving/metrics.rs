//! Figures of modules: how large, how branched, how tied to others, and how that came about.
//!
//! Sizes and names are read from the sources of the commit that the memory stands for, ties from its imports. The course over history
//! measures every content once, at evenly spaced commits in the memory's own order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::memory::hops::moment;
use crate::memory::links::Links;
use crate::memory::loaded::{Loaded, shown};
use crate::memory::outline::outline;
use foundation::repository::repository::Repository;
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptCommit, Recall};
use inspection::functions::functions_of;
use inspection::language::{Language, is_test};
use record::domain::changeset::GitId;
use sandbox::error::SandboxError;

/// Points of a course.
const POINTS: usize = 24;
/// Most contents that are measured for a course.
const MOST_CONTENTS: usize = 12_000;
/// Contents that are read at once.
const PIECE: usize = 100;

/// Figures of one content, or the sum of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Lines.
    pub lines: u32,
    /// Functions and methods.
    pub functions: u32,
    /// Classes and the like.
    pub classes: u32,
    /// Imports.
    pub imports: u32,
    /// Ways through all functions.
    pub ways: u32,
    /// Ways through the most branched function.
    pub most_ways: u32,
}

impl Figures {
    fn of(path: &[u8], blob: &GitId, content: &[u8]) -> Self {
        let Some(language) = Language::of(path) else { return Self::default() };
        let source = outline(language, path, blob.clone(), content);
        let kinds = |wanted: &[&str]| {
            let count = source.symbols.iter().filter(|one| wanted.contains(&one.kind.as_str()));
            u32::try_from(count.count()).unwrap_or(u32::MAX)
        };
        let found = functions_of(&String::from_utf8_lossy(path), &String::from_utf8_lossy(content));
        let ways: Vec<u32> = found.into_iter().map(|one| one.complexity).collect();
        let imports: BTreeSet<(u32, &str)> =
            source.imports.iter().map(|import| (import.line, import.module.as_str())).collect();
        let lines = content.split_inclusive(|byte| *byte == b'\n').count();
        Self {
            lines: u32::try_from(lines).unwrap_or(u32::MAX),
            functions: kinds(&["function", "method"]),
            classes: kinds(&["class", "struct", "enum", "trait", "interface"]),
            imports: u32::try_from(imports.len()).unwrap_or(u32::MAX),
            ways: ways.iter().sum(),
            most_ways: ways.into_iter().max().unwrap_or(0),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            lines: self.lines.saturating_add(other.lines),
            functions: self.functions.saturating_add(other.functions),
            classes: self.classes.saturating_add(other.classes),
            imports: self.imports.saturating_add(other.imports),
            ways: self.ways.saturating_add(other.ways),
            most_ways: self.most_ways.max(other.most_ways),
        }
    }
}

/// A module that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its path, escaped.
    pub path: String,
    /// What it holds.
    pub blob: GitId,
    raw: Vec<u8>,
    /// How many other files import it.
    pub used_by: usize,
    /// How many other files it imports.
    pub uses: usize,
    /// Files that it imports and that import it, escaped.
    pub circles: Vec<String>,
}

/// A moment of the course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The commit.
    pub commit: GitId,
    /// When it was written.
    pub at: String,
    contents: Vec<(Vec<u8>, GitId)>,
}

/// Whether a path is one that is asked about; tests are no modules.
fn is_asked(path: &[u8], below: &str) -> bool {
    let below = below.trim_start_matches("./").trim_end_matches('/');
    let is_below = below.is_empty()
        || below == "."
        || path == below.as_bytes()
        || path.strip_prefix(below.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"));
    is_below && Language::of(path).is_some() && !is_test(path)
}

/// The modules below a path, with their ties.
pub fn modules(
    recall: &dyn Recall,
    loaded: &Loaded,
    below: &str,
) -> Result<Vec<Module>, StoreError> {
    let links = Links::new(recall.links(loaded.row)?);
    let (mut to, mut from): (HashMap<u32, BTreeSet<u32>>, HashMap<u32, BTreeSet<u32>>) =
        (HashMap::new(), HashMap::new());
    // What is taken for types alone is not imported when the program runs: it closes no circle.
    let mut runs: HashMap<u32, BTreeSet<u32>> = HashMap::new();
    for link in links.all.iter().filter(|link| link.file != link.target) {
        if !link.is_for_types {
            runs.entry(link.file).or_default().insert(link.target);
        }
        to.entry(link.file).or_default().insert(link.target);
        from.entry(link.target).or_default().insert(link.file);
    }
    let none = BTreeSet::new();
    let mut found = Vec::new();
    for file in loaded.files.values().filter(|file| is_asked(&file.path, below)) {
        let Some(blob) = &file.blob else { continue };
        let (taken, users) =
            (to.get(&file.number).unwrap_or(&none), from.get(&file.number).unwrap_or(&none));
        found.push(Module {
            path: shown(&file.path),
            blob: blob.clone(),
            raw: file.path.clone(),
            used_by: users.len(),
            uses: taken.len(),
            circles: circles(&runs, file.number).map(|other| loaded.path(other)).collect(),
        });
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(found)
}

/// The files that one takes from when the program runs, and that take from it.
fn circles(runs: &HashMap<u32, BTreeSet<u32>>, file: u32) -> impl Iterator<Item = u32> {
    let others = runs.get(&file).into_iter().flatten();
    let takes_back = move |other: &&u32| runs.get(other).is_some_and(|back| back.contains(&file));
    others.filter(takes_back).copied()
}

/// What lay below a path at evenly spaced commits.
pub fn moments(
    recall: &dyn Recall,
    loaded: &Loaded,
    below: &str,
) -> Result<Vec<Moment>, StoreError> {
    let files = recall.files(loaded.row)?.into_iter();
    let files: BTreeSet<u32> =
        files.filter(|file| is_asked(&file.path, below)).map(|file| file.number).collect();
    // Off the course of the branch a commit holds what its own branch held; what it changed came with its merge.
    let mut course: BTreeMap<u32, KeptCommit> = BTreeMap::new();
    let changing = recall.changes(loaded.row, 0)?.into_iter();
    let changing: BTreeSet<u32> =
        changing.filter(|change| files.contains(&change.file)).map(|one| one.number).collect();
    for number in changing {
        let Some(commit) = recall.commit(loaded.row, number)? else { continue };
        let commit = match commit.merged_by {
            None => Some(commit),
            Some(merge) if course.contains_key(&merge) => None,
            Some(merge) => recall.commit(loaded.row, merge)?,
        };
        course.extend(commit.map(|commit| (commit.number, commit)));
    }
    let course: Vec<KeptCommit> = course.into_values().collect();
    let chosen: BTreeSet<usize> =
        (1..=POINTS).filter_map(|point| (course.len() * point / POINTS).checked_sub(1)).collect();
    let told = |commit: &KeptCommit| Moment {
        commit: commit.id.clone(),
        at: moment(commit.authored_at),
        contents: Vec::new(),
    };
    Ok(chosen.into_iter().filter_map(|at| course.get(at)).map(told).collect())
}

/// Fills moments with what their commits hold.
pub async fn filled(
    repository: &Repository,
    below: &str,
    mut moments: Vec<Moment>,
) -> Result<Vec<Moment>, CommandError> {
    for moment in &mut moments {
        moment.contents = repository.held_by(&moment.commit).await?;
        moment.contents.retain(|(path, _)| is_asked(path, below));
    }
    Ok(moments)
}

/// Figures by content.
pub type Measured = HashMap<GitId, Figures>;

/// Measures contents, each once; what is missing, altered or too large counts for nothing.
pub async fn measured(
    invocation: &Invocation,
    repository: &Repository,
    modules: &[Module],
    moments: &[Moment],
) -> Result<Measured, CommandError> {
    let now = modules.iter().map(|module| (&module.raw, &module.blob));
    let then = moments.iter().flat_map(|moment| &moment.contents).map(|(path, blob)| (path, blob));
    let all: HashMap<&GitId, &Vec<u8>> = now.chain(then).map(|(path, blob)| (blob, path)).collect();
    let all: Vec<(&GitId, &Vec<u8>)> = all.into_iter().take(MOST_CONTENTS).collect();
    let mut sources = repository.sources()?;
    let mut measured = Measured::new();
    for piece in all.chunks(PIECE) {
        if invocation.cancel.is_cancelled() {
            return Err(SandboxError::Cancelled.into());
        }
        invocation.stage(format!("measured {} of {} contents", measured.len(), all.len()));
        let ids: Vec<&GitId> = piece.iter().map(|(blob, _)| *blob).collect();
        for ((blob, path), content) in piece.iter().zip(sources.read(&ids).await?) {
            let figures = content.map(|content| Figures::of(path, blob, &content));
            measured.insert((*blob).clone(), figures.unwrap_or_default());
        }
    }
    Ok(measured)
}

impl Moment {
    /// The sum of the figures of that moment.
    pub fn sum(&self, measured: &Measured) -> Figures {
        let each = self.contents.iter().filter_map(|(_, blob)| measured.get(blob));
        each.fold(Figures::default(), |sum, figures| sum.plus(*figures))
    }
}
