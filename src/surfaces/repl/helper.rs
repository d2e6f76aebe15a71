//! Answers the line editor while somebody types.
//!
//! Completion, hints, colours and the question whether a line goes on. Proposals are fetched by `/list-proposals` through
//! the session itself, only when somebody completes one: typing alone must not open the store.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use serde_json::Value;

use crate::surfaces::render::ink::{Hue, Ink};
use crate::surfaces::repl::complete::{self, Fits};
use crate::surfaces::repl::paths;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::Grammar;
use crate::surfaces::words::slash;
use record::domain::text::Untrusted;
use work::contract::catalogue;
use work::contract::command::Entry;

/// Proposals offered by completion.
const NEWEST: &str = "--limit=50";
/// The kind that all proposals' ids begin with, which need not be typed.
const PREFIX: &str = "proposal_";

/// Completion, hints and continuation of lines.
pub struct Assistant {
    entries: &'static [Entry],
    visit: Rc<RefCell<Visit>>,
    known: RefCell<Option<Vec<String>>>,
    ink: Ink,
}

impl Assistant {
    /// Makes an assistant that knows these commands; it opens the store when a proposal is completed, not before.
    pub fn new(entries: &'static [Entry], visit: Rc<RefCell<Visit>>, ink: Ink) -> Self {
        Self { entries, visit, known: RefCell::new(None), ink }
    }

    /// Forgets proposals, because a command may have made some.
    pub fn forget(&self) {
        self.known.replace(None);
    }

    fn proposals(&self, typed: &str) -> Vec<String> {
        let mut known = self.known.borrow_mut();
        let known = known.get_or_insert_with(|| self.list().unwrap_or_default());
        let fits = |id: &&String| {
            id.starts_with(typed)
                || id.strip_prefix(PREFIX).is_some_and(|digits| digits.starts_with(typed))
        };
        known.iter().filter(fits).map(|id| format!("{id} ")).collect()
    }

    fn list(&self) -> Option<Vec<String>> {
        let entry = catalogue::find_in(self.entries, "list-proposals")?;
        let grammar = Grammar::of(entry);
        let words = grammar.sort(&[NEWEST.to_owned()]);
        let args = grammar.understand(entry, &words).ok()?;
        // A completion that cannot be had is no error: the person goes on typing.
        let answer = self.visit.try_borrow_mut().ok()?.run(entry, args, Arc::new(|_| ())).ok()?;
        let proposals = answer.data.get("proposals")?.as_array()?;
        let ids = proposals.iter().filter_map(|proposal| proposal.get("proposal_id"));
        Some(ids.filter_map(Value::as_str).map(|id| Untrusted(id).line(40)).collect())
    }
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = line.get(..position).unwrap_or(line);
        let place = complete::place(before, self.entries);
        let words = match place.fits {
            Fits::Words(words) => words,
            Fits::Proposal(typed) => self.proposals(&typed),
            Fits::Path(typed) => return Ok((place.start, paths::fitting(&typed))),
            Fits::Text => Vec::new(),
        };
        let pairs = words
            .into_iter()
            .map(|word| Pair { display: word.trim_end().to_owned(), replacement: word });
        Ok((place.start, pairs.collect()))
    }
}

/// Text behind the cursor.
pub struct Ghost(complete::Hint);

impl Hint for Ghost {
    fn display(&self) -> &str {
        match &self.0 {
            complete::Hint::Rest(text) | complete::Hint::Usage(text) => text,
        }
    }

    fn completion(&self) -> Option<&str> {
        match &self.0 {
            complete::Hint::Rest(text) => Some(text),
            complete::Hint::Usage(_) => None,
        }
    }
}

impl Hinter for Assistant {
    type Hint = Ghost;

    fn hint(&self, line: &str, position: usize, _context: &Context<'_>) -> Option<Ghost> {
        if position < line.len() {
            return None;
        }
        complete::hint(line, self.entries).map(Ghost)
    }
}

impl Highlighter for Assistant {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(
        &'s self,
        prompt: &'p str,
        _default: bool,
    ) -> Cow<'b, str> {
        Cow::Owned(self.ink.paint(prompt, Some(Hue::Bold)))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.ink.paint(hint, Some(Hue::Faint)))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if slash::goes_on(context.input(), self.entries) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}
