//! Lays the answer of a healing out as a page.
//!
//! The page ends with the commands that make sense next, which depend on why the healing ended. Text of a model is cut,
//! because it must not push the verdicts off the screen.

use crate::contract::error::{ErrorKind, Exit};
use crate::contract::outcome::Outcome;
use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::healing::healed::Forecast;
use crate::healing::healed::Healed;
use crate::healing::healed::{AlternativeView, AttemptView};
use crate::reporting::file_reports;
use crate::reporting::views;
use record::domain::healing::{Part, Stop};
use record::domain::verdict::VerdictWord;

/// Longest explanation and diagnosis on a page, in characters.
const MAX_SHOWN: usize = 200;

/// Lays a healing out for a person.
pub fn page(answer: &Healed) -> Page {
    if answer.stop.is_none() {
        return planned(answer);
    }
    let id = &answer.proposal_id;
    let mut page = Page::new().title(format!("Healing of {id}")).fields(fields(answer));
    if !answer.attempts.is_empty() {
        page = page.block(Block::Table {
            head: ["Revision", "Strategy", "Verdict", "Tests", "What was done"]
                .map(str::to_owned)
                .to_vec(),
            rows: answer.attempts.iter().map(row).collect(),
        });
    }
    page = page.then(file_reports::page(&answer.files));
    if !answer.alternatives.is_empty() {
        page = page
            .text(Cell::toned("Other patches:", Tone::Strong))
            .block(Block::List(answer.alternatives.iter().map(alternative).collect()));
    }
    if let Some(separating) = &answer.separating_input {
        let answers = separating.answers.join(" or ");
        let question = format!(
            "The patches differ at {}: {answers}; --expect 'CALL == VALUE' or --take N chooses",
            separating.call
        );
        page = page.text(Cell::toned(question, Tone::Warn));
    }
    let notes: Vec<Cell> = answer.notes.iter().map(|note| Cell::from(note.as_str())).collect();
    if !notes.is_empty() {
        page = page.block(Block::List(notes));
    }
    page.next(next(answer))
}

fn fields(answer: &Healed) -> Vec<(&'static str, Cell)> {
    let stop = answer.stop.map_or("", Stop::word);
    let tone = if answer.stop == Some(Stop::Passed) { Tone::Good } else { Tone::Warn };
    let mut fields = vec![
        ("Ended", Cell::toned(stop.replace('_', " "), tone)),
        ("Newest revision", Cell::from(newest(answer))),
        ("Content hash", Cell::toned(answer.content_hash.as_str(), Tone::Dim)),
    ];
    if let Some(entry) = &answer.entry_point {
        fields.push(("Entry point", Cell::from(entry.as_str())));
    }
    if let Some(diagnosis) = &answer.diagnosis {
        fields.push(("Diagnosis", Cell::from(views::preview(diagnosis, MAX_SHOWN))));
    }
    fields.push(("Candidates tried", Cell::from(answer.candidates.to_string())));
    if let Some(words) = &answer.trust {
        fields.push(("Confidence", Cell::from(words.as_str())));
        let count = answer.plausible_behaviours.map(|count| count.to_string());
        let count = count.unwrap_or_else(|| "not known".to_owned());
        fields.push(("Behaviours of passing patches", Cell::from(count)));
    }
    let spent = &answer.spent;
    if spent.calls > 0 {
        let price = if spent.cost_usd > 0.0 {
            format!("${:.4} as far as prices are known", spent.cost_usd)
        } else {
            "at a price that is not known".to_owned()
        };
        let (calls, tokens) = (counted(spent.calls, "call"), counted(spent.tokens, "token"));
        let cost = format!("{calls}, {tokens}, {price}");
        fields.push(("Models", Cell::from(cost)));
    }
    if let Some(is_red) = answer.red_before_green {
        let said = if is_red {
            Cell::from("they fail on the code before")
        } else {
            Cell::toned("they pass on the code before: they show nothing new", Tone::Warn)
        };
        fields.push(("New tests", said));
    }
    fields
}

fn newest(answer: &Healed) -> String {
    match answer.restored {
        Some(best) => format!("{} (revision {best} again, the best so far)", answer.revision),
        None => answer.revision.to_string(),
    }
}

fn row(attempt: &AttemptView) -> Vec<Cell> {
    let verdict = attempt.verdict.map_or_else(|| Cell::from("none"), views::verdict_cell);
    let said = views::preview(&attempt.explanation, MAX_SHOWN).replace('\n', " ");
    let done = match &attempt.operator {
        Some(operator) => format!("{operator}: {said}"),
        None => said,
    };
    vec![
        Cell::from(attempt.revision.to_string()),
        Cell::from(attempt.strategy.word()),
        verdict,
        Cell::from(format!("{}/{}", attempt.tests_passed, attempt.tests_total)),
        Cell::from(done),
    ]
}

