//! Finds what an earlier invocation under the same key wrote.
//!
//! A client that lost the answer asks again; what is written already is told, not written twice.

use serde_json::Value;

use crate::commands::targets::answer::Answer;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::repeated;
use crate::deciding::decided::ReceiptView;
use record::domain::application::{Direction, Ending};
use record::domain::id::ProposalId;

/// Answers as the first time; nothing where there was no first time.
pub async fn answer(
    invocation: &Invocation,
    proposal: &ProposalId,
    direction: Direction,
) -> Result<Option<Answer>, CommandError> {
    let found = repeated::record(invocation, proposal, direction.kinds().1).await?;
    let Some(found) = found else { return Ok(None) };
    let started = found.record.data.get("started").and_then(Value::as_u64);
    let applications = invocation.store()?.applications(proposal).await?;
    let first = applications.into_iter().find(|one| Some(one.started) == started);
    let Some(first) = first else { return Ok(None) };
    if first.end.is_none_or(|(_, ending)| ending == Ending::Undone) {
        let message = "this failed before under the same key, and nothing was changed";
        return Err(CommandError::new(ErrorKind::State, message)
            .hint("See why in `/audit log`, then run it again."));
    }
    let audit = ReceiptView { seq: found.record.seq, hash: found.hash.hex() };
    let answer = Answer::of(&first.order, Answer::word(direction));
    Ok(Some(Answer { audit: Some(audit), ..answer }))
}
