//! The help of commands that carry the owner's word.

use super::screen::{masked, typed};
use crate::support::house::House;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_approve_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("approve-code").await, @r#"
    /approve-code <ID>
    Approve exactly the content and the evidence shown

    ID                 The proposal: its id, the first digits of it, or @ for the
                       newest that this session has shown
    --comment TEXT     A remark for the record
    --despite REASON   Why it is approved although the verdict is not passed
    --yes              Do not ask; needs --expect
    --expect HASH      The content hash you looked at, at least its first 12 digits
    --allow-hidden     Approve although files hold characters that cannot be seen,
                       or names that mislead
    --phrase SENTENCE  The sentence that a sensitive or critical change of a
                       repository asks for
    --carry            Take over your approval of the revision before: an equal
                       difference on another base, where the policy lets it

    Authority  own

    Examples
    - /approve-code @
    - /approve-code 7c2e --comment "reviewed line by line"
    "#);
}

#[tokio::test]
async fn help_of_reject_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("reject-code").await, @"
    /reject-code <ID> [REASON]
    Reject a proposal, with a reason

    ID      The proposal: its id, the first digits of it, or @ for the newest that
            this session has shown
    REASON  Why

    Authority  own

    Examples
    - /reject-code 7c2e it reads the whole file into memory
    ");
}

#[tokio::test]
async fn help_of_revoke_approval() {
    let _masked = masked();

    insta::assert_snapshot!(help("revoke-approval").await, @"
    /revoke-approval <ID> [REASON]
    Take an approval back, with a reason

    ID      The proposal: its id, the first digits of it, or @ for the newest that
            this session has shown
    REASON  Why

    Authority  own

    Examples
    - /revoke-approval 7c2e the format changed
    ");
}

#[tokio::test]
async fn help_of_reopen_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("reopen-code").await, @"
    /reopen-code <ID> [REASON]
    Reopen a rejected proposal, with a reason

    ID      The proposal: its id, the first digits of it, or @ for the newest that
            this session has shown
    REASON  Why

    Authority  own

    Examples
    - /reopen-code 7c2e the reason no longer holds
    ");
}

#[tokio::test]
async fn help_of_note_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("note-code").await, @"
    /note-code <ID>
    Write the proof of an approved change on the commit that carries it out

    ID            The proposal: its id, the first digits of it, or @ for the newest
                  that this session has shown
    --commit REV  The commit that carries the change out (HEAD)

    Authority  own

    Examples
    - /note-code 7c2e
    - /note-code 7c2e --commit v1.4
    ");
}

#[tokio::test]
async fn help_of_keys() {
    let _masked = masked();

    insta::assert_snapshot!(help("keys").await, @"
    /keys [WHAT]
    Show, add or remove the keys whose signatures count as the owner's

    WHAT                    What to do
                            list: Show them
                            add: Enrol a public key; a key that is enrolled has to
                            sign for it
                            remove: A key counts no longer; what it signed before
                            stays good
    --key FILE              File with the public key to add
    --principal NAME        Name of the owner whose key it is
    --assurance WORD        How well the key is kept: low, file, agent or hardware
    --fingerprint SHA256:…  Fingerprint of the key to remove, as `ssh-keygen -l`
                            prints it
    --yes                   Do not ask; needs --expect
    --expect DIGEST         The digest of the change as the question shows it, at
                            least its first 12 digits
    --emergency REASON      Go without the other owners that the quorum asks for;
                            every later report shows the reason

    Authority  own

    Examples
    - /keys
    - /keys add --key id_ed25519.pub --principal alice --assurance agent
    - /keys remove --fingerprint SHA256:[base64]
    ");
}

#[tokio::test]
async fn help_of_policy() {
    let _masked = masked();

    insta::assert_snapshot!(help("policy").await, @"
    /policy [WHAT] [FILE]
    Show the policy, or change it: a change makes standing approvals void

    WHAT                What to do
                        show: Show the one that counts
                        set: Set another one from a file
                        reset: Go back to the built-in one
    FILE                File with the new policy, TOML as `/policy` shows it
    --yes               Do not ask; needs --expect
    --expect DIGEST     The digest of the new policy, at least its first 12 digits
    --emergency REASON  Go without the other owners that the quorum asks for; every
                        later report shows the reason

    Authority  own

    Examples
    - /policy
    - /policy set policy.toml
    - /policy reset
    ");
}

#[tokio::test]
async fn help_of_apply_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("apply-code").await, @"
    /apply-code <ID>
    Write an approved revision into its target, on record

    ID               The proposal: its id, the first digits of it, or @ for the
                     newest that this session has shown
    --folder FOLDER  Write into this folder; a change of a repository goes to its
                     work tree without it
    --branch BRANCH  Commit on this branch; it is made where there is none
    --commit         Write into the work tree and commit on the branch that it has
                     checked out
    --author AUTHOR  The author of the commit, `NAME <ADDRESS>`, instead of whoever
                     approved
    --rebase         Where the target moved on: make a new revision that fits it, to
                     be executed and approved
    --test           Run the tests once more when it is written
    --dry-run        Only say what would be written
    --yes            Do not ask; needs --expect
    --expect HASH    The content hash that you approved, at least its first 12
                     digits

    Authority  own

    Examples
    - /apply-code @ --dry-run
    - /apply-code 7c2e --folder ../shop
    - /apply-code 7c2e --branch approved
    ");
}

#[tokio::test]
async fn help_of_rollback_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("rollback-code").await, @"
    /rollback-code [ID]
    Take an application out of its target again, byte for byte

    ID               The proposal whose newest application goes; without it the
                     newest application that stands
    --branch BRANCH  Of several applications, the one that went to this branch
    --folder FOLDER  Of several applications, the one that went to this folder or
                     work tree
    --author AUTHOR  The author of the commit, where a branch moves: `NAME
                     <ADDRESS>`
    --dry-run        Only say what would be written
    --yes            Do not ask; needs --expect
    --expect HASH    The content hash of the revision that goes, at least its first
                     12 digits

    Authority  own

    Examples
    - /rollback-code
    - /rollback-code 7c2e --dry-run
    ");
}

