//! Patches: small edits of source files at byte places.
//!
//! Repair makes them and healing applies them. Places are those of the unedited files, so the edits of one patch do not depend on
//! their order.

use thiserror::Error;

use crate::domain::source::{Source, SourceError, SourceFile};

use crate::domain::source_path::SourcePath;

/// One stretch of a file and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// The file.
    pub path: SourcePath,
    /// First byte that is replaced.
    pub start: usize,
    /// First byte after it that stays; equal to `start` where text is only put in.
    pub end: usize,
    /// What takes its place.
    pub text: String,
}

/// Edits that belong together; their places are those of the unedited files and do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Patch {
    /// In any order.
    pub edits: Vec<Edit>,
}

/// A reason why a patch does not fit files.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PatchError {
    /// There is no such file.
    #[error("there is no file {0} to edit")]
    NoFile(SourcePath),
    /// The stretch lies outside the file, or overlaps another one.
    #[error("an edit of {0} lies outside the file or overlaps another one")]
    Misplaced(SourcePath),
    /// What results is no set of files that can be a revision.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Patch {
    /// A patch of one edit.
    pub fn of(edit: Edit) -> Self {
        Self { edits: vec![edit] }
    }

    /// The files with the edits made; those that no edit names stay as they are.
    pub fn apply(&self, source: &Source) -> Result<Source, PatchError> {
        let known = |path: &SourcePath| source.files().iter().any(|file| file.path == *path);
        if let Some(edit) = self.edits.iter().find(|edit| !known(&edit.path)) {
            return Err(PatchError::NoFile(edit.path.clone()));
        }
        let files: Result<Vec<SourceFile>, PatchError> =
            source.files().iter().map(|file| self.apply_to(file)).collect();
        Ok(source.edited(files?)?)
    }

    fn apply_to(&self, file: &SourceFile) -> Result<SourceFile, PatchError> {
        let mut edits: Vec<&Edit> =
            self.edits.iter().filter(|edit| edit.path == file.path).collect();
        edits.sort_by_key(|edit| (edit.start, edit.end));
        let misplaced = || PatchError::Misplaced(file.path.clone());
        let (mut content, mut done) = (Vec::with_capacity(file.content.len()), 0);
        for edit in edits {
            content.extend(file.content.get(done..edit.start).ok_or_else(misplaced)?);
            if edit.end < edit.start {
                return Err(misplaced());
            }
            content.extend(edit.text.as_bytes());
            done = edit.end;
        }
        content.extend(file.content.get(done..).ok_or_else(misplaced)?);
        Ok(SourceFile { path: file.path.clone(), role: file.role, content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Role;

    fn source(code: &str) -> Source {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        Source::new(vec![file("a.py", Role::Code, code), file("test_a.py", Role::Test, "")])
            .unwrap()
    }

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { path: "a.py".parse().unwrap(), start, end, text: text.to_owned() }
    }

    #[test]
    fn edits_are_made_at_the_places_of_the_unedited_file() {
        let patch = Patch { edits: vec![edit(4, 5, "2"), edit(0, 1, "total"), edit(5, 5, " + y")] };

        assert_eq!(patch.apply(&source("x = 1\n")), Ok(source("total = 2 + y\n")));
    }

    #[test]
    fn edits_that_fit_no_file_are_refused() {
        let path: SourcePath = "b.py".parse().unwrap();
        let elsewhere = Patch::of(Edit { path: path.clone(), ..edit(0, 0, "") });
        let refused = [
            elsewhere,
            Patch::of(edit(4, 9, "")),
            Patch::of(edit(3, 2, "")),
            Patch { edits: vec![edit(0, 3, "a"), edit(2, 4, "b")] },
        ]
        .map(|patch| patch.apply(&source("x = 1\n")));

        let misplaced = || Err(PatchError::Misplaced("a.py".parse().unwrap()));
        assert_eq!(refused, [Err(PatchError::NoFile(path)), misplaced(), misplaced(), misplaced()]);
    }
}
