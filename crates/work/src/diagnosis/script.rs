//! The suite that runs a script, and how such a run went.
//!
//! A script is a proposal like any other: its suite is one test of ours that runs it as a program and is satisfied when it
//! ends well, prints something, and speaks of no trouble. The three ways not to are what healing goes by.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnosis::program::may_ask;
use record::domain::evidence::{Evidence, Termination, TestOutcome};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// The module name of every script.
pub const MODULE: &str = "main";
/// The suite of every script.
pub const SUITE_TEXT: &str = include_str!("script_suite.py");
/// What leaves a test out where a program asks for something, and the places of a script's suite where it goes in.
const ASKING_TEXT: &str = include_str!("asking.py");
const SCRIPT_IMPORTS: &str = "import re\nimport runpy\nimport sys\n";
const SCRIPT_TEST: &str = "def test_the_script_runs";
const SCRIPT_ENDS: &str = "    except SystemExit as end:\n";
/// The suite of modules without tests, that of modules with examples, and what stands in them for the names.
const IMPORTS_TEXT: &str = include_str!("imports_suite.py");
const EXAMPLES_TEXT: &str = include_str!("examples_suite.py");
const NO_MODULES: &str = "MODULES = []\n";
const NO_EXAMPLES: &str = "WITH_EXAMPLES = []\n";
/// How every suite begins that imports modules.
const IMPORTS: &str = "\"\"\"Imports ";
/// Folders that modules are found from, if they are no packages themselves.
const ROOTS: [&str; 2] = ["src/", "lib/"];
/// The line by which the suite of a script runs it.
const RUN: &str = "runpy.run_module(\"main\", run_name=\"__main__\")";
/// The suite's words for a script that prints nothing.
const SILENT: &str = "AssertionError: the script ended well but printed nothing";
/// Its words for one that caught its own trouble.
const HANDLED: &str = "AssertionError: the script ended well but speaks of trouble";

/// Writes the suite of a program that somebody gave: it runs the file that the program starts with.
///
/// Unlike a script that is written to run as it is, such a program may ask for arguments or input. Its test is left out then.
pub fn suite_of(entry: &SourcePath) -> String {
    let path = entry.as_str();
    let module = path.strip_suffix(".py").unwrap_or(path).replace('/', ".");
    let run = match module.strip_suffix("__main__").map(|package| package.trim_end_matches('.')) {
        // This name is that of the harness's own program.
        Some("") => "runpy.run_path(__file__.rpartition(\"/\")[0] + \"/__main__.py\", run_name=\"__main__\")".to_owned(),
        Some(package) => RUN.replace("\"main\"", &format!("\"{package}\"")),
        None => RUN.replace("\"main\"", &format!("\"{module}\"")),
    };
    let asks = "    except Exception as error:\n        leave_out(error)\n        raise\n";
    let ends = "        if end.code not in (None, 0):\n            leave_out(end)\n";
    let imports =
        "import ast\nimport re\nimport runpy\nimport sys\nimport traceback\n\nimport pytest\n";
    SUITE_TEXT
        .replace(RUN, &run)
        .replace("[\"main.py\"]", &format!("[\"{path}\"]\n    sys.stdin = Input(sys.stdin)"))
        .replace(SCRIPT_IMPORTS, imports)
        .replace(SCRIPT_ENDS, &format!("{asks}{SCRIPT_ENDS}{ends}"))
        .replace(SCRIPT_TEST, &format!("{ASKING_TEXT}\n\n{SCRIPT_TEST}"))
}

