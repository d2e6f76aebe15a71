//! Compares two revisions: their diff, and tests made weaker.
//!
//! An owner approves a difference, so it covers all files, tests too. A test that asks less is easily missed in a diff; the
//! signs of it are found in the syntax of both sides (`repair::weakening`) and shown beside it.

use std::collections::BTreeMap;

use similar::TextDiff;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::lookup;
use crate::reporting::change_difference;
use crate::reporting::renames::{Held, renames};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::SourceFile;
use record::domain::source_path::SourcePath;
use record::domain::weakening::Weakening;
use repair::weakening::weakenings;

/// Writes a unified diff over all files of two revisions, by path.
///
/// A change of a repository without an older one is held against its base.
pub fn diff(older: Option<&Revision>, newer: &Revision) -> String {
    if let Some(change) = newer.source.change() {
        return change_difference::between(older.map(|older| &older.source), change);
    }
    let old_files = older.map_or(&[][..], |older| older.source.files());
    let new_files = newer.source.files();
    let mut paths: Vec<&SourcePath> =
        old_files.iter().chain(new_files).map(|file| &file.path).collect();
    paths.sort();
    paths.dedup();
    let renames = moved(old_files, new_files);
    paths.into_iter().map(|path| file_diff(path, &renames, (old_files, new_files))).collect()
}

/// Finds the revision that one is held against: its parent, and where that has the same files, the one before.
pub async fn before(
    context: &Context,
    proposal: &Proposal,
    revision: &Revision,
) -> Result<Option<Revision>, CommandError> {
    let mut parent = revision.parent;
    while let Some(number) = parent.filter(|number| *number < revision.number) {
        let older = lookup::revision(context, proposal, Some(number)).await?;
        if older.content_hash != revision.content_hash {
            return Ok(Some(older));
        }
        parent = older.parent.filter(|before| *before < number);
    }
    Ok(None)
}

/// Finds what each path that only one side has was on the other.
fn moved<'a>(
    old: &'a [SourceFile],
    new: &'a [SourceFile],
) -> BTreeMap<&'a SourcePath, &'a SourcePath> {
    let only = |files: &'a [SourceFile], others: &[SourceFile]| -> Vec<Held<'a>> {
        let is_alone = |file: &&SourceFile| others.iter().all(|other| other.path != file.path);
        files.iter().filter(is_alone).map(|file| (&file.path, file.content.as_slice())).collect()
    };
    renames(&only(old, new), &only(new, old))
}

fn held<'a>(files: &'a [SourceFile], path: &SourcePath) -> Option<&'a SourceFile> {
    files.iter().find(|file| &file.path == path)
}

fn file_diff(
    path: &SourcePath,
    renames: &BTreeMap<&SourcePath, &SourcePath>,
    (old_files, new_files): (&[SourceFile], &[SourceFile]),
) -> String {
    if let Some((became, _)) = renames.iter().find(|(_, was)| **was == path) {
        return format!("diff {path}\nrenamed to {became}\n");
    }
    let was = renames.get(path).copied().unwrap_or(path);
    let (old_file, new_file) = (held(old_files, was), held(new_files, path));
    let (old, new) = (old_file.map(SourceFile::text), new_file.map(SourceFile::text));
    let notes = notes(old_file, new_file, was);
    let head = match (was == path, notes.is_empty()) {
        (true, true) => String::new(),
        _ => format!("diff {path}\n{notes}"),
    };
    if old == new {
        return head;
    }
    let name = |side: &str, path: &SourcePath, text: &Option<String>| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (old_name, new_name) = (name("a", was, &old), name("b", path, &new));
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let diff =
        TextDiff::from_lines(&old, &new).unified_diff().header(&old_name, &new_name).to_string();
    head + &diff
}

/// What lines cannot show of a file: where it was, its role, that it is empty, bytes that are no text.
fn notes(old: Option<&SourceFile>, new: Option<&SourceFile>, was: &SourcePath) -> String {
    let told = |file: &SourceFile| format!("{} bytes, {}", file.content.len(), file.digest());
    match (old, new) {
        (None, Some(file)) if file.content.is_empty() => {
            format!("created, empty, {}\n", file.role)
        }
        (Some(file), None) if file.content.is_empty() => "deleted, empty\n".to_owned(),
        (Some(old), Some(new)) => {
            let is_moved = new.path != *was;
            let has_role = old.role != new.role;
            // Of bytes that are no text, what is shown may stay the same.
            let is_unseen = old.content != new.content && old.text() == new.text();
            let notes = [
                is_moved.then(|| format!("renamed from {was}\n")),
                has_role.then(|| format!("{} becomes {}\n", old.role, new.role)),
                is_unseen.then(|| format!("no text: {} becomes {}\n", told(old), told(new))),
            ];
            notes.into_iter().flatten().collect()
        }
        (None | Some(_), None) | (None, Some(_)) => String::new(),
    }
}

/// Finds signs that the tests were made weaker between two revisions.
pub fn weakened(older: &Revision, newer: &Revision) -> Vec<Weakening> {
    let tests = |revision: &Revision| {
        let texts: Vec<String> =
            revision.source.of_role(Role::Test).map(SourceFile::text).collect();
        texts.join("\n")
    };
    weakenings(&tests(older), &tests(newer))
}

#[cfg(test)]
mod tests {
    use super::file_diff;
    use record::domain::role::Role;
    use record::domain::source::SourceFile;
    use std::collections::BTreeMap;

    #[test]
    fn no_bytes_change_unseen() {
        let told = |path: &str, old: &[u8], new: &[u8]| {
            let file = |content: &[u8]| SourceFile {
                path: path.parse().unwrap(),
                role: Role::Support,
                content: content.to_vec(),
            };
            let (old, new) = ([file(old)], [file(new)]);
            file_diff(&path.parse().unwrap(), &BTreeMap::new(), (&old, &new))
        };

        let latin = told("a.py", b"# coding: latin-1\n'\xe9'\n", b"# coding: latin-1\n'\xe8'\n");
        assert!(latin.ends_with("-'é'\n+'è'\n"), "{latin}");
        let binary = told("a.bin", b"\xfe", b"\xff");
        assert!(binary.starts_with("diff a.bin\nno text: 1 bytes, sha256:"), "{binary}");
        assert_eq!(told("a.bin", b"\xfe", b"\xfe"), "");
    }

    #[test]
    fn empty_files_and_changed_roles_are_told() {
        let file = |role, content: &[u8]| SourceFile {
            path: "a.py".parse().unwrap(),
            role,
            content: content.to_vec(),
        };
        let told = |old: &[SourceFile], new: &[SourceFile]| {
            file_diff(&"a.py".parse().unwrap(), &BTreeMap::new(), (old, new))
        };

        let empty = [file(Role::Code, b"")];
        assert_eq!(told(&[], &empty), "diff a.py\ncreated, empty, code\n");
        assert_eq!(told(&empty, &[]), "diff a.py\ndeleted, empty\n");
        let beside = [file(Role::Support, b"1\n")];
        let role = "diff a.py\nsupport becomes code\n";
        assert_eq!(told(&beside, &[file(Role::Code, b"1\n")]), role);
        let both = told(&beside, &[file(Role::Code, b"2\n")]);
        assert!(both.starts_with(&format!("{role}--- a/a.py\n")), "{both}");
    }
}
