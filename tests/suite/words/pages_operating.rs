//! Pages of commands that look after the home.

use std::path::Path;
use std::sync::atomic::Ordering;

use super::screen::{asked, masked, page_of, typed};
use crate::support::fakes::{Doing, passing};
use crate::support::house::House;
use crate::support::originals;
use crate::support::restoring::expected;

/// A home that went on after a backup; the file of the backup.
async fn backed_up(house: &House) -> String {
    house.approved().await;
    let file = house.beside("monday.db").display().to_string();
    house.line(&format!("/backup {file}")).await.data();
    house.line("/revoke-approval @ a mistake").await.data();
    house.close().await;
    file
}

/// A proposal with two long outputs that nothing needs.
async fn loud(house: &House) {
    house.proposed().await;
    for n in 0..7 {
        let mut evidence = passing();
        evidence.output.stdout = format!("{n} ").repeat(10_000);
        house.doing(Doing::Give(Box::new(evidence)));
        house.line("/sandbox-code @").await.data();
    }
}

#[tokio::test]
async fn a_backup() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;
    let line = format!("/backup {}", house.beside("monday.db").display());

    insta::assert_snapshot!(typed(&house, &line).await, @"
    Backed up to /folder/monday.db

    Size            [size]
    Digest          [hash]
    Log             8 records, pages, records and signature checked
    Key of the log
      saraphina/[log]

    Private keys are not in it: keep a copy of the folder `keys` of the home
    elsewhere. Without the log key the backup can be read and verified, but not
    restored into use.

    next: /restore /folder/monday.db  puts it in the place of the database
    ");
}

