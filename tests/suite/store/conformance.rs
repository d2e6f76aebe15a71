//! The contract of a store, for every implementation.

use std::collections::BTreeMap;

use saraphina::audit::record::Record;
use saraphina::audit::verify::Verifier;
use saraphina::domain::act::{Act, ActKind};
use saraphina::domain::change::{Change, Expected, Freshness, ModelCall, Write};
use saraphina::domain::concept::{Concept, Difficulty, Snippet};
use saraphina::domain::execution::Execution;
use saraphina::domain::id::{ExecutionKind, IdPattern, JobId, ProposalKind};
use saraphina::domain::job::{Job, JobState};
use saraphina::domain::language::Language;
use saraphina::domain::principal::{Principal, Via};
use saraphina::domain::proposal::{Latest, Proposal, Standing};
use saraphina::domain::review::{Decision, PastReview};
use saraphina::domain::source::{Role, Source};
use saraphina::domain::stats::{Dimension, Stats, StatusCounts, Tally};
use saraphina::domain::status::Status;
use saraphina::domain::verdict::VerdictWord;
use saraphina::store::error::StoreError;
use saraphina::store::query::{Counting, ListQuery, LogQuery, Page, Resolved, StatsQuery};
use saraphina::store::store::Store;

use super::sample::{
    approved, at, authorship, change, created, evidence, executed, execution, execution_id, file,
    proposal_id, refined, rejected, request, revision, usage,
};

fn system(kind: ActKind) -> Act {
    Act::new(kind, Principal::system(), Via::internal())
}

fn search(text: &str) -> ListQuery {
    ListQuery { search: Some(text.to_owned()), limit: 20, ..ListQuery::default() }
}

fn requests(page: &Page) -> Vec<&str> {
    page.rows.iter().map(|row| row.request.as_str()).collect()
}

/// Every record, held against the newest checkpoint.
pub(super) async fn verify(store: &dyn Store) -> u64 {
    let mut verifier = Verifier::default();
    let rows = store.log_from(0, u32::MAX).await.unwrap();
    for row in &rows {
        verifier.push(&row.bytes).unwrap();
    }
    let state = store.log_state().await.unwrap();
    let verification = verifier.finish(Some(&state.checkpoint), None);
    assert_eq!((verification.ok, verification.problem), (true, None));
    verification.entries
}

pub(super) async fn what_was_written_is_read_back(store: &dyn Store) {
    let run = execution(1, 1, 1, VerdictWord::Passed, at(20));
    store.commit(created(1, at(10))).await.unwrap();
    store.commit(executed(1, run.clone(), Status::Tested, at(20))).await.unwrap();
    let tested = store.proposal(&proposal_id(1)).await.unwrap().unwrap();
    let log = store.log_state().await.unwrap();
    let receipt = store.commit(approved(&tested, &run, &log, at(30))).await.unwrap();

    let proposal = store.proposal(&proposal_id(1)).await.unwrap().unwrap();
    let latest = Latest { execution: run.id.clone(), verdict: VerdictWord::Passed };
    let expected = Proposal {
        id: proposal_id(1),
        request: request(1),
        language: Language::Python,
        module: "parser".to_owned(),
        status: Status::Approved,
        standing: Standing::Clear,
        related_concepts: vec!["CSV parsing".to_owned(), "quoting".to_owned()],
        head: 1,
        content_hash: revision(1, 1, at(10)).content_hash,
        latest: Some(latest.clone()),
        created_at: at(10),
        updated_at: at(30),
        version: 3,
    };
    assert_eq!(proposal, expected);
    assert_eq!(store.verdicts(&proposal_id(1), 1).await.unwrap(), [latest]);
    assert_parts(store, run, receipt.seq).await;
    assert_absent(store).await;
}

async fn assert_parts(store: &dyn Store, run: Execution, seq: u64) {
    let stored = store.revision(&proposal_id(1), 1).await.unwrap();
    assert_eq!(stored, Some(revision(1, 1, at(10))));
    assert_eq!(store.execution(&run.id).await.unwrap(), Some(run.clone()));
    assert_eq!(store.newest_execution(&proposal_id(1)).await.unwrap(), Some(run));
    let reviews = store.reviews(&proposal_id(1)).await.unwrap();
    let expected = PastReview {
        id: reviews[0].id.clone(),
        revision: 1,
        decision: Decision::Approved,
        reviewer: "owner".to_owned(),
        reason: None,
        comment: "looks right".to_owned(),
        seq,
        reviewed_at: at(30),
    };
    assert_eq!(reviews, [expected]);
}

