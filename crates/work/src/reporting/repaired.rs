//! What an automatic repair did to a revision.
//!
//! An owner who approves a repaired revision has to know that it was repaired, by what, how sure that is and what is still
//! open. These facts stand in every form of the report and on the page that an approval signs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::page::{Cell, Tone};
use crate::reporting::trust::{Known, Measured};
use crate::reporting::views;
use foundation::store::error::StoreError;
use foundation::store::store::Store;
use inspection::reach::{Sides, newly_reached};
use record::domain::healing::{Confidence, Healing, Part, SeparatingInput, Strategy, Turn};
use record::domain::id::ProposalId;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// Most repairs that are followed back.
const MAX_STEPS: usize = 20;
/// Most characters of what was done, and of an answer.
const MAX_SHOWN: usize = 300;

/// The repairs that a revision holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repaired {
    /// The revision before the first of them.
    pub base: u32,
    /// The repairs, oldest first.
    pub steps: Vec<Step>,
    /// What confirmed the newest patch; null for a model's.
    pub confidence: Option<Confidence>,
    /// How often such patches were right; null where nothing was counted.
    pub measured: Option<Measured>,
    /// Kinds of behaviour among the patches that pass the tests; null where nothing is known of them.
    pub plausible_behaviours: Option<u32>,
    /// An input on which they differ, this revision's answer first.
    pub separating_input: Option<SeparatingInput>,
    /// Other patches that are kept as revisions.
    pub alternatives: Vec<Step>,
    /// How sure it is, in words.
    pub words: String,
    /// What the code reaches since the first repair that it did not before, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reaches: Vec<String>,
}

/// One repair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The revision that it made.
    pub revision: u32,
    /// The revision that it changed.
    pub parent: u32,
    /// How it was made.
    pub strategy: Strategy,
    /// The word of the edit; null for a model's.
    pub operator: Option<String>,
    /// What was changed.
    pub explanation: String,
}

impl Step {
    fn of(turn: &Turn) -> Option<Self> {
        Some(Self {
            revision: turn.revision?,
            parent: turn.detail.parent,
            strategy: turn.strategy,
            operator: turn.detail.operator.clone(),
            explanation: turn.detail.explanation.clone(),
        })
    }

    fn words(&self) -> String {
        let said = views::preview(&self.explanation, MAX_SHOWN).replace('\n', " ");
        let by = match &self.operator {
            Some(operator) => format!("{} ({operator})", self.strategy),
            None => self.strategy.to_string(),
        };
        if said.trim().is_empty() { by } else { format!("{by}: {said}") }
    }
}

/// Finds the repairs that a revision holds; `None` where there are none.
pub async fn repaired(
    store: &dyn Store,
    id: &ProposalId,
    revision: u32,
) -> Result<Option<Repaired>, StoreError> {
    let healings = store.healings(id).await?;
    if healings.is_empty() {
        return Ok(None);
    }
    let mut steps = Vec::new();
    let mut number = Some(revision);
    while let Some(at) = number.filter(|_| steps.len() < MAX_STEPS) {
        let Some(turn) = turn(&healings, at) else {
            number = parent(store, id, at).await?;
            continue;
        };
        if turn.part != Part::Restored {
            steps.push(turn);
        }
        number = Some(turn.detail.parent).filter(|parent| *parent < at);
    }
    steps.reverse();
    Ok(summed_up(&healings, &steps))
}

/// Finds the repairs that a revision holds, with what its code reaches since; for whoever decides, as it reads the sources.
pub async fn repaired_with_reach(
    store: &dyn Store,
    id: &ProposalId,
    revision: u32,
) -> Result<Option<Repaired>, StoreError> {
    let Some(found) = repaired(store, id, revision).await? else { return Ok(None) };
    let before = store.revision(id, found.base).await?;
    let after = store.revision(id, revision).await?;
    let reaches = before.zip(after).map_or_else(Vec::new, |(before, after)| {
        newly_reached(&sides(&before.source, &after.source))
    });
    Ok(Some(Repaired { reaches, ..found }))
}

/// Pairs the files of two sources by their paths.
fn sides(before: &Source, after: &Source) -> Vec<Sides> {
    let text = |source: &Source, path: &SourcePath| {
        source.files().iter().find(|file| file.path == *path).map(SourceFile::text)
    };
    let of = |file: &SourceFile| Sides {
        path: file.path.to_string(),
        role: file.role,
        before: text(before, &file.path),
        after: Some(file.text()),
    };
    after.files().iter().map(of).collect()
}

async fn parent(
    store: &dyn Store,
    id: &ProposalId,
    number: u32,
) -> Result<Option<u32>, StoreError> {
    let revision = store.revision(id, number).await?;
    Ok(revision.and_then(|revision| revision.parent).filter(|parent| *parent < number))
}

fn turn(healings: &[Healing], number: u32) -> Option<&Turn> {
    healings.iter().flat_map(|healing| &healing.turns).find(|turn| turn.revision == Some(number))
}

fn summed_up(healings: &[Healing], steps: &[&Turn]) -> Option<Repaired> {
    let (first, last) = (steps.first()?, steps.last()?);
    let beside = |turn: &&Turn| {
        turn.part == Part::Plausible
            && turn.detail.parent == last.detail.parent
            && turn.revision != last.revision
    };
    let all = healings.iter().flat_map(|healing| &healing.turns);
    // What is known of one patch of several was noted with the one that was chosen.
    let chosen = all
        .clone()
        .find(|turn| turn.detail.parent == last.detail.parent && turn.detail.separating.is_some());
    let chosen = chosen.filter(|_| last.part == Part::Plausible).unwrap_or(last);
    let known = Known {
        strategy: last.strategy,
        confidence: last.detail.confidence,
        behaviours: chosen.detail.behaviours,
    };
    Some(Repaired {
        base: first.detail.parent,
        steps: steps.iter().filter_map(|turn| Step::of(turn)).collect(),
        confidence: known.confidence,
        measured: known.measured(),
        plausible_behaviours: known.behaviours,
        separating_input: chosen.detail.separating.clone(),
        alternatives: all.filter(beside).filter_map(Step::of).collect(),
        words: known.words(),
        reaches: Vec::new(),
    })
}

/// Lays the repairs out in the lines of a report.
pub fn fields(proposal: &str, repaired: &Repaired) -> Vec<(&'static str, Cell)> {
    let steps: Vec<String> = repaired.steps.iter().map(Step::words).collect();
    let done = format!("since revision {}, by {}", repaired.base, steps.join("; then by "));
    let mut fields = vec![
        ("Repaired", Cell::toned(done, Tone::Warn)),
        ("How sure", Cell::toned(repaired.words.as_str(), Tone::Warn)),
    ];
    if !repaired.reaches.is_empty() {
        fields.push(("Newly reached", Cell::toned(repaired.reaches.join("; "), Tone::Warn)));
    }
    if let Some(separating) = &repaired.separating_input {
        let answers: Vec<String> =
            separating.answers.iter().map(|answer| views::preview(answer, MAX_SHOWN)).collect();
        let call = views::preview(&separating.call, MAX_SHOWN);
        let asked = format!("{call}: {}?", answers.join(" or "));
        fields.push(("Open question", Cell::toned(asked, Tone::Warn)));
    }
    if !repaired.alternatives.is_empty() {
        let others: Vec<String> = repaired
            .alternatives
            .iter()
            .map(|step| format!("revision {}: {}", step.revision, step.words()))
            .collect();
        let taken = format!("{} (`/auto-refine {proposal} --take N`)", others.join("; "));
        fields.push(("Other patches", Cell::from(taken)));
    }
    fields
}
