//! Reads and applies edits that a reply gives instead of whole files.
//!
//! An edit names lines that are there and lines for their place, between the marks that models know from merge conflicts. It is
//! applied only where the lines to be replaced stand once: a guess would be an edit that nobody wrote. With edits the
//! size of a file is no limit for the reply.

use thiserror::Error;

use crate::providers::hunks::{self, FileHunks, Odd};
use crate::providers::labels::is_label;

/// The words of the marks that open and close an edit, behind their signs.
const OPENS: &str = " SEARCH";
const CLOSES: &str = " REPLACE";
/// Fewest and most signs of a mark; seven are asked for, and models count badly.
const SIGNS: std::ops::RangeInclusive<usize> = 5..=9;
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
    /// A difference has a part that is no change of lines.
    #[error("its difference has a part that changes no lines, or that cannot be read: {0}")]
    NoHunk(String),
    /// More edits than a reply may have.
    #[error("it has more than {MAX_EDITS} edits")]
    TooMany,
}

impl From<Odd> for EditError {
    fn from(Odd(line): Odd) -> Self {
        Self::NoHunk(line)
    }
}

/// Lines that are there, and those that take their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The lines between the marks.
    lines: Vec<String>,
    /// The lines among them that may divide the two: more than one where the file itself has such lines, as titles do.
    dividers: Vec<usize>,
}

/// A place of an edit in a text.
#[derive(Clone, Copy, Debug)]
struct Place {
    text: usize,
    line: usize,
    divider: usize,
}

/// The edits of a reply, and what it says before the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits {
    edits: Vec<Edit>,
    /// The prose before the first edit.
    pub explanation: String,
}

impl Edits {
    /// Reads the edits of a reply, between marks or as a difference; `None` where it has none.
    pub fn read(reply: &str) -> Option<Result<Self, EditError>> {
        if let Some(edits) = Self::marked(reply) {
            return Some(edits);
        }
        let (differences, explanation) = hunks::of_reply(&reply.replace("\r\n", "\n"))?;
        Some(Self::of_differences(&differences).map(|edits| Self { edits, explanation }))
    }

    /// Reads the edits between marks; `None` where there is no mark.
    pub fn marked(text: &str) -> Option<Result<Self, EditError>> {
        let text = text.replace("\r\n", "\n");
        let lines: Vec<&str> = text.lines().collect();
        let first = lines.iter().position(|line| is_opening(line))?;
        let (before, rest) = lines.split_at(first);
        Some(read(rest).map(|edits| Self { edits, explanation: prose(before) }))
    }

    /// The edits of one file of a difference.
    pub fn of_hunks(file: FileHunks) -> Result<Self, EditError> {
        if file.hunks.len() > MAX_EDITS {
            return Err(EditError::TooMany);
        }
        let hunks = file.hunks.into_iter();
        let edits: Result<_, _> = hunks.map(|(before, after)| Edit::of(before, after)).collect();
        Ok(Self { edits: edits?, explanation: String::new() })
    }

    fn of_differences(texts: &[String]) -> Result<Vec<Edit>, EditError> {
        let mut edits = Vec::new();
        for text in texts {
            for file in hunks::read(text)? {
                edits.extend(Self::of_hunks(file)?.edits);
            }
        }
        if edits.len() > MAX_EDITS { Err(EditError::TooMany) } else { Ok(edits) }
    }

    /// Applies every edit, each to the one of these texts that has its lines.
    pub fn apply(&self, texts: &mut [String]) -> Result<(), EditError> {
        for edit in &self.edits {
            let place = edit.place(texts)?;
            if let Some(text) = texts.get_mut(place.text) {
                *text = edit.replaced(text, place);
            }
        }
        Ok(())
    }
}

impl Edit {
    /// Puts lines in the place of others.
    pub fn of(search: Vec<String>, replace: Vec<String>) -> Result<Self, EditError> {
        if search.iter().all(|line| line.trim().is_empty()) {
            return Err(EditError::Empty);
        }
        let dividers = vec![search.len()];
        let lines = search.into_iter().chain([String::new()]).chain(replace).collect();
        Ok(Self { lines, dividers })
    }

    /// The lines to replace, and those for their place, as a divider tells them apart.
    fn parts(&self, divider: usize) -> (&[String], &[String]) {
        let (search, rest) = self.lines.split_at(divider.min(self.lines.len()));
        (search, rest.get(1..).unwrap_or_default())
    }

