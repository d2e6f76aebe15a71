//! What decisions name by digest alone: pages and policies.
//!
//! A bundle has them where the home still had the very bytes: outputs may have been pruned, and older homes kept no pages. What is there
//! must be exactly what the statement names.

use record::audit::record::Record;
use record::audit::statement::DecisionStatement;
use record::domain::digest::Digest;
use record::domain::id::ProposalId;
use record::domain::policy::Policy;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;

use crate::commands::bundling::bundle::{page_file, policy_file};
use crate::commands::bundling::tar::Packed;

/// The names of these files beside one decision, each with the digest that its statement has.
pub fn of(record: &Record) -> Vec<(String, Digest)> {
    let statement = record.stmt.as_deref().map(str::as_bytes).map(DecisionStatement::parse);
    let Some(Ok(statement)) = statement else { return Vec::new() };
    let predicate = statement.predicate;
    let page = predicate.shown_digest.map(|digest| (page_file(record.seq), digest));
    page.into_iter().chain([(policy_file(record.seq), predicate.policy_digest)]).collect()
}

/// Finds the files that the decisions of a proposal name, as far as this home has them.
pub async fn files<'a>(
    invocation: &Invocation,
    id: &ProposalId,
    records: impl Iterator<Item = &'a Record>,
) -> Result<Vec<Packed>, CommandError> {
    let store = invocation.store()?;
    let account = store.account(id).await?;
    let set = account.into_iter().flat_map(|account| account.policies).map(|stored| stored.policy);
    let policies: Vec<Vec<u8>> = [Policy::default()]
        .into_iter()
        .chain(set)
        .filter_map(|policy| serde_json::to_vec(&policy).ok())
        .collect();
    let mut files = Vec::new();
    for (name, digest) in records.flat_map(of) {
        let policy = policies.iter().find(|policy| Digest::of(policy) == digest);
        let bytes = match policy {
            Some(policy) => Some(policy.clone()),
            None => store.blob(digest).await?.map(String::into_bytes),
        };
        let same = bytes.filter(|bytes| Digest::of(bytes) == digest);
        files.extend(same.map(|bytes| (name, bytes)));
    }
    Ok(files)
}
