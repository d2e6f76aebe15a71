//! Random manipulations of a log by somebody who has its key, and perhaps the owner's.
//!
//! Whatever is changed, the entries are numbered, chained and signed again, so that only rules can tell. Half of the time the
//! statements after the change are issued anew with the owner's key, because else their view of the history gives it away.

use record::audit::checkpoint::Checkpoint;
use record::audit::key::LogKey;
use record::audit::local_key::LocalKey;
use record::audit::merkle::leaf_hash;
use record::audit::tree::Tree;
use record::domain::digest::Digest;
use serde_json::{Map, Value, json};

/// Numbers that look random and are the same every time (splitmix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(count.max(1)).unwrap()).unwrap()
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// A log as values, which are sealed again after each change.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) entries: Vec<Value>,
}

/// How a draft becomes bytes again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    /// As it is, with the statements that were signed.
    Log,
    /// With every statement issued anew by the owners' keys.
    Owners,
}

impl Draft {
    pub(super) fn of(records: &[Vec<u8>]) -> Self {
        let entries = records.iter().map(|record| serde_json::from_slice(record).unwrap());
        Self { entries: entries.collect() }
    }

    /// Entries in their order, numbered, chained and signed by the log's key.
    pub(super) fn sealed(&mut self, key: &LogKey, seal: Seal) -> (Vec<Vec<u8>>, String) {
        let (mut tree, mut last) = (Tree::default(), Digest::ZERO);
        let mut records = Vec::new();
        for (seq, entry) in self.entries.iter_mut().enumerate() {
            entry["seq"] = json!(seq);
            entry["prev"] = json!(last.to_string());
            if seal == Seal::Owners {
                issue(entry, &tree);
            }
            // The way of `is_ordered`: what a canonicaliser would refuse is written all the same.
            let bytes = serde_json::to_vec(entry).unwrap();
            last = leaf_hash(&bytes);
            tree.push(last);
            records.push(bytes);
        }
        let (origin, size) = (key.verifier().name().to_owned(), tree.size());
        let root = tree.root_at(size).unwrap_or(Digest::of(b""));
        (records, key.sign(&Checkpoint { origin, size, root }).unwrap())
    }

    /// Changes something somewhere; says what.
    pub(super) fn change(&mut self, chance: &mut Chance) -> String {
        let at = chance.below(self.entries.len());
        if self.entries.len() < 2 {
            return "nothing".to_owned();
        }
        match chance.below(16) {
            0 => {
                self.entries.remove(at);
                format!("entry {at} removed")
            }
            1 => {
                let copy = self.entries[at].clone();
                let to = chance.below(self.entries.len() + 1);
                self.entries.insert(to, copy);
                format!("entry {at} copied to {to}")
            }
            2 => {
                let other = chance.below(self.entries.len());
                self.entries.swap(at, other);
                format!("entries {at} and {other} swapped")
            }
            3 => {
                self.entries.truncate(at + 1);
                format!("cut after entry {at}")
            }
            4..=7 => self.change_statement(chance),
            _ => self.change_field(at, chance),
        }
    }

    fn change_field(&mut self, at: usize, chance: &mut Chance) -> String {
        let donor = self.entries[chance.below(self.entries.len())].clone();
        let said = bend(&mut self.entries[at], &donor, chance);
        format!("entry {at}: {said}")
    }

    fn change_statement(&mut self, chance: &mut Chance) -> String {
        let stated: Vec<usize> =
            (0..self.entries.len()).filter(|at| self.entries[*at].get("stmt").is_some()).collect();
        let Some(at) = stated.get(chance.below(stated.len())).copied() else {
            return self.change_field(0, chance);
        };
        let donor = stated[chance.below(stated.len())];
        let donor = statement(&self.entries[donor]).unwrap_or_default();
        let Some(mut own) = statement(&self.entries[at]) else {
            return format!("entry {at}: nothing");
        };
        let said = bend(&mut own, &donor, chance);
        self.entries[at]["stmt"] = json!(own.to_string());
        if chance.one_in(2) {
            repeat(&mut self.entries[at], &own);
        }
        format!("statement of entry {at}: {said}")
    }
}

fn statement(entry: &Value) -> Option<Value> {
    serde_json::from_str(entry.get("stmt")?.as_str()?).ok()
}

/// Writes into the detail what the statement says, as the program does.
fn repeat(entry: &mut Value, statement: &Value) {
    let said = &statement["predicate"];
    let hex = |digest: &Value| digest["sha256"].as_str().map(|hex| json!(format!("sha256:{hex}")));
    let parts = [
        ("decision", said.get("decision").cloned()),
        ("reason", said.get("reason").cloned()),
        ("comment", said.get("comment").cloned()),
        ("shown_digest", said.get("shownDigest").cloned()),
        ("verdict", said.pointer("/evidence/verdict").cloned()),
        ("evidence_digest", said.pointer("/evidence/digest").and_then(hex)),
        ("environment_digest", said.get("envDigest").cloned()),
        ("policy_digest", said.get("policyDigest").cloned()),
        ("expires_at", said.get("expiresAt").cloned()),
        ("nonce", said.get("nonce").cloned()),
    ];
    let Some(data) = entry.get_mut("data").and_then(Value::as_object_mut) else { return };
    for (name, value) in parts {
        match value {
            Some(value) => drop(data.insert(name.to_owned(), value)),
            None => drop(data.remove(name)),
        }
    }
    if let Some(execution) = said.pointer("/evidence/execution").cloned()
        && entry["subject"].is_object()
    {
        entry["subject"]["execution"] = execution;
    }
    if let Some(word) = said["decision"].as_str() {
        entry["kind"] = json!(format!("decision.{word}"));
    }
}

