//! Owners' keys over time, as the log itself enrols and removes them.
//!
//! Whether a signature counts depends on the keys that were enrolled at its entry. The first key vouches for itself; from then on
//! every decision and restore must be signed. The same list makes the file `allowed_signers` for OpenSSH.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::audit::owner_key::OwnerKey;
use crate::audit::record::Record;
use crate::audit::sshsig::NAMESPACE;
use crate::domain::act::ActKind;
use crate::domain::assurance::Assurance;
use crate::domain::time::Timestamp;

/// Longest name of an owner.
const MAX_PRINCIPAL_CHARS: usize = 64;

/// A key of an owner, from when to when it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The name of the owner.
    pub principal: String,
    /// The key.
    pub key: OwnerKey,
    /// How well it is kept, as said when it was enrolled.
    pub assurance: Assurance,
    /// Where and when it was enrolled.
    pub added: Moment,
    /// Where and when it was removed, if it was.
    pub removed: Option<Moment>,
}

/// A place in the log with what its clock said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Sequence number.
    pub seq: u64,
    /// What the clock said.
    pub at: Timestamp,
}

/// An entry that is not signed as the enrolled keys demand.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SignerError {
    /// Once a key is enrolled, every decision and restore is signed.
    #[error("it is not signed, although keys are enrolled")]
    Unsigned,
    /// The key was never enrolled or is removed.
    #[error("the key {fingerprint} is not enrolled")]
    Unknown {
        /// The fingerprint of the key that signed.
        fingerprint: String,
    },
    /// The key belongs to somebody else than the entry names.
    #[error("the key {fingerprint} belongs to {principal}, the entry names {named}")]
    Principal {
        /// The fingerprint of the key that signed.
        fingerprint: String,
        /// Whose it is.
        principal: String,
        /// Whom the entry names.
        named: String,
    },
    /// The first key vouches for itself.
    #[error("the first key must be enrolled by its own signature")]
    FirstIsForeign,
    /// Enrolled already.
    #[error("the key {fingerprint} is enrolled already")]
    Enrolled {
        /// Its fingerprint.
        fingerprint: String,
    },
    /// Without a key nobody could decide.
    #[error("the last key cannot be removed")]
    Last,
    /// The detail of the entry names no key and owner.
    #[error("it does not say which key of whom")]
    Malformed,
}

/// The part of an entry that concerns signers.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The kind of the record.
    pub kind: ActKind,
    /// Whom the entry names.
    pub principal: &'a str,
    /// The fingerprint of the key that signed it, if one did.
    pub signer: Option<&'a str>,
    /// The detail.
    pub data: &'a Map<String, Value>,
    /// Where it stands.
    pub moment: Moment,
}

impl<'a> Signed<'a> {
    /// Takes that part of a record.
    pub fn of(record: &'a Record) -> Self {
        Self {
            kind: record.kind,
            principal: &record.actor.id,
            signer: record.actor.key.as_deref().filter(|_| record.sig.is_some()),
            data: &record.data,
            moment: Moment { seq: record.seq, at: record.ts },
        }
    }
}

/// Tells whether an owner has to sign for an entry once a key is enrolled.
const fn needs_key(kind: ActKind) -> bool {
    kind.is_owner_decision() || matches!(kind, ActKind::LogRestored)
}

/// The keys of the owners so far, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signers(pub Vec<Signer>);

impl Signers {
    /// The enrolled key of this fingerprint.
    pub fn find(&self, fingerprint: &str) -> Option<&Signer> {
        self.live().find(|signer| signer.key.fingerprint() == fingerprint)
    }

    /// The keys that count now.
    pub fn live(&self) -> impl Iterator<Item = &Signer> {
        self.0.iter().filter(|signer| signer.removed.is_none())
    }

    /// Takes the next entry; its signature itself was checked before.
    pub fn take(&mut self, entry: &Signed<'_>) -> Result<(), SignerError> {
        match entry.kind {
            ActKind::OwnerKeyAdded => self.add(entry),
            ActKind::OwnerKeyRemoved => self.remove(entry),
            ActKind::PolicyChanged | ActKind::OwnerChangeEndorsed => self.check(entry),
            kind if needs_key(kind) && self.live().next().is_some() => self.check(entry),
            _ => Ok(()),
        }
    }

