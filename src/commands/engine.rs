//! Carries out commands on one context.

use std::sync::Arc;

use serde_json::Value;

use crate::commands::command::{Access, Entry};
use crate::commands::context::{Context, Invocation};
use crate::commands::error::{CommandError, ErrorKind};
use crate::domain::act::ActKind;
use crate::domain::change::Change;

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
        let context = Arc::clone(&self.context);
        let task = tokio::spawn(async move { (entry.call)(&context, &invocation, args).await });
        match task.await {
            Ok(answer) => answer,
            Err(failure) => {
                tracing::error!(command.name = entry.spec.name, failure = %failure, "a command panicked");
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
        if entry.spec.access == Access::Write {
            let act = invocation
                .act(ActKind::AuthDenied)
                .with("command", entry.spec.name)
                .with("needs", entry.spec.authority.to_string())
                .with("has", has.to_string());
            let change = Change {
                act,
                consequences: Vec::new(),
                writes: Vec::new(),
                expected: None,
                idempotency: format!("{} denied", invocation.idempotency),
                at: self.context.now(),
            };
            self.record_refusal(change).await;
        }
        error
    }

    async fn record_refusal(&self, change: Change) {
        let Ok(store) = self.context.store() else { return };
        if let Err(failure) = store.commit(change).await {
            tracing::error!(failure = %failure, "a refusal could not be recorded");
        }
    }
}
