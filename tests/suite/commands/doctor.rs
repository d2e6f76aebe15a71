//! `/doctor`.

use serde_json::Value;

use crate::support::house::House;

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

    assert_eq!(replies.each_ref().map(crate::support::house::Reply::exit), [7, 7]);
    let [damaged, keyless] = replies.map(crate::support::house::Reply::data);
    assert_eq!(part(&damaged, "database")["health"], "broken");
    assert_eq!(part(&keyless, "log")["health"], "broken");
}
