//! Asks at the prompt for the text that a command lacks.
//!
//! `/propose-code` alone is no mistake but a beginning. Only a command that was refused is asked about, and only for its free text: what
//! it means is said by the declaration of the argument.

use clap::Arg;

use crate::surfaces::keyboard;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::words::grammar::{Grammar, Words};
use work::contract::command::Entry;

/// Asks for the free text of a command that was typed without any; none where it has no place for one, or nothing was said.
pub fn ask(terminal: &mut Terminal, entry: &Entry, words: &Words) -> Option<Words> {
    let question = question(entry, words).filter(|_| terminal.can_ask())?;
    terminal.show_before_question("");
    let text = keyboard::read_line(&format!("{question}: ")).ok()?;
    let text = text.trim();
    if text.starts_with('/') {
        // Whoever wants to leave types a command, which is no reason that anybody should sign.
        terminal.complain("That is a command and no text, so nothing was done.\n");
        return None;
    }
    if text.is_empty() {
        return None;
    }
    let mut words = words.clone();
    if words.argv.is_empty() {
        words.argv.push("--".to_owned());
    }
    words.argv.push(text.to_owned());
    Some(words)
}

/// Finds the question for what is missing: all words before the text are there, and nothing else is.
fn question(entry: &Entry, words: &Words) -> Option<String> {
    let name = entry.spec.free_text?;
    let before = Grammar::of(entry).words_before_text()?;
    let has_flags = words.argv.first().is_some_and(|word| word != "--");
    if has_flags || words.argv.len().saturating_sub(1) != before {
        return None;
    }
    let command = (entry.clap)();
    // Whoever gave no flag gave none of those that have to be there: to be told so comes before any writing.
    // An option whose place the folder around takes is one of these: by default it is empty.
    let is_needed = |arg: &Arg| {
        arg.is_required_set() || arg.get_default_values().iter().any(|value| value.is_empty())
    };
    if command.get_arguments().any(|arg| is_needed(arg) && !arg.is_positional()) {
        return None;
    }
    let arg = command.get_positionals().find(|arg| arg.get_id() == name)?;
    arg.get_help().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::registry::ENTRIES;
    use work::contract::catalogue;

    fn asked(name: &str, words: &[&str]) -> Option<String> {
        let entry = catalogue::find_in(ENTRIES, name).unwrap();
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        question(entry, &Grammar::of(entry).sort(&words))
    }

    #[test]
    fn the_text_alone_is_asked_for() {
        assert_eq!(asked("propose-code", &[]).as_deref(), Some("What to build, in your own words"));
        assert_eq!(asked("propose-code", &["--language", "python"]), None);
        assert_eq!(asked("propose-code", &["a parser"]), None);
        assert_eq!(asked("reject-code", &[]), None);
        assert!(asked("reject-code", &["@"]).is_some());
        assert_eq!(asked("list-proposals", &[]), None);
        assert_eq!(asked("improve-file", &["shop/cart.py"]), None);
    }
}
