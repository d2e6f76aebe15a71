//! Reads a reply that changes files of a repository: whole files, edits by search and replacement, deletions.
//!
//! An edit names lines that have to occur exactly once, so that no number of a line can be wrong and no size is a limit. Nothing is
//! guessed: what does not fit is an error that names the file.

use thiserror::Error;

use crate::providers::blocks::{Block, Piece, pieces};
use crate::providers::extract::{ExtractError, MAX_REPLY_BYTES, without_thoughts};
use crate::providers::labels::path_of;
use record::domain::source_path::SourcePath;

/// Marks around the two halves of an edit.
const SEARCH: &str = "<<<<<<< SEARCH";
const MIDDLE: &str = "=======";
const REPLACE: &str = ">>>>>>> REPLACE";
/// Most files of one reply.
const MAX_FILES: usize = 100;
/// Most characters of a line that an error quotes.
const MAX_QUOTED: usize = 80;

/// A reply with the files that it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFiles {
    /// The prose before the first block.
    pub explanation: String,
    /// Each file, in the order of the reply.
    pub files: Vec<ChangedFile>,
}

/// A file as it is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path.
    pub path: SourcePath,
    /// What becomes of it.
    pub content: Content,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// It holds this.
    Whole(String),
    /// Parts of it are replaced, one after the other.
    Edited(Vec<Edit>),
    /// It goes.
    Deleted,
}

/// Lines, and the lines that take their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The lines as they are.
    pub search: String,
    /// What takes their place.
    pub replacement: String,
}

/// An edit that does not fit its file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EditError {
    /// The lines are not there.
    #[error("lines that an edit replaces are not there; the first is {0:?}")]
    Absent(String),
    /// The lines are there more than once.
    #[error("lines that an edit replaces are there {count} times; the first is {line:?}")]
    Several {
        /// The first of the lines.
        line: String,
        /// How often.
        count: usize,
    },
}

/// Reads the files of a reply.
pub fn extract_change(reply: &str) -> Result<ChangedFiles, ExtractError> {
    if reply.len() > MAX_REPLY_BYTES {
        return Err(ExtractError::TooLarge(reply.len()));
    }
    let text = reply.replace("\r\n", "\n");
    let pieces = pieces(without_thoughts(&text)?).ok_or(ExtractError::Truncated)?;
    let mut changed = ChangedFiles { explanation: String::new(), files: Vec::new() };
    let mut prose = String::new();
    for piece in &pieces {
        match piece {
            Piece::Prose(text) => {
                if changed.files.is_empty() && changed.explanation.is_empty() {
                    changed.explanation = text.trim().to_owned();
                }
                changed.files.extend(text.lines().filter_map(deletion));
                prose.clone_from(text);
            }
            Piece::Block(block) => {
                if let Some(path) = path_of(block, &prose) {
                    changed.take(path, block)?;
                }
                prose.clear();
            }
        }
    }
    if changed.files.is_empty() || changed.files.len() > MAX_FILES {
        return Err(ExtractError::NoCode);
    }
    Ok(changed)
}

impl ChangedFiles {
    /// Takes a block of a file; further edits of one file go on where the earlier ones end.
    fn take(&mut self, path: SourcePath, block: &Block) -> Result<(), ExtractError> {
        let content = match edits(&block.text)? {
            Some(edits) => Content::Edited(edits),
            None => Content::Whole(block.text.clone()),
        };
        let known = self.files.iter_mut().find(|file| file.path == path);
        match (known.map(|file| &mut file.content), content) {
            (Some(Content::Edited(before)), Content::Edited(further)) => before.extend(further),
            (Some(before), content) => *before = content,
            (None, content) => self.files.push(ChangedFile { path, content }),
        }
        Ok(())
    }
}

fn deletion(line: &str) -> Option<ChangedFile> {
    let (word, path) = line.trim().trim_matches('`').split_once(':')?;
    let path = path.trim().trim_matches('`').parse().ok()?;
    (word.eq_ignore_ascii_case("delete")).then_some(ChangedFile { path, content: Content::Deleted })
}

