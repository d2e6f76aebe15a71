//! Quotes that are missing, surplus or of another kind.
//!
//! An unclosed text makes all that follows read inside out, so the whole file is looked through for the place.

use super::found::Found;
use crate::broken::Line;

/// Lines behind a text without an end on which it may end.
const LINES_BEHIND: usize = 60;

/// Puts in, drops and changes quotes.
pub(super) fn find(found: &mut Found<'_, '_>) {
    let message = found.broken.complaint.message.as_str();
    if message.contains("triple-quoted") {
        triple(found);
    } else if message.contains("unterminated") || message.contains("EOL while scanning") {
        let here = found.broken.here();
        single(found, here);
    }
    if message.contains("unterminated") {
        descriptions(found);
    }
    curly(found);
    if ["invalid syntax", "comma", "literal", "continuation"]
        .iter()
        .any(|word| message.contains(word))
    {
        let lines: Vec<Line<'_>> =
            found.broken.here().into_iter().chain(found.broken.before()).collect();
        for line in lines {
            openings(found, line);
        }
    }
}

/// A quote at every place behind the one that has no end.
fn single(found: &mut Found<'_, '_>, line: Option<Line<'_>>) {
    let Some(line) = line else { return };
    let tokens = line.tokens();
    let open = tokens.iter().rev().find(|token| token.text.contains(['"', '\'']));
    let Some(open) = open else { return };
    let Some((at, quote)) =
        open.text.char_indices().find(|(_, symbol)| matches!(symbol, '"' | '\''))
    else {
        return;
    };
    let quote = quote.to_string();
    let other = if quote == "'" { "\"" } else { "'" };
    let inside = open.start + at + 1;
    let content = line.text.get(inside..).unwrap_or("");
    if let Some(wrong) = content.rfind(other) {
        let place = line.start + inside + wrong;
        found.put(
            "quote",
            (place, place + 1),
            &quote,
            "ends the string with the quote it began with",
        );
        found.put(
            "quote",
            (line.start + inside - 1, line.start + inside),
            other,
            "begins the string with the quote it ends with",
        );
    }
    let trimmed = content.trim_end();
    let before_signs = trimmed.trim_end_matches([')', ']', '}', ':', ',']);
    let mut places = vec![before_signs.len(), trimmed.len()];
    let is_edge = |symbol: char| !symbol.is_alphanumeric() && symbol != '_';
    places.extend((before_signs.len()..trimmed.len()).rev());
    places.extend(content.char_indices().filter(|(_, symbol)| is_edge(*symbol)).map(|(at, _)| at));
    places.extend(
        content
            .char_indices()
            .filter(|(_, symbol)| is_edge(*symbol))
            .map(|(at, symbol)| at + symbol.len_utf8()),
    );
    for place in places {
        let at = line.start + inside + place;
        found.put("quote", (at, at), &quote, "ends the string");
    }
    found.put("quote", (line.start + inside - 1, line.start + inside), "", "drops a quote");
    openings(found, line);
}

/// A quote before each word of a line: the beginning of a string lacks.
fn openings(found: &mut Found<'_, '_>, line: Line<'_>) {
    let quotes: Vec<&str> = ["'", "\""]
        .into_iter()
        .filter(|quote| line.text.matches(*quote).count() % 2 == 1)
        .collect();
    for quote in quotes {
        for (at, symbol) in
            line.text.char_indices().rev().skip_while(|(at, _)| *at >= line.text.trim_end().len())
        {
            let before =
                line.text.get(..at).and_then(|text| text.chars().next_back()).unwrap_or(' ');
            let is_start = !before.is_alphanumeric() || !symbol.is_alphanumeric();
            if is_start && at >= line.indent().len() {
                let at = line.start + at;
                found.put("quote", (at, at), quote, "begins the string");
            }
        }
    }
}

/// The end of a text over several lines.
fn triple(found: &mut Found<'_, '_>) {
    let Some(here) = found.broken.here() else { return };
    let column = found.broken.column().unwrap_or(0);
    let rest = here.text.get(column..).unwrap_or(here.text);
    let mark = if rest.contains("'''") && !rest.contains("\"\"\"") { "'''" } else { "\"\"\"" };
    let at = here.text.rfind(mark).map_or(here.start + column, |at| here.start + at);
    let last_quote = mark.get(..1).unwrap_or("\"");
    let first = here.number;
    let mut ends = Vec::new();
    for number in first..=(first + LINES_BEHIND).min(found.broken.lines.len()) {
        let Some(line) = found.broken.line(number) else { break };
        ends.push(line);
    }
    let is_close =
        |line: &&Line<'_>| line.number > first && line.text.trim_end().ends_with(last_quote);
    if let Some(line) = ends.iter().find(is_close) {
        let end = line.start + line.text.trim_end().len();
        let length =
            line.text.trim_end().len() - line.text.trim_end().trim_end_matches(last_quote).len();
        let lacking = last_quote.repeat(3_usize.saturating_sub(length));
        found.put("quote", (end, end), &lacking, "ends the text");
    }
    for line in &ends {
        let next = found.broken.line(line.number + 1).map_or("", |next| next.text.trim_start());
        let is_code = ["return", "if ", "for ", "while ", "def ", "import ", "from ", "try"]
            .iter()
            .any(|word| next.starts_with(word))
            || next.contains(" = ");
        if is_code || next.is_empty() {
            found.put("quote", (line.end(), line.end()), mark, "ends the text");
        }
    }
    let is_there = found.broken.text.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if is_there {
        found.put("quote", (at, at + mark.len()), "", "drops the quotes that nothing ends");
    }
    for line in ends {
        found.put("quote", (line.end(), line.end()), mark, "ends the text");
    }
}

/// Descriptions anywhere in the file whose three quotes are fewer at one end: all that follows is read inside out.
fn descriptions(found: &mut Found<'_, '_>) {
    for line in &found.broken.lines {
        let text = line.text.trim();
        let start = line.start + line.indent().len();
        for (quote, symbol) in [("\"", '"'), ("'", '\'')] {
            let opening = text.len() - text.trim_start_matches(symbol).len();
            let closing = text.len() - text.trim_end_matches(symbol).len();
            if opening == 2 && text.len() > 2 {
                found.put("quote", (start, start), quote, "begins the text");
            }
            if closing == 2 {
                let end = start + text.len();
                found.put("quote", (end, end), quote, "ends the text");
            }
        }
    }
}

/// Typographic quotes as plain ones, on every line around.
fn curly(found: &mut Found<'_, '_>) {
    let pairs = [
        ('“', "\""),
        ('”', "\""),
        ('‘', "'"),
        ('’', "'"),
        ('„', "\""),
        ('′', "'"),
        ('–', "-"),
        ('−', "-"),
        ('，', ","),
        ('（', "("),
        ('）', ")"),
        ('：', ":"),
        ('\u{a0}', " "),
        ('\u{200b}', ""),
        ('\u{feff}', ""),
    ];
    let mut stretches = Vec::new();
    for line in found.broken.around() {
        for (at, symbol) in line.text.char_indices() {
            if let Some((_, plain)) = pairs.iter().find(|(wrong, _)| *wrong == symbol) {
                let at = line.start + at;
                stretches.push((at, at + symbol.len_utf8(), (*plain).to_owned()));
            }
        }
    }
    found.all("quote", &stretches, "puts plain signs for typographic ones, first");
}