/// Issues a statement anew on the history that now stands before it, by the owner whom the entry names.
fn issue(entry: &mut Value, tree: &Tree) {
    let Some(mut own) = statement(entry) else { return };
    let seen = own.pointer("/predicate/asOf/size").and_then(Value::as_u64);
    if let Some(root) = seen.and_then(|size| tree.root_at(size).ok()) {
        use base64::Engine as _;
        let root = base64::engine::general_purpose::STANDARD.encode(root.as_bytes());
        own["predicate"]["asOf"]["root"] = json!(root);
    }
    let is_change = own.pointer("/predicate/change").is_some();
    let data = serde_json::to_vec(&entry["data"]).unwrap();
    if let Some(digest) = own.pointer_mut("/subject/0/digest/sha256").filter(|_| is_change) {
        *digest = json!(Digest::of(&data).hex());
    }
    let text = own.to_string();
    entry["stmt"] = json!(text);
    let keys = [LocalKey::from_seed(&[0x77; 32]), LocalKey::from_seed(&[0x78; 32])];
    let named = entry.pointer("/actor/key").and_then(Value::as_str).map(str::to_owned);
    let key = keys.iter().find(|key| Some(key.public().fingerprint()) == named);
    if let (Some(key), true) = (key, entry.get("sig").is_some()) {
        entry["sig"] = json!(key.sign(text.as_bytes()).armour());
    }
}

/// Changes one value below this one; says which.
fn bend(value: &mut Value, donor: &Value, chance: &mut Chance) -> String {
    let mut paths = Vec::new();
    collect(value, String::new(), &mut paths);
    let Some(path) = paths.get(chance.below(paths.len())).cloned() else {
        return "nothing".to_owned();
    };
    let mut others = Vec::new();
    collect(donor, String::new(), &mut others);
    let same = donor.pointer(&path).cloned();
    let other = others.get(chance.below(others.len()));
    let any = other.and_then(|path| donor.pointer(path)).cloned().unwrap_or_default();
    let (parent, name) = path.rsplit_once('/').unwrap_or_default();
    match chance.below(8) {
        0 => {
            if let Some(object) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
                object.remove(name);
            }
            format!("{path} removed")
        }
        1 => {
            let extra = odd(chance);
            if let Some(object) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
                insert(object, &extra.0, extra.1.clone());
            }
            format!("{parent}/{} added", extra.0)
        }
        2..=4 => replace(value, &path, same.unwrap_or(any)),
        5 => replace(value, &path, any),
        6 => {
            let odd = odd(chance).1;
            replace(value, &path, odd)
        }
        _ => {
            let near = value.pointer(&path).map(|found| near(found, chance)).unwrap_or_default();
            replace(value, &path, near)
        }
    }
}

fn replace(value: &mut Value, path: &str, new: Value) -> String {
    let said = format!("{path} = {new}");
    if let Some(place) = value.pointer_mut(path) {
        *place = new;
    }
    said
}

fn insert(object: &mut Map<String, Value>, name: &str, value: Value) {
    object.insert(name.to_owned(), value);
}

fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                collect(inner, format!("{path}/{key}"), paths);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (place, inner) in items.iter().enumerate() {
                collect(inner, format!("{path}/{place}"), paths);
            }
        }
        _ => {}
    }
    if !path.is_empty() {
        paths.push(path);
    }
}

/// A name and a value that nobody expects.
fn odd(chance: &mut Chance) -> (String, Value) {
    let names = [
        "comment",
        "reason",
        "revokes",
        "expires_at",
        "uid",
        "key",
        "surplus",
        "execution",
        "Bad",
        "entry",
        "sig",
        "rules",
    ];
    let values = [
        json!(null),
        json!(1.5),
        json!(true),
        json!(0),
        json!(-1),
        json!(2),
        json!(9_007_199_254_740_992_u64),
        json!(""),
        json!("owner"),
        json!("agent"),
        json!("passed"),
        json!("failed"),
        json!("é\u{7f}"),
        json!("x".repeat(2_001)),
        json!([]),
        json!({}),
        json!([[[[[[[[[1]]]]]]]]]),
        json!({"a": {"b": "c"}}),
        json!("2026-11-20T08:47:00.000Z"),
        json!("2026-02-30T08:47:00.000Z"),
        json!("2026-11-20T08:47:00Z"),
        json!("confirmed"),
        json!("log.unknown"),
        json!(Digest::of(b"other").to_string()),
        json!(Digest::of(b"policy").to_string()),
        json!("\u{2028}\u{1}\n\"\\"),
    ];
    (names[chance.below(names.len())].to_owned(), values[chance.below(values.len())].clone())
}

/// A value that is nearly the same.
fn near(value: &Value, chance: &mut Chance) -> Value {
    match value {
        Value::Number(number) => {
            json!(number.as_i64().unwrap_or(0) + if chance.one_in(2) { 1 } else { -1 })
        }
        Value::Bool(found) => json!(!found),
        Value::String(text) if !text.is_empty() => {
            let mut letters: Vec<char> = text.chars().collect();
            let at = chance.below(letters.len());
            letters[at] = match letters[at] {
                '0' => '1',
                'a' => 'b',
                _ if chance.one_in(2) => 'é',
                _ => '0',
            };
            json!(letters.into_iter().collect::<String>())
        }
        Value::String(_) => json!(" "),
        Value::Array(items) => json!(items.iter().rev().cloned().collect::<Vec<_>>()),
        Value::Object(_) | Value::Null => json!({}),
    }
}
