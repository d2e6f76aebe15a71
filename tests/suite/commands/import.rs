//! `/import`: an original's database comes over as history.

use std::path::PathBuf;

use record::domain::principal::PrincipalKind;
use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use crate::support::house::House;
use crate::support::originals;

const ADDER: &str = "proposal_aaaaaaaaaaaa";
const HALVER: &str = "proposal_bbbbbbbbbbbb";

fn beside(house: &House, name: &str) -> PathBuf {
    house.home().parent().unwrap().join(name)
}

/// A house with an original's database beside its home.
fn with_whole() -> (House, PathBuf) {
    let house = House::new();
    let file = beside(&house, "saraphina.db");
    drop(originals::whole(&file));
    (house, file)
}

async fn import(house: &House, file: &std::path::Path) -> Value {
    house.line(&format!("/import {}", file.display())).await.data()
}

#[tokio::test]
async fn the_summary_says_what_came_over_and_what_did_not() {
    let (house, file) = with_whole();

    let data = import(&house, &file).await;

    assert_eq!(data["shape"], "whole");
    assert_eq!(data["zone"], Value::Null);
    assert_eq!(data["proposals"], json!({"found": 5, "new": 4, "known": 0, "skipped": 1}));
    assert_eq!(
        data["history"],
        json!({"executions": 2, "refinements": 2, "reviews": 1, "audit": 3})
    );
    assert_eq!(data["concepts"], json!({"new": 1, "known": 0, "skipped": 3}));
    assert_eq!(
        data["skipped"],
        json!([
            {"source_id": "proposal_cccccccccccc", "reason": "its language \"javascript\" cannot be run here"},
            {"source_id": "concept Loops", "reason": "its difficulty is not 1 to 4"},
            {"source_id": "concept Monads", "reason": "its language is not known here"},
            {"source_id": "snippet snippet_bbbbbbbbbbbb", "reason": "its concept is not there"},
        ])
    );
    assert_eq!(data["orphan_rows"], 2);
    assert_eq!(
        data["orphans"],
        json!([
            {"table": "proposal_reviews", "proposal_id": "proposal_ffffffffffff", "rows": 1},
            {"table": "test_executions", "proposal_id": "proposal_ffffffffffff", "rows": 1},
        ])
    );
    assert_eq!(data["tables"], json!([{"table": "preferences", "rows": 1}]));
}

#[tokio::test]
async fn an_imported_approval_is_history_and_approves_nothing() {
    let (house, file) = with_whole();
    import(&house, &file).await;

    let shown = house.show(ADDER).await;
    let hash = house.hash(ADDER).await;
    let approval = house.line(&format!("/approve-code {ADDER} --yes --expect {hash}")).await;

    assert_eq!((&shown["status"], &shown["reviews"]), (&json!("pending"), &json!([])));
    assert_eq!(shown["imported"]["claimed_status"], "approved");
    assert_eq!(approval.refusal(), (ErrorKind::State, format!("{ADDER} has not been tested")));
    let stats = house.line("/code-stats").await.data();
    assert_eq!((&stats["executions"], &stats["by_status"]["approved"]), (&json!(0), &json!(0)));
    assert_eq!(
        (&stats["test_success_rate"], &stats["average_coverage"]),
        (&json!(null), &json!(null))
    );
}

#[tokio::test]
async fn history_keeps_the_words_of_the_original_and_takes_no_default_for_a_measurement() {
    let (house, file) = with_whole();
    import(&house, &file).await;

    let imported = house.show(ADDER).await["imported"].clone();

    assert_eq!(imported["created_at"], "2025-11-20T08:47:00.123456");
    assert_eq!(imported["remarks"], json!(["a pass is claimed without one test run: 1 execution"]));
    assert_eq!(
        imported["history"],
        json!([
            {"kind": "execution", "at": "2025-11-20T08:50:00", "by": "", "action": "passed",
             "revision": null, "words": "", "result": {"tests_run": 0, "tests_passed": 0,
             "tests_failed": 0, "coverage_percent": null, "lint_score": null}},
            {"kind": "execution", "at": "2025-11-20T08:51:00", "by": "", "action": "passed",
             "revision": null, "words": "", "result": {"tests_run": 2, "tests_passed": 2,
             "tests_failed": 0, "coverage_percent": 95.2, "lint_score": null}},
            {"kind": "review", "at": "2025-11-20T09:00:00", "by": "owner", "action": "approved",
             "revision": null, "words": "lgtm", "result": null},
            {"kind": "audit", "at": "2025-11-20T07:00:00", "by": "owner",
             "action": "approve_code_proposal", "revision": null, "words": ADDER, "result": null},
        ])
    );
}

