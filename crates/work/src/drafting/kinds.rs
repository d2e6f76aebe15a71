//! Tells code, tests and what lies beside them apart in a project's folder.
//!
//! Names decide, and the project's own settings where they say which files are tests. Nothing is run or imported for it, so
//! that the same folder always gives the same answer; what is left out is left out for a reason that can be told.

use std::collections::BTreeSet;

use globset::{Glob, GlobMatcher};

use inspection::language::{Language, is_test};
use record::domain::role::Role;

use record::domain::source_path::SourcePath;

/// Folders that tools fill, and that are no part of a project.
const FILLED: [&str; 13] = [
    "__pycache__",
    "node_modules",
    "venv",
    "env",
    "virtualenv",
    "build",
    "dist",
    "htmlcov",
    "site-packages",
    "wheelhouse",
    "target",
    "_build",
    "__pypackages__",
];
/// Those that are data among tests: what a tool under test is to find.
const DATA_OF_TESTS: [&str; 5] = ["build", "dist", "env", "target", "wheelhouse"];
/// Names with a dot in front that the tools of a suite read.
const SETTINGS: [&str; 3] = [".pytest.ini", ".pytest.toml", ".coveragerc"];
/// Files by which a folder is kept that nothing else is in yet.
const KEEPERS: [&str; 3] = [".gitkeep", ".keep", ".gitignore"];
/// What a system leaves behind in any folder.
const LEFT_BEHIND: &str = ".DS_Store";
/// Endings of files that were compiled.
const COMPILED: [&str; 9] = ["pyc", "pyo", "pyd", "so", "o", "a", "dll", "dylib", "exe"];
/// Folders of tests and of what tests need.
const OF_TESTS: [&str; 2] = ["tests", "test"];
/// Folders in the root whose programs are no part of what a project delivers.
const ASIDE: [&str; 19] = [
    "docs",
    "doc",
    "documentation",
    "examples",
    "example",
    "samples",
    "benchmarks",
    "benchmark",
    "bench",
    "scripts",
    "tools",
    "ci",
    "misc",
    "perf",
    "demos",
    "demo",
    "fuzz",
    "etc",
    "extras",
];
/// Programs in the root that build or drive a project.
const DRIVERS: [&str; 11] = [
    "setup.py",
    "noxfile.py",
    "fabfile.py",
    "dodo.py",
    "versioneer.py",
    "conf.py",
    "toxfile.py",
    "wscript.py",
    "hatch_build.py",
    "pavement.py",
    "conanfile.py",
];
/// pytest's own patterns for files of tests.
const USUAL: [&str; 2] = ["test_*.py", "*_test.py"];
/// Names of the only files of tests of projects that run them by name, or by the discovery of `unittest` in a folder of tests.
const ALONE: [&str; 6] = [
    "tests.py",
    "test.py",
    "test/test*.py",
    "tests/test*.py",
    "**/test/test*.py",
    "**/tests/test*.py",
];
/// Patterns that are met by code too, and so tell no tests apart.
const ANY: [&str; 3] = ["*", "*.py", "**/*.py"];
/// What they mean: pytest's own patterns, and whatever lies in a folder of tests.
const WITHIN: [&str; 6] =
    ["test_*.py", "*_test.py", "test/*.py", "tests/*.py", "*/test/*.py", "*/tests/*.py"];
/// Most patterns of a project that are read.
const MOST_PATTERNS: usize = 20;

/// A reason for which something of a folder is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// Its name begins with a dot.
    Hidden,
    /// A tool made it.
    Made,
    /// It is a link to what is not taken, a pipe or a device.
    NoFile,
    /// Its name is none that a proposal can have.
    Name,
    /// Whoever gives the folder said so.
    Said,
}

impl Aside {
    /// The reason in words.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Made => "made by a tool",
            Self::NoFile => "a link to what is not taken, or a device",
            Self::Name => "its name cannot be stored",
            Self::Said => "--without",
        }
    }
}

