//! Contract: jobs and concepts.

use foundation::store::error::StoreError;
use foundation::store::store::Store;
use record::audit::record::Record;
use record::domain::act::ActKind;
use record::domain::change::{Change, Write};
use record::domain::concept::{Concept, Difficulty, Snippet};
use record::domain::id::JobId;
use record::domain::language::Language;
use record::domain::lease::{Lease, LeaseState};

use super::sample::{at, change, execution_id, proposal_id, system};

fn job(fence: u64) -> Lease {
    Lease {
        id: JobId::derived("job"),
        proposal: proposal_id(1),
        revision: 1,
        execution: execution_id(1, 1),
        worker: "4242 99".to_owned(),
        fence,
        leased_at: at(0),
        lease_until: at(30_000),
        state: LeaseState::Leased,
    }
}

fn lease(fence: u64) -> Change {
    let write = Write::NewJob(Box::new(job(fence)));
    change(system(ActKind::ExecutionLeased), vec![write], format!("lease {fence}"), at(0))
}

fn finish(fence: u64) -> Change {
    let write = Write::FinishJob { job: job(0).id, fence, state: LeaseState::Done };
    change(system(ActKind::ExecutionVerdict), vec![write], format!("finish {fence}"), at(1))
}

pub(super) async fn an_older_fence_cannot_finish_a_job(store: &dyn Store) {
    store.commit(lease(1)).await.unwrap();
    store.commit(lease(2)).await.unwrap();

    let stale = store.commit(finish(1)).await;
    store.commit(finish(2)).await.unwrap();
    let retaken = store.commit(lease(3)).await;

    assert!(matches!(stale, Err(StoreError::StaleFence)));
    assert_eq!(store.open_jobs().await.unwrap(), []);
    assert!(matches!(retaken, Err(StoreError::StaleFence)));
}

pub(super) async fn only_the_holder_of_a_job_prolongs_it(store: &dyn Store) {
    store.commit(lease(1)).await.unwrap();
    store.commit(lease(2)).await.unwrap();

    let stale = store.heartbeat(&job(0).id, 1, at(80_000)).await.unwrap();
    let held = store.heartbeat(&job(0).id, 2, at(90_000)).await.unwrap();
    let open = store.open_jobs().await.unwrap();
    store.commit(finish(2)).await.unwrap();
    let finished = store.heartbeat(&job(0).id, 2, at(99_000)).await.unwrap();

    assert_eq!([stale, held, finished], [false, true, false]);
    assert_eq!(open, [Lease { lease_until: at(90_000), ..job(2) }]);
}

pub(super) async fn no_jump_of_the_clock_ends_a_lease(store: &dyn Store) {
    const TEN_YEARS_MS: i64 = 10 * 365 * 86_400_000;
    let at_time = |change: Change, millis| Change { at: at(millis), ..change };

    store.commit(at_time(lease(1), 0)).await.unwrap();
    store.commit(at_time(lease(2), TEN_YEARS_MS)).await.unwrap();
    let held = store.heartbeat(&job(0).id, 2, at(-TEN_YEARS_MS)).await.unwrap();
    store.commit(at_time(finish(2), -TEN_YEARS_MS)).await.unwrap();

    assert!(held);
    assert_eq!(store.open_jobs().await.unwrap(), []);
    let kinds = store.log_from(0, 10).await.unwrap();
    let kinds = kinds.iter().map(|row| Record::parse(&row.bytes).unwrap().kind);
    let (leased, ended) = (ActKind::ExecutionLeased, ActKind::ExecutionVerdict);
    let wanted = [ActKind::LogGenesis, leased, leased, ActKind::ClockRegressed, ended];
    assert_eq!(kinds.collect::<Vec<_>>(), wanted);
}

pub(super) async fn a_job_without_a_verdict_is_taken_up_again(store: &dyn Store) {
    let give_up = |fence| {
        let write = Write::FinishJob { job: job(0).id, fence, state: LeaseState::Abandoned };
        change(system(ActKind::ExecutionAbandoned), vec![write], format!("end {fence}"), at(1))
    };
    store.commit(lease(1)).await.unwrap();
    store.commit(give_up(1)).await.unwrap();

    let same = store.commit(Change { idempotency: "other".to_owned(), ..lease(1) }).await;
    store.commit(lease(2)).await.unwrap();
    let late = store.commit(finish(1)).await;
    store.commit(finish(2)).await.unwrap();

    assert!(matches!(same, Err(StoreError::StaleFence)));
    assert!(matches!(late, Err(StoreError::StaleFence)));
    assert_eq!(store.job(&job(0).id).await.unwrap().unwrap().state, LeaseState::Done);
}

pub(super) async fn concepts_are_replaced_by_name(store: &dyn Store) {
    let concept = |name: &str, description: &str, slug: &str| Concept {
        name: name.to_owned(),
        category: "pattern".to_owned(),
        language: Some(Language::Python),
        difficulty: Difficulty::new(2).unwrap(),
        description: description.to_owned(),
        prerequisites: vec!["functions".to_owned()],
        related: vec![],
        keywords: vec!["wrap".to_owned()],
        source: "library".to_owned(),
        snippets: vec![Snippet {
            slug: slug.to_owned(),
            summary: "Retries.".to_owned(),
            language: Language::Python,
            code: "def retry(): ...\n".to_owned(),
            tests: "def test_retry(): ...\n".to_owned(),
        }],
    };
    let learn = |concept: Concept| {
        let key = concept.description.clone();
        let write = Write::NewConcept(Box::new(concept));
        change(system(ActKind::ConceptLearned), vec![write], key, at(0))
    };
    store.commit(learn(concept("Décorators", "old", "retry"))).await.unwrap();
    store.commit(learn(concept("Caching", "cache", "retry"))).await.unwrap();
    store.commit(learn(concept("DÉCORATORS", "new", "retry_twice"))).await.unwrap();

    let found = store.concept("décorators").await.unwrap();

    let newest = concept("DÉCORATORS", "new", "retry_twice");
    assert_eq!(found, Some(newest.clone()));
    let all = store.concepts().await.unwrap();
    assert_eq!(all, [concept("Caching", "cache", "retry"), newest]);
    assert_eq!(store.concept("nothing").await.unwrap(), None);
}