async fn assert_absent(store: &dyn Store) {
    assert_eq!(store.proposal(&proposal_id(2)).await.unwrap(), None);
    assert_eq!(store.revision(&proposal_id(1), 2).await.unwrap(), None);
    assert_eq!(store.execution(&execution_id(9, 9)).await.unwrap(), None);
    assert_eq!(store.reviews(&proposal_id(2)).await.unwrap(), []);
}

pub(super) async fn a_repeated_change_returns_its_first_receipt(store: &dyn Store) {
    let first = store.commit(created(1, at(0))).await.unwrap();
    store.commit(created(2, at(1))).await.unwrap();
    let size = store.log_state().await.unwrap().size;

    let again = store.commit(created(1, at(2))).await.unwrap();

    assert_eq!((again.seq, again.hash), (first.seq, first.hash));
    assert_eq!((first.freshness, again.freshness), (Freshness::Fresh, Freshness::Replayed));
    assert_eq!(store.log_state().await.unwrap().size, size);
}

pub(super) async fn a_decision_on_an_older_state_is_refused(store: &dyn Store) {
    store.commit(created(1, at(0))).await.unwrap();
    let seen = store.proposal(&proposal_id(1)).await.unwrap().unwrap();
    let log = store.log_state().await.unwrap();
    store.commit(refined(1, 2, at(1))).await.unwrap();

    let refused = store.commit(rejected(&seen, &log, at(2))).await;

    assert!(
        matches!(refused, Err(StoreError::Conflict { proposal }) if proposal == proposal_id(1))
    );
    assert_eq!(store.reviews(&proposal_id(1)).await.unwrap(), []);
}

pub(super) async fn a_refused_change_leaves_no_trace(store: &dyn Store) {
    store.commit(created(1, at(0))).await.unwrap();
    let before = store.stats(&StatsQuery::default()).await.unwrap();
    let size = store.log_state().await.unwrap().size;
    let mut stale = created(2, at(1));
    stale.expected = Some(Expected { proposal: proposal_id(1), version: 7 });
    let mut oversized = created(3, at(1));
    oversized.act = oversized.act.with("request", "x".repeat(20_000));
    let second_head = refined(1, 3, at(1));

    for change in [stale, oversized, second_head] {
        assert!(store.commit(change).await.is_err());
    }

    assert_eq!(store.stats(&StatsQuery::default()).await.unwrap(), before);
    assert_eq!(store.log_state().await.unwrap().size, size);
    assert_eq!(store.proposal(&proposal_id(3)).await.unwrap(), None);
    store.commit(created(4, at(2))).await.unwrap();
    verify(store).await;
}

pub(super) async fn pages_follow_each_other_newest_first(store: &dyn Store) {
    for n in 0..25 {
        store.commit(created(n, at(i64::try_from(n / 2).unwrap()))).await.unwrap();
    }
    for n in 0..5 {
        let run = execution(n, 1, 1, VerdictWord::Failed, at(50));
        store.commit(executed(n, run, Status::Tested, at(50))).await.unwrap();
    }

    let mut seen = Vec::new();
    let mut query = ListQuery { limit: 10, ..ListQuery::default() };
    loop {
        let page = store.list(&query).await.unwrap();
        assert_eq!(page.total, Some(25));
        seen.extend(page.rows.into_iter().map(|row| row.id));
        query.before = page.next;
        if query.before.is_none() {
            break;
        }
    }
    let tested = ListQuery { status: Some(Status::Tested), limit: 3, ..ListQuery::default() };
    let tested = store.list(&tested).await.unwrap();

    assert_eq!(seen, (0..25).rev().map(proposal_id).collect::<Vec<_>>());
    assert_eq!(requests(&tested), [request(4), request(3), request(2)]);
    assert_eq!((tested.total, tested.next.is_some()), (Some(5), true));
    assert_eq!(tested.rows[0].verdict, Some(VerdictWord::Failed));
    let python = ListQuery {
        language: Some(Language::Python),
        status: Some(Status::Pending),
        limit: 100,
        ..ListQuery::default()
    };
    let python = store.list(&python).await.unwrap();
    assert_eq!((python.rows.len(), python.total, python.next), (20, Some(20), None));
}

