//! The help of commands that look after the home.

use super::screen::{masked, typed};
use crate::support::house::House;
use crate::surfaces::process::Home;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_backup() {
    let _masked = masked();

    insta::assert_snapshot!(help("backup").await, @"
    /backup <FILE>
    Copy the database while it is in use, and check the copy

    FILE  The file to make; it must not be there yet

    Authority  own

    Examples
    - /backup /mnt/backups/saraphina-monday.db
    ");
}

#[tokio::test]
async fn help_of_restore() {
    let _masked = masked();

    insta::assert_snapshot!(help("restore").await, @r#"
    /restore <FILE>
    Put a checked backup in the place of the database, on record

    FILE                The backup
    --reason TEXT       Why, for the record
    --emergency REASON  Restore although several owners have to agree, for this
                        reason; every later report shows it
    --yes               Do not ask; needs --expect
    --expect DIGEST     Go on only if the digest of the backup is this, at least its
                        first 12 digits

    Authority  own

    Examples
    - /restore /mnt/backups/saraphina-monday.db --reason "the disk failed"
    "#);
}

#[tokio::test]
async fn help_of_prune() {
    let _masked = masked();

    insta::assert_snapshot!(help("prune").await, @"
    /prune
    Take out long outputs that nothing needs any more, on record

    --yes              Do it; without this it only says what would go
    --dry-run          Only say what would go, as without any option
    --older-than DAYS  Take out what is older than this many days instead of 90
    --compact          Then give free space inside the database back to the disk, by
                       rewriting it

    Authority  own

    Examples
    - /prune
    - /prune --yes --compact
    - /prune --older-than 365
    ");
}

#[tokio::test]
async fn help_of_import() {
    let _masked = masked();

    insta::assert_snapshot!(help("import").await, @"
    /import <FILE>
    Take over an original's database or another home's bundle, as history

    FILE           The database of an original, or a bundle of another home
    --zone OFFSET  Offset from UTC of the original's times, such as +02:00; it
                   stores none
    --dry-run      Show what would come over, and write nothing

    Authority  own

    Examples
    - /import --dry-run knowledge.db
    - /import --zone +02:00 knowledge.db
    - /import review.tar
    ");
}

#[tokio::test]
async fn help_of_export() {
    let _masked = masked();

    insta::assert_snapshot!(help("export").await, @"
    /export <ID>
    Pack a proposal with code, evidence, decisions and proofs into one file

    ID         The proposal: its id, the first digits of it, or @ for the newest
    --to PATH  New file, or folder for it; without it, the folder `exports` of the
               home (owner only)

    Authority  propose

    Examples
    - /export 7c2e
    - /export 7c2e --to review.tar
    ");
}

#[tokio::test]
async fn help_of_setup() {
    let _masked = masked();

    insta::assert_snapshot!(help("setup").await, @"
    /setup
    Prepare the home, the toolchain and the sandbox; does nothing twice

    Authority  propose

    Examples
    - /setup
    ");
}

#[tokio::test]
async fn help_of_doctor() {
    let _masked = masked();

    insta::assert_snapshot!(help("doctor").await, @"
    /doctor
    Check every part and say what to do about it

    --usage    Show the disk use of each folder too
    --sandbox  Look at the sandbox only: its layers and the samples
    --samples  Run the samples only: suites that are known to be good, bad, forging
               or escaping
    --quick    Leave the samples out
    --deep     Count all sums again, and hold every row against the record; takes
               long in a large home

    Authority  read

    Examples
    - /doctor
    - /doctor --quick
    - /doctor --samples
    - /doctor --usage
    - /doctor --deep
    ");
}

#[tokio::test]
async fn help_of_jobs() {
    let _masked = masked();

    insta::assert_snapshot!(help("jobs").await, @"
    /jobs
    Show the work in progress

    Authority  read

    Examples
    - /jobs
    ");
}

#[tokio::test]
async fn help_of_cancel() {
    let _masked = masked();

    insta::assert_snapshot!(help("cancel").await, @"
    /cancel <JOB>
    Stop work in progress: your own, or as the owner anybody's

    JOB  The job: its id, the first digits of it, or @ for your newest

    Authority  propose

    Examples
    - /cancel @
    - /cancel job_7c2e
    ");
}

#[tokio::test]
async fn help_of_config() {
    let _masked = masked();

    insta::assert_snapshot!(help("config").await, @"
    /config [WHAT] [KEY] [VALUE]
    Show where each setting comes from or what lies where, or change one

    WHAT   What to show, or `set`
           show: Every setting with its origin
           path: What lies where
           set: Changes config.toml of the home
    KEY    The setting to change, by its name in config.toml or its variable
    VALUE  Its new value; without one the line is taken away

    Authority  read

    Examples
    - /config show
    - /config path
    - /config set model gpt-4o
    ");
}

#[tokio::test]
async fn help_of_help() {
    let _masked = masked();

    insta::assert_snapshot!(help("help").await, @"
    /help [COMMAND]
    Show all commands, or everything about one

    COMMAND  The command to explain; all of them without it

    Authority  read

    Examples
    - /help
    - /help propose-code
    ");
}

#[tokio::test]
async fn help_of_everything_that_makes_and_runs() {
    let _masked = masked();

    let help = typed(&House::in_memory(), "/help").await;
    let (making, _) = help.split_once("Decide\n").unwrap();
    insta::assert_snapshot!(making, @"
    Propose
    /propose-code [REQUEST]             Make a proposal: code and tests for a
                                        request, or files you give
    /repository [WHAT] [PATH|NAME]      Say for which repositories changes may be
                                        proposed, and how each is tested
    /improve-file <FILE> [DESCRIPTION]  Improve a file of a repository on evidence,
                                        into a proposal
    /refine-code <ID> [FEEDBACK]        Make a new revision from feedback, or from
                                        files you give

    Run
    /sandbox-code <ID>         Run tests, coverage and lint of a proposal in the
                               sandbox
    /auto-refine <ID>          Heal a proposal: run, diagnose, repair and run again
                               until it passes
    /run-code [PROMPT]         Have a script written, run it, and heal it until it
                               ends well
    /replay <EXECUTION>        Run what an execution ran once more, and compare what
                               came of it
    /compare-code <ID> <A..B>  Tell whether one revision of a proposal is faster
                               than another
    /profile-code <ID>         Tell where the time of a proposal's tests goes, line
                               by line
    ");
}

#[tokio::test]
async fn help_of_everything_that_only_looks() {
    let _masked = masked();

    let help = typed(&House::in_memory(), "/help").await;
    let (_, looking) = help.split_once("Inspect\n").unwrap();
    let (looking, _) = looking.split_once("Operate\n").unwrap();
    insta::assert_snapshot!(looking, @"
    /list-proposals              List proposals, newest first
    /show-code <ID>              Show code, tests, explanation and lineage of a
                                 proposal
    /diff-code <ID> [A..B]       Show what changed between two revisions, weakened
                                 tests included
    /refinement-history <ID>     Show every revision with its cause, verdict, cost
                                 and difference
    /suggest-improvements <ID>   Show what would make the evidence stronger
    /scan-code [PATH]            Find what is worth a look in a folder or
                                 repository, without a model
    /review-code <FILE|ID>       Review files or a proposal: what is wrong, what it
                                 offers no more, what to do
    /code-metrics <REPO> [PATH]  Tell how large, branched and tied modules are, and
                                 how that came about
    /report-code <ID>            Show the evidence of the newest execution
    /code-stats                  Count proposals, executions, success and usage
    /audit [WHAT] [PATH|SEQ]     Show the approval record, verify it, prove entries,
                                 export it, or report on it
    ");
}

#[tokio::test]
async fn help_of_everything_that_looks_after() {
    let _masked = masked();

    let help = typed(&House::in_memory(), "/help").await;
    let (_, operating) = help.split_once("Operate\n").unwrap();
    let (operating, _) = operating.split_once("In a shell: ").unwrap();
    insta::assert_snapshot!(operating, @"
    /backup <FILE>                Copy the database while it is in use, and check
                                  the copy
    /restore <FILE>               Put a checked backup in the place of the database,
                                  on record
    /prune                        Take out long outputs that nothing needs any more,
                                  on record
    /import <FILE>                Take over an original's database or another home's
                                  bundle, as history
    /export <ID>                  Pack a proposal with code, evidence, decisions and
                                  proofs into one file
    /setup                        Prepare the home, the toolchain and the sandbox;
                                  does nothing twice
    /doctor                       Check every part and say what to do about it
    /jobs                         Show the work in progress
    /cancel <JOB>                 Stop work in progress: your own, or as the owner
                                  anybody's
    /config [WHAT] [KEY] [VALUE]  Show where each setting comes from or what lies
                                  where, or change one
    /token [WHAT] [NAME|ID]       Make, list or revoke the tokens by which programs
                                  come in over HTTP
    /notify [WHAT]                Show how far notifications are, or try the ways
                                  they take
    /help [COMMAND]               Show all commands, or everything about one
    /edit [LINE]                  Write a line, or the last one anew, in $EDITOR;
                                  Ctrl-X Ctrl-E does so while typing
    /quit                         Leave the session, as Ctrl-D does
    ");
}

#[tokio::test]
async fn help_of_what_a_shell_takes() {
    let _masked = masked();

    let help = typed(&House::in_memory(), "/help").await;
    let (_, shell) = help.split_once("In a shell: ").unwrap();
    insta::assert_snapshot!(shell, @"
    saraphina <command> without the slash, and
    -c LINE            Carry out a slash line; may be repeated
    --keep-going       Go on after a line of a script that was not carried out
    --json             Print one JSON object for each command
    --version          Print the version
    check A..B         Tell which commits carry a valid decision, without a home;
                       see `saraphina check --help`
    daemon ACTION      Keep an engine running that all sessions of this home share:
                       run, start, stop or status
    mcp                Serve an agent over the Model Context Protocol; see
                       `saraphina mcp --help`
    serve              Keep an engine running that is also reached over loopback
                       TCP; see `saraphina serve --help`
    open [PAGE]        Print a link that signs a browser in, once; see `saraphina
                       open --help`
    sign [PHRASE]      Answer requests for your signature that a page made; see
                       `saraphina sign --help`
    completions SHELL  Print completions for bash, elvish, fish, powershell or zsh
    man                Print the manual page

    Flags come before free text, which runs to the end of the line; `@` is your
    newest proposal. At the prompt Tab completes, Ctrl-R searches what was typed
    before, Alt-Enter begins a new line, and a plain sentence is answered with the
    command that fits. Every command takes --json.

    next: /help <command> for its options
    ");
}

#[test]
fn help_of_the_program_in_a_shell() {
    let home = Home::new();
    assert_eq!(home.saraphina(&["--help"]), home.saraphina(&["help"]));
}
