//! A choice among edits that shows what tests fail to notice.
//!
//! Families of operators take turns and each line gets few, so that a small number of mutants asks about much of the code. The same
//! edits give the same mutants, because results are compared between revisions.

use std::collections::{BTreeMap, VecDeque};

use super::suggestion::Suggestion;
use record::domain::patch::Edit;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;

/// Most mutants of one line.
const MAX_PER_LINE: usize = 2;
/// Most mutants in all.
const MAX_MUTANTS: usize = 120;

/// Operators that change behaviour, those that are alike together; the families take turns.
const FAMILIES: &[&[&str]] = &[
    &["compare"],
    &["const_near", "const_start", "const_str"],
    &["range", "off_by_one", "slice"],
    &["bool_op", "bool_flip"],
    &["arithmetic", "augmented"],
    &["negate", "drop_not", "drop_operand", "drop_condition"],
    &["call", "method", "drop_call"],
];

/// A line that is edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: SourcePath,
    /// The line, from 1.
    pub line: u32,
    /// Its text.
    pub text: String,
}

/// The line of the first edit of a patch; nothing where it is not of these files.
pub fn place(source: &Source, edits: &[Edit]) -> Option<Place> {
    let edit = edits.first()?;
    let file = source.files().iter().find(|file| file.path == edit.path)?;
    let before = file.content.get(..edit.start)?;
    let number = before.split(|byte| *byte == b'\n').count().checked_sub(1)?;
    let line = file.content.split(|byte| *byte == b'\n').nth(number)?;
    Some(Place {
        path: edit.path.clone(),
        line: u32::try_from(number).ok()?.saturating_add(1),
        text: String::from_utf8_lossy(line).into_owned(),
    })
}

/// At most `MAX_MUTANTS` edits out of many: the first of each family for each line, in turn, and at most two for a line.
///
/// The same edits give the same mutants. Whether a program is run or imported is not for tests to notice.
pub fn choose(source: &Source, edits: Vec<Suggestion>) -> Vec<Suggestion> {
    let mut families: Vec<VecDeque<(Place, Suggestion)>> =
        FAMILIES.iter().map(|_| VecDeque::new()).collect();
    for edit in edits {
        let family = FAMILIES.iter().position(|family| family.contains(&edit.operator));
        let Some(queue) = family.and_then(|family| families.get_mut(family)) else { continue };
        if let Some(place) = place(source, &edit.patch.edits)
            && !place.text.contains("__name__")
        {
            queue.push_back((place, edit));
        }
    }
    let mut chosen = Vec::new();
    let mut by_line: BTreeMap<Place, usize> = BTreeMap::new();
    while families.iter().any(|queue| !queue.is_empty()) && chosen.len() < MAX_MUTANTS {
        for queue in &mut families {
            chosen.extend(next(queue, &mut by_line));
        }
    }
    chosen.truncate(MAX_MUTANTS);
    chosen
}

/// The next edit of a family; the other ones of its line are dropped.
fn next(
    queue: &mut VecDeque<(Place, Suggestion)>,
    by_line: &mut BTreeMap<Place, usize>,
) -> Option<Suggestion> {
    while let Some((place, edit)) = queue.pop_front() {
        let count = by_line.entry(place.clone()).or_default();
        if *count >= MAX_PER_LINE {
            continue;
        }
        *count += 1;
        queue.retain(|(other, _)| *other != place);
        return Some(edit);
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::mutate::{Breadth, mutations};
    use crate::weights::weight;
    use record::domain::role::Role;
    use record::domain::source::SourceFile;

    fn source(code: &str) -> Source {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        Source::new(vec![file("a.py", Role::Code, code), file("test_a.py", Role::Test, "")])
            .unwrap()
    }

    fn chosen(code: &str) -> Vec<(u32, &'static str, String)> {
        let source = source(code);
        let chosen = choose(&source, mutations(&source, None, Breadth::Near));
        let line = |edit: &Suggestion| place(&source, &edit.patch.edits).unwrap().line;
        chosen
            .iter()
            .map(|edit| (line(edit), edit.operator, edit.patch.edits[0].text.clone()))
            .collect()
    }

    #[test]
    fn a_line_gets_two_mutants_of_different_families() {
        let found =
            chosen("def f(x, y):\n    if x < 3 and y < 4:\n        return x + 1\n    return 0\n");

        let of_line = |wanted| found.iter().filter(|(line, _, _)| *line == wanted).count();
        assert_eq!([of_line(1), of_line(2), of_line(3), of_line(4)], [0, 2, 2, 1]);
        assert!(found.contains(&(2, "compare", "<=".to_owned())), "{found:?}");
    }

    #[test]
    fn a_long_file_gets_a_bounded_number_spread_over_operators() {
        let function = |number: u32| {
            format!(
                "def f{number}(x):\n    if x < {number}:\n        return x * 2\n    return not x\n"
            )
        };
        let code = (0..200).map(function).collect::<Vec<_>>().join("\n\n");

        let found = chosen(&code);

        let operators: BTreeSet<&str> = found.iter().map(|(_, operator, _)| *operator).collect();
        assert_eq!(found.len(), MAX_MUTANTS);
        assert!(operators.len() >= 4, "{operators:?}");
        assert_eq!(found, chosen(&code));
    }

    #[test]
    fn the_main_guard_is_left_alone_and_every_operator_is_one() {
        assert_eq!(chosen("def f():\n    pass\n\n\nif __name__ == '__main__':\n    f()\n"), []);
        assert!(FAMILIES.concat().into_iter().all(|operator| weight(operator).is_some()));
    }
}
