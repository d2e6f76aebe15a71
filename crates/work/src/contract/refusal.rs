//! Records refusals for want of authority.
//!
//! An attempt to decide without the right to is worth a record even though nothing came of it. The engine records what its
//! own check refuses; commands that are open to all but have parts for the owner alone use the same words here. A program in
//! a loop must not fill the record, so of the same refusal only the first of a minute is written down.

use crate::contract::acts;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use record::domain::change::Change;
use record::domain::principal::Authority;

/// Records that a principal was refused; the refusal stands even where it cannot be recorded.
pub async fn record(invocation: &Invocation, command: &str, needs: Authority) {
    let now = invocation.now();
    let caller = &invocation.caller;
    let minute = now.millis() / 60_000;
    let change = Change {
        act: acts::denied(invocation, command, needs),
        consequences: Vec::new(),
        writes: Vec::new(),
        expected: None,
        // Not the key of the call, which may be repeated later with the authority it needs.
        idempotency: format!("denied {} {command} {needs} {minute}", caller.who.id),
        at: now,
    };
    let Ok(store) = invocation.store() else { return };
    if let Err(failure) = store.commit(change).await {
        tracing::error!(failure = %failure, "a refusal could not be recorded");
    }
}

/// Refuses what only the owner may, where the command itself is open to others.
pub async fn refuse(invocation: &Invocation, command: &str, message: &str) -> CommandError {
    record(invocation, command, Authority::Own).await;
    CommandError::new(ErrorKind::Forbidden, message)
        .hint("Ask the owner to type the command in a session of their own.")
}
