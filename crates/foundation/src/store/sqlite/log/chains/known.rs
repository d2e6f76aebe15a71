//! Remembers entries about proposals, so that a decision reads only what came since.
//!
//! Nothing is believed that was not vouched for: the hash of a chain covers all entries before it, so a remembered beginning together
//! with the entries behind it has to give the chain that is signed now. Where it does not, all of it is read again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::store::query::Entry;
use record::audit::chain::Chain;
use record::domain::id::ProposalId;

/// Bytes of records that are kept at most.
const MAX_BYTES: usize = 16 << 20;

/// A chain with its entries, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct KnownChain {
    pub(super) chain: Chain,
    pub(super) entries: Vec<Arc<Entry>>,
}

/// The chains that were read last, by proposal.
#[derive(Debug, Default)]
pub(crate) struct KnownChains(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    chains: HashMap<ProposalId, KnownChain>,
    bytes: usize,
}

impl KnownChain {
    /// A chain without entries, before which nothing was read.
    pub(super) const NOTHING: Self = Self { chain: Chain::EMPTY, entries: Vec::new() };

    /// Its entries, oldest first.
    pub(crate) fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// The number of its newest entry.
    pub(super) fn newest(&self) -> Option<u64> {
        self.entries.last().map(|entry| entry.row.seq)
    }

    fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.row.bytes.len()).sum()
    }
}

impl KnownChains {
    /// Gives what is known about a proposal.
    pub(crate) fn of(&self, id: &ProposalId) -> KnownChain {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.chains.get(id).cloned().unwrap_or(KnownChain::NOTHING)
    }

    /// Keeps what was read; where it becomes too much, what was kept before is forgotten.
    pub(crate) fn keep(&self, id: &ProposalId, known: KnownChain) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = kept.chains.remove(id).map_or(0, |before| before.bytes());
        kept.bytes = kept.bytes.saturating_sub(before);
        let bytes = known.bytes();
        if kept.bytes + bytes > MAX_BYTES {
            *kept = Kept::default();
        }
        if bytes <= MAX_BYTES {
            kept.bytes += bytes;
            kept.chains.insert(id.clone(), known);
        }
    }
}
