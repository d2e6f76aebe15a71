//! Writes commands and options as an agent gives them: tools with their arguments as JSON.
//!
//! Commands name each other and their options as a session takes them, `/sandbox-code 7c2e --timeout 10`. An agent writes
//! `sandbox_code {"id":"7c2e","timeout":10}`. What only the owner can type is written for the owner's shell. Text that names no
//! command or option of ours stays as it is.

use serde_json::{Map, Value};

use crate::surfaces::mcp::{schema, tools};
use crate::surfaces::render::ink::Typing;
use crate::surfaces::render::typed;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::error::CommandError;
use work::contract::reserved;

/// Parts a command from what it does.
const GAP: &str = "  ";

/// Writes an error in the words of an agent.
pub fn error(entries: &'static [Entry], error: &CommandError) -> CommandError {
    CommandError {
        message: sentence(entries, &error.message),
        hints: error.hints.iter().map(|hint| sentence(entries, hint)).collect(),
        causes: error.causes.iter().map(|cause| sentence(entries, cause)).collect(),
        ..error.clone()
    }
}

/// Writes a next step with the tool that takes it; nothing where only the owner can take it.
pub fn step(entries: &'static [Entry], step: &str) -> Option<String> {
    let (command, meaning) = step.split_once(GAP).unwrap_or((step, ""));
    let (entry, fields) = read(entries, command)?;
    if reserved::first(entry.reserved, &fields).is_some() {
        return None;
    }
    let meaning = meaning.trim_start();
    let gap = if meaning.is_empty() { "" } else { GAP };
    Some(format!("{}{gap}{}", written(entry, fields), sentence(entries, meaning)))
}

/// Writes a sentence: commands and options between backticks or bare.
pub fn sentence(entries: &'static [Entry], text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        1 => marked(entries, part),
        _ => plain(entries, part),
    });
    parts.collect::<Vec<_>>().join("`")
}

/// Writes the commands between the backticks of a text, and leaves all else alone.
pub fn commands(entries: &'static [Entry], text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        1 if part.starts_with('/') => marked(entries, part),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

fn marked(entries: &'static [Entry], part: &str) -> String {
    if let Some((entry, fields)) = read(entries, part) {
        return written(entry, fields);
    }
    if part.starts_with('/') {
        return typed::step(part, Typing::Shell);
    }
    plain(entries, part)
}

/// Writes bare words; the placeholder behind an option goes with its dashes.
fn plain(entries: &'static [Entry], text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut after_option = false;
    for piece in text.split_inclusive(' ') {
        let core = core(piece);
        let (before, after) = piece.split_once(core).unwrap_or(("", ""));
        if after_option && is_placeholder(core) {
            written.truncate(written.trim_end_matches(' ').len());
            written.push_str(after);
            after_option = false;
            continue;
        }
        let word = word(entries, core);
        after_option = word.is_some() && core.starts_with("--") && after == " ";
        written.push_str(before);
        written.push_str(word.as_deref().unwrap_or(core));
        written.push_str(after);
    }
    written
}

/// Takes brackets and marks off a word.
fn core(piece: &str) -> &str {
    piece
        .trim_matches(|letter: char| letter.is_whitespace() || "()\"',;:?!".contains(letter))
        .trim_end_matches('.')
}

fn is_placeholder(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_uppercase())
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || b".<>=".contains(&byte))
}

/// Writes the name of a command or an option as it is called for an agent.
fn word(entries: &'static [Entry], word: &str) -> Option<String> {
    if let Some(name) = word.strip_prefix('/') {
        let entry = catalogue::find_in(entries, name)?;
        return Some(match tools::of_command(entries, entry.spec.name) {
            Some(entry) => tools::name(entry),
            None => format!("saraphina {name}"),
        });
    }
    let long = word.strip_prefix("--")?;
    entries.iter().find_map(|entry| option(&(entry.clap)(), long)).map(|(name, _)| name)
}

/// Finds the argument of an option, and whether a value follows.
fn option(command: &clap::Command, long: &str) -> Option<(String, bool)> {
    let argument = command.get_arguments().find(|argument| argument.get_long() == Some(long))?;
    Some((argument.get_id().to_string(), argument.get_action().takes_values()))
}

