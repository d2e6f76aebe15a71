//! Files that want to be imported and should not be.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use work::contract::error::ErrorKind;
use work::contract::error::ErrorKind::{Integrity, NotFound, Usage};

use crate::support::house::House;
use crate::support::originals;

fn beside(house: &House, name: &str) -> PathBuf {
    house.home().parent().unwrap().join(name)
}

/// Imports a file that is refused, with nothing written.
async fn refused(house: &House, file: &Path) -> (ErrorKind, String) {
    let before = house.records().await.len();
    let refusal = house.line(&format!("/import {}", file.display())).await.refusal();
    assert_eq!(house.records().await.len(), before, "{refusal:?}");
    assert!(!house.home().join("import.new").exists());
    refusal
}

async fn import(house: &House, file: &Path) -> Value {
    house.line(&format!("/import {}", file.display())).await.data()
}

fn proposal(id: &str, code: &str) -> String {
    format!(
        "INSERT INTO code_proposals VALUES ({id}, 'a request', 'python', {code}, 'x', NULL, NULL,
            'approved', '2025-12-01', '2025-12-01');"
    )
}

#[tokio::test]
async fn files_that_are_no_original_are_named() {
    let house = House::new();
    let text = PathBuf::from(house.file("notes.txt", "a letter"));
    let encrypted = PathBuf::from(house.file("secret.db", vec![0xa7; 8_192]));
    let songs = beside(&house, "songs.db");
    originals::blank(&songs).execute_batch("CREATE TABLE songs (title)").unwrap();
    let missing = beside(&house, "missing.db");

    let is = |kind, path: &Path, words: &str| (kind, words.replace("{}", path.to_str().unwrap()));
    assert_eq!(
        refused(&house, &text).await,
        is(Usage, &text, "{} is not an SQLite database, or it is encrypted")
    );
    assert_eq!(
        refused(&house, &encrypted).await,
        is(Usage, &encrypted, "{} is not an SQLite database, or it is encrypted")
    );
    assert_eq!(
        refused(&house, &songs).await,
        is(Usage, &songs, "{} holds no table of the original")
    );
    assert_eq!(refused(&house, &missing).await, is(NotFound, &missing, "there is no file {}"));
    let home = house.home();
    assert_eq!(refused(&house, &home).await, is(Usage, &home, "{} is not a plain file"));
    let own = house.database();
    assert_eq!(
        refused(&house, &own).await,
        is(Usage, &own, "{} is the database of a saraphina home, not of an original")
    );
}

#[tokio::test]
async fn a_pipe_is_not_waited_for() {
    let house = House::new();
    let pipe = beside(&house, "pipe.db");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();

    assert_eq!(refused(&house, &pipe).await.0, Usage);
}

#[tokio::test]
async fn a_file_that_is_cut_off_or_too_large_is_refused_unread() {
    let house = House::new();
    let file = beside(&house, "cut.db");
    drop(originals::whole(&file));
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() - 4_096]).unwrap();
    let sparse = beside(&house, "sparse.db");
    std::fs::write(&sparse, &whole).unwrap();
    std::fs::File::options().write(true).open(&sparse).unwrap().set_len(1 << 40).unwrap();

    let (kind, message) = refused(&house, &file).await;
    assert_eq!(kind, Integrity);
    assert!(message.starts_with("the database is damaged: the file has"), "{message}");
    let (kind, message) = refused(&house, &sparse).await;
    assert_eq!(kind, Usage);
    assert!(message.contains("has 1099511627776 bytes"), "{message}");
}

#[tokio::test]
async fn damage_anywhere_in_what_is_read_writes_nothing() {
    let house = House::new();
    let file = beside(&house, "damaged.db");
    let connection = originals::empty(&file);
    let code = format!("'{}'", "x = 1\n".repeat(2_000));
    let rows: String = (0..40).map(|n| proposal(&format!("'proposal_{n:012x}'"), &code)).collect();
    connection.execute_batch(&format!("BEGIN; {rows} COMMIT")).unwrap();
    drop(connection);
    let whole = std::fs::read(&file).unwrap();

    let mut damaged = 0;
    for page in 1..whole.len() / 4_096 {
        let mut bytes = whole.clone();
        bytes[page * 4_096..page * 4_096 + 64].fill(0xee);
        std::fs::write(&file, bytes).unwrap();
        let before = house.records().await.len();
        let reply = house.line(&format!("/import --dry-run {}", file.display())).await;
        match reply.result {
            Ok(answer) => assert_eq!(answer.data["proposals"]["found"], 40, "page {page}"),
            Err(error) => {
                damaged += 1;
                assert_eq!(error.kind, Integrity, "page {page}: {error:?}");
                assert_eq!(house.records().await.len(), before);
            }
        }
    }

    assert!(damaged > 5, "{damaged}");
}

