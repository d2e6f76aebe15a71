//! A note opened: its bytes held against the digests, signatures and proofs in it.
//!
//! Here it is only asked whether the note fits together. Whether its signatures are by the right people and its change is that of the commit
//! is judged in `judging.rs`; the difference is that of an altered note and one that does not approve.

use thiserror::Error;

use crate::checking::manifest::Manifest;
use crate::checking::note::{Entry, Line, Note};
use record::audit::checkpoint::Checkpoint;
use record::audit::decision::{DecisionError, Statement, check_statement};
use record::audit::dsse::Envelope;
use record::audit::key::VerifierKey;
use record::audit::log_proof::InclusionText;
use record::audit::merkle::leaf_hash;
use record::audit::owner_change::OwnerChange;
use record::audit::proof::verify_inclusion;
use record::audit::record::Record;
use record::audit::statement::DecisionStatement;
use record::domain::act::ActKind;
use record::domain::digest::Digest;
use record::domain::policy::Policy;

/// A decision with the entry that holds it; both fit each other and the signature.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The entry.
    pub record: Record,
    /// What was signed.
    pub statement: DecisionStatement,
    /// The digest of the signed bytes.
    pub digest: Digest,
}

/// A policy with the entry that set it.
#[derive(Clone, Debug)]
pub struct PolicySet {
    /// The entry.
    pub record: Record,
    /// What was signed; the first policy of a log is set by nobody.
    pub change: Option<OwnerChange>,
    /// Its digest, as decisions name it.
    pub digest: Digest,
    /// The policy.
    pub policy: Policy,
}

/// What a note holds.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The changes.
    pub changes: Vec<Manifest>,
    /// The decisions.
    pub decisions: Vec<Decided>,
    /// The policies.
    pub policies: Vec<PolicySet>,
}

/// A reason why a note does not fit together.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Broken {
    /// A manifest has another spelling than changes have, or its hash is that of no decision.
    #[error("the manifest is not the one that was decided on")]
    Manifest,
    /// The bytes of an entry are no entry.
    #[error("an entry in it is damaged")]
    Entry,
    /// A statement or signature does not fit its entry.
    #[error("entry {seq}: {error}")]
    Decision {
        /// The entry.
        seq: u64,
        /// What does not fit.
        error: DecisionError,
    },
    /// An entry is of another kind than its line, or has no signature.
    #[error("entry {seq} is no signed decision and sets no policy")]
    Kind {
        /// The entry.
        seq: u64,
    },
    /// Statement or signature beside an entry are not those in it.
    #[error("the statement or signature beside entry {seq} is not the one in it")]
    Beside {
        /// The entry.
        seq: u64,
    },
    /// The proof does not lead from the entry to a checkpoint that the log signed.
    #[error("entry {seq} is not proven to stand in the log: {why}")]
    Proof {
        /// The entry.
        seq: u64,
        /// What does not hold.
        why: String,
    },
    /// The entry is of another log than the key.
    #[error("entry {seq} is of the log {found}, not of {wanted}")]
    Log {
        /// The entry.
        seq: u64,
        /// Its log.
        found: String,
        /// The log of the key.
        wanted: String,
    },
    /// An attestation is not signed by the log.
    #[error("an attestation is not signed by the key of the log")]
    Attestation,
    /// A policy cannot be read, or has another digest than its entry says.
    #[error("the policy of entry {seq} cannot be read")]
    Policy {
        /// The entry.
        seq: u64,
    },
}

/// Opens notes with the key of the log, where it is given.
#[derive(Debug)]
pub struct Opener<'a> {
    log: Option<&'a VerifierKey>,
    /// The last checkpoint that was good: all proofs of a note have the same.
    good: Option<(String, Checkpoint)>,
}

impl<'a> Opener<'a> {
    /// Without a key, proofs are followed to the checkpoint, whose signature is not looked at.
    pub const fn new(log: Option<&'a VerifierKey>) -> Self {
        Self { log, good: None }
    }