    /// Tells whether an enrolled key signed for the owner that the entry names.
    fn check(&self, entry: &Signed<'_>) -> Result<(), SignerError> {
        let fingerprint = entry.signer.ok_or(SignerError::Unsigned)?.to_owned();
        let Some(signer) = self.find(&fingerprint) else {
            return Err(SignerError::Unknown { fingerprint });
        };
        if signer.principal == entry.principal {
            return Ok(());
        }
        let (principal, named) = (signer.principal.clone(), entry.principal.to_owned());
        Err(SignerError::Principal { fingerprint, principal, named })
    }

    fn add(&mut self, entry: &Signed<'_>) -> Result<(), SignerError> {
        let signer = described(entry).ok_or(SignerError::Malformed)?;
        let fingerprint = signer.key.fingerprint();
        if self.find(&fingerprint).is_some() {
            return Err(SignerError::Enrolled { fingerprint });
        }
        if self.0.is_empty() {
            let is_own = entry.signer == Some(fingerprint.as_str());
            if !is_own || entry.principal != signer.principal {
                return Err(SignerError::FirstIsForeign);
            }
        } else {
            self.check(entry)?;
        }
        self.0.push(signer);
        Ok(())
    }

    fn remove(&mut self, entry: &Signed<'_>) -> Result<(), SignerError> {
        self.check(entry)?;
        let fingerprint = text(entry.data, "fingerprint").ok_or(SignerError::Malformed)?.to_owned();
        if self.find(&fingerprint).is_none() {
            return Err(SignerError::Unknown { fingerprint });
        }
        if self.live().count() == 1 {
            return Err(SignerError::Last);
        }
        let is_it = |signer: &&mut Signer| {
            signer.removed.is_none() && signer.key.fingerprint() == fingerprint
        };
        if let Some(signer) = self.0.iter_mut().find(is_it) {
            signer.removed = Some(entry.moment);
        }
        Ok(())
    }

    /// The file of OpenSSH that names them all: one line a key, with the time in which it counts.
    pub fn allowed_signers(&self) -> String {
        let line = |signer: &Signer| {
            let until = signer.removed.map_or_else(String::new, |removed| {
                format!(",valid-before=\"{}\"", ssh_time(removed.at, 1))
            });
            let since = ssh_time(signer.added.at, 0);
            let options = format!("namespaces=\"{NAMESPACE}\",valid-after=\"{since}\"{until}");
            format!("{} {options} {}\n", signer.principal, signer.key)
        };
        self.0.iter().map(line).collect()
    }
}

/// `YYYYMMDDHHMMSSZ`, of the second that the moment lies in or of a later one.
fn ssh_time(at: Timestamp, later_s: i64) -> String {
    let at = Timestamp::from_millis(at.millis() + later_s * 1_000).to_string();
    let digits: String = at.chars().filter(char::is_ascii_digit).take(14).collect();
    digits + "Z"
}

fn described(entry: &Signed<'_>) -> Option<Signer> {
    let principal = text(entry.data, "principal").filter(|name| is_principal(name))?.to_owned();
    let key = OwnerKey::parse(text(entry.data, "key")?).ok()?;
    let assurance = entry.data.get("assurance").cloned()?;
    let assurance = serde_json::from_value(assurance).ok()?;
    let is_same = text(entry.data, "fingerprint") == Some(&key.fingerprint());
    is_same.then_some(Signer { principal, key, assurance, added: entry.moment, removed: None })
}

fn text<'a>(data: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    data.get(name).and_then(Value::as_str)
}

/// Tells whether a text may name an owner: it must stand in `allowed_signers` without quotes or patterns.
pub fn is_principal(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._@+-".contains(letter);
    (1..=MAX_PRINCIPAL_CHARS).contains(&name.len()) && name.chars().all(is_plain)
}
