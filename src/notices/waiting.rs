//! For whom a proposal waits.
//!
//! An event that is told late must not ask for a decision that was made, so that this is read from the home when it is told. It follows
//! the rules of approving (`record::domain::approval`) as far as names go; the approval itself is judged where it is made.

use std::collections::BTreeSet;

use crate::store::error::StoreError;
use crate::store::store::Store;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::approval_rules::SelfApproval;
use record::domain::id::ProposalId;
use record::domain::principal::{Person, PrincipalKind};
use record::domain::status::Status;

/// The owner of a home without keys.
const ONLY_OWNER: &str = "owner";

/// Lists the owners who may decide on a revision and have not; `None` where it does not wait any more.
pub async fn owners(
    store: &dyn Store,
    id: &ProposalId,
    revision: u32,
) -> Result<Option<Vec<String>>, StoreError> {
    let Some(account) = store.account(id).await? else { return Ok(None) };
    let proposal = &account.proposal;
    if proposal.status != Status::Tested || proposal.head != revision {
        return Ok(None);
    }
    let rules = store.policy().await?.map(|set| set.policy).unwrap_or_default().approval;
    let decided = account.reviews.iter();
    let decided = decided.filter(|review| review.revision == revision && review.is_live_approval());
    let mut left_out: BTreeSet<Person> =
        decided.map(|review| Person::of(&review.reviewer)).collect();
    if rules.self_approval == SelfApproval::Deny || rules.quorum > 1 {
        let records = account.entries.iter().map(|entry| &entry.record);
        let proposers = records.filter(|record| proposes(record));
        left_out.extend(proposers.map(|record| Person::of(&record.actor.id)));
    }
    let signers = store.signers().await?;
    let mut names: Vec<String> = Vec::new();
    for signer in signers.live() {
        let person = Person::of(&signer.principal);
        if rules.may_approve(&signer.principal) && left_out.insert(person) {
            names.push(signer.principal.clone());
        }
    }
    if signers.live().next().is_none() {
        names.push(ONLY_OWNER.to_owned());
    }
    Ok(Some(names))
}

fn proposes(record: &Record) -> bool {
    matches!(record.kind, ActKind::ProposalCreated | ActKind::RevisionAdded)
        && record.actor.kind == PrincipalKind::Owner
}
