//! Contract: the log and its statistics.

use std::collections::BTreeMap;

use foundation::store::query::{Account, LogQuery, StatsQuery};
use foundation::store::store::Store;
use record::audit::record::Record;
use record::audit::verify::Verifier;
use record::domain::act::ActKind;
use record::domain::change::{ModelCall, Write};
use record::domain::language::Language;
use record::domain::stats::{Dimension, Stats, StatusCounts, Tally};
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

use super::sample::{
    at, authorship, change, created, evidence, executed, execution, proposal_id, refined, system,
    usage,
};

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
    // The order requires a later time; what the clock said stands beside it.
    let clocks: Vec<_> = records.iter().skip(1).map(|record| record.clock).collect();
    assert_eq!(clocks, [None, Some(at(0)), Some(at(0)), Some(at(10))]);
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

pub(super) async fn an_account_that_was_read_before_goes_on_behind_its_newest_entry(
    store: &dyn Store,
) {
    let id = proposal_id(1);
    store.commit(created(1, at(0))).await.unwrap();
    store.commit(created(2, at(1))).await.unwrap();
    let first = store.account(&id).await.unwrap().unwrap();
    store.commit(refined(1, 2, at(2))).await.unwrap();

    let second = store.account(&id).await.unwrap().unwrap();

    let kinds = |account: &Account| -> Vec<ActKind> {
        account.entries.iter().map(|entry| entry.record.kind).collect()
    };
    assert_eq!(kinds(&first), [ActKind::ProposalCreated]);
    assert_eq!(kinds(&second), [ActKind::ProposalCreated, ActKind::RevisionAdded]);
    for entry in &second.entries {
        assert_eq!(Record::parse(&entry.row.bytes).unwrap(), entry.record);
    }
}
