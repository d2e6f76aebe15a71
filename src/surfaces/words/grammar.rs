//! Sorts the words of a command and parses them into arguments.
//!
//! The flags come from the clap declaration of the command. The words are put in order before clap sees them: flags, `--`,
//! positional words, free text as one word. Thus free text may hold dashes and quotes, and a slash line and a shell mean
//! the same.

use std::error::Error as _;
use std::num::{IntErrorKind, ParseFloatError, ParseIntError};

use work::contract::arguments::Arguments;
use work::contract::command::Entry;
use work::contract::error::CommandError;

/// Names of what our hints and examples leave to a person.
const PLACEHOLDERS: [&str; 4] = ["reason", "why", "feedback", "what you need"];

/// One typed command, sorted into what a parser of command lines takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Flags with their values, then `--`, then positional words; free text is one word.
    pub argv: Vec<String>,
    /// The wish to the surface itself.
    pub wish: Wish,
}

/// A form of output, asked of the surface rather than of the command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// A page.
    #[default]
    Page,
    /// One JSON object.
    Json,
    /// The help of the command.
    Help,
}

/// The value after a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// One value, after a space or `=`.
    Value,
    /// At most a value after `=`.
    Optional,
}

/// The flags and positional words of one command.
pub struct Grammar {
    command: clap::Command,
    free_text: Option<&'static str>,
}

impl Grammar {
    /// Makes the grammar of a command.
    pub fn of(entry: &Entry) -> Self {
        let command = (entry.clap)()
            .no_binary_name(true)
            .disable_help_flag(true)
            .disable_version_flag(true)
            .disable_help_subcommand(true);
        Self { command, free_text: entry.spec.free_text }
    }

    /// Tells whether the command has commands of its own, which alone know their flags.
    pub fn is_nested(&self) -> bool {
        self.command.has_subcommands()
    }

    /// Finds what a flag takes, by its text with the dashes; none where there is no such flag.
    pub fn flag(&self, typed: &str) -> Option<Takes> {
        if matches!(typed, "--json" | "--help" | "-h") && self.declared(typed).is_none() {
            return Some(Takes::Nothing);
        }
        self.declared(typed).map(takes)
    }

    fn declared(&self, typed: &str) -> Option<&clap::Arg> {
        let name = typed.strip_prefix("--");
        let letter = typed.strip_prefix('-').filter(|rest| rest.chars().count() == 1);
        self.command.get_arguments().find(|arg| {
            let long = name.is_some_and(|name| {
                arg.get_long_and_visible_aliases().is_some_and(|names| names.contains(&name))
            });
            let short = letter.and_then(|letter| letter.chars().next());
            long || short.is_some() && arg.get_short() == short
        })
    }

    /// Counts the positional words before the free text; none where there is no free text.
    pub fn words_before_text(&self) -> Option<usize> {
        let name = self.free_text?;
        self.command.get_positionals().position(|arg| arg.get_id() == name)
    }

    /// Sorts the words that a shell has split; flags stand anywhere before `--`.
    pub fn sort(&self, words: &[String]) -> Words {
        let mut sorted = Sorted::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if self.is_nested() && !is_own(word) {
                sorted.flags.push(word.clone());
            } else if word == "--" {
                sorted.positionals.extend(rest.by_ref().cloned());
            } else if word.starts_with('-') && word.len() > 1 {
                let value = match self.flag(word) {
                    Some(Takes::Value) => rest.next().cloned(),
                    Some(Takes::Nothing | Takes::Optional) | None => None,
                };
                sorted.flag(word, value);
            } else {
                sorted.positionals.push(word.clone());
            }
        }
        sorted.finish(self)
    }

    /// Parses sorted words into arguments.
    pub fn understand(self, entry: &Entry, words: &Words) -> Result<Arguments, CommandError> {
        if let Some(word) = words.argv.iter().find_map(|word| placeholder(word)) {
            return Err(CommandError::usage(format!("{word} stands for your own words"))
                .hint("Write them in its place; they are kept as you say them."));
        }
        let matches = self
            .command
            .try_get_matches_from(&words.argv)
            .map_err(|error| misunderstood(entry.spec.name, &error))?;
        (entry.parse)(&matches)
    }
}

