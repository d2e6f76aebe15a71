//! The files of a revision as its record lists them.
//!
//! A file is named by its path, role, digest and size. A change also names the paths at which it leaves no file, because the policy
//! may give owners to them. What is too long for a record is left out: the content hash alone stands for it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use record::domain::changeset::Changeset;
use record::domain::digest::Digest;
use record::domain::revision::Revision;
use record::domain::source_path::SourcePath;

/// Most files whose digests enter a record of their own.
const MAX_FILES: usize = 32;

/// Lists every file with its digest; where that would not fit into a record, the content hash alone stands for them.
pub fn files(revision: &Revision) -> Vec<Value> {
    let all = revision.source.files();
    let recorded = if all.len() <= MAX_FILES { all } else { &[] };
    recorded
        .iter()
        .map(|file| {
            json!({
                "path": file.path.to_string(),
                "role": file.role.word(),
                "digest": Digest::of(&file.content).to_string(),
                "size": file.content.len(),
            })
        })
        .collect()
}

/// Lists the paths at which a change leaves no file, as it deletes them or makes them links. Nothing where
/// they or the files are too many for a record.
pub fn fileless(change: &Changeset, revision: &Revision) -> Option<Vec<String>> {
    let left: BTreeSet<&SourcePath> =
        revision.source.files().iter().map(|file| &file.path).collect();
    let paths = change.touched().iter().map(|touched| &touched.path);
    let paths: Vec<String> =
        paths.filter(|path| !left.contains(path)).map(ToString::to_string).collect();
    (left.len().max(paths.len()) <= MAX_FILES).then_some(paths)
}
