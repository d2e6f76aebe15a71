//! Requests under keys that outlive the engine.
//!
//! What a key stands for is in the home before its command writes anything, and the answer before its client hears it. So a client that
//! repeats a request after the engine was killed gets the first answer, and whoever uses the key for something else is refused.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use foundation::store::kept_answers::{Claimed, KeptAnswer, KeyedRequest};
use record::domain::digest::Digest;
use record::domain::id::JobId;
use record::domain::principal::{Principal, PrincipalKind};
use record::domain::time::Timestamp;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::order::Order;
use work::contract::outcome::Answer;

/// Milliseconds that a key is kept: seven days.
const KEPT_MS: i64 = 7 * 86_400_000;
/// Largest answer that is kept, in bytes; a larger one is made again from the record.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// The keys of requests whose answers are to be kept.
#[derive(Default)]
pub struct Durable {
    awaited: Mutex<HashSet<(String, String)>>,
}

impl Durable {
    /// Notes in the home what a key stands for, or finds what it stands for already.
    pub async fn claim(
        &self,
        context: &Context,
        order: &Order,
        asked: Digest,
    ) -> Result<Claimed, CommandError> {
        let (caller, now) = (&order.caller, context.now());
        let request = KeyedRequest {
            holder: holder(&caller.who),
            key: caller.idempotency.clone(),
            job: JobId::derived(&caller.idempotency),
            command: order.entry.spec.name.to_owned(),
            asked,
            at: now,
        };
        let since = Timestamp::from_millis(now.millis().saturating_sub(KEPT_MS));
        let claimed = context.store()?.claim(&request, since).await?;
        if !matches!(claimed, Claimed::Other) {
            self.awaited().insert((request.holder, request.key));
        }
        Ok(claimed)
    }

    /// Keeps the answer of a command, where its key was noted.
    pub async fn keep(&self, context: &Context, (holder, key): (&str, &str), answer: &Answer) {
        if !self.awaited().remove(&(holder.to_owned(), key.to_owned())) {
            return;
        }
        let text = answer.data.to_string();
        let Ok(store) = context.store() else { return };
        if text.len() > MAX_ANSWER_BYTES {
            return;
        }
        // What it wrote is in the record, from which a repetition is answered as well.
        if let Err(failure) = store.keep_answer(holder, key, &text).await {
            tracing::warn!(failure = %failure, "an answer could not be kept for its key");
        }
    }

    /// Forgets that an answer is awaited: there is none.
    pub fn drop(&self, holder: &str, key: &str) {
        self.awaited().remove(&(holder.to_owned(), key.to_owned()));
    }

    fn awaited(&self) -> MutexGuard<'_, HashSet<(String, String)>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the kept answer of somebody's work: the command and its data.
pub async fn kept(
    context: &Context,
    who: &Principal,
    job: &JobId,
) -> Result<Option<(String, Value)>, CommandError> {
    let found = context.store()?.kept_answer(&holder(who), job).await?;
    let read = |kept: KeptAnswer| Some((kept.command, serde_json::from_str(&kept.answer).ok()?));
    Ok(found.and_then(read))
}

/// Names the holder of a caller's keys: owners of one home share theirs, whatever they call themselves.
pub fn holder(who: &Principal) -> String {
    match who.kind {
        PrincipalKind::Owner => "owner".to_owned(),
        PrincipalKind::Agent | PrincipalKind::System => format!("{:?} {}", who.kind, who.id),
    }
}
