//! Questions and pages of the owner's decisions.

use super::screen::{asked, masked, typed};
use crate::support::fakes::{Doing, failing};
use crate::support::house::House;

#[tokio::test]
async fn the_question_before_an_approval() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;

    insta::assert_snapshot!(asked(&house, "/approve-code @").await, @"
    Approve proposal_[___id___] revision 1?
    Request  an adder for two numbers
    Shown    everything, this is the first revision

    --- /dev/null
    +++ b/adder_two_numbers.py
    @@ -0,0 +1,2 @@
    +def add(a, b):
    +    return a + b
    --- /dev/null
    +++ b/test_adder_two_numbers.py
    @@ -0,0 +1,5 @@
    +from adder import add
    +
    +
    +def test_add():
    +    assert add(1, 2) == 3

    Verdict       PASSED
    Executed      2026-11-20T08:47:00.[_]Z (exec_[___id___])
    Content hash  [hash]
    Ended         completed
    Tests         2 collected, 2 run, 2 passed, 0 failed, 0 errors, 0 skipped, 0
                  expected failures
    Coverage      80.0 % (4/5)
    Lint          pylint 4.0.1 9.50/10, 0 messages
    Integrity     observed
    Backend       fake
    Time          [n] ms (queue, spawn, tests, lint, first, controls)

    - you proposed this yourself

    Approve exactly proposal_[___id___] revision 1, content [digest]…, verdict passed?
    ");
}

#[tokio::test]
async fn the_question_before_an_approval_despite_a_failure() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    house.line("/sandbox-code @").await.data();

    insta::assert_snapshot!(asked(&house, "/approve-code @ --despite \"the test is wrong\"").await, @"
    Approve proposal_[___id___] revision 1?
    Request  an adder for two numbers
    Shown    everything, this is the first revision

    --- /dev/null
    +++ b/adder_two_numbers.py
    @@ -0,0 +1,2 @@
    +def add(a, b):
    +    return a + b
    --- /dev/null
    +++ b/test_adder_two_numbers.py
    @@ -0,0 +1,5 @@
    +from adder import add
    +
    +
    +def test_add():
    +    assert add(1, 2) == 3

    Verdict       FAILED
    Executed      2026-11-20T08:47:00.[_]Z (exec_[___id___])
    Content hash  [hash]
    Reasons       tests (a test failed, or its set-up raised)
    Ended         completed
    Tests         2 collected, 2 run, 1 passed, 1 failed, 0 errors, 0 skipped, 0
                  expected failures
    Coverage      80.0 % (4/5)
    Lint          pylint 4.0.1 9.50/10, 0 messages
    Integrity     observed
    Backend       fake
    Time          [n] ms (queue, spawn, tests, lint, first, controls)

    - the verdict is failed, not passed
    - you proposed this yourself

    Approve proposal_[___id___] revision 1, content [digest]…, verdict failed, all the same?
    ");
}

#[tokio::test]
async fn an_approval() {
    let _masked = masked();
    let house = House::new();
    let id = house.tested().await;
    let line = format!("/approve-code @ --yes --expect {}", house.hash(&id).await);

    insta::assert_snapshot!(typed(&house, &line).await, @"
    proposal_[___id___] revision 1: approved

    Content hash  [hash]
    Comment       answered by `--yes --expect`, without a question
    Reviewer      owner
    Record        7
                  ([hash])
    Key           SHA256:[base64] (low assurance:
                  any program of this user can use the key)

    next: /apply-code proposal_[___id___] --folder FOLDER  writes it there
    ");
}

#[tokio::test]
async fn a_rejection() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;

    insta::assert_snapshot!(typed(&house, "/reject-code @ it reads the whole file").await, @"
    proposal_[___id___] revision 1: rejected

    Content hash  [hash]
    Reason        it reads the whole file
    Reviewer      owner
    Record        7
                  ([hash])
    Key           SHA256:[base64] (low assurance:
                  any program of this user can use the key)
    ");
}

#[tokio::test]
async fn a_revoked_approval() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    insta::assert_snapshot!(typed(&house, "/revoke-approval @ the format changed").await, @"
    proposal_[___id___] revision 1: approval revoked

    Content hash  [hash]
    Reason        the format changed
    Reviewer      owner
    Record        8
                  ([hash])
    Key           SHA256:[base64] (low assurance:
                  any program of this user can use the key)
    ");
}

#[tokio::test]
async fn a_reopened_proposal() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;
    house.line("/reject-code @ too slow").await.data();

    insta::assert_snapshot!(typed(&house, "/reopen-code @ it is fast enough").await, @"
    proposal_[___id___] revision 1: reopened

    Content hash  [hash]
    Reason        it is fast enough
    Reviewer      owner
    Record        8
                  ([hash])
    Key           SHA256:[base64] (low assurance:
                  any program of this user can use the key)
    ");
}

#[tokio::test]
async fn no_keys() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/keys").await, @"No key is enrolled; the first decision enrols the key that signs it.");
}

#[tokio::test]
async fn one_key() {
    let _masked = masked();
    let house = House::new();
    house.enrol().await;

    insta::assert_snapshot!(typed(&house, "/keys").await, @"
    owner      owner
    key        SHA256:[base64]
    assurance  low
    since      2026-11-20T08:47:00.[_]Z
    ");
}

#[tokio::test]
async fn an_added_key() {
    let _masked = masked();
    let house = House::new();
    house.enrol().await;
    house.sign_with(0x52);
    let file = house.file("bob.pub", house.public().to_string());
    house.sign_with(0x51);
    let line = format!("/keys add --key {file} --principal bob --assurance agent");
    let digest = house.line(&line).await.error().confirmation.unwrap().content_hash.hex();
    let line = format!("{line} --yes --expect {digest}");

    insta::assert_snapshot!(typed(&house, &line).await, @"
    owner      owner
    key        SHA256:[base64]
    assurance  low
    since      2026-11-20T08:47:00.[_]Z

    owner      bob
    key        SHA256:[base64]
    assurance  agent
    since      2026-11-20T08:47:00.[_]Z

    Record  2 ([hash])
    ");
}

#[tokio::test]
async fn the_policy() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/policy").await, @r#"
    # Digest: [hash]
    # In force since: always, it is the built-in one

    version = 1
    critical_symbols = ["syntax-error", "undefined-variable", "used-before-assignment", "no-self-argument", "return-outside-function", "not-in-loop"]

    [approval]
    quorum = 1
    approvers = []
    path_owners = []
    self_approval = "warn"
    minimum_integrity = "observed"
    required_guarantees = []
    evidence_hours = 168
    "#);
}

#[tokio::test]
async fn the_question_before_another_policy() {
    let _masked = masked();
    let house = House::new();
    let file = house.file("policy.toml", "[approval]\nquorum = 2\n");
    let line = format!("/policy set {file}");

    insta::assert_snapshot!(asked(&house, &line).await, @r#"
    Change the policy?
    Digest  [hash]

    --- now
    +++ then
    @@ -2,7 +2,7 @@
     critical_symbols = ["syntax-error", "undefined-variable",
     ↪ "used-before-assignment", "no-self-argument", "return-outside-function",
     ↪ "not-in-loop"]

     [approval]
    -quorum = 1
    +quorum = 2
     approvers = []
     path_owners = []
     self_approval = "warn"

    Every approval that counts becomes void.
    - Too few owners have a key for this quorum, 1 more is needed: nothing can be
      approved, and keys can be added only with `--emergency REASON`

    Change the policy to exactly this, digest [digest]…?
    "#);
}
