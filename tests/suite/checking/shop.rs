//! A repository whose commits are approved by a log in memory.

use std::collections::BTreeMap;

use foundation::repository::repository::Repository;
use record::domain::changeset::{Changeset, Touched};
use record::domain::role::Role;
use work::checking::allowed_signers::AllowedSigners;
use work::checking::check::{Wish, check};
use work::checking::checked::Checked;
use work::checking::note::Note;

use super::ledger::{Deciding, Ledger, key};
use crate::support::project::Project;

/// Whether the check knows the key of the log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    Known,
    Unknown,
}

/// A repository and the log of its decisions.
pub(super) struct Shop {
    pub(super) project: Project,
    pub(super) ledger: Ledger,
    folder: tempfile::TempDir,
}

impl Shop {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { project: Project::new(), ledger: Ledger::new(9), folder }
    }

    /// Commits files; none for a content deletes. The id of the commit.
    pub(super) fn commit(&self, edits: &[(&str, Option<&str>)], message: &str) -> String {
        for (path, content) in edits {
            match content {
                Some(content) => self.project.write(path, content),
                None => std::fs::remove_file(self.project.at(path)).unwrap(),
            }
        }
        self.project.commit(message);
        self.head()
    }

    pub(super) fn head(&self) -> String {
        self.project.git(&["rev-parse", "HEAD"])
    }

    /// The change that a commit makes of its parent.
    pub(super) async fn change(&self, commit: &str) -> Changeset {
        let repository =
            Repository::open(self.folder.path(), &"shop".parse().unwrap(), self.project.path());
        let difference = repository.unwrap().range(&format!("{commit}~1..{commit}")).await.unwrap();
        let touched = difference.deltas.into_iter().map(|delta| Touched {
            path: delta.path,
            role: Role::Code,
            before: delta.before,
            after: delta.after,
        });
        let name = "shop".parse().unwrap();
        Changeset::new(name, difference.base, touched.collect()).unwrap()
    }

    /// Approves the change that a commit makes; its manifest and the entry.
    pub(super) async fn approve(&mut self, commit: &str) -> (String, u64) {
        let change = self.change(commit).await;
        let seq = self.ledger.decide(&Deciding::approval(change.content_hash()));
        (change.manifest(), seq)
    }

    /// Commits files, approves that and notes it. The id of the commit.
    pub(super) async fn approved(&mut self, edits: &[(&str, Option<&str>)]) -> String {
        let commit = self.commit(edits, "Change something");
        self.approve_and_note(&commit).await;
        commit
    }

    pub(super) async fn approve_and_note(&mut self, commit: &str) {
        let (manifest, seq) = self.approve(commit).await;
        self.note(commit, &self.ledger.note(&manifest, &[seq], &[0]));
    }

    pub(super) fn note(&self, commit: &str, note: &Note) {
        self.note_bytes(commit, note.text().unwrap().as_bytes());
    }

    /// Puts any bytes on a commit as its note.
    pub(super) fn note_bytes(&self, commit: &str, bytes: &[u8]) {
        let file = self.folder.path().join("note");
        std::fs::write(&file, bytes).unwrap();
        let file = file.to_str().unwrap();
        let blob = self.project.git(&["hash-object", "-w", "--no-filters", file]);
        let add = ["notes", "--ref=saraphina", "add", "--allow-empty", "-f", "-C", &blob, commit];
        self.project.git(&add);
    }

    /// The bytes of the note on a commit.
    pub(super) fn noted(&self, commit: &str) -> String {
        self.project.git(&["notes", "--ref=saraphina", "show", commit]) + "\n"
    }

    pub(super) fn signers() -> String {
        let line = |(name, seed)| {
            format!("{name} namespaces=\"decision@saraphina\" {}\n", key(seed).public())
        };
        [("owner", 1), ("bob", 2)].map(line).concat()
    }

    pub(super) fn wish(&self, range: &str, log: Log) -> Wish {
        Wish {
            range: range.to_owned(),
            since: None,
            path: self.project.path().to_owned(),
            signers: AllowedSigners::parse(&Self::signers()).unwrap(),
            log: (log == Log::Known).then(|| self.ledger.key.verifier().clone()),
            objects: None,
            notes: None,
        }
    }

    /// Checks a range, with the key of the log.
    pub(super) async fn check(&self, range: &str) -> Checked {
        check(&self.wish(range, Log::Known)).await.unwrap()
    }
}

/// What covers each commit, or the word of the reason why nothing does; by the subject of the commit.
pub(super) fn told(shop: &Shop, checked: &Checked) -> BTreeMap<String, String> {
    let word = |view: &work::checking::checked::CommitView| match &view.reason {
        Some(reason) => format!("not: {}", reason.word),
        None => view.by.unwrap_or_default().to_owned(),
    };
    let subject = |id: &str| shop.project.git(&["log", "-1", "--format=%s", id]);
    checked.commits.iter().map(|view| (subject(view.commit.as_str()), word(view))).collect()
}

/// The word and the exit code of the last commit of a check.
pub(super) fn last(checked: &Checked) -> (String, u8) {
    let view = checked.commits.last().unwrap();
    let word = match &view.reason {
        Some(reason) => reason.word.to_owned(),
        None => view.by.unwrap_or_default().to_owned(),
    };
    (word, checked.exit().code())
}