#[tokio::test]
async fn a_tree_that_leads_to_the_same_rows_for_ever_ends() {
    let house = House::new();
    let file = beside(&house, "loop.db");
    let connection = originals::empty(&file);
    let rows: String =
        (0..2_000).map(|n| proposal(&format!("'proposal_{n:012x}'"), "'x = 1'")).collect();
    connection.execute_batch(&format!("BEGIN; {rows} COMMIT")).unwrap();
    let root: u32 = connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'code_proposals'", [], |row| {
            row.get(0)
        })
        .unwrap();
    drop(connection);
    let mut bytes = std::fs::read(&file).unwrap();
    // Every cell of the root, an inner page of a table, leads to the child of the first one.
    let page = usize::try_from(root - 1).unwrap() * 4_096;
    assert_eq!(bytes[page], 5);
    let cells = usize::from(u16::from_be_bytes([bytes[page + 3], bytes[page + 4]]));
    let place = |cell: usize, bytes: &[u8]| {
        let at = page + 12 + cell * 2;
        page + usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
    };
    let first = place(0, &bytes);
    let child: [u8; 4] = bytes[first..first + 4].try_into().unwrap();
    for cell in 1..cells {
        let at = place(cell, &bytes);
        bytes[at..at + 4].copy_from_slice(&child);
    }
    std::fs::write(&file, bytes).unwrap();

    let (kind, message) = refused(&house, &file).await;

    assert_eq!(kind, Integrity);
    assert_eq!(message, "the database is damaged: rows of code_proposals are out of order");
}

#[tokio::test]
async fn nothing_in_the_file_is_run() {
    let house = House::new();
    let cases = [
        (
            "view.db",
            "CREATE VIEW code_proposals AS SELECT 'a' AS id, 'b' AS feature_spec,
            'python' AS language, 'c' AS code, 'd' AS status",
        ),
        (
            "virtual.db",
            "CREATE VIRTUAL TABLE code_proposals USING fts5 (id, feature_spec, language, code, status)",
        ),
    ];
    for (name, sql) in cases {
        let file = beside(&house, name);
        originals::blank(&file).execute_batch(sql).unwrap();
        let (kind, message) = refused(&house, &file).await;
        assert_eq!(kind, Usage);
        assert!(message.ends_with("holds no table of the original"), "{name}: {message}");
    }
    let computed = beside(&house, "computed.db");
    let sql = "CREATE TABLE code_proposals (id, feature_spec, language, status,
        code AS (hex(zeroblob(1000000000))))";
    originals::blank(&computed).execute_batch(sql).unwrap();
    assert_eq!(
        refused(&house, &computed).await,
        (
            Usage,
            "the table code_proposals has no plain column code, so it is not the original's"
                .to_owned()
        )
    );
    let hidden = beside(&house, "hidden.db");
    let sql = "CREATE TABLE code_proposals (id, feature_spec, language, status, code, rowid)";
    originals::blank(&hidden).execute_batch(sql).unwrap();
    assert_eq!(
        refused(&house, &hidden).await,
        (
            Integrity,
            "the database is damaged: code_proposals hides its row numbers behind a column"
                .to_owned()
        )
    );
}

/// Rows that are no proposals, each for another reason.
fn odd_rows() -> String {
    let plain = |number: u32| proposal(&format!("'proposal_{number:012}'"), "'x'");
    [
        proposal("'proposal_000000000001'", "17"),
        proposal("'proposal_000000000002'", "x'00ff'"),
        proposal("'proposal_000000000003'", "'x' || char(0)"),
        proposal("'proposal_000000000004'", "replace(hex(zeroblob(3200000)), '0', 'ab')"),
        proposal("NULL", "'x'"),
        proposal("5.5", "'x'"),
        plain(6).replace("'a request'", "'  '"),
        plain(7).replace("'a request'", "replace(hex(zeroblob(40000)), '0', 'a')"),
        plain(9).replace("'x', NULL", "3, NULL"),
    ]
    .concat()
}

