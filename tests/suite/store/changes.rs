//! Contract: changes written whole or not at all.

use foundation::store::error::StoreError;
use foundation::store::query::StatsQuery;
use foundation::store::store::Store;
use record::domain::change::{Expected, Freshness, Write};
use record::domain::decision::Decision;
use record::domain::execution::Execution;
use record::domain::language::Language;
use record::domain::proposal::{Latest, Proposal, Standing};
use record::domain::review::PastReview;
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

use super::records::verify;
use super::sample::{
    approved, at, created, executed, execution, execution_id, file, proposal_id, refined, rejected,
    request, revision,
};
use super::sample_change::changeset;

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
        signer: None,
        expires_at: None,
        ended: None,
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

pub(super) async fn a_change_of_a_repository_comes_back_with_both_sides(store: &dyn Store) {
    let mut creation = created(1, at(0));
    let mut changing = revision(1, 1, at(0));
    changing.source = Source::of_change(changeset());
    changing.content_hash = changeset().content_hash();
    creation.writes[1] = Write::NewRevision(Box::new(changing.clone()));
    store.commit(creation).await.unwrap();

    let stored = store.revision(&proposal_id(1), 1).await.unwrap().unwrap();

    assert_eq!(stored.source.change(), Some(&changeset()));
    assert_eq!(stored, changing);
    let paths: Vec<&str> = stored.source.files().iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["logo.png", "new.py", "run.sh", "test_new.py"]);
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
