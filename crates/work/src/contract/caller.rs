//! Who calls a command, and under which key.
//!
//! A surface fills it in once. It travels in the headers of the socket, in the invocation and in the list of running work, so that
//! all of them say the same.

use record::domain::id::ProposalId;
use record::domain::principal::{Authority, Principal, Surface, Via};

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

impl Caller {
    /// Tells the most that this call may do: whoever comes over the network has no key at hand, an owner's browser neither.
    pub fn authority(&self) -> Authority {
        let is_remote = self.via.surface == Surface::Http && self.via.uid.is_none();
        let most = if is_remote { Authority::Propose } else { Authority::Own };
        self.who.authority().min(most)
    }
}
