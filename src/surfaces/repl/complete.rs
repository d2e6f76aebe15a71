//! Finds which words may come next in a typed line.
//!
//! Everything is derived from the grammar of the commands, so that a new command completes at once. The file only names the
//! kind of word; `helper.rs` fetches proposals and paths.

use crate::surfaces::repl::typed::{self, Typed, Word};
use crate::surfaces::words::grammar::{Grammar, Takes};
use work::contract::catalogue;
use work::contract::command::Entry;

/// Arguments that hold a proposal.
const PROPOSALS: [&str; 2] = ["id", "proposal"];
/// Arguments that hold a path.
const PATHS: [&str; 8] = ["code", "tests", "file", "files", "from", "context", "path", "output"];

/// Words for paths in the names of values.
const PLACES: [&str; 3] = ["FILE", "FOLDER", "PATH"];
/// The argument that holds a command.
const COMMAND: &str = "command";

/// The place of the cursor: what fits there, and where the typed part of it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Byte offset of the part already typed.
    pub start: usize,
    /// The words that may stand here.
    pub fits: Fits,
}

/// The words that may stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fits {
    /// One of these words.
    Words(Vec<String>),
    /// A proposal that begins with this.
    Proposal(String),
    /// A path that begins with this.
    Path(Word),
    /// Anything.
    Text,
}

/// Finds the words that may follow the text before the cursor.
pub fn place(before: &str, entries: &'static [Entry]) -> Place {
    let typed = typed::split(before);
    let fits = match typed.before.first() {
        None => Fits::Words(commands(&typed.last.text, entries)),
        Some(name) => name
            .strip_prefix('/')
            .and_then(|name| catalogue::find_in(entries, name))
            .map_or(Fits::Text, |entry| argument(entry, &typed, entries)),
    };
    Place { start: typed.start, fits }
}

fn commands(typed: &str, entries: &[Entry]) -> Vec<String> {
    let Some(typed) = typed.strip_prefix('/').or_else(|| typed.is_empty().then_some("")) else {
        return Vec::new();
    };
    named(typed, entries).into_iter().map(|name| format!("/{name}")).collect()
}

fn named(typed: &str, entries: &[Entry]) -> Vec<String> {
    let names = entries.iter().map(|entry| entry.spec.name).chain(["quit"]);
    names.filter(|name| name.starts_with(typed)).map(|name| format!("{name} ")).collect()
}

fn argument(entry: &Entry, typed: &Typed<'_>, entries: &[Entry]) -> Fits {
    let grammar = Grammar::of(entry);
    let command = (entry.clap)();
    let mut positionals = 0;
    let mut waiting: Option<&str> = None;
    for word in typed.before.iter().skip(1) {
        if word == "--" {
            return Fits::Text;
        }
        waiting = match waiting {
            None if word.starts_with("--") => {
                Some(word.as_str()).filter(|word| grammar.flag(word) == Some(Takes::Value))
            }
            None => {
                positionals += 1;
                None
            }
            Some(_) => None,
        };
    }
    if let Some(flag) = typed.flag.or(waiting) {
        let long = flag.trim_start_matches('-');
        let arg = command.get_arguments().find(|arg| arg.get_long() == Some(long));
        return arg.map_or(Fits::Text, |arg| value(arg, &typed.last));
    }
    if grammar.words_before_text().is_some_and(|before| positionals > before) {
        return Fits::Text;
    }
    if typed.last.text.starts_with('-') {
        return Fits::Words(flags(&command, &typed.last.text));
    }
    match command.get_positionals().nth(positionals) {
        Some(arg) if arg.get_id() == COMMAND => Fits::Words(named(&typed.last.text, entries)),
        Some(arg) if Some(arg.get_id().as_str()) != entry.spec.free_text => value(arg, &typed.last),
        _ => Fits::Text,
    }
}

fn flags(command: &clap::Command, typed: &str) -> Vec<String> {
    let longs = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let longs = longs.filter_map(clap::Arg::get_long).chain(["json", "help"]);
    let flags = longs.map(|long| format!("--{long} "));
    flags.filter(|flag| flag.starts_with(typed)).collect()
}

