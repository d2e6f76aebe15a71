//! `/rollback-code`.

use std::fs;

use serde_json::{Value, json};
use work::contract::error::ErrorKind;

use super::apply_code::{apply, target};
use crate::applying::trees::Tree;
use crate::support::house::House;

async fn rolled_back(house: &House, id: &str) -> String {
    format!("/rollback-code {id} --yes --expect {}", house.hash(id).await)
}

#[tokio::test]
async fn an_application_comes_out_again_and_a_second_time_is_refused() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    fs::write(folder.join("mine.txt"), "mine").unwrap();
    let before = Tree::of(&folder);
    let applied = apply(&house, &id, &folder).await;
    fs::write(folder.join("later.txt"), "later").unwrap();
    let line = rolled_back(&house, &id).await;

    let data = house.line(&line).await.data();
    let again = house.line(&line).await.refusal();

    fs::remove_file(folder.join("later.txt")).unwrap();
    assert_eq!(Tree::of(&folder), before);
    assert_eq!(data["outcome"], "rolled_back");
    let records = house.records().await;
    let [.., started, finished] = &records[..] else { panic!("too few records") };
    assert_eq!(
        (started.kind.word(), finished.kind.word()),
        ("rollback.started", "rollback.finished")
    );
    assert_eq!(
        (&started.data["undoes"], &data["undoes"]),
        (&records[records.len() - 4].seq.into(), &records[records.len() - 4].seq.into())
    );
    assert_eq!(applied["audit"]["seq"], records[records.len() - 3].seq);
    assert_eq!(
        again,
        (ErrorKind::State, format!("{id} was rolled back already, by entry {}", started.seq))
    );
    assert!(house.line("/audit verify").await.data()["ok"].as_bool().unwrap());
}

#[tokio::test]
async fn a_path_that_was_changed_since_is_named_and_nothing_is_touched() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    let applied = apply(&house, &id, &folder).await;
    let path = applied["files"][0]["path"].as_str().unwrap();
    fs::write(folder.join(path), "mine").unwrap();
    let before = Tree::of(&folder);

    let refused = house.line(&rolled_back(&house, &id).await).await.refusal();

    assert_eq!(refused, (ErrorKind::State, format!("{path}: it was changed since")));
    assert_eq!(Tree::of(&folder), before);
    assert!(!house.kinds().await.contains(&"rollback.started"));
}

#[tokio::test]
async fn what_was_taken_out_by_hand_is_rolled_back_in_the_record_too() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    let before = Tree::of(&folder);
    let applied = apply(&house, &id, &folder).await;
    for file in applied["files"].as_array().unwrap() {
        fs::remove_file(folder.join(file["path"].as_str().unwrap())).unwrap();
    }

    let line = rolled_back(&house, &id).await;
    let data = house.line(&line).await.data();

    assert_eq!((&data["outcome"], &data["files"]), (&json!("rolled_back"), &json!([])));
    assert_eq!(Tree::of(&folder), before);
    let shown = house.line(&format!("/show-code {id}")).await.data();
    assert!(shown["applied"][0]["taken_out"].is_u64(), "{shown:#}");
}

#[tokio::test]
async fn without_an_id_the_newest_application_goes() {
    let house = House::new();
    let nothing = house.line("/rollback-code").await.refusal();
    let id = house.approved().await;
    let other = house.approved().await;
    let (folder, second) = (target(&house), house.beside("second"));
    fs::create_dir(&second).unwrap();
    apply(&house, &other, &folder).await;
    apply(&house, &id, &second).await;

    let planned = house.line("/rollback-code --dry-run").await.data();
    let never = house.tested().await;
    let not_in = house.line(&format!("/rollback-code {never}")).await.refusal();

    assert_eq!(nothing, (ErrorKind::NotFound, "nothing was applied yet".to_owned()));
    assert_eq!((&planned["proposal_id"], &planned["outcome"]), (&json!(id), &json!("planned")));
    assert_eq!(not_in, (ErrorKind::State, format!("{never} was not applied")));
    assert_ne!(Tree::of(&second), Tree::default());
}

#[tokio::test]
async fn it_asks_and_takes_the_word_for_exactly_this_content() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    apply(&house, &id, &folder).await;

    let asked = house.line(&format!("/rollback-code {id}")).await.error();
    let wrong = format!("/rollback-code {id} --yes --expect {}", "0".repeat(12));

    assert_eq!(asked.kind, ErrorKind::NeedsOwner);
    assert_eq!(house.line(&wrong).await.exit(), 4);
    assert_ne!(Tree::of(&folder), Tree::default());
}

#[tokio::test]
async fn a_row_that_was_altered_writes_nothing() {
    let house = House::new();
    let id = house.approved().await;
    let folder = target(&house);
    apply(&house, &id, &folder).await;
    let before = Tree::of(&folder);
    house.tamper("UPDATE applications SET plan = replace(plan, '\"bytes\":', '\"bytes\":1')").await;

    let refused = house.line(&rolled_back(&house, &id).await).await.refusal();
    let verified: Value = house.line("/audit verify").await.data();

    assert_eq!(refused.0, ErrorKind::Integrity);
    assert_eq!(Tree::of(&folder), before);
    assert_eq!(verified["ok"], false);
}
