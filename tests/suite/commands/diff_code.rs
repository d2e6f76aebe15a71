//! `/diff-code`.

use work::contract::error::ErrorKind;

use crate::support::house::{CODE, House};

#[tokio::test]
async fn the_newest_two_revisions_are_compared_with_weakened_tests() {
    let house = House::new();
    let id = house.proposed().await;
    house.reply(CODE, "from adder import add\n\n\ndef test_add():\n    pass\n");
    house.line(&format!("/refine-code {id} simpler tests")).await.data();

    let data = house.line(&format!("/diff-code {id}")).await.data();
    let whole = house.line(&format!("/diff-code {id} 1..1")).await;

    assert_eq!((data["from"].as_u64(), data["to"].as_u64()), (Some(1), Some(2)));
    assert!(data["diff"].as_str().unwrap().contains("-    assert add(1, 2) == 3"), "{data:#}");
    assert!(!data["weakenings"].as_array().unwrap().is_empty(), "{data:#}");
    assert!(matches!(whole.exit(), 0 | 2));
}

#[tokio::test]
async fn the_first_revision_is_compared_with_nothing() {
    let house = House::new();
    let id = house.proposed().await;

    let data = house.line(&format!("/diff-code {id}")).await.data();

    assert_eq!((data["from"].as_u64(), data["content_hashes"][0].as_str()), (Some(0), None));
    assert!(data["diff"].as_str().unwrap().contains("+def add(a, b):"));
}

#[tokio::test]
async fn revisions_that_are_not_there_are_refused() {
    let house = House::new();
    let id = house.proposed().await;

    let missing = house.line(&format!("/diff-code {id} 1..7")).await.refusal();
    let nonsense = house.line(&format!("/diff-code {id} one..two")).await.refusal();
    let unknown = house.line("/diff-code ffff").await.refusal();

    assert_eq!(
        [missing.0, nonsense.0, unknown.0],
        [ErrorKind::NotFound, ErrorKind::Usage, ErrorKind::NotFound]
    );
}
