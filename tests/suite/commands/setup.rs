//! `/setup`.

use crate::support::house::House;

#[tokio::test]
async fn what_is_missing_is_prepared_once() {
    let house = House::new();

    let first = house.line("/setup").await.data();
    let again = house.line("/setup").await.data();

    assert_eq!(first["steps"][1]["part"], "sandbox fake");
    assert_eq!(first["steps"][1]["done"][0], "installing pytest");
    assert_eq!(first["steps"][1]["result"], "1 layer proved, 1 absent");
    assert_eq!(again["steps"][1]["done"].as_array().unwrap().len(), 0);
    assert!(house.line("/setup").await.page().contains("was there already"));
    assert!(house.database().exists());
}
