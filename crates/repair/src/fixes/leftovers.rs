//! Prose and fences around code, and code that breaks off.
//!
//! Answers of models often carry Markdown, or end where their budget ended.

use super::found::Found;
use crate::broken::Line;

/// Most lines at the end that are given up.
const MAX_CUT: usize = 12;
/// Words that begin a line of code.
const CODE_WORDS: &[&str] = &[
    "def ", "class ", "import ", "from ", "return", "if ", "for ", "while ", "@", "#", "\"\"\"",
    "'''", "try:", "with ", "async ", "print(",
];

/// Drops fences and prose, and what breaks off at the end; the line itself where nothing else helps.
pub(super) fn find(found: &mut Found<'_, '_>) {
    fences(found);
    prose(found);
    truncated(found);
}

/// The line of the complaint as nothing: the last resort.
pub(super) fn give_up(found: &mut Found<'_, '_>) {
    let Some(here) = found.broken.here() else { return };
    let place = (here.start + here.indent().len(), here.end());
    found.put("drop_line", whole(found, here), "", "drops what cannot be read");
    found.put("drop_line", place, "pass", "puts `pass` for what cannot be read");
    if let Some(before) = found.broken.before() {
        found.put("drop_line", whole(found, before), "", "drops what cannot be read");
    }
}

/// The bytes of a line with its end.
fn whole(found: &Found<'_, '_>, line: Line<'_>) -> (usize, usize) {
    let next =
        found.broken.line(line.number + 1).map_or(found.broken.text.len(), |next| next.start);
    (line.start, next)
}

/// Fences of Markdown: each alone, all together, and what stands outside of them.
fn fences(found: &mut Found<'_, '_>) {
    let is_fence = |line: &&Line<'_>| {
        let text = line.text.trim();
        text.starts_with("```") || text.starts_with("~~~") || text.ends_with("```")
    };
    let all: Vec<Line<'_>> = found.broken.lines.iter().filter(is_fence).copied().take(20).collect();
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return };
    let mut stretches = Vec::new();
    for line in &all {
        let text = line.text.trim();
        if text.starts_with("```") || text.starts_with("~~~") {
            let (start, end) = whole(found, *line);
            stretches.push((start, end, String::new()));
        } else {
            let at = line.start + line.text.rfind("```").unwrap_or(0);
            stretches.push((at, line.end(), String::new()));
        }
    }
    found.all("fence", &stretches, "drops the Markdown fences, the first");
    let (_, inside) = whole(found, *first);
    let end = found.broken.text.len();
    if all.len() > 1 {
        let outside = [(0, inside, String::new()), (last.start, end, String::new())];
        found.all("fence", &outside, "drops all that stands outside the Markdown fence");
    }
    found.put("fence", (0, inside), "", "drops all up to the Markdown fence");
    found.put("fence", (first.start, end), "", "drops all from the Markdown fence on");
    for stretch in &stretches {
        found.all("fence", std::slice::from_ref(stretch), "drops the Markdown fence");
    }
}

/// Lines of prose: the one of the complaint, the run around it, all before the first line of code.
fn prose(found: &mut Found<'_, '_>) {
    let Some(here) = found.broken.here() else { return };
    let is_code = |line: &Line<'_>| {
        let text = line.text.trim_start();
        line.text.starts_with([' ', '\t']) || CODE_WORDS.iter().any(|word| text.starts_with(word))
    };
    if !is_prose(here.text) {
        return;
    }
    found.put("prose", whole(found, here), "", "drops a line that is not code");
    let lines = &found.broken.lines;
    let first_code = lines.iter().find(|line| line.number > here.number && is_code(line));
    if let Some(code) = first_code.filter(|code| code.number > here.number + 1) {
        let is_start = lines
            .iter()
            .take(here.number - 1)
            .all(|line| line.text.trim().is_empty() || is_prose(line.text));
        let start = if is_start { 0 } else { here.start };
        found.put("prose", (start, code.start), "", "drops lines that are not code, from the one");
    }
    found.put(
        "prose",
        (here.start, found.broken.text.len()),
        "",
        "drops all that follows the code, from the text",
    );
    let start = here.start + here.indent().len();
    found.put("prose", (start, start), "# ", "makes a comment of the text");
}

/// Tells whether a line reads like a sentence.
fn is_prose(text: &str) -> bool {
    let text = text.trim();
    let words = text.split_whitespace().count();
    let letters = text.chars().filter(|symbol| symbol.is_alphabetic() || *symbol == ' ').count();
    let is_code = CODE_WORDS.iter().any(|word| text.starts_with(word));
    words > 2 && !is_code && letters * 5 >= text.chars().count() * 4
        || text.starts_with("- ")
        || text.starts_with("* ")
        || text.starts_with("</")
        || text.starts_with('<')
        || (words == 1 && text.chars().all(char::is_alphabetic))
}

/// The end of a text that breaks off.
fn truncated(found: &mut Found<'_, '_>) {
    let lines = &found.broken.lines;
    let used: Vec<Line<'_>> = lines
        .iter()
        .rev()
        .filter(|line| !line.text.trim().is_empty())
        .take(MAX_CUT)
        .copied()
        .collect();
    let Some(last) = used.first() else { return };
    let message = found.broken.complaint.message.as_str();
    let is_near = found.broken.line + 2 >= last.number
        || ["EOF", "never closed", "unterminated"].iter().any(|word| message.contains(word));
    if !is_near {
        return;
    }
    let end = found.broken.text.len();
    for line in &used {
        found.put("truncated", (line.start, end), "", "drops what breaks off");
    }
}
