//! The difference of a change against its base, as an owner signs it.
//!
//! Every touched path is there: text as a unified diff, anything else by sizes and digests; modes, and what is created, deleted or
//! renamed, stand in its head; a file that moved is held against what it was. Both sides are part of the change, so no repository is needed to show it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use similar::TextDiff;

use crate::reporting::renames::{Held, renames};
use record::domain::changeset::{Changeset, Side, Touched};
use record::domain::encoding;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// A path with what it holds on both sides.
struct Pair {
    path: SourcePath,
    before: Option<Side>,
    after: Option<Side>,
}

/// Writes what a change leaves against what another source leaves of the same paths, or against its base, by path.
pub fn between(older: Option<&Source>, newer: &Changeset) -> String {
    let pairs = older.map_or_else(|| against_base(newer), |older| against(older, newer));
    let moves = Moves::among(&pairs);
    pairs.iter().filter(|pair| pair.before != pair.after).map(|pair| pair.told(&moves)).collect()
}

/// Tells whether two changes of one repository do the same to the same lines among the same lines, wherever in their files these stand.
pub fn is_equal(older: &Changeset, newer: &Changeset) -> bool {
    // Within a difference only the head of a hunk begins so: lines of files have a sign or a space before them.
    let placeless = |change: &Changeset| -> Vec<String> {
        let told = between(None, change);
        let line = |line: &str| if line.starts_with("@@ ") { "@@" } else { line }.to_owned();
        told.split('\n').map(line).collect()
    };
    older.repository == newer.repository && placeless(older) == placeless(newer)
}

fn against_base(change: &Changeset) -> Vec<Pair> {
    let pair = |touched: &Touched| Pair {
        path: touched.path.clone(),
        before: touched.before.clone(),
        after: touched.after.clone(),
    };
    change.touched().iter().map(pair).collect()
}

fn against(older: &Source, newer: &Changeset) -> Vec<Pair> {
    let old = states(older);
    let new: BTreeMap<&SourcePath, Option<Side>> =
        newer.touched().iter().map(|touched| (&touched.path, touched.after.clone())).collect();
    let paths: BTreeSet<&SourcePath> = old.keys().copied().chain(new.keys().copied()).collect();
    // A path that only one of two changes touches is in the other as the base has it.
    let base = |change: Option<&Changeset>, path: &SourcePath| {
        change?.at(path).and_then(|touched| touched.before.clone())
    };
    let pair = |path: &SourcePath| Pair {
        path: path.clone(),
        before: old.get(path).cloned().unwrap_or_else(|| base(Some(newer), path)),
        after: new.get(path).cloned().unwrap_or_else(|| base(older.change(), path)),
    };
    paths.into_iter().map(pair).collect()
}

/// What a source leaves of each path that it speaks of; nothing of one that it deletes.
fn states(source: &Source) -> BTreeMap<&SourcePath, Option<Side>> {
    if let Some(change) = source.change() {
        return change.touched().iter().map(|one| (&one.path, one.after.clone())).collect();
    }
    let state = |file: &SourceFile| Some(Side::file(file.content.as_slice()));
    source.files().iter().map(|file| (&file.path, state(file))).collect()
}

/// The files that only moved, by either name.
struct Moves<'a> {
    /// What a created path was.
    from: BTreeMap<&'a SourcePath, &'a Pair>,
    /// What a deleted path became.
    to: BTreeMap<&'a SourcePath, &'a SourcePath>,
}

impl<'a> Moves<'a> {
    fn among(pairs: &'a [Pair]) -> Self {
        let side = |is_wanted: fn(&Pair) -> Option<&Side>| -> Vec<Held<'a>> {
            let held = |pair: &'a Pair| Some((&pair.path, &*is_wanted(pair)?.content));
            pairs.iter().filter_map(held).collect()
        };
        let gone = side(|pair| pair.before.as_ref().filter(|_| pair.after.is_none()));
        let come = side(|pair| pair.after.as_ref().filter(|_| pair.before.is_none()));
        let renames = renames(&gone, &come);
        let of = |path: &SourcePath| pairs.iter().find(|pair| &pair.path == path);
        Self {
            from: renames.iter().filter_map(|(new, old)| Some((*new, of(old)?))).collect(),
            to: renames.into_iter().map(|(new, old)| (old, new)).collect(),
        }
    }
}

impl Pair {
    fn told(&self, moves: &Moves<'_>) -> String {
        let path = &self.path;
        if let Some(became) = moves.to.get(path) {
            return format!("diff {path}\nrenamed to {became}\n");
        }
        let was = moves.from.get(path).copied().unwrap_or(self);
        let renamed =
            if was.path == *path { String::new() } else { format!("renamed from {}\n", was.path) };
        let became = match (&was.before, &self.after) {
            (None, Some(after)) => format!("created, mode {}\n", after.mode),
            (Some(before), None) => format!("deleted, mode {}\n", before.mode),
            (Some(before), Some(after)) if before.mode != after.mode => {
                format!("mode {} becomes {}\n", before.mode, after.mode)
            }
            (Some(_), Some(_)) | (None, None) => String::new(),
        };
        format!("diff {path}\n{renamed}{became}{}", contents(was, self))
    }
}

