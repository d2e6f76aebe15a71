//! One call of a command, with all that it can reach.
//!
//! This is the one handle a command gets. It dereferences to the [`Context`] of its engine, so that `invocation.store()` and
//! `invocation.now()` read as they should, and a function that needs no caller takes `&Context`.

use std::ops::Deref;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::contract::caller::Caller;
use crate::contract::context::Context;
use crate::contract::event::{Event, Events};
use crate::contract::running::{RunningGuard, RunningJob};
use record::domain::act::{Act, ActKind};
use record::domain::id::{JobId, ProposalId};

/// One call of a command: what it can reach, who calls, and where progress goes.
#[derive(Clone)]
pub struct Invocation {
    /// Everything the command can reach.
    pub context: Arc<Context>,
    /// The caller, and the key of the call.
    pub caller: Caller,
    /// Takes progress.
    pub events: Events,
    /// Fires when the user or a shutdown stops the command.
    pub cancel: CancellationToken,
}

impl Deref for Invocation {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Invocation {
    /// Begins an act of this invocation's principal.
    pub fn act(&self, kind: ActKind) -> Act {
        Act::new(kind, self.caller.who.clone(), self.caller.via.clone())
    }

    /// Derives an invocation for one step, under a key of its own that is the same each time.
    #[must_use]
    pub fn under(&self, what: &str) -> Self {
        let mut under = self.clone();
        under.caller.idempotency = format!("{} {what}", self.caller.idempotency);
        under
    }

    /// Tells the surface that a stage began.
    pub fn stage(&self, words: impl Into<String>) {
        (self.events)(Event::Stage(words.into()));
    }

    /// Lists this invocation among what is at work on a proposal, until the guard is dropped.
    pub fn enter(&self, proposal: &ProposalId) -> RunningGuard {
        let job = RunningJob {
            proposal: proposal.clone(),
            caller: self.caller.clone(),
            started_at: self.now(),
            cancel: self.cancel.clone(),
        };
        // The id follows from the key of the call, as that of the stored job does, so both name the same work.
        self.running.enter(JobId::derived(&self.caller.idempotency), job)
    }
}
