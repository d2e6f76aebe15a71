//! Makes notes from the record, and writes them on commits.
//!
//! What goes into a note is read from entries, each proven under the newest checkpoint before it is given out: a note that fails elsewhere
//! would look like a forgery. `/apply-code` writes one on the commit that it makes, `/note-code` on one that somebody else made.

use crate::auditing::attesting;
use crate::checking::note::{Entry, Line, Note, NoteError, REFERENCE};
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::lookup;
use foundation::repository::commits::Author;
use foundation::repository::notes::NewNote;
use foundation::repository::repository::Repository;
use foundation::store::error::StoreError;
use foundation::store::query::{Account, LogRow, StoredPolicy};
use foundation::store::store::Store;
use record::audit::decision::{Statement, check_statement};
use record::audit::key::VerifierKey;
use record::audit::log_proof::InclusionText;
use record::audit::merkle::{NodeRef, leaf_hash};
use record::audit::record::Record;
use record::audit::statement::DecisionStatement;
use record::domain::changeset::{Changeset, GitId};
use record::domain::digest::Digest;
use record::domain::proposal::Proposal;
use record::domain::status::Status;

/// What stands for an address in the commit of a note.
const ADDRESS: &str = "saraphina";

/// Makes the note of a revision that is a change of a repository: the change, every decision about it, the policies that these name.
///
/// It is for approved revisions, also where the approval was revoked since: then the note says so.
pub async fn of_revision(
    context: &Context,
    proposal: &Proposal,
    number: u32,
) -> Result<Note, CommandError> {
    let revision = lookup::revision(context, proposal, Some(number)).await?;
    let change = revision.source.change().ok_or_else(|| no_change(proposal))?;
    let store = context.store()?;
    let account = store.account(&proposal.id).await?.ok_or_else(|| conflict(proposal))?;
    let signed = signed(&account, proposal, change, number)?;
    if !signed.iter().any(|(_, statement)| statement.predicate.decision.is_approval()) {
        return Err(not_approved(proposal, number));
    }
    let prover = Prover::of(store).await?;
    let mut lines = vec![Line::Change(change.manifest())];
    for (row, statement) in &signed {
        let policy = policy(store, &account.policies, statement).await?;
        lines.push(Line::Policy(prover.entry(&policy)?));
        lines.push(prover.decision(row)?);
    }
    if account.proposal.status == Status::Approved && account.proposal.head == number {
        lines.extend(attestations(store, &account.proposal).await?);
    }
    Ok(Note::new(lines))
}

/// Writes the proof of a revision on the commit that carries it out, in the name of whoever asks.
pub async fn on_commit(
    invocation: &Invocation,
    repository: &Repository,
    (proposal, number): (&Proposal, u32),
    commit: &GitId,
) -> Result<Note, CommandError> {
    let note = of_revision(invocation, proposal, number).await?;
    let author = Author::new(&invocation.caller.who.id, ADDRESS)?;
    let new = NewNote { commit, content: &[], author: &author, at: invocation.now() };
    write(repository, new, &note).await?;
    Ok(note)
}

/// Writes a note on a commit, after what its note says already; an author and a moment come with `note`.
async fn write(
    repository: &Repository,
    note: NewNote<'_>,
    content: &Note,
) -> Result<(), CommandError> {
    let commit = note.commit;
    let renew = |old: Option<&[u8]>| -> Result<Vec<u8>, CommandError> {
        let old = old.map(Note::parse).transpose();
        let old = old.map_err(|error| foreign(commit.as_str(), &error))?.unwrap_or_default();
        let new = old.joined(content.lines().iter().cloned());
        let text = new.text().map_err(|error| too_much(commit.as_str(), &error))?;
        Ok(text.into_bytes())
    };
    repository.renew_note(REFERENCE, note, renew).await
}

/// Picks the decisions about a revision, each with what was signed.
fn signed(
    account: &Account,
    proposal: &Proposal,
    change: &Changeset,
    number: u32,
) -> Result<Vec<(LogRow, DecisionStatement)>, CommandError> {
    let mut signed = Vec::new();
    for entry in &account.entries {
        let record = &entry.record;
        let is_about = record.subject.revision == Some(number);
        if !record.kind.is_owner_decision() || !is_about {
            continue;
        }
        let (Ok(Some(Statement::Decision(statement))), Some(_)) =
            (check_statement(record), &record.sig)
        else {
            return Err(broken(proposal, "a decision about it is not signed by an owner's key"));
        };
        if statement.revision_digest != change.content_hash() {
            return Err(broken(proposal, "its stored change is not the one that was decided on"));
        }
        signed.push((entry.row.clone(), *statement));
    }
    Ok(signed)
}

