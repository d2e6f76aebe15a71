//! Optional packages of a project that its tests, or the modules they test, import.
//!
//! Who maintains a project has them all; who uses it has those that they asked for. An import says which ones tests need. A module
//! may be named otherwise than its package, so names are compared by rule and nothing but what the project declares is ever taken.

use std::collections::BTreeSet;
use std::ops::Bound;

use crate::repository::declared::{self, Extra};
use crate::repository::mentioned::mentioned;
use record::domain::requirement::{name, normal};
use toml::{Table, Value};

/// Most files of tests that are looked through.
const MOST_FILES: usize = 500;
/// Extras for everything that people who work on a project use: of these only what is imported is taken.
const EVERYTHING: [&str; 6] = ["all", "complete", "dev", "develop", "development", "full"];
/// Extras that no test needs.
const ASIDE: [&str; 7] = ["doc", "docs", "lint", "linting", "typing", "release", "bench"];
/// A module that many installations have without a word, and the last package that brings it (setuptools 81 says that it leaves).
const OF_SETUPTOOLS: &str = "pkg_resources";
const WITH_RESOURCES: &str = "setuptools<81";
/// Modules of well-known packages that are called otherwise.
const KNOWN: [(&str, &str); 8] = [
    ("attr", "attrs"),
    ("bs4", "beautifulsoup4"),
    ("crypto", "pycryptodome"),
    ("cv2", "opencv-python"),
    ("git", "gitpython"),
    ("pil", "pillow"),
    ("skimage", "scikit-image"),
    ("sklearn", "scikit-learn"),
];
/// What packages of Python put before or behind the name of their module.
const AFFIXES: [(&str, &str); 5] =
    [("py", ""), ("python-", ""), ("", "-python"), ("", "-py"), ("", "4")];

/// Gives what a project offers as optional, or names anywhere as a requirement, and its tests import.
pub(crate) fn wanted(
    project: Option<&Table>,
    paths: &[&str],
    read: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let text = |path: &str| read(path).unwrap_or_default();
    let mut extras = of_project(project);
    extras.extend(declared::ini_extras(&text("setup.cfg")));
    extras.extend(declared::published_extras(&text("PKG-INFO")));
    let Imports { tried, needed } = imported(paths, read);
    let mut found = asked(&extras, &tried);
    found.extend(asked(&[mentioned(project, paths, read)], &needed));
    if needed.contains(OF_SETUPTOOLS) {
        found.push(WITH_RESOURCES.to_owned());
    }
    found
}

/// The extras of a description (PEP 621).
fn of_project(project: Option<&Table>) -> Vec<Extra> {
    let extras = project.and_then(|file| file.get("project")?.get("optional-dependencies"));
    let extras = extras.and_then(Value::as_table).into_iter().flatten();
    let extra = |(name, lines): (&String, &Value)| Extra {
        name: name.clone(),
        packages: declared::texts(Some(lines)),
    };
    extras.map(extra).collect()
}

/// The requirements of the extras that these modules come from.
fn asked(extras: &[Extra], imported: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for extra in extras.iter().filter(|extra| !ASIDE.contains(&normal(&extra.name).as_str())) {
        let is_meant = |line: &&String| imported.iter().any(|module| is_of(module, name(line)));
        let is_named = imported.iter().any(|module| normal(module) == normal(&extra.name));
        let is_broad = EVERYTHING.contains(&normal(&extra.name).as_str());
        let is_whole = !is_broad && (is_named || extra.packages.iter().any(|line| is_meant(&line)));
        found.extend(extra.packages.iter().filter(|line| is_whole || is_meant(line)).cloned());
    }
    found
}

/// Whether a module may be one of a package: they are called alike, but for what packages like to add.
fn is_of(module: &str, package: &str) -> bool {
    const SHORTEST: usize = 4;
    let (module, package) = (normal(module), normal(package));
    let is_start = package
        .strip_prefix(&module)
        .is_some_and(|rest| module.len() >= SHORTEST && rest.starts_with('-'));
    // Plug-ins of pytest are known by their package, and every test imports it.
    (is_start && module != "pytest")
        || module == package
        || KNOWN.contains(&(module.as_str(), package.as_str()))
        || AFFIXES.iter().any(|(before, behind)| format!("{before}{module}{behind}") == package)
}

