//! What a suite asked for and the sandbox has not.
//!
//! An import that fails says nothing about the code where what it asks for comes from outside. Which module was missing is
//! the word of the suite, so it is checked to be a name, and told to people only.

use std::collections::BTreeSet;

use crate::backend::{
    MISSING_PACKAGE, MODULE_ELSEWHERE, NO_MODULE, NO_PACKAGE, NO_WHEEL, PACKAGES_INSTALLED,
    PACKAGES_LEFT_OUT,
};
use crate::evidence::plug_ins::{self, Words};
use crate::evidence::transcript::Transcript;
use crate::toolchain::installed::Installed;
use crate::toolchain::layer::Layer;
use record::domain::evidence::{Finding, Termination};
use record::domain::module_name::is_standard;
use record::domain::requirement;
use record::domain::source::{Source, SourceFile};

/// How Python, and pytest where a plug-in or a class of warnings is asked for, say that a module is missing, and what ends its name.
const MISSING: [(&str, char); 3] = [
    ("ModuleNotFoundError: No module named '", '\''),
    ("Failed to import filter module '", '\''),
    ("Error importing plugin \"", '"'),
];
/// How pytest says which packages the settings want to be there.
const REQUIRED: &str = "Missing required plugins: ";
/// Most packages that are named, and the longest name in characters.
const MOST: usize = 20;
const LONGEST: usize = 60;

/// One finding for each package that was asked for, by files that could not be loaded at all or by tests.
///
/// `last_words` are what a suite wrote last; they count where it never came to its tests.
pub(crate) fn missing(
    source: &Source,
    transcript: &Transcript,
    ended: &Termination,
    last_words: &str,
) -> Vec<Finding> {
    let gave_up = match ended {
        Termination::Collection(words) | Termination::EarlyExit(words) => Some(words.as_str()),
        _ => None,
    };
    let has_begun = !transcript.collect_errors.is_empty() || !transcript.reported.is_empty();
    let last_words = gave_up.filter(|_| !has_begun).map(|_| last_words);
    let failed: Vec<_> =
        transcript.reported.iter().filter(|test| test.case.outcome.is_failure()).collect();
    let texts: Vec<&str> = (transcript.collect_errors.iter().map(String::as_str))
        .chain(gave_up)
        .chain(last_words)
        .chain(failed.iter().map(|test| test.case.message.as_str()))
        .collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let words = Words::of(source);
    let of_coroutines = failed.iter().filter_map(|test| {
        let path = test.case.id.split("::").next().unwrap_or_default();
        let file = source.files().iter().find(|file| file.path.as_str() == path);
        let file = file.map(SourceFile::text).unwrap_or_default();
        plug_ins::runner(&test.case.message, &file, &words)
    });
    let plug_ins: BTreeSet<&str> =
        texts.iter().flat_map(|text| plug_ins::wanted(text, &words)).chain(of_coroutines).collect();
    let modules: BTreeSet<&str> =
        texts.iter().flat_map(|text| named(text).chain(required(text))).collect();
    told(source, &plug_ins, &modules)
}

/// The findings on plug-ins and on modules, but for what is the project's own or part of Python.
fn told(source: &Source, plug_ins: &BTreeSet<&str>, modules: &BTreeSet<&str>) -> Vec<Finding> {
    let own = own_modules(source);
    let is_foreign =
        |name: &str| !own.contains(name.replace('-', "_").as_str()) && !is_standard(name);
    let plug_in = |name: &&str| Finding {
        code: MISSING_PACKAGE.to_owned(),
        message: format!("{NO_PACKAGE}{name}, a plug-in of pytest"),
    };
    let module = |name: &&str| match elsewhere(source, name) {
        Some(place) => Finding {
            code: MODULE_ELSEWHERE.to_owned(),
            message: format!(
                "{NO_MODULE}{name} is found where it is imported; the project has {place}"
            ),
        },
        None => {
            Finding { code: MISSING_PACKAGE.to_owned(), message: format!("{NO_PACKAGE}{name}") }
        }
    };
    let is_other = |name: &&&str| {
        let is_told = plug_ins.iter().any(|told| *told == requirement::normal(name));
        is_foreign(name) && !is_told
    };
    let plug_ins_found = plug_ins.iter().filter(|name| is_foreign(name)).map(plug_in);
    plug_ins_found.chain(modules.iter().filter(is_other).map(module)).take(MOST).collect()
}