/// Tells whether a folder of this name holds tests and what they need.
pub fn is_of_tests(name: &str) -> bool {
    OF_TESTS.contains(&name)
}

/// Tells whether a folder or file at this path is left out, and why.
///
/// Hidden files may hold secrets; those among tests are data that tests read, and some only keep their folder.
pub fn left_out(path: &str, is_file: bool) -> Option<Aside> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if SETTINGS.contains(&name) {
        return None;
    }
    let is_among_tests = folder.split('/').any(is_of_tests);
    let is_data = is_among_tests && name != LEFT_BEHIND;
    let is_keeper = !folder.is_empty() && KEEPERS.contains(&name);
    if name.starts_with('.') && !(is_file && (is_data || is_keeper)) {
        return Some(Aside::Hidden);
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    // What is known of an installed project (`egg-info`) stays: code may ask for its own version.
    let is_filled = FILLED.contains(&name) && !(is_among_tests && DATA_OF_TESTS.contains(&name));
    let is_made = is_filled || COMPILED.contains(&ending);
    is_made.then_some(Aside::Made)
}

/// Gives each file of a project its role: as [`roles`] does, but tests are those only that lie where its settings have pytest look.
/// The tests of a repository lie where its owner says, whatever it says itself.
pub fn roles_of_project(paths: &[SourcePath], settings: &[String]) -> Vec<Role> {
    let mut found = roles(paths, settings);
    let places = places(paths, settings);
    let is_outside =
        |path: &SourcePath| !places.is_empty() && !places.iter().any(|place| lies_in(path, place));
    for (role, path) in found.iter_mut().zip(paths) {
        if *role == Role::Test && is_outside(path) {
            *role = Role::Support;
        }
    }
    found
}

/// The role of a file of any language, for whoever only reads it: what a suite of Python runs is told by `roles`.
pub fn read_role(path: &str, role: Role) -> Role {
    let is_other = Language::of(path.as_bytes()).is_some_and(|it| it != Language::Python);
    if !is_other || role != Role::Support {
        return role;
    }
    let first = path.split_once('/').map_or("", |(first, _)| first);
    if is_test(path.as_bytes()) {
        Role::Test
    } else if ASIDE.contains(&first) {
        Role::Support
    } else {
        Role::Code
    }
}

/// Gives each file its role. `settings` are the texts of files in the root that may say which files are tests.
pub fn roles(paths: &[SourcePath], settings: &[String]) -> Vec<Role> {
    let mut patterns = patterns(settings);
    let of = |patterns: &[GlobMatcher], place| -> Vec<Role> {
        paths.iter().map(|path| role(path, patterns, place)).collect()
    };
    let mut usual = of(&patterns, Place::Usual);
    if !usual.contains(&Role::Test) {
        patterns.extend(matchers(ALONE.into_iter()));
        usual = of(&patterns, Place::Usual);
    }
    if usual.contains(&Role::Code) {
        return usual;
    }
    // A folder of nothing but scripts: they are what it delivers.
    of(&patterns, Place::Anywhere)
}

/// Where code may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Outside of folders for other things.
    Usual,
    /// In any folder but those of tests.
    Anywhere,
}

fn role(path: &SourcePath, patterns: &[GlobMatcher], place: Place) -> Role {
    let name = path.file_name();
    if path.module().is_none() || name == "conftest.py" {
        return Role::Support;
    }
    let is_test = |pattern: &GlobMatcher| {
        let is_path = pattern.glob().glob().contains('/');
        pattern.is_match(if is_path { path.as_str() } else { name })
    };
    if patterns.iter().any(is_test) {
        return Role::Test;
    }
    let folders: Vec<&str> = path.as_str().split('/').collect();
    let folders = folders.split_last().map_or(&[][..], |(_, folders)| folders);
    let is_of_tests = folders.iter().any(|folder| is_of_tests(folder));
    let is_aside = match folders.first() {
        Some(first) => ASIDE.contains(first),
        None => DRIVERS.contains(&name),
    };
    if is_of_tests || (is_aside && place == Place::Usual) { Role::Support } else { Role::Code }
}

