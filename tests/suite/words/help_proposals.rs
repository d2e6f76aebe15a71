//! The help of commands that make proposals and evidence, and of those that learn.

use super::screen::{masked, typed};
use crate::support::house::House;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_propose_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("propose-code").await, @"
    /propose-code [REQUEST]
    Make a proposal: code and tests for a request, or files you give

    REQUEST              What to build, in your own words
    --language LANGUAGE  Language of the code
                         python: Python 3.10 or newer, tested with pytest
    --context FILE       An existing file the code has to fit (repeatable)
    --constraint TEXT    Something the code must or must not do (repeatable)
    --from FILE          Read the request from a file; `-` is standard input
    --provider PROVIDER  Provider to ask
    --model MODEL        Model to ask
    --max-tokens COUNT   Maximum reply tokens
    --candidates COUNT   Ask for so many answers, execute each, and make the best
                         the newest revision
    --heal               Go on to the healing loop
    --dry-run            Show what would be stored, and store no proposal
    --code FILE          Store this file as the code instead of generating it
                         (repeatable)
    --tests FILE         Store this file as the tests (repeatable; a program of
                         several files can do without)
    --file PATH          Store this file beside them (repeatable)
    --folder PATH        Store a project's folder as it lies: code, tests and the
                         rest are told apart by name
    --repo NAME          Propose a change of this repository, as `/repository` names
                         it
    --worktree           The change is what lies in the work tree against HEAD
    --range A..B         The change is what these commits bring, such as `main..fix`
    --diff FILE          The change is this difference against HEAD, as git writes
                         it; `-` is standard input
    --into FOLDER        Put the given files into this folder of the repository
    --without PATH       Leave this part of the folder, or of the work tree, out
                         (repeatable)

    Authority  propose

    Examples
    - /propose-code a CSV parser that handles quoted fields and custom delimiters
    - /propose-code --code parser.py --tests test_parser.py a parser for our log
      format
    - /propose-code --repo shop --range main..fix
    ");
}

#[tokio::test]
async fn help_of_refine_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("refine-code").await, @"
    /refine-code <ID> [FEEDBACK]
    Make a new revision from feedback, or from files you give

    ID                   The proposal: its id, the first digits of it, or @ for the
                         newest
    FEEDBACK             What is to be different
    --provider PROVIDER  Provider to ask
    --model MODEL        Model to ask
    --max-tokens COUNT   Maximum reply tokens
    --code FILE          Store this file as the code instead of generating it
                         (repeatable)
    --tests FILE         Store this file as the tests; the tests stay as they are
                         without it (repeatable)
    --file PATH          Store this file beside them (repeatable)
    --folder PATH        Take a project's folder as it lies now, in place of all
                         files
    --worktree           Of a change of a repository: take what lies in the work
                         tree now
    --without PATH       Leave this part of the folder, or of the work tree, out
                         (repeatable)
    --range A..B         Of a change of a repository: take what these commits bring
    --diff FILE          Of a change of a repository: take this difference against
                         HEAD
    --heal               Go on to the healing loop

    Authority  propose

    Examples
    - /refine-code @ handle a quote at the end of the line
    ");
}

#[tokio::test]
async fn help_of_sandbox_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("sandbox-code").await, @"
    /sandbox-code <ID>
    Run tests, coverage and lint of a proposal in the sandbox

    ID                 The proposal: its id, the first digits of it, or @ for the
                       newest
    --backend BACKEND  Sandbox backend
    --timeout SECONDS  Seconds the tests may take
    --revision NUMBER  Revision to run instead of the newest
    --processes COUNT  Processes and threads that may run at once
    --memory MIB       Memory that all of it may take together
    --box-files COUNT  Files and folders that there may be in the box
    --repeat COUNT     Run it this often, and compare the outcomes
    --env NAME=VALUE   A variable for the tests; its name is recorded and shown
                       (repeatable)
    --keep             Keep what the tests wrote, in the home (owner only)
    --install          Have the packages that the proposal declares installed, after
                       a question (owner only)
    --yes              Do not ask before that; needs --expect (owner only)
    --expect DIGEST    Install only what is resolved to this digest, at least its
                       first 12 digits (owner only)
    --network          Let the tests reach the network (owner only; recorded)

    Authority  propose

    Examples
    - /sandbox-code @
    - /sandbox-code 7c2e --timeout 10
    ");
}

