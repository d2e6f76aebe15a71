//! What the tests noticed of small changes of the code, for an owner to look at.
//!
//! A suite that leaves mutants alone is no verdict. Parts of a change are tried while it runs, by the tests of the repository that
//! reach them: of a change its evidence is told, and a mutant is of use only where that says that no test notices the line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::change_evidence::ChangeEvidence;
use record::domain::healing::SeparatingInput;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::healing::mutation::{Mutation, Survivor};

/// Most survivors that a page shows.
const MAX_SHOWN: usize = 10;

/// What the tests noticed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct MutationView {
    /// Killed of tried, 0 to 1; null where none was tried. A low one is a reason to look, no verdict.
    pub score: Option<f64>,
    /// Mutants with which a test fails.
    pub killed: usize,
    /// Mutants that were tried.
    pub tried: usize,
    /// Mutants for which there was no time.
    pub untried: usize,
    /// The others: those with a separating input first.
    pub survivors: Vec<SurvivorView>,
}

/// A mutant that no test notices.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SurvivorView {
    /// The word of its operator.
    pub operator: String,
    /// What it does.
    pub why: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The text of the line.
    pub before: String,
    /// The text it has in the mutant.
    pub after: String,
    /// A call on which it differs, the answer of the code first; null where none was found: perhaps it is equivalent.
    pub separating: Option<SeparatingInput>,
    /// Whether it lies in a function that no test calls; absent where one does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_uncalled: bool,
}

/// Says what a score leaves out.
pub fn limits_of(mutation: &Mutation) -> Option<String> {
    let mut told = Vec::new();
    if mutation.untried > 0 {
        let untried = counted(mutation.untried, "mutant");
        told.push(format!("no time for {untried}; give more with --seconds"));
    }
    if mutation.unfit > 0 {
        let needs = if mutation.unfit == 1 {
            "1 test needs".to_owned()
        } else {
            format!("{} tests need", mutation.unfit)
        };
        let counts = "what only such tests notice counts as a survivor";
        told.push(format!("{needs} more than mutants are tried with; {counts}"));
    }
    (!told.is_empty()).then(|| told.join("; "))
}

impl MutationView {
    /// Tells what was tried.
    pub fn of(mutation: Mutation) -> Self {
        let survivor = |survivor: Survivor| SurvivorView {
            operator: survivor.operator,
            why: survivor.why,
            path: survivor.path.to_string(),
            line: survivor.line,
            before: survivor.before,
            after: survivor.after,
            separating: survivor.separating,
            is_uncalled: survivor.is_uncalled,
        };
        Self {
            score: mutation.score(),
            killed: mutation.killed,
            tried: mutation.tried,
            untried: mutation.untried,
            survivors: mutation.survivors.into_iter().map(survivor).collect(),
        }
    }

    /// Lays it out.
    pub fn page(&self) -> Page {
        let (killed, tried) = (self.killed, self.tried);
        let alike = || self.survivors.iter().filter(|survivor| survivor.separating.is_none());
        let score = self.score.map_or_else(|| "none".to_owned(), |score| format!("{score:.2}"));
        let told = format!("{score} ({killed} of {tried} noticed)");
        let page = Page::new().fields([("Mutation score", Cell::from(told))]);
        let uncalled = alike().filter(|survivor| survivor.is_uncalled);
        let page = listed(page, "Unnoticed, because no test calls the function:", uncalled);
        let called = alike().filter(|survivor| !survivor.is_uncalled);
        let words = "Unnoticed and perhaps equivalent; no input was found that tells them apart:";
        listed(page, words, called)
    }
}

/// Lists mutants below a sentence; nothing where there are none.
fn listed<'a>(page: Page, words: &str, survivors: impl Iterator<Item = &'a SurvivorView>) -> Page {
    let line = |survivor: &SurvivorView| {
        let (path, line) = (&survivor.path, survivor.line);
        let texts = (survivor.before.trim(), survivor.after.trim());
        Cell::toned(format!("{path}:{line}: {} -> {}", texts.0, texts.1), Tone::Dim)
    };
    let lines: Vec<Cell> = survivors.take(MAX_SHOWN).map(line).collect();
    if lines.is_empty() { page } else { page.text(words).block(Block::List(lines)) }
}

/// The parts of a change that its execution tried, each by the tests of the repository that reach it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PartsView {
    /// Hunks that were undone and lines that were changed a little.
    pub tried: u32,
    /// Those that no test noticed.
    pub unnoticed: usize,
}

impl PartsView {
    /// Counts them in the evidence.
    pub const fn of(change: &ChangeEvidence) -> Self {
        Self { tried: change.mutants_tried, unnoticed: change.survivors.len() }
    }

    /// Lays it out.
    pub fn page(&self) -> Page {
        let (tried, unnoticed) = (counted(self.tried, "part"), self.unnoticed);
        let told = match self.tried {
            0 => "none was tried".to_owned(),
            _ => format!("{tried} tried without, {unnoticed} noticed by no test"),
        };
        Page::new().fields([("The change", Cell::from(told))])
    }
}

/// Keeps the mutants of lines of which an execution of the change says that no test notices them.
pub fn on_unnoticed(mutation: &mut Mutation, change: &ChangeEvidence) {
    mutation.survivors.retain(|mutant| {
        change.survivors.iter().any(|part| {
            part.path == mutant.path.as_str() && (part.line..=part.last).contains(&mutant.line)
        })
    });
}
