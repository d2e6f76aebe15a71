//! The approval that lets a revision be written into a target.
//!
//! Status and standing of a row say nothing here: entries decide. They have to hold an approval of exactly the newest revision that
//! nothing ended, contests or outdates, and the stored files have to be those that it is about.

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::lookup;
use crate::deciding::dismissal;
use crate::deciding::recorded::Recorded;
use record::audit::record::Record;
use record::domain::digest::Digest;
use record::domain::id::ExecutionId;
use record::domain::proposal::{Proposal, Standing};
use record::domain::revision::Revision;
use record::domain::status::Status;

/// An approved revision with what names its approval.
#[derive(Clone, Debug)]
pub struct Permit {
    /// The revision.
    pub revision: Revision,
    /// The owner who approved it last.
    pub reviewer: String,
    /// The entry of that approval.
    pub seq: u64,
    /// The digest of the statement that was signed for it.
    pub decision: Digest,
    /// The execution that it rests on.
    pub execution: Option<ExecutionId>,
}

impl Permit {
    /// Finds the approval of the newest revision of a proposal, or says why there is none that counts.
    pub async fn of(invocation: &Invocation, proposal: &Proposal) -> Result<Self, CommandError> {
        // What ran out is ended first, so that it counts no longer.
        dismissal::sweep(invocation).await?;
        let store = invocation.store()?;
        let now = store.proposal(&proposal.id).await?.unwrap_or_else(|| proposal.clone());
        let recorded = Recorded::of(invocation, &now).await?;
        check_standing(&now)?;
        let revision = lookup::revision(invocation, &now, None).await?;
        recorded.check_revision(&revision)?;
        let is_of_head =
            |seen: &(u32, Option<Digest>)| *seen == (revision.number, Some(revision.content_hash));
        let approvals = recorded.standing.approvals().filter(|one| is_of_head(&one.revision));
        let approval = approvals.last().ok_or_else(|| not_approved(&now))?;
        recorded.check_swept()?;
        if recorded.standing.approvals().any(|one| one.has_run_out(invocation.now())) {
            let message = format!("an approval of {} has run out", now.id);
            return Err(CommandError::new(ErrorKind::State, message)
                .hint(format!("Approve it anew with `/approve-code {}`.", now.id)));
        }
        Ok(Self {
            reviewer: approval.reviewer.clone(),
            seq: approval.seq,
            decision: statement_digest(invocation, approval.seq).await?,
            execution: approval.execution.clone(),
            revision,
        })
    }
}

fn check_standing(proposal: &Proposal) -> Result<(), CommandError> {
    if proposal.status != Status::Approved {
        return Err(not_approved(proposal));
    }
    match proposal.standing {
        Standing::Clear => Ok(()),
        Standing::Contested => {
            let message = format!("an execution disagrees with the approval of {}", proposal.id);
            let id = &proposal.id;
            Err(CommandError::new(ErrorKind::State, message).hint(format!(
                "Look at it with `/report-code {id}`. If it is to go in all the same, end the approval with `/revoke-approval {id} REASON` and approve it anew."
            )))
        }
    }
}

fn not_approved(proposal: &Proposal) -> CommandError {
    let message = format!("{} is {}, not approved", proposal.id, proposal.status);
    CommandError::new(ErrorKind::State, message)
        .hint(format!("Look at it with `/report-code {0}`, then `/approve-code {0}`.", proposal.id))
}

/// Gives the digest of the statement in an entry, which `Recorded` has read before and found in its place.
async fn statement_digest(context: &Context, seq: u64) -> Result<Digest, CommandError> {
    let rows = context.store()?.log_from(seq, 1).await?;
    let record = rows.first().and_then(|row| Record::parse(&row.bytes).ok());
    let statement = record.and_then(|record| record.stmt);
    let missing = || {
        let message = format!("entry {seq} holds no statement of an approval");
        CommandError::broken(message)
    };
    statement.map(|text| Digest::of(text.as_bytes())).ok_or_else(missing)
}
