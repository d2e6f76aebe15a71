//! Claims on executions as rows.
//!
//! A claim carries a fence, a number that rises with each takeover: a worker that was taken for dead and wakes up
//! cannot store what it found.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::sqlite::rows::{count, execute, int, many, moment, one, parsed};
use record::domain::id::JobId;
use record::domain::lease::{Lease, LeaseState};
use record::domain::time::Timestamp;

/// Adds a claim, or takes over one that recorded no verdict, with a higher fence.
pub(crate) fn insert(connection: &Connection, job: &Lease) -> Result<(), StoreError> {
    let sql = "INSERT INTO jobs (id, proposal, revision, execution, worker, fence, leased_at, \
        lease_until, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
        ON CONFLICT (id) DO UPDATE SET worker = excluded.worker, fence = excluded.fence, \
        leased_at = excluded.leased_at, lease_until = excluded.lease_until, \
        state = excluded.state WHERE excluded.fence > jobs.fence AND jobs.state <> 'done'";
    let params = (
        job.id.as_str(),
        job.proposal.as_str(),
        job.revision,
        job.execution.as_str(),
        &job.worker,
        int(job.fence),
        job.leased_at.millis(),
        job.lease_until.millis(),
        job.state.word(),
    );
    one_row(execute(connection, sql, params)?)
}

/// Ends a claim that still has this fence.
pub(crate) fn finish(
    connection: &Connection,
    job: &JobId,
    fence: u64,
    state: LeaseState,
) -> Result<(), StoreError> {
    let sql = "UPDATE jobs SET state = ?3 WHERE id = ?1 AND fence = ?2 AND state = 'leased'";
    one_row(execute(connection, sql, (job.as_str(), int(fence), state.word()))?)
}

/// Moves the end of a lease that still has this fence; whether it has.
pub(crate) fn heartbeat(
    connection: &Connection,
    job: &JobId,
    fence: u64,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE jobs SET lease_until = ?3 WHERE id = ?1 AND fence = ?2 AND state = 'leased'";
    Ok(execute(connection, sql, (job.as_str(), int(fence), until.millis()))? == 1)
}

const fn one_row(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::StaleFence) }
}

const COLUMNS: &str = "SELECT id, proposal, revision, execution, worker, fence, leased_at, \
    lease_until, state FROM jobs";

/// Claims that are not finished, oldest first.
pub(crate) fn open_jobs(connection: &Connection) -> Result<Vec<Lease>, StoreError> {
    let sql = format!("{COLUMNS} WHERE state = 'leased' ORDER BY leased_at, id");
    many(connection, &sql, [], decode)
}

/// One claim.
pub(crate) fn read(connection: &Connection, id: &JobId) -> Result<Option<Lease>, StoreError> {
    one(connection, &format!("{COLUMNS} WHERE id = ?1"), [id.as_str()], decode)
}

fn decode(row: &Row<'_>) -> Result<Lease, StoreError> {
    Ok(Lease {
        id: parsed(row, 0)?,
        proposal: parsed(row, 1)?,
        revision: row.get(2)?,
        execution: parsed(row, 3)?,
        worker: row.get(4)?,
        fence: count(row, 5)?,
        leased_at: moment(row, 6)?,
        lease_until: moment(row, 7)?,
        state: parsed(row, 8)?,
    })
}
