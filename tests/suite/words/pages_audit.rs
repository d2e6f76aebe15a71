//! Pages of `/audit`.

use super::screen::{masked, typed};
use crate::support::house::House;

#[tokio::test]
async fn the_newest_entries() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    insta::assert_snapshot!(typed(&house, "/audit log").await, @"
    seq      7
    time     2026-11-20T08:47:00.[_]Z
    actor    owner
    kind     decision.approved
    subject  proposal_[___id___] r1 exec_[___id___]

    seq    6
    time   2026-11-20T08:47:00.[_]Z
    actor  owner
    kind   owner.key_added

    seq      5
    time     2026-11-20T08:47:00.[_]Z
    actor    owner
    kind     execution.verdict
    subject  proposal_[___id___] r1 exec_[___id___]

    seq      4
    time     2026-11-20T08:47:00.[_]Z
    actor    owner
    kind     execution.leased
    subject  proposal_[___id___] r1 exec_[___id___]

    seq      3
    time     2026-11-20T08:47:00.[_]Z
    actor    owner
    kind     revision.added
    subject  proposal_[___id___] r1

    seq      2
    time     2026-11-20T08:47:00.[_]Z
    actor    owner
    kind     llm.call
    subject  proposal_[___id___]

    seq      1
    time     2026-11-20T08:47:00.[_]Z
    actor    owner
    kind     proposal.created
    subject  proposal_[___id___]

    seq    0
    time   2026-11-20T08:47:00.[_]Z
    actor  saraphina
    kind   log.genesis
    ");
}

#[tokio::test]
async fn a_log_that_holds() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    insta::assert_snapshot!(typed(&house, "/audit verify").await, @"
    All 8 entries hold.

    Entries     8
    Head        [hash]
    Checkpoint  8 entries, signed by
                saraphina/[log]
    Decisions   1 signed
    ");
}

#[tokio::test]
async fn a_log_that_was_altered() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    house.tamper("UPDATE reviews SET reason = 'another'").await;

    insta::assert_snapshot!(typed(&house, "/audit verify").await, @"
    BROKEN at entry 7: reviews: review_[___id___], a decision on
    proposal_[___id___]: reason is not what its entry says

    Entries     8
    Head        [hash]
    Checkpoint  8 entries, signed by
                saraphina/[log]
    Decisions   1 signed
    ");
}

#[tokio::test]
async fn a_status_that_was_altered() {
    let _masked = masked();
    let house = House::new();
    house.tested().await;
    house.tamper("UPDATE proposals SET status = 'approved'").await;

    insta::assert_snapshot!(typed(&house, "/audit verify").await, @"
    BROKEN: proposals: proposal_[___id___]: status is not what the entries say

    Entries     6
    Head        [hash]
    Checkpoint  6 entries, signed by
                saraphina/[log]
    Decisions   0 signed
    ");
}

#[tokio::test]
async fn the_checkpoint() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    insta::assert_snapshot!(typed(&house, "/audit checkpoint").await, @"
    saraphina/[log]
    8
    [base64]

    — saraphina/[log] [base64]

    Key
    saraphina/[log][base64]
    ");
}

#[tokio::test]
async fn an_entry_is_proved() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    insta::assert_snapshot!(typed(&house, "/audit prove 7").await, @"
    Entry 7 stands in the log of 8 entries.

    Leaf  [hash]
    Key
      saraphina/[log]

    c2sp.org/tlog-proof@v1
    index 7
    [base64]
    [base64]
    [base64]

    saraphina/[log]
    8
    [base64]

    — saraphina/[log] [base64]

    It only grew  from 8 entries, root
                  [hash]

    old 8

    saraphina/[log]
    8
    [base64]

    — saraphina/[log] [base64]
    ");
}

#[tokio::test]
async fn the_report_for_auditors() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    let page = typed(&house, "/audit report").await;
    let (decisions, _) = page.split_once("\n\nChanges of policy").unwrap();

    insta::assert_snapshot!(decisions, @"
    Report, the beginning to the end
    Log        8 entries, all verified, signed by
               saraphina/[log]
    Root       [hash]
    Period     entries 0 to 7, without gaps
    Changes    1
    Decisions  1

    Overrides: approved despite the verdict
    None.

    Self-approvals: approved by one who asked for it or brought it in
    entry     7
    time      2026-11-20T08:47:00.[_]Z
    decision  approved
    by        owner
    proposal  proposal_[___id___] r1
    request   an adder for two numbers
    comment   answered by `--yes --expect`, without a question

    Approvals without a verdict before them
    None.

    Decisions without an owner's signature
    None.

    Decisions signed by a key of low or unknown assurance
    entry     7
    time      2026-11-20T08:47:00.[_]Z
    decision  approved
    by        owner
    proposal  proposal_[___id___] r1
    request   an adder for two numbers
    comment   answered by `--yes --expect`, without a question

    Decisions revoked, dismissed, expired, reopened or contested since
    None.
    ");
}

#[tokio::test]
async fn the_acts_beside_decisions_in_the_report_for_auditors() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    let page = typed(&house, "/audit report").await;
    let (_, acts) = page.split_once("Changes of policy or keys ").unwrap();

    insta::assert_snapshot!(acts, @"
    without the quorum
    None.

    Restores: the log was taken back, whenever that was
    None.

    Clock jumps: the clock was set back
    None.

    Keys: owners' keys added and removed
    entry  6
    time   2026-11-20T08:47:00.[_]Z
    by     owner
    what   added the key SHA256:[base64] of
           owner, assurance low, signed by
           SHA256:[base64]

    Policy: changes of it
    None.

    Applications: approved changes that were written, and rolled back
    None.

    Entries of uncertain time: the clock was behind, or set back later
    None.

    Population: every change
    entry          3
    time           2026-11-20T08:47:00.[_]Z
    change         proposal_[___id___] r1
    brought in by  owner
    runs           1
    verdict        passed
    decision       approved, entry 7
    ");
}

#[tokio::test]
async fn an_export() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    let line = format!("/audit export {}", house.beside("record").display());

    insta::assert_snapshot!(typed(&house, &line).await, @"
    Exported 8 entries to /folder/record.

    Root       [hash]
    Decisions  1 signed, 0 unsigned
    Recorded   as entry 8, which is not in the export

    next: /audit verify /folder/record
      verifies it; VERIFY.md in it tells others how
    ");
}

#[tokio::test]
async fn an_export_that_holds() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    let folder = house.beside("record").display().to_string();
    house.line(&format!("/audit export {folder}")).await.data();
    let line = format!("/audit verify {folder}");

    insta::assert_snapshot!(typed(&house, &line).await, @"
    All 8 entries hold.

    Entries     8
    Head        [hash]
    Checkpoint  8 entries, signed by
                saraphina/[log]
    Decisions   1 signed

    The key came with the log: this shows that the log fits itself, not whose it is.
    ");
}
