//! `/policy`.

use serde_json::Value;
use work::contract::error::ErrorKind;

use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

/// Sets a policy from TOML, with the owner's word.
pub(crate) async fn set(house: &House, text: &str) -> Value {
    let file = house.file("policy.toml", text);
    let asked = house.line(&format!("/policy set {file}")).await.error();
    let digest = asked.confirmation.unwrap().content_hash.hex();
    house.line(&format!("/policy set {file} --yes --expect {digest}")).await.data()
}

async fn approve(house: &House, id: &str, rest: &str) -> crate::support::reply::Reply {
    let hash = house.hash(id).await;
    house.line(&format!("/approve-code {id} {rest} --yes --expect {hash}")).await
}

/// Two owners, the second with a key of its own.
async fn with_bob() -> House {
    let house = House::new();
    house.enrol().await;
    add_bob(&house).await;
    house
}

/// Enrols a second owner where the first one is.
pub(crate) async fn add_bob(house: &House) {
    house.sign_with(0x52);
    let file = house.file("bob.pub", house.public().to_string());
    house.sign_with(0x51);
    house.worded(&format!("/keys add --key {file} --principal bob")).await.data();
}

#[tokio::test]
async fn a_change_is_shown_confirmed_signed_and_recorded() {
    let house = House::new();
    let built_in = house.line("/policy").await.data();
    let file = house.file("policy.toml", "[approval]\nquorum = 2\n");

    let asked = house.line(&format!("/policy set {file}")).await.error();
    let data = set(&house, "[approval]\nquorum = 2\n").await;
    let kept = house.line("/policy").await.data();
    let same = house.line(&format!("/policy set {file}")).await.data();

    let page = asked.confirmation.unwrap().page.plain();
    assert!(page.contains("-quorum = 1") && page.contains("+quorum = 2"), "{page}");
    assert_eq!((&data["digest"], &data["policy"]), (&kept["digest"], &kept["policy"]));
    assert_ne!(data["digest"], built_in["digest"]);
    assert_eq!(same["audit"], Value::Null);
    let record = house.records().await.pop().unwrap();
    assert_eq!((record.kind.word(), record.sig.is_some()), ("policy.changed", true));
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_change_makes_approvals_and_evidence_void() {
    let house = House::new();
    let approved = house.approved().await;
    let tested = house.tested().await;

    let data = set(&house, "[approval]\nevidence_hours = 24\n").await;
    let refused = approve(&house, &tested, "").await.refusal();
    house.line(&format!("/sandbox-code {tested}")).await.data();
    let fresh = approve(&house, &tested, "").await.exit();

    assert_eq!(data["dismissed"], 1);
    assert_eq!(house.show(&approved).await["status"], "tested");
    assert!(house.kinds().await.contains(&"decision.dismissed"));
    assert!(refused.1.contains("the policy was changed after it"), "{}", refused.1);
    assert_eq!(fresh, 0);
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_quorum_needs_different_owners() {
    let house = with_bob().await;
    set(&house, "[approval]\nquorum = 2\n").await;
    house.reply(CODE, TESTS);
    let line = "/propose-code an adder";
    let id = house.line(line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();

    let own = approve(&house, &id, "").await.refusal();
    house.sign_with(0x52);
    let first = approve(&house, &id, "").await.data();
    let again = approve(&house, &id, "").await.refusal();
    let between = house.show(&id).await["status"].clone();

    assert_eq!(own.0, ErrorKind::Forbidden);
    assert_eq!((first["missing"]["approvals"].as_u64(), between), (Some(1), "tested".into()));
    assert_eq!(
        again,
        (
            ErrorKind::State,
            "bob approved this revision already; another owner is needed".to_owned()
        )
    );
}

#[tokio::test]
async fn files_have_owners() {
    let house = with_bob().await;
    let rules = "[[approval.path_owners]]\npath = \"*.py\"\nowners = [\"bob\"]\n";
    set(&house, rules).await;
    let id = house.tested().await;

    let mine = approve(&house, &id, "").await.data();
    house.sign_with(0x52);
    let bobs = approve(&house, &id, "").await.data();

    assert_eq!(mine["missing"]["paths"][0], "adder_two_numbers.py");
    assert_eq!(bobs["missing"], Value::Null);
    assert_eq!(house.show(&id).await["status"], "approved");
}

#[tokio::test]
async fn proposer_and_approver_can_be_kept_apart() {
    let house = with_bob().await;
    set(&house, "[approval]\nself_approval = \"deny\"\n").await;
    let id = house.tested().await;

    let own = approve(&house, &id, "").await.refusal();
    house.sign_with(0x52);
    let other = approve(&house, &id, "").await.exit();

    let words =
        "you proposed this yourself, and `self_approval` or a quorum above one wants others to approve".to_owned();
    assert_eq!((own, other), ((ErrorKind::Forbidden, words), 0));
}

#[tokio::test]
async fn weak_evidence_and_weak_isolation_need_a_reason() {
    for rule in ["minimum_integrity = \"confirmed\"", "required_guarantees = [\"landlock\"]"] {
        let house = House::new();
        house.enrol().await;
        set(&house, &format!("[approval]\n{rule}\n")).await;
        let id = house.tested().await;

        let plain = approve(&house, &id, "").await.refusal();
        let data = approve(&house, &id, "--despite \"seen by hand, it holds\"").await.data();

        assert!(
            plain.1.contains("which the policy wants") || plain.1.contains("the policy wants"),
            "{}",
            plain.1
        );
        assert_eq!(data["decision"], "approved_despite");
    }
}

#[tokio::test]
async fn running_again_until_it_is_green_is_not_enough() {
    let house = House::new();
    let id = house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("assert 1 == 2"))));
    house.line(&format!("/sandbox-code {id}")).await.data();
    house.line(&format!("/sandbox-code {id}")).await.data();

    let plain = approve(&house, &id, "").await.refusal();
    let data = approve(&house, &id, "--despite \"the first run had no disk\"").await.data();

    let words =
        "the same bytes passed 1 and failed 1 times with the same tools and packages".to_owned();
    assert_eq!(plain, (ErrorKind::State, words));
    assert_eq!(data["decision"], "approved_despite");
}