#[tokio::test]
async fn rows_of_wrong_types_and_sizes_are_left_out_one_by_one() {
    let house = House::new();
    let file = beside(&house, "odd.db");
    originals::untyped(&file).execute_batch(&odd_rows()).unwrap();

    let reply = house.line(&format!("/import {}", file.display())).await;

    assert_eq!(reply.exit(), 1);
    let data = reply.data();
    let skipped: Vec<(&str, &str)> = data["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["source_id"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        skipped,
        [
            ("proposal_000000000001", "its code is a number, not text"),
            ("proposal_000000000002", "code.py contains a NUL byte"),
            ("proposal_000000000003", "code.py contains a NUL byte"),
            ("proposal_000000000004", "code.py has 12800000 bytes; at most 12582912 are taken"),
            ("(nothing)", "its id is not a text of 1 to 200 characters"),
            ("(a number)", "its id is not a text of 1 to 200 characters"),
            ("proposal_000000000006", "the request is empty"),
            ("proposal_000000000007", "the request has 80000 bytes; at most 65536 are taken"),
            ("proposal_000000000009", "its tests is a number, not text"),
        ]
    );
}

#[tokio::test]
async fn words_and_claims_of_wrong_types_are_taken_as_far_as_they_go() {
    let house = House::new();
    let file = beside(&house, "odd.db");
    let row = proposal("'proposal_000000000008'", "cast(x'66c3' as text)")
        .replace("'a request'", "cast(x'61ff' as text)");
    let executions = "INSERT INTO test_executions (proposal_id, executed_at, passed, tests_run,
            coverage_percent) VALUES ('proposal_000000000008', x'ff', 'yes', -4, 'much'),
            ('proposal_000000000008', 5, 1, 9e99, 1e999), (7, '', 1, 1, 1), (x'00', '', 1, 1, 1)";
    let connection = originals::untyped(&file);
    connection.execute_batch(&format!("{row} {executions}")).unwrap();
    drop(connection);

    let data = import(&house, &file).await;

    let shown = house.show("proposal_000000000008").await;
    assert_eq!(shown["spec"], "a\u{fffd}");
    assert_eq!(
        shown["imported"]["remarks"][0],
        "its request is not UTF-8; what is not is shown as a replacement"
    );
    let history = shown["imported"]["history"].as_array().unwrap();
    let results: Vec<&Value> = history.iter().map(|item| &item["action"]).collect();
    assert_eq!(results, ["unclear", "passed"]);
    assert_eq!(data["orphan_rows"], 2);
    assert_eq!(house.line("/audit verify").await.data()["ok"], true);
}

#[tokio::test]
async fn hostile_words_reach_a_terminal_harmless() {
    let house = House::new();
    let file = beside(&house, "words.db");
    let connection = originals::empty(&file);
    let row = proposal("'proposal_000000000001'", "'x'")
        .replace("'approved'", "char(27) || '[2Japproved' || char(8238)");
    let review = "INSERT INTO proposal_reviews (proposal_id, reviewed_at, action, reviewer)
        VALUES ('proposal_000000000001', 'now', char(27) || ']0;title' || char(7), char(0) || 'me')";
    connection.execute_batch(&row).unwrap();
    connection.execute_batch(review).unwrap();
    drop(connection);

    let summary = house.line(&format!("/import {}", file.display())).await.page();
    let page = house.line("/show-code @").await.page();

    for text in [summary, page] {
        let acts = |symbol: char| symbol.is_control() && symbol != '\n' || symbol == '\u{202e}';
        assert!(!text.contains(acts), "{text:?}");
    }
}

#[tokio::test]
async fn a_wide_output_of_an_original_is_cut_and_told() {
    let house = House::new();
    let file = beside(&house, "wide.db");
    let connection = originals::empty(&file);
    connection.execute_batch(&proposal("'proposal_000000000001'", "'x'")).unwrap();
    let sql = "INSERT INTO test_executions (proposal_id, executed_at, passed, execution_data)
        VALUES ('proposal_000000000001', 'now', 0, hex(zeroblob(2000000)))";
    connection.execute_batch(sql).unwrap();
    drop(connection);

    let data = import(&house, &file).await;

    assert_eq!(
        data["imported"][0]["remarks"],
        json!(["the data of an execution were cut after 1048576 bytes"])
    );
    assert!(std::fs::metadata(house.database()).unwrap().len() < 1 << 20);
}
