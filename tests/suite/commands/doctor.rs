//! `/doctor`.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::sandbox::support;
use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::House;
use crate::support::meddle::meddle;
use work::contract::error::ErrorKind;

fn part<'a>(data: &'a Value, name: &str) -> &'a Value {
    let parts = data["parts"].as_array().unwrap();
    parts.iter().find(|part| part["part"] == name).unwrap_or_else(|| panic!("{data:#}"))
}

#[tokio::test]
async fn a_sound_home_is_told_part_by_part() {
    let house = House::with(&[("DAYTONA_API_KEY", "x")]);
    house.proposed().await;

    let reply = house.line("/doctor --usage").await;

    assert_eq!(reply.exit(), 0);
    let data = reply.data();
    for name in ["home", "database", "log", "writer", "settings"] {
        assert_eq!(part(&data, name)["health"], "good", "{name}: {data:#}");
    }
    assert_eq!(part(&data, "toolchain")["health"], "warn");
    let keys = &part(&data, "providers")["details"];
    assert!(keys["OPENAI_API_KEY is not set"].as_str().unwrap().contains("Enables"), "{keys:#}");
    assert!(keys["DAYTONA_API_KEY is not set"].is_null());
    let names: Vec<&str> = data["usage"]
        .as_array()
        .unwrap()
        .iter()
        .map(|usage| usage["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"knowledge.db") && names.contains(&"keys"), "{names:?}");
    assert!(house.provider.asked.lock().unwrap().len() == 1, "only the proposal asked");
}

#[tokio::test]
async fn a_missing_layer_says_what_it_lets_through() {
    let data = House::new().line("/doctor --sandbox").await.data();

    assert_eq!(data["parts"].as_array().unwrap().len(), 1);
    let sandbox = part(&data, "sandbox fake");
    assert_eq!(sandbox["health"], "warn");
    assert!(sandbox["found"].as_str().unwrap().contains("memory is sampled"), "{sandbox:#}");
}

#[tokio::test]
async fn a_damaged_database_and_a_lost_key_are_integrity() {
    let damaged = House::new();
    damaged.proposed().await;
    damaged.close().await;
    std::fs::write(damaged.database(), "not a database, whatever its name says about it").unwrap();
    let keyless = House::new();
    keyless.proposed().await;
    keyless.close().await;
    std::fs::remove_file(keyless.home().join("keys/log.key")).unwrap();

    let replies = [damaged.line("/doctor").await, keyless.line("/doctor").await];

    assert_eq!(replies.each_ref().map(crate::support::reply::Reply::exit), [7, 7]);
    let [damaged, keyless] = replies.map(crate::support::reply::Reply::data);
    assert_eq!(part(&damaged, "database")["health"], "broken");
    assert_eq!(part(&keyless, "log")["health"], "broken");
}

/// A house whose toolchain is set up, so that samples are run.
fn house_with_toolchain() -> House {
    // Setting up blocks, which this thread may not.
    std::thread::spawn(support::set_up).join().unwrap();
    let house = House::new();
    std::fs::create_dir_all(house.home()).unwrap();
    std::os::unix::fs::symlink(support::home().join("toolchain"), house.home().join("toolchain"))
        .unwrap();
    house
}

fn proofs(data: &Value) -> Vec<&str> {
    let samples = data["samples"].as_array().unwrap();
    samples.iter().map(|check| check["proof"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn without_a_toolchain_nothing_is_established_and_nothing_is_run() {
    let house = House::new();

    let replies = [house.line("/doctor").await, house.line("/doctor --samples").await];

    assert_eq!(replies.each_ref().map(crate::support::reply::Reply::exit), [0, 6]);
    for data in replies.map(crate::support::reply::Reply::data) {
        assert_eq!(proofs(&data), ["not_established"; 12], "{data:#}");
        let remedy = data["samples"][0]["remedy"].as_str().unwrap();
        assert_eq!(remedy, "Run `/setup`, then `/doctor --samples`.");
    }
    assert!(house.backend.jobs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn samples_can_be_left_out() {
    let data = house_with_toolchain().line("/doctor --quick").await.data();

    assert_eq!(data["samples"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn what_somebody_planted_in_the_database_is_named() {
    let house = House::new();
    let planted = "CREATE TRIGGER planted AFTER INSERT ON reviews BEGIN DELETE FROM policies; END";
    meddle(&house.database(), planted);

    let data = house.line("/doctor --quick").await.data();

    let database = part(&data, "database");
    assert_eq!(database["health"], "broken", "{database:#}");
    let told = database.to_string();
    assert!(told.contains("planted is missing, changed or not of this program"), "{told}");
}

#[tokio::test]
async fn a_sandbox_that_believes_everything_is_found_out() {
    let house = house_with_toolchain();

    let reply = house.line("/doctor --samples").await;

    assert_eq!(reply.exit(), 6);
    let data = reply.data();
    assert_eq!(proofs(&data), ["failed"; 12], "{data:#}");
    assert_eq!(data["samples"][2]["observed"], "passed, integrity observed");
    assert!(data["samples"][2]["remedy"].as_str().unwrap().starts_with("Approve nothing"));
}

#[tokio::test]
async fn a_sandbox_that_lets_attacks_out_is_found_out() {
    let house = house_with_toolchain();
    let mut escaped = passing();
    escaped.tests.cases[0].id = "test_subject.py::test_mounts".to_owned();
    (0..5).for_each(|_| house.doing(Doing::Give(Box::new(failing("assert False")))));
    house.doing(Doing::Give(Box::new(escaped)));

    let data = house.line("/doctor --samples").await.data();

    let seen = |index: usize| data["samples"][index]["observed"].as_str().unwrap().to_owned();
    assert_eq!(proofs(&data)[1], "held", "{data:#}");
    assert_eq!(seen(10), "it got out");
    assert_eq!(seen(11), "the attack was never made, so nothing is shown");
}

#[tokio::test]
async fn what_was_stopped_finds_nothing() {
    let house = house_with_toolchain();
    house.doing(Doing::Interrupted);

    let stopped = house.line("/doctor --samples").await.refusal();

    assert_eq!(stopped, (ErrorKind::Interrupted, "interrupted".to_owned()));
}

#[tokio::test]
async fn a_sandbox_that_cannot_run_is_not_taken_for_sound() {
    let house = house_with_toolchain();
    (0..6).for_each(|_| house.doing(Doing::Fail));

    let reply = house.line("/doctor").await;

    assert_eq!(reply.exit(), 6);
    let data = reply.data();
    assert_eq!(proofs(&data), ["failed"; 12]);
    let observed = data["samples"][0]["observed"].as_str().unwrap();
    assert!(observed.starts_with("it could not be run: "), "{observed}");
}

#[tokio::test]
async fn a_key_of_the_log_that_others_can_read_is_named_with_what_to_type() {
    let house = House::new();
    house.proposed().await;
    let key = house.database().parent().unwrap().join("keys/log.key");
    std::fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();

    let data = house.line("/doctor --quick").await.data();

    let home = part(&data, "home");
    assert_eq!(home["health"], "warn", "{home:#}");
    assert!(home.to_string().contains("chmod 600"), "{home:#}");
}
