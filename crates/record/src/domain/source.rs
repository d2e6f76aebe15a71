//! The files of a revision, their paths, roles and content hash.
//!
//! Paths and sizes come from models and archives, so they are checked once, here: a path can never leave the folder it is written
//! into, and every count is bounded. The hash is over a canonical manifest.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::domain::changeset::{Changeset, ChangesetError, Mode, Side, Touched};
use crate::domain::digest::Digest;
use crate::domain::encoding;
use crate::domain::role::Role;
use crate::domain::source_path::{PathError, SourcePath};

/// Most files one revision may have, whatever the settings say.
pub const MAX_FILES: usize = 10_000;
/// Most files of a model's reply.
pub const MAX_REPLY_FILES: usize = 100;
/// Largest single file, in bytes, whatever the settings say.
pub const MAX_FILE_BYTES: usize = 12 << 20;
/// Largest revision, in bytes over all files, whatever the settings say.
pub const MAX_SOURCE_BYTES: usize = 48 << 20;
/// Most files of a repository's tree that a box is given.
pub const MAX_TREE_FILES: usize = 12_000;
/// Largest such tree, in bytes over all files.
pub const MAX_TREE_BYTES: usize = 64 << 20;

/// A reason why a set of files cannot be a revision.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SourceError {
    /// The path could leave its folder or confuse a tool.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Two files have one path.
    #[error("two files have the path {0}")]
    Twice(String),
    /// No file has the role `code`.
    #[error("there is no code")]
    NoCode,
    /// No file has the role `test`.
    #[error("there are no tests")]
    NoTests,
    /// A file holds more than it may.
    #[error("{path} has {bytes} bytes; at most {MAX_FILE_BYTES} are taken")]
    FileTooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: usize,
    },
    /// All files together hold more than they may.
    #[error("the files have {0} bytes together; at most {MAX_SOURCE_BYTES} are taken")]
    TooLarge(usize),
    /// The tree of a repository is more than a box is given.
    #[error(
        "the tree has {files} files with {bytes} bytes; a box is given at most {MAX_TREE_FILES} with {MAX_TREE_BYTES}"
    )]
    TreeTooLarge {
        /// Its files.
        files: usize,
        /// Their bytes.
        bytes: usize,
    },
    /// There are more files than may be.
    #[error("there are {0} files; at most {MAX_FILES} are taken")]
    TooMany(usize),
    /// What is left is no change of a repository.
    #[error(transparent)]
    Change(#[from] ChangesetError),
    /// Source text holds a NUL, which no interpreter takes.
    #[error("{0} contains a NUL byte")]
    Nul(String),
}

/// One file, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies.
    pub path: SourcePath,
    /// What it is for.
    pub role: Role,
    /// Its bytes; text files keep their BOM and line ends.
    pub content: Vec<u8>,
}

impl SourceFile {
    /// The content as text ([`encoding::text`]); of what is none, bytes that are not UTF-8 replaced.
    pub fn text(&self) -> String {
        encoding::text(&self.path, &self.content)
            .unwrap_or_else(|| String::from_utf8_lossy(&self.content).into_owned())
    }

    /// The same for somebody who reads it: bytes that are not UTF-8 stand there as `\xNN`.
    pub fn shown(&self) -> String {
        encoding::text(&self.path, &self.content).unwrap_or_else(|| escaped(&self.content))
    }

    /// The digest of the content.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.content)
    }
}

fn escaped(content: &[u8]) -> String {
    let mut text = String::with_capacity(content.len());
    for chunk in content.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&chunk.invalid().escape_ascii().to_string());
    }
    text
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}, {} bytes)", self.path, self.role, self.content.len())
    }
}

/// The files of one revision, sorted by path, within bounds: at least one of code and one of tests, or what a change of a
/// repository leaves of the paths that it touches.
///
/// A clone shares them: a source goes from proposal to job to box, and nobody changes it on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    files: Arc<[SourceFile]>,
    change: Option<Changeset>,
}

impl Source {
    /// Checks and sorts the files.
    pub fn new(mut files: Vec<SourceFile>) -> Result<Self, SourceError> {
        files.sort_by(|left, right| left.path.cmp(&right.path));
        let total = files.iter().map(|file| file.content.len()).sum();
        if total > MAX_SOURCE_BYTES {
            return Err(SourceError::TooLarge(total));
        }
        if files.len() > MAX_FILES {
            return Err(SourceError::TooMany(files.len()));
        }
        for (file, next) in files.iter().zip(files.iter().skip(1)) {
            if file.path == next.path {
                return Err(SourceError::Twice(file.path.to_string()));
            }
        }
        files.iter().try_for_each(check_file)?;
        let has = |role| files.iter().any(|file| file.role == role);
        if !has(Role::Code) {
            return Err(SourceError::NoCode);
        }
        if !has(Role::Test) {
            return Err(SourceError::NoTests);
        }
        Ok(Self { files: files.into(), change: None })
    }

    /// The files of a repository's tree, of which a box is given more than of a revision; they are run and never stored.
    pub fn of_tree(mut files: Vec<SourceFile>) -> Result<Self, SourceError> {
        files.sort_by(|left, right| left.path.cmp(&right.path));
        let bytes = files.iter().map(|file| file.content.len()).sum();
        if files.len() > MAX_TREE_FILES || bytes > MAX_TREE_BYTES {
            return Err(SourceError::TreeTooLarge { files: files.len(), bytes });
        }
        for (file, next) in files.iter().zip(files.iter().skip(1)) {
            if file.path == next.path {
                return Err(SourceError::Twice(file.path.to_string()));
            }
        }
        Ok(Self { files: files.into(), change: None })
    }

