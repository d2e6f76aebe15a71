//! Reads a reply that changes files of a repository: whole files, edits, deletions.
//!
//! An edit names lines that have to occur exactly once, so that no number of a line can be wrong and no size is a limit. Nothing is
//! guessed: what does not fit is an error that names the file.

use crate::providers::blocks::{Block, Piece, pieces};
use crate::providers::edit_blocks::{EditError, Edits};
use crate::providers::extract::{ExtractError, MAX_REPLY_BYTES, without_thoughts};
use crate::providers::hunks::{self, FileHunks};
use crate::providers::named_file::file_of;
use crate::providers::withheld::gives_back;
use record::domain::source_path::SourcePath;

/// Most files of one reply.
const MAX_FILES: usize = 100;
/// The byte order mark.
const BYTE_ORDER: char = '\u{feff}';

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
                for line in text.lines() {
                    changed.files.extend(deletion(line).transpose()?);
                }
                prose.clone_from(text);
            }
            Piece::Block(block) => {
                match file_of(block, &prose) {
                    named if hunks::is_difference(&block.text) && !is_patch(named.as_ref()) => {
                        changed.take_difference(&block.text, named)?;
                    }
                    Some(named) => changed.take(named.map_err(ExtractError::Path)?, block)?,
                    // A block without a name may be an example; edits are edits of something.
                    None if Edits::marked(&block.text).is_some() => {
                        return Err(ExtractError::Nameless);
                    }
                    None => {}
                }
                prose.clear();
            }
        }
    }
    if changed.files.is_empty() && hunks::is_difference(&text) {
        changed.take_difference(&text, None)?;
    }
    if changed.files.is_empty() || changed.files.len() > MAX_FILES {
        return Err(ExtractError::NoCode);
    }
    Ok(changed)
}

impl ChangedFiles {
    /// Takes a block that is a difference; its own words name the files, or else what labels the block.
    fn take_difference(
        &mut self,
        text: &str,
        label: Option<Result<SourcePath, String>>,
    ) -> Result<(), ExtractError> {
        if gives_back(text) {
            return Err(ExtractError::Withheld);
        }
        let label = label.and_then(Result::ok);
        for file in hunks::read(text).map_err(EditError::from)? {
            let named = |path: &str| path.parse().map_err(|_| ExtractError::Path(path.to_owned()));
            let path = match (file.path(), &file.before, &file.after) {
                (Some(path), ..) => named(path)?,
                (None, Some(_), Some(after)) => return Err(ExtractError::Path(after.clone())),
                (None, ..) => label.clone().ok_or(ExtractError::Nameless)?,
            };
            self.put(path, of_hunks(file)?);
        }
        Ok(())
    }

    /// Takes a block of a file; further edits of one file go on where the earlier ones end.
    fn take(&mut self, path: SourcePath, block: &Block) -> Result<(), ExtractError> {
        if gives_back(&block.text) {
            return Err(ExtractError::Withheld);
        }
        let content = match Edits::marked(&block.text) {
            Some(edits) => Content::Edited(vec![edits.map_err(|_| ExtractError::Truncated)?]),
            None => Content::Whole(block.text.clone()),
        };
        self.put(path, content);
        Ok(())
    }

    fn put(&mut self, path: SourcePath, content: Content) {
        let known = self.files.iter_mut().find(|file| file.path == path);
        match (known.map(|file| &mut file.content), content) {
            (Some(Content::Edited(before)), Content::Edited(further)) => before.extend(further),
            (Some(before), content) => *before = content,
            (None, content) => self.files.push(ChangedFile { path, content }),
        }
    }
}

/// Whether what labels a block is the name of a file that holds a difference itself.
fn is_patch(label: Option<&Result<SourcePath, String>>) -> bool {
    let ending = |path: &SourcePath| path.as_str().rsplit('.').next().map(str::to_ascii_lowercase);
    let ending = label.and_then(|label| ending(label.as_ref().ok()?));
    matches!(ending.as_deref(), Some("diff" | "patch"))
}

fn of_hunks(file: FileHunks) -> Result<Content, ExtractError> {
    if file.is_gone() {
        return Ok(Content::Deleted);
    }
    if file.is_new() {
        return Ok(Content::Whole(file.text()));
    }
    Ok(Content::Edited(vec![Edits::of_hunks(file)?]))
}

/// The file that a line deletes; it may stand in a list.
fn deletion(line: &str) -> Option<Result<ChangedFile, ExtractError>> {
    let is_mark = |symbol: char| " -*`.".contains(symbol) || symbol.is_ascii_digit();
    let (word, path) = line.trim_start_matches(is_mark).split_once(':')?;
    let path = path.trim().trim_matches(['`', '*', ' ']);
    if !word.eq_ignore_ascii_case("delete") || path.is_empty() {
        return None;
    }
    let file = |path| ChangedFile { path, content: Content::Deleted };
    Some(path.parse().map(file).map_err(|_| ExtractError::Path(path.to_owned())))
}

