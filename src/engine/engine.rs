//! Carries out commands on one context.
//!
//! Every surface, in this process or over the socket, ends here, so authority and disk space are checked in one place. A
//! command runs on a task of its own: a panic in it ends that command and not the process, which may serve other sessions.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use record::domain::principal::Authority;
use work::contract::arguments::Arguments;
use work::contract::command::{Access, Entry};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::{Event, Events};
use work::contract::invocation::Invocation;
use work::contract::order::Order;
use work::contract::outcome::Answer;
use work::contract::refusal;
use work::contract::reserved::{self, Reserved};
use work::contract::space;
use work::drafting::stored_answer;

/// An engine: one context, and the checks before each command.
#[derive(Clone)]
pub struct Engine {
    context: Arc<Context>,
}

impl Engine {
    /// Makes an engine on a context, such as a read-only one.
    pub fn on(context: Context) -> Self {
        Self { context: Arc::new(context) }
    }

    /// Returns the context it works on.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Checks authority, then carries the command out; a panic in it becomes an internal error.
    pub async fn invoke(
        &self,
        order: Order,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<Answer, CommandError> {
        let Order { entry, args, caller } = order;
        let key = caller.idempotency.clone();
        let invocation = Invocation { context: Arc::clone(&self.context), caller, events, cancel };
        if invocation.caller.authority() < entry.spec.authority {
            return Err(self.deny(entry, &invocation).await);
        }
        if let Some(reserved) = reserved_for_owner(entry, &invocation, &args)? {
            if matches!((entry.access)(&args), Access::Write | Access::Record) {
                refusal::record(&invocation, entry.spec.name, Authority::Own).await;
            }
            return Err(reserved.refusal());
        }
        if entry.spec.access == Access::Write {
            space::check_writing(&self.context, &entry.spec)?;
        }
        let told = Arc::clone(&invocation.events);
        let task = tokio::spawn(async move { (entry.call)(&invocation, args).await });
        let done = task.await;
        for words in self.context.running.take_told() {
            told(Event::Notice(words));
        }
        match done {
            Ok(answer) => answer
                // A stored reply of a model is kept for a retry of this call; once the call succeeded it is of no use.
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
        let has = invocation.caller.authority();
        let message =
            format!("{} needs authority {}; yours is {has}", entry.spec.name, entry.spec.authority);
        let error = CommandError::new(ErrorKind::Forbidden, message)
            .hint("Ask the owner to type the command in a session of their own.");
        // Where the store is only read, as in a session of one's own, there is nothing to write it down with.
        if entry.spec.access == Access::Write || entry.spec.authority == Authority::Own {
            refusal::record(invocation, entry.spec.name, entry.spec.authority).await;
        }
        error
    }
}

/// Finds what the caller gave although only the owner may.
fn reserved_for_owner<'a>(
    entry: &'a Entry,
    invocation: &Invocation,
    args: &Arguments,
) -> Result<Option<&'a Reserved>, CommandError> {
    if entry.reserved.is_empty() || invocation.caller.authority() >= Authority::Own {
        return Ok(None);
    }
    let fields = (entry.write)(args)?;
    Ok(fields.as_object().and_then(|fields| reserved::first(entry.reserved, fields)))
}

/// Logs our own failures and a broken record; every other error is an answer to the user.
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