/// The folders and files in which pytest looks for tests by the project's settings. It looks everywhere where they name none, or none
/// that is there; then the list is empty.
fn places(paths: &[SourcePath], settings: &[String]) -> Vec<String> {
    let named = settings.iter().find_map(|text| words(text, "testpaths")).unwrap_or_default();
    let named = named.iter().map(|word| word.trim_start_matches("./").trim_end_matches('/'));
    let named: Vec<String> = named.map(str::to_owned).collect();
    let is_everywhere = named.iter().any(|word| word == "." || word.contains(['*', '?']));
    let is_there = |word: &String| paths.iter().any(|path| lies_in(path, word));
    if is_everywhere { Vec::new() } else { named.into_iter().filter(is_there).collect() }
}

/// Whether a path is this file, or lies in this folder.
fn lies_in(path: &SourcePath, place: &str) -> bool {
    let rest = path.as_str().strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Reads which files are tests: `python_files` of the project where it has it, else pytest's own patterns.
fn patterns(settings: &[String]) -> Vec<GlobMatcher> {
    let declared = settings.iter().find_map(|text| declared(text));
    let words = declared.unwrap_or_else(|| USUAL.map(str::to_owned).to_vec());
    let meant = |word: &String| {
        if ANY.contains(&word.as_str()) {
            WITHIN.map(str::to_owned).to_vec()
        } else {
            vec![word.clone()]
        }
    };
    let words: Vec<String> = words.iter().take(MOST_PATTERNS).flat_map(meant).collect();
    matchers(words.iter().map(String::as_str)).collect()
}

fn matchers<'a>(words: impl Iterator<Item = &'a str>) -> impl Iterator<Item = GlobMatcher> {
    words.filter_map(|word| Glob::new(word).ok()).map(|glob| glob.compile_matcher())
}

/// The patterns after `python_files =`.
fn declared(text: &str) -> Option<Vec<String>> {
    let named = words(text, "python_files")?;
    let pattern = |word: &String| format!("{}.py", word.strip_suffix(".py").unwrap_or(word));
    let patterns: BTreeSet<String> = named.iter().map(pattern).collect();
    Some(patterns.into_iter().collect())
}

