//! Power that goes while the store writes.

use std::fs;
use std::path::Path;

use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::domain::id::ProposalId;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;
use tempfile::TempDir;

use super::file_layer::{self, Lasting};
use super::ledger::{assert_sound, open};
use super::seeds::Seed;
use crate::store::sample::{
    approved, at, created, executed, execution, execution_id, proposal_id, ticking,
};

/// Seeds of the suite; the bench runs a thousand.
const SEEDS: u64 = 60;
/// Calls of the file layer among which the power goes.
const CALLS: u64 = 600;
/// Pages after which the write-ahead log is copied into the database, so that cuts hit that, too.
const CHECKPOINT_PAGES: i64 = 40;

/// What many cuts did.
#[derive(Debug, Default)]
pub(crate) struct Cuts {
    pub(crate) made: u64,
    pub(crate) acknowledged: u64,
    pub(crate) lost: u64,
    pub(crate) unsound: u64,
}

/// A home with some content, to copy.
pub(crate) async fn template() -> TempDir {
    let home = in_memory();
    let store = open(home.path(), Opening::Writer);
    for n in 0..5 {
        store.commit(created(n, at(0))).await.unwrap();
    }
    store.close().await.unwrap();
    home
}

/// A folder in memory: the file layer decides what was flushed, not the disk.
pub(crate) fn in_memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(crate) fn copy_home(from: &Path) -> TempDir {
    let home = in_memory();
    fs::create_dir(home.path().join("keys")).unwrap();
    for name in ["knowledge.db", "log.head", "keys/log.key"] {
        fs::copy(from.join(name), home.path().join(name)).unwrap();
    }
    home
}

/// What a caller was told is stored.
enum Told {
    Proposal(ProposalId),
    Execution(u64),
    Approval(ProposalId),
}

/// Writes until the store refuses; what was acknowledged.
async fn write_on(store: &SqliteStore) -> Vec<Told> {
    let mut told = Vec::new();
    for n in 100.. {
        if store.commit(created(n, at(1))).await.is_err() {
            break;
        }
        told.push(Told::Proposal(proposal_id(n)));
        let run = execution(n, 1, 1, VerdictWord::Passed, at(2));
        if store.commit(executed(n, run.clone(), Status::Tested, at(2))).await.is_err() {
            break;
        }
        told.push(Told::Execution(n));
        // The unflushed figure must not take what is flushed before or after it with it; it may itself be lost.
        drop(store.note_total(&run.id, n).await);
        let (Ok(Some(proposal)), Ok(log)) =
            (store.proposal(&proposal_id(n)).await, store.log_state().await)
        else {
            break;
        };
        if store.commit(approved(&proposal, &run, &log, at(3))).await.is_err() {
            break;
        }
        told.push(Told::Approval(proposal.id));
    }
    told
}

async fn is_there(store: &SqliteStore, told: &Told) -> bool {
    match told {
        Told::Proposal(id) => store.proposal(id).await.unwrap().is_some(),
        Told::Execution(n) => store.execution(&execution_id(*n, 1)).await.unwrap().is_some(),
        Told::Approval(id) => {
            store.proposal(id).await.unwrap().is_some_and(|found| found.status == Status::Approved)
        }
    }
}

/// Cuts the power once and looks what is left; `flushes` is the level of the writer, 2 as released.
async fn cut(template: &Path, number: u64, flushes: i64, cuts: &mut Cuts) {
    let mut seed = Seed(number);
    let home = copy_home(template);
    let at = 30 + seed.below(CALLS);
    file_layer::begin(Some((at, Lasting::ForEver)));
    let mut told = Vec::new();
    if let Ok(store) = SqliteStore::open(home.path(), Opening::Writer, &ticking()) {
        let tuned = store.tune("wal_autocheckpoint", CHECKPOINT_PAGES).await;
        if tuned.and(store.tune("synchronous", flushes).await).is_ok() {
            told = write_on(&store).await;
        }
        drop(store.close().await);
    }
    assert!(file_layer::lose_power(&mut seed), "seed {number}: the power stayed");
    cuts.made += 1;
    cuts.acknowledged += told.len() as u64;
    let Ok(store) = SqliteStore::open(home.path(), Opening::Writer, &ticking()) else {
        cuts.unsound += 1;
        return;
    };
    if flushes == 2 {
        assert_sound(&store).await;
    }
    for one in &told {
        cuts.lost += u64::from(!is_there(&store, one).await);
    }
}

/// Cuts the power once for each seed.
pub(crate) async fn run(seeds: std::ops::Range<u64>, flushes: i64) -> Cuts {
    file_layer::install();
    let template = template().await;
    let mut cuts = Cuts::default();
    for seed in seeds {
        cut(template.path(), seed, flushes, &mut cuts).await;
    }
    cuts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_to_power_cuts() {
    let cuts = run(0..SEEDS, 2).await;

    assert_eq!((cuts.made, cuts.lost, cuts.unsound), (SEEDS, 0, 0), "{cuts:?}");
    assert!(cuts.acknowledged > SEEDS * 3, "{cuts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weaker_settings_lose_something_so_the_cuts_bite() {
    let normal = run(0..SEEDS, 1).await;
    let off = run(0..SEEDS, 0).await;

    assert!(normal.lost + normal.unsound > 0, "{normal:?}");
    assert!(off.lost + off.unsound > 0, "{off:?}");
}
