//! Names what a failure misses outside of the code.
//!
//! A package, a file, the network, a setting, an argument: no edit of the code brings them, and one that makes the tests
//! pass without them hides what is wrong. Told by the exception and by the line that raised it, as the traceback shows it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnosis::packages::{Requirement, question, requirements};
use crate::diagnosis::python::OTHER_PYTHON;
use crate::diagnosis::raised::Raised;
use record::domain::evidence::{Evidence, Termination, TestCase, TestOutcome};
use record::domain::healing::FailureClass;
use record::domain::module_name::is_standard;
use record::domain::role::Role;
use record::domain::source::Source;
use repair::packages::{is_nearly_standard, package_of};

/// Innermost lines of a traceback that are looked at.
const INNERMOST: usize = 3;
/// Longest name that is told, in characters.
const MAX_NAME: usize = 80;
/// Exceptions that say that nothing could be reached.
const NETWORK: &[&str] = &[
    "gaierror",
    "URLError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectTimeout",
    "NewConnectionError",
    "NetworkUnreachable",
];

/// How the sentence on a missing variable begins.
const SETTING: &str = "A setting is missing: ";
/// How the sentence on a name goes on that no import binds.
const NOT_IMPORTED: &str = " is not imported";
/// Most failures that are looked at.
const MAX_FAILURES: usize = 50;

/// What is missing outside of the code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outside {
    /// One sentence for each, in the order of the alphabet.
    pub missing: BTreeSet<String>,
    /// True where nothing else is known to be wrong: every failure misses something.
    pub is_all: bool,
}

impl Outside {
    /// Tells whether what is missing is a variable of the environment, which a run can be given.
    pub fn is_a_setting(&self) -> bool {
        self.missing.iter().any(|sentence| sentence.starts_with(SETTING))
    }

    /// Tells whether no edit of the code helps: an import that lacks can be added.
    pub fn is_beyond_repair(&self) -> bool {
        self.is_all && !self.missing.iter().any(|sentence| sentence.contains(NOT_IMPORTED))
    }
}

/// Collects what the failures of an execution miss outside of the code; pure.
pub fn outside(source: &Source, evidence: &Evidence) -> Outside {
    let is_failure =
        |case: &&TestCase| matches!(case.outcome, TestOutcome::Failed | TestOutcome::Error);
    let stopped = match &evidence.termination {
        Termination::Collection(text) => Some(text.as_str()),
        Termination::Completed
        | Termination::Timeout
        | Termination::Memory
        | Termination::Limit(_)
        | Termination::EarlyExit(_)
        | Termination::Syntax(_)
        | Termination::Infrastructure(_)
        | Termination::Cancelled => None,
    };
    let failing = evidence.tests.cases.iter().filter(is_failure).take(MAX_FAILURES);
    let texts: Vec<&str> = failing.map(|case| case.message.as_str()).chain(stopped).collect();
    let wanted = requirements(source, &evidence.environment);
    // What is newer than the sandbox's Python is a mistake of syntax there, and none of the code.
    let mut findings = evidence.integrity.findings.iter();
    let python = findings.find(|found| found.code == OTHER_PYTHON);
    let python = python.filter(|_| matches!(evidence.termination, Termination::Syntax(_)));
    let told = texts.iter().map(|text| missing(source, &wanted, text));
    let told: Vec<Option<String>> =
        told.chain(python.map(|found| Some(found.message.clone()))).collect();
    let is_all = !told.is_empty() && told.iter().all(Option::is_some);
    Outside { missing: told.into_iter().flatten().collect(), is_all }
}

