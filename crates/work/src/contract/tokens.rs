//! The tokens that the owner made for programs.
//!
//! They are read from the owners' entries of the record, of which the store gives all or refuses: no row stands between what an
//! owner did and who is let in, so that nobody who can write to the database makes a token.

use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use record::domain::act::ActKind;
use record::domain::time::Timestamp;
use record::domain::token::Token;

/// A token with what the record says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The token.
    pub token: Token,
    /// When it was made.
    pub added_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Known {
    /// Tells whether it counts at a moment.
    pub fn counts_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.token.counts_at(now)
    }
}

/// Reads every token so far, oldest first.
pub async fn all(context: &Context) -> Result<Vec<Known>, CommandError> {
    let mut known: Vec<Known> = Vec::new();
    for record in context.store()?.owner_changes().await? {
        let unfit = || {
            let message = format!("audit_log: entry {} describes no token", record.seq);
            CommandError::broken(message)
        };
        match record.kind {
            ActKind::OwnerTokenAdded => {
                let token = Token::of_detail(&record.data).ok_or_else(unfit)?;
                known.push(Known { token, added_at: record.ts, revoked_at: None });
            }
            ActKind::OwnerTokenRevoked => {
                let id = record.data.get("id").and_then(Value::as_str).ok_or_else(unfit)?;
                for one in known.iter_mut().filter(|one| one.token.id == id) {
                    one.revoked_at.get_or_insert(record.ts);
                }
            }
            _ => {}
        }
    }
    Ok(known)
}
