//! Readers beside a writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use foundation::store::query::{ListQuery, StatsQuery};
use foundation::store::sqlite::sqlite_store::SqliteStore;
use foundation::store::store::Store as _;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

use super::sample::{at, created, executed, execution, proposal_id};
use super::sqlite::{Home, reader};

/// Reads until told to stop; how many answers were looked at.
async fn watch(store: SqliteStore, done: Arc<AtomicBool>) -> u64 {
    let mut looks = 0;
    let mut most = 0;
    while !done.load(Ordering::Relaxed) {
        let stats = store.stats(&StatsQuery::default()).await.unwrap();
        let by_status = &stats.by_status;
        assert_eq!(by_status.pending + by_status.tested, stats.total.proposals);
        assert!(stats.total.proposals >= most, "what was seen stays");
        most = stats.total.proposals;
        let page = store.list(&ListQuery { limit: 5, ..ListQuery::default() }).await.unwrap();
        for row in &page.rows {
            let proposal = store.proposal(&row.id).await.unwrap().unwrap();
            let revision = store.revision(&row.id, proposal.head).await.unwrap().unwrap();
            assert_eq!(revision.content_hash, proposal.content_hash);
        }
        looks += 1;
        tokio::task::yield_now().await;
    }
    looks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_readers_see_whole_changes_while_one_writes() {
    let home = Home::new();
    let done = Arc::new(AtomicBool::new(false));
    let watchers: Vec<_> =
        (0..8).map(|_| tokio::spawn(watch(reader(home.path()), Arc::clone(&done)))).collect();

    for n in 0..150 {
        home.store.commit(created(n, at(0))).await.unwrap();
        let run = execution(n, 1, 1, VerdictWord::Passed, at(1));
        home.store.commit(executed(n, run, Status::Tested, at(1))).await.unwrap();
    }
    done.store(true, Ordering::Relaxed);

    for watcher in watchers {
        assert!(watcher.await.unwrap() > 0);
    }
    let late = reader(home.path());
    assert!(late.proposal(&proposal_id(149)).await.unwrap().is_some());
}
