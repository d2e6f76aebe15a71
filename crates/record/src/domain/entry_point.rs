//! The file that a program of several files is started with.
//!
//! Some proposals are programs rather than modules. Names decide first and main guards second, so that the same files always start
//! with the same one.

use crate::domain::role::Role;

use crate::domain::source::{Source, SourceFile};

use crate::domain::source_path::SourcePath;

/// Names of files that programs start with, the likeliest first.
const NAMES: [&str; 4] = ["main.py", "app.py", "run.py", "__main__.py"];
/// Lines with which a file asks if it was started.
const GUARDS: [&str; 2] = ["if __name__ ==", "if '__main__' =="];
/// Calls with which a started file tries itself: a module that is started for that is no program.
const SELF_CHECKS: [&str; 4] =
    ["doctest.testmod(", "doctest.testfile(", "unittest.main(", "pytest.main("];

/// The code file that several of them start with; `None` where there is one only, or none that could.
///
/// Only files with plain names count: the name goes into the suite that runs it. By name, those nearest to the root first; then one
/// with a main guard; then the first in the root. A project that says how it is installed is no program but by its names. Modules of a package often have a guard to try them by, so that one below the root
/// counts where it is public and no other there has a guard.
pub fn entry_point(source: &Source) -> Option<&SourcePath> {
    let code: Vec<&SourceFile> = source.of_role(Role::Code).collect();
    if code.len() < 2 {
        return None;
    }
    let plain = || code.iter().copied().filter(|file| is_plain(&file.path));
    let mut by_depth: Vec<&SourceFile> = plain().collect();
    by_depth.sort_by_key(|file| depth(file));
    let named = |name: &&str| by_depth.iter().find(|file| file.path.file_name() == *name);
    if is_described(source) {
        // What is installed is imported: it starts by a name in the root, or as `python -m`, and by no guess.
        let in_root = NAMES.iter().filter_map(named).find(|file| depth(file) == 0);
        return in_root.or_else(|| named(&"__main__.py")).map(|file| &file.path);
    }
    let found =
        NAMES.iter().find_map(named).copied().or_else(|| guarded(&by_depth)).or_else(|| {
            let is_module = |file: &&SourceFile| depth(file) == 0 && file.path.module().is_some();
            let mut modules = plain().filter(is_module);
            // A file without anything in it starts nothing.
            let has_text = |file: &&SourceFile| !file.content.trim_ascii().is_empty();
            modules.clone().find(has_text).or_else(|| modules.next())
        });
    found.map(|file| &file.path)
}

/// Tells whether a project says how it is installed.
fn is_described(source: &Source) -> bool {
    source.files().iter().any(|file| match file.path.as_str() {
        "setup.py" => true,
        "setup.cfg" => file.text().lines().any(|line| line.trim() == "[metadata]"),
        "pyproject.toml" => {
            let heads = ["[project]", "[tool.poetry]"];
            file.text().lines().any(|line| heads.contains(&line.trim()))
        }
        _ => false,
    })
}

fn guarded<'s>(by_depth: &[&'s SourceFile]) -> Option<&'s SourceFile> {
    let is_private =
        |file: &SourceFile| file.path.as_str().split('/').any(|part| part.starts_with('_'));
    let mut guarded = by_depth.iter().copied().filter(|file| has_guard(file));
    let first = guarded.next()?;
    let is_sure = depth(first) == 0 || (guarded.next().is_none() && !is_private(first));
    is_sure.then_some(first)
}

/// Tells whether a file is meant to be started: by its name, or by a main guard.
pub fn is_program(file: &SourceFile) -> bool {
    NAMES.contains(&file.path.file_name()) || has_guard(file)
}

fn is_plain(path: &SourcePath) -> bool {
    let is_plain =
        |symbol: char| symbol.is_alphanumeric() || matches!(symbol, '_' | '-' | '.' | '/');
    path.as_str().chars().all(is_plain)
}

fn depth(file: &SourceFile) -> usize {
    file.path.as_str().matches('/').count()
}

/// Tells whether a file asks if it was started, and does not try its own examples or tests then.
pub fn has_guard(file: &SourceFile) -> bool {
    let text = file.text();
    let mut lines = text.lines();
    let is_guard = |line: &str| GUARDS.iter().any(|guard| line.starts_with(guard));
    if !lines.any(is_guard) {
        return false;
    }
    let mut guarded = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '\t']));
    !guarded.any(|line| SELF_CHECKS.iter().any(|call| line.contains(call)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(files: &[(&str, &str)]) -> Option<String> {
        let file = |(path, text): &(&str, &str)| {
            let role = if path.starts_with("test_") { Role::Test } else { Role::Code };
            let content = text.as_bytes().to_vec();
            SourceFile { path: path.parse().unwrap(), role, content }
        };
        let tests = [("test_a.py", "")];
        let source = Source::new(files.iter().chain(&tests).map(file).collect()).unwrap();
        entry_point(&source).map(ToString::to_string)
    }

    #[test]
    fn a_program_starts_with_a_known_name_then_a_guard_then_the_first_file_of_the_root() {
        let guard = "def f():\n    pass\n\n\nif __name__ == \"__main__\":\n    f()\n";
        let tried = "if __name__ == '__main__':\n    import doctest\n\n    doctest.testmod()\n";
        let found = [
            entry(&[("zoo.py", guard), ("app.py", ""), ("main.py", "")]),
            entry(&[("zoo.py", guard), ("run.py", ""), ("app.py", "")]),
            entry(&[("shop/main.py", ""), ("shop/__main__.py", ""), ("cart.py", "")]),
            entry(&[("shop/main.py", ""), ("main.py", ""), ("cart.py", "")]),
            entry(&[("bee.py", ""), ("zoo.py", guard), ("ant.py", "")]),
            entry(&[("deep/ant.py", ""), ("zoo.py", ""), ("bee.py", "")]),
            entry(&[("deep/ant.py", ""), ("deep/bee.py", "")]),
            entry(&[("main.py", "")]),
            entry(&[("x\"] or [\"/main.py", guard), ("x'y.py", guard)]),
            entry(&[("shop/bag.py", tried), ("shop/cart.py", "")]),
            entry(&[("shop/bag.py", tried), ("shop/cart.py", guard)]),
            entry(&[("shop/bag.py", guard), ("shop/cart.py", guard)]),
            entry(&[("shop/_bag.py", guard), ("shop/cart.py", "")]),
            entry(&[("bag.py", guard), ("cart.py", guard)]),
            entry(&[("pyproject.toml", "[project]\n"), ("build.py", guard), ("shop/main.py", "")]),
            entry(&[("setup.py", ""), ("shop/main.py", guard), ("shop/__main__.py", "")]),
            entry(&[("pyproject.toml", "[tool.ruff]\n"), ("bag.py", guard), ("cart.py", "")]),
        ];

        let wanted = ["main.py", "app.py", "shop/main.py", "main.py", "zoo.py", "bee.py"];
        let mut wanted: Vec<Option<String>> =
            wanted.iter().map(|path| Some((*path).to_owned())).collect();
        wanted.extend([None, None, None, None, Some("shop/cart.py".to_owned()), None, None]);
        wanted.push(Some("bag.py".to_owned()));
        wanted.extend([None, Some("shop/__main__.py".to_owned()), Some("bag.py".to_owned())]);
        assert_eq!(found.to_vec(), wanted);
    }
}