/// Writes the suite of modules that nobody gave tests for: each is imported, and the examples of its docstrings are tried.
///
/// `None` where none of the files could be imported by a name. Silence is no fault of a module.
pub fn imports_of(code: &[&SourceFile]) -> Option<String> {
    let paths: BTreeSet<&str> = code.iter().map(|file| file.path.as_str()).collect();
    let named = |file: &&SourceFile| Some((module_of(&file.path, &paths)?, has_examples(file)));
    let modules: Vec<(String, bool)> = code.iter().filter_map(named).collect();
    let with_examples = modules.iter().filter(|(_, has)| *has).map(|(module, _)| module.as_str());
    let with_examples: Vec<&str> = with_examples.collect();
    let all: Vec<&str> = modules.iter().map(|(module, _)| module.as_str()).collect();
    match all.as_slice() {
        [] => None,
        [only] if with_examples.is_empty() && code.iter().any(|file| may_ask(&file.text())) => {
            Some(format!(
                "\"\"\"Imports the program: nobody gave tests for it.\"\"\"\n\nimport ast\nimport importlib\nimport sys\nimport traceback\n\nimport pytest\n\n\n{ASKING_TEXT}\n\ndef test_import():\n    sys.stdin = Input(sys.stdin)\n    try:\n        importlib.import_module(\"{only}\")\n    except (Exception, SystemExit) as error:\n        leave_out(error)\n        raise\n"
            ))
        }
        [only] if with_examples.is_empty() => Some(format!(
            "\"\"\"Imports the module: nobody gave tests for it.\"\"\"\n\nimport importlib\n\n\ndef test_import():\n    importlib.import_module(\"{only}\")\n"
        )),
        _ => {
            // A table without an entry would have its test skipped.
            let text = if with_examples.is_empty() { IMPORTS_TEXT } else { EXAMPLES_TEXT };
            let text = text.replace(NO_MODULES, &listed("MODULES", &all));
            Some(text.replace(NO_EXAMPLES, &listed("WITH_EXAMPLES", &with_examples)))
        }
    }
}

/// Says what tests do that were written because nobody gave any; `None` of any others.
pub fn told_of_ours(tests: &str) -> Option<&'static str> {
    let title = tests.lines().next().unwrap_or_default();
    if Some(title) == SUITE_TEXT.lines().next() {
        Some("runs it as a program")
    } else if !(title.starts_with(IMPORTS) && title.contains("nobody gave tests")) {
        None
    } else if tests.contains("doctest") {
        Some("imports it and tries the examples of its docstrings")
    } else {
        Some("only imports it")
    }
}

/// Finds the name that a file is imported by: one at a root or in packages alone, and not what a package is started with.
fn module_of(path: &SourcePath, paths: &BTreeSet<&str>) -> Option<String> {
    let whole = path.as_str().strip_suffix(".py")?;
    let (root, rest) = ROOTS
        .iter()
        .find_map(|root| Some((*root, whole.strip_prefix(root)?)))
        .filter(|(root, _)| !paths.contains(format!("{root}__init__.py").as_str()))
        .unwrap_or(("", whole));
    let mut parts: Vec<&str> = rest.split('/').collect();
    let mut packages = (1..parts.len()).map(|depth| parts[..depth].join("/"));
    let is_package =
        |folder: String| paths.contains(format!("{root}{folder}/__init__.py").as_str());
    let is_in_packages = packages.all(is_package);
    if parts.last() == Some(&"__init__") && parts.len() > 1 {
        parts.pop();
    }
    let is_named = parts.iter().all(|part| is_identifier(part) && *part != "__main__");
    (is_named && (is_in_packages || paths.len() == 1)).then(|| parts.join("."))
}

fn is_identifier(word: &str) -> bool {
    let is_part = |symbol: char| symbol == '_' || symbol.is_alphanumeric();
    word.chars().all(is_part) && !word.starts_with(|symbol: char| symbol.is_numeric())
}

fn has_examples(file: &SourceFile) -> bool {
    file.text().lines().any(|line| line.trim_start().starts_with(">>> "))
}

fn listed(name: &str, modules: &[&str]) -> String {
    let modules: Vec<String> =
        modules.iter().map(|module| format!("    \"{module}\",\n")).collect();
    format!("{name} = [\n{}]\n", modules.concat())
}