#[tokio::test]
async fn help_of_auto_refine() {
    let _masked = masked();

    insta::assert_snapshot!(help("auto-refine").await, @"
    /auto-refine <ID>
    Heal a proposal: run, diagnose, repair and run again until it passes

    ID                        The proposal: its id, the first digits of it, or @ for
                              the newest
    --max-iterations COUNT    Most calls of a model; for each code file, where there
                              are several (3)
    --budget-tokens COUNT     Maximum tokens, sent and received
    --budget-usd DOLLARS      Most dollars
    --budget-seconds SECONDS  Most seconds (600)
    --search-seconds SECONDS  Seconds for each search among small edits (10)
    --strategy NAMES          What is tried, in the order of the cheapest
                              (mechanical,search,model)
                              mechanical: Small fixes that the complaint itself
                              suggests; no model
                              search: Small edits tried by the thousand; no model
                              model: A model is asked
    --provider PROVIDER       Provider to ask
    --model MODEL             Model to ask
    --persona NAME            The role a model plays: debugger, minimalist,
                              reviewer, tester or one of the home's `prompts` (by
                              the failure)
    --dry-run                 Say what would be tried and what it may cost; write
                              nothing
    --take REVISION           Take another patch that passes the tests, by its
                              revision, instead of healing
    --expect CALL == VALUE    Take the patch that answers the open question so

    Authority    propose
    also called  /heal-code

    Examples
    - /auto-refine @
    - /auto-refine 7c2e --strategy mechanical,search
    - /auto-refine @ --max-iterations 5 --budget-usd 0.10
    - /auto-refine @ --expect 'clamp(9, 0, 5) == 5'
    ");
}

#[tokio::test]
async fn help_of_run_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("run-code").await, @"
    /run-code [PROMPT]
    Have a script written, run it, and heal it until it ends well

    PROMPT                  What the script is to do
    --provider PROVIDER     Provider to ask
    --model MODEL           Model to ask
    --max-iterations COUNT  Most times that a model mends the script (3)

    Authority  propose

    Examples
    - /run-code print the average of the numbers in a list
    - /run-code --max-iterations 1 count the words of a text
    ");
}

#[tokio::test]
async fn help_of_learn_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("learn-code").await, @"
    /learn-code [CONCEPT]
    Learn a concept with its prerequisites

    CONCEPT              The concept to learn
    --language LANGUAGE  Language of its examples
                         python: Python 3.10 or newer, tested with pytest
    --provider PROVIDER  Provider to ask about what is not curated
    --model MODEL        Model to ask

    Authority  propose

    Examples
    - /learn-code binary search
    - /learn-code retry with back-off
    ");
}

#[tokio::test]
async fn help_of_code_facts() {
    let _masked = masked();

    insta::assert_snapshot!(help("code-facts").await, @"
    /code-facts [NAME]
    Show what is known of a concept

    NAME  The concept's name, or a part of it

    Authority  read

    Examples
    - /code-facts binary search
    ");
}

#[tokio::test]
async fn help_of_repository() {
    let _masked = masked();

    insta::assert_snapshot!(help("repository").await, @"
    /repository [WHAT] [PATH|NAME]
    Say for which repositories changes may be proposed, and how each is tested

    WHAT                   What to do
                           list: Show them
                           show: Show one with everything that was confirmed
                           add: Let changes be proposed for the repository at a
                           path, or describe it anew (owner only)
                           remove: Take one off the list (owner only)
    PATH|NAME              The path to add, or the name to show or remove
    --name NAME            Name it so here; else its folder names it
    --tests WORD           Give this to pytest, a file, folder or option, instead of
                           what the project says (repeatable)
    --package REQUIREMENT  Install this package instead of those that the project
                           declares (repeatable)
    --no-packages          Install none of the packages that the project declares
    --root FOLDER          Let imports start from this folder instead of those found
                           (repeatable)
    --timeout SECONDS      Longest time of the whole suite, in seconds (300)
    --memory MIB           Most memory of the whole suite, in MiB (1024)
    --no-run               Do not run the tests of HEAD first
    --yes                  Do not ask; needs --expect
    --expect DIGEST        The digest of the description as the question shows it,
                           at least its first 12 digits

    Authority  read

    Examples
    - /repository add path/to/shop
    - /repository add path/to/shop --tests tests --tests -x --timeout 600
    - /repository show shop
    ");
}