/// Writes what becomes of what one path held where the other path, or the same one, holds it now.
fn contents(was: &Pair, is: &Pair) -> String {
    let content = |side: &Option<Side>| side.as_ref().map(|side| side.content.clone());
    let (before, after) = (content(&was.before), content(&is.after));
    if before == after {
        return String::new();
    }
    let text = |path: &SourcePath, bytes: &Option<Arc<[u8]>>| match bytes {
        None => Some(String::new()),
        Some(bytes) if bytes.contains(&0) => None,
        Some(bytes) => encoding::text(path, bytes),
    };
    let name = |side: &str, path: &SourcePath, is_there: bool| {
        if is_there { format!("{side}/{path}") } else { "/dev/null".to_owned() }
    };
    if let (Some(old), Some(new)) = (text(&was.path, &before), text(&is.path, &after)) {
        let a = name("a", &was.path, before.is_some());
        let b = name("b", &is.path, after.is_some());
        return TextDiff::from_lines(&old, &new).unified_diff().header(&a, &b).to_string();
    }
    let told = |side: &Option<Side>| match side {
        Some(side) => format!("{} bytes, {}", side.content.len(), side.digest()),
        None => "nothing".to_owned(),
    };
    format!("no text: {} becomes {}\n", told(&was.before), told(&is.after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::changeset::{Base, Mode};
    use record::domain::role::Role;

    #[test]
    fn every_touched_path_is_shown_with_what_becomes_of_it() {
        let side = |bytes: &[u8]| Some(Side::file(bytes));
        let touched = |path: &str, before, after| Touched {
            path: path.parse().unwrap(),
            role: Role::Code,
            before,
            after,
        };
        let run = Some(Side { mode: Mode::Executable, content: b"x\n"[..].into() });
        let named = Some(Side { mode: Mode::Executable, content: b"echo\n"[..].into() });
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let base = Base { commit: id("a"), tree: id("b") };
        let paths = vec![
            touched("a.py", side(b"x = 1\n"), side(b"x = 2\n")),
            touched("b.bin", side(&[0, 1]), side(&[0, 2, 3])),
            touched("c.sh", side(b"x\n"), run),
            touched("gone.py", side(b"gone\n"), None),
            touched(
                "latin.py",
                side(b"# coding: latin-1\n'\xc3\xa9'\n"),
                side(b"# coding: latin-1\n'\xe9'\n"),
            ),
            touched("made.py", None, side(b"made\n")),
            touched("moved.py", None, side(b"same\n2\n")),
            touched("name.sh", side(b"echo\n"), None),
            touched("named.sh", None, named),
            touched("old.py", side(b"same\n1\n"), None),
        ];
        let change = Changeset::new("shop".parse().unwrap(), base, paths).unwrap();

        let text = between(None, &change);

        for wanted in [
            "diff a.py\n--- a/a.py\n+++ b/a.py\n",
            "-x = 1\n+x = 2\n",
            "diff b.bin\nno text: 2 bytes, sha256:",
            "diff c.sh\nmode 100644 becomes 100755\ndiff",
            "diff gone.py\ndeleted, mode 100644\n--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n",
            "-'\u{c3}\u{a9}'\n+'é'\n",
            "diff made.py\ncreated, mode 100644\n--- /dev/null\n+++ b/made.py\n@@ -0,0 +1 @@\n+made\n",
            "diff moved.py\nrenamed from old.py\n--- a/old.py\n+++ b/moved.py\n@@ -1,2 +1,2 @@\n same\n-1\n+2\n",
            "diff named.sh\nrenamed from name.sh\nmode 100644 becomes 100755\ndiff",
            "diff old.py\nrenamed to moved.py\n",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in {text}");
        }
        assert!(text.contains("diff name.sh\nrenamed to named.sh\n"), "{text}");
    }

    #[test]
    fn two_revisions_of_a_change_differ_by_what_they_leave() {
        let (one, two) = (Some(Side::file(&b"1\n"[..])), Some(Side::file(&b"2\n"[..])));
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let change = |paths: [&str; 2]| {
            let touched = |path: &str| Touched {
                path: path.parse().unwrap(),
                role: Role::Code,
                before: one.clone(),
                after: two.clone(),
            };
            let base = Base { commit: id("a"), tree: id("b") };
            Changeset::new("shop".parse().unwrap(), base, paths.map(touched).into()).unwrap()
        };

        let older = Source::of_change(change(["a.py", "b.py"]));
        let text = between(Some(&older), &change(["a.py", "c.py"]));

        assert!(!text.contains("a.py"), "{text}");
        assert!(text.contains("--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-2\n+1\n"), "{text}");
        assert!(text.contains("--- a/c.py\n+++ b/c.py\n@@ -1 +1 @@\n-1\n+2\n"), "{text}");
    }
}
