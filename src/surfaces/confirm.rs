//! Asks the owner at the terminal to confirm what a command shows.
//!
//! The command says what to show and which answer it wants (`contract/confirmation.rs`). Everything that is not clearly a
//! yes is a no, and a closed input is a no, so that a slip of the hand decides nothing.

use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{Behavior, Config, Editor};

use crate::contract::confirmation::{Confirmation, Wanted};
use crate::contract::error::{CommandError, ErrorKind};
use crate::surfaces::render::page;
use crate::surfaces::terminal::Terminal;
use record::domain::text::Untrusted;

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
    terminal.complain(&page::draw(&confirmation.page, &look));
    let choices = match &confirmation.wanted {
        Wanted::Yes => "[y/N]".to_owned(),
        Wanted::Digits(digits) => format!("[type {digits} to go on]"),
    };
    let question = Untrusted(&format!("{} {choices} ", confirmation.question)).line(400);
    match read_line(&format!("{question} ")) {
        Ok(typed) => Ok(judge(&typed, &confirmation.wanted)),
        Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(Answer::No),
        Err(error) => Err(CommandError::from_source(ErrorKind::Unavailable, &error)),
    }
}

fn read_line(question: &str) -> rustyline::Result<String> {
    // The terminal itself is asked, because standard output may be a pipe.
    let config = Config::builder().behavior(Behavior::PreferTerm).build();
    let mut editor: Editor<(), MemHistory> = Editor::with_history(config, MemHistory::new())?;
    editor.set_auto_add_history(false);
    editor.readline(question)
}

fn judge(typed: &str, wanted: &Wanted) -> Answer {
    let typed = typed.trim();
    let is_yes = match wanted {
        Wanted::Yes => matches!(typed.to_lowercase().as_str(), "y" | "yes"),
        // Empty digits would let a bare Enter confirm.
        Wanted::Digits(digits) => !digits.is_empty() && typed == digits,
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
