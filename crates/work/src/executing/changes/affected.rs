//! The tests that a change reaches, and which tests a run is given.
//!
//! Tests that the base's run saw on the lines that a change takes away or stands beside go first, within a share of the time that the
//! whole suite takes; without such knowledge, those of files that name the changed module. The verdict rests on all tests.

use std::collections::{BTreeMap, BTreeSet};

use crate::executing::changes::baseline::Baseline;
use crate::executing::changes::lines::{disturbed, is_python};
use crate::executing::changes::texts::Texts;
use crate::executing::changes::trees::{OF_TESTS, Trees};
use record::domain::changeset::Touched;
use record::domain::flips::{Outcomes, file_of, function_of};
use record::domain::role::Role;
use record::domain::source::SourceFile;

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

/// Tests of files that the change leaves alone and that reach what it changes: without what it puts around them, they must hold too.
///
/// All of them where it acts on tests of any file; else, as a new test module seldom does, the quickest within a share of the time.
pub fn bystanders(trees: &Trees, baseline: &Baseline) -> Vec<String> {
    if trees.old_tests.is_none() {
        return Vec::new();
    }
    let touched: BTreeSet<&str> = trees.tests().map(|one| one.path.as_str()).collect();
    let lines = |touched: &Touched| (touched.path.to_string(), disturbed(touched));
    let lines = trees.code().filter(|one| one.before.is_some()).map(lines).collect();
    let mut left = if trees.touches_around() {
        baseline.took_ms
    } else {
        (baseline.took_ms * SHARE / 100).max(LEAST_MS)
    };
    let mut chosen = Vec::new();
    for name in reaching(baseline, &lines) {
        let time = baseline.times.get(&name).copied().unwrap_or(1).max(1);
        if time > left {
            break;
        }
        left -= time;
        if !touched.contains(file_of(&name)) {
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

/// Test files that may read what beside tests is touched: the nearest ones in its folder or above it, and of data, those of them that name it.
fn beside(trees: &Trees) -> Vec<String> {
    let tests: Vec<&SourceFile> = trees.result.of_role(Role::Test).collect();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for one in trees.beside_tests() {
        let name = one.path.file_name();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let near = folders(one.path.as_str())
            .map(|folder| {
                tests.iter().filter(|file| parent(file.path.as_str()) == folder).collect()
            })
            .find(|near: &Vec<&&SourceFile>| !near.is_empty())
            .unwrap_or_default();
        let mut naming = near.iter().filter(|file| file.text().contains(stem)).peekable();
        if is_python(one) || naming.peek().is_none() {
            found.extend(near.iter().map(|file| file.path.as_str()));
        } else {
            found.extend(naming.map(|file| file.path.as_str()));
        }
    }
    found.into_iter().map(str::to_owned).collect()
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder of a path and those above it, up to the outermost one of tests.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    let is_of_tests = |folder: &&str| folder.split('/').any(|name| OF_TESTS.contains(&name));
    std::iter::successors(Some(parent(path)), move |folder| {
        Some(parent(folder)).filter(is_of_tests)
    })
}

/// Files of which a run has tests that another has not, where data of tests is touched that such tests may come from.
pub fn lacking(
    trees: &Trees,
    (one, other): (&Outcomes, &Outcomes),
    baseline: &Baseline,
) -> BTreeSet<String> {
    if trees.beside_tests().next().is_none() {
        return BTreeSet::new();
    }
    let known: BTreeSet<&str> = other.tests.iter().map(|seen| seen.id.as_str()).collect();
    let ids = one.tests.iter().map(|seen| seen.id.as_str());
    ids.filter(|id| !known.contains(id) && !baseline.unstable.contains(function_of(id)))
        .map(|id| file_of(id).to_owned())
        .collect()
}

/// Chosen tests, and all of these files.
pub fn with_files(chosen: Vec<String>, files: BTreeSet<String>) -> Vec<String> {
    let others = chosen.into_iter().filter(|name| !files.contains(file_of(name)));
    let others: Vec<String> = others.collect();
    others.into_iter().chain(files).collect()
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
    if chosen.is_empty() {
        let is_known = |path: &String| {
            baseline.outcomes.tests.iter().any(|seen| file_of(&seen.id) == path.as_str())
        };
        chosen.extend(beside(trees).into_iter().filter(is_known));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::ground::Ground;
    use record::domain::changeset::{Base, Changeset, Side};

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

    #[test]
    fn data_of_tests_is_read_by_the_nearest_test_files_that_name_it() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role: if path.contains("/test_") { Role::Test } else { Role::Support },
            content: text.as_bytes().to_vec(),
        };
        let files = || {
            vec![
                file("tests/test_a.py", "load('means.txt')"),
                file("tests/test_b.py", ""),
                file("tests/deep/test_c.py", ""),
                file("other/test_d.py", "means"),
            ]
        };
        let found = |path: &str| {
            let id = |digit: &str| digit.repeat(40).parse().unwrap();
            let base = Base { commit: id("a"), tree: id("b") };
            let (path, role) = (path.parse().unwrap(), Role::Support);
            let touched =
                Touched { path, role, before: None, after: Some(Side::file("new".as_bytes())) };
            let change = Changeset::new("shop".parse().unwrap(), base, vec![touched]).unwrap();
            let ground = Ground { files: files(), ..Ground::default() };
            beside(&Trees::of(&ground, &change).unwrap())
        };

        assert_eq!(found("tests/data/rows/means.txt"), ["tests/test_a.py"]);
        assert_eq!(found("tests/data/sums.txt"), ["tests/test_a.py", "tests/test_b.py"]);
        assert_eq!(found("tests/deep/sums.txt"), ["tests/deep/test_c.py"]);
        assert_eq!(found("tests/means.py"), ["tests/test_a.py", "tests/test_b.py"]);
    }
}