/// What a search finds.
async fn found(store: &dyn Store, text: &str) -> Vec<String> {
    let page = store.list(&search(text)).await.unwrap();
    requests(&page).into_iter().map(str::to_owned).collect()
}

pub(super) async fn a_proposal_is_found_before_and_after_indexing(store: &dyn Store) {
    store.commit(created(7, at(0))).await.unwrap();
    let fresh = found(store, "case7 quoted").await;
    store.index().await.unwrap();
    let indexed = found(store, "CASE7 quoted").await;
    store.commit(refined(7, 2, at(1))).await.unwrap();
    let requeued = found(store, "case7 slug").await;

    let expected = vec![request(7)];
    assert_eq!([fresh, indexed, requeued], [expected.clone(), expected.clone(), expected]);
}

pub(super) async fn a_search_counts_and_filters(store: &dyn Store) {
    for n in [7, 8, 15] {
        store.commit(created(n, at(2))).await.unwrap();
        store.index().await.unwrap();
    }
    let run = execution(15, 1, 1, VerdictWord::Passed, at(3));
    store.commit(executed(15, run, Status::Tested, at(3))).await.unwrap();
    store.commit(created(23, at(3))).await.unwrap();

    let all = ListQuery { count: Counting::Always, limit: 2, ..search("slug") };
    let all = store.list(&all).await.unwrap();
    let rest = ListQuery { before: all.next, ..search("slug") };
    let rest = store.list(&rest).await.unwrap();
    let tested = ListQuery { status: Some(Status::Tested), ..search("slug") };
    let tested = store.list(&tested).await.unwrap();

    assert_eq!((requests(&all), all.total), (vec![&*request(23), &*request(15)], Some(3)));
    assert_eq!((requests(&rest), rest.total), (vec![&*request(7)], None));
    assert_eq!(requests(&tested), [request(15)]);
    assert_eq!(found(store, "case7 case15").await, Vec::<String>::new());
}

pub(super) async fn nothing_typed_into_a_search_is_syntax(store: &dyn Store) {
    store.commit(created(1, at(0))).await.unwrap();
    let hostile = [
        "\"",
        "'",
        "*",
        "z*",
        "^z",
        "-z",
        "z OR retry",
        "NOT retry",
        "retry AND z",
        "NEAR(retry a, 2)",
        "request:",
        "(",
        ")",
        "{z}",
        "z + a",
        "\0",
        "z\0b",
        "%",
        "_",
        ";",
        "--",
        "\u{202e}",
        "\"\"\"",
        "😀",
        "request : retry",
    ];
    for _ in 0..2 {
        for text in hostile {
            let query = ListQuery { count: Counting::Always, ..search(text) };
            assert_eq!(store.list(&query).await.unwrap().rows, [], "{text:?}");
        }
        let found = store.list(&search("\"retry\" (decorator) case1*")).await.unwrap();
        assert_eq!(requests(&found), [request(1)]);
        store.index().await.unwrap();
    }
}

pub(super) async fn ids_resolve_by_prefix(store: &dyn Store) {
    for n in 0..40 {
        store.commit(created(n, at(0))).await.unwrap();
    }

    let full = IdPattern::parse::<ProposalKind>(proposal_id(3).as_str()).unwrap();
    assert_eq!(store.resolve(&full).await.unwrap(), Resolved::One(proposal_id(3)));
    let newest = store.resolve(&IdPattern::Newest).await.unwrap();
    assert_eq!(newest, Resolved::One(proposal_id(39)));
    let many = store.resolve(&IdPattern::Prefix("proposal_".to_owned())).await.unwrap();
    let mut all: Vec<_> = (0..40).map(proposal_id).collect();
    all.sort();
    all.truncate(10);
    assert_eq!(many, Resolved::Many(all));
    for digit in "0123456789abcdef".chars() {
        let prefix = format!("proposal_{digit}");
        let expected = (0..40).map(proposal_id).filter(|id| id.as_str().starts_with(&prefix));
        let found = match store.resolve(&IdPattern::Prefix(prefix.clone())).await.unwrap() {
            Resolved::None => 0,
            Resolved::One(_) => 1,
            Resolved::Many(ids) => ids.len(),
        };
        assert_eq!(found, expected.count().min(10), "{prefix}");
    }
}

