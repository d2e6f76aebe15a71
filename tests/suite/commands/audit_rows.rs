//! Every row against the record, and the record against every row.

use std::fs;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::support::fakes::{Doing, failing};
use crate::support::house::House;
use crate::support::meddle::{meddle, unguarded};
use crate::support::mutations::Numbers;

/// Changes that each of six tests tries in the gate; the long test tries ten thousand.
const FEW: u64 = 50;
const MANY: u64 = 10_000;

/// Columns that nothing vouches for, as `docs/auditing.md` lists them.
const FREE: &[&str] = &[
    "proposals.version",
    "proposals.related_concepts",
    "executions.total_ms",
    "calls.proposal",
    "calls.language",
    "jobs.worker",
    "jobs.leased_at",
    "jobs.lease_until",
    "healings.key",
    "healings.plan",
    "healings.started_at",
    "healings.ended_at",
    "healings.outcome",
    "healing_turns",
    "search",
    "refinery_schema_history.applied_on",
    // Numbers of rows that nothing but their order counts of.
    "revision_files.row",
    "snippets.row",
    "concepts.row",
    "calls.row",
    "imports.row",
    "healings.row",
    "history.row",
    "revisions.row",
    "executions.row",
];

/// A home with something in nearly every table, and one proposal that waits for a decision.
async fn furnished() -> (House, String) {
    let house = House::new();
    let approved = house.approved().await;
    let (shop, hash) = (house.beside("shop"), house.hash(&approved).await);
    fs::create_dir(&shop).unwrap();
    fs::write(shop.join("adder_two_numbers.py"), "old").unwrap();
    let into = format!("--folder {} --yes --expect {hash}", shop.display());
    house.line(&format!("/apply-code {approved} {into}")).await.data();
    house.line(&format!("/revoke-approval {approved} too early")).await.data();
    house.line("/learn-code closures").await;
    let rejected = house.proposed().await;
    house.line(&format!("/reject-code {rejected} not like this")).await.data();
    let file = house.file("policy.toml", "[approval]\nevidence_hours = 24\n");
    let asked = house.line(&format!("/policy set {file}")).await.error();
    let digest = asked.confirmation.unwrap().content_hash.hex();
    house.line(&format!("/policy set {file} --yes --expect {digest}")).await.data();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("no"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    let given = house.file("adder.py", "def add(a, b):\n    return b + a\n");
    house.line(&format!("/refine-code {id} --code {given} the other way round")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();
    (house, id)
}

struct Original {
    files: Vec<(std::path::PathBuf, Vec<u8>)>,
}

impl Original {
    fn of(house: &House) -> Self {
        let files = ["knowledge.db", "log.head"].map(|name| house.home().join(name));
        Self {
            files: files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect(),
        }
    }

    fn put_back(&self) {
        for (path, bytes) in &self.files {
            fs::write(path, bytes).unwrap();
        }
    }
}

/// A row of a table, as somebody without a key picks it.
struct Chosen {
    table: String,
    columns: Vec<String>,
    /// The first column of its key.
    key: String,
    row: String,
}

impl Chosen {
    fn new(connection: &Connection, numbers: &mut Numbers) -> Option<Self> {
        let names = |sql: &str| -> Vec<String> {
            let mut statement = connection.prepare(sql).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let tables = names(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'",
        );
        let table = tables[numbers.below(tables.len())].clone();
        let columns = names(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk");
        let keys = names(&sql);
        let sql = format!("SELECT count(*) FROM {table}");
        let count: u32 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        let count = usize::try_from(count).unwrap();
        (count > 0).then(|| {
            let (place, names) = (numbers.below(count), keys.join(", "));
            let row = format!("({names}) = (SELECT {names} FROM {table} LIMIT 1 OFFSET {place})");
            Self { table, columns, key: keys[0].clone(), row }
        })
    }

    fn value(&self, connection: &Connection, column: &str) -> Sql {
        let sql = format!("SELECT {column} FROM {} WHERE {}", self.table, self.row);
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    }

    /// A copy of the row under another key.
    fn copied(&self, connection: &Connection) -> String {
        let Self { table, columns, key, row } = self;
        let rest = columns.iter().filter(|name| *name != key);
        let other = match self.value(connection, key) {
            Sql::Integer(_) => format!("(SELECT max({key}) + 1 FROM {table})"),
            Sql::Text(_) => format!("{key} || '0'"),
            _ => "randomblob(32)".to_owned(),
        };
        let names = rest.fold(String::new(), |names, name| names + ", " + name);
        format!("INSERT INTO {table} ({key}{names}) SELECT {other}{names} FROM {table} WHERE {row}")
    }

    /// The row with another value in one column.
    fn changed(&self, connection: &Connection, column: &str, by: usize) -> String {
        let is_number = ["coverage_bp", "_at", "seq"].iter().any(|end| column.ends_with(end));
        let other = match self.value(connection, column) {
            Sql::Null if is_number => "7".to_owned(),
            Sql::Null => "'planted'".to_owned(),
            Sql::Integer(_) => format!("{column} + {by}"),
            Sql::Real(_) => format!("{column} + 1"),
            Sql::Text(text) if text.starts_with(['{', '[']) => {
                format!("replace({column}, '1', '2')")
            }
            Sql::Text(_) => format!("{column} || 'x'"),
            Sql::Blob(_) => format!("randomblob(length({column}))"),
        };
        let Self { table, row, .. } = self;
        format!("UPDATE {table} SET {column} = {other} WHERE {row} AND {column} IS NOT {other}")
    }
}

/// One change of one row, as somebody without a key makes it; `None` where the tables do not take it.
fn change(connection: &Connection, numbers: &mut Numbers) -> Option<(String, String)> {
    let chosen = Chosen::new(connection, numbers)?;
    let table = chosen.table.clone();
    let (name, sql) = match numbers.below(8) {
        0 => (table.clone(), format!("DELETE FROM {table} WHERE {}", chosen.row)),
        1 => (table, chosen.copied(connection)),
        _ => {
            let column = &chosen.columns[numbers.below(chosen.columns.len())];
            let sql = chosen.changed(connection, column, 1 + numbers.below(9));
            (format!("{table}.{column}"), sql)
        }
    };
    let changed = connection.execute(&sql, []).ok().filter(|changed| *changed > 0)?;
    assert_eq!(changed, 1, "{sql}");
    Some((name, sql))
}

/// Says what the newest approval rests on, without what differs each time.
fn rests_on(house: &House) -> Value {
    let sql = "SELECT CAST(record AS TEXT) FROM audit_log ORDER BY seq DESC LIMIT 1";
    let record: String = opened(house).query_row(sql, [], |row| row.get(0)).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    let mut statement: Value = serde_json::from_str(record["stmt"].as_str().unwrap()).unwrap();
    for name in ["asOf", "issuedAt", "nonce", "shownDigest"] {
        statement["predicate"].as_object_mut().unwrap().remove(name);
    }
    // The name of a review is derived from `proposals.version`, which nothing rests on.
    statement["predicate"]["entry"].as_object_mut().unwrap().remove("review");
    statement
}

/// Makes one change with the triggers out of the way.
fn forged(house: &House, numbers: &mut Numbers) -> Option<(String, String)> {
    let connection = opened(house);
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let triggers = unguarded(&connection);
    let change = change(&connection, numbers);
    for trigger in &triggers {
        connection.execute_batch(trigger).unwrap();
    }
    change
}

/// Tells whether nothing vouches for what was changed.
fn is_free(name: &str, sql: &str) -> bool {
    let table = name.split('.').next().unwrap();
    // Entries do not say which of them were the last of a commit.
    let is_older_head = sql.starts_with("DELETE FROM audit_checkpoint");
    is_older_head || FREE.contains(&name) || FREE.contains(&table)
}

/// Tells whether a decision is recorded in spite of the change.
async fn decides(house: &mut House, line: &str) -> bool {
    let Ok(engine) = house.open() else { return false };
    house.engine = engine;
    let is_done = house.line(line).await.exit() == 0;
    house.close().await;
    is_done
}

async fn none_steers_and_all_are_named(seed: u64, count: u64) {
    let (mut house, id) = furnished().await;
    let hash = house.hash(&id).await;
    let line = format!("/approve-code {id} --yes --expect {hash}");
    house.close().await;
    let original = Original::of(&house);
    assert_eq!(house.reading("/audit verify").await.exit(), 0);
    house.reopen();
    house.line(&line).await.data();
    house.close().await;
    let wanted = rests_on(&house);
    let mut numbers = Numbers::new(seed);
    let (mut tried, mut unnamed) = (0, Vec::new());
    while tried < count {
        original.put_back();
        let Some((name, sql)) = forged(&house, &mut numbers) else { continue };
        tried += 1;

        let verified = house.reading("/audit verify").await;
        let is_decided = decides(&mut house, &line).await;

        if verified.exit() != 7 && !is_free(&name, &sql) {
            unnamed.push(sql.clone());
        }
        if is_decided {
            assert_eq!(rests_on(&house), wanted, "steered: {sql}");
        }
    }
    assert_eq!(unnamed, Vec::<String>::new());
}

#[tokio::test]
async fn no_change_of_a_row_steers_a_decision_and_each_is_named_first() {
    none_steers_and_all_are_named(27, FEW).await;
}

#[tokio::test]
async fn no_change_of_a_row_steers_a_decision_and_each_is_named_second() {
    none_steers_and_all_are_named(28, FEW).await;
}

#[tokio::test]
async fn no_change_of_a_row_steers_a_decision_and_each_is_named_third() {
    none_steers_and_all_are_named(29, FEW).await;
}

#[tokio::test]
async fn no_change_of_a_row_steers_a_decision_and_each_is_named_fourth() {
    none_steers_and_all_are_named(30, FEW).await;
}

#[tokio::test]
async fn no_change_of_a_row_steers_a_decision_and_each_is_named_fifth() {
    none_steers_and_all_are_named(31, FEW).await;
}

#[tokio::test]
async fn no_change_of_a_row_steers_a_decision_and_each_is_named_sixth() {
    none_steers_and_all_are_named(32, FEW).await;
}

#[tokio::test]
#[ignore = "ten thousand changes take minutes; run by hand with the figures of docs/measurements.md"]
async fn ten_thousand_changes_steer_no_decision_and_each_is_named() {
    none_steers_and_all_are_named(0, MANY).await;
}

#[tokio::test]
async fn objects_that_are_not_ours_are_named() {
    for sql in [
        "CREATE TRIGGER planted AFTER INSERT ON reviews BEGIN DELETE FROM policies; END",
        "DROP VIEW proposal_reviews",
        "CREATE VIEW planted AS SELECT 1",
        "DROP INDEX reviews_live",
    ] {
        let house = House::new();
        house.approved().await;
        house.close().await;
        meddle(&house.database(), sql);

        let deep = house.reading("/doctor --quick --deep").await.data();

        assert_eq!(house.reading("/audit verify").await.exit(), 7, "{sql}");
        let rows = deep["parts"].as_array().unwrap().iter().find(|part| part["part"] == "rows");
        assert_eq!(rows.unwrap()["health"], "BROKEN".to_lowercase(), "{sql}");
    }
}

#[tokio::test]
async fn a_cost_that_no_entry_tells_is_named() {
    let house = House::new();
    house.proposed().await;
    house.close().await;
    assert_eq!(house.reading("/audit verify").await.exit(), 0);
    meddle(&house.database(), "UPDATE calls SET cost_microusd = 7000000");

    let found = house.reading("/audit verify").await;

    assert_eq!(found.exit(), 7);
    let problem = found.data()["problem"].to_string();
    assert!(problem.contains("calls: cost_microusd of this call"), "{problem}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_by_its_table() {
    let house = House::new();
    house.line("/learn-code binary search").await.data();
    house.close().await;
    meddle(&house.database(), "UPDATE concepts SET prerequisites = '[x'");

    let found = house.reading("/audit verify").await;

    assert_eq!(found.exit(), 7);
    let problem = found.data()["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("concepts: "), "{problem}");
}

#[tokio::test]
async fn a_policy_that_dismisses_approvals_leaves_nothing_broken() {
    let house = House::new();
    house.approved().await;
    let file = house.file("policy.toml", "[approval]\nquorum = 2\n");
    let asked = house.line(&format!("/policy set {file}")).await.error();
    let digest = asked.confirmation.unwrap().content_hash.hex();
    house.line(&format!("/policy set {file} --yes --expect {digest}")).await.data();

    let deep = house.line("/doctor --quick --deep").await.data();

    for part in deep["parts"].as_array().unwrap() {
        assert_ne!(part["health"], "broken", "{part}");
    }
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_log_that_was_cut_back_is_noticed_although_an_old_head_was_put_in_place() {
    let house = House::new();
    let id = house.tested().await;
    house.close().await;
    let head = fs::read(house.home().join("log.head")).unwrap();
    let size: i64 = count(&house, "audit_log");
    let mut house = house;
    house.reopen();
    house.line(&format!("/reject-code {id} no")).await.data();
    house.close().await;
    let cut = format!(
        "PRAGMA foreign_keys = OFF; DELETE FROM audit_log WHERE seq >= {size}; DELETE FROM audit_node WHERE leaf >= {size}; \
        DELETE FROM audit_checkpoint WHERE size > {size}; DELETE FROM reviews; DELETE FROM nonces; DELETE FROM owner_keys; \
        DELETE FROM owner_entries; DELETE FROM idempotency WHERE seq >= {size}; UPDATE proposals SET status = 'tested'"
    );
    meddle(&house.database(), &cut);
    fs::write(house.home().join("log.head"), head).unwrap();

    assert_eq!(house.reading("/audit verify").await.exit(), 7);
    assert!(house.open().is_err());
}

fn opened(house: &House) -> Connection {
    Connection::open_with_flags(house.database(), OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
}

fn count(house: &House, table: &str) -> i64 {
    let connection = opened(house);
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}
