//! Says why no edit could be tried.
//!
//! Edits are tried in a box without pytest, which runs most tests and not all. Where a failing test is none of those, a search
//! that found nothing says nothing about the code, and the owner is told which test it was and what it needs.

use crate::diagnosis::diagnosis::Failure;
use crate::reporting::views;
use record::domain::probe::{Case, Traced};

/// Longest reason, in characters.
const MAX_REASON: usize = 160;

/// Gives the reason why no edit was tried against failing tests; `None` where one that fails could run.
pub fn untried(traced: &Traced, failing: &[Failure]) -> Option<String> {
    let told = |reason: &str| views::preview(reason, MAX_REASON).replace('\n', " ");
    if let Some(complaint) = &traced.complaint {
        let why = told(&format!("{}: {}", complaint.kind, complaint.message));
        return Some(format!("no edit could be tried: the suite cannot be imported ({why})"));
    }
    let is_red = |case: &Case| case.complaint.is_some();
    if failing.is_empty() || traced.cases.iter().any(is_red) {
        return None;
    }
    let file = |id: &str| id.split("::").next().unwrap_or_default().to_owned();
    let unfit = failing.iter().find_map(|failure| {
        let own = traced.unfit.iter().find(|(id, _)| *id == failure.name);
        let of_file = || traced.unfit.iter().find(|(id, _)| *id == file(&failure.name));
        Some((&failure.name, &own.or_else(of_file)?.1))
    });
    if let Some((name, reason)) = unfit {
        let why = told(reason);
        return Some(format!("no edit could be tried: {name} needs pytest itself ({why})"));
    }
    let is_known = |failure: &Failure| traced.cases.iter().any(|case| case.id == failure.name);
    Some(match failing.iter().find(|failure| is_known(failure)) {
        Some(failure) => {
            format!("no edit could be tried: {} passes where edits are tried", failure.name)
        }
        None => "no edit could be tried: there was no time for the tests that fail".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use record::domain::healing::FailureClass;
    use record::domain::probe::Complaint;
    use std::collections::BTreeMap;

    use super::*;

    fn case(id: &str, complaint: Option<Complaint>) -> Case {
        Case { id: id.to_owned(), complaint, lines: BTreeMap::new() }
    }

    #[test]
    fn what_a_failing_test_needs_is_told() {
        let failing = [Failure {
            name: "test_a.py::test_x".to_owned(),
            class: FailureClass::Assertion,
            message: String::new(),
            place: None,
        }];
        let unfit = |id: &str| Traced {
            unfit: vec![(id.to_owned(), "the fixture\ndb".to_owned())],
            ..Traced::default()
        };
        let run = |complaint| Traced {
            cases: vec![case("test_a.py::test_x", complaint)],
            ..Traced::default()
        };
        let broken = Traced { complaint: Some(Complaint::default()), ..Traced::default() };

        let needs =
            "no edit could be tried: test_a.py::test_x needs pytest itself (the fixture db)";
        let green = "no edit could be tried: test_a.py::test_x passes where edits are tried";
        let late = "no edit could be tried: there was no time for the tests that fail";
        assert_eq!(untried(&unfit("test_a.py"), &failing).as_deref(), Some(needs));
        assert_eq!(untried(&unfit("test_a.py::test_x"), &failing).as_deref(), Some(needs));
        assert_eq!(untried(&run(None), &failing).as_deref(), Some(green));
        assert_eq!(untried(&Traced::default(), &failing).as_deref(), Some(late));
        assert_eq!(untried(&run(Some(Complaint::default())), &failing), None);
        assert!(untried(&broken, &failing).is_some_and(|told| told.contains("imported")));
    }
}
