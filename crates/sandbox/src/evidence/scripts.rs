//! Scripts of controls: which test tells its values, and which has another expectation.
//!
//! A script is laid into the files that the owner gave, so that a control differs from the real run in what its tests
//! expect and in nothing else. `rounds.rs` writes scripts, `judged.rs` reads what came of them.

use std::collections::BTreeMap;

use crate::evidence::expectations::{Edit, Told, lay};
use crate::evidence::plan::ControlPlan;
use crate::evidence::ran::Ran;
use record::domain::evidence::Termination;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// What a control does to one test; the number is the place of an expectation in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It tells its values, and knows none that is expected.
    Ask,
    /// One expectation is another.
    Change(usize),
    /// One expectation is such that nothing meets it.
    Last(usize),
}

/// What a control does to each test; one that is not named stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Script(pub(crate) BTreeMap<String, Part>);

/// A control that ran by a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Acted {
    pub(crate) script: Script,
    pub(crate) ran: Ran,
    pub(crate) told: Told,
}

impl Script {
    /// The files of the run: tests with edits, and without comments that might say what they were.
    pub(crate) fn source(&self, plan: &ControlPlan, real: &Source) -> Option<Source> {
        edited(real, |path| self.edits(plan, path))
    }

    /// Leaves out what was asked where the run was cut off: what its tests did not come to tell in time, or within what a
    /// box may tell, says nothing.
    pub(crate) fn cut(&mut self, termination: &Termination) {
        if matches!(termination, Termination::Timeout | Termination::Limit(_)) {
            self.0.retain(|_, part| *part != Part::Ask);
        }
    }

    /// Leaves out the tests of each file whose edits do not fit beside each other: they stay untried, and others do not.
    pub(crate) fn fitting(mut self, plan: &ControlPlan, real: &Source) -> Self {
        for file in real.of_role(Role::Test) {
            let path = file.path.as_str();
            if lay(&file.content, self.edits(plan, path)).is_none() {
                let of_file = plan.expectations.iter().filter(|found| found.path == path);
                self.0.retain(|test, _| !of_file.clone().any(|found| found.test == *test));
            }
        }
        self
    }

    fn edits<'a>(&self, plan: &'a ControlPlan, path: &str) -> Vec<&'a Edit> {
        let of_file = plan.expectations.iter().enumerate().filter(|(_, found)| found.path == path);
        let chosen = of_file.flat_map(|(at, found)| match self.0.get(&found.test) {
            Some(Part::Ask) => found.ask.as_slice(),
            Some(Part::Change(place)) if *place == at => &found.change,
            Some(Part::Last(place)) if *place == at => &found.last,
            Some(Part::Change(_) | Part::Last(_)) | None => &[],
        });
        plan.comments.get(path).into_iter().flatten().chain(chosen).collect()
    }
}

/// The files with edits laid into each one of tests, by its path.
pub(crate) fn edited<'a>(real: &Source, edits: impl Fn(&str) -> Vec<&'a Edit>) -> Option<Source> {
    let changed = |file: &SourceFile| {
        if file.role != Role::Test {
            return Some(file.clone());
        }
        let content = lay(&file.content, edits(file.path.as_str()))?;
        Some(SourceFile { content, ..file.clone() })
    };
    let files: Option<Vec<SourceFile>> = real.files().iter().map(changed).collect();
    Source::new(files?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_of_a_run_that_was_cut_off_says_nothing() {
        let parts = || {
            let parts = [("a", Part::Ask), ("b", Part::Change(1)), ("c", Part::Last(2))];
            Script(parts.map(|(test, part)| (test.to_owned(), part)).into())
        };
        let left = |termination: Termination| {
            let mut script = parts();
            script.cut(&termination);
            script.0.into_keys().collect::<Vec<String>>()
        };

        assert_eq!(left(Termination::Timeout), ["b", "c"]);
        assert_eq!(left(Termination::Limit("results".to_owned())), ["b", "c"]);
        assert_eq!(left(Termination::Completed), ["a", "b", "c"]);
    }
}
