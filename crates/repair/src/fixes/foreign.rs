//! Words, signs and statements of other languages and of Python 2.
//!
//! Models mix languages; the tables here are short and literal, since a wrong translation only costs one trial.

use super::found::Found;
use crate::broken::Line;
use crate::tokens::{KEYWORDS, Sort, Token, is_keyword};

/// Words of other languages and what Python says.
const WORDS: &[(&str, &str)] = &[
    ("null", "None"),
    ("nil", "None"),
    ("undefined", "None"),
    ("NULL", "None"),
    ("true", "True"),
    ("false", "False"),
    ("elsif", "elif"),
    ("elseif", "elif"),
    ("function", "def"),
    ("func", "def"),
    ("fn", "def"),
    ("fun", "def"),
    ("catch", "except"),
    ("throw", "raise"),
    ("foreach", "for"),
    ("until", "while not"),
    ("unless", "if not"),
    ("var", ""),
    ("let", ""),
    ("const", ""),
    ("then", ":"),
    ("this", "self"),
    ("new", ""),
];

/// Signs of other languages and what Python says.
const SIGNS: &[(&str, &str)] = &[
    ("===", "=="),
    ("!==", "!="),
    ("=<", "<="),
    ("=>", ">="),
    ("<>", "!="),
    ("&&", " and "),
    ("||", " or "),
    ("!", "not "),
    ("++", " += 1"),
    ("--", " -= 1"),
    ("::", ":"),
    ("?", ""),
    ("`", ""),
    ("$", ""),
    (";", ""),
];

/// Puts Python's words and signs.
pub(super) fn find(found: &mut Found<'_, '_>) {
    let lines: Vec<Line<'_>> =
        found.broken.here().into_iter().chain(found.broken.before()).collect();
    for line in &lines {
        python2(found, *line);
        signs(found, *line);
        words(found, *line);
        misspelt(found, *line);
        braces(found, *line);
        numbers(found, *line);
    }
}

fn signs(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    let mut all = Vec::new();
    for token in &tokens {
        let Some((_, new)) = SIGNS.iter().find(|(old, _)| *old == token.text) else { continue };
        let around = |at: usize| line.text.get(at..).and_then(|rest| rest.chars().next());
        let is_spaced = new.starts_with(' ') && around(token.start.saturating_sub(1)) == Some(' ');
        let new = if is_spaced { new.trim_start() } else { new };
        let new =
            if new.ends_with(' ') && around(token.end) == Some(' ') { new.trim_end() } else { new };
        all.push((line.start + token.start, line.start + token.end, new.to_owned()));
    }
    found.all("foreign", &all, "puts Python's signs for foreign ones");
    for stretch in &all {
        found.all("foreign", std::slice::from_ref(stretch), "puts Python's sign for a foreign one");
    }
    if let Some(at) = line.text.find("//") {
        let rest = line.text.get(at + 2..).unwrap_or("");
        if rest.starts_with(' ') || line.text.trim_start().starts_with("//") {
            let at = line.start + at;
            found.put("foreign", (at, at + 2), "#", "begins the comment with Python's sign");
        }
    }
}

fn words(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    let mut all = Vec::new();
    for pair in tokens.windows(2) {
        let [one, next] = pair else { continue };
        if one.text == "else" && next.text == "if" {
            let place = (line.start + one.start, line.start + next.end);
            found.put("foreign", place, "elif", "writes `elif` for `else if`");
        }
        let is_not = one.text == "is" && next.text == "=";
        if is_not {
            found.put(
                "foreign",
                (line.start + one.start, line.start + next.end),
                "==",
                "compares with `==`",
            );
        }
    }
    for token in tokens.iter().filter(|token| token.is_name()) {
        if let Some((_, new)) = WORDS.iter().find(|(old, _)| *old == token.text) {
            let end = if new.is_empty() { trailing_blank(line, token) } else { token.end };
            all.push((line.start + token.start, line.start + end, (*new).to_owned()));
        }
    }
    found.all("foreign", &all, "puts Python's words for foreign ones");
    for stretch in &all {
        found.all("foreign", std::slice::from_ref(stretch), "puts Python's word for a foreign one");
    }
}

fn trailing_blank(line: Line<'_>, token: &Token<'_>) -> usize {
    let rest = line.text.get(token.end..).unwrap_or("");
    token.end + (rest.len() - rest.trim_start().len())
}

