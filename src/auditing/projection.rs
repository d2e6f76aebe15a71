//! Works out each proposal's status from the record alone.
//!
//! The status in the database can be altered, and a bug can get it wrong. This file replays the records and takes nothing
//! from the rows; `/doctor` compares the two and tells where they differ.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::store::query::ListQuery;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::id::ProposalId;
use record::domain::status::Status;

/// Records and proposals read at once.
const PAGE: u32 = 5_000;
/// Most differences that are told.
const MAX_TOLD: usize = 20;

/// The statuses that follow from records, in their order.
#[derive(Debug, Default)]
pub struct Projection(BTreeMap<ProposalId, Standing>);

#[derive(Clone, Copy, Debug)]
struct Standing {
    status: Status,
    head: u32,
}

impl Projection {
    /// Takes the next record.
    pub fn take(&mut self, record: &Record) {
        let Some(id) = &record.subject.proposal else { return };
        let number = record.subject.revision.unwrap_or(0);
        let status = match record.kind {
            ActKind::ProposalCreated | ActKind::RevisionAdded => Status::Pending,
            ActKind::ExecutionVerdict => match self.0.get(id) {
                Some(standing) if standing.head == number && is_tested(record) => {
                    standing.status.after_execution()
                }
                Some(_) | None => return,
            },
            ActKind::DecisionApproved | ActKind::DecisionApprovedDespite => Status::Approved,
            ActKind::DecisionRejected => Status::Rejected,
            ActKind::DecisionRevoked | ActKind::DecisionReopened | ActKind::DecisionExpired => {
                Status::Tested
            }
            _ => return,
        };
        let standing = self.0.entry(id.clone()).or_insert(Standing { status, head: 0 });
        standing.status = status;
        if record.kind == ActKind::RevisionAdded {
            standing.head = number;
        }
    }

    /// Returns the status of a proposal; absent where no record tells of it.
    pub fn status(&self, id: &ProposalId) -> Option<Status> {
        self.0.get(id).map(|standing| standing.status)
    }
}

/// Tells whether an execution said something about the code: it passed, failed, or did now this and now that.
fn is_tested(record: &Record) -> bool {
    let is_flaky = record.data.get("reasons").and_then(Value::as_array);
    let is_flaky = is_flaky.is_some_and(|reasons| reasons.iter().any(|reason| reason == "flaky"));
    let verdict = record.data.get("verdict").and_then(Value::as_str);
    is_flaky || matches!(verdict, Some("passed" | "failed"))
}

/// Lists proposals that stand elsewhere than the record says, in words, and how many were compared.
pub async fn differences(context: &Context) -> Result<(Vec<String>, usize), CommandError> {
    let store = context.store()?;
    // The records are read first: a proposal that changes before it is listed shows as a difference until one looks again.
    let (mut projection, mut next) = (Projection::default(), 0);
    loop {
        let rows = store.log_from(next, PAGE).await?;
        let Some(last) = rows.last() else { break };
        next = last.seq.saturating_add(1);
        let records = rows.iter().filter_map(|row| Record::parse(&row.bytes).ok());
        records.for_each(|record| projection.take(&record));
    }
    let (mut found, mut compared, mut before) = (Vec::new(), 0, None);
    loop {
        let query = ListQuery { limit: PAGE, before, ..ListQuery::default() };
        let page = store.list(&query).await?;
        for row in &page.rows {
            compared += 1;
            let recorded = projection.status(&row.id);
            if recorded != Some(row.status) && found.len() < MAX_TOLD {
                let recorded = recorded.map_or("unknown to it", Status::word);
                found.push(format!("{} is {}, by the record {recorded}", row.id, row.status));
            }
        }
        before = page.next;
        if before.is_none() {
            return Ok((found, compared));
        }
    }
}
