//! What a sound home must show after a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use foundation::store::query::{ListQuery, StatsQuery};
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::audit::record::Record;
use record::audit::verify::Verifier;
use record::domain::act::ActKind;
use record::domain::status::Status;
use record::domain::time::Timestamp;

pub(crate) fn open(home: &Path, opening: Opening) -> SqliteStore {
    let clock: Arc<dyn Fn() -> Timestamp + Send + Sync> =
        Arc::new(|| Timestamp::from_millis(1_795_164_420_000));
    SqliteStore::open(home, opening, &clock).unwrap()
}

/// Every record, held against checkpoint and head, dense by construction of the check.
pub(crate) async fn records(store: &SqliteStore) -> Vec<Record> {
    let rows = store.log_from(0, u32::MAX).await.unwrap();
    let mut verifier = Verifier::new(store.log_key().unwrap());
    for row in &rows {
        verifier.push(&row.bytes).unwrap();
    }
    let note = store.log_state().await.unwrap().checkpoint;
    let verification = verifier.finish(Some(&note), store.head().unwrap().as_ref());
    assert_eq!((verification.ok, verification.problem), (true, None));
    rows.iter().map(|row| Record::parse(&row.bytes).unwrap()).collect()
}

/// Pages, references, log and sums are sound, and no execution has two verdicts.
pub(crate) async fn assert_sound(store: &SqliteStore) -> Vec<Record> {
    let records = records(store).await;
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let mut verdicts = BTreeMap::new();
    for record in records.iter().filter(|record| record.kind == ActKind::ExecutionVerdict) {
        *verdicts.entry(record.subject.execution.clone()).or_insert(0) += 1;
    }
    let doubled: Vec<_> =
        verdicts.iter().filter(|(id, count)| id.is_some() && **count > 1).collect();
    assert!(doubled.is_empty(), "two verdicts: {doubled:?}");
    let rows = store.list(&ListQuery { limit: 100_000, ..ListQuery::default() }).await.unwrap();
    let stats = store.stats(&StatsQuery::default()).await.unwrap();
    let count = |status| rows.rows.iter().filter(|row| row.status == status).count() as u64;
    let by_status = stats.by_status;
    assert_eq!(
        [by_status.pending, by_status.tested, by_status.approved, by_status.rejected],
        Status::ALL.map(count)
    );
    assert_eq!(stats.total.proposals, rows.rows.len() as u64);
    records
}

/// Each lease has exactly one end, and no more ends than leases.
pub(crate) fn assert_all_ended(records: &[Record]) {
    let mut open = BTreeSet::new();
    for record in records {
        let Some(id) = record.subject.execution.clone() else { continue };
        match record.kind {
            ActKind::ExecutionLeased => assert!(open.insert(id), "leased twice: {record:?}"),
            ActKind::ExecutionVerdict
            | ActKind::ExecutionAbandoned
            | ActKind::ExecutionInfraError => {
                assert!(open.remove(&id), "ended twice: {record:?}");
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "never ended: {open:?}");
}
