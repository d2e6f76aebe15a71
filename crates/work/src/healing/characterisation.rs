//! Writes tests that hold code to what it does today.
//!
//! Each takes an input on which a surviving mutant differs (`mutation.rs`), and asserts the answer of the present code: a
//! person must check it, and the text says so. Calls and answers come out of a sandbox where the code could say anything,
//! so only plain literals and names of the code's own functions are written down.

use std::collections::{BTreeMap, BTreeSet};

use crate::healing::mutation::Survivor;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;
use repair::literals::{is_literal, literal_call};
use repair::outline::outline;

/// Exceptions that need no import.
const EXCEPTIONS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "FileNotFoundError",
    "IndexError",
    "KeyError",
    "LookupError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "RecursionError",
    "RuntimeError",
    "StopIteration",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "ValueError",
    "ZeroDivisionError",
];

/// Writes one test for each separating input; `None` where none can be written down.
///
/// Calls and answers come out of a box: only plain literals and functions of the code are written into a test.
pub fn missing_tests(source: &Source, survivors: &[Survivor]) -> Option<String> {
    let modules = modules(source);
    let mut calls: BTreeSet<&str> = BTreeSet::new();
    let mut imports: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut tests = Vec::new();
    for survivor in survivors {
        let Some(separating) = &survivor.separating else { continue };
        let call = separating.call.as_str();
        let Some(function) = literal_call(call) else { continue };
        let Some(module) = modules.get(&function) else { continue };
        let Some(check) = separating.answers.first().and_then(|answer| check(call, answer)) else {
            continue;
        };
        if !calls.insert(call) {
            continue;
        }
        imports.entry(module).or_default().insert(function.clone());
        tests.push(test(survivor, &function, tests.len() + 1, &check));
    }
    (!tests.is_empty()).then(|| file(&imports, &tests))
}

/// Finds the module of each function that can be imported; names that several files have are left out.
fn modules(source: &Source) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for function in outline(source).into_iter().filter(|function| is_name(&function.name)) {
        if let Some(module) = module(&function.path) {
            found.entry(function.name).or_default().insert(module);
        }
    }
    let only = |(name, modules): (String, BTreeSet<String>)| {
        let mut modules = modules.into_iter();
        Some((name, modules.next().filter(|_| modules.next().is_none())?))
    };
    found.into_iter().filter_map(only).collect()
}

fn module(path: &SourcePath) -> Option<String> {
    let stem = path.as_str().strip_suffix(".py")?;
    stem.split('/').all(is_name).then(|| stem.replace('/', "."))
}

fn is_name(text: &str) -> bool {
    let mut symbols = text.chars();
    symbols.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && symbols.all(|symbol| symbol.is_ascii_alphanumeric() || symbol == '_')
}

/// Writes the lines that hold a call to its answer.
fn check(call: &str, answer: &str) -> Option<String> {
    if let Some(exception) = answer.strip_prefix("raises ") {
        let is_known = EXCEPTIONS.contains(&exception);
        return is_known.then(|| format!("    with pytest.raises({exception}):\n        {call}\n"));
    }
    let relation = if matches!(answer, "True" | "False" | "None") { "is" } else { "==" };
    is_literal(answer).then(|| format!("    assert {call} {relation} {answer}\n"))
}

fn test(survivor: &Survivor, function: &str, number: usize, check: &str) -> String {
    let place = format!("{}:{}", survivor.path, survivor.line);
    // A line break would end the comment, and what follows would be code.
    let changed: String = survivor.changed.chars().filter(|symbol| !symbol.is_control()).collect();
    format!(
        "def test_{}_today_{number}():\n    # Characterisation, check the value: unnoticed at {place}, {changed}.\n{check}",
        function.trim_start_matches('_')
    )
}

fn file(imports: &BTreeMap<&str, BTreeSet<String>>, tests: &[String]) -> String {
    let import = |(module, names): (&&str, &BTreeSet<String>)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!("from {module} import {}", names.join(", "))
    };
    let imports: Vec<String> = imports.iter().map(import).collect();
    let is_raising = tests.iter().any(|test| test.contains("    with pytest.raises("));
    let pytest = if is_raising { "import pytest\n\n" } else { "" };
    format!(
        "\"\"\"What the code does today, not what it should do: check each value.\"\"\"\n\n{pytest}{}\n\n\n{}",
        imports.join("\n"),
        tests.join("\n\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::healing::SeparatingInput;
    use record::domain::role::Role;
    use record::domain::source::SourceFile;

    fn source() -> Source {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        let code = "def f(x):\n    return x < 3\n\n\ndef g(x):\n    return x\n";
        let other = "def g(x):\n    return 1\n";
        Source::new(vec![
            file("a.py", Role::Code, code),
            file("pkg/b.py", Role::Code, other),
            file("test_a.py", Role::Test, ""),
        ])
        .unwrap()
    }

    fn survivor(call: &str, answer: &str) -> Survivor {
        Survivor {
            operator: "compare".to_owned(),
            why: "compares otherwise".to_owned(),
            changed: "`<` became\r `<=`".to_owned(),
            path: "a.py".parse().unwrap(),
            line: 2,
            before: String::new(),
            after: String::new(),
            separating: Some(SeparatingInput {
                call: call.to_owned(),
                answers: vec![answer.to_owned(), "True".to_owned()],
            }),
            is_uncalled: false,
        }
    }

    #[test]
    fn each_input_is_a_test_of_what_the_code_answers() {
        let survivors = [
            survivor("f(3)", "False"),
            survivor("f('a')", "raises TypeError"),
            survivor("f(3)", "1"),
        ];

        let text = missing_tests(&source(), &survivors).unwrap();

        assert_eq!(
            text,
            "\"\"\"What the code does today, not what it should do: check each value.\"\"\"\n\nimport pytest\n\nfrom a import f\n\n\ndef test_f_today_1():\n    # Characterisation, check the value: unnoticed at a.py:2, `<` became `<=`.\n    assert f(3) is False\n\n\ndef test_f_today_2():\n    # Characterisation, check the value: unnoticed at a.py:2, `<` became `<=`.\n    with pytest.raises(TypeError):\n        f('a')\n"
        );
    }

    #[test]
    fn what_is_no_plain_value_is_written_nowhere() {
        let refused = [
            survivor("f(3)", "__import__('os')"),
            survivor("f(3)", "1\nimport os"),
            survivor("f(3)", "raises Exit(1)"),
            survivor("f(exit())", "1"),
            survivor("f(3)", "does not end"),
            survivor("g(3)", "3"),
            survivor("h(3)", "3"),
        ];

        assert_eq!(missing_tests(&source(), &refused), None);
    }
}