/// Finds what our own hints write where only a person can say something, in a word or behind a flag.
fn placeholder(word: &str) -> Option<&str> {
    let value =
        word.strip_prefix("--").and_then(|flag| flag.split_once('=')).map(|(_, value)| value);
    let value = value.unwrap_or(word);
    let is_ours = |name: &str| {
        value == name.to_uppercase()
            || value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) == Some(name)
    };
    PLACEHOLDERS.into_iter().any(is_ours).then_some(value)
}

fn is_own(word: &str) -> bool {
    matches!(word, "--json" | "--help" | "-h")
}

fn takes(arg: &clap::Arg) -> Takes {
    let least = arg.get_num_args().map_or(1, |range| range.min_values());
    match (arg.get_action().takes_values(), least) {
        (false, _) => Takes::Nothing,
        (true, 0) => Takes::Optional,
        (true, _) => Takes::Value,
    }
}

/// Flags and positional words while they are collected.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Flags with their values.
    pub flags: Vec<String>,
    /// Positional words in their order.
    pub positionals: Vec<String>,
    wish: Wish,
}

impl Sorted {
    /// Takes in a flag and its value.
    pub fn flag(&mut self, flag: &str, value: Option<String>) {
        match (flag, value) {
            ("--json", None) => self.wish = Wish::Json,
            ("--help" | "-h", None) => self.wish = Wish::Help,
            (_, Some(value)) if flag.starts_with("--") => {
                self.flags.push(format!("{flag}={value}"));
            }
            (_, value) => {
                self.flags.push(flag.to_owned());
                self.flags.extend(value);
            }
        }
    }

    /// Puts the words in the order that a parser takes; what is left for free text becomes one word.
    pub fn finish(self, grammar: &Grammar) -> Words {
        let mut argv = self.flags;
        if !self.positionals.is_empty() {
            argv.push("--".to_owned());
        }
        let before = grammar.words_before_text().unwrap_or(self.positionals.len());
        let (words, text) = self.positionals.split_at(before.min(self.positionals.len()));
        argv.extend_from_slice(words);
        if !text.is_empty() {
            argv.push(text.join(" "));
        }
        Words { argv, wish: self.wish }
    }
}

/// Puts a parser's complaint in our words: its first sentence, its tips as hints.
fn misunderstood(name: &str, error: &clap::Error) -> CommandError {
    let text = error.to_string();
    let paragraphs = text.split("\n\n").skip(1);
    let mut answer = CommandError::usage(complaint(error));
    for tip in paragraphs.flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("tip: "))
    {
        answer = answer.hint(sentence(tip));
    }
    answer.hint(format!("See `/help {name}`."))
}

/// The first sentence of a parser's complaint, with our words for a number that was misread.
pub fn complaint(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let first = first.lines().map(str::trim).collect::<Vec<&str>>().join(" ");
    match (misnumbered(error), first.rsplit_once(": ")) {
        (Some(wanted), Some((named, _))) => format!("{named}: {wanted}"),
        _ => first,
    }
}

/// What is wanted where a number was misread.
fn misnumbered(error: &clap::Error) -> Option<&'static str> {
    const LARGE: &str = "the number is too large";
    const SMALL: &str = "the number is too small";
    let misread = error.source()?;
    if let Some(number) = misread.downcast_ref::<ParseIntError>() {
        return Some(match number.kind() {
            IntErrorKind::PosOverflow => LARGE,
            IntErrorKind::NegOverflow => SMALL,
            _ => "a whole number is wanted",
        });
    }
    if misread.is::<ParseFloatError>() {
        return Some("a number is wanted");
    }
    let reason = misread.to_string();
    let (given, range) = reason.split_once(" is not in ")?;
    let least = range.split("..").next()?.parse::<i128>().ok()?;
    Some(if given.parse::<i128>().ok()? < least { SMALL } else { LARGE })
}

fn sentence(tip: &str) -> String {
    let mut letters = tip.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