    /// Opens a note.
    pub fn open(&mut self, note: &Note) -> Result<Opened, Broken> {
        let mut opened = Opened::default();
        for line in note.lines() {
            match line {
                Line::Change(text) => {
                    opened.changes.push(Manifest::parse(text).ok_or(Broken::Manifest)?);
                }
                Line::Decision { entry, statement, signature } => {
                    opened.decisions.push(self.decision(entry, statement, signature)?);
                }
                Line::Policy(entry) => opened.policies.push(self.policy(entry)?),
                Line::Attestation(envelope) => self.attestation(envelope)?,
            }
        }
        let is_decided = |change: &Manifest| {
            let mut digests = opened.decisions.iter().map(|one| one.statement.revision_digest);
            digests.any(|digest| digest == change.content_hash)
        };
        if opened.changes.iter().all(is_decided) { Ok(opened) } else { Err(Broken::Manifest) }
    }

    fn attestation(&self, envelope: &Envelope) -> Result<(), Broken> {
        let is_foreign = self.log.is_some_and(|key| envelope.open(key).is_none());
        if is_foreign { Err(Broken::Attestation) } else { Ok(()) }
    }

    fn decision(
        &mut self,
        entry: &Entry,
        statement: &str,
        signature: &str,
    ) -> Result<Decided, Broken> {
        let (record, checked) = self.entry(entry)?;
        let seq = record.seq;
        let Some(Statement::Decision(decided)) = checked else { return Err(Broken::Kind { seq }) };
        if record.sig.is_none() {
            return Err(Broken::Kind { seq });
        }
        let is_same =
            record.stmt.as_deref() == Some(statement) && record.sig.as_deref() == Some(signature);
        if !is_same {
            return Err(Broken::Beside { seq });
        }
        let digest = Digest::of(statement.as_bytes());
        Ok(Decided { record, statement: *decided, digest })
    }

    fn policy(&mut self, entry: &Entry) -> Result<PolicySet, Broken> {
        let (record, checked) = self.entry(entry)?;
        let seq = record.seq;
        let change = match (record.kind, checked) {
            (ActKind::PolicyChanged, Some(Statement::Change(change))) => Some(change),
            (ActKind::LogGenesis, None) if seq == 0 => None,
            _ => return Err(Broken::Kind { seq }),
        };
        let digest = record.data.get("policy_digest").and_then(|digest| digest.as_str());
        let digest = digest.and_then(|digest| digest.parse().ok());
        let policy = match (&change, record.data.get("policy")) {
            (Some(_), Some(policy)) => serde_json::from_value(policy.clone()).ok(),
            (Some(_), None) => None,
            // The genesis names the policy that is built in by its digest alone.
            (None, _) => Some(Policy::default()),
        };
        let (Some(digest), Some(policy)) = (digest, policy) else {
            return Err(Broken::Policy { seq });
        };
        if change.is_none() && self.log.is_none() && digest != policy.digest() {
            return Err(Broken::Policy { seq });
        }
        Ok(PolicySet { record, change, digest, policy })
    }

    /// Reads an entry and checks statement, signature and proof.
    fn entry(&mut self, entry: &Entry) -> Result<(Record, Option<Statement>), Broken> {
        let record = Record::parse(entry.record.as_bytes()).map_err(|_| Broken::Entry)?;
        let seq = record.seq;
        let statement =
            check_statement(&record).map_err(|error| Broken::Decision { seq, error })?;
        self.check_proof(&record, entry)?;
        Ok((record, statement))
    }

    fn check_proof(&mut self, record: &Record, entry: &Entry) -> Result<(), Broken> {
        let seq = record.seq;
        let unproven = |why: String| Broken::Proof { seq, why };
        let proof = InclusionText::parse(&entry.proof);
        let proof = proof.ok_or_else(|| unproven("it is no proof".to_owned()))?;
        let is_known = self.good.as_ref().is_some_and(|(note, _)| *note == proof.note);
        if !is_known {
            let head = match self.log {
                Some(key) => key.open(&proof.note),
                None => Checkpoint::parse_unverified(&proof.note),
            };
            let head = head.map_err(|error| unproven(error.to_string()))?;
            self.good = Some((proof.note.clone(), head));
        }
        let Some((_, head)) = &self.good else { return Err(unproven(String::new())) };
        if record.log != head.origin {
            let (found, wanted) = (record.log.clone(), head.origin.clone());
            return Err(Broken::Log { seq, found, wanted });
        }
        if proof.seq != seq {
            return Err(unproven("the proof is of another entry".to_owned()));
        }
        let leaf = leaf_hash(entry.record.as_bytes());
        verify_inclusion(leaf, seq, head.size, &proof.path, head.root)
            .map_err(|error| unproven(error.to_string()))
    }
}
