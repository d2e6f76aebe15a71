//! `/report-code`.

use record::domain::evidence::Termination;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::House;

#[tokio::test]
async fn the_report_is_what_the_execution_answered() {
    let house = House::new();
    let id = house.proposed().await;
    let ran = house.line(&format!("/sandbox-code {id}")).await.data();

    let report = house.line(&format!("/report-code {id}")).await.data();

    assert_eq!(report, ran);
}

#[tokio::test]
async fn an_execution_stands_for_its_proposal() {
    let house = House::new();
    let id = house.proposed().await;
    let first = house.line(&format!("/sandbox-code {id}")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let execution = first["execution_id"].as_str().unwrap();

    let report = house.line(&format!("/report-code {execution}")).await.data();
    let unknown = house.line("/report-code exec_000000000000").await.error();

    assert_eq!(report["execution_id"], first["execution_id"]);
    assert_eq!(report["proposal_id"], id);
    assert_eq!(unknown.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn the_split_of_the_time_has_the_store_and_the_spread_of_recent_executions() {
    let house = House::new();
    let id = house.proposed().await;
    for _ in 0..3 {
        house.line(&format!("/sandbox-code {id}")).await.data();
    }

    let report = house.line(&format!("/report-code {id}")).await.data();
    let page = house.line(&format!("/report-code {id}")).await.page();
    let markdown = house.line(&format!("/report-code {id} --format markdown")).await.data();

    let (own, recent) = (&report["timings_ms"], &report["recent_ms"]);
    let store = own["store"].as_u64().unwrap();
    assert!(store > 0 && own["total"].as_u64().unwrap() >= store, "{own}");
    assert_eq!((&recent["scope"], &recent["executions"]), (&"home".into(), &3.into()));
    for part in ["queue", "spawn", "tests", "lint", "first", "controls", "store", "total"] {
        let [half, most] = ["p50", "p95"].map(|share| recent[share][part].as_u64().unwrap());
        assert!(half <= most, "{part}: {recent}");
    }
    for shown in [page.as_str(), markdown["document"].as_str().unwrap()] {
        assert!(shown.contains("p50") && shown.contains("p95"), "{shown}");
        assert!(shown.contains("3 executions of the home"), "{shown}");
    }
}

#[tokio::test]
async fn a_proposal_with_many_executions_has_a_spread_of_its_own() {
    let house = House::new();
    let [other, id] = [house.proposed().await, house.proposed().await];
    house.line(&format!("/sandbox-code {other}")).await.data();
    for _ in 0..20 {
        house.line(&format!("/sandbox-code {id}")).await.data();
    }

    let [own, few] = [&id, &other].map(|id| format!("/report-code {id}"));
    let (own, few) = (house.line(&own).await.data(), house.line(&few).await.data());

    let scope = |report: &serde_json::Value| {
        (report["recent_ms"]["scope"].clone(), report["recent_ms"]["executions"].clone())
    };
    assert_eq!(scope(&own), ("proposal".into(), 20.into()));
    assert_eq!(scope(&few), ("home".into(), 21.into()));
}

#[tokio::test]
async fn an_older_execution_can_be_asked_for() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("once"))));
    let first = house.line(&format!("/sandbox-code {id}")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();

    let older = first["execution_id"].as_str().unwrap();
    let report = house.line(&format!("/report-code {id} --execution {older}")).await.data();
    let newest = house.line(&format!("/report-code {id}")).await.data();

    assert_eq!(
        (report["verdict"].as_str(), newest["verdict"].as_str()),
        (Some("failed"), Some("passed"))
    );
}

#[tokio::test]
async fn before_any_execution_the_report_says_what_to_run() {
    let house = House::new();
    let id = house.proposed().await;

    let error = house.line(&format!("/report-code {id}")).await.error();

    assert!(error.hints.iter().any(|hint| hint.contains("/sandbox-code")), "{error:?}");
    assert_eq!(house.line("/report-code ffff").await.refusal().0, ErrorKind::NotFound);
}

#[tokio::test]
async fn hostile_messages_are_harmless_in_every_format() {
    let house = House::new();
    let id = house.proposed().await;
    let hostile = "<script>alert(1)</script> ``` \u{1b}[2J \u{202e} [x](javascript:y)";
    house.doing(Doing::Give(Box::new(failing(hostile))));
    house.line(&format!("/sandbox-code {id}")).await.data();

    let html = house.line(&format!("/report-code {id} --format html")).await.data();
    let markdown = house.line(&format!("/report-code {id} --format markdown")).await.data();
    let text = house.line(&format!("/report-code {id}")).await.page();

    let (html, markdown) =
        (html["document"].as_str().unwrap(), markdown["document"].as_str().unwrap());
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
    for shown in [html, markdown, text.as_str()] {
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
    }
}

#[tokio::test]
async fn a_suite_that_cannot_begin_ends_in_one_line_and_is_quoted_below() {
    let house = House::new();
    let id = house.proposed().await;
    let mut evidence = failing("");
    let detail = "test_a.py: ImportError while importing test module '/box/test_a.py'.\nHint: make sure it is valid.\n    import nowhere\nE   ModuleNotFoundError: No module named 'nowhere'";
    evidence.termination = Termination::Collection(detail.to_owned());
    house.doing(Doing::Give(Box::new(evidence)));

    let page = house.line(&format!("/sandbox-code {id}")).await.page();

    let ended = "Ended: collection: test_a.py: ModuleNotFoundError: No module named 'nowhere'\n";
    assert!(page.contains(ended), "{page}");
    assert!(page.contains(&format!("collection\n{detail}\n")), "{page}");
}