#[tokio::test]
async fn refinements_become_a_chain_and_edits_that_none_explains_are_told() {
    let (house, file) = with_whole();
    import(&house, &file).await;

    let mut chain = Vec::new();
    for number in 1..=4 {
        let shown = house.line(&format!("/show-code {HALVER} --revision {number}")).await.data();
        chain.push((
            shown["code"].as_str().unwrap().lines().last().unwrap().trim().to_owned(),
            shown["feedback"].as_str().map(str::to_owned),
            shown["origin"].clone(),
        ));
    }
    let line = |code: &str, feedback: Option<&str>| {
        (code.to_owned(), feedback.map(str::to_owned), json!("imported"))
    };

    assert_eq!(
        chain,
        [
            line("return a", None),
            line("return a / 2", Some("halve it")),
            line("return a // 2", Some("whole numbers")),
            line("return a // 2  # by hand", None),
        ]
    );
    let shown = house.show(HALVER).await;
    assert_eq!(shown["revisions"], 4);
    assert_eq!(shown["related_concepts"], json!([]));
    assert_eq!(
        shown["imported"]["remarks"],
        json!([
            "its related concepts are not a list of names and were left out",
            "no refinement tells of 1 edit of the code; each is a revision without feedback",
            "the original keeps the newest tests only; every revision stands with them",
        ])
    );
}

