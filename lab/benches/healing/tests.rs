//! Suites of which a search sees half.

use std::collections::BTreeSet;

use record::domain::role::Role;

use record::domain::source::{Source, SourceFile};

/// A source without the test functions of these ids; rows of a table and methods stay.
pub(crate) fn without(source: &Source, hidden: &BTreeSet<String>) -> Source {
    let file = |file: &SourceFile| {
        let own = hidden.iter().filter_map(|id| id.strip_prefix(&format!("{}::", file.path)));
        let names: BTreeSet<String> = own.map(|name| format!("def {name}(")).collect();
        let content = if names.is_empty() { file.content.clone() } else { cut(file, &names) };
        SourceFile { content, ..file.clone() }
    };
    Source::new(source.files().iter().map(file).collect()).unwrap()
}

/// Whether a test is in a suite after all.
pub(crate) fn is_there(source: &Source, id: &str) -> bool {
    let Some((path, name)) = id.split_once("::") else { return false };
    let name = name.split(['[', ':']).next().unwrap_or(name);
    let suite = source.files().iter().find(|file| file.path.as_str() == path);
    suite.is_some_and(|suite| suite.text().contains(&format!("def {name}(")))
}

/// The text without the functions that begin so.
fn cut(file: &SourceFile, names: &BTreeSet<String>) -> Vec<u8> {
    let text = file.text();
    let mut is_hidden = false;
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '\n', '\r']) {
            is_hidden = names.iter().any(|name| line.starts_with(name));
        }
        if !is_hidden {
            kept.push_str(line);
        }
    }
    kept.into_bytes()
}

/// A source with the code of another one.
pub(crate) fn all_of(source: &Source, patched: &Source) -> Source {
    let tests = source.files().iter().filter(|file| file.role != Role::Code);
    let code = patched.of_role(Role::Code);
    Source::new(tests.chain(code).cloned().collect()).unwrap()
}