/// Reads a command as it is typed into the fields of its tool.
fn read(entries: &'static [Entry], typed: &str) -> Option<(&'static Entry, Map<String, Value>)> {
    let mut words = words(typed.strip_prefix('/')?).into_iter();
    let name = words.next()?;
    let entry = catalogue::find_in(entries, &name)?;
    let entry = tools::of_command(entries, entry.spec.name)?;
    let command = (entry.clap)();
    let mut places = command.get_positionals().map(|argument| argument.get_id().to_string());
    let mut place = places.next();
    let mut given: Vec<(String, String)> = Vec::new();
    while let Some(word) = words.next() {
        if let Some(long) = word.strip_prefix("--") {
            let (name, takes_value) = option(&command, long)?;
            let value = takes_value.then(|| words.next().unwrap_or_else(|| "…".to_owned()));
            given.push((name, value.unwrap_or_else(|| "true".to_owned())));
        } else if word != "…" {
            let name = place.clone()?;
            given.push((name, word));
            place = places.next().or(place);
        }
    }
    Some((entry, fields(entry, given)))
}

/// Puts words into the fields of a tool as its schema has them.
fn fields(entry: &Entry, given: Vec<(String, String)>) -> Map<String, Value> {
    let input = schema::input(entry);
    let kind = |name: &str| input.get("properties")?.get(name)?.get("type")?.as_str();
    let mut fields = Map::new();
    for (name, word) in given {
        let value = match kind(&name) {
            Some("integer" | "number" | "boolean") => {
                serde_json::from_str(&word).unwrap_or(Value::String(word))
            }
            Some("array") => Value::Array(vec![Value::String(word)]),
            Some(_) | None => Value::String(word),
        };
        match (fields.get_mut(&name), value) {
            (Some(Value::Array(all)), Value::Array(one)) => all.extend(one),
            (Some(Value::String(all)), Value::String(one)) => {
                all.push(' ');
                all.push_str(&one);
            }
            (_, value) => {
                fields.insert(name, value);
            }
        }
    }
    fields
}

/// Parts a line into words, quoted values and placeholders.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|first| "<\"'".contains(*first));
        let end = quote.map(|quote| if quote == '<' { '>' } else { quote });
        let quoted = end.and_then(|end| rest.get(1..)?.split_once(end));
        let (word, after) = match (quoted, quote) {
            (Some((inner, after)), Some('<')) => (format!("<{inner}>"), after),
            (Some((inner, after)), _) => (inner.to_owned(), after),
            (None, _) => {
                let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
                (word.to_owned(), after)
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

fn written(entry: &Entry, fields: Map<String, Value>) -> String {
    let name = tools::name(entry);
    if fields.is_empty() { name } else { format!("{name} {}", Value::Object(fields)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::registry::ENTRIES;

    #[test]
    fn steps_are_calls_of_tools() {
        let cases = [
            ("/sandbox-code 7c2e  runs it", Some("sandbox_code {\"id\":\"7c2e\"}  runs it")),
            (
                "/list-proposals --status tested --limit 50",
                Some("list_proposals {\"limit\":50,\"status\":\"tested\"}"),
            ),
            (
                "/refine-code 7c2e --tests FILE <why>  gives it tests",
                Some(
                    "refine_code {\"feedback\":\"<why>\",\"id\":\"7c2e\",\"tests\":[\"FILE\"]}  gives it tests",
                ),
            ),
            ("/doctor", Some("doctor")),
            ("/sandbox-code 7c2e --install  installs them", None),
            ("/approve-code 7c2e", None),
        ];
        for (given, expected) in cases {
            let found = step(ENTRIES, given);
            let sorted = |text: &str| {
                let mut letters: Vec<char> = text.chars().collect();
                letters.sort_unstable();
                letters
            };
            // The order of fields says nothing.
            assert_eq!(found.as_deref().map(sorted), expected.map(sorted), "{found:?}");
        }
    }

    #[test]
    fn sentences_name_tools_and_arguments() {
        let cases = [
            ("--limit takes 1 to 50", "limit takes 1 to 50"),
            (
                "Say it with --repo; see `/repository list`.",
                "Say it with repo; see `repository {\"what\":\"list\"}`.",
            ),
            (
                "Give one of --worktree, --range A..B, --diff FILE, or files with --code.",
                "Give one of worktree, range, diff, or files with code.",
            ),
            ("run /sandbox-code 7c2e first", "run sandbox_code 7c2e first"),
            (
                "Run `/approve-code 7c2e --despite <reason>`.",
                "Run `saraphina approve-code 7c2e --despite REASON`.",
            ),
            ("Leave it out with --without a/b.py.", "Leave it out with without a/b.py."),
        ];
        for (given, expected) in cases {
            assert_eq!(sentence(ENTRIES, given), expected);
        }
        assert_eq!(sentence(ENTRIES, "a /tmp `/etc/x` --no-such"), "a /tmp `/etc/x` --no-such");
        assert_eq!(commands(ENTRIES, "--limit, `/doctor`"), "--limit, `doctor`");
    }
}
