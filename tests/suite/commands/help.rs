//! `/help`.

use saraphina::commands::registry::ENTRIES;
use work::contract::error::ErrorKind;

use crate::support::house::House;

#[tokio::test]
async fn every_command_is_listed_and_one_is_explained() {
    let house = House::new();

    let all = house.line("/help").await.page();
    let one = house.line("/help approve-code").await.page();
    let unknown = house.line("/help aprove-code").await.error();

    assert!(ENTRIES.iter().all(|entry| all.contains(entry.spec.name)), "{all}");
    assert!(one.contains("--despite"), "{one}");
    assert_eq!(unknown.kind, ErrorKind::NotFound);
}
