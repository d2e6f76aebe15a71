//! Names the commands that somebody may have meant.
//!
//! For a name that does not exist, and for a plain sentence. It only names: running what a sentence resembles would let a slip
//! decide something, so a surface asks first, and never offers what is the owner's alone to do.

use crate::surfaces::words::grammar::Grammar;
use record::domain::principal::Authority;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::error::CommandError;

/// Fewer letters say nothing about what a word means.
const LEAST_LETTERS: usize = 3;
/// A word that occurs in a name weighs this much more than one in a summary or an example.
const NAME_WEIGHT: usize = 3;
/// How a sentence begins weighs more than any of its words.
const CUE_WEIGHT: usize = 10;
/// Endings up to which two words are the same.
const ENDINGS: [&str; 6] = ["", "d", "ed", "es", "ing", "s"];
/// What stands for a word that the sentence does not hold.
const LACKING: char = '…';
/// The command for everything that resembles no command.
const ASK: &str = "propose-code";
/// The value name of a proposal.
const ID: &str = "ID";
/// Fewest digits in a sentence that are taken for an id.
const LEAST_DIGITS: usize = 4;

/// How people begin a sentence, and the command that they mean; a `*` ends a beginning that is no part of the text.
const CUES: &[(&str, &str)] = &[
    ("what is applied", "list-proposals"),
    ("what depends on", "impact-code"),
    ("what uses", "impact-code"),
    ("what breaks", "impact-code"),
    ("which tests", "impact-code"),
    ("who wrote", "why-code"),
    ("who changed", "why-code"),
    ("why is", "why-code"),
    ("why was", "why-code"),
    ("roll it back", "rollback-code"),
    ("roll back", "rollback-code"),
    ("take it out", "rollback-code"),
    ("undo", "rollback-code"),
    ("what is *", "learn-code"),
    ("what are *", "learn-code"),
    ("explain *", "learn-code"),
    ("teach me *", "learn-code"),
    ("tell me about *", "learn-code"),
    ("how does *", "learn-code"),
    ("write a script", "run-code"),
    ("write", "propose-code"),
    ("make", "propose-code"),
    ("create", "propose-code"),
    ("generate", "propose-code"),
    ("build", "propose-code"),
    ("implement", "propose-code"),
    ("i need", "propose-code"),
    ("i want", "propose-code"),
    ("give me", "propose-code"),
    ("run the tests", "sandbox-code"),
    ("run it", "sandbox-code"),
    ("test", "sandbox-code"),
    ("fix", "auto-refine"),
    ("repair", "auto-refine"),
    ("heal", "auto-refine"),
    ("how good", "report-code"),
    ("what changed", "diff-code"),
    ("is everything", "doctor"),
    ("how many", "code-stats"),
    ("statistics", "code-stats"),
];

/// Names that people bring along from other programs, and what they are called here, the likeliest first.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("accept", &["approve-code"]),
    ("add", &["propose-code", "repository"]),
    ("ask", &["propose-code"]),
    ("blame", &["why-code"]),
    ("check", &["sandbox-code", "doctor"]),
    ("commit", &["apply-code"]),
    ("cost", &["code-stats"]),
    ("deny", &["reject-code"]),
    ("find", &["list-proposals"]),
    ("fix", &["auto-refine"]),
    ("heal", &["auto-refine"]),
    ("history", &["refinement-history", "list-proposals"]),
    ("init", &["setup"]),
    ("kill", &["cancel"]),
    ("lint", &["sandbox-code", "scan-code"]),
    ("log", &["audit", "list-proposals"]),
    ("login", &["keys"]),
    ("ls", &["list-proposals"]),
    ("merge", &["apply-code"]),
    ("model", &["config"]),
    ("new", &["propose-code"]),
    ("search", &["list-proposals"]),
    ("settings", &["config"]),
    ("sign", &["approve-code"]),
    ("status", &["list-proposals", "doctor"]),
    ("stop", &["cancel"]),
    ("test", &["sandbox-code"]),
    ("tests", &["sandbox-code"]),
    ("undo", &["rollback-code", "revoke-approval"]),
    ("usage", &["code-stats"]),
    ("verify", &["audit"]),
    ("write", &["propose-code"]),
];

/// A command that a plain sentence may have meant.
pub struct Suggestion {
    /// The command.
    pub entry: &'static Entry,
    /// The whole line to type for it.
    pub line: String,
}

/// Builds the error for a command that does not exist; it names the nearest ones.
pub fn unknown(name: &str, entries: &'static [Entry]) -> CommandError {
    let error = CommandError::usage(format!("there is no command /{name}"));
    match nearest(name, entries).as_slice() {
        [] => error.hint("See `/help` for all commands."),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`/{name}`")).collect();
            error.hint(format!("Did you mean {}?", names.join(", ")))
        }
    }
}