    /// The files that a change of a repository leaves of what it touches; links are told by the change alone.
    pub fn of_change(change: Changeset) -> Self {
        let left = change.touched().iter().filter_map(|touched| {
            let after = touched.after.as_ref().filter(|side| side.mode != Mode::Link)?;
            let (path, content) = (touched.path.clone(), after.content.to_vec());
            Some(SourceFile { path, role: touched.role, content })
        });
        Self { files: left.collect(), change: Some(change) }
    }

    /// The same paths with the contents of `files`; of a change of a repository, it stays one on the same base.
    ///
    /// A file whose content is that of the base again is no longer touched.
    pub fn edited(&self, files: Vec<SourceFile>) -> Result<Self, SourceError> {
        let Some(change) = &self.change else { return Self::new(files) };
        let edited = |touched: &Touched| {
            let file = files.iter().find(|file| file.path == touched.path);
            let after = touched.after.as_ref().map(|side| match file {
                Some(file) => Side { mode: side.mode, content: file.content.as_slice().into() },
                None => side.clone(),
            });
            Touched { after, ..touched.clone() }
        };
        let touched = change.touched().iter().map(edited);
        let touched = touched.filter(|touched| touched.before != touched.after).collect();
        let (repository, base) = (change.repository.clone(), change.base.clone());
        Ok(Self::of_change(Changeset::new(repository, base, touched)?))
    }

    /// The change of a repository that the files belong to; absent where they stand for themselves.
    pub const fn change(&self) -> Option<&Changeset> {
        self.change.as_ref()
    }

    /// All files, by path.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Every path that it speaks of: those of its files, of a change also of links and of what is deleted.
    pub fn paths(&self) -> impl Iterator<Item = &SourcePath> {
        let touched = self.change.iter().flat_map(Changeset::touched);
        let alone = if self.change.is_some() { &[][..] } else { &self.files[..] };
        touched.map(|touched| &touched.path).chain(alone.iter().map(|file| &file.path))
    }

    /// The files of one role, by path.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(move |file| file.role == role)
    }

    /// The text of the first file of a role; empty where there is none.
    pub fn text_of(&self, role: Role) -> String {
        self.of_role(role).next().map(SourceFile::text).unwrap_or_default()
    }

    /// SHA-256 of the canonical JSON `{"files":[{"digest","mode","path","role","size"}],"v":1}` (RFC 8785), or of the manifest of
    /// the change.
    ///
    /// Nothing but paths, roles and bytes enters; every file has the mode `0644`.
    pub fn content_hash(&self) -> Digest {
        if let Some(change) = &self.change {
            return change.content_hash();
        }
        let files: Vec<String> = self.files.iter().map(manifest_entry).collect();
        let manifest = format!(r#"{{"files":[{}],"v":1}}"#, files.join(","));
        Digest::of(manifest.as_bytes())
    }
}

fn manifest_entry(file: &SourceFile) -> String {
    // A JSON string of `serde_json` is the RFC 8785 form for text without control characters, which paths have not.
    let path = serde_json::Value::from(file.path.as_str());
    format!(
        r#"{{"digest":"{}","mode":"0644","path":{path},"role":"{}","size":{}}}"#,
        file.digest(),
        file.role,
        file.content.len()
    )
}

fn check_file(file: &SourceFile) -> Result<(), SourceError> {
    let bytes = file.content.len();
    if bytes > MAX_FILE_BYTES {
        return Err(SourceError::FileTooLarge { path: file.path.to_string(), bytes });
    }
    if file.role != Role::Support && file.content.contains(&0) {
        return Err(SourceError::Nul(file.path.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, role: Role, content: &str) -> SourceFile {
        SourceFile { path: path.parse().unwrap(), role, content: content.into() }
    }

    #[test]
    fn the_content_hash_is_that_of_the_canonical_manifest() {
        let source =
            Source::new(vec![file("test_a.py", Role::Test, "t"), file("a.py", Role::Code, "c")])
                .unwrap();
        let manifest = format!(
            r#"{{"files":[{{"digest":"{}","mode":"0644","path":"a.py","role":"code","size":1}},{{"digest":"{}","mode":"0644","path":"test_a.py","role":"test","size":1}}],"v":1}}"#,
            Digest::of(b"c"),
            Digest::of(b"t"),
        );

        assert_eq!(source.content_hash(), Digest::of(manifest.as_bytes()));
    }

    #[test]
    fn bytes_that_are_no_text_can_be_read_one_by_one() {
        let data =
            SourceFile { content: b"a\xf1\xf8\n".to_vec(), ..file("d.bin", Role::Support, "") };

        assert_eq!(data.shown(), "a\\xf1\\xf8\n");
    }

    #[test]
    fn incomplete_and_doubled_sets_are_refused() {
        let code = || file("a.py", Role::Code, "x = 1");

        assert_eq!(Source::new(vec![code()]), Err(SourceError::NoTests));
        assert_eq!(Source::new(vec![file("t.py", Role::Test, "")]), Err(SourceError::NoCode));
        assert_eq!(Source::new(vec![code(), code()]), Err(SourceError::Twice("a.py".to_owned())));
    }
}