#[tokio::test]
async fn help_of_dismiss_finding() {
    let _masked = masked();

    insta::assert_snapshot!(help("dismiss-finding").await, @"
    /dismiss-finding [PLACE] [RULE] [WHY]
    Say that a finding needs nothing done, with the reason on record

    PLACE        Where it is, a file and its line as a look shows them; without a
                 place what is dismissed is listed
    RULE         Its rule, as a look shows it
    WHY          Why nothing is to be done
    --repo NAME  The repository, as `/repository` names it; the only one where there
                 is one

    Authority  own

    Examples
    - /dismiss-finding --repo shop shop/store.py:12 S608 the table is a constant
    - /dismiss-finding
    ");
}

#[tokio::test]
async fn help_of_reinstate_finding() {
    let _masked = masked();

    insta::assert_snapshot!(help("reinstate-finding").await, @"
    /reinstate-finding <FINDING> [WHY]
    Let a dismissed finding count again, with the reason on record

    FINDING  The finding, or the first digits of it, as `/dismiss-finding` lists it
    WHY      Why it counts again

    Authority  own

    Examples
    - /reinstate-finding 7c2e the table comes from a request now
    ");
}

#[tokio::test]
async fn help_of_everything_that_decides_and_learns() {
    let _masked = masked();

    let help = typed(&House::in_memory(), "/help").await;
    let (_, deciding) = help.split_once("Decide\n").unwrap();
    let (deciding, _) = deciding.split_once("Inspect\n").unwrap();
    insta::assert_snapshot!(deciding, @"
    /approve-code <ID>                     Approve exactly the content and the
                                           evidence shown
    /reject-code <ID> [REASON]             Reject a proposal, with a reason
    /revoke-approval <ID> [REASON]         Take an approval back, with a reason
    /reopen-code <ID> [REASON]             Reopen a rejected proposal, with a reason
    /apply-code <ID>                       Write an approved revision into its
                                           target, on record
    /rollback-code [ID]                    Take an application out of its target
                                           again, byte for byte
    /note-code <ID>                        Write the proof of an approved change on
                                           the commit that carries it out
    /dismiss-finding [PLACE] [RULE] [WHY]  Say that a finding needs nothing done,
                                           with the reason on record
    /reinstate-finding <FINDING> [WHY]     Let a dismissed finding count again, with
                                           the reason on record
    /keys [WHAT]                           Show, add or remove the keys whose
                                           signatures count as the owner's
    /policy [WHAT] [FILE]                  Show the policy, or change it: a change
                                           makes standing approvals void

    Learn
    /learn-code [CONCEPT]                Learn a concept with its prerequisites
    /expand-code [NAME]                  Learn the neighbours of a concept
    /code-facts [NAME]                   Show what is known of a concept
    /build-graph [REPO]                  Build the memory of a repository from its
                                         history and sources, or bring it up to date
    /why-code <FILE[:LINE]>              Tell why a line or file is as it is, each
                                         step with what proves it
    /impact-code <FILE|SYMBOL|PROPOSAL>  Tell what a change of a file, name or
                                         proposal reaches: files, places, people,
                                         tests
    /graph <REPO> <FILE|SYMBOL>          Show what is around a file or name in the
                                         memory of a repository
    ");
}
