//! The files that the runs of a change are made on.
//!
//! Four trees from one base and one change: the base, the base's code with the change's tests, the result, and the result's code with the
//! tests as they were. What is test, code and setting follows from the roles and from what the owner has pytest given.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::ground::Ground;
use record::domain::changeset::{Changeset, Mode, Side, Touched};
use record::domain::pytest::SETTINGS;
use record::domain::role::Role;
use record::domain::source::{Source, SourceError, SourceFile};
use record::domain::source_path::SourcePath;
use sandbox::packaging;

/// Folders whose files belong to tests.
pub(crate) const OF_TESTS: [&str; 2] = ["tests", "test"];

/// Ends of the names of files that people read and no test does.
const PROSE: [&str; 2] = [".md", ".rst"];

/// A part of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Code and all that is beside it.
    Code,
    /// Tests, and what lies in their folders.
    Tests,
    /// What decides how tests run, outside of their folders.
    Settings,
}

/// The trees of a change.
#[derive(Clone, Debug)]
pub struct Trees {
    /// The base.
    pub base: Source,
    /// The base's code with the change's tests; only where the change touches tests.
    pub reverted: Option<Source>,
    /// What the change leaves.
    pub result: Source,
    /// The result's code with the tests and settings as they were; only where the change touches any, or brings any.
    pub old_tests: Option<Source>,
    /// Words with a dash for pytest.
    pub options: Vec<String>,
    /// The paths of the change, each with the role that it has in these trees.
    pub touched: Vec<Touched>,
}

/// Builds the base alone, with the words with a dash for pytest.
pub fn base(ground: &Ground) -> Result<(Source, Vec<String>), SourceError> {
    let words = Words::of(&ground.tests, &paths_of(ground));
    let base = files_of_base(ground, &words);
    Ok((Source::of_tree(base.into_values().collect())?, words.options))
}

fn paths_of(ground: &Ground) -> BTreeSet<&str> {
    ground.files.iter().map(|file| file.path.as_str()).collect()
}

fn files_of_base(ground: &Ground, words: &Words) -> BTreeMap<SourcePath, SourceFile> {
    let file = |file: &SourceFile| {
        let role = words.role(&file.path, file.role);
        (file.path.clone(), SourceFile { role, ..file.clone() })
    };
    let mut base: BTreeMap<SourcePath, SourceFile> = ground.files.iter().map(file).collect();
    for file in packaging::stand_ins(&ground.files) {
        base.entry(file.path.clone()).or_insert(file);
    }
    base
}

impl Trees {
    /// Builds them; a tree that no box is given is an error.
    pub fn of(ground: &Ground, change: &Changeset) -> Result<Self, SourceError> {
        let mut paths = paths_of(ground);
        let words = Words::of(&ground.tests, &paths);
        let base = files_of_base(ground, &words);
        let new = change.touched().iter().filter(|one| one.after.is_some());
        paths.extend(new.map(|one| one.path.as_str()));
        let new_words = Words::of(&ground.tests, &paths);
        let given = |one: &Touched| {
            let words = if one.before.is_some() { &words } else { &new_words };
            Touched { role: words.role(&one.path, one.role), ..one.clone() }
        };
        let touched: Vec<Touched> = change.touched().iter().map(given).collect();
        let build = |parts: &[Part]| {
            let mut files = base.clone();
            for one in touched.iter().filter(|one| parts.contains(&part_of(one))) {
                lay(&mut files, one);
            }
            Source::of_tree(files.into_values().collect())
        };
        let tests = || touched.iter().filter(|one| part_of(one) == Part::Tests);
        let has_new = tests().any(|one| one.after.is_some());
        let is_around = touched.iter().any(|one| part_of(one) != Part::Code);
        Ok(Self {
            base: build(&[])?,
            reverted: has_new.then(|| build(&[Part::Tests])).transpose()?,
            result: build(&[Part::Code, Part::Tests, Part::Settings])?,
            old_tests: is_around.then(|| build(&[Part::Code])).transpose()?,
            options: words.options,
            touched,
        })
    }

