//! Names the commands that somebody may have meant.
//!
//! For a name that does not exist, and for a line without a slash. It only names: running what a line resembles would let a
//! typing error decide something.

use crate::contract::catalogue;
use crate::contract::command::Entry;
use crate::contract::error::CommandError;

/// Fewer letters say nothing about what a word means.
const LEAST_LETTERS: usize = 3;
/// A word that occurs in a name weighs this much more than one in a summary.
const NAME_WEIGHT: usize = 3;
/// The command for everything that resembles no command.
const ASK: &str = "propose-code";

/// Builds the error for a command that does not exist; it names the nearest ones.
pub fn unknown(name: &str, entries: &'static [Entry]) -> CommandError {
    let error = CommandError::usage(format!("there is no command /{name}"));
    match catalogue::nearest_in(entries, name).as_slice() {
        [] => error.hint("See `/help` for all commands."),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`/{name}`")).collect();
            error.hint(format!("Did you mean {}?", names.join(", ")))
        }
    }
}

/// Builds the error for a line without a slash; it names the command that fits best, and runs none.
pub fn plain_line(line: &str, entries: &'static [Entry]) -> CommandError {
    let error = CommandError::usage("commands begin with a slash");
    match best(line, entries) {
        Some(entry) if entry.spec.name != ASK => {
            error.hint(format!("Did you mean `/{}`? {}.", entry.spec.name, entry.spec.summary))
        }
        _ => error.hint(format!("To ask for code, type `/{ASK} {}`.", line.trim())),
    }
}

fn best(line: &str, entries: &'static [Entry]) -> Option<&'static Entry> {
    let words: Vec<String> = words(line).collect();
    let scored = entries.iter().map(|entry| (score(&words, entry), entry));
    // The first of equals wins, because the registry's order is the order of use.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 >= NAME_WEIGHT).then_some(best.1)
}

fn score(words: &[String], entry: &Entry) -> usize {
    let names = std::iter::once(entry.spec.name).chain(entry.spec.aliases.iter().copied());
    // Many commands end in `-code`, so that the word tells none of them apart.
    let names: Vec<String> = names.flat_map(self::words).filter(|word| word != "code").collect();
    let summary: Vec<String> = self::words(entry.spec.summary).collect();
    let in_names = words.iter().filter(|word| names.iter().any(|name| alike(name, word))).count();
    let in_summary = words.iter().filter(|word| summary.contains(word)).count();
    in_names * NAME_WEIGHT + in_summary
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|end: char| !end.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= LEAST_LETTERS)
}

/// Compares two words up to their endings: `proposal` and `proposals`, `approve` and `approved`.
fn alike(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    long.strip_prefix(short).is_some_and(|ending| ending.len() <= 2)
}
