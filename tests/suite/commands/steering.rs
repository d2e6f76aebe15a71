//! Rows that somebody without a key changed steer no decision.

use std::fs;

use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::House;
use crate::support::meddle::meddle;

/// A home as it was, to be put back after each change.
pub(super) struct Kept {
    pub(super) house: House,
    files: Vec<(std::path::PathBuf, Vec<u8>)>,
}

impl Kept {
    pub(super) async fn of(house: House) -> Self {
        house.close().await;
        let names = ["knowledge.db", "log.head"];
        let files = names.map(|name| house.home().join(name));
        let files = files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        Self { house, files }
    }

    /// Changes the database under a running engine, gives a command, and puts everything back.
    pub(super) async fn after(&mut self, sql: &str, line: &str) -> (ErrorKind, String) {
        for (path, bytes) in &self.files {
            fs::write(path, bytes).unwrap();
        }
        self.house.reopen();
        let before = self.house.records().await.len();
        meddle(&self.house.database(), sql);
        let refusal = self.house.line(line).await.refusal();
        assert_eq!(self.house.records().await.len(), before, "{sql}");
        self.house.close().await;
        refusal
    }

    pub(super) async fn refuses(&mut self, sql: &str, line: &str, table: &str) {
        let (kind, message) = self.after(sql, line).await;
        assert_eq!(kind, ErrorKind::Integrity, "{sql}: {message}");
        assert!(message.contains(table), "{sql}: {message}");
    }
}