/// Says which packages a suite had besides the tools, each with version, licence and size, and which it was refused.
pub(crate) fn provided(layer: Option<&Layer>) -> Vec<Finding> {
    let Some(layer) = layer else { return Vec::new() };
    let told = |one: &Installed| {
        let licence = if one.licence.is_empty() { "licence unknown" } else { &one.licence };
        format!("{} {} ({licence}, {} kB)", one.name, one.version, one.bytes.div_ceil(1_000))
    };
    let told: Vec<String> = layer.packages.iter().map(told).collect();
    let left_out = layer.left_out.iter().map(|wish| format!("{NO_WHEEL}{wish}")).collect();
    let found = [(PACKAGES_INSTALLED, told), (PACKAGES_LEFT_OUT, left_out)];
    let found = found.into_iter().filter(|(_, lines)| !lines.is_empty());
    let finding = |(code, lines): (&str, Vec<String>)| Finding {
        code: code.to_owned(),
        message: lines.join("; "),
    };
    found.map(finding).collect()
}

/// The roots of the modules that a text says are missing.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let of = move |(begin, end): (&'static str, char)| {
        text.split(begin).skip(1).filter_map(move |rest| rest.split(end).next()?.split('.').next())
    };
    MISSING.into_iter().flat_map(of).filter(|name| is_name(name, "_"))
}

/// The packages that settings want to be there, as a text says.
fn required(text: &str) -> impl Iterator<Item = &str> {
    let list = text.split(REQUIRED).nth(1).unwrap_or_default();
    let list = list.split(['\n', ';']).next().unwrap_or_default().split(", ");
    list.map(|one| requirement::name(one.trim())).filter(|name| is_name(name, "_-."))
}

fn is_name(name: &str, signs: &str) -> bool {
    let is_part = |symbol: char| symbol.is_alphanumeric() || signs.contains(symbol);
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(is_part)
}

/// Where the project has a module or a folder of modules of this name, at any depth: it may be what is meant.
fn elsewhere<'a>(source: &'a Source, name: &str) -> Option<&'a str> {
    let paths = source.files().iter().map(|file| file.path.as_str());
    let within = |path: &'a str| {
        let inner = path.strip_suffix(".py")?;
        let ends = inner.match_indices('/').map(|(at, _)| at).chain([inner.len()]);
        let mut places = ends.filter_map(|end| path.get(..end));
        let place = places.find(|place| place.rsplit('/').next() == Some(name))?;
        Some(if place == inner { path } else { place })
    };
    paths.filter_map(within).min_by_key(|place| place.len())
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
    use super::{elsewhere, named, own_modules, required};
    use record::domain::role::Role;
    use record::domain::source::{Source, SourceFile};

    #[test]
    fn roots_of_missing_modules_are_read_and_nothing_else() {
        let text = "E   ModuleNotFoundError: No module named 'yaml.loader'\nE   ModuleNotFoundError: No module named 'requests'\nModuleNotFoundError: No module named 'a b'\nNo module named 'other'";

        assert_eq!(named(text).collect::<Vec<_>>(), ["yaml", "requests"]);
    }

    #[test]
    fn modules_that_settings_of_pytest_name_are_read_too() {
        let text = "pytest.PytestConfigWarning: Failed to import filter module 'yaml': ignore::shop.Slow\nImportError: Error importing plugin \"pytest_x.plugin\": No module named 'pytest_x'";

        assert_eq!(named(text).collect::<Vec<_>>(), ["yaml", "pytest_x"]);
        let text = "ERROR: Missing required plugins: pytest-xvfb>=2, pytest.y; inifile";
        assert_eq!(required(text).collect::<Vec<_>>(), ["pytest-xvfb", "pytest.y"]);
    }

    fn source(paths: &[&str]) -> Source {
        let file = |path: &&str| SourceFile {
            path: path.parse().unwrap(),
            role: if path.contains("tests/") { Role::Test } else { Role::Code },
            content: Vec::new(),
        };
        Source::new(paths.iter().map(file).collect()).unwrap()
    }

    #[test]
    fn a_module_that_the_project_has_elsewhere_is_found_there() {
        let source = source(&["shop/__init__.py", "shop/tests/test_helpers.py", "shop/old/b/c.py"]);

        assert_eq!(elsewhere(&source, "test_helpers"), Some("shop/tests/test_helpers.py"));
        assert_eq!(elsewhere(&source, "old"), Some("shop/old"));
        assert_eq!(elsewhere(&source, "helpers"), None);
    }

    #[test]
    fn a_module_of_a_package_is_no_package_of_that_name() {
        let source = source(&[
            "src/shop/__init__.py",
            "src/shop/compat/yaml.py",
            "tests/helpers.py",
            "one.py",
        ]);

        let own: Vec<&str> = own_modules(&source).into_iter().collect();

        assert_eq!(own, ["helpers", "one", "shop", "src", "tests"]);
    }
}