fn nearest(name: &str, entries: &'static [Entry]) -> Vec<&'static str> {
    let elsewhere = ELSEWHERE.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    let Some((_, names)) = elsewhere else { return catalogue::nearest_in(entries, name) };
    let offered = |name: &&'static str| catalogue::find_in(entries, name).is_some();
    names.iter().copied().filter(offered).collect()
}

/// Builds the error for a line without a slash; it names the command that fits best, and runs none.
pub fn plain_line(line: &str, entries: &'static [Entry]) -> CommandError {
    let error = CommandError::usage("commands begin with a slash");
    match suggestion(line, entries) {
        Some(Suggestion { entry, line }) => {
            error.hint(format!("Did you mean `{line}`? {}.", entry.spec.summary))
        }
        None => error.hint("See `/help` for all commands."),
    }
}

/// Finds the command that a plain sentence may have meant, with what the sentence says put into its place.
pub fn suggestion(sentence: &str, entries: &'static [Entry]) -> Option<Suggestion> {
    if let Some(entry) = named(sentence.trim(), entries) {
        return Some(Suggestion { entry, line: format!("/{}", sentence.trim()) });
    }
    let sentence = sentence.trim().trim_end_matches(['?', '!', '.']).trim_end();
    words(sentence).next()?;
    let lower = sentence.to_lowercase();
    let words: Vec<String> = words(sentence).collect();
    let scored = entries.iter().map(|entry| (score(&words, &lower, entry), entry));
    // The first of equals wins, because the registry's order is the order of use.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    let entry = if best.0 >= NAME_WEIGHT { best.1 } else { catalogue::find_in(entries, ASK)? };
    Some(Suggestion { entry, line: composed(entry, sentence, &lower) })
}

/// Finds the command that is named and lacks nothing but its slash; where its name is a word of every day, what follows has to fit it.
fn named(line: &str, entries: &'static [Entry]) -> Option<&'static Entry> {
    let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
    let entry = catalogue::find_in(entries, name)?;
    let next = rest.split_whitespace().next().unwrap_or_default();
    let is_known =
        |arg: &clap::Arg| arg.get_possible_values().iter().any(|value| value.matches(next, false));
    let fits = next.is_empty()
        || next.starts_with('-')
        || (entry.clap)().get_positionals().next().is_some_and(is_known);
    (fits || name.contains('-')).then_some(entry)
}

/// Tells whether a surface may offer to run it: what is the owner's alone is typed by the owner.
pub fn may_be_offered(suggestion: &Suggestion) -> bool {
    suggestion.entry.spec.authority < Authority::Own && !suggestion.line.contains(LACKING)
}

fn score(words: &[String], sentence: &str, entry: &Entry) -> usize {
    let names = std::iter::once(entry.spec.name).chain(entry.spec.aliases.iter().copied());
    // Many commands end in `-code`, so that the word tells none of them apart.
    let names: Vec<String> = names.flat_map(self::words).filter(|word| word != "code").collect();
    // Where an example ends in free text, its words say nothing of the command.
    let examples = if entry.spec.free_text.is_none() { entry.spec.examples } else { &[] };
    let told = std::iter::once(entry.spec.summary).chain(examples.iter().copied());
    let told: Vec<String> = told.flat_map(self::words).collect();
    let in_names = words.iter().filter(|word| names.iter().any(|name| alike(name, word))).count();
    let in_told = words.iter().filter(|word| told.contains(word)).count();
    let cued = if cue(entry, sentence).is_some() { CUE_WEIGHT } else { 0 };
    cued + in_names * NAME_WEIGHT + in_told.min(NAME_WEIGHT)
}

/// Finds the longest beginning of a sentence that means a command; the answer is what it leaves out of the text.
fn cue(entry: &Entry, sentence: &str) -> Option<usize> {
    let begins = |cue: &str| {
        let rest = sentence.strip_prefix(cue)?;
        (rest.is_empty() || rest.starts_with(' ') || cue.ends_with(' ')).then_some(())
    };
    let found = CUES.iter().find(|(cue, _)| begins(cue.trim_end_matches('*')).is_some())?;
    let is_left_out = found.0.ends_with('*');
    let left_out = if is_left_out { found.0.trim_end_matches('*').len() } else { 0 };
    (found.1 == entry.spec.name).then_some(left_out)
}

/// Puts a sentence as a line: ids where they belong, its text where the command takes text.
fn composed(entry: &'static Entry, sentence: &str, lower: &str) -> String {
    let mut line = format!("/{}", entry.spec.name);
    let command = (entry.clap)();
    let before = Grammar::of(entry).words_before_text().unwrap_or(usize::MAX);
    for arg in command.get_positionals().take(before).filter(|arg| arg.is_required_set()) {
        let name = arg.get_value_names().and_then(|names| names.first());
        let is_id = name.is_some_and(|name| name == ID) || arg.get_id() == "id";
        line.push(' ');
        if is_id {
            line.push_str(named_id(sentence).unwrap_or("@"));
        } else {
            line.push(LACKING);
        }
    }
    if entry.spec.free_text.is_some() {
        let left_out = cue(entry, lower).unwrap_or_default();
        // Small letters may take other bytes than large ones.
        let text = sentence.get(left_out..).unwrap_or(sentence).trim_start();
        line.push_str(if text.starts_with('-') { " -- " } else { " " });
        line.push_str(text);
    }
    line
}

/// Finds the id of a proposal in a sentence, or its first digits.
fn named_id(sentence: &str) -> Option<&str> {
    sentence.split_whitespace().find(|word| {
        let digits = word.strip_prefix("proposal_").unwrap_or(word);
        let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        digits.len() >= LEAST_DIGITS && is_hex && digits.bytes().any(|byte| byte.is_ascii_digit())
    })
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|end: char| !end.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= LEAST_LETTERS)
}

/// Compares two words up to their endings: `proposal` and `proposals`, `approve` and `approved`.
fn alike(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    long.strip_prefix(short).is_some_and(|ending| ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::registry::ENTRIES;

    #[test]
    fn every_cue_and_every_name_from_elsewhere_names_a_command() {
        let elsewhere = ELSEWHERE.iter().flat_map(|(_, names)| names.iter());
        let named = CUES.iter().map(|(_, name)| name).chain(elsewhere);
        let lost = named.filter(|name| catalogue::find_in(ENTRIES, name).is_none());
        let hidden =
            ELSEWHERE.iter().filter(|(name, _)| catalogue::find_in(ENTRIES, name).is_some());

        assert_eq!(lost.collect::<Vec<_>>(), Vec::<&&str>::new());
        assert_eq!(hidden.count(), 0);
    }

    #[test]
    fn names_that_people_bring_along_lead_to_ours() {
        let hints =
            ["undo", "Fix", "frobnicate"].map(|name| unknown(name, ENTRIES).hints.remove(0));

        insta::assert_snapshot!(hints.join("\n"), @"
        Did you mean `/rollback-code`, `/revoke-approval`?
        Did you mean `/auto-refine`?
        See `/help` for all commands.
        ");
    }

    #[test]
    fn plain_sentences_are_put_as_the_commands_they_mean() {
        let sentences = [
            "what is binary search?",
            "show me all proposals",
            "write a CSV parser",
            "a retry decorator with back-off",
            "run the tests of 7c2e",
            "please approve 7c2e91",
            "fix it",
            "is everything in order",
            "show the report",
            "statistics",
            "-5 to fahrenheit",
            "roll it back",
            "what is applied right now",
            "what depends on hashkey",
            "who wrote line 40 of keys.py",
        ];
        let lines = sentences.map(|sentence| suggestion(sentence, ENTRIES).unwrap().line);

        insta::assert_snapshot!(lines.join("\n"), @"
        /learn-code binary search
        /list-proposals
        /propose-code write a CSV parser
        /propose-code a retry decorator with back-off
        /sandbox-code 7c2e
        /approve-code 7c2e91
        /auto-refine @
        /doctor
        /report-code @
        /code-stats
        /propose-code -- -5 to fahrenheit
        /rollback-code
        /list-proposals
        /impact-code …
        /why-code …
        ");
    }

    #[test]
    fn a_line_that_lacks_only_its_slash_keeps_every_word() {
        let sentences = [
            "list-proposals --limit 1",
            "scan-code .",
            "propose-code a parser?",
            "doctor --quick",
            "audit verify",
            "jobs",
            "import csv files",
        ];
        let lines = sentences.map(|sentence| suggestion(sentence, ENTRIES).unwrap().line);

        insta::assert_snapshot!(lines.join("\n"), @"
        /list-proposals --limit 1
        /scan-code .
        /propose-code a parser?
        /doctor --quick
        /audit verify
        /jobs
        /import …
        ");
    }

    #[test]
    fn what_is_the_owners_alone_is_never_offered() {
        let offered = ["approve it", "reject 7c2e", "show the report"]
            .map(|sentence| may_be_offered(&suggestion(sentence, ENTRIES).unwrap()));

        assert_eq!(offered, [false, false, true]);
    }
}
