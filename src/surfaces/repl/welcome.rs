//! The first screen of a session: where one is, what waits.
//!
//! What waits is asked of the home through commands, as a person would ask. A home that cannot be read is said to be so, and the
//! session goes on: `/doctor` must be within reach.

use std::sync::Arc;

use serde_json::Value;

use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::{Grammar, Words};
use record::domain::change::LIBRARY;
use work::contract::arguments::Arguments;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::error::CommandError;
use work::contract::page::{Cell, Page, Tone, counted};

/// The command that counts proposals by their status.
const COUNTS: &str = "code-stats";
/// The command that tells what was broken off.
const JOBS: &str = "jobs";

/// Proposals by what they wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Waiting {
    /// Tested, and for the owner to decide.
    tested: u64,
    /// Not executed yet.
    pending: u64,
}

/// Lays out the first screen.
pub fn page(visit: &mut Visit, entries: &'static [Entry]) -> Page {
    let home = visit.settings.home().to_owned();
    let is_new = !home.exists();
    let waiting = if is_new { Ok(Waiting::default()) } else { waiting(visit, entries) };
    let place = if is_new { " (new)" } else { "" };
    let told = match &waiting {
        Ok(waiting) => Cell::from(waiting.words()),
        Err(error) => Cell::toned(format!("{}; see /doctor", error.message), Tone::Warn),
    };
    let open = if is_new { Vec::new() } else { unfinished(visit, entries) };
    let open = open.into_iter().map(|words| ("Not ended", Cell::toned(words, Tone::Warn)));
    Page::new()
        .title("saraphina proposes code, runs it for evidence, and records what you decide.")
        .fields([
            ("Home", Cell::from(format!("{}{place}", home.display()))),
            ("Code from", Cell::from(source(visit))),
            ("Waiting", told),
        ])
        .fields(open)
        .next(waiting.unwrap_or_default().steps())
}

impl Waiting {
    fn words(self) -> String {
        let tested = format!("{} for your decision", counted(self.tested, "proposal"));
        match (self.tested, self.pending) {
            (0, 0) => "nothing".to_owned(),
            (_, 0) => tested,
            (0, _) => format!("{} to be run", counted(self.pending, "proposal")),
            (_, pending) => format!("{tested}, {pending} to be run"),
        }
    }

    /// Names three things to do.
    fn steps(self) -> [&'static str; 3] {
        let propose =
            "/propose-code a CSV parser that handles quoted fields  proposes code and tests";
        let help = "/help  lists every command; Ctrl-D leaves";
        match (self.tested, self.pending) {
            (0, 0) => [propose, "/sandbox-code @  then runs them in the sandbox", help],
            (0, _) => ["/list-proposals --status pending  shows what is to be run", propose, help],
            _ => ["/list-proposals --status tested  shows what waits for you", propose, help],
        }
    }
}

fn waiting(visit: &mut Visit, entries: &'static [Entry]) -> Result<Waiting, CommandError> {
    let Some(entry) = catalogue::find_in(entries, COUNTS) else { return Ok(Waiting::default()) };
    let args: Arguments = Grammar::of(entry).understand(entry, &Words::default())?;
    let answer = visit.run(entry, args, Arc::new(|_| ()))?;
    let count = |status: &str| {
        let counts = answer.data.get("by_status").and_then(|counts| counts.get(status));
        counts.and_then(Value::as_u64).unwrap_or_default()
    };
    Ok(Waiting { tested: count("tested"), pending: count("pending") })
}

/// Lists applications that were broken off; a home that cannot be read says so where it is counted.
fn unfinished(visit: &mut Visit, entries: &'static [Entry]) -> Vec<String> {
    let Some(entry) = catalogue::find_in(entries, JOBS) else { return Vec::new() };
    let Ok(args) = Grammar::of(entry).understand(entry, &Words::default()) else {
        return Vec::new();
    };
    let answer = visit.run(entry, args, Arc::new(|_| ()));
    let open = answer.ok().and_then(|answer| answer.data.get("unfinished").cloned());
    open.and_then(|open| serde_json::from_value(open).ok()).unwrap_or_default()
}

/// Says where code comes from, and what would change it.
fn source(visit: &mut Visit) -> String {
    let names = visit.providers();
    let model = visit.settings.get("SARAPHINA_MODEL");
    match names.first().map(String::as_str) {
        None => "nowhere: SARAPHINA_PROVIDER names what is not there".to_owned(),
        Some(LIBRARY) => {
            "the library of tested snippets; OPENAI_API_KEY or OPENAI_BASE_URL adds a model"
                .to_owned()
        }
        Some(name) => model.map_or_else(
            || format!("{name}, a model server"),
            |model| format!("{name}, model {model}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_told_in_words() {
        let told = [(0, 0), (2, 0), (0, 1), (1, 3)]
            .map(|(tested, pending)| Waiting { tested, pending }.words());

        let expected = [
            "nothing",
            "2 proposals for your decision",
            "1 proposal to be run",
            "1 proposal for your decision, 3 to be run",
        ];
        assert_eq!(told, expected);
    }
}
