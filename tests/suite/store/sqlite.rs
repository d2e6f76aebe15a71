//! The contract, held by the store in SQLite.

use std::path::Path;

use foundation::store::error::StoreError;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::sample::{at, created, proposal_id, refined, ticking};
use super::{changes, lists, records, work};

/// A store in its own folder.
pub(super) struct Home {
    pub(super) store: SqliteStore,
    pub(super) folder: TempDir,
}

impl Home {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = writer(folder.path());
        Self { store, folder }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

pub(super) fn writer(home: &Path) -> SqliteStore {
    SqliteStore::open(home, Opening::Writer, &ticking()).unwrap()
}

pub(super) fn reader(home: &Path) -> SqliteStore {
    SqliteStore::open(home, Opening::ReadOnly, &ticking()).unwrap()
}

/// The database as another program sees it.
pub(super) fn open_database(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::default()).unwrap()
}

macro_rules! conforms {
    ($($group:ident: $($name:ident)*;)*) => {$($(
        #[tokio::test]
        async fn $name() {
            let home = Home::new();
            $group::$name(&home.store).await;
        }
    )*)*};
}

conforms! {
    changes:
        what_was_written_is_read_back
        a_repeated_change_returns_its_first_receipt
        a_decision_on_an_older_state_is_refused
        a_refused_change_leaves_no_trace
        large_and_odd_content_comes_back_byte_for_byte
        a_change_of_a_repository_comes_back_with_both_sides
        changes_of_many_callers_all_arrive;
    lists:
        pages_follow_each_other_newest_first
        a_proposal_is_found_before_and_after_indexing
        a_search_counts_and_filters
        nothing_typed_into_a_search_is_syntax
        ids_resolve_by_prefix
        executions_resolve_by_prefix;
    work:
        an_older_fence_cannot_finish_a_job
        only_the_holder_of_a_job_prolongs_it
        no_jump_of_the_clock_ends_a_lease
        a_job_without_a_verdict_is_taken_up_again
        concepts_are_replaced_by_name;
    records:
        records_are_dense_chained_and_signed
        a_clock_that_goes_back_is_put_on_record
        an_account_that_was_read_before_goes_on_behind_its_newest_entry
        statistics_follow_the_changes;
}

#[tokio::test]
async fn what_is_known_of_an_account_covers_no_entry_that_was_hidden_behind_it() {
    let home = Home::new();
    home.store.commit(created(1, at(0))).await.unwrap();
    let known = home.store.account(&proposal_id(1)).await.unwrap().unwrap();
    home.store.commit(refined(1, 2, at(1))).await.unwrap();
    let other = open_database(&home.path().join("knowledge.db"));
    let dropped = "DROP TRIGGER audit_log_is_not_updated";
    other.execute_batch(dropped).unwrap();
    let hidden = other.execute("UPDATE audit_log SET proposal = NULL WHERE seq = 2", []).unwrap();

    let refused = home.store.account(&proposal_id(1)).await;

    assert_eq!((known.entries.len(), hidden), (1, 1));
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{refused:?}");
}