/// Modules by the first part of their names.
#[derive(Debug, Default)]
struct Imports {
    /// All that are imported anywhere.
    tried: BTreeSet<String>,
    /// Those that are imported at the start of a line: without them nothing of the file runs.
    needed: BTreeSet<String>,
}

impl Imports {
    fn take(&mut self, text: &str) {
        for line in text.lines() {
            let names = modules(line).into_iter().map(str::to_owned);
            if line.starts_with("import ") || line.starts_with("from ") {
                self.needed.extend(names.clone());
            }
            self.tried.extend(names);
        }
    }
}

/// The modules that the tests of a project import, and those that a module imports which they name.
fn imported(paths: &[&str], read: &dyn Fn(&str) -> Option<String>) -> Imports {
    let known: BTreeSet<&str> = paths.iter().copied().collect();
    let mut found = Imports::default();
    let mut names = BTreeSet::new();
    for text in texts_of_tests(paths, read) {
        found.take(&text);
        names.extend(text.lines().flat_map(whole_names));
    }
    let tested: BTreeSet<&str> = names
        .iter()
        .flat_map(|name| files_of(name, &known))
        .filter(|path| !is_of_tests(path))
        .collect();
    for path in tested.into_iter().take(MOST_FILES) {
        found.take(&read(path).unwrap_or_default());
    }
    found
}

/// The modules that a line may import, by their whole names: what is imported from a module may be one too.
fn whole_names(line: &str) -> Vec<String> {
    let bare = |words: &str| words.split_whitespace().next().unwrap_or_default().to_owned();
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix("import ") {
        return rest.split(',').map(bare).collect();
    }
    let parts = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import "));
    let Some((module, names)) = parts else { return Vec::new() };
    let module = module.trim();
    let inner = names.trim_start_matches('(').split(',').map(bare);
    let inner = inner.map(|name| format!("{module}.{name}"));
    std::iter::once(module.to_owned()).chain(inner).collect()
}

/// The files of a module of the project; a package hands on what its modules define, often under their own names.
fn files_of<'p>(module: &str, known: &BTreeSet<&'p str>) -> Vec<&'p str> {
    let path = module.replace('.', "/");
    let places = [format!("{path}.py"), format!("{path}/__init__.py")];
    let mut places = places.iter().flat_map(|place| [place.clone(), format!("src/{place}")]);
    if let Some(found) = places.find_map(|place| known.get(place.as_str())) {
        return vec![found];
    }
    let Some((package, name)) = path.rsplit_once('/') else { return Vec::new() };
    let file = format!("/{name}.py");
    let inside = |root: &str| -> Vec<&'p str> {
        let folder = format!("{root}{package}/");
        let all = known
            .range::<str, _>((Bound::Included(folder.as_str()), Bound::Unbounded))
            .take_while(|path| path.starts_with(&folder));
        all.filter(|path| path.ends_with(&file)).copied().collect()
    };
    ["", "src/"].into_iter().flat_map(inside).collect()
}

/// The files of tests, one after the other; so many as are looked through.
pub(crate) fn texts_of_tests(
    paths: &[&str],
    read: &dyn Fn(&str) -> Option<String>,
) -> impl Iterator<Item = String> {
    let files = paths.iter().filter(|path| is_of_tests(path)).take(MOST_FILES);
    files.filter_map(|path| read(path))
}

fn is_of_tests(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let Some(stem) = file.strip_suffix(".py") else { return false };
    let is_named = stem.starts_with("test") || stem.ends_with("_test") || stem == "conftest";
    is_named || folders.split('/').any(|folder| matches!(folder, "test" | "tests" | "testing"))
}

