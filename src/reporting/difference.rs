//! Compares two revisions: their diff, and tests made weaker.
//!
//! An owner approves a difference, so it covers all files, tests too. A test that asks less is easily missed in a diff; the
//! signs of it are found in the syntax of both sides (`repair::weakening`) and shown beside it.

use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::lookup;
use record::domain::changeset::{Mode, Side, Touched};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use record::domain::weakening::Weakening;
use repair::weakening::weakenings;

/// Writes a unified diff over all files of two revisions, by path; of a change of a repository without an older one, against its
/// base.
pub fn diff(older: Option<&Revision>, newer: &Revision) -> String {
    let pairs = pairs(older.map(|older| &older.source), &newer.source);
    pairs.into_iter().map(|(path, old, new)| path_diff(&path, old.as_ref(), new.as_ref())).collect()
}

/// A path with what it holds on both sides.
type Pair = (SourcePath, Option<Side>, Option<Side>);

fn pairs(older: Option<&Source>, newer: &Source) -> Vec<Pair> {
    let (old, new) = (older.map(states).unwrap_or_default(), states(newer));
    let paths: BTreeSet<&SourcePath> = old.keys().chain(new.keys()).collect();
    // A path that only one of two changes touches is in the other as the base has it.
    let base = |source: Option<&Source>, path: &SourcePath| {
        source?.change()?.at(path).and_then(|touched| touched.before.clone())
    };
    let pair = |path: &SourcePath| {
        let left = old.get(path).cloned().unwrap_or_else(|| base(Some(newer), path));
        let right = new.get(path).cloned().unwrap_or_else(|| base(older, path));
        (path.clone(), left, right)
    };
    paths.into_iter().map(pair).collect()
}

/// What a revision leaves of each path that it speaks of; nothing of one that it deletes.
fn states(source: &Source) -> BTreeMap<SourcePath, Option<Side>> {
    match source.change() {
        Some(change) => {
            let state = |touched: &Touched| (touched.path.clone(), touched.after.clone());
            change.touched().iter().map(state).collect()
        }
        None => {
            let state =
                |file: &SourceFile| (file.path.clone(), Some(Side::file(file.content.as_slice())));
            source.files().iter().map(state).collect()
        }
    }
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

fn path_diff(path: &SourcePath, old: Option<&Side>, new: Option<&Side>) -> String {
    if old == new {
        return String::new();
    }
    let name = |side: &str, found: Option<&Side>| match found {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (old_name, new_name) = (name("a", old), name("b", new));
    let mut told = match (old, new) {
        (Some(old), Some(new)) if old.mode != new.mode => {
            format!("{path}: mode {} to {}\n", old.mode, new.mode)
        }
        (None, Some(side)) if side.mode != Mode::File => format!("{path}: mode {}\n", side.mode),
        (Some(_) | None, Some(_) | None) => String::new(),
    };
    if [old, new].into_iter().flatten().any(is_binary) {
        let words = |side: Option<&Side>| {
            side.map_or("nothing".to_owned(), |side| {
                format!("{} bytes, SHA-256 {}", side.content.len(), side.digest().hex())
            })
        };
        return format!(
            "{told}--- {old_name}\n+++ {new_name}\n@@ no text @@\n-{}\n+{}\n",
            words(old),
            words(new)
        );
    }
    let text = |side: Option<&Side>| {
        side.map(|side| String::from_utf8_lossy(&side.content).into_owned()).unwrap_or_default()
    };
    let (old, new) = (text(old), text(new));
    let lines = TextDiff::from_lines(&old, &new);
    told.push_str(&lines.unified_diff().header(&old_name, &new_name).to_string());
    if old == new && (old_name == "/dev/null" || new_name == "/dev/null") {
        // An empty file comes or goes: it has no line that could tell so.
        told.push_str(&format!("--- {old_name}\n+++ {new_name}\n"));
    }
    told
}

fn is_binary(side: &Side) -> bool {
    side.content.contains(&0)
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
    use super::*;
    use record::domain::changeset::{Base, Changeset};

    fn touched(path: &str, before: Option<Side>, after: Option<Side>) -> Touched {
        Touched { path: path.parse().unwrap(), role: Role::Code, before, after }
    }

    fn source(paths: Vec<Touched>) -> Source {
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let base = Base { commit: id("a"), tree: id("b") };
        Source::of_change(Changeset::new("shop".parse().unwrap(), base, paths).unwrap())
    }

    fn side(mode: Mode, content: &[u8]) -> Option<Side> {
        Some(Side { mode, content: content.into() })
    }

    fn told(older: Option<&Source>, newer: &Source) -> String {
        let pairs = pairs(older, newer);
        pairs.iter().map(|(path, old, new)| path_diff(path, old.as_ref(), new.as_ref())).collect()
    }

    #[test]
    fn a_change_is_told_against_its_base() {
        let newer = source(vec![
            touched("a.py", side(Mode::File, b"x = 1\n"), side(Mode::File, b"x = 2\n")),
            touched("empty", None, side(Mode::File, b"")),
            touched("gone.py", side(Mode::File, b"y\n"), None),
            touched("logo", side(Mode::File, b"\0"), side(Mode::File, b"\0\0")),
            touched("run", side(Mode::File, b"z\n"), side(Mode::Executable, b"z\n")),
        ]);

        let text = told(None, &newer);

        for wanted in [
            "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n",
            "--- /dev/null\n+++ b/empty\n",
            "--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n",
            "-1 bytes, SHA-256 6e340b9cffb3",
            "run: mode 100644 to 100755\n",
        ] {
            assert!(text.contains(wanted), "{wanted}:\n{text}");
        }
    }

    #[test]
    fn two_revisions_of_a_change_differ_by_what_they_leave() {
        let (one, two) = (side(Mode::File, b"1\n"), side(Mode::File, b"2\n"));
        let older = source(vec![
            touched("a.py", one.clone(), two.clone()),
            touched("b.py", one.clone(), two.clone()),
        ]);
        let newer =
            source(vec![touched("a.py", one.clone(), two.clone()), touched("c.py", one, two)]);

        let text = told(Some(&older), &newer);

        assert!(!text.contains("a.py"), "{text}");
        assert!(text.contains("--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-2\n+1\n"), "{text}");
        assert!(text.contains("--- a/c.py\n+++ b/c.py\n@@ -1 +1 @@\n-1\n+2\n"), "{text}");
    }
}
