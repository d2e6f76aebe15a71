//! A call of the file layer that fails, whichever it is.

use std::path::Path;

use foundation::store::error::StoreError;
use foundation::store::query::ListQuery;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

use super::file_layer::{self, Lasting};
use super::ledger::{assert_sound, open};
use super::power::{copy_home, template};
use crate::store::sample::{approved, at, created, executed, execution, proposal_id, ticking};

/// Every how manyth call fails in the suite; the bench fails each.
const STEP: usize = 9;

/// What failing at each call did.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    /// Calls of a run without a failure.
    pub(crate) calls: u64,
    /// Runs with one.
    pub(crate) runs: u64,
    /// Steps that were refused with an error.
    pub(crate) refused: u64,
}

/// Uses a store; which steps were acknowledged, and the errors of the others.
async fn use_store(home: &Path) -> (Vec<&'static str>, Vec<StoreError>) {
    let (mut done, mut errors) = (Vec::new(), Vec::new());
    let store = match SqliteStore::open(home, Opening::Writer, &ticking()) {
        Ok(store) => store,
        Err(error) => return (done, vec![error]),
    };
    let mut take = |step, outcome: Result<(), StoreError>| match outcome {
        Ok(()) => done.push(step),
        Err(error) => errors.push(error),
    };
    take("create", store.commit(created(50, at(1))).await.map(drop));
    let run = execution(50, 1, 1, VerdictWord::Passed, at(2));
    let execute = executed(50, run.clone(), Status::Tested, at(2));
    take("execute", store.commit(execute).await.map(drop));
    if let (Ok(Some(proposal)), Ok(log)) =
        (store.proposal(&proposal_id(50)).await, store.log_state().await)
        && proposal.status == Status::Tested
    {
        take("approve", store.commit(approved(&proposal, &run, &log, at(3))).await.map(drop));
    }
    let query = ListQuery { limit: 10, search: Some("case50".to_owned()), ..ListQuery::default() };
    take("list", store.list(&query).await.map(drop));
    take("close", store.close().await);
    (done, errors)
}

async fn fail_at(template: &Path, call: u64, lasting: Lasting, failures: &mut Failures) -> bool {
    let home = copy_home(template);
    file_layer::begin(Some((call, lasting)));
    let (done, errors) = use_store(home.path()).await;
    let (calls, failed) = file_layer::end();
    failures.calls = failures.calls.max(calls);
    failures.runs += u64::from(failed);
    failures.refused += errors.len() as u64;
    for error in &errors {
        // The writer never panics, which closes the store, and says something that tells what failed.
        assert!(!matches!(error, StoreError::Closed), "call {call}: {done:?} {errors:?}");
        assert!(!error.to_string().is_empty());
    }
    let store = open(home.path(), Opening::Writer);
    assert_sound(&store).await;
    let found = store.proposal(&proposal_id(50)).await.unwrap().map(|found| found.status);
    let least = match done.as_slice() {
        [.., "approve"] | [.., "approve", _] | [.., "approve", _, _] => Some(Status::Approved),
        [.., "execute"] | [.., "execute", _] | [.., "execute", _, _] => Some(Status::Tested),
        ["create", ..] => Some(Status::Pending),
        _ => None,
    };
    assert!(found >= least, "call {call}: acknowledged {done:?}, found {found:?}");
    failed
}

/// Fails one call after the other, once and for ever, until a run has fewer calls than that.
pub(crate) async fn run(step: usize) -> Failures {
    file_layer::install();
    let template = template().await;
    let mut failures = Failures::default();
    for call in (1..).step_by(step) {
        let once = fail_at(template.path(), call, Lasting::Once, &mut failures).await;
        let ever = fail_at(template.path(), call, Lasting::ForEver, &mut failures).await;
        if !once && !ever {
            return failures;
        }
    }
    failures
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_call_leaves_the_store_whole_and_says_so() {
    let failures = run(STEP).await;

    assert!(failures.calls > 100 && failures.runs > 20, "{failures:?}");
    assert!(failures.refused > failures.runs / 4, "{failures:?}");
}