    /// The touched test files.
    pub fn tests(&self) -> impl Iterator<Item = &Touched> {
        self.touched.iter().filter(|one| one.role == Role::Test)
    }

    /// The touched code files.
    pub fn code(&self) -> impl Iterator<Item = &Touched> {
        self.touched.iter().filter(|one| one.role == Role::Code)
    }

    /// What beside test files belongs to tests and is touched: helpers, data, fixtures.
    pub fn beside_tests(&self) -> impl Iterator<Item = &Touched> {
        let is_beside = |one: &&Touched| one.role != Role::Test && part_of(one) == Part::Tests;
        self.touched.iter().filter(is_beside)
    }

    /// Whether the change touches one file only beside tests and prose, so that the revert control undid nothing else.
    pub fn is_of_one_file(&self) -> bool {
        let is_prose = |path: &str| PROSE.iter().any(|end| path.ends_with(end));
        let rest = self.touched.iter().filter(|one| part_of(one) != Part::Tests);
        rest.filter(|one| !is_prose(one.path.as_str())).count() == 1
    }

    /// Whether what the change does around tests that it leaves alone is to add files.
    pub fn only_adds_around(&self) -> bool {
        let is_around = |one: &&Touched| part_of(one) != Part::Code && !is_test_module(one);
        self.touched.iter().filter(is_around).all(|one| one.before.is_none())
    }

    /// Whether the change touches, or brings, what runs around tests of any file.
    pub fn touches_around(&self) -> bool {
        let is_read = |one: &Touched| decides(one) || one.path.module().is_some();
        let mut around = self.touched.iter().filter(|one| part_of(one) != Part::Code);
        around.any(|one| is_read(one) && !is_test_module(one))
    }

    /// Touched files that decide what runs.
    pub fn configuration(&self) -> Vec<String> {
        self.touched.iter().filter(|one| decides(one)).map(|one| one.path.to_string()).collect()
    }
}

fn decides(touched: &Touched) -> bool {
    let name = touched.path.file_name();
    name == "conftest.py" || SETTINGS.contains(&name)
}

/// Whether a path holds tests, and not what acts on those of other files.
fn is_test_module(touched: &Touched) -> bool {
    touched.role == Role::Test && !decides(touched) && touched.path.file_name() != "__init__.py"
}

/// Tells tests, and settings outside of their folders, from code.
fn part_of(touched: &Touched) -> Part {
    let is_of_tests = touched.path.as_str().split('/').any(|name| OF_TESTS.contains(&name));
    match touched.role == Role::Test || is_of_tests {
        true => Part::Tests,
        false if decides(touched) => Part::Settings,
        false => Part::Code,
    }
}

/// Lays what a change leaves of a path over files; links are left out, as boxes have none.
fn lay(files: &mut BTreeMap<SourcePath, SourceFile>, touched: &Touched) {
    let Some(Side { content, .. }) = touched.after.as_ref().filter(|side| side.mode != Mode::Link)
    else {
        files.remove(&touched.path);
        return;
    };
    let (path, role, content) = (touched.path.clone(), touched.role, content.to_vec());
    files.insert(path.clone(), SourceFile { path, role, content });
}

/// What pytest is given.
struct Words {
    paths: BTreeSet<String>,
    options: Vec<String>,
}

impl Words {
    /// Tells options from paths; a path that a tree does not have, as its tests lay elsewhere then, says nothing of it.
    fn of(words: &[String], known: &BTreeSet<&str>) -> Self {
        let (options, paths): (Vec<&String>, Vec<&String>) =
            words.iter().partition(|word| word.starts_with('-'));
        let path = |word: &&String| word.split("::").next().unwrap_or(word).to_owned();
        let paths = paths.iter().map(path).map(|path| path.trim_matches('/').to_owned());
        let is_there = |path: &String| known.iter().any(|one| is_inside(one, path) || one == path);
        Self {
            paths: paths.filter(|path| path != "." && is_there(path)).collect(),
            options: options.into_iter().cloned().collect(),
        }
    }