    /// Finds its one place: of several dividers that of the most lines that stand there; where no line stands as it is,
    /// all of them may lack the same indentation.
    fn place(&self, texts: &[String]) -> Result<Place, EditError> {
        let dividers = || self.dividers.iter().rev().copied();
        let exact = dividers().map(|divider| (divider, false));
        let ways = exact.chain(dividers().map(|divider| (divider, true)));
        let mut found = ways.map(|(divider, is_indented)| self.places(texts, divider, is_indented));
        match found.find(|places| !places.is_empty()).unwrap_or_default().as_slice() {
            [] => Err(EditError::Missing(self.shown())),
            [place] => Ok(*place),
            [_, ..] => Err(EditError::Ambiguous(self.shown())),
        }
    }

    fn places(&self, texts: &[String], divider: usize, is_indented: bool) -> Vec<Place> {
        let (search, _) = self.parts(divider);
        let in_text = |(at, text): (usize, &String)| {
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            let fits = |window: &[&str]| {
                indentation(window, search).is_some_and(|missing| missing.is_empty() || is_indented)
            };
            let places = lines.windows(search.len().max(1)).enumerate();
            let places = places.filter(|(_, window)| fits(window));
            places.map(|(line, _)| Place { text: at, line, divider }).collect::<Vec<_>>()
        };
        texts.iter().enumerate().flat_map(in_text).collect()
    }

    /// Every other line stays as it is, and new ones end as the first that they replace does.
    fn replaced(&self, text: &str, place: Place) -> String {
        let (search, replace) = self.parts(place.divider);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (before, rest) = lines.split_at(place.line.min(lines.len()));
        let (window, after) = rest.split_at(search.len().min(rest.len()));
        let missing = indentation(window, search).unwrap_or_default();
        let ending = if window.iter().any(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" };
        let line = |line: &String| {
            let missing = if line.trim().is_empty() { "" } else { missing };
            format!("{missing}{line}{ending}")
        };
        let mut made: String = replace.iter().map(line).collect();
        if window.last().is_some_and(|last| !last.ends_with('\n')) {
            made.truncate(made.strip_suffix(ending).map_or(0, str::len));
        }
        [before.concat(), made, after.concat()].concat()
    }

    /// Its first line that says something.
    fn shown(&self) -> String {
        let shown = self.lines.iter().find(|line| !line.trim().is_empty());
        shown.cloned().unwrap_or_default().trim().to_owned()
    }
}

/// The white space that all of these lines lack to be the ones of a file, none where they are; `None` where they are others.
/// Spaces at the ends of lines do not count.
fn indentation<'a>(window: &[&'a str], search: &[String]) -> Option<&'a str> {
    let mut missing: Option<&str> = None;
    for (line, wanted) in window.iter().zip(search) {
        let (line, wanted) = (line.trim_end(), wanted.trim_end());
        if wanted.is_empty() && line.is_empty() {
            continue;
        }
        let lacks = line.strip_suffix(wanted).filter(|lacks| lacks.trim().is_empty())?;
        let is_told = !wanted.is_empty() && missing.is_none_or(|missing| missing == lacks);
        missing = Some(is_told.then_some(lacks)?);
    }
    missing
}

/// Reads the edits that begin with the first of these lines.
fn read(lines: &[&str]) -> Result<Vec<Edit>, EditError> {
    let mut edits = Vec::new();
    let mut rest = lines;
    while let Some(at) = rest.iter().position(|line| is_opening(line)) {
        let (edit, after) = one(rest.get(at..).unwrap_or_default())?;
        if edit
            .dividers
            .iter()
            .all(|divider| edit.parts(*divider).0.iter().all(|line| line.trim().is_empty()))
        {
            return Err(EditError::Empty);
        }
        edits.push(edit);
        if edits.len() > MAX_EDITS {
            return Err(EditError::TooMany);
        }
        rest = after;
    }
    Ok(edits)
}

/// Reads one edit; its marks stand as far to the right as the first, which a list may have indented with all between them.
fn one<'a, 'b>(lines: &'b [&'a str]) -> Result<(Edit, &'b [&'a str]), EditError> {
    let (first, rest) = lines.split_first().ok_or(EditError::Open)?;
    let indent = first.len() - first.trim_start().len();
    let is_closing = |line: &&str| is_mark(line, indent, '>', CLOSES);
    let end = rest.iter().position(is_closing).ok_or(EditError::Open)?;
    let inside = rest.get(..end).unwrap_or_default();
    if inside.iter().any(|line| is_mark(line, indent, '<', OPENS)) {
        return Err(EditError::Open);
    }
    let numbered = inside.iter().enumerate();
    let dividers = numbered.filter(|(_, line)| is_mark(line, indent, '=', ""));
    let dividers: Vec<usize> = dividers.map(|(at, _)| at).collect();
    if dividers.is_empty() {
        return Err(EditError::Open);
    }
    let dedented = |line: &&str| {
        let white = line.len() - line.trim_start_matches(' ').len();
        line.get(white.min(indent)..).unwrap_or_default().to_owned()
    };
    let lines = inside.iter().map(dedented).collect();
    Ok((Edit { lines, dividers }, rest.get(end + 1..).unwrap_or_default()))
}

