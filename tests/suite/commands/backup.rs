//! `/backup`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use record::domain::digest::Digest;
use work::contract::error::ErrorKind;

use crate::support::house::House;
use crate::support::meddle::meddle;

#[tokio::test]
async fn a_backup_of_a_home_in_use_says_what_it_holds() {
    let house = House::new();
    house.approved().await;
    let file = house.home().join("monday.db");

    let data = house.line(&format!("/backup {}", file.display())).await.data();
    let page = house.line(&format!("/backup {}x", file.display())).await.page();

    let records = house.records().await.len();
    assert_eq!(data["entries"], records);
    assert_eq!(data["digest"], Digest::of(&fs::read(&file).unwrap()).hex());
    assert_eq!(data["private_keys"], false);
    let vkey = house.line("/audit checkpoint").await.data()["vkey"].clone();
    assert_eq!(data["vkey"], vkey);
    assert!(page.contains("Private keys are not in it"), "{page}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_backup_replaces_no_file_and_needs_a_folder_and_a_database() {
    let house = House::new();
    let there = house.file("there.db", "mine");
    let nowhere = house.home().join("no/such/folder/a.db");

    let taken = house.line(&format!("/backup {there}")).await.refusal();
    let homeless = house.line(&format!("/backup {}", nowhere.display())).await.error();

    assert_eq!(taken, (ErrorKind::State, format!("{there} is there already")));
    assert_eq!(homeless.kind, ErrorKind::NotFound);
    assert_eq!(fs::read_to_string(&there).unwrap(), "mine");
}

#[tokio::test]
async fn a_damaged_log_makes_no_backup() {
    let house = House::new();
    house.approved().await;
    house
        .tamper("UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), 'owner', 'agent') AS BLOB) WHERE seq = 2")
        .await;
    let file = house.home().join("monday.db");

    let error = house.line(&format!("/backup {}", file.display())).await.error();

    assert_eq!(error.kind, ErrorKind::Integrity);
    assert!(error.message.contains("entry 2"), "{error}");
    assert!(!file.exists());
}

#[tokio::test]
async fn an_agent_takes_no_backup() {
    let house = House::new().agent();

    let refused = house.line("/backup /tmp/never.db").await.refusal();

    assert_eq!(refused.0, ErrorKind::Forbidden);
}

#[tokio::test]
async fn a_backup_is_verified_where_it_lies_and_stays_as_it_is() {
    let house = House::new();
    let id = house.approved().await;
    let file = house.home().with_file_name("monday.db");
    house.line(&format!("/backup {}", file.display())).await.data();
    let line = format!("/audit verify {}", file.display());
    let before = fs::read(&file).unwrap();

    let whole = house.line(&line).await;
    assert_eq!(fs::read(&file).unwrap(), before);
    meddle(&file, &format!("UPDATE proposals SET status = 'rejected' WHERE id = '{id}'"));
    let altered = house.line(&line).await;
    fs::write(&file, &before[..before.len() / 2]).unwrap();
    let cut = house.line(&line).await;

    assert_eq!((whole.exit(), altered.exit(), cut.exit()), (0, 7, 7));
    let (whole, altered) = (whole.data(), altered.data());
    assert_eq!(
        (&whole["entries"], &whole["ok"]),
        (&house.records().await.len().into(), &true.into())
    );
    assert_eq!(
        (&whole["key"], &whole["outside_head"]),
        (&"genesis".into(), &"not_looked_at".into())
    );
    assert!(altered["problem"].as_str().unwrap().contains("proposals"), "{altered:#}");
}
