//! What a project says of itself: its Python, packages, roots and tests.
//!
//! It is read from the files of a commit or a proposal, as text; nothing is run or imported. All of it is a suggestion, shown to
//! the owner who adds a repository or has packages installed: only what they confirm decides anything later.

use std::collections::BTreeSet;
use std::path::Path;

use crate::repository::aside::Aside;
use crate::repository::declared::{self, ini_value, texts};
use crate::repository::optional;
use crate::repository::poetry;
use toml::{Table, Value};

use record::domain::pytest;
use record::domain::requirement;

/// Lists of requirements that a root may have, tests' own first.
const LISTS: [&str; 12] = [
    "requirements-test.txt",
    "requirements-tests.txt",
    "requirements_test.txt",
    "requirements_tests.txt",
    "test-requirements.txt",
    "tests/requirements.txt",
    "requirements/test.txt",
    "requirements/tests.txt",
    "requirements-dev.txt",
    "requirements/dev.txt",
    "dev-requirements.txt",
    "requirements.txt",
];
/// Names of groups and extras with what tests need.
const GROUPS: [&str; 3] = ["test", "tests", "testing"];
/// The same of projects that have one group for everything.
const BROAD: [&str; 2] = ["dev", "develop"];
/// Folders of tests, where nothing says which.
const TESTS: [&str; 2] = ["tests", "test"];

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The name of the project.
    pub name: Option<String>,
    /// The versions of Python that it declares.
    pub python: Option<String>,
    /// Folders that imports start from.
    pub roots: Vec<String>,
    /// What pytest is given.
    pub tests: Vec<String>,
    /// Packages that tests need, as requirements.
    pub packages: Vec<String>,
    /// The files that said so.
    pub said_by: BTreeSet<String>,
}

/// The files of a commit, as far as they are text.
pub struct Tree<'a> {
    /// Every path.
    pub paths: Vec<&'a str>,
    /// Reads a file that is text.
    pub read: &'a dyn Fn(&str) -> Option<String>,
}

impl Tree<'_> {
    fn table(&self, path: &str) -> Option<Table> {
        (self.read)(path)?.parse().ok()
    }

    fn has_below(&self, folder: &str) -> bool {
        let inside =
            |path: &&str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.paths.iter().any(|path| inside(path) && is_python(path))
    }
}

fn is_python(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "py")
}

/// Looks through the files.
pub fn survey(tree: &Tree<'_>) -> Found {
    let mut found = Found::default();
    let aside = Aside::of(&tree.paths, tree.read);
    let project = tree.table("pyproject.toml");
    if let Some(project) = &project {
        found.take_project(project, &aside);
    }
    if let Some(text) = (tree.read)("setup.cfg") {
        found.take_setup(&text, &aside);
    }
    // What is computed there stands in what was published.
    if let Some(text) = (tree.read)("PKG-INFO").filter(|_| found.packages.is_empty()) {
        found.add("PKG-INFO", aside.needed(declared::published(&text, &GROUPS)));
    }
    if let Some(text) = (tree.read)("setup.py") {
        let is_silent = found.packages.is_empty();
        if let Some(python) = declared::text_given(&text, "python_requires") {
            found.python.get_or_insert(python);
            found.said_by.insert("setup.py".to_owned());
        }
        if is_silent {
            found.add("setup.py", declared::called_with(&text, "install_requires"));
        }
        // What was published says nothing of tests; a `[project]` table has its own words for them.
        if is_silent || project.as_ref().is_none_or(|file| !file.contains_key("project")) {
            found.add("setup.py", aside.needed(declared::called_with(&text, "tests_require")));
        }
    }
    let mut lists = LISTS.iter().filter_map(|path| Some((*path, (tree.read)(path)?)));
    if let Some((path, text)) = lists.next() {
        found.add(path, aside.needed(requirement::lines(&text)));
    }
    found.take_tox(tree, &aside);
    let named = |line: &String| requirement::normal(requirement::name(line));
    let known: BTreeSet<String> = found.packages.iter().map(named).collect();
    let mut optional = optional::wanted(project.as_ref(), &tree.paths, tree.read);
    optional.retain(|line| !known.contains(&named(line)));
    found.add("imports of tests", aside.needed(optional));
    found.roots = roots(tree);
    found.tests = tests(tree);
    found.packages = requirement::plain(std::mem::take(&mut found.packages));
    let own = found.name.as_deref().map(requirement::normal);
    found.packages.retain(|line| Some(requirement::normal(requirement::name(line))) != own);
    found
}

