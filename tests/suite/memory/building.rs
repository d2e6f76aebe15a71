//! Memories built, brought up to date, and stopped half-way.

use std::sync::atomic::{AtomicUsize, Ordering};

use record::domain::time::Timestamp;
use tokio_util::sync::CancellationToken;
use work::memory::building::build;
use work::memory::error::MemoryError;
use work::memory::site::{Site, recall};

use super::history::{add, of_pairs, remembering};
use crate::repository::sample::{Sample, name};
use crate::support::house::House;

const TWO: &[(&str, &str)] =
    &[("a.py", "def a():\n    return 1\n"), ("b.py", "from a import a\n\na()\n")];

#[tokio::test]
async fn a_memory_reads_what_is_new_and_nothing_twice() {
    let sample = Sample::with(TWO);
    let house = House::new();
    let line = format!("/build-graph {}", sample.root().display());

    let first = house.line(&line).await.data();
    let again = house.line(&line).await.data();
    sample.write("b.py", "from a import a\n\na(2)\n");
    sample.commit("second");
    let more = house.line(&line).await.data();

    let told = |data: &serde_json::Value| {
        ["commits", "added", "forgotten", "files", "sources", "parsed"]
            .map(|field| data[field].as_u64().unwrap())
    };
    assert_eq!(told(&first), [1, 1, 0, 2, 2, 2]);
    assert_eq!(told(&again), [1, 0, 0, 2, 2, 0]);
    assert_eq!(told(&more), [2, 1, 0, 2, 2, 1]);
    assert_eq!(
        (&first["complete"], &first["calibrated_on"]),
        (&true.into(), &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn commits_that_nothing_leads_to_any_more_are_forgotten() {
    let sample = Sample::with(TWO);
    sample.write("a.py", "def a():\n    return 2\n");
    sample.commit("to be replaced");
    let house = remembering(&sample).await;
    sample.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    sample.write("a.py", "def a():\n    return 3\n");
    let head = sample.commit("instead of it");

    let built = house.line(&format!("/build-graph {}", sample.root().display())).await.data();
    let why =
        house.line(&format!("/why-code a.py:2 --repo {}", sample.root().display())).await.data();

    assert_eq!(
        [&built["commits"], &built["added"], &built["forgotten"]],
        [&2.into(), &1.into(), &serde_json::Value::from(1)]
    );
    assert_eq!(why["hops"][0]["name"], head.as_str());
}

#[tokio::test]
async fn a_home_with_a_memory_verifies_and_a_backup_keeps_it() {
    let sample = of_pairs(60);
    let house = remembering(&sample).await;
    house.approved().await;
    let file = house.home().join("copy.db");

    let verified = house.line("/audit verify").await.exit();
    let deep = house.line("/doctor --quick --deep").await.exit();
    house.line(&format!("/backup {}", file.display())).await.data();

    assert_eq!((verified, deep), (0, 0));
    assert_eq!(commits_in(&file), 60);
}

#[tokio::test]
async fn a_stopped_build_keeps_what_it_has_and_the_next_one_goes_on_to_the_same_memory() {
    let sample = Sample::new();
    let commits: Vec<(String, Vec<(String, String)>)> = (0..4_500)
        .map(|n| (format!("Change {n}"), vec![(format!("f{}.py", n % 7), format!("x = {n}\n"))]))
        .collect();
    add(&sample.root(), &commits);
    let (stopped, whole) = (House::new(), House::new());
    let store = stopped.engine.context().store().unwrap();
    let repository = sample.open();
    let (cancel, steps) = (CancellationToken::new(), AtomicUsize::new(0));
    let stop = |_: String| {
        if steps.fetch_add(1, Ordering::Relaxed) == 0 {
            cancel.cancel();
        }
    };
    let site = Site {
        store,
        repository: &repository,
        name: name_of(),
        cancel: &cancel,
        progress: &stop,
        at: Timestamp::from_millis(0),
    };

    let first = build(&site).await;
    let kept = recall(store, |recall| recall.newest(1)).unwrap();
    let go_on = CancellationToken::new();
    let second = build(&Site { cancel: &go_on, progress: &|_| {}, ..site }).await.unwrap();
    let other = whole.engine.context().store().unwrap();
    let at_once =
        build(&Site { store: other, cancel: &go_on, progress: &|_| {}, ..site }).await.unwrap();

    assert!(matches!(first, Err(MemoryError::Interrupted)));
    assert_eq!(kept, (2_000, 2_000));
    assert_eq!((second.added, at_once.added), (2_500, 4_500));
    let all = |store| {
        recall(store, |recall| Ok((recall.changes(1, 0)?, sorted(recall.files(1)?)))).unwrap()
    };
    assert_eq!(all(store), all(other));
    assert_eq!(second.facts, at_once.facts);
}

fn name_of() -> &'static str {
    assert_eq!(name().as_str(), "sample");
    "sample"
}

fn sorted(
    mut files: Vec<foundation::store::memory::KeptFile>,
) -> Vec<foundation::store::memory::KeptFile> {
    files.sort_by_key(|file| file.number);
    files
}

#[tokio::test]
async fn a_repository_without_history_says_so() {
    let sample = Sample::new();
    let house = House::new();

    let refused = house.line(&format!("/build-graph {}", sample.root().display())).await.refusal();

    assert_eq!(refused.0, work::contract::error::ErrorKind::State);
    assert!(refused.1.contains("commit"), "{}", refused.1);
}

#[tokio::test]
async fn a_file_is_followed_through_renames() {
    let sample = Sample::with(&[("old.py", "def a():\n    return 1\n"), ("b.py", "x = 1\n")]);
    for n in 0..3 {
        sample.write("old.py", format!("def a():\n    return {n}2\n"));
        sample.write("b.py", format!("x = {n}2\n"));
        sample.commit("both");
    }
    sample.git(&["mv", "old.py", "new.py"]);
    sample.commit("move it");
    let house = remembering(&sample).await;

    let impact =
        house.line(&format!("/impact-code new.py --repo {}", sample.root().display())).await.data();

    assert_eq!(impact["likely"][0]["path"], "b.py");
    let reason = impact["likely"][0]["reasons"][0].as_str().unwrap();
    assert!(reason.starts_with("changed with new.py in 4 of 5 commits"), "{reason}");
}

#[expect(clippy::disallowed_methods, reason = "the test looks into a copy as somebody else would")]
fn commits_in(database: &std::path::Path) -> i64 {
    let copy = rusqlite::Connection::open(database).unwrap();
    copy.query_row("SELECT count(*) FROM memory_commits", [], |row| row.get(0)).unwrap()
}
