//! Packages that a project names anywhere: lists of requirements, tox, nox, tables of other tools.
//!
//! None of them says that tests need it, so a line counts only where an import asks for it (`optional.rs`). Nothing here is run:
//! a script of nox is text, and a condition of tox is held against the names of environments alone.

use std::collections::BTreeMap;

use crate::repository::declared::{self, Extra, ini_value, texts};
use record::domain::requirement::{self, name, normal};
use toml::{Table, Value};

/// Most lists of a project that are read.
const MOST_LISTS: usize = 40;
/// Parts of the standard library for Pythons that no box has: with one of them imports go astray.
const BACKPORTS: [&str; 11] = [
    "argparse",
    "configparser",
    "dataclasses",
    "enum34",
    "functools32",
    "futures",
    "importlib",
    "ordereddict",
    "pathlib",
    "typing",
    "unittest2",
];
/// Keys under which tools list packages, in any table of theirs.
const KEYS: [&str; 3] = ["dependencies", "extra-dependencies", "dev-dependencies"];
/// How deep tables of tools are looked through.
const DEEPEST: usize = 5;

/// Gives each package once, as the line of it that asks for least, as an extra of which only what is imported is taken.
pub(crate) fn mentioned(
    project: Option<&Table>,
    paths: &[&str],
    read: &dyn Fn(&str) -> Option<String>,
) -> Extra {
    let mut lines = Vec::new();
    let lists = paths.iter().filter(|path| is_list(path)).take(MOST_LISTS);
    for text in lists.filter_map(|path| read(path)) {
        lines.extend(requirement::lines(&text));
    }
    lines.extend(read("tox.ini").map(|text| of_tox(&text)).unwrap_or_default());
    lines.extend(read("noxfile.py").map(|text| of_nox(&text)).unwrap_or_default());
    if let Some(project) = project {
        lines.extend(texts(project.get("build-system").and_then(|table| table.get("requires"))));
        let groups = project.get("dependency-groups").and_then(Value::as_table);
        lines.extend(groups.into_iter().flatten().flat_map(|(_, group)| texts(Some(group))));
        project.get("tool").into_iter().for_each(|tools| of_tools(tools, 0, &mut lines));
    }
    let mut loosest: BTreeMap<String, String> = BTreeMap::new();
    let lines = requirement::all_plain(lines).into_iter();
    for line in lines.filter(|line| !BACKPORTS.contains(&normal(name(line)).as_str())) {
        let known = loosest.entry(normal(name(&line))).or_insert_with(|| line.clone());
        if line.len() < known.len() {
            *known = line;
        }
    }
    Extra { name: "all".to_owned(), packages: loosest.into_values().collect() }
}

/// Whether a path is of a list of requirements, by its name or its folder's.
fn is_list(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_text = file.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "txt" | "in"));
    let folder = folders.rsplit('/').next().unwrap_or_default();
    is_text && (file.contains("requirements") || folder.contains("requirements"))
}

/// Environments of tox that release a project and run none of its tests.
const RELEASING: [&str; 6] = ["finalize", "release", "publish", "upload", "deploy", "bump"];

/// What any environment of tox installs, where its condition may hold for a Python of today.
fn of_tox(text: &str) -> Vec<String> {
    let heads =
        text.lines().filter_map(|line| line.strip_prefix('[')?.trim_end().strip_suffix(']'));
    let is_of_tests = |head: &&str| {
        let name = head.rsplit(':').next().unwrap_or_default();
        head.starts_with("testenv") && !RELEASING.contains(&name)
    };
    let sections = heads.filter(is_of_tests);
    let lines = sections.flat_map(|section| ini_value(text, section, "deps"));
    lines.filter_map(|line| Some(unconditional(&line)?.to_owned())).collect()
}