impl Found {
    fn add(&mut self, path: &str, lines: Vec<String>) {
        for line in lines {
            self.said_by.insert(path.to_owned());
            if !self.packages.contains(&line) {
                self.packages.push(line);
            }
        }
    }

    fn take_project(&mut self, file: &Table, aside: &Aside) {
        const PATH: &str = "pyproject.toml";
        let project = file.get("project").and_then(Value::as_table);
        let text = |name: &str| Some(project?.get(name)?.as_str()?.to_owned());
        self.name = text("name");
        self.python = text("requires-python");
        if let Some(project) = project {
            self.said_by.insert(PATH.to_owned());
            // Some builds write what an extra needs here too, as `Requires-Dist` has it.
            let given = texts(project.get("dependencies")).into_iter();
            let (tied, own): (Vec<_>, Vec<_>) =
                given.partition(|line| declared::is_of_an_extra(line));
            self.add(PATH, own);
            let of_tests = tied.iter().filter_map(|line| declared::wanted(line, &GROUPS));
            self.add(PATH, aside.needed(of_tests.collect()));
            let extras = project.get("optional-dependencies").and_then(Value::as_table);
            let lines = first_of(extras, |group| texts(Some(group)));
            self.add(PATH, aside.needed(lines));
        }
        let groups = file.get("dependency-groups").and_then(Value::as_table);
        let lines = first_of(groups, |group| grouped(groups, group, 0));
        self.add(PATH, aside.needed(lines));
        let poetry = file.get("tool").and_then(|tool| tool.get("poetry"));
        self.take_poetry(PATH, poetry.and_then(Value::as_table), aside);
    }

    fn take_poetry(&mut self, path: &str, project: Option<&Table>, aside: &Aside) {
        let Some(project) = project else { return };
        let name = project.get("name").and_then(Value::as_str).map(str::to_owned);
        self.name = self.name.take().or(name);
        let groups = project.get("group").and_then(Value::as_table);
        let in_group = |name: &str| groups?.get(name)?.get("dependencies");
        let named = GROUPS.iter().chain(&BROAD).find_map(|name| in_group(name));
        let of_tests = [named, project.get("dev-dependencies")].into_iter().flatten();
        let own = || project.get("dependencies").and_then(Value::as_table).into_iter().flatten();
        let python = || own().find(|(name, _)| *name == "python")?.1.as_str();
        self.python = self.python.take().or_else(|| python().map(str::to_owned));
        self.add(path, own().filter(|(name, _)| *name != "python").map(poetry::line).collect());
        let of_tests = of_tests.filter_map(Value::as_table).flatten();
        self.add(path, aside.needed(of_tests.map(poetry::line).collect()));
    }

    /// What tox installs for tests wherever they run; what it does for one environment alone is left to that one.
    fn take_tox(&mut self, tree: &Tree<'_>, aside: &Aside) {
        const PATH: &str = "tox.ini";
        self.add(PATH, aside.needed(declared::of_tox_extras(tree.read)));
        let lines = (tree.read)(PATH).map(|text| ini_value(&text, "testenv", "deps"));
        for line in lines.unwrap_or_default() {
            let line = line.replace("{toxinidir}/", "").replace("{tox_root}/", "");
            match line.strip_prefix("-r").map(str::trim) {
                Some(path) => {
                    let list = (tree.read)(path).map(|text| requirement::lines(&text));
                    self.add(path, aside.needed(list.unwrap_or_default()));
                }
                None if line.contains([':', '{']) => {}
                None => self.add(PATH, aside.needed(vec![line])),
            }
        }
    }

    fn take_setup(&mut self, text: &str, aside: &Aside) {
        const PATH: &str = "setup.cfg";
        let value = |section: &str, key: &str| ini_value(text, section, key);
        let first = |key: &str| value("metadata", key).into_iter().next();
        self.name = self.name.take().or_else(|| first("name"));
        let python = value("options", "python_requires").into_iter().next();
        self.python = self.python.take().or(python);
        self.add(PATH, value("options", "install_requires"));
        let extras = GROUPS.iter().chain(&BROAD);
        let extras = extras.map(|name| value("options.extras_require", name));
        let extra = extras.into_iter().find(|lines| !lines.is_empty());
        self.add(PATH, aside.needed(extra.unwrap_or_default()));
    }
}

/// The lines of the first group that holds what tests need.
fn first_of(groups: Option<&Table>, lines: impl Fn(&Value) -> Vec<String>) -> Vec<String> {
    let Some(groups) = groups else { return Vec::new() };
    let found = GROUPS.iter().chain(&BROAD).find_map(|name| groups.get(*name));
    found.map(lines).unwrap_or_default()
}

