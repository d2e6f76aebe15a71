//! C2SP checkpoints: the signed head of a log, as a note.
//!
//! The verifier, the store and other tools read the same three lines with signatures below. A note is opened with the key one
//! trusts; reading it without a key is possible for comparison, and proves nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::audit::key::{LogKey, VerifierKey};
use crate::domain::digest::Digest;

/// Longest note that is read.
const MAX_NOTE_BYTES: usize = 8_192;

/// Before each signature: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";

/// The head of a log: how many entries it has and the root over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The RFC 6962 root of these entries.
    pub root: Digest,
}

/// A note that does not prove the head of the log.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CheckpointError {
    /// The text is no signed note with a checkpoint of three lines.
    #[error("not a signed checkpoint")]
    Malformed,
    /// No signature is by the wanted key.
    #[error("the checkpoint is signed by {found}, not by {wanted}")]
    WrongKey {
        /// The name and hash of the key in the note.
        found: String,
        /// The name and hash of the key that was asked for.
        wanted: String,
    },
    /// The signature is not good for this text.
    #[error("the signature of {signer} does not fit the checkpoint")]
    Signature {
        /// The name of the key.
        signer: String,
    },
    /// A key signs only for the log it is named after.
    #[error("the checkpoint is of the log {origin}, the key is of {key}")]
    Origin {
        /// The log in the note.
        origin: String,
        /// The name of the key.
        key: String,
    },
}

impl Checkpoint {
    /// The signed text: origin, size and root, a line each.
    pub fn body(&self) -> String {
        let root = STANDARD.encode(self.root.as_bytes());
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Reads a note without looking at its signatures; for comparison only, it proves nothing.
    pub fn parse_unverified(note: &str) -> Result<Self, CheckpointError> {
        Note::split(note)
            .and_then(|note| Self::parse_body(note.body))
            .ok_or(CheckpointError::Malformed)
    }

    fn parse_body(body: &str) -> Option<Self> {
        let mut lines = body.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let root: [u8; 32] = STANDARD.decode(root).ok()?.try_into().ok()?;
        let size = size.parse().ok()?;
        let checkpoint = Self { origin: origin.to_owned(), size, root: Digest::from_bytes(root) };
        // Rendering again refuses leading zeros, plus signs and further lines.
        (checkpoint.body() == body).then_some(checkpoint)
    }
}

impl LogKey {
    /// The signed note of a checkpoint of this key's log.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<String, CheckpointError> {
        check_origin(checkpoint, self.verifier())?;
        let body = checkpoint.body();
        let signature = self.sign_bytes(body.as_bytes());
        let blob = STANDARD.encode([self.verifier().id().as_slice(), &signature].concat());
        Ok(format!("{body}\n{SIGNATURE_MARK}{} {blob}\n", self.verifier().name()))
    }
}

impl VerifierKey {
    /// The checkpoint in the note, if this key signed it.
    pub fn open(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let Note { body, signatures } = Note::split(note).ok_or(CheckpointError::Malformed)?;
        let is_ours = |line: &SignatureLine<'_>| {
            line.name == self.name() && line.key_id() == self.id().as_slice()
        };
        let Some(line) = signatures.iter().find(|line| is_ours(line)) else {
            return Err(self.wrong_key(&signatures));
        };
        let good = line.signature().is_some_and(|bytes| self.has_signed(body.as_bytes(), bytes));
        if !good {
            return Err(CheckpointError::Signature { signer: self.name().to_owned() });
        }
        let checkpoint = Checkpoint::parse_body(body).ok_or(CheckpointError::Malformed)?;
        check_origin(&checkpoint, self)?;
        Ok(checkpoint)
    }

    /// The name and the hash of the key, as people compare them.
    pub fn label(&self) -> String {
        label(self.name(), self.id())
    }

    fn wrong_key(&self, signatures: &[SignatureLine<'_>]) -> CheckpointError {
        let found =
            signatures.first().map_or_else(String::new, |line| label(line.name, line.key_id()));
        CheckpointError::WrongKey { found, wanted: self.label() }
    }
}

