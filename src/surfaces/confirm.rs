//! Asks the owner at the terminal to confirm what a command shows.
//!
//! The command says what to show and which answer it wants (`contract/confirmation.rs`). Everything that is not clearly a
//! yes is a no, a closed input is a no, and what was typed before the page was shown counts for nothing, so that a slip of the hand
//! decides nothing.

use rustyline::error::ReadlineError;

use crate::surfaces::keyboard;
use crate::surfaces::render::page;
use crate::surfaces::render::wrap::wrap;
use crate::surfaces::terminal::Terminal;
use record::domain::text::Untrusted;
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::error::{CommandError, ErrorKind};

/// Columns left for the answer behind a question.
const ROOM: usize = 10;

/// The owner's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To go on.
    Yes,
    /// Not to; also everything that is not clearly a yes.
    No,
}

/// Shows what is to be confirmed and asks at the terminal; the default is no.
pub fn ask(terminal: &mut Terminal, confirmation: &Confirmation) -> Result<Answer, CommandError> {
    let look = terminal.error_look();
    let is_paged = terminal.show_before_question(&page::draw(&confirmation.page, &look));
    let warnings = confirmation.page.warnings();
    if is_paged && !warnings.blocks.is_empty() {
        // A pager can be left before its end, where they stand.
        terminal.complain(&page::draw(&warnings, &look));
    }
    let choices = match &confirmation.wanted {
        Wanted::Yes => "[y/N]".to_owned(),
        Wanted::Digits(words) | Wanted::Phrase(words) => format!("[type {words} to go on]"),
    };
    let question = Untrusted(&format!("{} {choices}", confirmation.question)).line(400);
    let question = wrap(&question, look.width.map(|width| width.saturating_sub(ROOM)), "");
    // The line editor gets the last line alone: it breaks lines within words.
    let (before, last) = question.rsplit_once('\n').unwrap_or(("", &question));
    if !before.is_empty() {
        terminal.complain(&format!("{before}\n"));
    }
    match keyboard::read_line(&format!("{last} ")) {
        Ok(typed) => Ok(judge(&typed, &confirmation.wanted)),
        Err(ReadlineError::Interrupted) => {
            Err(CommandError::new(ErrorKind::Interrupted, "interrupted, and nothing was changed"))
        }
        Err(ReadlineError::Eof) => Ok(Answer::No),
        Err(error) => Err(CommandError::from_source(ErrorKind::Unavailable, &error)),
    }
}

/// Asks whether to go on, without a page; the default is no.
pub fn agree(terminal: &mut Terminal, question: &str) -> bool {
    terminal.show_before_question("");
    let question = Untrusted(&format!("{question} [y/N]")).line(400);
    let typed = keyboard::read_line(&format!("{question} "));
    typed.is_ok_and(|typed| judge(&typed, &Wanted::Yes) == Answer::Yes)
}

fn judge(typed: &str, wanted: &Wanted) -> Answer {
    let typed = typed.trim();
    let is_yes = match wanted {
        Wanted::Yes => matches!(typed.to_lowercase().as_str(), "y" | "yes"),
        // Empty digits would let a bare Enter confirm.
        Wanted::Digits(words) | Wanted::Phrase(words) => !words.is_empty() && typed == words,
    };
    if is_yes { Answer::Yes } else { Answer::No }
}

/// Makes the error of a command that the owner did not confirm.
pub fn declined() -> CommandError {
    CommandError::new(ErrorKind::NeedsOwner, "not confirmed, and nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        let yes = ["y", " YES ", "Y"].map(|typed| judge(typed, &Wanted::Yes));
        let no = ["", "n", "yeah", "1"].map(|typed| judge(typed, &Wanted::Yes));

        assert_eq!((yes, no), ([Answer::Yes; 3], [Answer::No; 4]));
    }

    #[test]
    fn digits_must_be_typed_exactly() {
        let wanted = Wanted::Digits("7c2e91aa".to_owned());
        let answers = ["7c2e91aa", "7c2e91a", "yes", ""].map(|typed| judge(typed, &wanted));

        assert_eq!(answers, [Answer::Yes, Answer::No, Answer::No, Answer::No]);
        assert_eq!(judge("", &Wanted::Digits(String::new())), Answer::No);
    }
}
