//! Writes a command as it is typed: in a session, or in a shell.
//!
//! Pages and hints name commands as a session takes them. A shell takes the program's name first, splits words by its own rules, and
//! reads brackets as redirections: placeholders are in capitals there, and what it would not leave alone is quoted.

use std::borrow::Cow;

use crate::commands::registry;
use crate::surfaces::render::ink::Typing;
use work::contract::catalogue;

/// Parts a command from what it does.
const GAP: &str = "  ";

/// Writes a next step: a command, and behind two blanks what it does.
pub fn step(step: &str, typing: Typing) -> String {
    if typing == Typing::Session || !begins_command(step) {
        return step.to_owned();
    }
    match step.split_once(GAP) {
        Some((command, meaning)) => format!("{}{GAP}{}", in_shell(command), meaning.trim_start()),
        None => in_shell(step),
    }
}

/// Writes a hint, whose commands stand between backticks.
pub fn hint(hint: &str, typing: Typing) -> String {
    commands(hint, typing, begins_command)
}

fn commands(text: &str, typing: Typing, is_command: impl Fn(&str) -> bool) -> String {
    if typing == Typing::Session {
        return text.to_owned();
    }
    let parts = text.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 1 && is_command(part) { in_shell(part) } else { part.to_owned() }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// Writes a line of a page, of which a command between backticks is one only if there is such a command.
pub fn line(text: &str, typing: Typing) -> String {
    let is_known = |part: &str| {
        let name = part.trim_start_matches('/').split(' ').next().unwrap_or_default();
        begins_command(part) && catalogue::find_in(registry::ENTRIES, name).is_some()
    };
    commands(text, typing, is_known)
}

/// Tells a command from a path, which has a further slash or no letter.
fn begins_command(text: &str) -> bool {
    let name = text.strip_prefix('/').and_then(|rest| rest.split(' ').next());
    name.is_some_and(|name| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    })
}

fn in_shell(command: &str) -> String {
    let mut words = vec!["saraphina".to_owned()];
    let mut rest = command.trim_start_matches('/');
    while !rest.is_empty() {
        let (word, after) = next_word(rest);
        words.push(word);
        rest = after.trim_start_matches(' ');
    }
    words.join(" ")
}

/// Takes the first word, quoted value or placeholder.
fn next_word(text: &str) -> (String, &str) {
    let delimited = |begin: char, end: char| {
        let (inner, after) = text.strip_prefix(begin)?.split_once(end)?;
        (after.is_empty() || after.starts_with(' ')).then_some((inner, after))
    };
    if let Some((name, after)) = delimited('<', '>') {
        return (quoted(&name.to_uppercase()), after);
    }
    if let Some((value, after)) = delimited('"', '"').or_else(|| delimited('\'', '\'')) {
        return (quoted(value), after);
    }
    let (word, after) = text.split_at(text.find(' ').unwrap_or(text.len()));
    (quoted(word), after)
}

/// Quotes a word as a POSIX shell takes it; none can hold a NUL, which is left out.
pub fn quoted(word: &str) -> String {
    let word = word.replace('\0', "");
    shlex::try_quote(&word).map(Cow::into_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_gets_commands_that_it_takes() {
        let shell = |text| step(text, Typing::Shell);

        assert_eq!(shell("/sandbox-code @  runs it"), "saraphina sandbox-code @  runs it");
        assert_eq!(
            shell("/refine-code 7c2e <feedback>  asks"),
            "saraphina refine-code 7c2e FEEDBACK  asks"
        );
        assert_eq!(
            shell("/propose-code <what you need>"),
            "saraphina propose-code 'WHAT YOU NEED'"
        );
        assert_eq!(shell("/a --search \"it's $x\" b"), "saraphina a --search \"it's \"'$x' b");
        assert_eq!(shell("/refine-code @ it's (bad)"), "saraphina refine-code @ \"it's\" '(bad)'");
        assert_eq!(step("/policy", Typing::Session), "/policy");
        let told = "Run `/audit verify`; it opens `/etc passwd`.";
        let shown = "Run `saraphina audit verify`; it opens `/etc passwd`.";
        assert_eq!(
            (line(told, Typing::Shell).as_str(), line(told, Typing::Session)),
            (shown, told.to_owned())
        );
    }

    #[test]
    fn commands_within_hints_are_written_for_a_shell_and_paths_are_not() {
        let shell = |text| hint(text, Typing::Shell);

        assert_eq!(
            shell("Run `/approve-code 7c2e --despite <reason>`, or look at `/etc/hosts` and `x`."),
            "Run `saraphina approve-code 7c2e --despite REASON`, or look at `/etc/hosts` and `x`."
        );
        assert_eq!(hint("See `/help`.", Typing::Session), "See `/help`.");
    }
}