/// The edits in a block; none where it holds a file whole.
fn edits(text: &str) -> Result<Option<Vec<Edit>>, ExtractError> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while lines.by_ref().any(|line| line.trim_end() == SEARCH) {
        let mut half = |end: &str| -> Result<String, ExtractError> {
            let mut half = String::new();
            for line in lines.by_ref() {
                if line.trim_end() == end {
                    return Ok(half);
                }
                half.push_str(line);
                half.push('\n');
            }
            Err(ExtractError::Truncated)
        };
        let (search, replacement) = (half(MIDDLE)?, half(REPLACE)?);
        found.push(Edit { search, replacement });
    }
    Ok((!found.is_empty()).then_some(found))
}

/// Makes the edits of a file, one after the other.
pub fn edited(edits: &[Edit], text: &str) -> Result<String, EditError> {
    edits.iter().try_fold(text.to_owned(), |text, edit| {
        // A file without a line feed at its end has one for the time of the edit.
        let is_ended = text.ends_with('\n') || text.is_empty();
        let whole = if is_ended { text } else { format!("{text}\n") };
        let mut edited = one(edit, &whole)?;
        if !is_ended && edited.ends_with('\n') {
            edited.pop();
        }
        Ok(edited)
    })
}

fn one(edit: &Edit, text: &str) -> Result<String, EditError> {
    let line = || -> String {
        edit.search.lines().next().unwrap_or_default().chars().take(MAX_QUOTED).collect()
    };
    let places: Vec<usize> = text
        .match_indices(edit.search.as_str())
        .map(|(place, _)| place)
        .filter(|place| *place == 0 || text.as_bytes().get(place - 1) == Some(&b'\n'))
        .collect();
    match places.as_slice() {
        [] => Err(EditError::Absent(line())),
        [place] => {
            let (before, rest) = text.split_at(*place);
            let after = rest.get(edit.search.len()..).unwrap_or_default();
            Ok(format!("{before}{}{after}", edit.replacement))
        }
        several => Err(EditError::Several { line: line(), count: several.len() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        text.parse().unwrap()
    }

    #[test]
    fn whole_files_edits_and_deletions_are_read() {
        let reply = "It adds a guard.\n\n```python title=\"shop/cart.py\"\n<<<<<<< SEARCH\na\n=======\nb\nc\n>>>>>>> REPLACE\n```\n\n\
            ```python title=\"tests/test_cart.py\"\ndef test(): pass\n```\n\nDelete: shop/old.py\n";

        let changed = extract_change(reply).unwrap();

        assert_eq!(changed.explanation, "It adds a guard.");
        let edit = Edit { search: "a\n".to_owned(), replacement: "b\nc\n".to_owned() };
        let file = |name: &str, content| ChangedFile { path: path(name), content };
        assert_eq!(
            changed.files,
            [
                file("shop/cart.py", Content::Edited(vec![edit])),
                file("tests/test_cart.py", Content::Whole("def test(): pass\n".to_owned())),
                file("shop/old.py", Content::Deleted),
            ]
        );
    }

    #[test]
    fn lines_that_are_not_there_once_are_refused() {
        let edit =
            |search: &str| [Edit { search: search.to_owned(), replacement: "x\n".to_owned() }];

        assert_eq!(edited(&edit("b\n"), "a\nb\nab\n"), Ok("a\nx\nab\n".to_owned()));
        assert_eq!(edited(&edit("b\n"), "a\nb"), Ok("a\nx".to_owned()));
        assert_eq!(edited(&edit("c\n"), "a\n"), Err(EditError::Absent("c".to_owned())));
        let several = EditError::Several { line: "a".to_owned(), count: 2 };
        assert_eq!(edited(&edit("a\n"), "a\na\n"), Err(several));
    }

    #[test]
    fn what_breaks_off_or_changes_nothing_is_no_answer() {
        let cut = "```python title=\"a.py\"\n<<<<<<< SEARCH\na\n=======\nb\n```\n";

        assert_eq!(extract_change(cut), Err(ExtractError::Truncated));
        assert_eq!(extract_change("Nothing to do."), Err(ExtractError::NoCode));
    }
}
