//! Reads a model's remarks on code.
//!
//! Remarks are a model's opinion, shown as such and never evidence: they are bounded in number and length, and lines
//! that do not exist are dropped.

use serde::Deserialize;
use serde_json::Value;

use record::domain::text::Untrusted;

/// Largest reply that is read, in bytes.
const MAX_REPLY_BYTES: usize = 256 << 10;
/// Most braces of a reply that are tried as the beginning of an object.
const MAX_OBJECTS: usize = 50;
/// Most remarks that are kept.
const MAX_REMARKS: usize = 10;
/// Longest sentence, in characters.
const MAX_SENTENCE: usize = 300;
/// Subjects of a remark.
const KINDS: [&str; 4] = ["bug", "quality", "performance", "practice"];

/// The weight that a model gives to a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It has to be mended.
    High,
    /// It should be.
    Medium,
    /// It could be.
    Low,
}

/// One remark, bounded and without anything that acts on a screen; a model's opinion, never evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// `bug`, `quality`, `performance` or `practice`.
    pub kind: &'static str,
    /// Its weight.
    pub severity: Severity,
    /// The line of the code, from 1, where there is such a line.
    pub line: Option<u32>,
    /// The fault.
    pub message: String,
    /// The advice.
    pub advice: String,
}

/// The remarks of a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// The remarks, the weightiest first.
    pub remarks: Vec<Remark>,
    /// Entries that are none.
    pub refused: usize,
}

#[derive(Deserialize)]
struct Reply {
    remarks: Vec<Value>,
}

#[derive(Deserialize)]
struct Entry {
    kind: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    line: Value,
    message: String,
    #[serde(default)]
    advice: String,
}

/// Reads the remarks of a reply on code of so many lines; `None` where it is not in the form that is asked for.
pub fn read_remarks(reply: &str, lines: u32) -> Option<Remarks> {
    let reply = reply.get(..MAX_REPLY_BYTES.min(reply.len())).unwrap_or_default();
    let starts = reply.match_indices('{').take(MAX_OBJECTS);
    let mut objects = starts.filter_map(|(start, _)| {
        let rest = reply.get(start..)?;
        serde_json::Deserializer::from_str(rest).into_iter::<Reply>().next()?.ok()
    });
    let entries = objects.next()?.remarks;
    let count = entries.len();
    let read = entries.into_iter().filter_map(|entry| remark(entry, lines));
    let mut remarks: Vec<Remark> = read.take(MAX_REMARKS).collect();
    remarks.sort_by_key(|remark| remark.severity);
    Some(Remarks { refused: count - remarks.len(), remarks })
}

fn remark(entry: Value, lines: u32) -> Option<Remark> {
    let entry: Entry = serde_json::from_value(entry).ok()?;
    let kind = KINDS.into_iter().find(|kind| entry.kind.trim().eq_ignore_ascii_case(kind))?;
    let message = Untrusted(&entry.message).line(MAX_SENTENCE);
    let severity = match entry.severity.trim().to_ascii_lowercase().as_str() {
        "high" | "critical" => Severity::High,
        "medium" => Severity::Medium,
        _ => Severity::Low,
    };
    let line = entry.line.as_u64().and_then(|line| u32::try_from(line).ok());
    (!message.is_empty()).then(|| Remark {
        kind,
        severity,
        line: line.filter(|line| (1..=lines).contains(line)),
        message,
        advice: Untrusted(&entry.advice).line(MAX_SENTENCE),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_read_wherever_they_stand_and_weighed() {
        let reply = "Here {you} are:\n```json\n{\"remarks\": [\
            {\"kind\": \"Practice\", \"line\": 9, \"message\": \"no type\"},\
            {\"kind\": \"bug\", \"severity\": \"high\", \"line\": 2, \"message\": \"add(1, 2) gives -1\", \"advice\": \"Add.\"}]}\n```";

        let read = read_remarks(reply, 3).unwrap();

        let practice = Remark {
            kind: "practice",
            severity: Severity::Low,
            line: None,
            message: "no type".to_owned(),
            advice: String::new(),
        };
        let bug = Remark {
            kind: "bug",
            severity: Severity::High,
            line: Some(2),
            message: "add(1, 2) gives -1".to_owned(),
            advice: "Add.".to_owned(),
        };
        assert_eq!(read, Remarks { remarks: vec![bug, practice], refused: 0 });
    }

    #[test]
    fn hostile_replies_are_bounded_and_disarmed() {
        let remark = "{\"kind\": \"bug\", \"message\": \"\u{202e}x\\u001b[2J\"}";
        let many = format!("{{\"remarks\": [{}]}}", vec![remark; 500].join(","));
        let wrong = "{\"remarks\": [1, {}, {\"kind\": \"praise\", \"message\": \"good\"}, {\"kind\": \"bug\", \"message\": \" \"}]}";
        let deep = format!("{{\"remarks\": {}", "[".repeat(100_000));

        let read = read_remarks(&many, 3).unwrap();

        assert_eq!((read.remarks.len(), read.refused), (10, 490));
        assert!(!read.remarks[0].message.contains(['\u{1b}', '\u{202e}']), "{read:?}");
        assert_eq!(read_remarks(wrong, 3), Some(Remarks { remarks: Vec::new(), refused: 4 }));
        let none = [String::new(), "{".repeat(300_000), deep, "{\"remarks\": 1}".to_owned()];
        assert_eq!(none.map(|reply| read_remarks(&reply, 3)), [None, None, None, None]);
        assert_eq!(read_remarks(&"é".repeat(200_000), 3), None);
    }
}