    /// The role of a path: what pytest is given by name is a test, and no test lies outside of what it is given.
    fn role(&self, path: &SourcePath, role: Role) -> Role {
        let text = path.as_str();
        if self.paths.contains(text) && path.module().is_some() {
            return Role::Test;
        }
        let is_run =
            self.paths.is_empty() || self.paths.iter().any(|folder| is_inside(text, folder));
        if role == Role::Test && !is_run { Role::Support } else { role }
    }
}

fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::changeset::Base;

    fn told(source: &Source) -> Vec<String> {
        let file = |file: &SourceFile| format!("{} {} {}", file.path, file.role, file.text());
        source.files().iter().map(file).collect()
    }

    fn file(path: &str, role: Role, text: &str) -> SourceFile {
        SourceFile { path: path.parse().unwrap(), role, content: text.as_bytes().to_vec() }
    }

    fn touched(path: &str, role: Role, before: &str, after: &str) -> Touched {
        let side = |text: &str| (!text.is_empty()).then(|| Side::file(text.as_bytes()));
        let path = path.parse().unwrap();
        Touched { path, role, before: side(before), after: side(after) }
    }

    fn changed(touched: Vec<Touched>) -> Changeset {
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let base = Base { commit: id("a"), tree: id("b") };
        Changeset::new("shop".parse().unwrap(), base, touched).unwrap()
    }

    /// A repository that is known with `tests` may have had its tests beside the code once.
    #[test]
    fn tests_that_move_into_the_folder_that_pytest_gets_are_tests_on_both_sides() {
        let ground = Ground {
            files: vec![file("a.py", Role::Code, "a"), file("test_a.py", Role::Test, "old")],
            tests: vec!["tests".to_owned()],
            ..Ground::default()
        };
        let paths = vec![
            touched("test_a.py", Role::Test, "old", ""),
            touched("tests/test_a.py", Role::Test, "", "new"),
        ];

        let trees = Trees::of(&ground, &changed(paths)).unwrap();

        assert_eq!(told(&trees.base), ["a.py code a", "test_a.py test old"]);
        assert_eq!(told(&trees.result), ["a.py code a", "tests/test_a.py test new"]);
        assert_eq!(trees.tests().count(), 2);
    }

    #[test]
    fn the_four_trees_hold_the_base_and_the_change_in_their_parts() {
        let ground = Ground {
            files: vec![
                file("a.py", Role::Code, "old"),
                file("check.py", Role::Code, "old"),
                file("docs/test_d.py", Role::Test, "doc"),
                file("tests/data.txt", Role::Support, "old"),
            ],
            tests: vec!["-x".to_owned(), "check.py".to_owned(), "tests".to_owned()],
            ..Ground::default()
        };
        let paths = vec![
            touched("a.py", Role::Code, "old", "new"),
            touched("check.py", Role::Code, "old", "new"),
            touched("tests/data.txt", Role::Support, "old", ""),
        ];

        let trees = Trees::of(&ground, &changed(paths)).unwrap();

        let doc = "docs/test_d.py support doc";
        let (code, new_code) = ("a.py code old", "a.py code new");
        let (tests, new_tests) = ("check.py test old", "check.py test new");
        let data = "tests/data.txt support old";
        assert_eq!(told(&trees.base), [code, tests, doc, data]);
        assert_eq!(told(&trees.reverted.unwrap()), [code, new_tests, doc]);
        assert_eq!(told(&trees.result), [new_code, new_tests, doc]);
        assert_eq!(told(&trees.old_tests.unwrap()), [new_code, tests, doc, data]);
        assert_eq!(trees.options, ["-x"]);
    }
}