fn value(arg: &clap::Arg, typed: &Word) -> Fits {
    let values = arg.get_possible_values();
    if !values.is_empty() {
        let names = values.iter().map(|value| format!("{} ", value.get_name()));
        return Fits::Words(names.filter(|name| name.starts_with(&typed.text)).collect());
    }
    let name = arg.get_id().as_str();
    let is_path = matches!(
        arg.get_value_hint(),
        clap::ValueHint::FilePath | clap::ValueHint::AnyPath | clap::ValueHint::DirPath
    );
    let says_path = arg.get_value_names().is_some_and(|names| {
        let words =
            names.iter().flat_map(|name| name.split(|end: char| !end.is_ascii_alphabetic()));
        words.into_iter().any(|word| PLACES.contains(&word))
    });
    if is_path || says_path || PATHS.contains(&name) {
        Fits::Path(typed.clone())
    } else if PROPOSALS.contains(&name) {
        Fits::Proposal(typed.text.clone())
    } else {
        Fits::Text
    }
}

/// Returns the usage to show behind a command that has no arguments yet, or the rest of a name that only one command has.
pub fn hint(line: &str, entries: &'static [Entry]) -> Option<Hint> {
    let typed = line.strip_prefix('/')?;
    if let Some((name, "")) = typed.split_once(' ') {
        let entry = catalogue::find_in(entries, name)?;
        return Some(usage(entry)).filter(|usage| !usage.is_empty()).map(Hint::Usage);
    }
    if typed.is_empty() || typed.contains(char::is_whitespace) {
        return None;
    }
    let mut names = entries.iter().filter_map(|entry| entry.spec.name.strip_prefix(typed));
    match (names.next(), names.next()) {
        (Some(rest), None) if !rest.is_empty() => Some(Hint::Rest(rest.to_owned())),
        _ => None,
    }
}

/// Text shown behind the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// The rest of a name, which the right arrow types.
    Rest(String),
    /// The arguments a command expects; shown, never typed.
    Usage(String),
}

fn usage(entry: &Entry) -> String {
    let command = (entry.clap)();
    let has_flags = command.get_opts().next().is_some();
    let places = command.get_positionals().map(|arg| {
        let name = arg.get_id().as_str().to_lowercase();
        if arg.is_required_set() { format!("<{name}>") } else { format!("[{name}]") }
    });
    let flags = has_flags.then(|| "[--options]".to_owned());
    flags.into_iter().chain(places).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::fakes::FAKES;

    fn fits(before: &str) -> Fits {
        place(before, FAKES).fits
    }

    fn words(words: &[&str]) -> Fits {
        Fits::Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn path(text: &str, quote: Option<char>) -> Fits {
        Fits::Path(Word { text: text.to_owned(), quote })
    }

    #[test]
    fn commands_options_values_proposals_and_paths_are_completed() {
        assert_eq!(fits("/li"), words(&["/list-proposals "]));
        assert_eq!(fits("/propose-code --con"), words(&["--constraint ", "--context "]));
        assert_eq!(fits("/propose-code --language p"), words(&["python "]));
        assert_eq!(fits("/propose-code --context sr"), path("sr", None));
        assert_eq!(fits("/propose-code --context \"my dir/sr"), path("my dir/sr", Some('"')));
        assert_eq!(fits("/propose-code --context='my dir/sr"), path("my dir/sr", Some('\'')));
        assert_eq!(fits("/propose-code --context \"my dir/a.py\" --la"), words(&["--language "]));
        assert_eq!(fits("/approve-code 7c"), Fits::Proposal("7c".to_owned()));
        assert_eq!(fits("/reject-code @ becau"), Fits::Text);
        assert_eq!(fits("/propose-code a parser --la"), Fits::Text);
        assert_eq!(place("/approve-code 7c", FAKES).start, 14);
    }

    #[test]
    fn hints_show_the_rest_of_a_name_and_what_a_command_expects() {
        assert_eq!(hint("/app", FAKES), Some(Hint::Rest("rove-code".to_owned())));
        assert_eq!(hint("/reject-code ", FAKES), Some(Hint::Usage("<id> <reason>".to_owned())));
        assert_eq!(hint("/p q", FAKES), None);
    }
}
