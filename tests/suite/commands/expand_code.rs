//! `/expand-code`.

use work::contract::error::ErrorKind;

use crate::support::house::House;

fn names(data: &serde_json::Value, field: &str) -> Vec<String> {
    serde_json::from_value(data[field].clone()).unwrap()
}

#[tokio::test]
async fn neighbours_are_learned_and_not_again() {
    let house = House::new();

    let first = house.line("/expand-code heap sort").await.data();
    let known = house.line("/code-facts quick sort").await.data();
    let again = house.line("/expand-code heap sort").await.data();

    assert_eq!(names(&first, "neighbours"), ["Merge sort", "Quick sort", "Priority queue"]);
    let learned = names(&first, "learned");
    assert!(names(&first, "neighbours").iter().all(|name| learned.contains(name)), "{learned:?}");
    assert_eq!(known["concept"]["learned"], true);
    assert_eq!((names(&again, "neighbours"), names(&again, "learned")), (vec![], vec![]));
}

#[tokio::test]
async fn what_is_not_known_cannot_be_expanded() {
    let house = House::new();

    let unknown = house.line("/expand-code frogs").await.error();
    let empty = house.line("/expand-code").await.error();

    assert_eq!((unknown.kind, empty.kind), (ErrorKind::NotFound, ErrorKind::Usage));
    assert_eq!(unknown.hints, ["Learn it with `/learn-code frogs` first."]);
}
