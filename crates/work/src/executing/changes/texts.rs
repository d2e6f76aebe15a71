//! What a change says in the text of its tests.
//!
//! Which test functions are new, changed, renamed or left out follows from syntax trees, never from what a run reports; so does what
//! they ask less than before, against the base and against the revision before.

use std::collections::{BTreeMap, BTreeSet};

use crate::executing::changes::lines::{is_python, text_of};
use record::domain::change_evidence::{Against, WeakenedTests};
use record::domain::changeset::{Changeset, Side, Touched};
use record::domain::flips::Functions;
use record::domain::role::Role;
use repair::test_functions::{Asks, TestFile, likeness, test_functions};
use repair::weakening::weakenings;

/// How alike the texts of a renamed test are at least.
const ALIKE: f64 = 0.6;
/// Most functions that are compared for it.
const MAX_COMPARED: usize = 200;

/// What the tests of a change say.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// Which functions are new, changed, renamed or left out.
    pub functions: Functions,
    /// Files of which nothing but test functions changed.
    pub same_around: BTreeSet<String>,
    /// Old functions that changed or are gone, by file.
    pub altered: BTreeMap<String, BTreeSet<String>>,
    /// Signs that tests ask less.
    pub weakened: Vec<WeakenedTests>,
}

/// A function by its name in the whole suite, and its text.
type Named = (String, String);

/// Reads the touched test files, and files beside them that may hold tests; `parent` is the change of the revision before.
pub fn texts<'a>(tests: impl Iterator<Item = &'a Touched>, parent: Option<&Changeset>) -> Texts {
    let mut seen = Texts::default();
    let (mut gone, mut new): (Vec<Named>, Vec<Named>) = (Vec::new(), Vec::new());
    let tests: Vec<&Touched> = tests.filter(|touched| is_python(touched)).collect();
    let brought = tests.iter().filter(|touched| touched.before.is_none());
    let brought: Vec<&str> =
        brought.filter_map(|touched| text_of(touched.after.as_ref())).collect();
    let brought = brought.join("\n");
    for touched in tests {
        let path = touched.path.as_str();
        let (before, after) = (read(touched.before.as_ref()), read(touched.after.as_ref()));
        let known = seen.functions.own.len();
        seen.compare(path, &before, &after, (&mut gone, &mut new));
        if touched.role != Role::Test && seen.functions.own.len() > known {
            let prefix = format!("{path}::");
            let names = seen.functions.own.iter().filter_map(|id| id.strip_prefix(&prefix));
            seen.functions.taken.extend(names.map(str::to_owned));
        }
        seen.weaken(touched, &brought, parent);
    }
    seen.functions.renamed = renamed(gone, new);
    seen.weaken_dropped(parent);
    seen
}

/// A side that is not there has no functions; one that does not parse neither.
fn read(side: Option<&Side>) -> TestFile {
    text_of(side).and_then(test_functions).unwrap_or_default()
}

impl Texts {
    fn compare(
        &mut self,
        path: &str,
        before: &TestFile,
        after: &TestFile,
        (gone, new): (&mut Vec<Named>, &mut Vec<Named>),
    ) {
        if before.surroundings == after.surroundings {
            self.same_around.insert(path.to_owned());
        }
        for (name, function) in &after.functions {
            let old = before.functions.get(name);
            if old.is_some_and(|old| old.text == function.text) {
                continue;
            }
            let id = format!("{path}::{name}");
            if old.is_none() {
                new.push((id.clone(), function.text.clone()));
            }
            if function.is_left_out {
                self.functions.left_out.insert(id.clone());
            }
            self.bare(path, name, function.asks);
            self.functions.own.insert(id);
        }
        let altered = self.altered.entry(path.to_owned()).or_default();
        for (name, old) in &before.functions {
            let id = format!("{path}::{name}");
            match after.functions.get(name) {
                Some(function) if function.text == old.text => {}
                Some(_) => {
                    altered.insert(id);
                }
                None => {
                    gone.push((id.clone(), old.text.clone()));
                    altered.insert(id);
                }
            }
        }
    }

    /// Notes a new or changed test that asks nothing.
    fn bare(&mut self, path: &str, name: &str, asks: Asks) {
        let (code, message) = match asks {
            Asks::Something => return,
            Asks::Partly => ("vacuous_assertions", format!("{name} asserts what always holds")),
            Asks::Nothing => ("no_assertion", format!("{name} asserts only what always holds")),
            Asks::NoError => ("no_assertion", format!("{name} asserts nothing")),
        };
        self.note(path, Against::Itself, code, message);
    }

    /// Notes where a file asks less; the tests of a deleted file may stand in a new one.
    fn weaken(&mut self, touched: &Touched, brought: &str, parent: Option<&Changeset>) {
        let after = match &touched.after {
            None => brought,
            after => text_of(after.as_ref()).unwrap_or_default(),
        };
        let path = touched.path.as_str();
        if let Some(before) = text_of(touched.before.as_ref()) {
            self.held_against(path, Against::Base, before, after);
        }
        let earlier = parent.and_then(|parent| parent.at(&touched.path));
        if let Some(earlier) = earlier.and_then(|earlier| text_of(earlier.after.as_ref())) {
            self.held_against(path, Against::Parent, earlier, after);
        }
    }

