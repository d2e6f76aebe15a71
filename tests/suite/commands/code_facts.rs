//! `/code-facts`.

use work::contract::error::ErrorKind;

use crate::support::house::House;

#[tokio::test]
async fn a_curated_concept_is_shown_as_not_learned_until_it_is() {
    let house = House::new();

    let before = house.line("/code-facts binary search").await.data();
    house.line("/learn-code binary search").await.data();
    let after = house.line("/code-facts binary search").await.data();
    let page = house.line("/code-facts binary search").await.page();

    assert_eq!(
        (before["concept"]["learned"].as_bool(), after["concept"]["learned"].as_bool()),
        (Some(false), Some(true))
    );
    assert_eq!(
        (after["concept"]["difficulty"].as_u64(), after["concept"]["examples"].as_u64()),
        (Some(2), Some(1))
    );
    assert!(page.contains("Difficulty: 2/4") && page.contains("State: learned"), "{page}");
}

#[tokio::test]
async fn several_matches_are_a_numbered_list_of_at_most_five() {
    let house = House::new();

    let data = house.line("/code-facts search").await.data();

    assert!(data["concept"].is_null());
    assert!(data["total"].as_u64().unwrap() > 1);
    assert!(data["matches"].as_array().unwrap().len() <= 5);
    let page = house.line("/code-facts search").await.page();
    assert!(page.contains("1  "), "{page}");
}

#[tokio::test]
async fn an_unknown_name_is_not_found() {
    let house = House::new();

    let unknown = house.line("/code-facts xyzzy plugh").await.error();
    let empty = house.line("/code-facts").await.refusal();

    assert_eq!((unknown.kind, empty.0), (ErrorKind::NotFound, ErrorKind::Usage));
    assert!(unknown.hints[0].contains("/learn-code xyzzy plugh"), "{unknown:?}");
}