/// A proposal with a revision before the newest one, and one failing execution of the newest one.
async fn failed() -> (House, String) {
    let house = House::new();
    let id = house.tested().await;
    let given = house.file("adder.py", "def add(a, b):\n    return a - b\n");
    house.line(&format!("/refine-code {id} --code {given} another way")).await.data();
    house.doing(Doing::Give(Box::new(failing("no"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    (house, id)
}

#[tokio::test]
async fn an_approval_rests_on_no_row_that_an_entry_does_not_vouch_for() {
    let (house, id) = failed().await;
    let hash = house.hash(&id).await;
    let mut kept = Kept::of(house).await;
    let line =
        format!("/approve-code {id} --yes --expect {hash} --despite \"known and accepted here\"");
    for (sql, table) in [
        ("UPDATE proposals SET request = 'something else'", "proposals"),
        ("UPDATE proposals SET status = 'pending'", "proposals"),
        ("UPDATE proposals SET module = 'other'", "proposals"),
        ("UPDATE proposals SET standing = 'contested'", "proposals"),
        (
            "UPDATE executions SET verdict = 'passed', reasons = '[]'; UPDATE proposals SET verdict = 'passed'",
            "proposals",
        ),
        ("UPDATE executions SET verdict = 'passed', reasons = '[]'", "executions"),
        ("UPDATE executions SET reasons = '[]'", "executions"),
        ("UPDATE executions SET executed_at = executed_at + 3600000000", "executions"),
        ("UPDATE executions SET evidence = json_set(evidence, '$.tests.failed', 0)", "executions"),
        (
            "UPDATE executions SET id = 'exec_000000000000' WHERE revision = 2; \
          UPDATE proposals SET latest_execution = 'exec_000000000000'",
            "proposals",
        ),
        (
            "UPDATE executions SET revision = 99 WHERE revision = 2; UPDATE executions SET revision = 2 WHERE revision = 1; \
          UPDATE proposals SET latest_execution = (SELECT id FROM executions WHERE revision = 2), verdict = 'passed'",
            "proposals",
        ),
        (
            "UPDATE audit_log SET proposal = NULL WHERE seq = (SELECT max(seq) FROM audit_log)",
            "audit_log",
        ),
        ("UPDATE audit_log SET proposal = NULL", "audit_log"),
        ("DELETE FROM chains", "audit_log"),
        ("UPDATE chain_nodes SET hashes = zeroblob(2048)", "chain"),
        ("UPDATE chain_head SET signature = zeroblob(64)", "chain_head"),
        (
            "DELETE FROM audit_checkpoint WHERE size = (SELECT max(size) FROM audit_checkpoint)",
            "audit_checkpoint",
        ),
        (
            "INSERT INTO reviews SELECT row, 1, 'review_000000000000', 2, content_hash, NULL, 'rejected', 'eve', 'no', '', NULL, 0, \
          NULL, NULL, NULL FROM proposals",
            "reviews",
        ),
        (
            "INSERT INTO policies SELECT 0, digest, '{}', 0 FROM (SELECT zeroblob(32) AS digest)",
            "policies",
        ),
    ] {
        kept.refuses(sql, &line, table).await;
    }
}

#[tokio::test]
async fn an_older_revision_cannot_be_put_forward() {
    let (house, id) = failed().await;
    let first = house.line(&format!("/show-code {id} --revision 1")).await.data();
    let hash = first["content_hash"].as_str().unwrap().to_owned();
    let given = house.file("adder.py", "def add(a, b):\n    return b - a\n");
    let mut kept = Kept::of(house).await;
    let back = "UPDATE proposals SET head = 1, verdict = 'passed', \
        content_hash = (SELECT content_hash FROM revisions WHERE number = 1), \
        latest_execution = (SELECT id FROM executions WHERE revision = 1)";
    let hidden =
        "UPDATE audit_log SET proposal = NULL WHERE CAST(record AS TEXT) LIKE '%\"revision\":2%'";

    let line = format!("/approve-code {id} --yes --expect {hash}");
    kept.refuses(back, &line, "proposals").await;
    kept.refuses(&format!("{back}; {hidden}"), &line, "audit_log").await;
    kept.refuses(back, &format!("/reject-code {id} no"), "proposals").await;
    kept.refuses(back, &format!("/refine-code {id} --code {given} again"), "proposals").await;
}

#[tokio::test]
async fn no_bundle_carries_a_row_that_no_entry_vouches_for() {
    let (house, id) = failed().await;
    house.line(&format!("/reject-code {id} it subtracts")).await.data();
    let mut kept = Kept::of(house).await;
    for (sql, table) in [
        ("UPDATE revisions SET explanation = 'something else' WHERE number = 2", "revisions"),
        ("UPDATE revisions SET feedback = 'something else' WHERE number = 2", "revisions"),
        ("UPDATE revisions SET model = 'another'", "revisions"),
        ("UPDATE executions SET limits = '{}'", "executions"),
        ("UPDATE reviews SET reason = 'it is fine'", "reviews"),
        ("UPDATE reviews SET reviewer = 'carol'", "reviews"),
        ("DELETE FROM reviews", "reviews"),
        ("UPDATE proposals SET status = 'approved'", "proposals"),
        ("DELETE FROM executions WHERE revision = 1", "executions"),
        ("UPDATE audit_log SET proposal = NULL WHERE seq = 5", "chains"),
    ] {
        kept.refuses(sql, &format!("/export {id}"), table).await;
    }
}

/// Two owners, and a policy that wants both.
async fn quorum_of_two() -> (House, String) {
    let house = House::new();
    let id = house.tested().await;
    house.enrol().await;
    house.sign_with(0x52);
    let file = house.file("bob.pub", house.public().to_string());
    house.sign_with(0x51);
    let line = format!("/keys add --key {file} --principal bob");
    let asked = house.line(&line).await.error();
    let digest = asked.confirmation.unwrap().content_hash.hex();
    house.line(&format!("{line} --yes --expect {digest}")).await.data();
    let file = house.file("policy.toml", "[approval]\nquorum = 2\nevidence_hours = 24\n");
    let asked = house.line(&format!("/policy set {file}")).await.error();
    let digest = asked.confirmation.unwrap().content_hash.hex();
    house.line(&format!("/policy set {file} --yes --expect {digest}")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();
    (house, id)
}

#[tokio::test]
async fn policy_and_keys_are_what_their_entries_say() {
    let (house, id) = quorum_of_two().await;
    let hash = house.hash(&id).await;
    let mut kept = Kept::of(house).await;
    let line = format!("/approve-code {id} --yes --expect {hash}");
    for (sql, table) in [
        ("DELETE FROM policies", "policies"),
        (
            "UPDATE policies SET document = replace(document, '\"quorum\":2', '\"quorum\":1')",
            "policies",
        ),
        ("UPDATE policies SET changed_at = 0", "policies"),
        (
            "DELETE FROM policies; DELETE FROM owner_entries WHERE seq = (SELECT max(seq) FROM owner_entries)",
            "audit_log",
        ),
        ("UPDATE owner_keys SET principal = 'carol' WHERE principal = 'bob'", "owner_keys"),
        ("UPDATE owner_keys SET assurance = 'hardware'", "owner_keys"),
        ("UPDATE owner_keys SET fingerprint = 'SHA256:x' WHERE principal = 'bob'", "owner_keys"),
        ("DELETE FROM owner_keys WHERE principal = 'bob'", "owner_keys"),
        (
            "INSERT INTO owner_keys SELECT 99, 'SHA256:y', 'eve', key, 'hardware', 0, 100, 0 FROM owner_keys LIMIT 1",
            "owner_keys",
        ),
    ] {
        kept.refuses(sql, &line, table).await;
        if table != "policies" {
            kept.refuses(sql, "/keys remove --fingerprint SHA256:x", table).await;
        }
    }
}

#[tokio::test]
async fn a_home_with_such_rows_is_read_but_not_written() {
    let (house, _) = quorum_of_two().await;
    let kept = Kept::of(house).await;
    for sql in [
        "DELETE FROM policies",
        "UPDATE owner_keys SET principal = 'carol' WHERE principal = 'bob'",
        "CREATE TRIGGER planted AFTER INSERT ON reviews BEGIN DELETE FROM policies; END",
        "DROP VIEW proposal_reviews",
        "UPDATE chains SET entries = entries + 1 WHERE proposal = 0",
        "UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), 'a', 'b') AS BLOB) WHERE seq = (SELECT max(seq) FROM audit_log)",
    ] {
        for (path, bytes) in &kept.files {
            fs::write(path, bytes).unwrap();
        }
        meddle(&kept.house.database(), sql);

        let refused = kept.house.open().err().unwrap_or_else(|| panic!("{sql}"));

        let error = work::contract::error::CommandError::from(refused);
        assert_eq!(error.kind, ErrorKind::Integrity, "{sql}");
        assert_eq!(kept.house.reading("/list-proposals").await.exit(), 0, "{sql}");
    }
}
