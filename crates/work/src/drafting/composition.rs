//! Makes the source of a revision from the files of a reply.
//!
//! One file of code takes the module name of the proposal, whatever the model called it; several keep their own names,
//! because they import each other. A program that no test runs gets a suite of ours (`diagnosis/script.rs`), since a
//! revision without a test has no evidence.

use std::collections::BTreeSet;

use crate::contract::error::CommandError;
use crate::diagnosis::program::is_runnable;
use crate::diagnosis::script;
use crate::drafting::languages;
use foundation::providers::extract::Extracted;
use foundation::providers::labels::role_of;
use record::domain::entry_point::entry_point;
use record::domain::module_name::is_free;
use record::domain::role::Role;
use record::domain::source::{Source, SourceError, SourceFile};
use record::domain::source_path::SourcePath;
use repair::links::Links;

/// Arranges the files of a reply: the code under its module name and the tests beside it; several files under their own names.
///
/// One that names itself and that its tests import under that name keeps it too. Where several files have no tests of the
/// file that the program starts with, a suite of ours runs it. `beside` are files that the code has to fit.
pub fn of_reply(
    module: &str,
    reply: &Extracted,
    beside: Vec<SourceFile>,
) -> Result<Source, CommandError> {
    let own = reply.code_path.as_ref().and_then(SourcePath::module);
    let is_called = |own: &&str| is_free(own) && languages::imports(&reply.tests, own);
    let module = own.filter(is_called).unwrap_or(module);
    let code = format!("{module}.py").parse::<SourcePath>()?;
    let tests = format!("test_{module}.py").parse::<SourcePath>()?;
    let is_several = reply.is_several();
    let called =
        |own: &Option<SourcePath>, usual| own.clone().filter(|_| is_several).unwrap_or(usual);
    let mut files = vec![file(called(&reply.code_path, code), Role::Code, &reply.code)];
    if !reply.tests.is_empty() {
        files.push(file(called(&reply.tests_path, tests), Role::Test, &reply.tests));
    }
    let further = reply.support.iter();
    files.extend(further.map(|(path, text)| file(path.clone(), role_of(path), text)));
    let is_new = |known: &SourceFile| files.iter().all(|file| file.path != known.path);
    let beside: Vec<SourceFile> = beside.into_iter().filter(is_new).collect();
    files.extend(beside);
    if is_several { Ok(with_suite(files, Missing::TestsOfEntry)?) } else { Ok(Source::new(files)?) }
}

/// Puts the files of a reply in the place of those before: one file of each kind under the name that is there, several under
/// their own.
pub fn of_refinement(parent: &Source, reply: &Extracted) -> Result<Source, CommandError> {
    let is_several = reply.is_several() || entry_point(parent).is_some();
    let code = main_file(parent).map(|file| file.path.clone());
    let tests = parent.of_role(Role::Test).next().map(|file| file.path.clone());
    let called = |own: &Option<SourcePath>, known: Option<SourcePath>| {
        own.clone().filter(|_| is_several).or(known)
    };
    let named = [
        (called(&reply.code_path, code), Role::Code, &reply.code),
        (called(&reply.tests_path, tests), Role::Test, &reply.tests),
    ];
    let named = named.into_iter().filter(|(_, _, text)| !text.is_empty());
    let mut files: Vec<SourceFile> =
        named.filter_map(|(path, role, text)| Some(file(path?, role, text))).collect();
    if is_several {
        let further = reply.support.iter();
        files.extend(further.map(|(path, text)| file(path.clone(), role_of(path), text)));
    }
    Ok(replaced(parent, files)?)
}

/// Finds the file that stands for the code where one is asked for: the one that a program starts with, else the first.
pub fn main_file(source: &Source) -> Option<&SourceFile> {
    let entry = entry_point(source);
    let first = source.of_role(Role::Code).next();
    source.files().iter().find(|file| Some(&file.path) == entry).or(first)
}

/// Replaces the parent's files of the same path, or of a role that has one file only.
pub fn replaced(parent: &Source, files: Vec<SourceFile>) -> Result<Source, SourceError> {
    let is_single = |role: Role| role != Role::Support && parent.of_role(role).count() == 1;
    let is_replaced = |old: &SourceFile| {
        files
            .iter()
            .any(|new| new.path == old.path || (new.role == old.role && is_single(old.role)))
    };
    let kept: Vec<SourceFile> =
        parent.files().iter().filter(|old| !is_replaced(old)).cloned().collect();
    Source::new(kept.into_iter().chain(files).collect())
}

/// The lack of tests for which a suite of ours is put beside files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No test has to do with the file that the program starts with.
    TestsOfEntry,
    /// There are no tests at all.
    AllTests,
}

