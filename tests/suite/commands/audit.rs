//! `/audit`.

use std::path::Path;

use record::audit::checkpoint::Checkpoint;
use record::domain::act::ActKind;
use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::house::House;

async fn verified(house: &House) -> (u8, Value) {
    let reply = house.line("/audit verify").await;
    (reply.exit(), reply.data())
}

#[tokio::test]
async fn an_untouched_log_holds() {
    let house = House::new();
    house.approved().await;

    let (exit, data) = verified(&house).await;

    assert_eq!((exit, data["ok"].as_bool(), data["problem"].as_str()), (0, Some(true), None));
    assert_eq!((data["entries"].as_u64(), data["key"].as_str()), (Some(8), Some("home")));
    assert_eq!(data["checkpoint"]["size"], 8);
}

#[tokio::test]
async fn an_altered_a_deleted_and_a_cut_off_entry_are_named() {
    let cases = [
        (
            "UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), 'adder', 'badder') AS BLOB) WHERE seq = 1",
            Some(1),
        ),
        ("PRAGMA foreign_keys = OFF; DELETE FROM audit_log WHERE seq = 3", Some(3)),
        ("PRAGMA foreign_keys = OFF; DELETE FROM audit_log WHERE seq = 6", Some(6)),
    ];

    for (sql, first_bad) in cases {
        let house = House::new();
        house.approved().await;
        house.tamper(sql).await;

        let (exit, data) = verified(&house).await;

        assert_eq!((exit, data["first_bad"].as_u64()), (7, first_bad), "{sql}: {data:#}");
    }
}

#[tokio::test]
async fn rows_that_are_not_those_recorded_are_named() {
    let cases = [
        ("UPDATE proposals SET status = 'approved'", None, "status is not what the entries say"),
        ("UPDATE reviews SET reason = 'another'", Some(7), "reason is not what its entry says"),
        ("UPDATE executions SET verdict = 'failed'", Some(5), "verdict is not what its entry says"),
        ("UPDATE revision_files SET text = text || '#'", None, "were altered"),
    ];

    for (sql, first_bad, problem) in cases {
        let house = House::new();
        let id = house.tested().await;
        house.line(&format!("/reject-code {id} no")).await.data();
        house.tamper(sql).await;

        let (exit, data) = verified(&house).await;

        assert_eq!((exit, data["first_bad"].as_u64()), (7, first_bad), "{sql}: {data:#}");
        assert!(data["problem"].as_str().unwrap().contains(problem), "{data:#}");
    }
}

#[tokio::test]
async fn a_rolled_back_database_is_recognised() {
    let house = House::new();
    house.proposed().await;
    house.close().await;
    let old = std::fs::read(house.database()).unwrap();
    let head = std::fs::read(house.home().join("log.head")).unwrap();
    let newer = House::new();
    newer.approved().await;
    newer.close().await;

    std::fs::write(newer.database(), &old).unwrap();
    std::fs::copy(house.home().join("keys/log.key"), newer.home().join("keys/log.key")).unwrap();
    let foreign = verified(&newer).await;
    std::fs::write(house.home().join("log.head"), [1; 7]).unwrap();
    let garbled = verified(&house).await;
    std::fs::write(house.home().join("log.head"), head).unwrap();
    let restored = verified(&house).await;

    assert_eq!((foreign.0, garbled.0, restored.0), (7, 7, 0), "{} {}", foreign.1, garbled.1);
}

#[tokio::test]
async fn a_missing_head_outside_is_said_because_a_cut_off_end_could_not_be_seen() {
    let house = House::new();
    let empty = House::new();
    house.approved().await;
    house.close().await;
    let whole = verified(&house).await.1;
    std::fs::remove_file(house.home().join("log.head")).unwrap();

    let (exit, data) = verified(&house).await;
    let page = house.line("/audit verify").await.page();

    assert_eq!((whole["outside_head"].as_str(), exit), (Some("compared"), 0));
    assert_eq!(
        (data["outside_head"].as_str(), data["ok"].as_bool()),
        (Some("missing"), Some(true))
    );
    assert!(page.contains("The head outside the database (log.head) is missing"), "{page}");
    assert!(!empty.line("/audit verify").await.page().contains("is missing"));
    let entries = house.records().await.len();
    let mut house = house;
    house.reopen();
    house.proposed().await;
    let records = house.records().await;
    let remade = &records[entries];
    assert_eq!(remade.kind, ActKind::HeadRemade);
    assert_eq!(remade.data["entries"], entries);
    house.close().await;
    house.reopen();
    assert_eq!(house.records().await.len(), records.len());
}