/// Says what a failure misses outside of the code; `None` where nothing is known to be missing there.
fn missing(source: &Source, wanted: &[Requirement], text: &str) -> Option<String> {
    let raised = Raised::read(text);
    let Raised { kind, message, .. } = &raised;
    match raised.class() {
        FailureClass::Import => {
            let module = quoted(message.strip_prefix("No module named ")?)?;
            let root = module.split('.').next().unwrap_or(module);
            question(root, wanted).or_else(|| unknown_package(source, root))
        }
        FailureClass::Name => {
            let name = quoted(message.strip_prefix("name ")?)?;
            let package = package_of(name)?;
            Some(format!(
                "`{name}`{NOT_IMPORTED}; it comes with the package {package}, which the sandbox must have."
            ))
        }
        FailureClass::FileMissing => {
            let path = bounded(message.rsplit_once(": ").map_or(message, |(_, path)| path));
            Some(format!("A file is missing: {path}."))
        }
        FailureClass::KeyOrIndex if has(text, &["environ["]) => {
            Some(format!("{SETTING}the code reads {} from the environment.", bounded(message)))
        }
        FailureClass::KeyOrIndex if has(text, &["argv["]) => {
            Some("An argument is missing: the code reads its command line.".to_owned())
        }
        // The standard library words it so, and nothing else does.
        _ if message == "unsupported locale setting" => Some(
            "A locale is missing: the sandbox has none of the name that is asked for.".to_owned(),
        ),
        _ if NETWORK.contains(&kind.as_str()) => {
            Some("The network is missing: the sandbox reaches nothing but itself.".to_owned())
        }
        _ => None,
    }
}

/// Judges a module that no table knows: neither Python's, nor one of the files, nor nearly one of them.
fn unknown_package(source: &Source, root: &str) -> Option<String> {
    let is_file = source.of_role(Role::Code).any(|file| {
        let path = file.path.as_str();
        path.split('/').any(|part| near(part.trim_end_matches(".py"), root))
    });
    if is_standard(root) || is_file || is_nearly_standard(root) {
        return None;
    }
    let is_it = |path: &&str| path.strip_suffix(".py").is_some_and(|path| named(path) == root);
    let mut beside = source.files().iter().map(|file| file.path.as_str()).filter(is_it);
    Some(match beside.next() {
        Some(path) => format!(
            "No module `{}` is found where it is imported; the project has {}.",
            bounded(root),
            bounded(path)
        ),
        None => format!("The sandbox has no package `{}`.", bounded(root)),
    })
}

fn named(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn near(name: &str, root: &str) -> bool {
    strsim::osa_distance(name, root) <= 2
}

/// Tells whether the innermost lines that the traceback shows hold a text; the library's own may come last.
fn has(text: &str, wanted: &[&str]) -> bool {
    let lines = text.lines().filter(|line| line.starts_with("    ") || line.starts_with('>'));
    lines.rev().take(INNERMOST).any(|line| wanted.iter().any(|wanted| line.contains(wanted)))
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.split('\'').next()
}

fn bounded(text: &str) -> String {
    text.chars().filter(|symbol| !symbol.is_control()).take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::{missing, unknown_package};
    use record::domain::role::Role;
    use record::domain::source::{Source, SourceFile};

    fn file(path: &str, role: Role) -> SourceFile {
        SourceFile { path: path.parse().unwrap(), role, content: Vec::new() }
    }

    #[test]
    fn a_locale_that_the_machine_lacks_is_missing_outside() {
        let text = "def test_a():\n>       locale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')\nE       locale.Error: unsupported locale setting\n";
        let files = vec![file("shop.py", Role::Code), file("test_shop.py", Role::Test)];
        let source = Source::new(files).unwrap();

        let told = missing(&source, &[], text);

        assert!(told.is_some_and(|told| told.starts_with("A locale is missing")));
    }

    #[test]
    fn a_file_beside_the_tests_is_no_package_that_is_missing() {
        let files = vec![file("shop.py", Role::Code), file("a/tests/test_helpers.py", Role::Test)];
        let source = Source::new(files).unwrap();

        let said = |name: &str| unknown_package(&source, name).unwrap_or_default();

        assert!(said("test_helpers").ends_with("the project has a/tests/test_helpers.py."));
        assert_eq!(said("inflection"), "The sandbox has no package `inflection`.");
        assert_eq!(said("shp"), "");
    }
}
