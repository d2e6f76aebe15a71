//! What somebody without keys can do to a record.

use std::collections::BTreeMap;

use record::audit::checkpoint::Checkpoint;
use record::audit::key::LogKey;
use record::audit::merkle::leaf_hash;
use record::audit::record::{Position, Record};
use record::domain::act::{Act, ActKind};
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;
use rusqlite::{Connection, OpenFlags};

/// A mutation, and where it must be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
}

/// Where a mutation must be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At this entry.
    At(u64),
    /// Without a place, because no entry is wrong.
    Nowhere,
    /// Anywhere: one place is as right as another.
    Any,
}

/// Numbers that look random and repeat for a seed (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % bound
    }

    fn flip(&mut self, bytes: &mut [u8]) -> usize {
        let at = self.below(bytes.len());
        bytes[at] ^= 1 << self.below(8);
        at
    }
}

fn at(name: &'static str, seq: usize) -> Mutation {
    Mutation { name, place: Place::At(u64::try_from(seq).unwrap()) }
}

/// Changes the records in one way.
fn mutate_records(records: &mut Vec<Vec<u8>>, numbers: &mut Numbers) -> Mutation {
    let size = records.len();
    let (one, other) = (numbers.below(size), numbers.below(size));
    match numbers.below(7) {
        0 => {
            numbers.flip(&mut records[one]);
            at("edit", one)
        }
        1 => {
            records.remove(one);
            at("delete", one)
        }
        2 => {
            let copy = records[other].clone();
            records.insert(one, copy);
            at("insert", if one == other { one + 1 } else { one })
        }
        3 if one == other => {
            numbers.flip(&mut records[one]);
            at("edit", one)
        }
        3 => {
            records.swap(one, other);
            at("swap", one.min(other))
        }
        4 => {
            records.truncate(one);
            at("truncate", one)
        }
        5 => {
            let copy = records[one].clone();
            records.push(copy);
            at("replay", size)
        }
        _ => {
            let forged = forged(records);
            records.push(forged);
            at("forged record", size)
        }
    }
}

/// A record that fits the chain, by one who cannot sign for it.
fn forged(records: &[Vec<u8>]) -> Vec<u8> {
    let last = Record::parse(records.last().unwrap()).unwrap();
    let position = Position {
        log: &last.log,
        seq: last.seq + 1,
        prev: leaf_hash(records.last().unwrap()),
        ts: Timestamp::from_millis(last.ts.millis() + 1),
    };
    let act = Act::new(ActKind::DaemonStopped, Principal::owner(), Via::internal());
    Record::seal(position, &act.with("cause", "forged"), "forged").unwrap().bytes
}

/// The same head, signed by a key of the same name.
fn resigned(note: &str) -> String {
    let head = Checkpoint::parse_unverified(note).unwrap();
    LogKey::from_seed(&head.origin, &[1; 32]).unwrap().sign(&head).unwrap()
}

/// Changes an export in one way; instructions are left alone, because they are no evidence.
pub(crate) fn mutate_export(
    files: &mut BTreeMap<String, Vec<u8>>,
    numbers: &mut Numbers,
) -> Mutation {
    let any = |name| Mutation { name, place: Place::Any };
    match numbers.below(10) {
        0..=5 => {
            let text = &files["records.jsonl"];
            let split = text.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n');
            let mut records: Vec<Vec<u8>> = split.map(<[u8]>::to_vec).collect();
            let mutation = mutate_records(&mut records, numbers);
            let lines = records.iter().flat_map(|record| [record.as_slice(), b"\n"].concat());
            files.insert("records.jsonl".to_owned(), lines.collect());
            mutation
        }
        6 => {
            let note = String::from_utf8(files["checkpoint"].clone()).unwrap();
            files.insert("checkpoint".to_owned(), resigned(&note).into_bytes());
            Mutation { name: "wrong-key checkpoint", place: Place::Nowhere }
        }
        choice => {
            let names: Vec<String> = files
                .keys()
                .filter(|name| !["verify.py", "VERIFY.md"].contains(&name.as_str()))
                .cloned()
                .collect();
            let name = names[numbers.below(names.len())].clone();
            match choice {
                7 => drop(files.remove(&name)),
                8 => {
                    let other = names[numbers.below(names.len())].clone();
                    let copy = files[&other].clone();
                    if files[&name] == copy {
                        files.get_mut(&name).unwrap().push(b'x');
                    } else {
                        files.insert(name, copy);
                    }
                }
                _ => {
                    let bytes = files.get_mut(&name).unwrap();
                    if bytes.is_empty() {
                        bytes.push(b'x');
                    } else {
                        numbers.flip(bytes);
                    }
                }
            }
            any(["remove a file", "replace a file", "edit a file"][choice - 7])
        }
    }
}

/// Rows that no entry of the log may contradict.
const ROWS: [(&str, &str); 5] = [
    (
        "edit a file of a revision",
        "UPDATE revision_files SET text = text || '#' WHERE rowid = (SELECT max(rowid) FROM revision_files)",
    ),
    (
        "edit a verdict",
        "UPDATE executions SET verdict = 'failed' WHERE rowid = (SELECT min(rowid) FROM executions)",
    ),
    (
        "edit a decision",
        "UPDATE reviews SET reason = 'another' WHERE seq = (SELECT min(seq) FROM reviews)",
    ),
    ("delete a decision", "DELETE FROM reviews WHERE seq = (SELECT min(seq) FROM reviews)"),
    (
        "approve by hand",
        "UPDATE proposals SET status = 'approved' WHERE rowid = (SELECT max(rowid) FROM proposals)",
    ),
];

/// Drops the triggers of a database and changes it in one way.
pub(crate) fn mutate_database(path: &std::path::Path, numbers: &mut Numbers) -> Mutation {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let mut names =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let triggers: Vec<String> =
        names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    drop(names);
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    match numbers.below(10) {
        0..=5 => mutate_log(&connection, numbers),
        6 => {
            let sql = "SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1";
            let note: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
            connection.execute("UPDATE audit_checkpoint SET note = ?1", [resigned(&note)]).unwrap();
            Mutation { name: "wrong-key checkpoint", place: Place::Nowhere }
        }
        _ => {
            let (name, sql) = ROWS[numbers.below(ROWS.len())];
            assert!(connection.execute(sql, []).unwrap() > 0, "{name}");
            Mutation { name, place: Place::Any }
        }
    }
}

/// Changes the records in a database; a sequence stays the place in the table, whatever the record says.
fn mutate_log(connection: &Connection, numbers: &mut Numbers) -> Mutation {
    let mut rows = connection.prepare("SELECT record FROM audit_log ORDER BY seq").unwrap();
    let mut records: Vec<Vec<u8>> =
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    drop(rows);
    let mutation = mutate_records(&mut records, numbers);
    connection.execute_batch("BEGIN; DELETE FROM audit_log").unwrap();
    for (seq, record) in records.iter().enumerate() {
        let row = (i64::try_from(seq).unwrap(), record);
        connection.execute("INSERT INTO audit_log (seq, record) VALUES (?1, ?2)", row).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    mutation
}
