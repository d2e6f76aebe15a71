//! Changes of policy, owners and keys where decisions need several owners.

use serde_json::Value;
use work::contract::error::ErrorKind;

use super::audit_export::program;
use crate::support::house::House;

/// Two owners under a quorum of two; alice signs.
pub(crate) async fn two_owners() -> House {
    let house = House::new();
    house.enrol().await;
    let file = key_file(&house, 0x52, "bob.pub");
    house.worded(&format!("/keys add --key {file} --principal bob")).await.data();
    let file = house.file("two.toml", "[approval]\nquorum = 2\n");
    house.worded(&format!("/policy set {file}")).await.data();
    house
}

/// A file with the public key of a seed; the key that signs stays the first one.
fn key_file(house: &House, seed: u8, name: &str) -> String {
    house.sign_with(seed);
    let file = house.file(name, house.public().to_string());
    house.sign_with(0x51);
    file
}

async fn quorum(house: &House) -> String {
    let policy = house.line("/policy").await.data()["policy"].as_str().unwrap().to_owned();
    policy.lines().find(|line| line.starts_with("quorum")).unwrap().to_owned()
}

#[tokio::test]
async fn one_owner_alone_changes_no_policy_and_the_second_completes_it() {
    let house = two_owners().await;
    let file = house.file("one.toml", "[approval]\nquorum = 1\n");
    let line = format!("/policy set {file}");

    let endorsed = house.worded(&line).await.data();
    let between = quorum(&house).await;
    let again = house.worded(&line).await.refusal();
    let shown = house.line("/policy").await.page();
    house.sign_with(0x52);
    let made = house.worded(&line).await.data();

    assert_eq!((&endorsed["missing"], between.as_str()), (&Value::from(1), "quorum = 2"));
    assert_eq!(again, (ErrorKind::State, "owner endorsed this change already".to_owned()));
    assert!(shown.contains("was endorsed by owner; 2 owners have to agree"), "{shown}");
    assert!(shown.contains("policy.changed") && shown.contains(" (sha256:"), "{shown}");
    assert!(shown.contains("by the same command, `/policy set FILE`, with that policy"), "{shown}");
    assert_eq!((&made["missing"], quorum(&house).await.as_str()), (&Value::from(0), "quorum = 1"));
    assert_eq!(made["protection"]["waiting"], Value::Array(Vec::new()));
    let kinds = house.kinds().await;
    assert!(kinds.ends_with(&["owner.change_endorsed", "policy.changed"]), "{kinds:?}");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn owners_are_added_and_removed_by_the_quorum_and_on_an_explicit_word() {
    let house = two_owners().await;
    let file = key_file(&house, 0x53, "eve.pub");
    let line = format!("/keys add --key {file} --principal eve");

    let asked = house.line(&line).await.error();
    let endorsed = house.worded(&line).await.data();
    let shown = house.line("/keys").await.page();
    let other = house.worded(&format!("{line} --assurance agent")).await.data();
    house.sign_with(0x52);
    let added = house.worded(&line).await.data();
    let eve = added["keys"][2]["fingerprint"].as_str().unwrap().to_owned();
    let removal = format!("/keys remove --fingerprint {eve}");
    let first = house.worded(&removal).await.data();
    let going = house.line("/keys").await.page();
    house.sign_with(0x51);
    let removed = house.worded(&removal).await.data();

    assert_eq!(asked.kind, ErrorKind::NeedsOwner);
    assert!(asked.hints[0].contains("--yes --expect"), "{:?}", asked.hints);
    assert!(shown.contains(" (eve, SHA256:"), "{shown}");
    assert!(shown.contains("`/keys add --key FILE --principal eve`"), "{shown}");
    assert!(going.contains(&format!("`{removal}`")), "{going}");
    let keys = |data: &Value| data["keys"].as_array().unwrap().len();
    assert_eq!((keys(&endorsed), keys(&other), keys(&added)), (2, 2, 3));
    assert_eq!((&first["missing"], &removed["missing"]), (&Value::from(1), &Value::from(0)));
    assert_ne!(removed["keys"][2]["removed_at"], Value::Null);
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_removal_that_leaves_too_few_owners_says_so_before_it_is_made() {
    let house = two_owners().await;
    let keys = house.line("/keys").await.data();
    let bob = keys["keys"][1]["fingerprint"].as_str().unwrap().to_owned();

    let asked = house.line(&format!("/keys remove --fingerprint {bob}")).await.error();

    let page = asked.confirmation.unwrap().page.plain();
    assert!(page.contains("Too few owners have a key for this quorum, 1 more is needed"), "{page}");
}

#[tokio::test]
async fn an_endorsement_counts_until_the_next_change_only() {
    let house = two_owners().await;
    let file = house.file("one.toml", "[approval]\nquorum = 1\n");
    let line = format!("/policy set {file}");
    house.worded(&line).await.data();
    let eve = key_file(&house, 0x53, "eve.pub");
    let add = format!("/keys add --key {eve} --principal eve");
    house.worded(&add).await.data();
    house.sign_with(0x52);
    house.worded(&add).await.data();

    let data = house.worded(&line).await.data();

    assert_eq!((&data["missing"], quorum(&house).await.as_str()), (&Value::from(1), "quorum = 2"));
}

#[tokio::test]
async fn an_emergency_needs_a_reason_and_is_shown_from_then_on() {
    let house = two_owners().await;
    let file = house.file("one.toml", "[approval]\nquorum = 1\n");
    let line = format!("/policy set {file}");

    let short = house.line(&format!("{line} --emergency now")).await.refusal();
    let reason = "bob cannot be reached since Monday";
    let made = house.worded(&format!("{line} --emergency \"{reason}\"")).await.data();
    let needless = house.file("two.toml", "[approval]\nquorum = 2\n");
    let needless = format!("/policy set {needless} --emergency \"{reason}\"");
    let needless = house.line(&needless).await.refusal();

    assert_eq!((short.0, needless.0), (ErrorKind::Usage, ErrorKind::Usage));
    assert_eq!((&made["missing"], quorum(&house).await.as_str()), (&Value::from(0), "quorum = 1"));
    for line in ["/policy", "/keys", "/audit verify", "/audit report"] {
        let page = house.line(line).await.page();
        assert!(page.contains(reason), "{line}: {page}");
    }
}

#[tokio::test]
async fn a_restore_under_a_quorum_is_an_emergency_and_is_shown_from_then_on() {
    let mut house = two_owners().await;
    let id = house.tested().await;
    let file = house.home().with_file_name("monday.db");
    house.line(&format!("/backup {}", file.display())).await.data();
    house.close().await;
    let line = format!("/restore {}", file.display());
    let reason = "the disk failed and bob cannot be reached";

    let alone = house.worded(&line).await;
    let short = house.worded(&format!("{line} --emergency now")).await.refusal();
    house.worded(&format!("{line} --emergency \"{reason}\"")).await.data();
    house.reopen();

    let (kind, message) = alone.refusal();
    assert_eq!((kind, short.0), (ErrorKind::NeedsOwner, ErrorKind::Usage));
    assert_eq!(message, "2 owners have to agree here, and nobody can endorse a restore");
    assert_eq!(house.records().await.pop().unwrap().data["emergency"], reason);
    for line in
        ["/policy", "/keys", "/audit verify", "/audit report", &format!("/report-code {id}")]
    {
        let page = house.line(line).await.page();
        assert!(page.contains(reason), "{line}: {page}");
    }
    for format in ["html", "markdown", "json"] {
        let page = house.line(&format!("/report-code {id} --format {format}")).await.page();
        assert!(page.contains(reason), "{format}: {page}");
    }
    assert_eq!(house.line("/audit verify").await.exit(), 0);
    assert_eq!(house.line("/doctor --deep").await.exit(), 0);
    let folder = house.beside("export");
    house.line(&format!("/audit export {}", folder.display())).await.data();
    let (code, said) = program(&["python3", "verify.py", "."], &folder, None);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("made log.restored without the quorum") && said.contains(reason),
        "{said}"
    );
}

#[tokio::test]
async fn where_the_home_wants_two_owners_an_older_backup_does_not_lower_the_bar() {
    let house = House::new();
    house.enrol().await;
    let file = house.home().with_file_name("monday.db");
    house.line(&format!("/backup {}", file.display())).await.data();
    let policy = house.file("two.toml", "[approval]\nquorum = 2\n");
    house.worded(&format!("/policy set {policy}")).await.data();
    house.close().await;

    let refused = house.worded(&format!("/restore {}", file.display())).await.refusal();

    assert_eq!(refused.0, ErrorKind::NeedsOwner, "{}", refused.1);
}

#[tokio::test]
async fn one_person_is_one_however_the_name_is_spelled() {
    let house = two_owners().await;
    let file = key_file(&house, 0x54, "other.pub");

    let refused = house.line(&format!("/keys add --key {file} --principal BOB")).await.refusal();

    assert_eq!(refused, (ErrorKind::Usage, "BOB is bob, spelled otherwise".to_owned()));
}
