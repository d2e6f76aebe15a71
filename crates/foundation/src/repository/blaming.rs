//! Which commit wrote each line of a file, followed through moves.
//!
//! Lines that were moved within a file or taken over from another one lead to the commit that wrote them. The commits to pass over are
//! given by ids, never read by git itself from a place that the repository names.

use std::fs;

use record::domain::changeset::GitId;

use crate::repository::error::{RepositoryError, at, shown};
use crate::repository::git::unreadable;
use crate::repository::repository::Repository;
use crate::repository::revisions::id;

/// Most commits that are passed over.
pub const MAX_IGNORED: usize = 10_000;

/// Lines of a file that one commit wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The first of them, from 1.
    pub line: u32,
    /// How many.
    pub lines: u32,
    /// The commit.
    pub commit: GitId,
    /// Where they lay then.
    pub path: Vec<u8>,
}

impl Repository {
    /// Tells which commits wrote the lines of a file as it is in one commit; none where it is no file there.
    pub async fn blame(
        &self,
        commit: &GitId,
        path: &[u8],
        ignored: &[GitId],
    ) -> Result<Vec<Hunk>, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let list = scratch.path().join("passed-over");
        let ids: String =
            ignored.iter().take(MAX_IGNORED).flat_map(|id| [id.as_str(), "\n"]).collect();
        fs::write(&list, ids).map_err(at(&list))?;
        let list = format!("--ignore-revs-file={}", list.display());
        // A path that is no text cannot be given to git by name here.
        let Ok(name) = std::str::from_utf8(path) else {
            return Err(RepositoryError::Refused {
                path: shown(path),
                why: crate::repository::error::Refusal::NotUtf8,
            });
        };
        let words = ["blame", "--incremental", "-M", "-C", &*list, commit.as_str(), "--", name];
        let listing = git.run(&words, &[]).await?;
        hunks(&listing).ok_or_else(|| unreadable(&words))
    }
}

/// Reads `ID ORIGINAL LINE LINES`, lines that say more, and `filename PATH`, for each hunk.
fn hunks(listing: &[u8]) -> Option<Vec<Hunk>> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut begun: Option<(GitId, u32, u32)> = None;
    for line in listing.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        if let Some(path) = line.strip_prefix(b"filename ") {
            let (commit, line, lines) = begun.take()?;
            hunks.push(Hunk { line, lines, commit, path: unquoted(path) });
        } else if begun.is_none() {
            let text = std::str::from_utf8(line).ok()?;
            let words: Vec<&str> = text.split(' ').collect();
            let [commit, _, line, lines] = words[..] else { return None };
            let commit = id(commit.trim_start_matches('^').as_bytes())?;
            begun = Some((commit, line.parse().ok()?, lines.parse().ok()?));
        }
    }
    hunks.sort_by_key(|hunk| hunk.line);
    Some(hunks)
}

/// A path as git writes it where it has bytes that are no plain text: in quotes, with escapes.
fn unquoted(path: &[u8]) -> Vec<u8> {
    let Some(inner) = path.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return path.to_owned();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(first @ b'0'..=b'3') => {
                let digits = [Some(first), rest.next(), rest.next()];
                let value = digits.iter().flatten().fold(0_u32, |value, digit| {
                    value * 8 + u32::from(digit.wrapping_sub(b'0') & 7)
                });
                bytes.push(u8::try_from(value).unwrap_or(b'?'));
            }
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_read_with_the_paths_of_then_and_sorted() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let listing = format!(
            "{one} 5 7 2\nauthor x\nsummary filename\nfilename a.py\n{two} 1 1 6\nfilename \"b\\n\\303\\251.py\"\n"
        );

        let hunks = hunks(listing.as_bytes()).unwrap();

        let hunk = |line, lines, commit: &str, path: &str| Hunk {
            line,
            lines,
            commit: commit.parse().unwrap(),
            path: path.as_bytes().to_owned(),
        };
        assert_eq!(hunks, [hunk(1, 6, &two, "b\né.py"), hunk(7, 2, &one, "a.py")]);
    }
}
