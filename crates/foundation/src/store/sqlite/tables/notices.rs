//! Channels of notifications as rows.
//!
//! One row says how far a channel is. What it gave up is kept beside that, the newest of it, so that a receiver that is gone for good
//! does not fill the database.

use rusqlite::{Connection, Row};

use crate::store::error::StoreError;
use crate::store::notices::{ChannelState, Undelivered};
use crate::store::sqlite::rows::{count, execute, int, many, moment, optional_moment};
use record::domain::time::Timestamp;

/// Entries that are kept of what one channel gave up.
const MOST_UNDELIVERED: u32 = 100;

/// Every channel, by name.
pub(crate) fn all(connection: &Connection) -> Result<Vec<ChannelState>, StoreError> {
    let sql = "SELECT name, next, tries, problem, delivered, delivered_at FROM notice_channels \
        ORDER BY name";
    many(connection, sql, [], |row| {
        Ok(ChannelState {
            name: row.get(0)?,
            next: count(row, 1)?,
            tries: row.get(2)?,
            problem: row.get(3)?,
            delivered: count(row, 4)?,
            delivered_at: optional_moment(row, 5)?,
        })
    })
}

/// The newest of what channels gave up.
pub(crate) fn undelivered(
    connection: &Connection,
    limit: u32,
) -> Result<Vec<Undelivered>, StoreError> {
    let sql = "SELECT channel, seq, at, problem FROM notice_failures \
        ORDER BY at DESC, seq DESC, channel LIMIT ?1";
    many(connection, sql, [limit], failure)
}

fn failure(row: &Row<'_>) -> Result<Undelivered, StoreError> {
    Ok(Undelivered {
        channel: row.get(0)?,
        seq: count(row, 1)?,
        at: moment(row, 2)?,
        problem: row.get(3)?,
    })
}

/// Writes how far a channel is.
pub(crate) fn note(connection: &Connection, state: &ChannelState) -> Result<(), StoreError> {
    let sql = "INSERT INTO notice_channels (name, next, tries, problem, delivered, delivered_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO UPDATE SET next = excluded.next, \
        tries = excluded.tries, problem = excluded.problem, delivered = excluded.delivered, \
        delivered_at = excluded.delivered_at";
    let params = (
        &state.name,
        int(state.next),
        state.tries,
        &state.problem,
        int(state.delivered),
        state.delivered_at.map(Timestamp::millis),
    );
    execute(connection, sql, params).map(|_| ())
}

/// Writes what a channel gave up, in place of what it gave up longest ago.
pub(crate) fn give_up(connection: &Connection, failure: &Undelivered) -> Result<(), StoreError> {
    let sql = "INSERT INTO notice_failures (channel, seq, at, problem) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (channel, seq) DO UPDATE SET at = excluded.at, problem = excluded.problem";
    let params = (&failure.channel, int(failure.seq), failure.at.millis(), &failure.problem);
    execute(connection, sql, params)?;
    let sql = "DELETE FROM notice_failures WHERE channel = ?1 AND seq NOT IN (SELECT seq FROM \
        notice_failures WHERE channel = ?1 ORDER BY seq DESC LIMIT ?2)";
    execute(connection, sql, (&failure.channel, MOST_UNDELIVERED)).map(|_| ())
}

/// Takes out the channels that are not among these.
pub(crate) fn keep(connection: &Connection, names: &[String]) -> Result<(), StoreError> {
    for channel in all(connection)?.iter().filter(|channel| !names.contains(&channel.name)) {
        execute(connection, "DELETE FROM notice_channels WHERE name = ?1", [&channel.name])?;
    }
    Ok(())
}

/// Takes out all that channels gave up.
pub(crate) fn forget(connection: &Connection) -> Result<u64, StoreError> {
    let forgotten = execute(connection, "DELETE FROM notice_failures", [])?;
    Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
}
