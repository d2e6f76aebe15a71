//! Functions that nobody can hold in mind, and functions that no test names.
//!
//! That a test file names a function says little of whether it is tested well; that none does says that it is not tested by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::finding::{File, Finding, Severity, finding};
use crate::functions::{Function, functions_of};
use record::domain::role::Role;

/// Ways through a function above which it is told.
const MANY_WAYS: u32 = 10;
/// Ways above which that weighs more.
const FAR_TOO_MANY: u32 = 20;
/// Lines above which a function is told.
const MANY_LINES: u32 = 80;
/// Ways through a function that is worth a test of its own.
const WORTH_A_TEST: u32 = 3;

/// Functions of a code file with many ways or lines.
pub fn large(file: &File) -> Vec<Finding> {
    let found = functions_of(&file.path, file.parts().0);
    found.iter().filter_map(|one| overgrown(file, one)).collect()
}

fn overgrown(file: &File, one: &Function) -> Option<Finding> {
    if one.complexity > MANY_WAYS {
        let severity = if one.complexity > FAR_TOO_MANY { Severity::Medium } else { Severity::Low };
        let message = format!("{} ways lead through `{}`", one.complexity, one.name);
        let reason =
            format!("above {MANY_WAYS}, each needs a test, and changes go wrong more often");
        return Some(finding(file, one.line, "complexity", severity, (message, reason)));
    }
    let lines = one.lines();
    (lines > MANY_LINES).then(|| {
        let message = format!("`{}` has {lines} lines", one.name);
        let reason = format!("above {MANY_LINES}, nobody sees all of it at once");
        finding(file, one.line, "long_function", Severity::Low, (message, reason))
    })
}

/// Functions of the code that no test names; a language without a test is told only where none has one.
pub fn untested(files: &[File]) -> Vec<Finding> {
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (family, text) in files.iter().filter_map(tests) {
        named.entry(family).or_default().extend(words(text));
    }
    let is_code = |file: &&File| file.role == Role::Code && file.is_written_here();
    let code = files.iter().filter(is_code);
    if named.is_empty() {
        return without_tests(code);
    }
    let of_file = |file: &File| -> Vec<Finding> {
        let Some(words) = file.language().and_then(|it| named.get(it.family())) else {
            return Vec::new();
        };
        let worth = |one: &&Function| {
            one.complexity >= WORTH_A_TEST
                && one.depth == 0
                && one.is_offered
                && !words.contains(one.own_name())
        };
        let told = |one: &Function| {
            let message = format!("no test names `{}`", one.name);
            let reason = format!(
                "{} ways lead through it; if tests come by it at all, then through others",
                one.complexity
            );
            finding(file, one.line, "missing_test", Severity::Low, (message, reason))
        };
        functions_of(&file.path, file.parts().0).iter().filter(worth).map(told).collect()
    };
    code.flat_map(of_file).collect()
}

/// The tests that a file holds, with the languages that they can test.
fn tests(file: &File) -> Option<(&'static str, &str)> {
    let family = file.language()?.family();
    let text = if file.role == Role::Test { file.text.as_str() } else { file.parts().1 };
    (!text.is_empty()).then_some((family, text))
}

fn without_tests<'f>(code: impl Iterator<Item = &'f File>) -> Vec<Finding> {
    let most = code
        .map(|file| (functions_of(&file.path, &file.text).len(), file))
        .max_by_key(|(count, _)| *count);
    let told = |(count, file): (usize, &File)| {
        let message = "there is no test here".to_owned();
        let functions =
            if count == 1 { "1 function".to_owned() } else { format!("{count} functions") };
        let reason =
            format!("{} has {functions}, and nobody will notice when one changes", file.path);
        finding(file, 1, "no_tests", Severity::Medium, (message, reason))
    };
    most.filter(|(count, _)| *count > 0).map(told).into_iter().collect()
}

/// The names and words of a text.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|symbol: char| !symbol.is_alphanumeric() && symbol != '_')
        .filter(|word| !word.is_empty())
}