/// A text in the way of what it takes the place of: with its ends of lines, its last line ended or not, its byte order mark. A reply
/// cannot show these, so that they would be changes that nobody wrote.
pub fn in_the_way_of(before: &str, text: &str) -> String {
    let mut text = text.to_owned();
    let lines = before.matches('\n').count();
    if lines > 0 && before.matches("\r\n").count() == lines && !text.contains('\r') {
        text = text.replace('\n', "\r\n");
    }
    if !before.is_empty() && !before.ends_with('\n') {
        let end = text.trim_end_matches(['\r', '\n']).len();
        text.truncate(end);
    }
    if before.starts_with(BYTE_ORDER) && !text.starts_with(BYTE_ORDER) {
        text.insert(0, BYTE_ORDER);
    }
    text
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
    fn a_difference_changes_the_files_that_it_names() {
        let hunk = "@@ -7 +7 @@\n-a\n+b\n";
        let made = "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+x = 1\n+\n";
        let gone = "--- a/old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
        let all = format!("--- a/shop.py\n+++ b/shop.py\n{hunk}{made}{gone}");
        let contents = |reply: &str| {
            let files = extract_change(reply).unwrap().files;
            let told = |file: ChangedFile| match file.content {
                Content::Whole(text) => (file.path.to_string(), text),
                Content::Edited(edits) => (file.path.to_string(), edited(&edits, "a\n").unwrap()),
                Content::Deleted => (file.path.to_string(), "-".to_owned()),
            };
            files.into_iter().map(told).collect::<Vec<_>>()
        };
        let whole = [("shop.py", "b\n"), ("new.py", "x = 1\n\n"), ("old.py", "-")];
        let whole = whole.map(|(path, text)| (path.to_owned(), text.to_owned()));

        assert_eq!(contents(&format!("Done:\n\n```diff\n{all}```\n")), whole);
        assert_eq!(contents(&all), whole);
        assert_eq!(contents(&format!("`shop.py`\n```diff\n{hunk}```\n")), whole[..1]);
        let patch = contents(&format!("```diff title=\"fix.patch\"\n{all}```\n"));
        assert_eq!(patch, [("fix.patch".to_owned(), all.clone())]);
        assert_eq!(extract_change(&format!("```diff\n{hunk}```\n")), Err(ExtractError::Nameless));
    }

    #[test]
    fn no_block_is_passed_over_for_the_ending_of_its_name() {
        let names = ["args.go", "source/merge.ts", "src/lib.rs", "Makefile", "bin/tool", "a b.txt"];
        let block = |name: &&str| format!("```text title=\"{name}\"\nx\n```\n\n");
        let reply: String = names.iter().map(block).collect();

        let changed = extract_change(&reply).unwrap();

        let found: Vec<&str> = changed.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(found, names);
    }

    #[test]
    fn what_names_no_file_that_can_be_is_told_and_not_left_out() {
        let edit = "```text\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n```\n";
        let outside = |name: &str| Err(ExtractError::Path(name.to_owned()));

        assert_eq!(extract_change(edit), Err(ExtractError::Nameless));
        assert_eq!(extract_change("```py title=\"../a.py\"\nx\n```\n"), outside("../a.py"));
        assert_eq!(extract_change("Delete: /etc/passwd\n"), outside("/etc/passwd"));
    }

    #[test]
    fn a_deletion_may_stand_in_a_list() {
        for line in
            ["Delete: a/b.py", "- Delete: `a/b.py`", "3. Delete: a/b.py", "**Delete: a/b.py**"]
        {
            let changed = extract_change(line).unwrap();

            assert_eq!(changed.files.first().unwrap().path.as_str(), "a/b.py", "{line}");
        }
    }

    #[test]
    fn a_whole_file_keeps_the_way_of_what_it_replaces() {
        assert_eq!(in_the_way_of("a\r\nb\r\n", "a\nc\n"), "a\r\nc\r\n");
        assert_eq!(in_the_way_of("a\r\nb\n", "a\nc\n"), "a\nc\n");
        assert_eq!(in_the_way_of("a\r\nb", "a\nc\n"), "a\r\nc");
        assert_eq!(in_the_way_of("\u{feff}a\n", "b\n"), "\u{feff}b\n");
        assert_eq!(in_the_way_of("", "b\n"), "b\n");
    }

    #[test]
    fn what_breaks_off_or_changes_nothing_is_no_answer() {
        let cut = "```python title=\"a.py\"\n<<<<<<< SEARCH\na\n=======\nb\n```\n";

        assert_eq!(extract_change(cut), Err(ExtractError::Truncated));
        assert_eq!(extract_change("Nothing to do."), Err(ExtractError::NoCode));
    }
}
