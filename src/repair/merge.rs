//! Two steps as one patch.

use std::collections::BTreeMap;

use crate::domain::patch::{Edit, Patch};
use crate::domain::source::SourcePath;

/// One patch of the unedited files that does what two do, the second of which is for the files that the first leaves.
///
/// Nothing where the edits of one of them overlap, or where they fall inside a character.
pub fn merge(first: &Patch, second: &Patch) -> Option<Patch> {
    let mut merged: BTreeMap<&SourcePath, Vec<Edit>> = BTreeMap::new();
    for edit in sorted(first) {
        merged.entry(&edit.path).or_default().push(edit.clone());
    }
    // From the last to the first, so that the places of those to come still hold.
    for edit in sorted(second).into_iter().rev() {
        let edits = merged.entry(&edit.path).or_default();
        *edits = composed(edits, edit)?;
    }
    let edits: Vec<Edit> = merged.into_values().flatten().collect();
    let overlaps = edits.windows(2).any(|pair| match pair {
        [one, next] => one.path == next.path && one.end > next.start,
        _ => false,
    });
    (!overlaps && !edits.is_empty()).then_some(Patch { edits })
}

fn sorted(patch: &Patch) -> Vec<&Edit> {
    let mut edits: Vec<&Edit> = patch.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    edits
}

/// Where an edit lies in the text that the edits before it leave.
struct Placed<'e> {
    edit: &'e Edit,
    start: usize,
    end: usize,
}

fn placed(edits: &[Edit]) -> Option<Vec<Placed<'_>>> {
    let (mut added, mut dropped) = (0, 0);
    let mut found = Vec::with_capacity(edits.len());
    for edit in edits {
        let start = (edit.start + added).checked_sub(dropped)?;
        found.push(Placed { edit, start, end: start + edit.text.len() });
        added += edit.text.len();
        dropped += edit.end.checked_sub(edit.start)?;
    }
    Some(found)
}

/// The edits with one more, whose place is that of the text they leave.
fn composed(edits: &[Edit], next: &Edit) -> Option<Vec<Edit>> {
    let placed = placed(edits)?;
    let (before, rest): (Vec<&Placed<'_>>, Vec<&Placed<'_>>) =
        placed.iter().partition(|known| known.end < next.start);
    let (touched, after): (Vec<&Placed<'_>>, Vec<&Placed<'_>>) =
        rest.into_iter().partition(|known| known.start <= next.end);
    let moved = |at: usize| match before.last() {
        Some(known) => Some(known.edit.end + at.checked_sub(known.end)?),
        None => Some(at),
    };
    let joined = match (touched.first(), touched.last()) {
        (Some(first), Some(last)) => {
            let start = first.edit.start.checked_sub(first.start.saturating_sub(next.start))?;
            let end = last.edit.end + next.end.saturating_sub(last.end);
            let front = first.edit.text.get(..next.start.saturating_sub(first.start))?;
            let back = last
                .edit
                .text
                .get(next.end.saturating_sub(last.start).min(last.edit.text.len())..)?;
            let text = format!("{front}{}{back}", next.text);
            Edit { path: next.path.clone(), start, end, text }
        }
        _ => Edit { start: moved(next.start)?, end: moved(next.end)?, ..next.clone() },
    };
    let kept =
        |placed: &[&Placed<'_>]| placed.iter().map(|known| known.edit.clone()).collect::<Vec<_>>();
    Some([kept(&before), vec![joined], kept(&after)].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::source::{Role, Source, SourceFile};

    fn source(text: &str) -> Source {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        Source::new(vec![file("a.py", Role::Code, text), file("test_a.py", Role::Test, "")])
            .unwrap()
    }

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { path: "a.py".parse().unwrap(), start, end, text: text.to_owned() }
    }

    #[test]
    fn a_step_behind_another_is_told_in_places_of_the_unedited_file() {
        let first = Patch::of(edit(0, 1, "total"));
        let second = Patch::of(edit(8, 9, "2"));

        let merged = merge(&first, &second).unwrap();

        assert_eq!(merged, Patch { edits: vec![edit(0, 1, "total"), edit(4, 5, "2")] });
        assert_eq!(merged.apply(&source("x = 1\n")), Ok(source("total = 2\n")));
    }

    #[test]
    fn edits_that_overlap_have_no_common_patch() {
        let overlapping = Patch { edits: vec![edit(0, 3, "a"), edit(2, 4, "b")] };

        assert_eq!(merge(&overlapping, &Patch::of(edit(9, 9, "c"))), None);
    }

    fn steps(length: usize) -> impl Strategy<Value = Vec<(usize, usize, String)>> {
        prop::collection::vec((0..=length, 0..=length, "[a-c]{0,3}"), 1..4)
    }

    /// Edits that do not overlap, out of any three numbers.
    fn patch(steps: &[(usize, usize, String)], length: usize) -> Patch {
        let mut edits: Vec<Edit> = Vec::new();
        for (one, other, text) in steps {
            let (start, end) = (*one.min(other), *one.max(other));
            let is_free = |edit: &Edit| end < edit.start || start > edit.end;
            if end <= length && edits.iter().all(is_free) {
                edits.push(edit(start, end, text));
            }
        }
        Patch { edits }
    }

    proptest! {
        #[test]
        fn both_steps_at_once_leave_what_one_after_the_other_leaves(one in steps(12), other in steps(20)) {
            let unedited = source("0123456789AB");
            let first = patch(&one, 12);
            let between = first.apply(&unedited).unwrap();
            let second = patch(&other, between.files()[0].content.len());
            let after = second.apply(&between).unwrap();

            if let Some(merged) = merge(&first, &second) {
                prop_assert_eq!(merged.apply(&unedited), Ok(after));
            } else {
                prop_assert!(first.edits.is_empty() && second.edits.is_empty());
            }
        }
    }
}
