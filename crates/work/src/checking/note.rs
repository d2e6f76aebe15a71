//! The text of a note on a commit: one JSON object a line.
//!
//! Lines are only ever added, and their order means nothing, so that git's own ways to join two notes (`cat_sort_uniq`) leave a
//! note. Each line has one spelling (RFC 8785); whatever else a note holds makes it unreadable, by the number of its line.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use record::audit::canonical::{CanonicalError, canonical_bytes};
use record::audit::dsse::Envelope;

/// The reference that notes are kept under.
pub const REFERENCE: &str = "refs/notes/saraphina";
/// Most bytes of a note.
pub const MAX_NOTE_BYTES: usize = 4 << 20;
/// Most lines of a note.
const MAX_LINES: usize = 256;
/// The version of lines.
const VERSION: u8 = 1;

/// An entry of the log, with what proves that it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The exact bytes of the entry.
    pub record: String,
    /// A C2SP tlog-proof of it, with the signed checkpoint.
    pub proof: String,
}

/// One line of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A change: the manifest that the content hash of decisions is taken of.
    Change(String),
    /// A decision of an owner, with the statement and the signature of its entry once more, for tools that know no entries.
    Decision {
        /// The entry.
        entry: Entry,
        /// The exact bytes that were signed.
        statement: String,
        /// The armoured SSHSIG over them.
        signature: String,
    },
    /// The entry that set the policy which a decision names.
    Policy(Entry),
    /// A statement for other verifiers, signed by the key of the log.
    Attestation(Envelope),
}

/// A note: lines without repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    lines: Vec<Line>,
}

/// A reason why bytes are no note.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoteError {
    /// There are too many bytes.
    #[error("it has {bytes} bytes, more than {MAX_NOTE_BYTES}")]
    TooLong {
        /// How many.
        bytes: usize,
    },
    /// There are too many lines.
    #[error("it has more than {MAX_LINES} lines")]
    TooManyLines,
    /// Nothing is there, or the last line does not end.
    #[error("it is cut off")]
    CutOff,
    /// Its bytes are not in the repository, or are not those of its id.
    #[error("its bytes are not in the repository")]
    Gone,
    /// It is no text.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A line is none of ours.
    #[error("line {number} cannot be read")]
    Line {
        /// The line, from 1.
        number: usize,
    },
    /// A line is spelled in another way than the one there is.
    #[error("line {number} is not in canonical form")]
    NotCanonical {
        /// The line, from 1.
        number: usize,
    },
    /// A line stands there twice.
    #[error("line {number} repeats an earlier one")]
    Repeated {
        /// The line, from 1.
        number: usize,
    },
    /// A value has no canonical form.
    #[error("it has no canonical form")]
    Canonical(#[from] CanonicalError),
}

/// A line as it is spelled.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Wire {
    Change { manifest: String, v: u8 },
    Decision { proof: String, record: String, signature: String, statement: String, v: u8 },
    Policy { proof: String, record: String, v: u8 },
    Attestation { envelope: Envelope, v: u8 },
}

impl Note {
    /// A note of these lines, each once.
    pub fn new(lines: impl IntoIterator<Item = Line>) -> Self {
        Self::default().joined(lines)
    }

    /// Its lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Adds the lines that say something new; an entry that is there keeps the proof it had.
    #[must_use]
    pub fn joined(mut self, lines: impl IntoIterator<Item = Line>) -> Self {
        for line in lines {
            if !self.lines.iter().any(|known| known.says(&line)) {
                self.lines.push(line);
            }
        }
        self
    }

    /// The text.
    pub fn text(&self) -> Result<String, NoteError> {
        let mut text = String::new();
        for line in &self.lines {
            let bytes = canonical_bytes(&Wire::from(line))?;
            text.push_str(&String::from_utf8_lossy(&bytes));
            text.push('\n');
        }
        match text.len() {
            bytes if bytes > MAX_NOTE_BYTES => Err(NoteError::TooLong { bytes }),
            _ if self.lines.len() > MAX_LINES => Err(NoteError::TooManyLines),
            _ => Ok(text),
        }
    }

    /// Reads a note; refuses every spelling but that of [`Note::text`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NoteError::NotUtf8)?;
        let text = text.strip_suffix('\n').ok_or(NoteError::CutOff)?;
        if text.split('\n').count() > MAX_LINES {
            return Err(NoteError::TooManyLines);
        }
        let mut seen = BTreeSet::new();
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(text.split('\n')) {
            if !seen.insert(line) {
                return Err(NoteError::Repeated { number });
            }
            lines.push(read(line, number)?);
        }
        Ok(Self { lines })
    }
}

