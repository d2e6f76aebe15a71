//! What a suite asked for and the sandbox has not.
//!
//! An import that fails says nothing about the code where what it asks for comes from outside. Which module was missing is
//! the word of the suite, so it is checked to be a name, and told to people only.

use std::collections::BTreeSet;

use crate::backend::MISSING_PACKAGE;
use crate::evidence::transcript::Transcript;
use crate::toolchain::installed::Installed;
use crate::toolchain::layer::Layer;
use record::domain::evidence::{Finding, Termination, TestOutcome};
use record::domain::module_name::is_standard;
use record::domain::source::Source;

/// How Python says that a module is missing.
const MISSING: &str = "ModuleNotFoundError: No module named '";
/// How pytest says that it does not know an option, and the plug-ins that bring the usual ones, by how these begin.
const UNKNOWN: &str = "unrecognized arguments: ";
const PLUGINS: [(&str, &str); 16] = [
    ("--asyncio-mode", "pytest_asyncio"),
    ("--anyio-mode", "anyio"),
    ("--benchmark", "pytest_benchmark"),
    ("--black", "pytest_black"),
    ("--count", "pytest_repeat"),
    ("--ds", "pytest_django"),
    ("--flake8", "pytest_flake8"),
    ("--html", "pytest_html"),
    ("--isort", "pytest_isort"),
    ("--mypy", "pytest_mypy"),
    ("--numprocesses", "xdist"),
    ("-n", "xdist"),
    ("--random-order", "pytest_random_order"),
    ("--reruns", "pytest_rerunfailures"),
    ("--snapshot", "syrupy"),
    ("--timeout", "pytest_timeout"),
];
/// Most packages that are named, and the longest name in characters.
const MOST: usize = 20;
const LONGEST: usize = 60;

/// One finding for each package that was asked for, by files that could not be loaded at all or by tests.
pub(crate) fn missing(
    source: &Source,
    transcript: &Transcript,
    ended: &Termination,
) -> Vec<Finding> {
    let gave_up = match ended {
        Termination::Collection(words) => Some(words),
        _ => None,
    };
    let own = own_modules(source);
    let bad = |outcome| matches!(outcome, TestOutcome::Failed | TestOutcome::Error);
    let failed = transcript.reported.iter().filter(|test| bad(test.case.outcome));
    let messages = transcript.collect_errors.iter().chain(gave_up);
    let messages = messages.chain(failed.map(|test| &test.case.message));
    let names: BTreeSet<&str> =
        messages.flat_map(|text| named(text).chain(plugins(text))).collect();
    let foreign = names.into_iter().filter(|name| !own.contains(*name) && !is_standard(name));
    let finding = |name: &str| Finding {
        code: MISSING_PACKAGE.to_owned(),
        message: format!("the sandbox has no package {name}"),
    };
    foreign.take(MOST).map(finding).collect()
}

/// Says which packages a suite had besides the tools, each with version, licence and size, and which it was refused.
pub(crate) fn provided(layer: Option<&Layer>) -> Vec<Finding> {
    let Some(layer) = layer else { return Vec::new() };
    let told = |one: &Installed| {
        let licence = if one.licence.is_empty() { "licence unknown" } else { &one.licence };
        format!("{} {} ({licence}, {} kB)", one.name, one.version, one.bytes.div_ceil(1_000))
    };
    let told: Vec<String> = layer.packages.iter().map(told).collect();
    let left_out = layer.left_out.iter().map(|wish| format!("no wheel fits {wish}")).collect();
    let found = [("packages_installed", told), ("packages_left_out", left_out)];
    let found = found.into_iter().filter(|(_, lines)| !lines.is_empty());
    let finding = |(code, lines): (&str, Vec<String>)| Finding {
        code: code.to_owned(),
        message: lines.join("; "),
    };
    found.map(finding).collect()
}

/// The roots of the modules that a text says are missing.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |name: &&str| {
        !name.is_empty()
            && name.len() <= LONGEST
            && name.chars().all(|symbol| symbol == '_' || symbol.is_alphanumeric())
    };
    text.split(MISSING)
        .skip(1)
        .filter_map(|rest| rest.split('\'').next()?.split('.').next())
        .filter(is_name)
}

/// The plug-ins whose options a text says are not known.
fn plugins(text: &str) -> impl Iterator<Item = &str> {
    let rest = text.split(UNKNOWN).nth(1).unwrap_or_default();
    let options = rest.split(['\n', ';']).next().unwrap_or_default().split_whitespace();
    let of = |option: &str| {
        let is_of = |(begin, _): &&(&str, &'static str)| {
            option.strip_prefix(begin).is_some_and(|tail| {
                tail.is_empty() || tail.starts_with(['=', '-']) || tail.parse::<u16>().is_ok()
            })
        };
        PLUGINS.iter().find(is_of).map(|(_, name)| *name)
    };
    options.filter_map(of)
}

/// Names that an import may find among the files: what lies in a package goes by the name of that package only.
fn own_modules(source: &Source) -> BTreeSet<&str> {
    let paths: BTreeSet<&str> = source.files().iter().map(|file| file.path.as_str()).collect();
    let is_package = |folder: &str| paths.contains(format!("{folder}/__init__.py").as_str());
    let mut names = BTreeSet::new();
    for path in &paths {
        let mut folder = "";
        while !is_package(folder) {
            let rest = path.get(folder.len()..).unwrap_or_default().trim_start_matches('/');
            let name = rest.split('/').next().unwrap_or_default();
            names.insert(name.strip_suffix(".py").unwrap_or(name));
            if name.len() == rest.len() {
                break;
            }
            folder = path.get(..path.len() - rest.len() + name.len()).unwrap_or_default();
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{named, own_modules, plugins};
    use record::domain::role::Role;
    use record::domain::source::{Source, SourceFile};

    #[test]
    fn roots_of_missing_modules_are_read_and_nothing_else() {
        let text = "E   ModuleNotFoundError: No module named 'yaml.loader'\nE   ModuleNotFoundError: No module named 'requests'\nModuleNotFoundError: No module named 'a b'\nNo module named 'other'";

        assert_eq!(named(text).collect::<Vec<_>>(), ["yaml", "requests"]);
    }

    #[test]
    fn options_that_pytest_does_not_know_name_their_plug_ins() {
        let text = "ERROR: usage: pytest.main() [options]\npytest.main(): error: unrecognized arguments: --asyncio-mode=strict -n4 --random-order-seed=1 --htmlx --cov\n  inifile: /box/src/pyproject.toml";

        let found: Vec<_> = plugins(text).collect();

        assert_eq!(found, ["pytest_asyncio", "xdist", "pytest_random_order"]);
        assert_eq!(plugins("no such thing -n").count(), 0);
    }

    #[test]
    fn a_module_of_a_package_is_no_package_of_that_name() {
        let paths =
            ["src/shop/__init__.py", "src/shop/compat/yaml.py", "tests/helpers.py", "one.py"];
        let file = |path: &&str| SourceFile {
            path: path.parse().unwrap(),
            role: if path.starts_with("tests/") { Role::Test } else { Role::Code },
            content: Vec::new(),
        };
        let source = Source::new(paths.iter().map(file).collect()).unwrap();

        let own: Vec<&str> = own_modules(&source).into_iter().collect();

        assert_eq!(own, ["helpers", "one", "shop", "src", "tests"]);
    }
}
