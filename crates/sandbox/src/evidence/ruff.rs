//! Lint messages from what ruff printed.
//!
//! Ruff reads hostile files, so of its output only files of the job, numbers and short texts are taken; anything else makes
//! the whole output count for nothing.

use serde::Deserialize;

use crate::evidence::lint::MOST_ISSUES;
use record::domain::evidence::{LintIssue, Severity};

/// Longest message that is kept, in characters.
const MESSAGE_CHARACTERS: usize = 400;
/// Longest symbol that is believed, in bytes.
const SYMBOL_BYTES: usize = 40;
/// What other linters call the same, and what decides verdicts.
const KNOWN: [(&str, &str); 4] = [
    ("F821", "undefined-variable"),
    ("F706", "return-outside-function"),
    ("F701", "not-in-loop"),
    ("F702", "not-in-loop"),
];
const SYNTAX: &str = "syntax-error";

/// A message as ruff has it; what else it says is of no account.
#[derive(Deserialize)]
struct Told {
    code: Option<String>,
    filename: String,
    location: Location,
    message: String,
}

/// Both from 1.
#[derive(Deserialize)]
struct Location {
    row: u32,
    column: u32,
}

/// The messages about the code files below this folder, in their order; why not where any of it is not what ruff prints.
pub(crate) fn issues_of(
    printed: &str,
    folder: &str,
    code: &[String],
) -> Result<Vec<LintIssue>, String> {
    let told: Vec<Told> =
        serde_json::from_str(printed).map_err(|error| format!("its output: {error}"))?;
    let all = told.iter().map(|told| issue(told, folder, code));
    let mut issues = all.collect::<Result<Vec<_>, _>>()?;
    let place =
        |issue: &LintIssue| (issue.path.clone(), issue.line, issue.column, issue.symbol.clone());
    issues.sort_by_cached_key(place);
    issues.truncate(MOST_ISSUES);
    Ok(issues)
}

fn issue(told: &Told, folder: &str, code: &[String]) -> Result<LintIssue, String> {
    let path = told.filename.strip_prefix(folder).and_then(|path| path.strip_prefix('/'));
    let path = path.and_then(|path| code.iter().find(|known| *known == path));
    let path = path.ok_or("it spoke of another file")?;
    let code = told.code.as_deref().unwrap_or(SYNTAX);
    if code.len() > SYMBOL_BYTES {
        return Err("it named no rule".to_owned());
    }
    let (symbol, severity) = graded(code);
    let words: Vec<&str> = told.message.split_whitespace().collect();
    Ok(LintIssue {
        line: told.location.row,
        column: told.location.column.saturating_sub(1),
        symbol: symbol.to_owned(),
        severity,
        message: words.join(" ").chars().take(MESSAGE_CHARACTERS).collect(),
        path: Some(path.clone()),
        ran: false,
    })
}

fn graded(code: &str) -> (&str, Severity) {
    let is_broken = matches!(code, SYNTAX | "invalid-syntax") || code.starts_with("E9");
    let known = KNOWN.iter().find(|(own, _)| *own == code).map(|(_, symbol)| *symbol);
    match (is_broken, known) {
        (true, _) => (SYNTAX, Severity::Error),
        (false, Some(symbol)) => (symbol, Severity::Error),
        (false, None) => (code, Severity::Warning),
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_ISSUES, issues_of};
    use record::domain::evidence::{LintIssue, Severity};
    use serde_json::{Value, json};

    fn told(code: &Value, filename: &str, row: u64, message: &str) -> Value {
        let location = json!({ "row": row, "column": 3 });
        json!({ "code": code, "filename": filename, "location": location, "message": message, "fix": null })
    }

    fn read(messages: &[Value]) -> Result<Vec<LintIssue>, String> {
        issues_of(&json!(messages).to_string(), "/box/src", &["a.py".to_owned(), "b.py".to_owned()])
    }

    #[test]
    fn messages_get_the_names_and_grades_that_decide_and_their_order() {
        let messages = [
            told(&json!("F401"), "/box/src/b.py", 1, "`os` imported\n but  unused"),
            told(&json!("F821"), "/box/src/a.py", 9, "undefined"),
            told(&json!(null), "/box/src/a.py", 2, "expected"),
            told(&json!("E902"), "/box/src/a.py", 1, "unreadable"),
            told(&json!("F702"), "/box/src/a.py", 3, &"x".repeat(500)),
        ];

        let issue = |path: &str, line, symbol: &str, severity, message: &str| LintIssue {
            line,
            column: 2,
            symbol: symbol.to_owned(),
            severity,
            message: message.to_owned(),
            path: Some(path.to_owned()),
            ran: false,
        };
        let expected = vec![
            issue("a.py", 1, "syntax-error", Severity::Error, "unreadable"),
            issue("a.py", 2, "syntax-error", Severity::Error, "expected"),
            issue("a.py", 3, "not-in-loop", Severity::Error, &"x".repeat(400)),
            issue("a.py", 9, "undefined-variable", Severity::Error, "undefined"),
            issue("b.py", 1, "F401", Severity::Warning, "`os` imported but unused"),
        ];
        assert_eq!(read(&messages), Ok(expected));
    }

    #[test]
    fn output_that_is_not_what_ruff_prints_is_no_lint() {
        let of = |message: Value| read(&[message]).unwrap_err();

        let failures = [
            of(told(&json!("F401"), "/box/src/c.py", 1, "")),
            of(told(&json!("F401"), "/etc/passwd", 1, "")),
            of(told(&json!("F".repeat(41)), "/box/src/a.py", 1, "")),
        ];
        let unreadable = ["", "{}", "[{}]", "[] []", "\u{0}"].map(|text| {
            issues_of(text, "/box/src", &[]).is_err_and(|why| why.starts_with("its output: "))
        });

        assert_eq!(
            failures,
            ["it spoke of another file", "it spoke of another file", "it named no rule"]
        );
        assert_eq!(unreadable, [true; 5]);
        assert!(of(told(&json!("F401"), "/box/src/a.py", 1 << 40, "")).starts_with("its output: "));
    }

    #[test]
    fn of_very_many_messages_the_first_are_kept() {
        let count = u64::try_from(MOST_ISSUES).unwrap() + 1;
        let messages: Vec<Value> =
            (1..=count).rev().map(|row| told(&json!("F401"), "/box/src/a.py", row, "")).collect();

        let issues = read(&messages).unwrap();

        let ends = [issues.first(), issues.last()].map(|issue| issue.map(|issue| issue.line));
        assert_eq!((issues.len(), ends), (MOST_ISSUES, [Some(1), Some(1_000)]));
    }
}
