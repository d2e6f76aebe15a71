//! Errors of commands that were understood, with the next step that each names.

use std::sync::atomic::Ordering;

use super::screen::{masked, typed};
use crate::support::fakes::{Doing, failing};
use crate::support::house::{CODE, House, TESTS};

#[tokio::test]
async fn an_approval_without_evidence() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;

    insta::assert_snapshot!(typed(&house, "/approve-code @").await, @"
    exit 4
    error: proposal_[___id___] has not been tested
    hint: Run `/sandbox-code proposal_[___id___]` first.
    ");
}

#[tokio::test]
async fn an_approval_of_what_failed() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;
    house.doing(Doing::Give(Box::new(failing("E   assert -1 == 3"))));
    house.line("/sandbox-code @").await.data();

    insta::assert_snapshot!(typed(&house, "/approve-code @").await, @"
    exit 4
    error: the verdict is failed, not passed
    hint: Approve it all the same with `--despite <reason>`.
    ");
}

#[tokio::test]
async fn an_approval_with_nobody_to_ask() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;

    insta::assert_snapshot!(typed(&house, "/approve-code @").await, @"
    exit 5
    error: an approval needs the owner's word
    hint: Without a terminal, give `--yes --expect
      [hash]` after you
      looked at `/show-code proposal_[___id___]` and `/report-code
      proposal_[___id___]`.
    ");
}

#[tokio::test]
async fn an_approval_of_another_content() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;
    let line = format!("/approve-code @ --yes --expect {}", "0".repeat(12));

    insta::assert_snapshot!(typed(&house, &line).await, @"
    exit 4
    error: the content is
      [hash], not
      000000000000 as expected
    hint: Look again with `/report-code`, then decide.
    ");
}

#[tokio::test]
async fn an_approval_without_the_hash() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;

    insta::assert_snapshot!(typed(&house, "/approve-code @ --yes").await, @"
    exit 5
    error: an approval needs the owner's word
    hint: Without a terminal, give `--yes --expect
      [hash]` after you
      looked at `/show-code proposal_[___id___]` and `/report-code
      proposal_[___id___]`.
    ");
}

#[tokio::test]
async fn an_approval_by_an_agent() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;
    let house = house.agent();

    insta::assert_snapshot!(typed(&house, "/approve-code @").await, @"
    exit 5
    error: approve-code needs authority own; yours is propose
    hint: Ask the owner to type the command in a session of their own.
    ");
}

#[tokio::test]
async fn a_key_that_is_not_enrolled() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    house.sign_with(0x99);

    insta::assert_snapshot!(typed(&house, "/revoke-approval @ no").await, @"
    exit 5
    error: the key SHA256:[base64] is not
      enrolled
    hint: See `/keys` for the keys that are; one of them can add this one.
    ");
}

#[tokio::test]
async fn a_rejection_without_a_reason() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;

    insta::assert_snapshot!(typed(&house, "/reject-code @").await, @"
    exit 2
    error: a reason is needed
    hint: Say in a sentence why.
    ");
}

#[tokio::test]
async fn a_refinement_without_feedback() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;

    insta::assert_snapshot!(typed(&house, "/refine-code @").await, @"
    exit 2
    error: the feedback is empty
    hint: Say what is to be different, such as `/refine-code @ handle empty lines`.
    ");
}

#[tokio::test]
async fn a_refinement_that_changes_nothing() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;
    house.reply(CODE, TESTS);

    insta::assert_snapshot!(typed(&house, "/refine-code @ again").await, @"
    exit 2
    error: the new revision has the same content as the one before
    hint: No revision was stored; say more about what is to be different.
    ");
}

#[tokio::test]
async fn a_model_that_cannot_be_reached() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/propose-code an adder").await, @"
    exit 6
    error: the model server cannot be reached: no reply
    hint: Check the server and OPENAI_BASE_URL, then run the same command again.
    ");
}

#[tokio::test]
async fn a_reply_without_tests() {
    let _masked = masked();
    let house = House::new();
    let reply = "Code:\n```python\nx = 1\n```\n".to_owned();
    house.provider.replies.lock().unwrap().push_back(reply);

    insta::assert_snapshot!(typed(&house, "/propose-code an adder").await, @"
    exit 6
    error: the reply is incomplete: it holds no tests
    hint: No proposal was stored; ask again, or try another model with `--model`.
    hint: The reply begins: Code: ```python x = 1 ```
    ");
}

#[tokio::test]
async fn a_sandbox_that_is_not_there() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;
    house.doing(Doing::Fail);

    insta::assert_snapshot!(typed(&house, "/sandbox-code @").await, @"
    exit 6
    error: the backend fake is not available: no room
    hint: Run `/doctor` to see what is missing.
    ");
}

#[tokio::test]
async fn a_report_before_any_execution() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;

    insta::assert_snapshot!(typed(&house, "/report-code @").await, @"
    exit 4
    error: proposal_[___id___] has no test results yet
    hint: Run `/sandbox-code proposal_[___id___]` first.
    ");
}

#[tokio::test]
async fn healing_of_what_passes() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;

    insta::assert_snapshot!(typed(&house, "/auto-refine @").await, @"
    Healing of proposal_[___id___]
    Ended             passed
    Newest revision   1
    Content hash
      [hash]
    Candidates tried  0

    next: /report-code proposal_[___id___]  shows the evidence
    next: /approve-code proposal_[___id___]  approves it
    ");
}

#[tokio::test]
async fn a_disk_that_is_full() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;
    house.free.store(0, Ordering::Relaxed);

    insta::assert_snapshot!(typed(&house, "/sandbox-code @").await, @"
    exit 6
    error: the disk of the home has only 0 bytes left, so nothing is written below
      [size]
    hint: Free some space, then run the same command again; reading commands still
      work.
    hint: See `/doctor --usage` for what takes it, and `/prune` for what can go.
    ");
}

#[tokio::test]
async fn a_policy_that_cannot_be_read() {
    let _masked = masked();
    let house = House::new();
    let file = house.file("policy.toml", "[approval]\nquorums = 2\n");
    let line = format!("/policy set {file}");

    insta::assert_snapshot!(typed(&house, &line).await, @"
    exit 2
    error: the policy cannot be read: unknown field `quorums`, expected one of
      `quorum`, `approvers`, `path_owners`, `self_approval`, `minimum_integrity`,
      `required_guarantees`, `environment`, `evidence_hours`, `approval_hours`,
      `carry_equal`
    hint: `/policy` shows one that can.
    ");
}

#[tokio::test]
async fn a_restore_of_something_else() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    house.close().await;
    let file = house.file("notes.txt", "not a database");
    let line = format!("/restore {file}");

    insta::assert_snapshot!(typed(&house, &line).await, @"
    exit 7
    error: /folder/notes.txt is not a database of saraphina
    hint: The backup cannot be used; nothing was replaced.
    ");
}

#[tokio::test]
async fn a_record_that_was_altered() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    house.tamper("UPDATE audit_log SET record = CAST(replace(CAST(record AS TEXT), 'adder', 'badder') AS BLOB) WHERE seq = 1").await;
    let line = format!("/backup {}", house.beside("monday.db").display());

    insta::assert_snapshot!(typed(&house, &line).await, @"
    exit 7
    error: audit_log or audit_node: entry 1 is not the one in the tree
    hint: Nothing was copied. Run `/audit verify`; keep the file as it is.
    ");
}
