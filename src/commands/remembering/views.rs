//! Parts of the answers about a memory, as programs read them and as pages show them.
//!
//! Everything that a repository says was escaped where it was read; here it is only laid out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::memory::breakage::Place;
use work::memory::facts::Facts;
use work::memory::hops::Hop;
use work::memory::loaded::Loaded;
use work::memory::owners::Owner;
use work::memory::reasons::Likely;
use work::memory::telling::words;

/// Which state of a repository an answer is about, and what is missing of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StateView {
    /// The repository.
    pub repository: String,
    /// The commit that was built up to.
    pub commit: String,
    /// How many commits are remembered.
    pub commits: u32,
    /// Whether nothing of the history and of the sources is missing.
    pub complete: bool,
    /// What is missing, in words.
    pub missing: Vec<String>,
    /// Whether HEAD is elsewhere by now; null where that is not known.
    pub moved: Option<bool>,
}

impl StateView {
    /// The state that was asked.
    pub fn of(repository: &str, loaded: &Loaded, moved: Option<bool>) -> Self {
        Self::of_facts(repository, loaded.head.as_str(), &loaded.facts, moved)
    }

    /// The state that was built.
    pub fn of_facts(repository: &str, commit: &str, facts: &Facts, moved: Option<bool>) -> Self {
        Self {
            repository: repository.to_owned(),
            commit: commit.to_owned(),
            commits: facts.commits,
            complete: facts.is_complete(),
            missing: facts.missing(),
            moved,
        }
    }

    /// A line about it, and what is wrong with it.
    pub fn page(&self) -> Page {
        let commit: String = self.commit.chars().take(12).collect();
        let line = format!("{} at {commit}, {}", self.repository, counted(self.commits, "commit"));
        let mut lines = vec![Cell::toned(line, Tone::Dim)];
        lines.extend(
            self.missing
                .iter()
                .map(|words| Cell::toned(format!("Incomplete: {words}"), Tone::Warn)),
        );
        if self.moved == Some(true) {
            lines.push(Cell::toned("HEAD is elsewhere by now", Tone::Warn));
        }
        let page = Page::new().lines(lines);
        if self.moved == Some(true) {
            return page
                .next([format!("/build-graph {}  takes the new commits in", self.repository)]);
        }
        page
    }
}

/// One step from a line to what led to it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct HopView {
    /// What it leads to: `commit`, `revert`, `merge`, `pull request`, `issue`, `proposal`, `evidence`, `review`, `application`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Who stands for it; null where nobody does.
    pub by: Option<String>,
    /// When; null where that is not known.
    pub at: Option<String>,
    /// What it says.
    pub says: String,
    /// What proves the step.
    pub proof: String,
}

impl From<Hop> for HopView {
    fn from(hop: Hop) -> Self {
        let Hop { kind, name, by, at, says, proof } = hop;
        Self { kind: kind.word().to_owned(), name, by, at, says, proof }
    }
}

/// Steps as a table.
pub fn hops(hops: &[HopView]) -> Block {
    let row = |hop: &HopView| {
        let name = if hop.name.len() >= 40 {
            hop.name.chars().take(12).collect()
        } else {
            hop.name.clone()
        };
        let who: Vec<&str> =
            [hop.by.as_deref(), hop.at.as_deref().and_then(|at| at.split('T').next())]
                .into_iter()
                .flatten()
                .collect();
        vec![
            Cell::toned(format!("{} {name}", hop.kind), Tone::Strong),
            Cell::from(who.join(", ")),
            Cell::from(hop.says.as_str()),
            Cell::toned(hop.proof.as_str(), Tone::Dim),
        ]
    };
    let head = ["step", "who, when", "says", "proved by"].map(str::to_owned).to_vec();
    Block::Table { head, rows: hops.iter().map(row).collect() }
}

/// A file that will likely change.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LikelyView {
    /// Its path.
    pub path: String,
    /// The share of files with such a score that changed too, in the history of the repository; null where too little is known.
    pub chance: Option<f64>,
    /// How high it stands; it only orders.
    pub score: f64,
    /// Why, each to be looked up.
    pub reasons: Vec<String>,
}

impl From<&Likely> for LikelyView {
    fn from(likely: &Likely) -> Self {
        let round = |number: f64| (number * 1_000.0).round() / 1_000.0;
        Self {
            path: likely.path.clone(),
            chance: likely.chance.map(round),
            score: round(likely.score),
            reasons: likely.reasons.iter().map(words).collect(),
        }
    }
}

/// Files with their chances and reasons as a table.
pub fn likely(files: &[LikelyView]) -> Block {
    // A column in which nothing stands says nothing.
    let has_chances = files.iter().any(|file| file.chance.is_some());
    let row = |file: &LikelyView| {
        let chance =
            file.chance.map_or_else(String::new, |chance| format!("{:.0} %", chance * 100.0));
        let path = Cell::toned(file.path.as_str(), Tone::Strong);
        let chance = has_chances.then_some(Cell::from(chance));
        [path].into_iter().chain(chance).chain([Cell::from(file.reasons.join("; "))]).collect()
    };
    let head = ["file"].into_iter().chain(has_chances.then_some("chance")).chain(["because it"]);
    let head = head.map(str::to_owned).collect();
    Block::Table { head, rows: files.iter().map(row).collect() }
}

/// A place that breaks.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlaceView {
    /// The path.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The name.
    pub name: String,
    /// What the place does with it: `imports`, `calls`, `extends` or `uses`.
    pub does: String,
    /// Whether nothing else is defined under the name; else it may mean another.
    pub certain: bool,
}

impl From<Place> for PlaceView {
    fn from(place: Place) -> Self {
        let Place { path, line, name, use_of, is_sure } = place;
        Self { path, line, name, does: use_of.word().to_owned(), certain: is_sure }
    }
}

/// Somebody who knows a file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OwnerView {
    /// The name, as commits say it.
    pub name: String,
    /// Their part of the changes, newer ones counting more.
    pub part: f64,
    /// How many commits.
    pub commits: u32,
    /// The newest of them.
    pub newest: String,
}

impl From<Owner> for OwnerView {
    fn from(owner: Owner) -> Self {
        let part = (owner.part * 1_000.0).round() / 1_000.0;
        Self { name: owner.name, part, commits: owner.commits, newest: owner.newest.to_string() }
    }
}