/// The words after a key of pytest's settings, in any of the forms that files have it in; nothing where there are none.
fn words(text: &str, key: &str) -> Option<Vec<String>> {
    let mut lines = text.lines();
    let is_key = |line: &&str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let first = lines.by_ref().find(is_key)?.split_once('=').map_or("", |(_, rest)| rest);
    let further = lines.take_while(|line| {
        line.starts_with([' ', '\t']) || line.trim_start().starts_with(['"', '\'', ']'])
    });
    let is_part = |symbol: char| {
        symbol.is_alphanumeric() || matches!(symbol, '_' | '*' | '.' | '?' | '/' | '-')
    };
    let lines = [first].into_iter().chain(further);
    let parts = lines.flat_map(|line| line.split(|symbol| !is_part(symbol)));
    let words: Vec<String> = parts.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(paths: &[&str], settings: &[&str]) -> Vec<Role> {
        let paths: Vec<SourcePath> = paths.iter().map(|path| path.parse().unwrap()).collect();
        let settings: Vec<String> = settings.iter().map(|text| (*text).to_owned()).collect();
        roles(&paths, &settings)
    }

    #[test]
    fn names_tell_code_tests_and_the_rest_apart() {
        let paths = [
            "src/shop/cart.py",
            "shop/tests/test_cart.py",
            "shop/tests/helpers.py",
            "shop/cart_test.py",
            "conftest.py",
            "setup.py",
            "docs/conf.py",
            "shop/docs/words.py",
            "README.md",
        ];

        let found = told(&paths, &[]);

        let (code, test, beside) = (Role::Code, Role::Test, Role::Support);
        let wanted = [code, test, beside, test, beside, beside, beside, code, beside];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_project_says_which_files_are_tests_in_any_form() {
        let paths = ["a.py", "check_a.py", "test_b.py"];
        let forms = [
            "[pytest]\npython_files = check_*.py\n",
            "[tool.pytest.ini_options]\npython_files = [\n    \"check_*.py\",\n]\n",
            "[tool:pytest]\npython_files =\n    check_*\n",
        ];

        for form in forms {
            assert_eq!(told(&paths, &[form]), [Role::Code, Role::Test, Role::Code], "{form}");
        }
    }

    #[test]
    fn a_pattern_that_code_meets_too_makes_no_test_of_it() {
        let paths = ["bag/one.py", "bag/test_one.py", "tests/all.py", "tests/conftest.py"];
        let (code, test, beside) = (Role::Code, Role::Test, Role::Support);

        for form in ["*.py", "*"] {
            let settings = format!("[pytest]\npython_files = {form}\n");
            assert_eq!(told(&paths, &[&settings]), [code, test, test, beside], "{form}");
        }
    }

    #[test]
    fn a_project_says_where_its_tests_lie() {
        let paths = ["a.py", "tests/test_a.py", "bench/test_speed.py"];
        let (code, test, beside) = (Role::Code, Role::Test, Role::Support);
        let paths = paths.map(|path| path.parse().unwrap());
        let told = |text: &str| roles_of_project(&paths, &[text.to_owned()]);

        assert_eq!(
            roles(&paths, &["[pytest]\ntestpaths = tests\n".to_owned()]),
            [code, test, test]
        );
        assert_eq!(told("[pytest]\ntestpaths = tests\n"), [code, test, beside]);
        let toml = "[tool.pytest.ini_options]\ntestpaths = [\n    \"./tests/\",\n]\n";
        assert_eq!(told(toml), [code, test, beside]);
        assert_eq!(told("[pytest]\ntestpaths = gone\n"), [code, test, test]);
        assert_eq!(told("[pytest]\ntestpaths = .\n"), [code, test, test]);
    }

    #[test]
    fn a_file_that_is_named_tests_holds_them_where_no_other_does() {
        let (code, test, beside) = (Role::Code, Role::Test, Role::Support);

        assert_eq!(told(&["a.py", "tests.py"], &[]), [code, test]);
        assert_eq!(told(&["a.py", "tests/tests.py", "tests/data.py"], &[]), [code, test, beside]);
        assert_eq!(told(&["a.py", "tests.py", "test_a.py"], &[]), [code, code, test]);
        let named = ["a.py", "test/testlex.py", "a/b/tests/testyacc.py", "a/testing.py"];
        assert_eq!(told(&named, &[]), [code, test, test, code]);
        assert_eq!(told(&["a.py", "test/testlex.py", "test_a.py"], &[]), [code, beside, test]);
    }

    #[test]
    fn scripts_are_code_where_there_is_nothing_else() {
        assert_eq!(told(&["scripts/a.py", "test_a.py"], &[]), [Role::Code, Role::Test]);
    }

    #[test]
    fn what_tools_make_and_hide_is_left_out() {
        let folders = [".git", "__pycache__", "a.egg-info", "tests/.cache", "envoy"];
        let of_tools = ["dist", "tests/app/dist", "test/build", "tests/venv"];
        let files = ["a.pyc", ".env", "b/.env", ".gitignore", "tests/.DS_Store"];
        let kept = [".coveragerc", "a.py", "tests/data/.env", "b/.gitkeep", "tests/out/.gitignore"];

        let (made, hidden) = (Some(Aside::Made), Some(Aside::Hidden));
        assert_eq!(folders.map(|path| left_out(path, false)), [hidden, made, None, hidden, None]);
        assert_eq!(of_tools.map(|path| left_out(path, false)), [made, None, None, made]);
        assert_eq!(files.map(|path| left_out(path, true)), [made, hidden, hidden, hidden, hidden]);
        assert_eq!(kept.map(|path| left_out(path, true)), [None; 5]);
    }
}
