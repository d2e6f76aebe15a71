//! `/audit report` where the clock was wrong, and where the log was taken back.

use serde_json::{Value, json};

use super::restore::{moved_on, restore};
use crate::support::house::House;

/// From 2026 to 2040.
const AHEAD: i64 = 24 * 365 * 14;
const THIS_YEAR: &str = "/audit report --from 2026-01-01 --to 2026-12-31";

async fn text(house: &House, line: &str) -> String {
    house.line(line).await.data()["document"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_decision_after_a_clock_that_ran_ahead_is_in_the_report_of_its_day() {
    let house = House::new();
    house.wait_hours(AHEAD);
    house.proposed().await;
    house.wait_hours(-AHEAD);
    let id = house.approved().await;

    let data = house.line(THIS_YEAR).await.data();
    let page = house.line(THIS_YEAR).await.page();
    let csv = text(&house, &format!("{THIS_YEAR} --format csv")).await;

    let decided = &data["decisions"][0];
    assert_eq!((&decided["proposal"], &decided["decision"]), (&json!(id), &json!("approved")));
    assert!(decided["deed"]["clock"].as_str().unwrap().starts_with("2026-11-20"), "{decided:#}");
    assert!(decided["deed"]["at"].as_str().unwrap().starts_with("2040"), "{decided:#}");
    let complete = &data["completeness"];
    let last = complete["log_entries"].as_u64().unwrap() - 1;
    assert_eq!(complete["uncertain"], json!([{"first": 1, "last": last}]), "{data:#}");
    assert_eq!(
        data["acts"].as_array().unwrap().iter().filter(|act| act["sort"] == "clock_jump").count(),
        1
    );
    assert!(page.contains("the clock went back from 2040"), "{page}");
    assert!(page.contains(&format!("entries 1 to {last}")), "{page}");
    assert!(csv.contains("\"clock_jump\"") && csv.contains("\"uncertain_time\""), "{csv}");
}

#[tokio::test]
async fn in_a_report_of_all_days_entries_of_a_clock_that_ran_ahead_are_uncertain() {
    let house = House::new();
    house.proposed().await;
    house.wait_hours(AHEAD);
    house.proposed().await;
    house.wait_hours(-AHEAD);
    house.proposed().await;

    let whole = house.line("/audit report").await.data();
    let year = house.line(THIS_YEAR).await.data();

    let uncertain = |data: &Value| data["completeness"]["uncertain"].clone();
    assert_eq!(uncertain(&whole), uncertain(&year), "{whole:#}");
    assert_ne!(uncertain(&whole), json!([]));
}

#[tokio::test]
async fn an_approval_by_a_clock_that_was_set_ahead_for_it_is_no_way_around_the_report() {
    let house = House::new();
    house.wait_hours(AHEAD);
    let id = house.approved().await;
    house.wait_hours(-AHEAD);
    house.proposed().await;

    let data = house.line(THIS_YEAR).await.data();
    let later = house.line("/audit report --from 2030-01-01 --to 2030-12-31").await.data();

    assert_eq!(data["decisions"][0]["proposal"], json!(id), "{data:#}");
    assert!(data["completeness"]["uncertain"][0]["first"].as_u64().unwrap() > 0, "{data:#}");
    // Of a year between, the jump is named, which passes over it; the entries are of other years.
    assert_eq!(later["decisions"], json!([]));
    assert_eq!(later["completeness"]["first"], Value::Null);
    assert_eq!(later["acts"][0]["kind"], "clock.regressed");
}

#[tokio::test]
async fn without_a_jump_no_time_is_uncertain_and_later_entries_stay_out() {
    let house = House::new();
    house.approved().await;
    house.wait_hours(24 * 365);
    house.proposed().await;

    let data = house.line(THIS_YEAR).await.data();
    let next = house.line("/audit report --from 2027-01-01").await.data();

    assert_eq!(data["completeness"]["uncertain"], json!([]));
    assert_eq!(data["population"].as_array().unwrap().len(), 1);
    assert_eq!(next["decisions"], json!([]));
    assert_eq!(next["population"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_restore_is_in_every_report_whatever_its_days() {
    let (mut house, _, file) = moved_on().await;
    restore(&house, &file).await;
    house.reopen();
    let earlier = "/audit report --to 2025-12-31";

    let data = house.line(earlier).await.data();
    let page = house.line(earlier).await.page();

    let act = &data["acts"][0];
    assert_eq!((&act["sort"], &act["kind"]), (&json!("restore"), &json!("log.restored")));
    assert_eq!(act["reason"], "the disk failed");
    let mut told = vec![page];
    for format in ["csv", "html", "json"] {
        told.push(text(&house, &format!("{earlier} --format {format}")).await);
    }
    for text in told {
        assert!(text.contains("discarded 1 of them"), "{text}");
    }
}
