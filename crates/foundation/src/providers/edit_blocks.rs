//! Reads and applies edits that a reply gives instead of whole files.
//!
//! An edit names lines that are there and lines for their place, between the marks that models know from merge conflicts. It is
//! applied only where the lines to be replaced stand once: a guess would be an edit that nobody wrote. With edits the
//! size of a file is no limit for the reply.

use thiserror::Error;

const OPENS: &str = "<<<<<<< SEARCH";
const DIVIDES: &str = "=======";
const CLOSES: &str = ">>>>>>> REPLACE";
/// Most edits of one reply.
const MAX_EDITS: usize = 200;

/// A reason why edits cannot be applied.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EditError {
    /// A mark is missing.
    #[error("an edit does not come to its end")]
    Open,
    /// There are no lines to look for.
    #[error("an edit names no lines to replace")]
    Empty,
    /// The lines are not in any file.
    #[error("the lines to replace are not in the file: {0}")]
    Missing(String),
    /// They stand in several places.
    #[error("the lines to replace stand in several places: {0}")]
    Ambiguous(String),
    /// More edits than a reply may have.
    #[error("it has more than {MAX_EDITS} edits")]
    TooMany,
}

/// Lines that are there, and those that take their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    search: Vec<String>,
    replace: Vec<String>,
}

/// The edits of a reply, and what it says before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits {
    edits: Vec<Edit>,
    /// The prose before the first edit.
    pub explanation: String,
}

impl Edits {
    /// Reads the edits of a reply; `None` where it has none.
    pub fn read(reply: &str) -> Option<Result<Self, EditError>> {
        let text = reply.replace("\r\n", "\n");
        let mut lines = text.lines();
        let before: Vec<&str> =
            lines.by_ref().take_while(|line| line.trim_end() != OPENS).collect();
        if before.len() == text.lines().count() {
            return None;
        }
        Some(read(&mut lines).map(|edits| Self { edits, explanation: prose(&before) }))
    }

    /// Applies every edit, each to the one of these texts that has its lines.
    pub fn apply(&self, texts: &mut [String]) -> Result<(), EditError> {
        for edit in &self.edits {
            let shown = edit.search.iter().find(|line| !line.trim().is_empty());
            let shown = || shown.cloned().unwrap_or_default().trim().to_owned();
            let places: Vec<(usize, usize)> = texts
                .iter()
                .enumerate()
                .flat_map(|(at, text)| places(text, &edit.search).map(move |line| (at, line)))
                .collect();
            let (at, line) = match places.as_slice() {
                [] => return Err(EditError::Missing(shown())),
                [place] => *place,
                [_, ..] => return Err(EditError::Ambiguous(shown())),
            };
            if let Some(text) = texts.get_mut(at) {
                *text = replaced(text, line, edit);
            }
        }
        Ok(())
    }
}

/// Reads the edits behind the first opening mark.
fn read<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Result<Vec<Edit>, EditError> {
    let mut edits = Vec::new();
    loop {
        let search = until(lines, DIVIDES)?;
        let replace = until(lines, CLOSES)?;
        if search.iter().all(|line| line.trim().is_empty()) {
            return Err(EditError::Empty);
        }
        edits.push(Edit { search, replace });
        if edits.len() > MAX_EDITS {
            return Err(EditError::TooMany);
        }
        if !lines.by_ref().any(|line| line.trim_end() == OPENS) {
            return Ok(edits);
        }
    }
}

fn until<'a>(
    lines: &mut impl Iterator<Item = &'a str>,
    mark: &str,
) -> Result<Vec<String>, EditError> {
    let mut found = Vec::new();
    for line in lines {
        if line.trim_end() == mark {
            return Ok(found);
        }
        found.push(line.to_owned());
    }
    Err(EditError::Open)
}

/// Finds the lines at which these ones begin; spaces at their ends do not count.
fn places<'a>(text: &'a str, search: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let wanted: Vec<&str> = search.iter().map(|line| line.trim_end()).collect();
    let last = (lines.len() + 1).saturating_sub(wanted.len());
    (0..last).filter(move |at| lines.get(*at..at + wanted.len()) == Some(wanted.as_slice()))
}

fn replaced(text: &str, at: usize, edit: &Edit) -> String {
    let before = text.lines().take(at);
    let after = text.lines().skip(at + edit.search.len());
    let between = edit.replace.iter().map(String::as_str);
    let mut lines: Vec<&str> = before.chain(between).chain(after).collect();
    if text.ends_with('\n') {
        lines.push("");
    }
    lines.join("\n")
}

/// The prose before the first edit, without the fence that may open around it.
fn prose(lines: &[&str]) -> String {
    let is_label = |line: &&&str| !line.starts_with("```") && line.trim() != "Code:";
    lines.iter().filter(is_label).copied().collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str =
        "def add(a, b):\n    return a - b\n\n\ndef twice(a):\n    return a + a + a\n";

    fn applied(reply: &str) -> Result<(String, String), EditError> {
        let edits = Edits::read(reply).unwrap()?;
        let mut texts = [CODE.to_owned(), "assert add(1, 2) == 3\n".to_owned()];
        edits.apply(&mut texts)?;
        Ok((edits.explanation, texts.concat()))
    }

    #[test]
    fn each_edit_takes_the_place_of_the_lines_it_names() {
        let reply = "Two signs were wrong.\n\nCode:\n\n```python\n<<<<<<< SEARCH\n    return a - b  \n=======\n    \
            return a + b\n>>>>>>> REPLACE\n```\nand\n```\n<<<<<<< SEARCH\ndef twice(a):\n    return a + a + a\n=======\n\
            def twice(a):\n    # Once more.\n    return a + a\n>>>>>>> REPLACE\n```\n";

        let (explanation, text) = applied(reply).unwrap();

        assert_eq!(explanation, "Two signs were wrong.");
        let expected = CODE.replace("a - b", "a + b");
        let expected =
            expected.replace("    return a + a + a", "    # Once more.\n    return a + a");
        assert_eq!(text, format!("{expected}assert add(1, 2) == 3\n"));
    }

    #[test]
    fn an_edit_that_fits_nowhere_or_twice_is_refused() {
        let edit = |search: &str| {
            applied(&format!("<<<<<<< SEARCH\n{search}\n=======\nx\n>>>>>>> REPLACE\n"))
                .unwrap_err()
        };

        assert_eq!(edit("    return a * b"), EditError::Missing("return a * b".to_owned()));
        assert_eq!(edit(""), EditError::Empty);
        assert_eq!(applied("<<<<<<< SEARCH\nx\n=======\ny\n").unwrap_err(), EditError::Open);
        let twice =
            Edits::read("<<<<<<< SEARCH\nx = 1\n=======\n>>>>>>> REPLACE").unwrap().unwrap();
        assert_eq!(
            twice.apply(&mut ["x = 1\n".to_owned(), "x = 1\n".to_owned()]),
            Err(EditError::Ambiguous("x = 1".to_owned()))
        );
        assert_eq!(Edits::read("Code:\n```python\nx = 1\n```\n"), None);
    }
}
