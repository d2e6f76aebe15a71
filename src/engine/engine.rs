//! Carries out commands on one context.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::command::{Access, Entry};
use crate::contract::context::{Context, Invocation};
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::refusal;
use crate::contract::space;
use crate::drafting::stored_answer;
use record::domain::principal::Authority;

/// Carries out commands on one context.
#[derive(Clone)]
pub struct Engine {
    context: Arc<Context>,
}

impl Engine {
    /// An engine on a context, such as a read-only one.
    pub fn on(context: Context) -> Self {
        Self { context: Arc::new(context) }
    }

    /// What it works on.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Checks authority, then carries the command out; a panic in it becomes an internal error.
    pub async fn invoke(
        &self,
        entry: &'static Entry,
        args: Value,
        invocation: Invocation,
    ) -> Result<Value, CommandError> {
        if invocation.who.authority() < entry.spec.authority {
            return Err(self.deny(entry, &invocation).await);
        }
        if entry.spec.access == Access::Write {
            space::check_writing(&self.context, &entry.spec)?;
        }
        let (context, key) = (Arc::clone(&self.context), invocation.idempotency.clone());
        let task = tokio::spawn(async move { (entry.call)(&context, &invocation, args).await });
        match task.await {
            Ok(answer) => answer
                .inspect(|_| stored_answer::forget(&self.context, &key))
                .inspect_err(|error| tell(entry, error)),
            // The panic itself was told where it happened.
            Err(failure) => {
                tracing::warn!(command.name = entry.spec.name, failure = %failure, "a command broke off");
                Err(CommandError::new(ErrorKind::Internal, "the command broke off")
                    .hint("This is a bug; the log in the home tells more."))
            }
        }
    }

    async fn deny(&self, entry: &Entry, invocation: &Invocation) -> CommandError {
        let has = invocation.who.authority();
        let message =
            format!("{} needs the authority {}, not {has}", entry.spec.name, entry.spec.authority);
        let error = CommandError::new(ErrorKind::Forbidden, message)
            .hint("Ask the owner to type the command in a session of their own.");
        // Where the store is only read, as in a session of one's own, there is nothing to write it down with.
        if entry.spec.access == Access::Write || entry.spec.authority == Authority::Own {
            refusal::record(&self.context, invocation, entry.spec.name, entry.spec.authority).await;
        }
        error
    }
}

/// Our own failures and a broken record are errors of the log; everything else is an answer to the user.
fn tell(entry: &Entry, error: &CommandError) {
    let kind = match error.kind {
        ErrorKind::Internal => "internal",
        ErrorKind::Integrity => "integrity",
        ErrorKind::Usage
        | ErrorKind::NotFound
        | ErrorKind::Ambiguous
        | ErrorKind::State
        | ErrorKind::Forbidden
        | ErrorKind::NeedsOwner
        | ErrorKind::Unavailable
        | ErrorKind::Interrupted => return,
    };
    tracing::error!(
        command.name = entry.spec.name,
        error.kind = kind,
        failure = %error.chain(),
        "a command failed"
    );
}