/// Tells whether the tests of a source are the suite of ours that imports modules, without an example to try.
pub fn is_only_imported(source: &Source) -> bool {
    let mut tests = source.of_role(Role::Test);
    let (Some(only), None) = (tests.next(), tests.next()) else { return false };
    // Most suites begin otherwise, and no code has to be read for them.
    if !only.content.starts_with(IMPORTS.as_bytes()) {
        return false;
    }
    let code: Vec<&SourceFile> = source.of_role(Role::Code).collect();
    let text = only.text();
    !text.contains("WITH_EXAMPLES") && imports_of(&code).as_deref() == Some(&text)
}

/// Tells whether all tests of a source are such a suite: whatever prints anything passes it, so it guides no search.
///
/// One that tries examples does guide it.
pub fn is_only_run(source: &Source) -> bool {
    let code: Vec<&SourceFile> = source.of_role(Role::Code).collect();
    let mut suites: Vec<String> = code.iter().map(|file| suite_of(&file.path)).collect();
    suites.push(SUITE_TEXT.to_owned());
    if !code.iter().any(|file| has_examples(file)) {
        suites.extend(imports_of(&code));
    }
    source.of_role(Role::Test).all(|test| suites.contains(&test.text()))
}

/// The outcome of a script's run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunClass {
    /// It ended with 0 and printed something without a word of trouble.
    Success,
    /// It ended with 0 and printed nothing.
    SilentFailure,
    /// It ended with 0 and printed words of trouble.
    HandledException,
    /// It ended otherwise.
    Crash,
}

impl RunClass {
    /// Returns the word people and programs read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::SilentFailure => "silent_failure",
            Self::HandledException => "handled_exception",
            Self::Crash => "crash",
        }
    }

    /// Classifies the run of a script under its suite by what the suite said.
    pub fn of(evidence: &Evidence) -> Self {
        let test = evidence.tests.cases.first();
        match test.map(|test| (test.outcome, test.message.as_str())) {
            _ if evidence.termination != Termination::Completed => Self::Crash,
            Some((TestOutcome::Passed, _)) => Self::Success,
            Some((_, message)) if message.contains(SILENT) => Self::SilentFailure,
            Some((_, message)) if message.contains(HANDLED) => Self::HandledException,
            Some(_) | None => Self::Crash,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite(files: &[(&str, &str)]) -> Option<String> {
        let file = |(path, text): &(&str, &str)| SourceFile {
            path: path.parse().unwrap(),
            role: Role::Code,
            content: text.as_bytes().to_vec(),
        };
        let files: Vec<SourceFile> = files.iter().map(file).collect();
        imports_of(&files.iter().collect::<Vec<_>>())
    }

    #[test]
    fn modules_at_a_root_or_in_packages_are_imported_and_examples_are_tried() {
        let found = suite(&[
            ("src/shop/__init__.py", ""),
            ("src/shop/__main__.py", ""),
            ("src/shop/types.py", "def f():\n    \"\"\"\n    >>> f()\n    \"\"\"\n"),
            ("src/shop/my-script.py", ""),
            ("examples/show.py", ">>> show()"),
            ("_bag.py", ""),
        ])
        .unwrap();

        let modules = "MODULES = [\n    \"shop\",\n    \"shop.types\",\n    \"_bag\",\n]\n";
        assert!(found.contains(modules), "{found}");
        assert!(found.contains("WITH_EXAMPLES = [\n    \"shop.types\",\n]\n"), "{found}");
    }

    #[test]
    fn where_no_module_has_an_example_none_is_asked_for() {
        let found = suite(&[("bag/__init__.py", ""), ("bag/one.py", "")]).unwrap();

        assert!(found.ends_with("    importlib.import_module(name)\n"), "{found}");
        assert!(!found.contains("example") && !found.contains("doctest"), "{found}");
    }

    #[test]
    fn a_single_module_is_imported_wherever_it_lies_and_one_without_a_name_is_not() {
        let deep = suite(&[("tools/bag.py", "")]).unwrap();

        assert!(deep.contains("importlib.import_module(\"tools.bag\")"), "{deep}");
        assert!(suite(&[("tools/my-bag.py", "")]).is_none());
    }
}
