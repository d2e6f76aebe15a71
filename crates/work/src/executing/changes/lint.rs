//! Lint that a change brings.
//!
//! A message is known by its rule and the text of its line, not by its number, which shifts with every line above. A comment that hides
//! messages counts as what it hides, so a change cannot silence what it would bring.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::executing::changes::lines::{hunks, is_python, text_of};
use record::domain::change_evidence::NewLint;
use record::domain::changeset::Touched;
use record::domain::evidence::{Lint, LintIssue};
use record::domain::source::Source;

/// Messages of which a linter keeps no more.
const MOST: usize = 1_000;
/// Comments that hide messages, types or lines, as they are searched and named.
const HIDING: [(&str, &str); 4] = [
    ("noqa", "noqa"),
    ("type: ignore", "type: ignore"),
    ("pragma: no cover", "pragma: no cover"),
    ("pylint: disable", "pylint: disable"),
];
/// Longest text of a line that is shown, in characters.
const MAX_SHOWN: usize = 200;

/// A message as it is known on the base.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remark {
    /// The file.
    pub path: String,
    /// The rule.
    pub symbol: String,
    /// The text of the line.
    pub text: String,
}

/// The messages of a lint by the text of their lines; nothing where there were more than are kept, or no linter.
pub fn remarks(lint: &Lint, source: &Source) -> Option<Vec<Remark>> {
    if lint.issues.len() >= MOST || lint.tool == "none" {
        return None;
    }
    let texts = Texts::of(source);
    Some(lint.issues.iter().filter_map(|issue| texts.remark(issue)).collect())
}

/// The messages of the result that the base does not have, and the issues that they are.
pub fn new_issues(
    lint: &Lint,
    result: &Source,
    before: &[Remark],
) -> (Vec<NewLint>, Vec<LintIssue>) {
    let texts = Texts::of(result);
    let mut known: BTreeMap<&Remark, usize> = BTreeMap::new();
    for remark in before {
        *known.entry(remark).or_default() += 1;
    }
    let (mut told, mut issues) = (Vec::new(), Vec::new());
    for issue in &lint.issues {
        let Some(remark) = texts.remark(issue) else { continue };
        match known.get_mut(&remark) {
            Some(left) if *left > 0 => *left -= 1,
            Some(_) | None => {
                let Remark { path, symbol, text } = remark;
                let message = issue.message.clone();
                told.push(NewLint { path, line: issue.line, symbol, message, text });
                issues.push(issue.clone());
            }
        }
    }
    (told, issues)
}

/// Comments that hide something, in the lines that a change adds.
pub fn hiding<'a>(touched: impl Iterator<Item = &'a Touched>) -> Vec<NewLint> {
    let mut found = Vec::new();
    for one in touched.filter(|one| is_python(one)) {
        let after = text_of(one.after.as_ref()).unwrap_or_default();
        let before = text_of(one.before.as_ref()).unwrap_or_default();
        let lines: Vec<&str> = after.lines().collect();
        for number in hunks(one).into_iter().flat_map(|hunk| hunk.new) {
            let place = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
            let Some(text) = lines.get(place) else { continue };
            let Some((_, comment)) = text.split_once('#') else { continue };
            let hides = HIDING.iter().find(|(mark, _)| comment.contains(mark));
            // A line that only moved hides nothing more.
            let is_moved = before.lines().any(|line| line.trim() == text.trim());
            if let Some((_, symbol)) = hides.filter(|_| !is_moved) {
                found.push(NewLint {
                    path: one.path.to_string(),
                    line: number,
                    symbol: (*symbol).to_owned(),
                    message: "a comment hides what is said of this line".to_owned(),
                    text: shown(text),
                });
            }
        }
    }
    found
}

fn shown(text: &str) -> String {
    text.trim().chars().take(MAX_SHOWN).collect()
}

/// The texts of files by path.
struct Texts(BTreeMap<String, Vec<String>>);

impl Texts {
    fn of(source: &Source) -> Self {
        let python = source.files().iter().filter(|file| file.path.module().is_some());
        let lines = python
            .map(|file| (file.path.to_string(), file.text().lines().map(str::to_owned).collect()));
        Self(lines.collect())
    }

    fn remark(&self, issue: &LintIssue) -> Option<Remark> {
        let path = issue.path.clone()?;
        let place = usize::try_from(issue.line).unwrap_or(usize::MAX).saturating_sub(1);
        let text = self.0.get(&path)?.get(place).map_or("", String::as_str);
        Some(Remark { path, symbol: issue.symbol.clone(), text: shown(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::changeset::Side;
    use record::domain::evidence::Severity;
    use record::domain::role::Role;
    use record::domain::source::SourceFile;

    fn issue(line: u32, symbol: &str) -> LintIssue {
        LintIssue {
            line,
            column: 0,
            symbol: symbol.to_owned(),
            severity: Severity::Warning,
            message: String::new(),
            path: Some("a.py".to_owned()),
            ran: false,
        }
    }

    fn source(text: &str) -> Source {
        let (path, content) = ("a.py".parse().unwrap(), text.as_bytes().to_vec());
        Source::of_tree(vec![SourceFile { path, role: Role::Code, content }]).unwrap()
    }

    #[test]
    fn a_message_on_a_line_that_moved_is_not_new() {
        let lint = |issues: Vec<LintIssue>| Lint { issues, ..Lint::default() };
        let before = remarks(&lint(vec![issue(1, "unused-import")]), &source("import os\n"));
        let result = source("import re\nimport os\nimport os\n");
        let issues = ["unused-import"; 3].iter().zip(1..).map(|(rule, line)| issue(line, rule));

        let (told, found) = new_issues(&lint(issues.collect()), &result, &before.unwrap());

        let lines: Vec<(u32, &str)> = told.iter().map(|new| (new.line, &*new.text)).collect();
        assert_eq!(lines, [(1, "import re"), (3, "import os")]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_new_comment_that_hides_messages_is_told() {
        let side = |text: &str| Some(Side::file(text.as_bytes()));
        let touched = Touched {
            path: "a.py".parse().unwrap(),
            role: Role::Code,
            before: side("x = 1  # noqa\n"),
            after: side("y = 2\n    x = 1  # noqa\nz = 3  # pragma: no cover\n"),
        };

        let found = hiding([touched].iter());

        let told: Vec<(u32, &str)> = found.iter().map(|new| (new.line, &*new.symbol)).collect();
        assert_eq!(told, [(3, "pragma: no cover")]);
    }
}
