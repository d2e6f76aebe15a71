//! Finds what an earlier invocation under the same key wrote.
//!
//! A client that lost the answer asks again; what is written already is told, not written twice.

use crate::commands::targets::answer::Answer;
use record::audit::merkle::leaf_hash;
use record::audit::record::Record;
use record::domain::application::{Direction, Ending};
use record::domain::id::{JobId, ProposalId};
use work::applying::vouched;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::deciding::decided::ReceiptView;

/// Answers as the first time; nothing where there was no first time, or where it was broken off and taken back.
pub async fn answer(
    invocation: &Invocation,
    proposal: &ProposalId,
    direction: Direction,
) -> Result<Option<Answer>, CommandError> {
    let job = JobId::derived(&invocation.caller.idempotency);
    let store = invocation.store()?;
    let mut all = vouched::all(invocation, proposal).await?;
    all.retain(|one| one.order.job == job && one.order.direction == direction);
    let Some((first, (seq, ending))) = all.pop().and_then(|one| Some((one.clone(), one.end?)))
    else {
        return Ok(None);
    };
    let rows = store.log_from(seq, 1).await?;
    let hash = rows.first().map(|row| leaf_hash(&row.bytes));
    let record = rows.first().and_then(|row| Record::parse(&row.bytes).ok());
    let is_recovered = record.is_some_and(|record| record.data.contains_key("recovered"));
    match (ending, is_recovered) {
        (Ending::Whole, _) => {
            let audit = hash.map(|hash| ReceiptView { seq, hash: hash.hex() });
            Ok(Some(Answer { audit, ..Answer::of(&first.order, Answer::word(direction)) }))
        }
        (Ending::Undone, true) => Ok(None),
        (Ending::Undone, false) => {
            let message = "this failed before under the same key, and nothing was changed";
            Err(CommandError::new(ErrorKind::State, message)
                .hint("See why in `/audit log`, then run it again."))
        }
    }
}