/// Finds the entry that set the policy which a decision names: the newest one that the owner can have seen, or the first of the log.
async fn policy(
    store: &dyn Store,
    policies: &[StoredPolicy],
    statement: &DecisionStatement,
) -> Result<LogRow, CommandError> {
    let seen = policies.iter().map(|set| set.seq);
    let seq = seen.filter(|seq| *seq < statement.predicate.as_of.size).max().unwrap_or(0);
    let rows = store.log_from(seq, 1).await?;
    let missing = || CommandError::broken(format!("there is no entry {seq} of a policy"));
    rows.into_iter().next().filter(|row| row.seq == seq).ok_or_else(missing)
}

async fn attestations(store: &dyn Store, proposal: &Proposal) -> Result<Vec<Line>, CommandError> {
    // Where the key of the log is elsewhere, the owner's signature and the proofs stand alone.
    let Some(key) = store.log_key()? else { return Ok(Vec::new()) };
    let standing = attesting::standing(store, proposal).await?;
    let sealed = attesting::sealed(store, (proposal, &standing), &key).await?;
    let decisions = sealed.decisions.into_iter().map(|(_, decision)| decision);
    Ok(std::iter::once(sealed.summary).chain(decisions).map(Line::Attestation).collect())
}

/// Proves entries under one checkpoint.
struct Prover<'a> {
    store: &'a dyn Store,
    checkpoint: String,
    key: VerifierKey,
}

impl<'a> Prover<'a> {
    async fn of(store: &'a dyn Store) -> Result<Self, CommandError> {
        let checkpoint = store.log_state().await?.checkpoint;
        Ok(Self { store, checkpoint, key: lookup::log_key(store).await? })
    }

    fn entry(&self, row: &LogRow) -> Result<Entry, CommandError> {
        let failed = |error| {
            CommandError::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
        };
        let nodes = |place: NodeRef| -> Option<Digest> { self.store.node(place).ok().flatten() };
        let proof = InclusionText::build(row.seq, &self.checkpoint, &nodes).map_err(failed)?;
        proof.check(leaf_hash(&row.bytes), &self.key).map_err(failed)?;
        let record = String::from_utf8_lossy(&row.bytes).into_owned();
        Ok(Entry { record, proof: proof.text() })
    }

    fn decision(&self, row: &LogRow) -> Result<Line, CommandError> {
        let entry = self.entry(row)?;
        let record = Record::parse(&row.bytes)
            .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
        let (statement, signature) =
            (record.stmt.unwrap_or_default(), record.sig.unwrap_or_default());
        Ok(Line::Decision { entry, statement, signature })
    }
}

/// The refusal of a proposal that stands for itself.
pub fn no_change(proposal: &Proposal) -> CommandError {
    let message = format!("{} is no change of a repository, so no commit can have it", proposal.id);
    CommandError::new(ErrorKind::State, message)
        .hint("Propose changes with `/propose-code --repo NAME`.")
}

fn not_approved(proposal: &Proposal, number: u32) -> CommandError {
    let message = format!("no approval of {} revision {number} is on record", proposal.id);
    CommandError::new(ErrorKind::State, message)
        .hint(format!("Look at it with `/report-code {0}`, then `/approve-code {0}`.", proposal.id))
}

fn conflict(proposal: &Proposal) -> CommandError {
    StoreError::Conflict { proposal: proposal.id.clone() }.into()
}

fn broken(proposal: &Proposal, why: &str) -> CommandError {
    CommandError::broken(format!("there is no note of {}: {why}", proposal.id))
}

fn foreign(commit: &str, error: &NoteError) -> CommandError {
    let message = format!("the commit {commit} has a note that is none of ours: {error}");
    CommandError::new(ErrorKind::State, message).hint(format!(
        "Look at it with `git notes --ref=saraphina show {commit}`; what is not ours has to go first."
    ))
}

fn too_much(commit: &str, error: &NoteError) -> CommandError {
    CommandError::new(ErrorKind::State, format!("the note on {commit} would be too long: {error}"))
}