/// The modules that a line imports, or asks pytest to import.
pub(crate) fn modules(line: &str) -> Vec<&str> {
    let line = line.trim_start();
    let first = |words: &str| {
        let end = words.find(|symbol: char| symbol != '_' && !symbol.is_ascii_alphanumeric());
        end.unwrap_or(words.len())
    };
    let skipping =
        line.split_once("importorskip(").map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    let listed = match (line.strip_prefix("import "), line.strip_prefix("from "), skipping) {
        (Some(rest), ..) => rest.split(',').map(str::trim).collect(),
        (_, Some(rest), _) | (_, _, Some(rest)) => vec![rest.trim()],
        _ => Vec::new(),
    };
    let names = listed.into_iter().filter_map(|words| words.get(..first(words)));
    names.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extra(name: &str, packages: &[&str]) -> Extra {
        let packages = packages.iter().map(|line| (*line).to_owned()).collect();
        Extra { name: name.to_owned(), packages }
    }

    #[test]
    fn what_tests_import_is_asked_of_extras() {
        let extras = [
            extra("diagrams", &["railroad-diagrams", "jinja2"]),
            extra("bson", &["pymongo>=4.4"]),
            extra("yaml", &["PyYAML>=6"]),
            extra("dev", &["numpy~=2.2", "ipdb", "python-dateutil", "pytest-benchmark"]),
            extra("docs", &["numpy-docs"]),
            extra("web", &["flask"]),
        ];
        let test = "import railroad, os\nimport numpy as np\nfrom bson import decode\n  yaml = pytest.importorskip(\"yaml.x\")\nfrom dateutil.tz import UTC\nimport pytest\n";
        let files = [("tests/test_a.py", test), ("shop/web.py", "import flask\n")];
        let read = |path: &str| {
            files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
        };

        let found = asked(&extras, &imported(&files.map(|(path, _)| path), &read).tried);

        let wanted = [
            "railroad-diagrams",
            "jinja2",
            "pymongo>=4.4",
            "PyYAML>=6",
            "numpy~=2.2",
            "python-dateutil",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_a_list_names_is_taken_only_where_nothing_runs_without_it() {
        let test = "import attr, pkg_resources\ntry:\n    import graphviz\nexcept ImportError:\n    pass\nyaml = pytest.importorskip(\"yaml\")\n";
        let files = [
            ("tests/test_a.py", test),
            ("more-requirements.txt", "attrs>=20\ngraphviz\nPyYAML\nidna\n"),
        ];
        let read = |path: &str| {
            files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
        };

        let found = wanted(None, &files.map(|(path, _)| path), &read);

        assert_eq!(found, ["attrs>=20", "setuptools<81"]);
    }

    #[test]
    fn a_module_and_its_package_are_called_alike() {
        for (module, package) in [
            ("yaml", "PyYAML"),
            ("dateutil", "python-dateutil"),
            ("bs4", "bs4"),
            ("msgpack", "msgpack-python"),
            ("zope", "zope.interface"),
            ("attr_x", "attr-x"),
        ] {
            assert!(is_of(module, package), "{module} {package}");
        }
        for (module, package) in
            [("pytest", "pytest-xdist"), ("re", "re-assert"), ("numpy", "numpydoc")]
        {
            assert!(!is_of(module, package), "{module} {package}");
        }
    }

    #[test]
    fn what_a_tested_module_imports_is_asked_of_extras_and_what_another_imports_is_not() {
        let extras = [
            extra("signals", &["blinker>=1.4"]),
            extra("web", &["flask"]),
            extra("coins", &["eth-hash[pycryptodome]>=0.7"]),
        ];
        let files = [
            ("tests/test_a.py", "from shop import (signals, coin as c)\nimport shop.prices\n"),
            (
                "src/shop/signals.py",
                "try:\n    from blinker import Signal\nexcept ImportError:\n    Signal = None\n",
            ),
            ("src/shop/web.py", "import flask\n"),
            ("src/shop/money/coin.py", "    from eth_hash.auto import keccak\n"),
        ];
        let read = |path: &str| {
            files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
        };

        let found = asked(&extras, &imported(&files.map(|(path, _)| path), &read).tried);

        assert_eq!(found, ["blinker>=1.4", "eth-hash[pycryptodome]>=0.7"]);
    }
}