/// The lines of a group with those that it includes (PEP 735).
fn grouped(groups: Option<&Table>, group: &Value, depth: usize) -> Vec<String> {
    const DEEPEST: usize = 5;
    let items = group.as_array().map_or(&[][..], Vec::as_slice);
    let mut lines = Vec::new();
    for item in items {
        let included = item.get("include-group").and_then(Value::as_str);
        match (item.as_str(), included.and_then(|name| groups?.get(name))) {
            (Some(line), _) => lines.push(line.to_owned()),
            (None, Some(other)) if depth < DEEPEST => {
                lines.extend(grouped(groups, other, depth + 1));
            }
            (None, _) => {}
        }
    }
    lines
}

/// pytest's own settings of a project: the value of a key in the one file that pytest reads.
fn pytest_setting(tree: &Tree<'_>, key: &str) -> Vec<String> {
    let Some((name, text)) = pytest::counting(|name| (tree.read)(name)) else { return Vec::new() };
    let split = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    if Path::new(name).extension().is_none_or(|kind| kind != "toml") {
        let section = if name == "setup.cfg" { "tool:pytest" } else { "pytest" };
        return ini_value(&text, section, key).iter().flat_map(|line| split(line)).collect();
    }
    let table = text.parse::<Table>().unwrap_or_default();
    let pytest = match table.get("tool") {
        Some(tool) if name == "pyproject.toml" => tool.get("pytest"),
        _ => table.get("pytest"),
    };
    let options = pytest.and_then(|pytest| pytest.get("ini_options").or(Some(pytest)));
    let value = options.and_then(|options| options.get(key));
    value.and_then(Value::as_str).map_or_else(|| texts(value), split)
}

fn roots(tree: &Tree<'_>) -> Vec<String> {
    let mut roots = pytest_setting(tree, "pythonpath");
    if tree.has_below("src") {
        roots.push("src".to_owned());
    }
    roots.push(".".to_owned());
    let mut seen = BTreeSet::new();
    let plain = roots.into_iter().map(|root| root.trim_matches('/').to_owned());
    plain.filter(|root| !root.is_empty() && seen.insert(root.clone())).collect()
}

