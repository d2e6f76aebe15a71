//! Databases of released programs stay openable.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

/// Schemas that were released, with the statuses of the proposals in the database of each, newest first.
const RELEASED: &[(i64, [&str; 4])] = &[(1, ["pending", "rejected", "tested", "approved"])];
const FILES: [&str; 3] = ["knowledge.db", "log.head", "keys/log.key"];

fn fixture(schema: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema/{schema}"))
}

fn schema_of(database: &Path) -> i64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(database, flags).unwrap();
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn every_released_database_opens_lists_and_verifies() {
    for (schema, wanted) in RELEASED {
        let files = fixture(*schema);
        assert_eq!(schema_of(&files.join("knowledge.db")), *schema);

        let mut house = House::on_copy_of(&files, &FILES);

        let list = house.line("/list-proposals").await.data();
        let statuses: Vec<&str> = list["proposals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|proposal| proposal["status"].as_str().unwrap())
            .collect();
        assert_eq!(statuses, wanted, "schema {schema}");
        let newest = schema_of(&house.database());
        let backups = fs::read_dir(house.home().join("backups")).map_or(0, Iterator::count);
        assert_eq!(backups, usize::from(newest > *schema), "a migration leaves a backup");
        house.close().await;
        house.reopen();
        assert_eq!(house.line("/audit verify").await.exit(), 0, "schema {schema}");
        let id = house.proposed().await;
        assert_eq!(house.line(&format!("/sandbox-code {id}")).await.exit(), 0);
        let deep = house.line("/doctor --quick --deep").await.data();
        let parts = deep["parts"].as_array().unwrap();
        for part in ["database", "log", "sums", "rows"] {
            let found = parts.iter().find(|found| found["part"] == part).unwrap();
            assert_eq!(found["health"], "good", "{found}");
        }
    }
}

#[tokio::test]
#[ignore = "writes the database of the newest schema; run by hand only when a schema is released"]
async fn write_the_database_of_this_schema_unless_it_is_there() {
    let house = House::new();
    let code = house.file("adder.py", CODE);
    let tests = house.file("test_adder.py", TESTS);
    let mut ids = Vec::new();
    for n in 0..4 {
        let line = format!("/propose-code --code {code} --tests {tests} an adder, number {n}");
        let id = house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned();
        if n == 1 {
            house.doing(Doing::Give(Box::new(failing("no"))));
        }
        if n < 3 {
            house.line(&format!("/sandbox-code {id}")).await.data();
        }
        ids.push(id);
    }
    let hash = house.hash(&ids[0]).await;
    house.line(&format!("/approve-code {} --yes --expect {hash}", ids[0])).await.data();
    house.line(&format!("/reject-code {} not like this", ids[2])).await.data();
    house.close().await;
    let target = fixture(schema_of(&house.database()));
    if target.exists() {
        return;
    }
    fs::create_dir_all(target.join("keys")).unwrap();
    for name in FILES {
        fs::copy(house.home().join(name), target.join(name)).unwrap();
    }
}
