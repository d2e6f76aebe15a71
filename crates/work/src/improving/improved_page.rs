//! Lays an improvement out for a person.
//!
//! Each try with its score and what shut the gate, then the difference that is proposed, and the commands that decide about it.

use crate::contract::page::{Block, Cell, Page, Tone};
use crate::improving::improve::Iteration;
use crate::improving::stages::Stage;
use crate::reporting::views::verdict_cell;
use inspection::risk::Risk;
use inspection::score::{UNCHANGED, behaviour, quality};
use record::domain::verdict::VerdictWord;

/// Refusals of a try that are told.
const MAX_REFUSALS: usize = 5;

/// The parts of an answer that are shown.
pub struct Told<'a> {
    /// The file.
    pub file: &'a str,
    /// The tries.
    pub iterations: &'a [Iteration],
    /// The proposal.
    pub proposal_id: Option<&'a str>,
    /// The verdict on it.
    pub verdict: Option<VerdictWord>,
    /// The difference.
    pub diff: &'a str,
    /// The best score.
    pub score: Option<f64>,
    /// Whether it reached the threshold.
    pub accepted: bool,
    /// The files of tests that came along.
    pub tests: &'a [String],
    /// How much may go wrong with it.
    pub risk: Option<&'a Risk>,
    /// Why replies of a model were no tries.
    pub unfit: &'a [String],
    /// The stage whose answer is negative.
    pub failed_stage: Option<Stage>,
}

/// Names the stage whose answer is negative.
pub fn failed(stage: Stage) -> Cell {
    let why = match stage {
        Stage::Review | Stage::Impact => "it could not be told",
        Stage::Generate => "nothing new was made",
        Stage::Evaluate => "the score is below the threshold",
    };
    Cell::toned(format!("The stage {} ends it: {why}.", stage.word()), Tone::Warn)
}

/// Lays it out.
pub fn page(told: &Told<'_>) -> Page {
    let mut page = Page::new().title(format!("Improve {}", told.file));
    for (number, iteration) in told.iterations.iter().enumerate() {
        page = page.then(of_try(number + 1, iteration));
    }
    let unfit = told.unfit.iter().map(|why| Cell::toned(why.as_str(), Tone::Warn));
    page = page.lines(unfit.collect::<Vec<_>>());
    if told.iterations.is_empty() && told.unfit.is_empty() {
        page = page.text("Nothing was tried: there is nothing to improve by these means.");
    }
    if let Some(stage) = told.failed_stage {
        page = page.text(failed(stage));
    }
    let Some(id) = told.proposal_id else {
        return page.text(Cell::toned("The file stays as it is.", Tone::Warn));
    };
    if !told.diff.is_empty() {
        page = page.block(Block::Diff(told.diff.to_owned()));
    }
    let score = told.score.map_or_else(String::new, |score| format!("{score:.3}"));
    let reached = match told.score {
        _ if told.accepted => "the threshold is reached".to_owned(),
        Some(score) if score < UNCHANGED => {
            format!(
                "less than the file as it is scores, {UNCHANGED}: it is not better by this measure"
            )
        }
        _ => "the threshold is not reached".to_owned(),
    };
    let has_passed = told.verdict.is_none_or(|word| word == VerdictWord::Passed);
    let decide = if told.accepted && has_passed {
        format!("/approve-code {id}  takes it in")
    } else {
        let against = if has_passed { "score" } else { "verdict" };
        format!("/reject-code {id} REASON  ends it; the {against} speaks against it")
    };
    let tests = told.tests.iter().map(|path| ("Tests of today", Cell::from(path.as_str())));
    let risk = told.risk.map(|risk| {
        let reasons = risk.reasons.join("; ");
        let gap = if reasons.is_empty() { "" } else { ": " };
        ("Risk", Cell::from(format!("{}{gap}{reasons}", risk.class.word())))
    });
    let verdict = told.verdict.map(|word| ("Verdict", verdict_cell(word)));
    let proposal = [("Proposal", Cell::from(id))].into_iter().chain(verdict);
    let score = [("Score", Cell::from(format!("{score}, {reached}")))];
    page.fields(proposal.chain(score).chain(risk).chain(tests))
        .next([format!("/report-code {id}  shows the evidence"), decide])
}

fn of_try(number: usize, iteration: &Iteration) -> Page {
    let evaluation = &iteration.evaluation;
    let tone = if iteration.accepted { Tone::Good } else { Tone::Warn };
    let parts = &evaluation.parts;
    let score = if evaluation.gate.open {
        format!(
            "{:.3} (behaviour {:.2}, quality {:.2})",
            iteration.score,
            behaviour(parts),
            quality(parts)
        )
    } else {
        "0, the gate is shut".to_owned()
    };
    let replay = evaluation.replay.as_ref().map(|replay| ("Replay", Cell::from(replay.line())));
    let fields = [
        ("Try", Cell::from(format!("{number}, {}, {}", iteration.file, iteration.by))),
        ("Score", Cell::toned(score, tone)),
    ];
    let lines = |texts: &[String], most: usize, tone: Tone| -> Vec<Cell> {
        texts
            .iter()
            .filter(|text| !text.is_empty())
            .take(most)
            .map(|text| Cell::toned(text.as_str(), tone))
            .collect()
    };
    Page::new()
        .fields(fields.into_iter().chain(replay))
        .lines(lines(&iteration.explanation, MAX_REFUSALS * 2, Tone::Plain))
        .lines(lines(&evaluation.gate.refusals, MAX_REFUSALS, Tone::Bad))
        .lines(lines(&evaluation.notes, MAX_REFUSALS, Tone::Dim))
}