fn tests(tree: &Tree<'_>) -> Vec<String> {
    let said = pytest_setting(tree, "testpaths");
    let is_there = |word: &String| {
        let folder = word.trim_end_matches('/');
        tree.paths.contains(&folder) || tree.has_below(folder)
    };
    let said: Vec<String> = said.into_iter().filter(is_there).collect();
    if !said.is_empty() {
        return said;
    }
    // Patterns with folders in them say where tests lie, too: they may lie in several.
    if pytest_setting(tree, "python_files").iter().any(|pattern| pattern.contains('/')) {
        return vec![".".to_owned()];
    }
    let usual = TESTS.iter().filter(|folder| tree.has_below(folder));
    let usual: Vec<String> = usual.map(|folder| (*folder).to_owned()).collect();
    if usual.is_empty() { vec![".".to_owned()] } else { usual }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Found {
        let read = |path: &str| {
            let found = files.iter().find(|(name, _)| *name == path);
            found.map(|(_, text)| (*text).to_owned())
        };
        survey(&Tree { paths: files.iter().map(|(path, _)| *path).collect(), read: &read })
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn what_stands_among_dependencies_for_the_extra_of_tests_is_for_tests() {
        let project = "[project]\nname = \"shop\"\ndependencies = [\"attrs\", \
            \"idna; python_version < '4'\", 'freezegun; extra == \"test\"', 'mock; extra==\"test\"', \
            'pytest; extra==\"test\"', 'sphinx; extra == \"docs\"']\n";

        let found = of(&[("pyproject.toml", project)]);

        let wanted = ["attrs", "idna; python_version < '4'", "freezegun", "mock"];
        assert_eq!(found.packages, words(&wanted));
    }

    #[test]
    fn a_project_of_today_says_all_in_one_file() {
        let project = "[project]\nname = \"Shop\"\nrequires-python = \">=3.10\"\n\
            dependencies = [\"attrs>=23\", \"shop\"]\n[dependency-groups]\n\
            test = [\"pytest\", \"freezegun\", {include-group = \"more\"}]\nmore = [\"idna\"]\n\
            dev = [\"ruff\"]\n[tool.pytest.ini_options]\ntestpaths = [\"checks\"]\n";

        let found =
            of(&[("pyproject.toml", project), ("src/shop/a.py", ""), ("checks/test_a.py", "")]);

        assert_eq!(found.name.as_deref(), Some("Shop"));
        assert_eq!(found.python.as_deref(), Some(">=3.10"));
        assert_eq!(found.packages, words(&["attrs>=23", "freezegun", "idna"]));
        assert_eq!((found.roots, found.tests), (words(&["src", "."]), words(&["checks"])));
    }

    #[test]
    fn what_tox_installs_for_tests_is_wanted_too() {
        let tox = "[tox]\ndeps = a\n[testenv]\ndeps =\n    lxml>=4\n    -rtests/list.txt\n    docs: sphinx\n    py{310}: b\n    black\n[testenv:lint]\ndeps = c\n";

        let found = of(&[("tox.ini", tox), ("tests/list.txt", "idna\n"), ("shop.py", "")]);

        assert_eq!(found.packages, words(&["lxml>=4", "idna"]));
        let project = "[project]\nname = 'shop'\n[project.optional-dependencies]\ntest = ['attrs']\n\
            words = ['inflect']\ndoc = ['sphinx']\n";
        let tox = "[testenv]\nextras =\n    test\n    words\n";
        let extras = of(&[("tox.ini", tox), ("pyproject.toml", project), ("shop.py", "")]);
        assert_eq!(extras.packages, words(&["attrs", "inflect"]));
    }

    #[test]
    fn older_projects_are_read_without_running_them() {
        let setup = "[metadata]\nname = shop\n[options]\npython_requires = >=3.8\n\
            install_requires =\n    six  # why\n    idna>=2\n[options.extras_require]\n\
            tests =\n    mock\n[tool:pytest]\ntestpaths = shop tests\n";
        let script = "setup(install_requires=['six>=1', \"attrs[tests]; python_version<'4'\"], tests_require = [])";

        let found = of(&[("setup.cfg", setup), ("shop/a.py", ""), ("tests/test_a.py", "")]);
        let other = of(&[("setup.py", script), ("shop.py", "")]);
        let patterns = "[pytest]\npython_files = docs/*.py tests/*.py\n";
        let spread = of(&[("pytest.ini", patterns), ("docs/a.py", ""), ("tests/b.py", "")]);

        assert_eq!(spread.tests, words(&["."]));
        assert_eq!(found.packages, words(&["six", "idna>=2", "mock"]));
        assert_eq!(found.tests, words(&["shop", "tests"]));
        assert_eq!(found.python.as_deref(), Some(">=3.8"));
        assert_eq!(
            (other.packages, other.tests),
            (words(&["six>=1", "attrs[tests]; python_version<'4'"]), words(&["."]))
        );
    }

    #[test]
    fn what_tests_need_is_read_from_the_script_where_the_rest_was_published() {
        let published = "Metadata-Version: 2.1\nName: shop\nRequires-Dist: idna>=2\n";
        let script = "setup(install_requires=['six'], tests_require=['delegator.py'])";
        let paths = [("PKG-INFO", published), ("setup.py", script), ("shop.py", "")];

        let found = of(&paths);
        let project = "[project]\nname = 'shop'\ndependencies = ['idna']\n";
        let other = of(&[("pyproject.toml", project), ("setup.py", script), ("shop.py", "")]);
        let dynamic = "[project]\nname = 'shop'\ndynamic = ['dependencies']\n";
        let computed = of(&[("pyproject.toml", dynamic), ("setup.py", script), ("shop.py", "")]);

        assert_eq!(found.packages, words(&["idna>=2", "delegator.py"]));
        assert_eq!(other.packages, words(&["idna"]));
        assert_eq!(computed.packages, words(&["six", "delegator.py"]));
    }

    #[test]
    fn poetry_and_lists_are_read_and_nothing_leads_elsewhere() {
        let poetry = "[tool.poetry]\nname = \"shop\"\n[tool.poetry.dependencies]\n\
            python = \"^3.9\"\nidna = \"^3.4\"\nsix = {version = \"~1.16\", optional = true}\n\
            odd = {git = \"https://example.org/a\"}\n";
        let list = "-r more.txt\nmock==5\n--index-url https://example.org\na @ file:///etc\n";

        let found = of(&[("pyproject.toml", poetry), ("requirements-test.txt", list)]);

        assert_eq!(found.packages, words(&["idna>=3.4,<4", "odd", "six>=1.16,<1.17", "mock==5"]));
        assert_eq!(found.python.as_deref(), Some("^3.9"));
    }
}