fn alternative(found: &AlternativeView) -> Cell {
    let what = if found.kind == Part::ChangesTests {
        let signs: Vec<&str> = found.weakenings.iter().map(|sign| sign.message.as_str()).collect();
        let signs =
            if signs.is_empty() { "no sign of weaker tests".to_owned() } else { signs.join("; ") };
        format!("changes the sealed tests ({signs})")
    } else {
        // Only a full execution tells whether it passes; the box that tried it gave a hint.
        let said = match found.verdict {
            Some(VerdictWord::Passed) => "passes the tests and behaves differently",
            Some(VerdictWord::Failed) => "failed when it was executed in full",
            Some(VerdictWord::Inconclusive) | None => {
                "behaves differently, and was not executed in full yet"
            }
        };
        said.to_owned()
    };
    let said = views::preview(&found.explanation, MAX_SHOWN).replace('\n', " ");
    Cell::toned(format!("revision {} {what}: {said}", found.revision), Tone::Warn)
}

fn next(answer: &Healed) -> Vec<String> {
    let id = &answer.proposal_id;
    match answer.stop {
        Some(Stop::Passed) => vec![
            format!("/report-code {id}  shows the evidence"),
            format!("/approve-code {id}  approves it"),
        ],
        Some(Stop::Inconclusive) => vec![
            format!("/auto-refine {id}  tries again"),
            "/doctor  shows what is missing".to_owned(),
        ],
        Some(
            stop @ (Stop::Attempts
            | Stop::Budget
            | Stop::Time
            | Stop::NoProgress
            | Stop::TestsSuspect
            | Stop::Cancelled),
        ) => mended_by_hand(answer, stop),
        None => Vec::new(),
    }
}

/// Suggests what somebody can do where healing did not: no code mends tests that are at fault.
fn mended_by_hand(answer: &Healed, stop: Stop) -> Vec<String> {
    let id = &answer.proposal_id;
    let history = format!("/refinement-history {id}  shows every attempt");
    let own = if stop == Stop::TestsSuspect {
        views::by_hand(id, answer.is_change, "--tests", "gives it other tests")
    } else {
        views::by_hand(id, answer.is_change, "--code", "stores your own correction")
    };
    let asks = format!("/refine-code {id} <feedback>  asks a model server for another revision");
    let history = (!answer.attempts.is_empty()).then_some(history);
    let again = (stop == Stop::Cancelled).then(|| format!("/auto-refine {id}  tries again"));
    again.into_iter().chain(history).chain([own]).chain(answer.has_model.then_some(asks)).collect()
}

fn planned(answer: &Healed) -> Page {
    let id = &answer.proposal_id;
    let page = Page::new().title(format!("What healing of {id} would try (nothing was written)"));
    let Some(forecast) = &answer.forecast else {
        return page.text("Nothing: the newest revision passes.");
    };
    let words: Vec<&str> = forecast.strategies.iter().map(|strategy| strategy.word()).collect();
    let diagnosis = answer.diagnosis.as_deref().unwrap_or("not executed yet");
    page.fields([
        ("Revision", Cell::from(answer.revision.to_string())),
        ("Diagnosis", Cell::from(views::preview(diagnosis, MAX_SHOWN))),
        ("Strategies", Cell::from(words.join(", "))),
        ("Models", Cell::from(price(forecast))),
    ])
    .next([format!("/auto-refine {id}  does it")])
}

fn price(forecast: &Forecast) -> String {
    let Some(provider) = &forecast.provider else { return "none is asked".to_owned() };
    let price = match forecast.cost_usd {
        Some(dollars) => format!("at most ${dollars:.4}"),
        None => "at a price that is not known".to_owned(),
    };
    let fits =
        if forecast.fits_budget { "" } else { "; the first call does not fit into the budget" };
    format!(
        "{provider}, at most {} of at most {}, {price}{fits}",
        counted(forecast.calls, "call"),
        counted(forecast.tokens_per_call, "token")
    )
}

impl Outcome for Healed {
    fn page(&self) -> Page {
        page(self)
    }

    fn exit(&self) -> Exit {
        match self.stop {
            None | Some(Stop::Passed) => Exit::Done,
            Some(Stop::Inconclusive) => Exit::Unavailable,
            Some(Stop::Cancelled) => Exit::Error(ErrorKind::Interrupted),
            Some(
                Stop::Attempts | Stop::Budget | Stop::Time | Stop::NoProgress | Stop::TestsSuspect,
            ) => Exit::Negative,
        }
    }
}
