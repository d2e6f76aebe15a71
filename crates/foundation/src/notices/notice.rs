//! What is said of an entry: facts and ids, and no sentence that somebody wrote.
//!
//! Requests, reasons, comments and whatever a model wrote stay in the home. Of the detail of an entry only named fields are taken, and of
//! texts only single plain words, so that an entry that holds something else cannot carry it out either.

use serde_json::{Map, Value, json};

use crate::notices::occasion::Occasion;
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::time::Timestamp;

/// Fields of an entry's detail that may be told.
const TOLD: [&str; 10] = [
    "verdict",
    "reasons",
    "integrity",
    "coverage_bp",
    "stop",
    "decision",
    "outcome",
    "id",
    "name",
    "scope",
];
/// Counts of tests that may be told.
const COUNTS: [&str; 6] = ["collected", "executed", "passed", "failed", "errors", "skipped"];
/// Longest word.
const MAX_WORD: usize = 64;
/// Most words of a list.
const MAX_WORDS: usize = 16;
/// Digits of an entry's hash in the name of its notice.
const HASH_DIGITS: usize = 16;

/// One event for an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its name, the same at every try, by which a receiver knows a repetition.
    pub id: String,
    /// What it is about.
    pub occasion: Occasion,
    /// When that happened.
    pub at: Timestamp,
    /// The facts.
    pub facts: Map<String, Value>,
}

impl Notice {
    /// Says what can be said of a stored entry, where it is an occasion.
    pub fn of(record: &Record, bytes: &[u8]) -> Option<Self> {
        let occasion = Occasion::of(record)?;
        let hash = leaf_hash(bytes).hex();
        let digits: String = hash.chars().take(HASH_DIGITS).collect();
        let subject = &record.subject;
        let text = |value: Option<String>| value.map(Value::from);
        let given = [
            ("entry", Some(Value::from(record.seq))),
            ("entry_hash", Some(Value::from(hash))),
            ("kind", Some(Value::from(record.kind.word()))),
            ("by", Some(by(record))),
            ("proposal_id", text(subject.proposal.as_ref().map(ToString::to_string))),
            ("revision", subject.revision.map(Value::from)),
            ("content_hash", text(subject.revision_digest.map(|digest| digest.hex()))),
            ("execution_id", text(subject.execution.as_ref().map(ToString::to_string))),
            ("tests", tests(record)),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let told = TOLD.iter().filter_map(|name| Some(((*name).to_owned(), fact(record, name)?)));
        let facts = given.chain(told).collect();
        Some(Self { id: format!("msg_{}_{digits}", record.seq), occasion, at: record.ts, facts })
    }

    /// Makes a trial of a channel.
    pub fn trial(id: &str, at: Timestamp) -> Self {
        Self { id: format!("msg_trial_{id}"), occasion: Occasion::Trial, at, facts: Map::new() }
    }

    /// Adds for whom it waits.
    pub fn waits_for(&mut self, owners: &[String]) {
        let names: Vec<&str> = owners.iter().filter_map(|name| plain(name)).collect();
        self.facts.insert("for".to_owned(), json!(names));
    }

    /// Adds where it is shown, on a server that begins all its addresses so.
    pub fn shown_at(&mut self, base: &str) {
        let place = match (self.text("proposal_id"), self.facts.get("entry")) {
            (Some(id), _) => format!("{base}/proposals/{id}"),
            (None, Some(entry)) => format!("{base}/record/{entry}"),
            (None, None) => format!("{base}/"),
        };
        self.facts.insert("link".to_owned(), Value::from(place));
    }

    /// The event as one line of JSON, in the form of Standard Webhooks.
    pub fn json(&self) -> String {
        let at = self.at.to_string();
        json!({ "type": self.occasion.word(), "timestamp": at, "data": self.facts }).to_string()
    }

    /// The facts in one sentence, for a person.
    pub fn sentence(&self) -> String {
        let mut parts = Vec::new();
        let about = [("proposal_id", ""), ("name", ""), ("verdict", ""), ("stop", "stopped by ")];
        for (name, before) in about {
            parts.extend(self.text(name).map(|text| format!("{before}{text}")));
        }
        if let Some(names) = self.facts.get("for").and_then(Value::as_array) {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            parts.push(format!("for {}", names.join(", ")));
        }
        parts.extend(self.text("link").map(str::to_owned));
        parts.join(" · ")
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(Value::as_str)
    }
}

/// Says who acted; of a program that names itself only what it is.
fn by(record: &Record) -> Value {
    let mut by = Map::from_iter([("type".to_owned(), json!(record.actor.kind))]);
    by.extend(plain(&record.actor.id).map(|id| ("id".to_owned(), Value::from(id))));
    Value::Object(by)
}

fn tests(record: &Record) -> Option<Value> {
    let counts = record.data.get("tests")?.as_object()?;
    let count = |name: &&str| {
        let count = counts.get(*name)?.as_u64()?;
        Some(((*name).to_owned(), Value::from(count)))
    };
    Some(Value::Object(COUNTS.iter().filter_map(count).collect()))
}

/// Takes a field where it is a number, a plain word, or a list of such words.
fn fact(record: &Record, name: &str) -> Option<Value> {
    match record.data.get(name)? {
        Value::Number(number) => Some(Value::Number(number.clone())),
        Value::String(text) => plain(text).map(Value::from),
        Value::Array(list) => {
            let words = list.iter().take(MAX_WORDS).filter_map(|one| plain(one.as_str()?));
            Some(Value::Array(words.map(Value::from).collect()))
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

/// Passes a text that is one plain word, such as a name of ours or an id.
fn plain(text: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@+:".contains(&byte);
    let fits = (1..=MAX_WORD).contains(&text.len()) && text.bytes().all(is_plain);
    fits.then_some(text)
}
