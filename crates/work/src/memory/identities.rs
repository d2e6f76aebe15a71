//! Which file a path is: a file keeps its number when it is renamed.
//!
//! Commits come parents first, branches one after the other. So a path may be said to be new although another branch had it already,
//! or be changed although another branch took it away: it stays the file that it was. Taken away and made anew it is another one.

use std::collections::HashMap;

use record::domain::changeset::GitId;

use foundation::repository::walking::WalkedChange;
use foundation::store::memory::KeptFile;
use inspection::language::Language;

/// Most files that are told apart.
pub(super) const MAX_FILES: usize = 1_000_000;

/// The files of a history so far.
#[derive(Debug, Default)]
pub(super) struct Identities {
    live: HashMap<Vec<u8>, u32>,
    past: HashMap<Vec<u8>, u32>,
    next: u32,
    /// Paths that were passed over because there are too many.
    pub(super) passed_over: usize,
    /// Whether a source came, went or moved.
    pub(super) has_other_sources: bool,
}

/// A file of a commit, with what it holds afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The file.
    pub(super) file: u32,
    /// Its path.
    pub(super) path: Vec<u8>,
    /// What it holds; none where it goes.
    pub(super) blob: Option<GitId>,
}

impl Identities {
    /// Goes on from files that were told apart before.
    pub(super) fn of(files: &[KeptFile]) -> Self {
        let mut identities = Self::default();
        for file in files {
            let paths = if file.is_live { &mut identities.live } else { &mut identities.past };
            let newest = paths.entry(file.path.clone()).or_insert(file.number);
            *newest = (*newest).max(file.number);
            identities.next = identities.next.max(file.number + 1);
        }
        identities
    }

    /// Takes what one commit changes.
    pub(super) fn take(&mut self, changes: &[WalkedChange]) -> Vec<Named> {
        // Two files may swap their names, so every name is given up before one is taken.
        let moved: Vec<Option<u32>> = changes
            .iter()
            .map(|change| change.from.as_ref().and_then(|from| self.given_up(from)))
            .collect();
        let mut named = Vec::with_capacity(changes.len());
        for change in changes.iter().filter(|change| change.blob.is_none()) {
            if let Some(file) = self.given_up(&change.path) {
                named.push(Named { file, path: change.path.clone(), blob: None });
            }
        }
        for (change, moved) in changes.iter().zip(moved) {
            let Some(blob) = &change.blob else { continue };
            let Some(file) = moved.or_else(|| self.at(change)) else { continue };
            self.settle(&change.path, file);
            named.push(Named { file, path: change.path.clone(), blob: Some(blob.clone()) });
        }
        named
    }

    /// The file at a path of the newest tree; a path that no commit told of is a new one.
    pub(super) fn present(&mut self, path: &[u8]) -> Option<u32> {
        if let Some(file) = self.live.get(path) {
            return Some(*file);
        }
        let file = self.fresh()?;
        self.settle(path, file);
        Some(file)
    }

    fn settle(&mut self, path: &[u8], file: u32) {
        let before = self.live.insert(path.to_owned(), file);
        self.has_other_sources |= before != Some(file) && Language::of(path).is_some();
    }

    fn given_up(&mut self, path: &[u8]) -> Option<u32> {
        let Some(file) = self.live.remove(path) else { return self.past.get(path).copied() };
        self.past.insert(path.to_owned(), file);
        self.has_other_sources |= Language::of(path).is_some();
        Some(file)
    }

    fn at(&mut self, change: &WalkedChange) -> Option<u32> {
        if let Some(file) = self.live.get(&change.path) {
            return Some(*file);
        }
        let earlier = self.past.get(&change.path).copied().filter(|_| change.was_there);
        earlier.or_else(|| self.fresh())
    }

    fn fresh(&mut self) -> Option<u32> {
        if self.live.len() + self.past.len() >= MAX_FILES {
            self.passed_over += 1;
            return None;
        }
        self.next += 1;
        Some(self.next - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, from: Option<&str>, was_there: bool, is_left: bool) -> WalkedChange {
        WalkedChange {
            path: path.into(),
            from: from.map(Into::into),
            was_there,
            blob: is_left.then(|| "1".repeat(40).parse().unwrap()),
        }
    }

    fn files(named: &[Named]) -> Vec<(u32, &str)> {
        named.iter().map(|one| (one.file, std::str::from_utf8(&one.path).unwrap())).collect()
    }

    #[test]
    fn a_file_keeps_its_number_through_renames_swaps_and_branches() {
        let mut identities = Identities::default();
        let made =
            identities.take(&[change("a", None, false, true), change("b", None, false, true)]);
        let swapped = identities
            .take(&[change("b", Some("a"), true, true), change("a", Some("b"), true, true)]);
        let moved = identities.take(&[change("c", Some("a"), true, true)]);
        let of_another_branch = identities.take(&[change("a", None, true, true)]);

        assert_eq!(files(&made), [(0, "a"), (1, "b")]);
        assert_eq!(files(&swapped), [(0, "b"), (1, "a")]);
        assert_eq!(files(&moved), [(1, "c")]);
        assert_eq!(files(&of_another_branch), [(1, "a")]);
    }

    #[test]
    fn a_path_that_went_and_came_again_is_another_file() {
        let mut identities = Identities::default();
        identities.take(&[change("a", None, false, true)]);
        let gone = identities.take(&[change("a", None, true, false)]);
        let anew = identities.take(&[change("a", None, false, true)]);
        let told_again = identities.take(&[change("a", None, false, true)]);

        assert_eq!(
            [files(&gone), files(&anew), files(&told_again)],
            [[(0, "a")], [(1, "a")], [(1, "a")]]
        );
    }
}
