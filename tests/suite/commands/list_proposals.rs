//! `/list-proposals`.

use work::contract::error::ErrorKind;

use crate::support::house::{CODE, House, TESTS};

async fn ids(house: &House, line: &str) -> Vec<String> {
    let data = house.line(line).await.data();
    let rows = data["proposals"].as_array().unwrap().clone();
    rows.iter().map(|row| row["proposal_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_newest_come_first_and_pages_join() {
    let house = House::new();
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, house.proposed().await);
    }

    let first = house.line("/list-proposals --limit 2").await.data();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = ids(&house, &format!("/list-proposals --limit 2 --before {cursor}")).await;

    let page = house.line("/list-proposals --limit 2").await.page();
    let further = format!("next: /list-proposals --limit 2 --before {cursor}  ");
    assert!(page.contains(&further), "{page}");
    assert_eq!(first["total"], 3);
    assert_eq!(ids(&house, "/list-proposals").await, made);
    assert_eq!(rest, made[2..]);
}

#[tokio::test]
async fn filters_and_search_choose() {
    let house = House::new();
    let tested = house.tested().await;
    let pending = house.proposed().await;

    let by_status = ids(&house, "/list-proposals --status tested").await;
    let found = ids(&house, "/list-proposals --search \"adder numbers\"").await;
    let none = ids(&house, "/list-proposals --search zebra").await;

    assert_eq!(by_status, std::slice::from_ref(&tested));
    assert_eq!(found, [pending, tested]);
    assert_eq!(none, Vec::<String>::new());
}

#[tokio::test]
async fn an_empty_home_says_what_to_do() {
    let page = House::new().line("/list-proposals").await.page();

    assert!(page.contains("/propose-code"), "{page}");
}

#[tokio::test]
async fn bad_bounds_are_refused() {
    let house = House::new();

    let mut kinds = Vec::new();
    for rest in ["--limit 0", "--limit 100001", "--before nonsense", "--status asleep"] {
        kinds.push(house.line(&format!("/list-proposals {rest}")).await.refusal().0);
    }

    assert_eq!(kinds, [ErrorKind::Usage; 4]);
}

#[tokio::test]
async fn a_request_is_given_whole() {
    let house = House::new();
    let request = format!("an adder {}of two", "of many numbers ".repeat(40));
    house.reply(CODE, TESTS);
    house.line(&format!("/propose-code {request}")).await.data();

    let listed = house.line("/list-proposals").await.data();

    assert_eq!(listed["proposals"][0]["spec"], request);
}

#[tokio::test]
async fn the_word_of_every_id_names_all_of_them() {
    let house = House::new();
    let one = house.proposed().await;
    let alone = house.line("/show-code proposal_").await.data();
    house.proposed().await;

    let several = house.line("/show-code proposal_").await.refusal();
    let none = house.line("/show-code proposal_x").await.refusal();

    assert_eq!(alone["proposal_id"], one);
    assert_eq!((several.0, none.0), (ErrorKind::Ambiguous, ErrorKind::NotFound));
}

#[tokio::test]
async fn an_empty_search_is_told_from_an_empty_home() {
    let house = House::new();
    house.proposed().await;

    let page = house.line("/list-proposals --search zebra --status pending").await.page();

    assert!(page.contains("No proposal fits --status pending --search \"zebra\"."), "{page}");
}
