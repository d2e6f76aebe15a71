//! An owner's signed statement, checked against the record that carries it.
//!
//! A record of a decision holds the exact bytes that were signed. Statement, record and signature must name the same content,
//! execution, log and key, so that a good signature cannot be moved to another entry.

use thiserror::Error;

use crate::audit::canonical::CanonicalError;
use crate::audit::detail::first_difference;
use crate::audit::owner_change::{OwnerChange, data_digest};
use crate::audit::record::Record;
use crate::audit::sshsig::{SshSig, SshSigError};
use crate::audit::statement::{AsOf, DecisionStatement, Nonce, StatementError};
use crate::domain::act::ActKind;
use crate::domain::decision::Decision;
use crate::domain::principal::PrincipalKind;

/// A statement or signature that does not fit the record around it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DecisionError {
    /// An owner's decision holds the statement it rests on.
    #[error("a record of kind {} needs a statement", kind.word())]
    StatementMissing {
        /// The kind of the record.
        kind: ActKind,
    },
    /// A change of keys or policy is always signed, and so is a restore that has a statement.
    #[error("a record of kind {} needs a signature", kind.word())]
    SignatureMissing {
        /// The kind of the record.
        kind: ActKind,
    },
    /// The statement is about another detail than the record holds.
    #[error("the statement is about other detail than the record holds")]
    Detail,
    /// The detail has no canonical form.
    #[error("the detail of the record has no canonical form")]
    Canonical(#[source] CanonicalError),
    /// Only an owner's decision holds a statement or a signature.
    #[error("a record of kind {} has no statement or signature", kind.word())]
    StatementUnexpected {
        /// The kind of the record.
        kind: ActKind,
    },
    /// The statement is not one.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Statement and record name different content.
    #[error("the statement is about {statement}, the record is not")]
    Subject {
        /// The subject of the statement.
        statement: String,
    },
    /// Statement and record say different things.
    #[error("the statement decides otherwise than the kind {}", kind.word())]
    Kind {
        /// The kind of the record.
        kind: ActKind,
    },
    /// The entry says something else than was signed.
    #[error("the entry's {part} is not what the statement says")]
    Stated {
        /// The part.
        part: &'static str,
    },
    /// Only an owner decides or changes keys and policy.
    #[error("the entry does not name an owner as its actor")]
    Actor,
    /// The statement saw another log or a later state of this one.
    #[error("the statement was made as of entry {size} of {origin}")]
    AsOf {
        /// The log the statement names.
        origin: String,
        /// The size it names.
        size: u64,
    },
    /// The signature is not good.
    #[error(transparent)]
    Signature(#[from] SshSigError),
    /// The record names another key than the one that signed.
    #[error("the signature is by {signer}, the record names another key or none")]
    Signer {
        /// The fingerprint of the key that signed.
        signer: String,
    },
}

/// A statement of an owner, of either kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A decision on a proposal.
    Decision(Box<DecisionStatement>),
    /// A change of keys or policy, or a restore.
    Change(OwnerChange),
}

impl Statement {
    /// The head of the log that the owner saw.
    pub const fn as_of(&self) -> &AsOf {
        match self {
            Self::Decision(statement) => &statement.predicate.as_of,
            Self::Change(statement) => &statement.predicate.as_of,
        }
    }

    /// Gives the nonce that makes it unique.
    pub const fn nonce(&self) -> Nonce {
        match self {
            Self::Decision(statement) => statement.predicate.nonce,
            Self::Change(statement) => statement.predicate.nonce,
        }
    }
}

/// The statement of an owner, if it fits the record; `None` for kinds that have none.
pub fn check_statement(record: &Record) -> Result<Option<Statement>, DecisionError> {
    // Whether a restore may go without a statement is for the keys that are enrolled to say.
    let is_signed_restore = record.kind == ActKind::LogRestored && record.stmt.is_some();
    let is_change = is_signed_restore
        || matches!(
            record.kind,
            ActKind::OwnerKeyAdded
                | ActKind::OwnerKeyRemoved
                | ActKind::OwnerChangeEndorsed
                | ActKind::PolicyChanged
        );
    let decision = Decision::of(record.kind);
    if decision.is_none() && !is_change {
        return check_bare(record).map(|()| None);
    }
    let Some(text) = &record.stmt else {
        return Err(DecisionError::StatementMissing { kind: record.kind });
    };
    let statement = match decision {
        Some(decision) => Statement::Decision(Box::new(decided(record, text, decision)?)),
        None => Statement::Change(changed(record, text)?),
    };
    let as_of = statement.as_of();
    if as_of.origin != record.log || !(1..=record.seq).contains(&as_of.size) {
        return Err(DecisionError::AsOf { origin: as_of.origin.clone(), size: as_of.size });
    }
    if record.actor.kind != PrincipalKind::Owner {
        return Err(DecisionError::Actor);
    }
    if let Statement::Decision(decided) = &statement
        && let Some(part) = first_difference(record, decided)
    {
        return Err(DecisionError::Stated { part });
    }
    check_signature(record, text)?;
    Ok(Some(statement))
}

fn decided(
    record: &Record,
    text: &str,
    decision: Decision,
) -> Result<DecisionStatement, DecisionError> {
    let statement = DecisionStatement::parse(text.as_bytes())?;
    check_subject(record, &statement)?;
    if statement.predicate.decision == decision {
        return Ok(statement);
    }
    Err(DecisionError::Kind { kind: record.kind })
}

fn changed(record: &Record, text: &str) -> Result<OwnerChange, DecisionError> {
    let statement = OwnerChange::parse(text.as_bytes())?;
    if statement.predicate.change != record.kind {
        return Err(DecisionError::Kind { kind: record.kind });
    }
    let digest = data_digest(&record.data).map_err(DecisionError::Canonical)?;
    if statement.data_digest != digest || statement.origin != record.log {
        return Err(DecisionError::Detail);
    }
    if record.sig.is_none() {
        return Err(DecisionError::SignatureMissing { kind: record.kind });
    }
    Ok(statement)
}

fn check_bare(record: &Record) -> Result<(), DecisionError> {
    if record.stmt.is_none() && record.sig.is_none() {
        return Ok(());
    }
    Err(DecisionError::StatementUnexpected { kind: record.kind })
}

fn check_subject(record: &Record, statement: &DecisionStatement) -> Result<(), DecisionError> {
    let subject = &record.subject;
    let evidence = statement.predicate.evidence.as_ref();
    let is_same_content = subject.proposal.as_ref() == Some(&statement.proposal)
        && subject.revision == Some(statement.revision)
        && subject.revision_digest == Some(statement.revision_digest);
    let is_same_execution =
        evidence.is_none_or(|one| subject.execution.as_ref() == Some(&one.execution));
    if is_same_content && is_same_execution {
        return Ok(());
    }
    Err(DecisionError::Subject { statement: statement.subject_name() })
}

fn check_signature(record: &Record, text: &str) -> Result<(), DecisionError> {
    let Some(armour) = &record.sig else {
        return Ok(());
    };
    let signature = SshSig::parse(armour)?;
    signature.verify(text.as_bytes())?;
    let signer = signature.fingerprint();
    if record.actor.key.as_ref() == Some(&signer) {
        return Ok(());
    }
    Err(DecisionError::Signer { signer })
}