#[tokio::test]
async fn the_question_before_a_restore() {
    let _masked = masked();
    let house = House::new();
    let file = backed_up(&house).await;
    let line = format!("/restore {file}");

    insta::assert_snapshot!(asked(&house, &line).await, @"
    Restore a backup?
    Backup       8 records, all of them hold
    Size         [size]
    Digest       [hash]
    Present log  9 records
    Left behind  at least 1 record

    Takes back, as if it had never happened: 1 revocation.

    Put this backup, digest [digest]…, in the place of the database?
    ");
}

#[tokio::test]
async fn a_restore() {
    let _masked = masked();
    let house = House::new();
    let file = backed_up(&house).await;
    let line = format!(
        "/restore --reason \"the disk failed\" --yes --expect {} {file}",
        expected(Path::new(&file))
    );

    insta::assert_snapshot!(typed(&house, &line).await, @"
    Restored from /folder/monday.db

    Digest
      [hash]
    Records            8
    Record
      8 ([hash])
    Left behind        at least 1 record
    Signed by          SHA256:[base64]
    Replaced database  /folder/home/backups/replaced-[time]

    next: /audit verify  proves the log that is in use now
    ");
}

#[tokio::test]
async fn what_would_be_pruned() {
    let _masked = masked();
    let house = House::new();
    loud(&house).await;

    insta::assert_snapshot!(typed(&house, "/prune --older-than 0").await, @"
    Would go (dry run)

    Texts  4
    Size   180 bytes
    Rule   older than 0 days, not among the last 5 executions of a revision, not of
           an approved proposal

    next: /prune --yes  does it; the evidence keeps their digests
    ");
}

#[tokio::test]
async fn what_was_pruned() {
    let _masked = masked();
    let house = House::new();
    loud(&house).await;

    insta::assert_snapshot!(typed(&house, "/prune --older-than 0 --yes").await, @"
    Taken out

    Texts   4
    Size    180 bytes
    Rule    older than 0 days, not among the last 5 executions of a revision, not of
            an approved proposal
    Record  18 ([hash])
    ");
}

#[tokio::test]
async fn an_import() {
    let _masked = masked();
    let house = House::new();
    let file = house.beside("original.db");
    drop(originals::whole(&file));
    let line = format!("/import {}", file.display());

    insta::assert_snapshot!(typed(&house, &line).await, @r#"
    Import
    File       /folder/original.db
    Digest
      sha256:[hash]
    Shape      whole
    Zone       not known; give it with --zone
    Proposals  5 found, 4 new, 0 known, 1 skipped
    History    2 executions, 2 refinements, 1 review, 3 audit rows
    Concepts   1 new, 0 known, 3 skipped

    id                     there                    claimed   revisions
    proposal_[___id___]  proposal_[___id___]    approved  1
    proposal_[___id___]  proposal_[___id___]    tested    4
    proposal_[___id___]  proposal_[___id___]    pending   1
    proposal_[___id___]  selfmod_20251120_084700  rejected  1

    - proposal_[___id___]: a pass is claimed without one test run: 1 execution
    - proposal_[___id___]: its related concepts are not a list of names and were
      left out
    - proposal_[___id___]: no refinement tells of 1 edit of the code; each is a
      revision without feedback
    - proposal_[___id___]: the original keeps the newest tests only; every
      revision stands with them
    - proposal_[___id___]: there are no tests, so the test file is empty

    - proposal_[___id___] did not come over: its language "javascript" cannot be
      run here
    - concept Loops did not come over: its difficulty is not 1 to 4
    - concept Monads did not come over: its language is not known here
    - snippet snippet_bbbbbbbbbbbb did not come over: its concept is not there
    - proposal_reviews has 1 row of proposal_[___id___], which is not there
    - test_executions has 1 row of proposal_[___id___], which is not there
    - preferences (1 row) is not taken over

    Everything came as pending: executions and reviews of the source are shown as
    history, and count for nothing here.

    next: /show-code proposal_[___id___]  shows the first with its history
    "#);
}

#[tokio::test]
async fn a_bundle() {
    let _masked = masked();
    let house = House::new();
    house.approved().await;

    insta::assert_snapshot!(typed(&house, "/export @").await, @"
    Bundle of proposal_[___id___]
    File       /folder/home/exports/proposal_[___id___]-8.tar
    Size       [n] bytes
    Digest
      sha256:[hash]
    Holds      1 revision, 1 execution, 1 decision, 6 records
    Proved to  entry 8 of saraphina/[log]
    Record     8 ([hash])

    next: /import --dry-run /folder/home/exports/proposal_[___id___]-8.tar
      checks all of it, in any home
    ");
}

#[tokio::test]
async fn a_set_up() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/setup").await, @"
    Home  /folder/home

    part          done               result                    time
    home          was there already  schema 15, 1 record       [n] ms
    sandbox fake  installing pytest  1 layer proved, 1 absent  [n] ms

    Ready after [n] ms.

    next: /propose-code <what you need>  makes a first proposal
    ");
}

#[tokio::test]
async fn a_set_up_again() {
    let _masked = masked();
    let house = House::new();
    house.line("/setup").await.data();

    insta::assert_snapshot!(typed(&house, "/setup").await, @"
    Home  /folder/home

    part          done               result                    time
    home          was there already  schema 15, 1 record       [n] ms
    sandbox fake  was there already  1 layer proved, 1 absent  [n] ms

    Ready after [n] ms.

    next: /propose-code <what you need>  makes a first proposal
    ");
}

#[tokio::test]
async fn a_look_at_every_part() {
    let _masked = masked();
    let house = House::new();
    house.free.store(64 << 30, Ordering::Relaxed);
    house.proposed().await;

    insta::assert_snapshot!(typed(&house, "/doctor --quick").await, @"
    part           health  found
    home           good    /folder/home, 64.0 GiB free
    database       good    [size], schema 15, SQLite [version]
    log            good    4 entries, signed by
                           saraphina/[log]
    writer         good    nobody writes; a writing command starts at once
    applications   good    none is open
    toolchain      check   not set up yet
    sandbox fake   check   1 layers hold; without cgroup_memory: memory is sampled,
                           so a short burst over the limit may go unseen
    providers      good    scripted
    settings       good    nothing odd
    notifications  good    none are set

    database
    free pages, used next  0 bytes
    write-ahead log        [size]

    sandbox fake
    cgroup_memory  absent: sampled
    landlock       abi 7

    providers
    DAYTONA_API_KEY is not set  Key of the Daytona sandbox backend, which is not
                                built yet.
    DAYTONA_API_URL is not set  Server of the Daytona sandbox backend, which is not
                                built yet.
    GALILEO_API_KEY is not set  Key of the Galileo trace service, which is not built
                                yet.
    OPENAI_API_KEY is not set   Key of an OpenAI-compatible server. Enables
                                generation by a model.
    OPENAI_BASE_URL is not set  Base URL of the server. A server on loopback needs
                                no key.

    next: toolchain: Run `/setup`; the first execution does it too, with Python 3.10
      or newer.
    next: sandbox fake: These layers are a second line of defence; a newer kernel or
      cgroups add them.
    ");
}

#[tokio::test]
async fn no_jobs() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/jobs").await, @"Nothing is in progress.");
}

#[tokio::test]
async fn a_job_and_its_end() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;
    house.doing(Doing::Hang);

    let (ended, pages) = tokio::join!(typed(&house, "/sandbox-code @"), async {
        let mut jobs = house.line("/jobs").await;
        while jobs.result.as_ref().unwrap().data["jobs"].as_array().unwrap().is_empty() {
            tokio::task::yield_now().await;
            jobs = house.line("/jobs").await;
        }
        let jobs = page_of(&house, jobs.entry, &jobs.result.unwrap().data);
        format!("{jobs}---\n{}", typed(&house, "/cancel @").await)
    });

    insta::assert_snapshot!(format!("{pages}---\n{ended}"), @"
    job       job_[___id___]
    proposal  proposal_[___id___] revision 1
    started   2026-11-20T08:47:00.[_]Z
    asked by  owner
    state     in progress

    next: /cancel <job>  stops one
    ---
    job_[___id___] on proposal_[___id___] was stopped.
    ---
    exit 130
    error: interrupted
    ");
}

#[tokio::test]
async fn the_settings() {
    let _masked = masked();
    let house = House::new();

    let shown = typed(&house, "/config show").await;
    // The others look alike, and `.env.template` has their words.
    let first: Vec<&str> = shown.split("\n\n").take(6).collect();
    insta::assert_snapshot!(first.join("\n\n"), @"
    variable  SARAPHINA_HOME
    value     /folder/home
    origin    default
    meaning   Folder of knowledge.db, keys, toolchain and logs.

    variable  OPENAI_API_KEY
    origin    default
    meaning   Key of an OpenAI-compatible server. Enables generation by a model.

    variable  OPENAI_BASE_URL
    value     the public service, once a key is set
    origin    default
    meaning   Base URL of the server. A server on loopback needs no key.

    variable  SARAPHINA_MODEL
    value     gpt-4o, or the first a local server has
    origin    default
    meaning   Model to ask.

    variable  SARAPHINA_PROVIDER
    value     openai and the endpoints when configured, else library
    origin    default
    meaning   Provider to ask: openai, library or an endpoint of config.toml;
              several, separated by spaces: if one fails, the next is asked.

    variable  SARAPHINA_CASSETTE
    origin    default
    meaning   Tape of model answers: record:FILE adds every answer to it,
              replay:FILE answers from it and asks no server.
    ");
}

#[tokio::test]
async fn the_paths() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/config path").await, @"
    home       /folder/home
    database   /folder/home/knowledge.db
    settings   /folder/home/config.toml (not there yet)
    keys       /folder/home/keys
    toolchain  /folder/home/toolchain (not there yet)
    logs       /folder/home/logs (not there yet)
    history    /folder/home/history (not there yet)
    ");
}