/// Tells whether a line opens an edit.
pub fn is_opening(line: &str) -> bool {
    is_mark(line, line.len() - line.trim_start().len(), '<', OPENS)
}

/// Tells whether a line is a mark so far to the right: a row of one sign, and a word.
fn is_mark(line: &str, indent: usize, sign: char, word: &str) -> bool {
    let text = line.trim();
    let behind = text.trim_start_matches(sign);
    line.len() - line.trim_start().len() == indent
        && SIGNS.contains(&(text.len() - behind.len()))
        && behind == word
}

/// The prose before the first edit, without the fence that may open around it and the names that label it.
fn prose(lines: &[&str]) -> String {
    let is_said = |line: &&&str| !line.trim_start().starts_with("```") && !is_label(line);
    lines.iter().filter(is_said).copied().collect::<Vec<_>>().join("\n").trim().to_owned()
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

    #[test]
    fn marks_may_be_indented_or_miscounted_and_lines_may_lack_their_indentation() {
        let marked = |open: &str, search: &str, divide: &str, replace: &str, close: &str| {
            applied(&format!("{open}\n{search}\n{divide}\n{replace}\n{close}\n")).unwrap().1
        };
        let expected = format!("{}assert add(1, 2) == 3\n", CODE.replace("a - b", "a + b"));

        let (open, close) = ("<<<<<<< SEARCH", ">>>>>>> REPLACE");
        let bare = marked(open, "return a - b", "=======", "return a + b", close);
        let (open, close) = ("<<<<<<<<< SEARCH", ">>>>>> REPLACE");
        let odd = marked(open, "    return a - b", "=====", "    return a + b", close);
        let (open, close) = ("   <<<<<<< SEARCH", "   >>>>>>> REPLACE");
        let listed =
            marked(open, "       return a - b", "   =======", "       return a + b", close);

        assert_eq!([bare, odd, listed], [&expected, &expected, &expected].map(String::clone));
    }

    #[test]
    fn hunks_are_edits_whatever_their_numbers_say() {
        let hunks = "--- a/sums.py\n+++ b/sums.py\n@@ -10,2 +10,2 @@ anything\n def add(a, b):\n-    return a - b\n+    return a + b\n\n\n@@ -5 +5 @@\n-    return a + a + a\n+    return a + a\n";
        let fixed = CODE.replace("a - b", "a + b").replace("a + a + a", "a + a");
        let fixed = |said: &str| Ok((said.to_owned(), format!("{fixed}assert add(1, 2) == 3\n")));

        let fenced = applied(&format!("Two signs.\n\n```diff\n{hunks}```\n"));
        let headed = format!("```\ndiff --git a/sums.py b/sums.py\nindex 1..2\n{hunks}```\n");

        assert_eq!(fenced, fixed("Two signs."));
        assert_eq!((applied(hunks), applied(&headed)), (fixed(""), fixed("")));
    }

    #[test]
    fn a_hunk_that_fits_nowhere_or_is_none_is_refused() {
        let hunk = |lines: &str| applied(&format!("```diff\n@@ -1 +1 @@\n{lines}\n```\n"));

        assert_eq!(hunk("-return 7\n+return 8"), Err(EditError::Missing("return 7".to_owned())));
        assert_eq!(hunk("+x = 1"), Err(EditError::Empty));
        assert_eq!(hunk("-x\nodd"), Err(EditError::NoHunk("odd".to_owned())));
    }

    #[test]
    fn lines_end_as_they_did_and_no_other_line_changes() {
        let edited = |text: &str| {
            let reply = "<<<<<<< SEARCH\nb\n=======\nx\ny\n>>>>>>> REPLACE\n";
            let mut texts = [text.to_owned()];
            Edits::read(reply).unwrap().unwrap().apply(&mut texts).unwrap();
            texts.concat()
        };

        assert_eq!(edited("a\r\nb\r\nc\r\n"), "a\r\nx\r\ny\r\nc\r\n");
        assert_eq!(edited("a\r\nb\nc  \r\n"), "a\r\nx\ny\nc  \r\n");
        assert_eq!(edited("a\r\nb"), "a\r\nx\ny");
        assert_eq!(edited("b\n"), "x\ny\n");
    }

    #[test]
    fn a_line_of_the_file_that_looks_like_a_divider_is_one_of_the_file() {
        let reply =
            "<<<<<<< SEARCH\nTitle\n=======\nold\n=======\nTitle\n=======\nnew\n>>>>>>> REPLACE\n";
        let mut texts = ["Title\n=======\nold\n".to_owned()];

        Edits::read(reply).unwrap().unwrap().apply(&mut texts).unwrap();

        assert_eq!(texts, ["Title\n=======\nnew\n".to_owned()]);
    }
}
