//! A decision's statement, checked against its record.

use thiserror::Error;

use crate::audit::record::Record;
use crate::audit::sshsig::{SshSig, SshSigError};
use crate::audit::statement::{Decision, DecisionStatement, StatementError};
use crate::domain::act::ActKind;

/// A statement or signature that does not fit the record around it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DecisionError {
    /// An owner's decision holds the statement it rests on.
    #[error("a record of kind {} needs a statement", kind.word())]
    StatementMissing {
        /// The kind of the record.
        kind: ActKind,
    },
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

/// The statement of an owner's decision, if it fits the record; `None` for other kinds.
pub fn check_decision(record: &Record) -> Result<Option<DecisionStatement>, DecisionError> {
    let Some(decision) = owner_decision(record.kind) else {
        return check_bare(record);
    };
    let Some(text) = &record.stmt else {
        return Err(DecisionError::StatementMissing { kind: record.kind });
    };
    let statement = DecisionStatement::parse(text.as_bytes())?;
    check_subject(record, &statement)?;
    if statement.predicate.decision != decision {
        return Err(DecisionError::Kind { kind: record.kind });
    }
    let as_of = &statement.predicate.as_of;
    if as_of.origin != record.log || !(1..=record.seq).contains(&as_of.size) {
        return Err(DecisionError::AsOf { origin: as_of.origin.clone(), size: as_of.size });
    }
    check_signature(record, text)?;
    Ok(Some(statement))
}

const fn owner_decision(kind: ActKind) -> Option<Decision> {
    match kind {
        ActKind::DecisionApproved => Some(Decision::Approved),
        ActKind::DecisionApprovedDespite => Some(Decision::ApprovedDespite),
        ActKind::DecisionRejected => Some(Decision::Rejected),
        ActKind::DecisionRevoked => Some(Decision::Revoked),
        ActKind::DecisionReopened => Some(Decision::Reopened),
        ActKind::LogGenesis
        | ActKind::StoreMigrated
        | ActKind::LogRestored
        | ActKind::BlobPruned
        | ActKind::ModelAnswered
        | ActKind::ProposalCreated
        | ActKind::RevisionAdded
        | ActKind::ModelCalled
        | ActKind::ExecutionLeased
        | ActKind::ExecutionVerdict
        | ActKind::ExecutionInfraError
        | ActKind::ExecutionAbandoned
        | ActKind::DecisionDismissed
        | ActKind::DecisionExpired
        | ActKind::ConceptLearned
        | ActKind::AuthDenied
        | ActKind::ClockRegressed
        | ActKind::DaemonStarted
        | ActKind::DaemonStopped
        | ActKind::ExportCreated => None,
    }
}

fn check_bare(record: &Record) -> Result<Option<DecisionStatement>, DecisionError> {
    if record.stmt.is_none() && record.sig.is_none() {
        return Ok(None);
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