fn label(name: &str, id: &[u8]) -> String {
    format!("{name}+{}", crate::domain::digest::hex(id))
}

fn check_origin(checkpoint: &Checkpoint, key: &VerifierKey) -> Result<(), CheckpointError> {
    if checkpoint.origin == key.name() {
        return Ok(());
    }
    Err(CheckpointError::Origin { origin: checkpoint.origin.clone(), key: key.name().to_owned() })
}

struct Note<'a> {
    body: &'a str,
    signatures: Vec<SignatureLine<'a>>,
}

struct SignatureLine<'a> {
    name: &'a str,
    blob: Vec<u8>,
}

impl<'a> Note<'a> {
    fn split(note: &'a str) -> Option<Self> {
        let is_control = |byte: u8| byte.is_ascii_control() && byte != b'\n';
        if note.len() > MAX_NOTE_BYTES || note.bytes().any(is_control) {
            return None;
        }
        let gap = note.rfind("\n\n")?;
        let (body, rest) = note.split_at_checked(gap + 1)?;
        let lines = rest.strip_prefix('\n')?.strip_suffix('\n')?;
        let signatures = lines.split('\n').map(SignatureLine::parse).collect::<Option<_>>()?;
        Some(Self { body, signatures })
    }
}

impl<'a> SignatureLine<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (name, blob) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
        let blob = STANDARD.decode(blob).ok()?;
        (!name.is_empty() && blob.len() > 4).then_some(Self { name, blob })
    }

    fn key_id(&self) -> &[u8] {
        self.blob.get(..4).unwrap_or_default()
    }

    fn signature(&self) -> Option<&[u8; 64]> {
        self.blob.get(4..)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "saraphina/0190a1b2-0000-7000-8000-000000000001";

    fn key() -> LogKey {
        LogKey::from_seed(ORIGIN, &[7; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size: 12, root: Digest::of(b"root") }
    }

    #[test]
    fn a_note_opens_with_its_key_only() {
        let note = key().sign(&checkpoint()).unwrap();
        let other = LogKey::from_seed(ORIGIN, &[8; 32]).unwrap();

        assert_eq!(key().verifier().open(&note), Ok(checkpoint()));
        assert_eq!(
            other.verifier().open(&note),
            Err(CheckpointError::WrongKey {
                found: key().verifier().label(),
                wanted: other.verifier().label(),
            })
        );
    }

    #[test]
    fn every_changed_byte_of_a_note_is_refused() {
        let note = key().sign(&checkpoint()).unwrap().into_bytes();

        for (position, bit) in (0..note.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut changed = note.clone();
            changed[position] ^= 1 << bit;
            let opened = std::str::from_utf8(&changed).map(|text| key().verifier().open(text));
            assert!(!matches!(opened, Ok(Ok(_))), "byte {position}, bit {bit}");
        }
    }

    #[test]
    fn a_key_signs_for_its_own_log_only() {
        let foreign = Checkpoint { origin: "saraphina/other".to_owned(), ..checkpoint() };

        assert!(matches!(key().sign(&foreign), Err(CheckpointError::Origin { .. })));
    }

    #[test]
    fn a_signed_text_other_than_three_plain_lines_is_refused() {
        let body = checkpoint().body();
        let open = |body: &str| {
            let key = key();
            let blob = [key.verifier().id().as_slice(), &key.sign_bytes(body.as_bytes())];
            let blob = STANDARD.encode(blob.concat());
            key.verifier().open(&format!("{body}\n\u{2014} {ORIGIN} {blob}\n"))
        };

        assert_eq!(open(&body), Ok(checkpoint()));
        for other in [body.replace("\n12\n", "\n012\n"), body.clone() + "more\n", String::new()] {
            assert_eq!(open(&other), Err(CheckpointError::Malformed), "{other}");
        }
    }

    #[test]
    fn a_witness_line_beside_ours_does_no_harm() {
        let note = key().sign(&checkpoint()).unwrap();
        let witnessed = format!("{note}\u{2014} witness.example AAAAAAECAwQ=\n");

        assert_eq!(key().verifier().open(&witnessed), Ok(checkpoint()));
    }
}
