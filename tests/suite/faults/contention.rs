//! Several processes that change the same thing.

use foundation::store::sqlite::sqlite_store::Opening;
use foundation::store::store::Store as _;
use record::domain::act::ActKind;
use work::contract::acts::revision_subject;

use super::engine::{Engine, Plan, app, start};
use super::ledger::{assert_sound, open};
use crate::store::sample::{at, created, proposal_id, source, system};

/// Processes at once.
pub(crate) const PROCESSES: u64 = 4;
/// Changes of each in the suite; the bench makes 400.
const TIMES: u64 = 15;

/// What a crowd did.
#[derive(Debug)]
pub(crate) struct Crowd {
    /// Changes that were acknowledged.
    pub(crate) done: u64,
    /// What users saw of others.
    pub(crate) troubles: Vec<String>,
    /// The slowest of a hundred changes, retries included, in milliseconds, the worst process.
    pub(crate) slow_ms: u64,
}

/// Lets processes refine one proposal at the same time, each so many times.
pub(crate) async fn run(home: &std::path::Path, times: u64) -> Crowd {
    let engine = app(home, false).engine().unwrap();
    let store = engine.context().store().unwrap();
    let mut first = created(1, at(0));
    let subject = revision_subject(&proposal_id(1), 1, source(1, 1).content_hash());
    first.consequences.push(system(ActKind::RevisionAdded).about(subject));
    store.commit(first).await.unwrap();
    store.close().await.unwrap();
    drop(engine);
    let plan = Plan {
        home: home.to_owned(),
        point: None,
        start: 0,
        sandboxed: false,
        crowd: Some((proposal_id(1).to_string(), times)),
    };
    let mut engines: Vec<Engine> = (0..PROCESSES).map(|_| start(&plan)).collect();
    let mut crowd = Crowd { done: 0, troubles: Vec::new(), slow_ms: 0 };
    for engine in &mut engines {
        let said = engine.hear().unwrap_or_else(|| "an engine ended without a word".to_owned());
        match said.split(' ').collect::<Vec<_>>()[..] {
            ["done", done, slow] => {
                crowd.done += done.parse::<u64>().unwrap();
                crowd.slow_ms = crowd.slow_ms.max(slow.parse().unwrap());
            }
            _ => crowd.troubles.push(said),
        }
        engine.child.wait().unwrap();
    }
    let store = open(home, Opening::ReadOnly);
    assert_sound(&store).await;
    let found = store.proposal(&proposal_id(1)).await.unwrap().unwrap();
    assert_eq!(u64::from(found.head), 1 + crowd.done, "each change was made once");
    crowd
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_sees_no_busy_home() {
    let folder = tempfile::tempdir().unwrap();

    let crowd = run(&folder.path().join("home"), TIMES).await;

    assert_eq!((crowd.done, crowd.troubles), (PROCESSES * TIMES, Vec::new()));
}
