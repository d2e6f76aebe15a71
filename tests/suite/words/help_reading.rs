//! The help of commands that look at the record.

use super::screen::{masked, typed};
use crate::support::house::House;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_list_proposals() {
    let _masked = masked();

    insta::assert_snapshot!(help("list-proposals").await, @r#"
    /list-proposals
    List proposals, newest first

    --status STATUS      Only of this status
                         pending: No execution of the newest revision has ended yet
                         tested: The newest revision was executed
                         approved: The owner approved the newest revision
                         rejected: The owner rejected the newest revision
    --language LANGUAGE  Only of this language
                         python: Python 3.10 or newer, tested with pytest
    --search TEXT        Only those that contain all these words
    --limit COUNT        At most this many
    --before CURSOR      The page after this cursor
    --count              Count all that match, even where that is slow

    Authority  read

    Examples
    - /list-proposals --status tested
    - /list-proposals --search "csv parser" --limit 5
    "#);
}

#[tokio::test]
async fn help_of_show_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("show-code").await, @"
    /show-code <ID>
    Show code, tests, explanation and lineage of a proposal

    ID                 The proposal: its id, the first digits of it, or @ for the
                       newest
    --revision NUMBER  Revision to show instead of the newest
    --prompts          Show what models were asked about it, and what they answered

    Authority  read

    Examples
    - /show-code @
    - /show-code 7c2e --revision 1
    - /show-code @ --prompts
    ");
}

#[tokio::test]
async fn help_of_diff_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("diff-code").await, @"
    /diff-code <ID> [A..B]
    Show what changed between two revisions, weakened tests included

    ID    The proposal: its id, the first digits of it, or @ for the newest
    A..B  The revisions, such as 1..3; the newest and the one it was made from where
          absent

    Authority  read

    Examples
    - /diff-code @
    - /diff-code 7c2e 1..3
    ");
}

#[tokio::test]
async fn help_of_refinement_history() {
    let _masked = masked();

    insta::assert_snapshot!(help("refinement-history").await, @"
    /refinement-history <ID>
    Show every revision with its cause, verdict, cost and difference

    ID             The proposal: its id, the first digits of it, or @ for the newest
    --diff         Show the difference of each to the revision it was made from
    --limit COUNT  Most revisions, the newest first (100)

    Authority  read

    Examples
    - /refinement-history @
    - /refinement-history 7c2e --diff
    ");
}

#[tokio::test]
async fn help_of_suggest_improvements() {
    let _masked = masked();

    insta::assert_snapshot!(help("suggest-improvements").await, @"
    /suggest-improvements <ID>
    Show what would make the evidence stronger

    ID                   The proposal: its id, the first digits of it, or @ for the
                         newest
    --seconds SECONDS    Time for mutants, 1 to 120 (5)
    --no-mutants         Try no mutants
    --propose            Store the missing tests, with the code and its tests, as a
                         proposal that waits for you
    --review             Ask a model for its remarks too
    --provider PROVIDER  Provider to ask
    --model MODEL        Model to ask

    Authority  propose

    Examples
    - /suggest-improvements @
    - /suggest-improvements 7c2e --seconds 30
    - /suggest-improvements @ --propose
    ");
}

#[tokio::test]
async fn help_of_report_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("report-code").await, @"
    /report-code <ID>
    Show the evidence of the newest execution

    ID               The proposal: its id, the first digits of it, or @ for the
                     newest; or the id of an execution
    --format FORMAT  Form of the report
                     text: For a terminal
                     markdown: Markdown
                     json: The JSON of the contract
                     html: One page without scripts or outside parts
    --execution ID   An execution other than the newest

    Authority  read

    Examples
    - /report-code @
    - /report-code 7c2e --format html
    ");
}

#[tokio::test]
async fn help_of_code_stats() {
    let _masked = masked();

    insta::assert_snapshot!(help("code-stats").await, @"
    /code-stats
    Count proposals, executions, success and usage

    --since DAY  Only from this UTC day on: 2026-11-20, or 7d for the last seven
                 days
    --by BY      Split by this
                 model: The model, or the provider where there is none
                 language: The language
                 error-class: The first reason of the failed verdict
                 day: The UTC day
    --plot       Draw executions and success over the days

    Authority  read

    Examples
    - /code-stats
    - /code-stats --since 30d --by model
    ");
}

#[tokio::test]
async fn help_of_audit() {
    let _masked = masked();

    insta::assert_snapshot!(help("audit").await, @"
    /audit [WHAT] [PATH|SEQ]
    Show the approval record, verify it, prove entries, export it, or report on it

    WHAT             What to do
                     log: The newest entries
                     verify: Prove it, or name the first bad entry
                     checkpoint: The newest signed checkpoint and the key that
                     signed it
                     export: Write all of it as a folder, or as one file with
                     `--tar`, that verifies without this home (owner only)
                     prove: That an entry stands in the log, and that the log only
                     grew
                     attest: An approval as in-toto statements and a SLSA summary,
                     in a new folder, for tools of others (owner only)
                     report: Changes, decisions, overrides and self-approvals, for
                     auditors
    PATH|SEQ         The entry to prove; else the export or backup to verify instead
                     of this home, or the folder to write to (owner only)
    --from DAY       First UTC day of the report, such as 2026-11-20
    --to DAY         Last UTC day of the report
    --format FORMAT  Form of the report
                     text: For the terminal
                     csv: One table, a section in each line
                     json: The data
                     html: One page that needs nothing else
    --tar FILE       Export to this one file (owner only)
    --key FILE       The public key of the log, got another way, to verify with
                     (owner only)
    --since FILE     A checkpoint that was kept, which the log must begin with
                     (owner only)
    --limit COUNT    At most this many entries of the log
    --before SEQ     Only entries before this sequence number
    --proposal ID    Only entries about this proposal, or the proposal to attest

    Authority  read

    Examples
    - /audit log --proposal 7c2e
    - /audit verify --since kept.checkpoint
    - /audit export record-2026
    - /audit prove 7
    - /audit attest attestations --proposal 7c2e
    - /audit report --from 2026-10-01 --format html
    ");
}