/// Keywords with one letter wrong, or two in one.
fn misspelt(found: &mut Found<'_, '_>, line: Line<'_>) {
    for token in
        line.tokens().into_iter().filter(|token| token.is_name() && !is_keyword(token.text))
    {
        let mut near: Vec<&str> = KEYWORDS
            .iter()
            .filter(|word| strsim::osa_distance(word, token.text) == 1 && token.text.len() > 1)
            .copied()
            .collect();
        near.sort_by_key(|word| word.len().abs_diff(token.text.len()));
        let (start, end) = (line.start + token.start, line.start + token.end);
        for word in near {
            found.put(
                "keyword",
                (start, end),
                word,
                &format!("writes `{word}` for `{}`", token.text),
            );
        }
        let joined = KEYWORDS.iter().filter(|word| word.len() > 1);
        for word in joined {
            if let Some(rest) = token.text.strip_prefix(word).filter(|rest| !rest.is_empty()) {
                found.put(
                    "keyword",
                    (start, end),
                    &format!("{word} {rest}"),
                    &format!("parts `{word}` from `{rest}`"),
                );
            }
            if let Some(rest) = token.text.strip_suffix(word).filter(|rest| !rest.is_empty()) {
                found.put(
                    "keyword",
                    (start, end),
                    &format!("{rest} {word}"),
                    &format!("parts `{word}` from `{rest}`"),
                );
            }
        }
    }
}

/// `if (x) {` and `}`.
fn braces(found: &mut Found<'_, '_>, line: Line<'_>) {
    let text = line.text.trim();
    if text == "}" || text == "};" || text == "end" {
        let end = (line.end() + 1).min(found.broken.text.len());
        found.put("foreign", (line.start, end), "", "drops a foreign end of a block");
    }
    if let Some(head) = text.strip_suffix('{') {
        let start = line.start + line.indent().len();
        let head = head.trim_end().trim_start_matches('}').trim_start();
        found.put(
            "foreign",
            (start, line.end()),
            &format!("{head}:"),
            "begins the block with a colon",
        );
    }
}

/// Statements of Python 2.
fn python2(found: &mut Found<'_, '_>, line: Line<'_>) {
    let tokens = line.tokens();
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
    let rest = line.text.get(first.end..last.end).unwrap_or("").trim_start();
    let place = (line.start + first.start, line.start + last.end);
    match first.text {
        "print" | "exec"
            if !rest.is_empty() && tokens.get(1).is_some_and(|next| next.text != "=") =>
        {
            let (inner, end) = match rest.strip_suffix(',') {
                Some(inner) => (inner, ", end=' '"),
                None => (rest, ""),
            };
            let text = format!("{}({inner}{end})", first.text);
            found.put("python2", place, &text, &format!("calls `{}` as a function", first.text));
        }
        "except" => {
            let comma = tokens.iter().find(|token| token.text == ",");
            if let (Some(comma), ":") = (comma, last.text) {
                let inner = line.text.get(first.end..comma.start).unwrap_or("").trim();
                let name = line.text.get(comma.end..last.start).unwrap_or("").trim();
                found.put(
                    "python2",
                    place,
                    &format!("except {inner} as {name}:"),
                    "names the exception with `as`",
                );
                found.put(
                    "python2",
                    place,
                    &format!("except ({inner}, {name}):"),
                    "puts the exceptions in parentheses",
                );
            }
        }
        "raise" => {
            if let Some(comma) = tokens.iter().find(|token| token.text == ",") {
                let kind = line.text.get(first.end..comma.start).unwrap_or("").trim();
                let value = line.text.get(comma.end..last.end).unwrap_or("").trim();
                found.put(
                    "python2",
                    place,
                    &format!("raise {kind}({value})"),
                    "raises a call of the exception",
                );
            }
        }
        _ => {}
    }
}

/// Numbers that Python 3 writes otherwise.
fn numbers(found: &mut Found<'_, '_>, line: Line<'_>) {
    for token in line.tokens().into_iter().filter(|token| token.sort == Sort::Number) {
        let place = (line.start + token.start, line.start + token.end);
        let bare = token.text.trim_end_matches(['L', 'l']);
        let plain = bare.trim_start_matches('0');
        if bare != token.text {
            found.put("python2", place, bare, "writes the number without `L`");
        }
        if bare.len() > 1
            && bare.starts_with('0')
            && plain.chars().all(|symbol| symbol.is_ascii_digit())
        {
            let plain = if plain.is_empty() { "0" } else { plain };
            found.put("python2", place, plain, "writes the number without leading zeros");
            found.put("python2", place, &format!("0o{plain}"), "writes the number as octal");
        }
        let digits = token.text.find(|symbol: char| symbol.is_alphabetic());
        if let Some(at) = digits.filter(|at| *at > 0 && !token.text.starts_with("0x")) {
            let (front, back) = token.text.split_at(at);
            found.put("separator", place, &format!("{front} {back}"), "parts a number from a word");
            found.put("separator", place, &format!("{front} * {back}"), "multiplies the number");
        }
    }
}