#[tokio::test]
async fn a_second_import_brings_nothing_twice() {
    let (house, file) = with_whole();
    import(&house, &file).await;
    let records = house.records().await.len();

    let again = import(&house, &file).await;

    assert_eq!(again["proposals"], json!({"found": 5, "new": 0, "known": 4, "skipped": 1}));
    assert_eq!(again["audit"], Value::Null);
    assert_eq!(house.records().await.len(), records);
    assert_eq!(house.show(ADDER).await["imported"]["history"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn what_changed_since_is_named_and_left_as_it_is() {
    let (house, file) = with_whole();
    import(&house, &file).await;
    let sql = "UPDATE code_proposals SET code = 'def add(a, b): return 3' WHERE id LIKE '%aaaa';
        INSERT INTO code_proposals VALUES ('proposal_eeeeeeeeeeee', 'new', 'python', '', '', NULL,
            NULL, 'pending', '2025-12-01', '2025-12-01')";
    originals::blank(&file).execute_batch(sql).unwrap();

    let again = import(&house, &file).await;

    assert_eq!(again["proposals"], json!({"found": 6, "new": 1, "known": 3, "skipped": 2}));
    assert_eq!(
        again["skipped"][1]["reason"],
        format!(
            "its rows changed since {ADDER} was imported; an import changes nothing that is here"
        )
    );
    assert_eq!(again["history"]["audit"], 3);
    assert_eq!(house.show(ADDER).await["imported"]["history"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_dry_run_shows_the_same_and_writes_nothing() {
    let (house, file) = with_whole();
    let before = house.records().await.len();

    let reply = house.line(&format!("/import --dry-run {}", file.display())).await.data();

    assert_eq!(reply["proposals"], json!({"found": 5, "new": 4, "known": 0, "skipped": 1}));
    assert_eq!(house.records().await.len(), before);
    assert_eq!(house.line("/list-proposals").await.data()["total"], 0);
}

#[tokio::test]
async fn an_imported_proposal_can_be_tested_and_approved_here() {
    let (house, file) = with_whole();
    import(&house, &file).await;
    let untested = house.line(&format!("/report-code {ADDER}")).await.error();

    house.line(&format!("/sandbox-code {ADDER}")).await.data();
    let report = house.line(&format!("/report-code {ADDER}")).await.data();
    let hash = house.hash(ADDER).await;
    house.line(&format!("/approve-code {ADDER} --yes --expect {hash}")).await.data();

    assert_eq!(untested.kind, ErrorKind::State);
    assert_eq!(
        untested.hints[1],
        format!(
            "It was imported from an original's database: it claims approved with 2 executions and 1 review, none of which counts here; see `/show-code {ADDER}`."
        )
    );
    assert_eq!(report["imported"]["source_id"], ADDER);
    assert_eq!(house.show(ADDER).await["status"], "approved");
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
}

#[tokio::test]
async fn pages_and_lists_say_that_it_was_imported() {
    let (house, file) = with_whole();
    import(&house, &file).await;

    let page = house.line(&format!("/show-code {ADDER}")).await.page();
    let list = house.line("/list-proposals").await.page();

    let claims = page.split("Imported; ").nth(1).unwrap();
    insta::assert_snapshot!(claims, @"
    what follows is claimed by its source:
    From: an original's database, as proposal_aaaaaaaaaaaa
    Claimed: approved
    Made there: 2025-11-20T08:47:00.123456, changed 2025-11-20T09:00:00 (zone not known)
    - a pass is claimed without one test run: 1 execution
    - 2025-11-20T08:50:00 execution passed (0 run, 0 passed, 0 failed)
    - 2025-11-20T08:51:00 execution passed (2 run, 2 passed, 0 failed, coverage 95.2 %)
    - 2025-11-20T09:00:00 review approved by owner: lgtm
    - 2025-11-20T07:00:00 audit approve_code_proposal by owner: proposal_aaaaaaaaaaaa
    ");
    assert_eq!(list.matches("(imported)").count(), 4, "{list}");
}

#[tokio::test]
async fn a_known_zone_is_kept_beside_the_moments() {
    let (house, file) = with_whole();

    house.line(&format!("/import --zone -03:30 {}", file.display())).await.data();

    let page = house.line(&format!("/show-code {ADDER}")).await.page();
    assert!(page.contains("2025-11-20T08:47:00.123456, changed 2025-11-20T09:00:00 (UTC-03:30)"));
    let wrong = house.line(&format!("/import --zone CET {}", file.display())).await;
    assert_eq!(wrong.refusal(), (ErrorKind::Usage, "CET is not an offset from UTC".to_owned()));
}

#[tokio::test]
async fn every_proposal_and_the_end_are_recorded() {
    let (house, file) = with_whole();

    let data = import(&house, &file).await;

    let records = house.records().await;
    let of_kind = |kind: &str| -> Vec<&record::audit::record::Record> {
        records.iter().filter(|record| record.kind.word() == kind).collect()
    };
    let imported = of_kind("history.imported");
    let [finished] = of_kind("import.finished")[..] else { panic!("{records:?}") };
    assert_eq!(imported.len(), 4);
    assert!(imported.iter().all(|record| record.actor.kind == PrincipalKind::Owner));
    assert_eq!(imported[0].data["claimed_status"], "approved");
    assert_eq!(
        (&finished.data["file_digest"], &finished.data["imported"], &finished.data["orphans"]),
        (&data["file_digest"], &json!(4), &json!(2))
    );
    assert_eq!(data["audit"]["seq"], finished.seq);
    assert_eq!(of_kind("concept.learned").len(), 1);
}

#[tokio::test]
async fn a_concept_comes_as_untested_and_never_replaces_one_of_ours() {
    let (house, file) = with_whole();
    import(&house, &file).await;
    let other = beside(&house, "other.db");
    let sql = "UPDATE code_concepts SET name = 'MEMOISING', learned_from = 'another'";
    originals::whole(&other).execute_batch(sql).unwrap();

    let again = import(&house, &other).await;

    let facts = house.line("/code-facts memoising").await.data()["concept"].clone();
    assert_eq!(again["concepts"]["new"], 0);
    assert_eq!(
        (&facts["name"], &facts["source"]),
        (&json!("Memoising"), &json!("import: library"))
    );
    assert_eq!(facts["examples_tested"], false);
    let tested: Vec<&Value> =
        facts["snippets"].as_array().unwrap().iter().map(|snippet| &snippet["tests"]).collect();
    assert_eq!(tested, [""]);
}

#[tokio::test]
async fn the_other_shapes_are_recognised_by_their_tables() {
    let house = House::new();
    let (code, old) = (beside(&house, "knowledge.db"), beside(&house, "old.db"));
    drop((originals::proposals(&code), originals::older(&old)));

    let (code, old) = (import(&house, &code).await, import(&house, &old).await);

    assert_eq!((&code["shape"], &code["proposals"]["new"]), (&json!("proposals"), &json!(4)));
    assert_eq!((&old["shape"], &old["history"]["audit"]), (&json!("older"), &json!(1)));
}

#[tokio::test]
async fn a_log_that_was_not_checkpointed_is_read_too() {
    let house = House::new();
    let file = beside(&house, "saraphina.db");
    let writer = originals::empty(&file);
    writer.query_row("PRAGMA journal_mode = wal", [], |_| Ok(())).unwrap();
    let row = "INSERT INTO code_proposals VALUES ('proposal_eeeeeeeeeeee', 'new', 'python', '', '',
        NULL, NULL, 'pending', '2025-12-01', '2025-12-01')";
    writer.execute_batch(row).unwrap();
    let folder = |path: &std::path::Path| -> Vec<_> {
        let mut names: Vec<_> = std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    let before = folder(&file);

    let data = import(&house, &file).await;

    assert_eq!(data["proposals"]["new"], 1);
    assert_eq!(folder(&file), before);
    drop(writer);
}

#[tokio::test]
async fn a_name_that_is_taken_here_is_not_taken_away() {
    let house = House::new();
    let own = house.proposed().await;
    let file = beside(&house, "knowledge.db");
    let row = format!(
        "INSERT INTO code_proposals VALUES ('{own}', 'forged', 'python', 'x', 'y', NULL, NULL,
            'approved', '2025-12-01', '2025-12-01')"
    );
    originals::empty(&file).execute_batch(&row).unwrap();

    let data = import(&house, &file).await;

    let id = data["imported"][0]["proposal_id"].as_str().unwrap();
    assert_ne!(id, own);
    assert_eq!(house.show(&own).await["imported"], Value::Null);
    assert_eq!(house.show(id).await["imported"]["source_id"], own);
}

#[tokio::test]
async fn an_agent_cannot_import() {
    let (house, file) = with_whole();
    let house = house.agent();

    let refused = house.line(&format!("/import {}", file.display())).await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
}

#[tokio::test]
async fn altered_history_is_found_by_the_verification() {
    let (house, file) = with_whole();
    import(&house, &file).await;

    house.tamper("UPDATE history SET action = 'failed' WHERE kind = 'review'").await;
    let verified = house.line("/audit verify").await.data();

    assert_eq!(verified["ok"], false);
    assert_eq!(
        verified["problem"],
        format!("provenance or history: the stored history of {ADDER} is not the recorded one")
    );
}
