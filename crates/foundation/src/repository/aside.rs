//! Tools that lists for tests name and that hardly any test needs: documentation, formatting, releases.
//!
//! They are many and large, so a list is taken without them. A test that imports such a tool, or starts programs and names it, does
//! need it.

use std::collections::BTreeSet;

use crate::repository::optional::{modules, texts_of_tests};
use record::domain::requirement::{name, normal};

/// The tools.
const TOOLS: [&str; 30] = [
    "black",
    "build",
    "bump2version",
    "bumpversion",
    "check-manifest",
    "codecov",
    "coveralls",
    "docutils",
    "flake8",
    "furo",
    "invoke",
    "isort",
    "mkdocs",
    "mkdocs-material",
    "mypy",
    "nox",
    "pip-tools",
    "pre-commit",
    "pycodestyle",
    "pydocstyle",
    "pyflakes",
    "pyright",
    "readme-renderer",
    "sphinx",
    "sphinx-rtd-theme",
    "tox",
    "tox-uv",
    "twine",
    "uv",
    "wheel",
];
/// What names of plug-ins begin with, and the tool that they belong to.
const PLUG_INS: [(&str, &str); 3] =
    [("sphinx-", "sphinx"), ("sphinxcontrib-", "sphinx"), ("mkdocs-", "mkdocs")];
/// What a file that starts programs mentions.
const STARTS: [&str; 4] = ["subprocess", "Popen", "which(", "system("];

/// What is left out of the lists of one project.
pub(crate) struct Aside {
    /// Tools that its tests use.
    used: BTreeSet<&'static str>,
    /// Modules that its tests import.
    imported: BTreeSet<String>,
}

impl Aside {
    /// Looks through the files of tests.
    pub(crate) fn of(paths: &[&str], read: &dyn Fn(&str) -> Option<String>) -> Self {
        let (mut used, mut all) = (BTreeSet::new(), BTreeSet::new());
        for text in texts_of_tests(paths, read) {
            let imported: BTreeSet<String> = text.lines().flat_map(modules).map(normal).collect();
            let is_starting = STARTS.iter().any(|word| text.contains(word));
            let is_used =
                |tool: &&&str| imported.contains(**tool) || (is_starting && is_quoted(&text, tool));
            used.extend(TOOLS.iter().filter(is_used));
            all.extend(imported);
        }
        Self { used, imported: all }
    }

    /// What tests may need of a list that names all kinds of tools.
    pub(crate) fn needed(&self, lines: Vec<String>) -> Vec<String> {
        let is_aside = |line: &String| {
            let name = normal(name(line));
            self.is_aside(&name)
        };
        lines.into_iter().filter(|line| !is_aside(line)).collect()
    }

    fn is_aside(&self, name: &str) -> bool {
        if TOOLS.contains(&name) {
            return !self.used.contains(name);
        }
        let of_plug_in = PLUG_INS.iter().find(|(start, _)| name.starts_with(start));
        of_plug_in
            .is_some_and(|(_, tool)| !self.used.contains(tool) && !self.imported.contains(name))
    }
}

/// What a project needs of a list that is for its maintainers as well: no such tool that neither its code nor a test uses.
pub fn needed(
    paths: &[&str],
    code: &[&str],
    read: &dyn Fn(&str) -> Option<String>,
    lines: Vec<String>,
) -> Vec<String> {
    let mut aside = Aside::of(paths, read);
    for text in code.iter().filter_map(|path| read(path)) {
        let imported: BTreeSet<String> = text.lines().flat_map(modules).map(normal).collect();
        aside.used.extend(TOOLS.iter().filter(|tool| imported.contains(**tool)));
        aside.imported.extend(imported);
    }
    aside.needed(lines)
}

/// Whether a string of a text is, or begins with, this word.
fn is_quoted(text: &str, word: &str) -> bool {
    let begins = |(at, quote): (usize, &str)| {
        let rest = text.get(at + quote.len()..).and_then(|rest| rest.strip_prefix(word));
        rest.is_some_and(|rest| rest.starts_with([' ', '"', '\'']))
    };
    text.match_indices(['"', '\'']).any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_needed_where_tests_import_it_or_start_it() {
        let read = |path: &str| {
            let text = match path {
                "tests/test_a.py" => "import subprocess\nsubprocess.run(['mypy', 'x'])\n",
                "tests/test_b.py" => "from docutils import core\nCOLOUR = 'black'\n",
                _ => "import subprocess\nsubprocess.run('tox -e x')\n",
            };
            Some(text.to_owned())
        };
        let aside = Aside::of(&["tests/test_a.py", "tests/test_b.py", "noxfile.py"], &read);
        let lines = ["mypy>=1", "docutils", "black", "tox", "attrs"].map(str::to_owned).to_vec();

        assert_eq!(aside.needed(lines), ["mypy>=1", "docutils", "attrs"]);
    }

    #[test]
    fn a_plug_in_is_needed_where_tests_import_it_or_use_its_tool() {
        let needed = |test: &'static str| {
            let aside = Aside::of(&["tests/test_a.py"], &|_| Some(test.to_owned()));
            let lines =
                ["sphinx-autodoc-typehints>=2", "sphinxcontrib_mermaid", "mkdocs-gen-files"];
            aside.needed(lines.map(str::to_owned).to_vec())
        };

        assert!(needed("import os\n").is_empty());
        assert_eq!(needed("import sphinx_autodoc_typehints\n"), ["sphinx-autodoc-typehints>=2"]);
        assert_eq!(
            needed("import sphinx\n"),
            ["sphinx-autodoc-typehints>=2", "sphinxcontrib_mermaid"]
        );
    }
}