#[tokio::test]
async fn a_database_that_cannot_be_read_is_broken_and_not_a_crash() {
    for bytes in
        [b"not a database at all, but longer than a header would be".as_slice(), &[0; 4_096]]
    {
        let house = House::new();
        house.proposed().await;
        house.close().await;
        std::fs::write(house.database(), bytes).unwrap();

        let (exit, data) = verified(&house).await;

        assert_eq!((exit, data["ok"].as_bool()), (7, Some(false)), "{data:#}");
    }
}

#[tokio::test]
async fn a_damaged_page_is_broken_and_not_a_crash() {
    let house = House::new();
    house.approved().await;
    house.close().await;
    let mut bytes = std::fs::read(house.database()).unwrap();
    let half = bytes.len() / 2;
    bytes[4_096..half].fill(0xa5);
    std::fs::write(house.database(), bytes).unwrap();

    let (exit, _) = verified(&house).await;

    assert_eq!(exit, 7);
}

#[tokio::test]
async fn without_the_key_the_log_only_fits_itself() {
    let house = House::new();
    house.proposed().await;
    house.close().await;
    std::fs::remove_file(house.home().join("keys/log.key")).unwrap();

    let (exit, data) = verified(&house).await;
    let page = house.line("/audit verify").await.page();

    assert_eq!((exit, data["key"].as_str()), (0, Some("genesis")));
    assert!(page.contains("not whose it is"), "{page}");
}

#[tokio::test]
async fn an_exported_folder_is_verified_without_a_home() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden/decisions");
    let house = House::new();
    let copy = tempfile::tempdir().unwrap();
    for name in ["records.jsonl", "checkpoint", "vkey"] {
        std::fs::copy(golden.join(name), copy.path().join(name)).unwrap();
    }

    let good = house.line(&format!("/audit verify {}", copy.path().display())).await.data();
    let text = std::fs::read_to_string(copy.path().join("records.jsonl")).unwrap();
    std::fs::write(copy.path().join("records.jsonl"), text.replacen("linter", "lintel", 1))
        .unwrap();
    let bad = house.line(&format!("/audit verify {}", copy.path().display())).await;
    let missing = house.line("/audit verify /nowhere/at/all").await.refusal();

    assert_eq!((good["ok"].as_bool(), good["entries"].as_u64()), (Some(true), Some(15)));
    assert_eq!(bad.exit(), 7);
    // Of a broken log nothing says that it fits itself.
    let page = bad.page();
    assert!(!page.contains("fits itself"), "{page}");
    assert_eq!(missing.0, ErrorKind::NotFound);
}

#[tokio::test]
async fn the_log_is_shown_in_pages_and_by_proposal() {
    let house = House::new();
    let first = house.proposed().await;
    house.tested().await;

    let newest = house.line("/audit log --limit 2").await.data();
    let before = newest["next_before"].as_u64().unwrap();
    let rest = house.line(&format!("/audit log --before {before}")).await.data();
    let about = house.line(&format!("/audit log --proposal {first}")).await.data();

    let seqs = |data: &Value| -> Vec<u64> {
        data["records"].as_array().unwrap().iter().map(|row| row["seq"].as_u64().unwrap()).collect()
    };
    assert_eq!(seqs(&newest), [8, 7]);
    assert_eq!(seqs(&rest), [6, 5, 4, 3, 2, 1, 0]);
    assert_eq!(seqs(&about), [3, 2, 1]);
    assert_eq!(
        rest["records"][0]["hash"],
        newest["records"][1]["record"]["prev"].as_str().unwrap()[7..]
    );
    let part = house.line(&format!("/audit log --proposal {first} --limit 2")).await.page();
    let further = format!("next: /audit log --proposal {first} --limit 2 --before 2  ");
    assert!(part.contains(&further), "{part}");
    let page = house.line("/audit log").await.page();
    assert!(page.contains("execution.verdict") && page.contains("log.genesis"), "{page}");
}

#[tokio::test]
async fn the_checkpoint_opens_with_its_key() {
    let house = House::new();
    house.proposed().await;

    let data = house.line("/audit checkpoint").await.data();

    let key = record::audit::key::VerifierKey::parse(data["vkey"].as_str().unwrap()).unwrap();
    let opened: Checkpoint = key.open(data["note"].as_str().unwrap()).unwrap();
    assert_eq!((opened.size, opened.root.hex()), (4, data["root"].as_str().unwrap().to_owned()));
}

#[tokio::test]
async fn verifying_writes_nothing() {
    let house = House::new();
    house.approved().await;
    house.close().await;
    let before = std::fs::read(house.database()).unwrap();

    verified(&house).await;

    assert!(before == std::fs::read(house.database()).unwrap());
}

#[tokio::test]
async fn options_of_another_part_are_refused() {
    let house = House::new();

    for line in ["/audit verify --limit 3", "/audit log somewhere", "/audit log --limit 0"] {
        assert_eq!(house.line(line).await.refusal().0, ErrorKind::Usage, "{line}");
    }
}