fn read(line: &str, number: usize) -> Result<Line, NoteError> {
    let wire: Wire = serde_json::from_str(line).map_err(|_| NoteError::Line { number })?;
    // Writing it again is the only test that leaves no second spelling with the same meaning.
    if canonical_bytes(&wire)? != line.as_bytes() {
        return Err(NoteError::NotCanonical { number });
    }
    wire.read().ok_or(NoteError::Line { number })
}

impl Line {
    /// Tells whether another line says nothing beyond this one.
    fn says(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Decision { entry: one, .. }, Self::Decision { entry: other, .. })
            | (Self::Policy(one), Self::Policy(other)) => one.record == other.record,
            (Self::Attestation(one), Self::Attestation(other)) => one.payload == other.payload,
            _ => self == other,
        }
    }
}

impl From<&Line> for Wire {
    fn from(line: &Line) -> Self {
        let v = VERSION;
        match line.clone() {
            Line::Change(manifest) => Self::Change { manifest, v },
            Line::Decision { entry: Entry { record, proof }, statement, signature } => {
                Self::Decision { proof, record, signature, statement, v }
            }
            Line::Policy(Entry { record, proof }) => Self::Policy { proof, record, v },
            Line::Attestation(envelope) => Self::Attestation { envelope, v },
        }
    }
}

impl Wire {
    fn read(self) -> Option<Line> {
        let (line, v) = match self {
            Self::Change { manifest, v } => (Line::Change(manifest), v),
            Self::Decision { proof, record, signature, statement, v } => {
                (Line::Decision { entry: Entry { record, proof }, statement, signature }, v)
            }
            Self::Policy { proof, record, v } => (Line::Policy(Entry { record, proof }), v),
            Self::Attestation { envelope, v } => (Line::Attestation(envelope), v),
        };
        (v == VERSION).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::Change(text.to_owned())
    }

    #[test]
    fn a_note_reads_back_in_any_order_of_its_lines() {
        let entry = Entry { record: "{}".to_owned(), proof: "p\n".to_owned() };
        let (statement, signature) = ("s".to_owned(), "g".to_owned());
        let decision = Line::Decision { entry: entry.clone(), statement, signature };
        let note = Note::new([line("m"), decision.clone(), Line::Policy(entry)]);

        let text = note.text().unwrap();

        assert_eq!(
            text.lines().next(),
            Some(r#"{"kind":"change","manifest":"m","v":1}"#),
            "the form is frozen"
        );
        assert_eq!(Note::parse(text.as_bytes()), Ok(note));
        let mut turned: Vec<&str> = text.lines().collect();
        turned.reverse();
        let turned = Note::parse((turned.join("\n") + "\n").as_bytes()).unwrap();
        assert_eq!(turned.lines().get(1), Some(&decision));
    }

    #[test]
    fn an_entry_that_is_there_keeps_its_proof_and_is_not_repeated() {
        let policy =
            |proof: &str| Line::Policy(Entry { record: "{}".to_owned(), proof: proof.to_owned() });

        let note = Note::new([policy("old"), line("m")]).joined([policy("new"), line("m")]);

        assert_eq!(note, Note::new([policy("old"), line("m")]));
    }

    #[test]
    fn what_is_no_note_is_refused_by_the_line() {
        let good = r#"{"kind":"change","manifest":"m","v":1}"#;
        let deep = "[".repeat(100_000) + "\n";
        let many = (0..=MAX_LINES).map(|number| number.to_string() + "\n").collect::<String>();
        let parsed = |text: &str| Note::parse(text.as_bytes()).unwrap_err();

        assert_eq!(parsed(""), NoteError::CutOff);
        assert_eq!(parsed(good), NoteError::CutOff);
        assert_eq!(parsed(&format!("{good}\n{good}\n")), NoteError::Repeated { number: 2 });
        assert_eq!(parsed(&format!("{good}\n\n")), NoteError::Line { number: 2 });
        assert_eq!(parsed(&format!("{good} \n")), NoteError::NotCanonical { number: 1 });
        assert_eq!(parsed(&good.replace("\"v\":1", "\"v\":2")), NoteError::CutOff);
        assert_eq!(
            parsed(&(good.replace("\"v\":1", "\"v\":2") + "\n")),
            NoteError::Line { number: 1 }
        );
        assert_eq!(
            parsed(&(good.replace("change", "chance") + "\n")),
            NoteError::Line { number: 1 }
        );
        assert_eq!(parsed(&deep), NoteError::Line { number: 1 });
        assert_eq!(parsed(&many), NoteError::TooManyLines);
        assert_eq!(Note::parse(b"\xff\n"), Err(NoteError::NotUtf8));
        let bytes = MAX_NOTE_BYTES + 1;
        assert_eq!(Note::parse(&vec![b'a'; bytes]), Err(NoteError::TooLong { bytes }));
    }
}
