//! The answer of a choice among candidates, and its page.
//!
//! A choice says how many answers there were, what each came to and how many kinds of behaviour pass: several mean that the request
//! left something open, which no verdict can settle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::reporting::views::{self, UsageView};
use record::domain::evidence::IntegrityState;
use record::domain::healing::SeparatingInput;
use record::domain::verdict::VerdictWord;

/// One answer that was executed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Its revision.
    pub revision: u32,
    /// The hash of its files.
    pub content_hash: String,
    /// Its execution.
    pub execution_id: String,
    /// The verdict on it.
    pub verdict: VerdictWord,
    /// Tests of its own that pass.
    pub tests_passed: u32,
    /// All of them.
    pub tests_total: u32,
    /// The grade of its evidence.
    pub integrity: IntegrityState,
    /// Its kind among the behaviours that pass, from 1; null where it does not pass or could not be compared.
    pub behaviour: Option<u32>,
}

/// What became of several answers to one request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chosen {
    /// Answers that were asked for.
    pub asked: u32,
    /// Those that differ, the best first.
    pub tried: Vec<Candidate>,
    /// Kinds of behaviour among those that pass; null where that is not known.
    pub behaviours: Option<u32>,
    /// A call on which two kinds differ, the best one's answer first.
    pub separating_input: Option<SeparatingInput>,
    /// What all calls used together.
    pub usage: UsageView,
}

impl Chosen {
    /// Lays the choice out.
    pub fn page(&self) -> Page {
        let row = |candidate: &Candidate| {
            let kind = candidate.behaviour.map_or_else(String::new, |kind| kind.to_string());
            vec![
                Cell::from(candidate.revision.to_string()),
                views::verdict_cell(candidate.verdict),
                Cell::from(format!("{}/{}", candidate.tests_passed, candidate.tests_total)),
                Cell::from(candidate.integrity.word()),
                Cell::from(kind),
            ]
        };
        let differ = counted(self.tried.len(), "answer");
        let mut page = Page::new()
            .text(Cell::toned(
                format!(
                    "Candidates: {} asked for, {differ} that differ, the best first",
                    self.asked
                ),
                Tone::Strong,
            ))
            .block(Block::Table {
                head: ["revision", "verdict", "tests", "integrity", "behaviour"]
                    .map(str::to_owned)
                    .into(),
                rows: self.tried.iter().map(row).collect(),
            });
        if let (Some(input), Some(many @ 2..)) = (&self.separating_input, self.behaviours) {
            let answers = input.answers.join(" or ");
            page = page.text(Cell::toned(
                format!(
                    "{many} behaviours pass; only you can choose, at {}: {answers}",
                    input.call
                ),
                Tone::Warn,
            ));
        }
        page
    }
}
