//! Coverage as programs read it.
//!
//! Evidence names lines that did not run as numbers where there is one code file, and as `path:line` where there are several,
//! because that is how it was recorded. Here each file has its own lines, however many files there are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::evidence::{Coverage, MissingLine};
use record::domain::revision::Revision;
use record::domain::role::Role;

/// Coverage with the share of each file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Covered {
    /// Coverage as the evidence holds it.
    #[serde(flatten)]
    pub all: Coverage,
    /// Each code file that was measured.
    #[serde(default)]
    pub by_file: Vec<CoveredFile>,
}

/// Coverage of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoveredFile {
    /// The file.
    pub path: String,
    /// Executable lines that ran, of all, 0 to 100.
    pub percent: f64,
    /// Executable lines that did not run.
    pub missing: Vec<u32>,
}

impl Covered {
    /// Tells coverage file by file; without the revision nobody knows what a single file is called.
    pub fn of(all: Coverage, revision: Option<&Revision>) -> Self {
        let by_file = if all.files.is_empty() {
            let file = revision.and_then(|revision| revision.source.of_role(Role::Code).next());
            let alone = file.map(|file| CoveredFile {
                path: file.path.to_string(),
                percent: all.percent,
                missing: all.missing.iter().filter_map(|line| place(line, None)).collect(),
            });
            alone.into_iter().collect()
        } else {
            let of = |(path, share): (&String, &record::domain::evidence::Share)| CoveredFile {
                path: path.clone(),
                percent: share.percent,
                missing: all.missing.iter().filter_map(|line| place(line, Some(path))).collect(),
            };
            all.files.iter().map(of).collect()
        };
        Self { all, by_file }
    }
}

/// Reads the number of a line that is in this file; one without a path is in the only file.
fn place(line: &MissingLine, path: Option<&String>) -> Option<u32> {
    match (line, path) {
        (MissingLine::Line(number), None) => Some(*number),
        (MissingLine::InFile(text), Some(path)) => {
            text.strip_prefix(path.as_str())?.strip_prefix(':')?.parse().ok()
        }
        (MissingLine::Line(_), Some(_)) | (MissingLine::InFile(_), None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::evidence::Share;

    #[test]
    fn each_file_has_its_own_lines() {
        let share = |percent| Share { percent, covered: 1, total: 2 };
        let all = Coverage {
            percent: 50.0,
            covered: 2,
            total: 4,
            missing: ["a.py:3", "lib/a.py:7"].map(|line| MissingLine::InFile(line.into())).into(),
            files: [("a.py".to_owned(), share(50.0)), ("lib/a.py".to_owned(), share(50.0))].into(),
            unexcluded: None,
            executable: std::collections::BTreeMap::new(),
            by_test: std::collections::BTreeMap::new(),
        };

        let told = Covered::of(all, None).by_file;

        let file = |path: &str, line| CoveredFile {
            path: path.to_owned(),
            percent: 50.0,
            missing: vec![line],
        };
        assert_eq!(told, [file("a.py", 3), file("lib/a.py", 7)]);
    }
}