/// A line of tox without its condition; nothing where that names only Pythons that no box has.
///
/// A condition is a list of alternatives, each factors with hyphens between them; braces hold the variants of a factor.
fn unconditional(line: &str) -> Option<&str> {
    let is_condition = |words: &str| {
        let is_part = |symbol: char| symbol.is_ascii_alphanumeric() || "{},-_.! ".contains(symbol);
        words.chars().all(is_part)
    };
    let Some((condition, rest)) = line.split_once(':').filter(|(before, _)| is_condition(before))
    else {
        return Some(line);
    };
    let mut pythons = condition
        .split(['{', '}', ',', '-', ' '])
        .map(|factor| factor.trim_start_matches("py").trim_start_matches("thon"))
        .filter(|factor| factor.starts_with(|symbol: char| symbol.is_ascii_digit()))
        .peekable();
    let is_of_today = |version: &str| {
        let digits = version.replace('.', "");
        digits == "3" || (digits.starts_with("31") && digits.len() == 3)
    };
    let holds = pythons.peek().is_none() || pythons.any(is_of_today);
    holds.then(|| rest.trim())
}

/// The texts that sessions of nox install.
fn of_nox(text: &str) -> Vec<String> {
    let calls = text.split(".install(").skip(1);
    calls
        .flat_map(|call| declared::written_out(call.split(')').next().unwrap_or_default()))
        .collect()
}

fn of_tools(value: &Value, depth: usize, lines: &mut Vec<String>) {
    for (key, value) in value.as_table().into_iter().flatten() {
        if KEYS.contains(&key.as_str()) {
            lines.extend(texts(Some(value)));
            lines.extend(
                value.as_table().into_iter().flatten().flat_map(|(_, one)| texts(Some(one))),
            );
        } else if depth < DEEPEST {
            of_tools(value, depth + 1, lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Vec<String> {
        let read = |path: &str| {
            let found = files.iter().find(|(name, _)| *name == path);
            found.map(|(_, text)| (*text).to_owned())
        };
        let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        let project = read("pyproject.toml").map(|text| text.parse().unwrap());
        mentioned(project.as_ref(), &paths, &read).packages
    }

    #[test]
    fn any_list_counts_and_of_two_lines_the_one_that_asks_for_least() {
        let found = of(&[
            ("build-requirements-2.6.txt", "hypothesis<3\nmock==2.0.0\nunittest2\n-r other.txt\n"),
            ("build-requirements.txt", "tox\nhypothesis\npytest\n"),
            ("requirements/tests.in", "idna # why\ngit+https://example.org/a\n"),
            ("notes.txt", "six\n"),
        ]);

        assert_eq!(found, ["hypothesis", "idna", "mock==2.0.0", "tox"]);
    }

    #[test]
    fn tox_counts_where_its_condition_may_hold_today() {
        let tox = "[testenv]\ndeps =\n    py{26}: old\n    py{26,311,py3}: a\n    py27-django: older\n    lxml: b\n    c\n    py: d\n[testenv:lint]\ndeps = e>=1\n[testenv:finalize]\ndeps = towncrier\n[other]\ndeps = f\n";

        assert_eq!(of(&[("tox.ini", tox)]), ["a", "b", "c", "d", "e>=1"]);
    }

    #[test]
    fn tables_of_tools_and_sessions_of_nox_count() {
        let project = "[build-system]\nrequires = [\"setuptools>=61\"]\n[dependency-groups]\nmore = [\"six\", {include-group = \"x\"}]\n\
            [tool.hatch.envs.test]\nextra-dependencies = [\"idna\"]\n[tool.pdm.dev-dependencies]\ntest = [\"attrs\"]\n";
        let nox = "@nox.session\ndef tests(session):\n    session.install(\"-e\", \".\", \"furl\", 'sh>=2')\n    session.run(\"pytest\")\n";

        let found = of(&[("pyproject.toml", project), ("noxfile.py", nox)]);

        assert_eq!(found, ["attrs", "furl", "idna", "setuptools>=61", "sh>=2", "six"]);
    }
}
