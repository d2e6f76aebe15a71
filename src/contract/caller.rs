//! Who calls a command, and under which key.
//!
//! A surface fills it in once. It travels in the headers of the socket, in the invocation and in the list of running work, so that
//! all of them say the same.

use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Via};

/// A caller: principal, surface and session, and the key of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The principal that acts.
    pub who: Principal,
    /// The surface and session.
    pub via: Via,
    /// Repeating a call with the same key repeats nothing.
    pub idempotency: String,
    /// The newest proposal this session has shown: what `@` names in own commands.
    pub shown: Option<ProposalId>,
}
