//! Contract: lists, searches and ids.

use foundation::store::query::{Counting, ListQuery, Page, Resolved};
use foundation::store::sqlite::sqlite_store::SqliteStore;
use foundation::store::store::Store;
use record::domain::id::{ExecutionKind, IdPattern, ProposalKind};
use record::domain::language::Language;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;

use super::sample::{at, created, executed, execution, proposal_id, refined, request};

fn search(text: &str) -> ListQuery {
    ListQuery { search: Some(text.to_owned()), limit: 20, ..ListQuery::default() }
}

fn requests(page: &Page) -> Vec<&str> {
    page.rows.iter().map(|row| row.request.as_str()).collect()
}

/// What a search finds.
async fn found(store: &dyn Store, text: &str) -> Vec<String> {
    let page = store.list(&search(text)).await.unwrap();
    requests(&page).into_iter().map(str::to_owned).collect()
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

pub(super) async fn a_proposal_is_found_before_and_after_indexing(store: &SqliteStore) {
    store.commit(created(7, at(0))).await.unwrap();
    let fresh = found(store, "case7 quoted").await;
    store.index().await.unwrap();
    let indexed = found(store, "CASE7 quoted").await;
    store.commit(refined(7, 2, at(1))).await.unwrap();
    let requeued = found(store, "case7 slug").await;

    let expected = vec![request(7)];
    assert_eq!([fresh, indexed, requeued], [expected.clone(), expected.clone(), expected]);
}

pub(super) async fn a_search_counts_and_filters(store: &SqliteStore) {
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

pub(super) async fn nothing_typed_into_a_search_is_syntax(store: &SqliteStore) {
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
