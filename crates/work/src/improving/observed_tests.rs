//! Tests of what a file does today, from calls that notice changes of it.
//!
//! Calls and answers come out of a box: only plain literals, the file's own functions and exceptions of the language are written into a
//! test. Each call notices at least one mutant, so no such test passes whatever the code does.

use repair::literals::{is_literal, literal_call};

/// Longest line of an import, in bytes: linters take more for a fault.
const MAX_LINE: usize = 79;
/// Most tests of a file.
const MAX_TESTS: usize = 12;
/// Exceptions that need no import.
const EXCEPTIONS: [&str; 10] = [
    "ArithmeticError",
    "AttributeError",
    "FileNotFoundError",
    "IndexError",
    "KeyError",
    "NotImplementedError",
    "OverflowError",
    "TypeError",
    "ValueError",
    "ZeroDivisionError",
];

/// Writes a test file for a module; nothing where no call can be written down.
pub fn tests_of(module: &str, answers: &[(String, String)]) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let mut tests: Vec<String> = Vec::new();
    for (call, answer) in answers {
        let Some(function) = literal_call(call) else { continue };
        let Some(check) = check(call, answer) else { continue };
        if tests.len() >= MAX_TESTS {
            break;
        }
        let number = tests.len() + 1;
        let stem = function.trim_start_matches('_').to_owned();
        tests.push(format!("def test_{stem}_today_{number}():\n{check}"));
        if !names.contains(&function) {
            names.push(function);
        }
    }
    if tests.is_empty() {
        return None;
    }
    names.sort();
    let raises = tests.iter().any(|test| test.contains("pytest.raises("));
    let pytest = if raises { "import pytest\n\n" } else { "" };
    Some(format!(
        "\"\"\"What the code does today, not what it should do: check each value.\"\"\"\n\n{pytest}{}\n\n\n{}",
        import(module, &names),
        tests.join("\n\n")
    ))
}

/// The line that imports names, or several lines where one would be too long.
fn import(module: &str, names: &[String]) -> String {
    let line = format!("from {module} import {}", names.join(", "));
    if line.len() <= MAX_LINE {
        return line;
    }
    format!("from {module} import (\n    {},\n)", names.join(",\n    "))
}

fn check(call: &str, answer: &str) -> Option<String> {
    // What yields its values one by one is gone through.
    let (call, answer) = match answer.strip_prefix("yields ") {
        Some(values) => (format!("list({call})"), values),
        None => (call.to_owned(), answer),
    };
    if let Some(exception) = answer.strip_prefix("raises ") {
        let is_known = EXCEPTIONS.contains(&exception);
        return is_known.then(|| format!("    with pytest.raises({exception}):\n        {call}\n"));
    }
    let relation = if matches!(answer, "True" | "False" | "None") { "is" } else { "==" };
    is_literal(answer).then(|| format!("    assert {call} {relation} {answer}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_are_plain_become_tests_and_others_are_left_out() {
        let answer = |call: &str, answer: &str| (call.to_owned(), answer.to_owned());
        let answers = [
            answer("f(1)", "[1, 2]"),
            answer("f('a')", "raises TypeError"),
            answer("g(2)", "True"),
            answer("f(exit())", "1"),
            answer("f(2)", "__import__('os')"),
            answer("f(3)", "raises Odd"),
            answer("g(4)", "yields [1]"),
            answer("g('')", "yields raises ValueError"),
        ];

        let text = tests_of("shop.cart", &answers).unwrap();

        assert_eq!(
            text,
            "\"\"\"What the code does today, not what it should do: check each value.\"\"\"\n\nimport pytest\n\nfrom shop.cart import f, g\n\n\ndef test_f_today_1():\n    assert f(1) == [1, 2]\n\n\ndef test_f_today_2():\n    with pytest.raises(TypeError):\n        f('a')\n\n\ndef test_g_today_3():\n    assert g(2) is True\n\n\ndef test_g_today_4():\n    assert list(g(4)) == [1]\n\n\ndef test_g_today_5():\n    with pytest.raises(ValueError):\n        list(g(''))\n"
        );
        assert_eq!(tests_of("a", &[]), None);
    }
}
