//! What ruff finds of bugs, dangers and complexity, in the sandbox.
//!
//! Files may be anything, and a linter is a program like any other that reads them: it never runs on the host. Where no sandbox can
//! be had, the look goes on without it and says so.

use std::collections::BTreeSet;

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::diagnosis::python::oldest_minor;
use inspection::findings::finding::{File, Finding, Severity, finding};
use record::domain::limits::Limits;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use sandbox::error::SandboxError;
use sandbox::study::{Asked, Lint, Remark, Studied, Study};

/// Rules of bugs, dangers, complexity and swallowed exceptions.
pub const RULES: [&str; 7] = ["F", "B", "S", "C90", "PLE", "BLE", "E722"];
/// What is said of a rule that a linter mends by itself.
const MENDED: &str = "; it can be mended without a thought";
/// The rule of a handler for everything, which is made exact without a linter (`mechanical.rs`).
const BARE: &str = "E722";
/// Time for all files.
const TIME_MS: u64 = 30_000;
/// Rules that say what a look tells by itself, or what nobody minds in code.
const LEFT_OUT: [&str; 3] = ["C901", "S101", "S311"];

/// Asks ruff about the files in question, for the Python that their project names; nothing where none of them is code.
pub async fn remarks(
    invocation: &Invocation,
    (files, asked): (&[File], &BTreeSet<String>),
    rules: &[&str],
    python: Option<&str>,
) -> Result<Vec<Remark>, CommandError> {
    let is_asked = |file: &&File| {
        file.is_python()
            && file.role == Role::Code
            && (asked.is_empty() || asked.contains(&file.path))
    };
    let read = |file: &File| {
        let path = file.path.parse().ok()?;
        Some(SourceFile { path, role: file.role, content: file.text.clone().into_bytes() })
    };
    let sources: Vec<SourceFile> = files.iter().filter(is_asked).filter_map(read).collect();
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let paths = sources.iter().map(|file| file.path.to_string()).collect();
    let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
    lint(
        invocation,
        Source::of_tree(sources)?,
        Lint { paths, rules, minor: python.and_then(oldest_minor) },
    )
    .await
}

/// Asks ruff about files by some rules.
pub async fn lint(
    invocation: &Invocation,
    source: Source,
    lint: Lint,
) -> Result<Vec<Remark>, CommandError> {
    let backend = invocation.backend(None)?;
    let study = Study {
        name: format!("{} lint", invocation.caller.idempotency),
        source,
        roots: Vec::new(),
        options: Vec::new(),
        layer: None,
        limits: Limits { lint_ms: TIME_MS, tests_ms: TIME_MS, ..Limits::default() },
        asked: Asked::Lint(lint),
    };
    match backend.study(study, invocation.cancel.clone()).await? {
        Studied::Lint(remarks) => Ok(remarks),
        Studied::Replay(_) | Studied::Time(_) | Studied::Profile(_) => {
            let source = std::io::Error::other("it answered another question");
            Err(SandboxError::System { step: "have ruff read the files", source }.into())
        }
    }
}

/// Makes findings of remarks.
pub fn findings(files: &[File], remarks: &[Remark]) -> Vec<Finding> {
    let of_others: BTreeSet<&str> =
        files.iter().filter(|file| !file.is_written_here()).map(|file| &*file.path).collect();
    let told = |remark: &Remark| {
        // How others write is theirs; what their code dares is everybody's.
        if of_others.contains(remark.path.as_str()) && !remark.code.starts_with('S') {
            return None;
        }
        let file = files.iter().find(|file| file.path == remark.path.as_str())?;
        // A handler that catches all and does nothing is told once.
        let is_said = remark.code == "BLE001"
            && remarks.iter().any(|other| {
                matches!(&*other.code, "S110" | "S112")
                    && other.line == remark.line
                    && other.path == remark.path
            });
        if is_said || LEFT_OUT.contains(&&*remark.code) {
            return None;
        }
        let (severity, reason) = graded(&remark.code);
        let mends = if remark.fix.is_empty() { "" } else { MENDED };
        let words = (remark.message.clone(), format!("{reason}{mends}"));
        Some(finding(file, remark.line, &remark.code, severity, words))
    };
    remarks.iter().filter_map(told).collect()
}

/// Whether a finding is a linter's that only a person or a model can mend.
pub fn is_left_to_people(finding: &Finding) -> bool {
    let is_linters = finding.rule.starts_with(|first: char| first.is_ascii_uppercase());
    is_linters && finding.rule != BARE && !finding.reason.contains(MENDED)
}

/// What a message weighs, for a finding and for a score.
pub fn graded(code: &str) -> (Severity, &'static str) {
    let starts = |beginnings: &[&str]| beginnings.iter().any(|start| code.starts_with(start));
    if starts(&["syntax", "invalid-syntax", "E9", "F404", "F82", "F7", "PLE"]) {
        (Severity::High, "it fails where it is reached")
    } else if starts(&["F63"]) {
        (Severity::High, "it asks something else than it seems to")
    } else if starts(&["S110", "S112"]) {
        (Severity::Medium, "it hides what went wrong")
    } else if starts(&["S105", "S106", "S107"]) {
        (Severity::Medium, "a secret in the code is known to all who read it")
    } else if starts(&["S1", "S3", "S5", "S6", "S7"]) {
        (Severity::Medium, "it lets data decide more than they should")
    } else if starts(&["S"]) {
        (Severity::Low, "it deserves a second look by somebody who knows where the data come from")
    } else if starts(&["BLE"]) {
        (Severity::Low, "it hides what nobody thought of")
    } else if starts(&["B", "E722"]) {
        (Severity::Medium, "it is a known way to hide or make a mistake")
    } else {
        (Severity::Low, "it does nothing, or not what it seems to")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::role::Role;

    #[test]
    fn of_what_others_wrote_only_dangers_are_told() {
        let file = |path: &str| File {
            path: path.to_owned(),
            role: Role::Code,
            text: "import os\nx = 1\n".to_owned(),
        };
        let files = [file("shop/a.py"), file("shop/_vendor/b.py")];
        let remark = |path: &str, code: &str| Remark {
            path: path.parse().unwrap(),
            line: 1,
            code: code.to_owned(),
            message: "so".to_owned(),
            fix: Vec::new(),
        };
        let remarks = [
            remark("shop/a.py", "F401"),
            remark("shop/_vendor/b.py", "F401"),
            remark("shop/_vendor/b.py", "S602"),
        ];

        let told = findings(&files, &remarks);

        let told: Vec<(&str, &str)> = told.iter().map(|one| (&*one.rule, &*one.path)).collect();
        assert_eq!(told, [("F401", "shop/a.py"), ("S602", "shop/_vendor/b.py")]);
    }
}
