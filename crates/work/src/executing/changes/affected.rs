//! The tests that a change reaches, and which tests a run is given.
//!
//! Tests that the base's run saw on the lines that a change takes away or stands beside go first, within a share of the time that the
//! whole suite takes; without such knowledge, those of files that name the changed module. The verdict rests on all tests.

use std::collections::{BTreeMap, BTreeSet};

use crate::executing::changes::baseline::Baseline;
use crate::executing::changes::lines::disturbed;
use crate::executing::changes::texts::Texts;
use crate::executing::changes::trees::Trees;
use record::domain::changeset::Touched;
use record::domain::flips::file_of;
use record::domain::role::Role;

/// The share of the base's time that goes to tests which go first, in hundredths; and time that they get at least.
const SHARE: u64 = 15;
const LEAST_MS: u64 = 300;
/// Most functions that go first.
const MAX_FIRST: usize = 200;

/// Test functions that reach these lines of the base, the quickest first.
pub fn reaching(baseline: &Baseline, lines: &BTreeMap<String, BTreeSet<u32>>) -> Vec<String> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for (path, lines) in lines {
        let Some(functions) = baseline.reach.get(path) else { continue };
        let runs = |spans: &Vec<(u32, u32)>| {
            spans.iter().any(|(first, last)| lines.range(first..=last).next().is_some())
        };
        let on_lines: Vec<&str> =
            functions.iter().filter(|(_, spans)| runs(spans)).map(|(name, _)| &**name).collect();
        // Lines that only an import runs are nobody's in particular.
        if on_lines.is_empty() {
            found.extend(functions.keys().map(String::as_str));
        } else {
            found.extend(on_lines);
        }
    }
    let time = |name: &str| baseline.times.get(name).copied().unwrap_or_default();
    let mut found: Vec<&str> = found.into_iter().collect();
    found.sort_by_key(|name| (time(name), *name));
    found.into_iter().map(str::to_owned).collect()
}

/// The tests that go first: those of the change itself, and the quickest of those that it reaches.
pub fn first(trees: &Trees, texts: &Texts, baseline: &Baseline) -> Vec<String> {
    let mut chosen = own(trees, texts, baseline);
    let lines = |touched: &Touched| (touched.path.to_string(), disturbed(touched));
    let lines = trees.code().filter(|one| one.before.is_some()).map(lines).collect();
    let reaching = if baseline.reach.is_empty() {
        naming(trees)
    } else {
        let is_there = |name: &String| {
            let file = file_of(name);
            trees.result.files().iter().any(|known| known.path.as_str() == file)
                && !texts.altered.values().any(|altered| altered.contains(name))
        };
        reaching(baseline, &lines).into_iter().filter(is_there).collect()
    };
    let mut left = (baseline.took_ms * SHARE / 100).max(LEAST_MS);
    let is_known = |chosen: &[String], name: &str| {
        chosen.iter().any(|one| one == name || one == file_of(name))
    };
    for name in reaching.into_iter().take(MAX_FIRST) {
        let time = baseline.times.get(&name).copied().unwrap_or(1).max(1);
        if time > left {
            break;
        }
        left -= time;
        if !is_known(&chosen, &name) {
            chosen.push(name);
        }
    }
    chosen
}

/// Test files that name a changed module.
fn naming(trees: &Trees) -> Vec<String> {
    let modules: Vec<&str> = trees.code().filter_map(|one| one.path.module()).collect();
    let names = |text: &str| modules.iter().any(|module| text.contains(module));
    let tests = trees.result.of_role(Role::Test);
    tests.filter(|file| names(&file.text())).map(|file| file.path.to_string()).collect()
}

/// The new and changed tests of a change: by function where nothing else of their file changed, else by file.
pub fn own(trees: &Trees, texts: &Texts, baseline: &Baseline) -> Vec<String> {
    let functions = baseline.functions();
    let is_known = |id: &str| {
        let (place, name) = id.rsplit_once("::").unwrap_or((id, id));
        let is_of_module = !place.contains("::") && name.starts_with("test");
        let prefix = format!("{place}::");
        is_of_module
            || functions.contains(id)
            || functions.iter().any(|known| known.starts_with(&prefix))
    };
    let own = |path: &str| -> Vec<String> {
        let is_of = |id: &&String| file_of(id) == path;
        texts.functions.own.iter().filter(is_of).cloned().collect()
    };
    let is_plain = trees.beside_tests().next().is_none();
    let mut chosen = Vec::new();
    for touched in trees.tests().filter(|one| one.after.is_some()) {
        let path = touched.path.as_str();
        let own = own(path);
        if is_plain && texts.same_around.contains(path) && own.iter().all(|id| is_known(id)) {
            chosen.extend(own);
        } else {
            chosen.push(path.to_owned());
        }
    }
    if chosen.is_empty() {
        chosen.extend(beside(trees));
    }
    chosen
}

/// Test files in the folders of what beside tests is touched.
fn beside(trees: &Trees) -> Vec<String> {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let folders: BTreeSet<String> =
        trees.beside_tests().map(|one| folder(one.path.as_str())).collect();
    let tests = trees.result.of_role(Role::Test).map(|file| file.path.as_str());
    tests.filter(|path| folders.contains(&folder(path))).map(str::to_owned).collect()
}

/// The tests as they were that are run on the new code: those that changed or are gone, or their whole file.
pub fn old(trees: &Trees, texts: &Texts, baseline: &Baseline) -> Vec<String> {
    let functions = baseline.functions();
    let is_plain = trees.beside_tests().next().is_none();
    let mut chosen = Vec::new();
    for touched in trees.tests().filter(|one| one.before.is_some()) {
        let path = touched.path.as_str();
        let altered = texts.altered.get(path).cloned().unwrap_or_default();
        if is_plain && texts.same_around.contains(path) {
            chosen.extend(altered.into_iter().filter(|id| functions.contains(id.as_str())));
        } else if baseline.outcomes.tests.iter().any(|seen| file_of(&seen.id) == path) {
            chosen.push(path.to_owned());
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_tests_that_reach_the_lines_come_first() {
        let mut baseline = Baseline::default();
        let functions = [
            ("t.py::slow".to_owned(), vec![(1, 9)]),
            ("t.py::quick".to_owned(), vec![(5, 6)]),
            ("t.py::other".to_owned(), vec![(20, 30)]),
        ];
        baseline.reach.insert("a.py".to_owned(), functions.into());
        baseline.times = [("t.py::slow".to_owned(), 90), ("t.py::quick".to_owned(), 2)].into();
        let lines = |numbers: &[u32]| -> BTreeMap<String, BTreeSet<u32>> {
            [("a.py".to_owned(), numbers.iter().copied().collect())].into()
        };

        assert_eq!(reaching(&baseline, &lines(&[6])), ["t.py::quick", "t.py::slow"]);
        assert_eq!(reaching(&baseline, &lines(&[25])), ["t.py::other"]);
        assert_eq!(reaching(&baseline, &lines(&[50])).len(), 3);
        assert_eq!(reaching(&baseline, &BTreeMap::new()), Vec::<String>::new());
    }
}