pub(super) async fn executions_resolve_by_prefix(store: &dyn Store) {
    store.commit(created(3, at(0))).await.unwrap();
    let run = execution(3, 1, 1, VerdictWord::Passed, at(1));
    store.commit(executed(3, run.clone(), Status::Tested, at(1))).await.unwrap();

    let pattern = IdPattern::parse::<ExecutionKind>(&run.id.as_str()[..12]).unwrap();
    assert_eq!(store.resolve_execution(&pattern).await.unwrap(), Resolved::One(run.id.clone()));
    let newest = store.resolve_execution(&IdPattern::Newest).await.unwrap();
    assert_eq!(newest, Resolved::One(run.id));
}

fn job(fence: u64) -> Job {
    Job {
        id: JobId::derived("job"),
        proposal: proposal_id(1),
        revision: 1,
        execution: execution_id(1, 1),
        worker: "4242 99".to_owned(),
        fence,
        leased_at: at(0),
        lease_until: at(30_000),
        state: JobState::Leased,
    }
}

fn lease(fence: u64) -> Change {
    let write = Write::NewJob(Box::new(job(fence)));
    change(system(ActKind::ExecutionLeased), vec![write], format!("lease {fence}"), at(0))
}

fn finish(fence: u64) -> Change {
    let write = Write::FinishJob { job: job(0).id, fence, state: JobState::Done };
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
    assert_eq!(open, [Job { lease_until: at(90_000), ..job(2) }]);
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

pub(super) async fn large_and_odd_content_comes_back_byte_for_byte(store: &dyn Store) {
    let mut creation = created(1, at(0));
    let source = Source::new(vec![
        file("a.py", Role::Code, b"\xef\xbb\xbfx = 'caf\xe9'\r\n".to_vec()),
        file("b.bin", Role::Support, (0..=255).collect::<Vec<u8>>()),
        file("empty.py", Role::Code, ""),
        file("test_a.py", Role::Test, "# \u{202e}é\n".repeat(40_000)),
    ])
    .unwrap();
    let mut odd = revision(1, 1, at(0));
    odd.content_hash = source.content_hash();
    odd.source = source;
    creation.writes[1] = Write::NewRevision(Box::new(odd.clone()));
    store.commit(creation).await.unwrap();
    let mut run = execution(1, 1, 1, VerdictWord::Failed, at(1));
    run.content_hash = odd.content_hash;
    run.evidence.output.stdout = "é\0 line\n".repeat(60_000);
    run.evidence.output.stderr = "x".repeat(4_097);
    store.commit(executed(1, run.clone(), Status::Tested, at(1))).await.unwrap();

    assert_eq!(store.revision(&proposal_id(1), 1).await.unwrap(), Some(odd));
    let stored = store.execution(&run.id).await.unwrap().unwrap();
    assert_eq!(stored.evidence.digest(), run.evidence.digest());
    assert_eq!(stored, run);
}

pub(super) async fn records_are_dense_chained_and_signed(store: &dyn Store) {
    let mut creation = created(1, at(0));
    creation.consequences.push(system(ActKind::RevisionAdded));
    let receipt = store.commit(creation).await.unwrap();
    store.commit(created(2, at(1))).await.unwrap();

    let entries = verify(store).await;
    let rows = store.log_from(0, 100).await.unwrap();
    let newest = store.log(&LogQuery { proposal: None, limit: 2, before: Some(3) }).await.unwrap();
    let about = LogQuery { proposal: Some(proposal_id(1)), limit: 9, before: None };
    let about = store.log(&about).await.unwrap();

    let kinds: Vec<ActKind> =
        rows.iter().map(|row| Record::parse(&row.bytes).unwrap().kind).collect();
    assert_eq!(
        kinds,
        [
            ActKind::LogGenesis,
            ActKind::ProposalCreated,
            ActKind::RevisionAdded,
            ActKind::ProposalCreated
        ]
    );
    assert_eq!((entries, receipt.seq), (4, 1));
    assert_eq!(newest, [rows[2].clone(), rows[1].clone()]);
    assert_eq!(about, [rows[1].clone()]);
    assert_eq!(store.log_from(2, 1).await.unwrap(), [rows[2].clone()]);
}

pub(super) async fn a_clock_that_goes_back_is_put_on_record(store: &dyn Store) {
    store.commit(created(1, at(3_600_000))).await.unwrap();
    let receipt = store.commit(created(2, at(0))).await.unwrap();
    store.commit(created(3, at(10))).await.unwrap();

    let rows = store.log_from(0, 100).await.unwrap();
    let records: Vec<Record> = rows.iter().map(|row| Record::parse(&row.bytes).unwrap()).collect();
    let kinds: Vec<ActKind> = records.iter().skip(1).map(|record| record.kind).collect();

    let created = ActKind::ProposalCreated;
    assert_eq!(kinds, [created, ActKind::ClockRegressed, created, created]);
    assert!(records.is_sorted_by_key(|record| record.ts));
    assert_eq!(receipt.seq, 3);
    verify(store).await;
}

pub(super) async fn statistics_follow_the_changes(store: &dyn Store) {
    for n in 0..3 {
        store.commit(created(n, at(0))).await.unwrap();
    }
    for (n, word) in
        [(0, VerdictWord::Passed), (1, VerdictWord::Failed), (2, VerdictWord::Inconclusive)]
    {
        let run = execution(n, 1, 1, word, at(86_400_000));
        store.commit(executed(n, run, Status::Tested, at(86_400_000))).await.unwrap();
    }
    let call = ModelCall {
        proposal: None,
        provider: "openai".to_owned(),
        model: authorship(1).model,
        language: Language::Python,
        usage: usage(1),
    };
    let call = Write::NewCall(Box::new(call));
    let called =
        change(system(ActKind::ModelCalled), vec![call], "call".to_owned(), at(86_400_001));
    store.commit(called).await.unwrap();

    let proposals = Tally { proposals: 3, ..Tally::default() };
    let runs = Tally {
        executions: 3,
        passed: 1,
        failed: 1,
        covered_executions: 2,
        coverage_bp_sum: 2 * u64::from(
            evidence(VerdictWord::Passed).coverage.unwrap().basis_points(),
        ),
        calls: 1,
        input_tokens: 401,
        output_tokens: 600,
        cost_microusd: 1_250,
        ..Tally::default()
    };
    let total = Tally { proposals: 3, ..runs.clone() };
    let stats = store.stats(&StatsQuery { since: None, by: Some(Dimension::Day) }).await.unwrap();
    let days = BTreeMap::from([(at(0).day(), proposals), (at(86_400_000).day(), runs.clone())]);
    let by_status = StatusCounts { tested: 3, ..StatusCounts::default() };
    assert_eq!(stats, Stats { total, by_status, groups: days });
    let since = StatsQuery { since: Some(at(86_400_000)), by: Some(Dimension::ErrorClass) };
    let stats = store.stats(&since).await.unwrap();
    let failed = Tally {
        executions: 1,
        failed: 1,
        covered_executions: 1,
        coverage_bp_sum: runs.coverage_bp_sum / 2,
        ..Tally::default()
    };
    let groups = BTreeMap::from([("tests".to_owned(), failed)]);
    assert_eq!(stats, Stats { total: runs, by_status: StatusCounts::default(), groups });
    let by_model = StatsQuery { since: None, by: Some(Dimension::Model) };
    let names: Vec<String> = store.stats(&by_model).await.unwrap().groups.into_keys().collect();
    assert_eq!(names, ["model-1", "openai", "submitted"]);
}

pub(super) async fn changes_of_many_callers_all_arrive(store: &dyn Store) {
    let commits = (0..300).map(|n| store.commit(created(n, at(0))));
    let receipts = futures::future::join_all(commits).await;

    let mut seqs: Vec<u64> = receipts.into_iter().map(|receipt| receipt.unwrap().seq).collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=300).collect::<Vec<u64>>());
    assert_eq!(verify(store).await, 301);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
