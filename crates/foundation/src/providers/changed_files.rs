//! Reads a reply that changes files of a repository: whole files, edits, deletions.
//!
//! An edit names lines that have to occur exactly once, so that no number of a line can be wrong and no size is a limit. Nothing is
//! guessed: what does not fit is an error that names the file.

use crate::providers::blocks::{Block, Piece, pieces};
use crate::providers::edit_blocks::{EditError, Edits};
use crate::providers::extract::{ExtractError, MAX_REPLY_BYTES, without_thoughts};
use crate::providers::labels::path_of;
use crate::providers::withheld::gives_back;
use record::domain::source_path::SourcePath;

/// Most files of one reply.
const MAX_FILES: usize = 100;
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
    Edited(Vec<Edits>),
    /// It goes.
    Deleted,
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
                    text.trim().clone_into(&mut changed.explanation);
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
        if gives_back(&block.text) {
            return Err(ExtractError::Withheld);
        }
        let content = match Edits::read(&block.text) {
            Some(edits) => Content::Edited(vec![edits.map_err(|_| ExtractError::Truncated)?]),
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

/// Makes the edits of a file, one after the other.
pub fn edited(edits: &[Edits], text: &str) -> Result<String, EditError> {
    edits.iter().try_fold(text.to_owned(), |text, edits| {
        let mut texts = [text];
        edits.apply(&mut texts)?;
        let [text] = texts;
        Ok(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_files_edits_and_deletions_are_read() {
        let reply = "It adds a guard.\n\n```python title=\"shop/cart.py\"\n<<<<<<< SEARCH\na\n=======\nb\nc\n>>>>>>> REPLACE\n```\n\n\
            ```python title=\"tests/test_cart.py\"\ndef test(): pass\n```\n\nDelete: shop/old.py\n";

        let changed = extract_change(reply).unwrap();

        assert_eq!(changed.explanation, "It adds a guard.");
        let names: Vec<&str> = changed.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(names, ["shop/cart.py", "tests/test_cart.py", "shop/old.py"]);
        let contents: Vec<Content> = changed.files.into_iter().map(|file| file.content).collect();
        let [Content::Edited(edits), Content::Whole(text), Content::Deleted] = &contents[..] else {
            panic!("{contents:?}");
        };
        assert_eq!(edited(edits, "x\na\n"), Ok("x\nb\nc\n".to_owned()));
        assert_eq!(text, "def test(): pass\n");
        assert!(edited(edits, "a\na\n").is_err());
    }

    #[test]
    fn what_breaks_off_or_changes_nothing_is_no_answer() {
        let cut = "```python title=\"a.py\"\n<<<<<<< SEARCH\na\n=======\nb\n```\n";

        assert_eq!(extract_change(cut), Err(ExtractError::Truncated));
        assert_eq!(extract_change("Nothing to do."), Err(ExtractError::NoCode));
    }
}
