//! Fills a throw-away home with many changes quickly, for benches and fault tests.
//!
//! It stands in the product because it writes with the same ledger, rows and records as a commit: a generator of its
//! own would measure another database. Flushes are left out, so nothing it writes is safe until it is done.

use std::path::Path;

use crate::store::error::StoreError;
use crate::store::sqlite::home::open_writer::open_for_writing;
use crate::store::sqlite::tables::search;
use record::domain::change::Change;
use record::domain::time::Timestamp;

/// Changes of one transaction; so many touch nearly every page of an index, each of which is then written once.
const GROUP: usize = 10_000;
/// Proposals that enter the search index in one transaction.
const INDEXED_AT_ONCE: u32 = 20_000;

/// Writes changes in large groups without waiting for the disk, then feeds the search index.
///
/// The rows and records are those that `commit` writes; only the flushes are left out, so this is for throw-away homes.
#[doc(hidden)]
pub fn fill(
    home: &Path,
    now: Timestamp,
    changes: impl Iterator<Item = Change>,
) -> Result<(), StoreError> {
    let mut opened = open_for_writing(home, now)?;
    opened.ledger.connection.pragma_update(None, "journal_mode", "memory")?;
    opened.ledger.connection.pragma_update(None, "synchronous", "off")?;
    opened.ledger.connection.pragma_update(None, "cache_size", -524_288)?;
    let mut changes = changes.peekable();
    while changes.peek().is_some() {
        let group: Vec<Change> = changes.by_ref().take(GROUP).collect();
        let references: Vec<&Change> = group.iter().collect();
        let (outcomes, note) = opened.ledger.write(&references)?;
        outcomes.into_iter().collect::<Result<Vec<_>, StoreError>>()?;
        if let Some(note) = note {
            opened.head.write(note);
        }
    }
    opened.head.flush()?;
    loop {
        let transaction = opened.ledger.connection.unchecked_transaction()?;
        let indexed = search::drain(&transaction, INDEXED_AT_ONCE)?;
        transaction.commit()?;
        if indexed == 0 {
            return Ok(());
        }
    }
}