/// Makes a source of files, with a suite that runs their entry point where one is missing.
pub fn with_suite(files: Vec<SourceFile>, when: Missing) -> Result<Source, SourceError> {
    let has_tests = files.iter().any(|file| file.role == Role::Test);
    if has_tests && when == Missing::AllTests {
        return Source::new(files);
    }
    // A suite of any content makes a source of files without tests, so that its entry point can be looked for.
    let suite = file("test_.py".parse()?, Role::Test, "");
    let whole = Source::new(files.iter().cloned().chain((!has_tests).then_some(suite)).collect())?;
    let code: Vec<&SourceFile> = whole.of_role(Role::Code).collect();
    let is_single = code.len() == 1;
    let entry = if is_single { code.first().map(|only| &only.path) } else { entry_point(&whole) };
    let file_of = |entry: &SourcePath| whole.files().iter().find(|file| file.path == *entry);
    let is_program = entry.and_then(file_of).is_some_and(is_runnable);
    if !has_tests && !is_program && (is_single || when == Missing::AllTests) {
        let Some(text) = script::imports_of(&code) else { return Source::new(files) };
        let module = entry.filter(|_| is_single).and_then(SourcePath::module);
        let suite = file(suite_path(&files, module.unwrap_or("imports"))?, Role::Test, &text);
        return Source::new(files.into_iter().chain([suite]).collect());
    }
    let Some(entry) = entry else { return Source::new(files) };
    if has_tests && (!is_program || is_tested(&whole, entry)) {
        return Source::new(files);
    }
    let module = entry.module().filter(|module| *module != "__main__").unwrap_or("program");
    let suite = file(suite_path(&files, module)?, Role::Test, &script::suite_of(entry));
    Source::new(files.into_iter().chain([suite]).collect())
}

fn file(path: SourcePath, role: Role, text: &str) -> SourceFile {
    SourceFile { path, role, content: text.as_bytes().to_vec() }
}

/// Tells whether a test imports a file, itself or through others.
fn is_tested(source: &Source, entry: &SourcePath) -> bool {
    let dependents = Links::of(source).dependents(&BTreeSet::from([entry.clone()]));
    source.of_role(Role::Test).any(|test| dependents.contains(&test.path))
}

/// Finds a name for the suite that no other file has.
fn suite_path(files: &[SourceFile], module: &str) -> Result<SourcePath, SourceError> {
    let usual: SourcePath = format!("test_{module}.py").parse()?;
    if files.iter().any(|file| file.path == usual) {
        return Ok(format!("test_{module}_runs.py").parse()?);
    }
    Ok(usual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::providers::extract::extract;

    fn composed(reply: &str) -> Vec<String> {
        let source = of_reply("wish", &extract(reply).unwrap(), Vec::new()).unwrap();
        let line = |file: &SourceFile| format!("{} {}", file.role, file.path);
        source.files().iter().map(line).collect()
    }

    fn reply(files: &[(&str, &str)]) -> String {
        let block =
            |(path, text): &(&str, &str)| format!("```python title=\"{path}\"\n{text}\n```\n");
        files.iter().map(block).collect()
    }

    #[test]
    fn one_file_of_each_goes_under_the_module_name_and_several_keep_theirs() {
        let tests = ("test_cart.py", "import cart\ndef test_a(): assert cart.x == 1");
        let other = ("test_cart.py", "import wish\ndef test_a(): assert wish.x == 1");

        let one = composed(&reply(&[("cart.py", "x = 1"), other]));
        let named = composed(&reply(&[("cart.py", "x = 1"), tests]));
        let several = composed(&reply(&[("cart.py", "x = 1"), ("bag.py", "y = 1"), tests]));

        assert_eq!(one, ["test test_wish.py", "code wish.py"]);
        assert_eq!(named, ["code cart.py", "test test_cart.py"]);
        assert_eq!(several, ["code bag.py", "code cart.py", "test test_cart.py"]);
    }

    #[test]
    fn a_program_without_tests_of_its_start_is_run_by_a_suite() {
        let (cart, main) = (("cart.py", "x = 1"), ("main.py", "import cart\nprint(cart.x)"));
        let of_cart = ("test_cart.py", "import cart\ndef test_a(): assert cart.x == 1");
        let of_main = ("test_all.py", "import main\ndef test_a(): assert main.cart.x == 1");
        let taken = ("test_main.py", "import cart\ndef test_a(): assert cart.x == 1");
        let tests = |files: &[(&str, &str)]| -> Vec<String> {
            let found = composed(&reply(files)).into_iter();
            found.filter(|line| line.starts_with("test ")).collect()
        };

        assert_eq!(tests(&[cart, main]), ["test test_main.py"]);
        assert_eq!(tests(&[cart, main, of_cart]), ["test test_cart.py", "test test_main.py"]);
        assert_eq!(tests(&[cart, main, of_main]), ["test test_all.py"]);
        assert_eq!(tests(&[cart, main, taken]), ["test test_main.py", "test test_main_runs.py"]);
    }
}
