//! Names what a restore takes back.
//!
//! An older log knows nothing of what was revoked, rejected or taken from owners after it, so all of that counts again. Whoever restores
//! has to see it before the answer, by kind and number.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::contract::page::counted;
use foundation::store::error::StoreError;
use foundation::store::store::Store;
use record::audit::record::Record;
use record::domain::act::ActKind;

/// The kinds of entries that change what counts, the gravest first, and their nouns.
const NAMED: [(ActKind, &str); 9] = [
    (ActKind::DecisionRevoked, "revocation"),
    (ActKind::DecisionRejected, "rejection"),
    (ActKind::OwnerKeyRemoved, "key removal"),
    (ActKind::OwnerTokenRevoked, "token revocation"),
    (ActKind::PolicyChanged, "policy change"),
    (ActKind::OwnerKeyAdded, "key addition"),
    (ActKind::DecisionApproved, "approval"),
    (ActKind::DecisionApprovedDespite, "override"),
    (ActKind::RollbackFinished, "rollback"),
];

/// Counts the entries from `from` on that change what counts, in words; empty where there are none.
pub fn words(store: &dyn Store, from: u64) -> Result<Vec<String>, StoreError> {
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    store.stream_log(from, &mut |_, bytes| {
        let kind = Record::parse(bytes).ok().map(|record| record.kind);
        let place = NAMED.iter().position(|(named, _)| Some(*named) == kind);
        if let Some(place) = place {
            *counts.entry(place).or_default() += 1;
        }
        ControlFlow::Continue(())
    })?;
    let told =
        |(place, count): (usize, u64)| NAMED.get(place).map(|(_, noun)| counted(count, noun));
    Ok(counts.into_iter().filter_map(told).collect())
}