#[tokio::test]
async fn approvals_and_evidence_run_out() {
    let house = House::new();
    house.enrol().await;
    set(&house, "[approval]\nevidence_hours = 1\napproval_hours = 10\n").await;
    let id = house.tested().await;
    house.wait_hours(2);

    let old = approve(&house, &id, "").await.refusal();
    house.line(&format!("/sandbox-code {id}")).await.data();
    approve(&house, &id, "").await.data();
    house.wait_hours(11);
    let other = house.proposed().await;
    house.line(&format!("/reject-code {other} no")).await.data();

    assert!(old.1.contains("the policy wants newer evidence"), "{}", old.1);
    assert_eq!(house.show(&id).await["status"], "tested");
    assert!(house.kinds().await.contains(&"decision.expired"));
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_no_old_evidence_new() {
    let house = House::new();
    house.enrol().await;
    set(&house, "[approval]\nevidence_hours = 1\n").await;
    let id = house.tested().await;
    house.wait_hours(2);
    house.proposed().await;
    house.wait_hours(-2);

    let old = approve(&house, &id, "").await.refusal();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let new = approve(&house, &id, "").await.data();

    assert!(old.1.contains("the policy wants newer evidence"), "{}", old.1);
    assert_eq!(new["decision"], "approved");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn policies_that_cannot_be_followed_are_refused() {
    let house = House::new();
    let texts = [
        "[approval]\nquorum = 0\n",
        "[approval]\nquorum = 3\napprovers = [\"a\", \"b\"]\n",
        "[approval]\nquorun = 1\n",
        "[[approval.path_owners]]\npath = \"[\"\nowners = [\"a\"]\n",
        "not toml",
    ];

    let mut kinds = Vec::new();
    for text in texts {
        let file = house.file("policy.toml", text);
        kinds.push(house.line(&format!("/policy set {file}")).await.refusal().0);
    }

    assert_eq!(kinds, [ErrorKind::Usage; 5]);
}

/// Hours of a year.
const YEAR: i64 = 24 * 365;

#[tokio::test]
async fn after_one_write_a_year_ahead_evidence_is_run_again_and_that_is_told() {
    let house = House::new();
    house.enrol().await;
    let id = house.tested().await;
    house.wait_hours(YEAR);
    house.proposed().await;
    house.wait_hours(-YEAR);

    set(&house, "[approval]\nevidence_hours = 24\n").await;
    let overtaken = approve(&house, &id, "").await.refusal();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let fresh = approve(&house, &id, "").await.exit();
    let doctor = house.line("/doctor --quick").await.page();

    assert_eq!(fresh, 0);
    // Both entries have the same time in the log; their order tells which came first.
    assert!(overtaken.1.contains("the policy was changed after it"), "{}", overtaken.1);
    let newest = house.records().await.pop().unwrap();
    assert!(newest.clock.is_some_and(|clock| clock < newest.ts), "{newest:?}");
    assert!(doctor.contains("it was ahead once, or is behind now"), "{doctor}");
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn evidence_from_a_clock_that_was_ahead_is_run_again() {
    let house = House::new();
    house.enrol().await;
    house.wait_hours(YEAR);
    let id = house.tested().await;
    house.wait_hours(-YEAR);

    let ahead = approve(&house, &id, "").await.refusal();
    house.line(&format!("/sandbox-code {id}")).await.data();

    assert!(ahead.1.contains("after the clock of this machine"), "{}", ahead.1);
    assert_eq!(approve(&house, &id, "").await.exit(), 0);
}

#[tokio::test]
async fn what_is_shown_can_be_kept_as_a_file_and_set() {
    let house = House::new();
    set(&house, "[approval]\nquorum = 2\n").await;
    let shown = house.line("/policy").await.page();
    let digest = house.line("/policy").await.data()["digest"].as_str().unwrap().to_owned();
    let file = house.file("shown.toml", &shown);

    let same = house.line(&format!("/policy set {file}")).await.data();

    assert!(shown.contains(&digest), "{shown}");
    assert_eq!((&same["digest"], &same["audit"]), (&Value::from(digest), &Value::Null));
}
