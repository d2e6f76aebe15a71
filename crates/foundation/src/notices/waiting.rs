//! For whom a proposal waits.
//!
//! An event that is told late must not ask for a decision that was made, so that this is read from the home when it is told. It follows
//! the rules of approving (`record::domain::approval`) as far as names go; the approval itself is judged where it is made.

use std::collections::BTreeSet;

use crate::store::error::StoreError;
use crate::store::store::Store;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::approval_rules::{ApprovalRules, SelfApproval};
use record::domain::id::ProposalId;
use record::domain::principal::{Person, PrincipalKind};
use record::domain::status::Status;

/// The owner of a home without keys.
const ONLY_OWNER: &str = "owner";

/// Lists the owners whose approval of a revision is missing; `None` where it does not wait any more.
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
    let approvals: BTreeSet<Person> = decided.map(|review| Person::of(&review.reviewer)).collect();
    let mut left_out = approvals.clone();
    if rules.self_approval == SelfApproval::Deny || rules.quorum > 1 {
        let records = account.entries.iter().map(|entry| &entry.record);
        let proposers = records.filter(|record| proposes(record));
        left_out.extend(proposers.map(|record| Person::of(&record.actor.id)));
    }
    let paths =
        if rules.path_owners.is_empty() { Vec::new() } else { paths(store, id, revision).await? };
    let wanted = Wanted { rules: &rules, paths: &paths, approvals: &approvals };
    let signers = store.signers().await?;
    let mut names: Vec<String> = Vec::new();
    for signer in signers.live() {
        let person = Person::of(&signer.principal);
        if wanted.is(&signer.principal) && left_out.insert(person) {
            names.push(signer.principal.clone());
        }
    }
    if signers.live().next().is_none() {
        names.push(ONLY_OWNER.to_owned());
    }
    Ok(Some(names))
}

/// Lists the files of a revision.
async fn paths(
    store: &dyn Store,
    id: &ProposalId,
    revision: u32,
) -> Result<Vec<String>, StoreError> {
    let stored = store.revision(id, revision).await?;
    Ok(stored
        .map_or_else(Vec::new, |stored| stored.source.paths().map(ToString::to_string).collect()))
}

/// Whose approval the policy wants, after those that there are.
struct Wanted<'a> {
    rules: &'a ApprovalRules,
    paths: &'a [String],
    approvals: &'a BTreeSet<Person>,
}

impl Wanted<'_> {
    /// Tells whether an owner's approval would bring a revision nearer to being approved: as one of the number that is asked for,
    /// or as that of an owner of files which no owner of theirs has approved.
    fn is(&self, principal: &str) -> bool {
        let (rules, approvals) = (self.rules, self.approvals);
        let person = Person::of(principal);
        let owns = |owners: &[String]| person.is_among(owners);
        let is_open =
            |owners: &[String]| !owners.iter().any(|owner| approvals.contains(&Person::of(owner)));
        let mut owners = self.paths.iter().map(|path| rules.owners_of(path));
        let is_owner = owners.any(|owners| owns(owners) && is_open(owners));
        let is_short = u32::try_from(approvals.len()).is_ok_and(|count| count < rules.quorum);
        is_owner || is_short && (rules.approvers.is_empty() || owns(&rules.approvers))
    }
}

fn proposes(record: &Record) -> bool {
    matches!(record.kind, ActKind::ProposalCreated | ActKind::RevisionAdded)
        && record.actor.kind == PrincipalKind::Owner
}