    /// Notes tests that the revision before brought in files that this one leaves as the base has them.
    fn weaken_dropped(&mut self, parent: Option<&Changeset>) {
        for touched in parent.iter().flat_map(|parent| parent.touched()) {
            let path = touched.path.as_str();
            let is_known = self.altered.contains_key(path);
            if is_known || !is_python(touched) || touched.role != Role::Test {
                continue;
            }
            let earlier = text_of(touched.after.as_ref()).unwrap_or_default();
            let now = text_of(touched.before.as_ref()).unwrap_or_default();
            self.held_against(path, Against::Parent, earlier, now);
        }
    }

    fn held_against(&mut self, path: &str, against: Against, older: &str, newer: &str) {
        for sign in weakenings(older, newer) {
            self.note(path, against, &sign.code, sign.message);
        }
    }

    fn note(&mut self, path: &str, against: Against, code: &str, message: String) {
        let (path, code) = (path.to_owned(), code.to_owned());
        self.weakened.push(WeakenedTests { path, against, code, message });
    }
}

/// Finds for each function that is gone the new one that is most like it, or has its name in another file.
fn renamed(gone: Vec<Named>, mut new: Vec<Named>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (old, text) in gone.into_iter().take(MAX_COMPARED) {
        let name = |id: &str| id.split_once("::").map(|(_, name)| name.to_owned());
        let compared = new.iter().take(MAX_COMPARED).enumerate();
        let ranked = compared.map(|(at, (id, other))| {
            let is_moved = name(id) == name(&old);
            (at, likeness(&text, other) + f64::from(u8::from(is_moved)))
        });
        let best = ranked.max_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((at, _)) = best.filter(|(_, likeness)| *likeness >= ALIKE) {
            found.insert(old, new.swap_remove(at).0);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(path: &str, before: &str, after: &str) -> Touched {
        let side = |text: &str| (!text.is_empty()).then(|| Side::file(text.as_bytes()));
        let path = path.parse().unwrap();
        Touched { path, role: Role::Test, before: side(before), after: side(after) }
    }

    #[test]
    fn functions_are_new_changed_renamed_or_left_out() {
        let before = "def test_a():\n    assert f(1) == 2\n\ndef test_b():\n    assert g(2) == 3\n\ndef test_same():\n    assert h() == 1\n";
        let after = "import pytest\n\ndef test_a():\n    assert f(1) == 3\n\ndef test_b_of_g():\n    assert g(2) == 3\n\n@pytest.mark.skip\ndef test_new():\n    assert i()\n\ndef test_same():\n    assert h() == 1\n";

        let found = texts([touched("t.py", before, after)].iter(), None);

        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let own = names(&["t.py::test_a", "t.py::test_b_of_g", "t.py::test_new"]);
        assert_eq!(found.functions.own, own);
        assert_eq!(found.functions.left_out, names(&["t.py::test_new"]));
        let renamed = [("t.py::test_b".to_owned(), "t.py::test_b_of_g".to_owned())].into();
        assert_eq!(found.functions.renamed, renamed);
        assert_eq!(found.altered["t.py"], names(&["t.py::test_a", "t.py::test_b"]));
        assert!(found.same_around.is_empty());
    }

    #[test]
    fn tests_that_lie_where_a_test_file_takes_them_from_are_tests_all_the_same() {
        let before = "class TestBag:\n    def test_a(self):\n        assert f(1) == 2\n        assert f(2) == 4\n";
        let after = "class TestBag:\n    def test_a(self):\n        assert f(1) == 2\n";
        let beside = Touched { role: Role::Support, ..touched("tests/test_bag.py", before, after) };

        let found = texts([beside].iter(), None);

        assert_eq!(found.functions.taken, BTreeSet::from(["TestBag::test_a".to_owned()]));
        assert!(found.weakened.iter().any(|sign| sign.against == Against::Base), "{found:?}");
    }

    #[test]
    fn tests_that_ask_nothing_and_tests_of_the_revision_before_are_named() {
        let change = |after: &str| {
            let id = |digit: &str| digit.repeat(40).parse().unwrap();
            let base = record::domain::changeset::Base { commit: id("a"), tree: id("b") };
            let paths = vec![touched("t.py", "", after)];
            Changeset::new("shop".parse().unwrap(), base, paths).unwrap()
        };
        let parent =
            change("def test_a():\n    assert f(1) == 2\n\ndef test_b():\n    assert g()\n");
        let now = change("def test_a():\n    assert True\n");

        let found = texts(now.touched().iter(), Some(&parent)).weakened;

        let told: Vec<_> = found.iter().map(|sign| (sign.against, sign.code.as_str())).collect();
        assert!(told.contains(&(Against::Itself, "no_assertion")), "{told:?}");
        assert!(told.contains(&(Against::Parent, "tests_removed")), "{told:?}");
    }

    #[test]
    fn a_file_that_was_renamed_asks_what_it_asked() {
        let text = "def test_a():\n    assert f(1) == 2\n    assert f(2) == 4\n";
        let moved = |new: &str| {
            let old = Touched { after: None, ..touched("tests/test_a.py", text, "") };
            let come = Touched { before: None, ..touched("tests/test_b.py", "", new) };
            texts([old, come].iter(), None).weakened
        };

        assert_eq!(moved(text), Vec::new());
        let less = moved("def test_a():\n    assert f(1) == 2\n");
        assert!(less.iter().any(|sign| sign.code == "assertions_removed"), "{less:?}");
    }
}
