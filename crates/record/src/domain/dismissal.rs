//! Findings that an owner looked at and needs nothing done about.
//!
//! A finding that is dismissed is not told again, so who did it and why is on record. It is known by its rule, its file and the text of
//! its line, whatever number that line has by now; other words on the line make it another finding.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::changeset::RepositoryName;
use crate::domain::digest::Digest;

/// Digits by which a finding is known.
pub const FINDING_DIGITS: usize = 16;
/// Longest reason, in characters.
pub const MAX_REASON: usize = 2_000;
/// Longest name of a rule.
const MAX_RULE: usize = 64;
/// Longest path.
const MAX_PATH: usize = 4_096;

/// A dismissal as it is recorded; its JSON is the detail of the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dismissal {
    /// The repository.
    pub repository: RepositoryName,
    /// The finding.
    pub finding: String,
    /// Its rule.
    pub rule: String,
    /// Its file.
    pub path: String,
    /// Why nothing is to be done.
    pub reason: String,
}

/// By what a finding is known again: its rule, its file and the text of its line.
pub fn finding_id(rule: &str, path: &str, line: &str) -> String {
    let whole = Digest::of_parts(&[rule.as_bytes(), path.as_bytes(), line.as_bytes()]).hex();
    whole.chars().take(FINDING_DIGITS).collect()
}

/// Whether a text can name a rule.
pub fn is_rule(text: &str) -> bool {
    let is_part = |symbol: char| symbol.is_ascii_alphanumeric() || "_.-".contains(symbol);
    (1..=MAX_RULE).contains(&text.len())
        && text.starts_with(|symbol: char| symbol.is_ascii_alphanumeric())
        && text.chars().all(is_part)
}

impl Dismissal {
    /// The detail of its entry.
    pub fn detail(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            // Texts are an object, whatever they hold.
            _ => Map::new(),
        }
    }

    /// Reads the detail of an entry.
    pub fn of_detail(data: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value::<Self>(Value::Object(data.clone())).ok().filter(Self::is_sound)
    }

    fn is_sound(&self) -> bool {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        self.finding.len() == FINDING_DIGITS
            && self.finding.bytes().all(is_digit)
            && is_rule(&self.rule)
            && (1..=MAX_PATH).contains(&self.path.len())
            && !self.reason.is_empty()
            && self.reason.chars().count() <= MAX_REASON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dismissal_reads_back_and_one_that_names_no_finding_does_not() {
        let dismissal = Dismissal {
            repository: "shop".parse().unwrap(),
            finding: finding_id("S608", "shop/store.py", "run(sql)"),
            rule: "S608".to_owned(),
            path: "shop/store.py".to_owned(),
            reason: "the table is a constant".to_owned(),
        };

        assert_eq!(Dismissal::of_detail(&dismissal.detail()), Some(dismissal.clone()));
        for spoilt in [
            Dismissal { finding: "7c2e".to_owned(), ..dismissal.clone() },
            Dismissal { rule: "S608; --".to_owned(), ..dismissal.clone() },
            Dismissal { reason: String::new(), ..dismissal },
        ] {
            assert_eq!(Dismissal::of_detail(&spoilt.detail()), None, "{spoilt:?}");
        }
    }
}
