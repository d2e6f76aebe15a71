//! The help of commands that look at code, improve and measure it.

use super::screen::{masked, typed};
use crate::support::house::House;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_scan_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("scan-code").await, @"
    /scan-code [PATH]
    Find what is worth a look in a folder or repository, without a model

    PATH                 The folder or file (the working folder); with --repo a
                         folder or file of it
    --repo NAME          Scan HEAD of this repository, as `/repository` names it
    --without PATH       Leave this part of the folder out (repeatable)
    --limit COUNT        Tell so many findings, 1 to 1000 (10)
    --baseline           Tell only what is new since the findings were kept
    --keep-baseline      Keep what is found as known, in the home (owner only)
    --sarif FILE         Write all findings into this file as SARIF (owner only)
    --opinion            Ask a model for remarks too; they are an opinion
    --provider PROVIDER  Provider to ask
    --model MODEL        Model to ask

    Authority  propose

    Examples
    - /scan-code src
    - /scan-code --repo shop --baseline
    ");
}

#[tokio::test]
async fn help_of_review_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("review-code").await, @"
    /review-code <FILE|ID>
    Review files or a proposal: what is wrong, what it offers no more, what to do

    FILE|ID              Files, or a proposal: its id, the first digits of it, or @
                         for the newest
    --repo NAME          The files are those of this repository, as `/repository`
                         names it
    --limit COUNT        Tell so many findings, 1 to 1000 (10)
    --baseline           Tell only what is new since the findings were kept
    --keep-baseline      Keep what is found as known, in the home (owner only)
    --sarif FILE         Write all findings into this file as SARIF (owner only)
    --opinion            Ask a model for remarks too; they are an opinion
    --provider PROVIDER  Provider to ask
    --model MODEL        Model to ask

    Authority  propose

    Examples
    - /review-code src/shop/cart.py
    - /review-code @
    ");
}

#[tokio::test]
async fn help_of_improve_file() {
    let _masked = masked();

    insta::assert_snapshot!(help("improve-file").await, @"
    /improve-file <FILE> [DESCRIPTION]
    Improve a file of a repository on evidence, into a proposal

    FILE                 The file, as the repository has it
    DESCRIPTION          What the improvement is for, in your own words
    --repo NAME          The repository, as `/repository` names it; else the one
                         around
    --also FILE          Improve this file too, in the same proposal (repeatable)
    --structure HOW      Move definitions instead: split a file, or break a circle
                         of two that import each other
                         split: Definitions that need nothing of the others move to
                         a file of their own
                         circle: What another file that it imports takes of it moves
                         to a file that both share
    --pipeline FILE      Have the stages in the order of this file of the home's
                         folder pipelines (owner only)
    --iterations COUNT   Try at most so often, 1 to 10 (3)
    --threshold SCORE    The score that ends it, 0 to 1 (0.7); the file as it is
                         scores 0.65
    --provider PROVIDER  Provider to ask; without one, and without a model, rules
                         improve the file
    --model MODEL        Model to ask
    --no-tests           Add no tests of what the file does today
    --stage STAGE        Run this stage alone, on the documents given
                         review: What is found in the file
                         impact: What a change of it reaches
                         generate: An improved text
                         evaluate: What that text is worth
    --review FILE        A review made before
    --impact FILE        An impact made before
    --generated FILE     A text made before, for the stage evaluate
    --output FILE        Write the improved file, or the document of the stage, into
                         this new file (owner only)

    Authority    propose
    also called  /self-improve

    Examples
    - /improve-file --repo shop src/shop/cart.py
    - /self-improve --repo shop src/shop/cart.py make the discounts readable
    ");
}

#[tokio::test]
async fn help_of_replay() {
    let _masked = masked();

    insta::assert_snapshot!(help("replay").await, @"
    /replay <EXECUTION>
    Run what an execution ran once more, and compare what came of it

    EXECUTION         The execution: its id or the first digits of it
    --env NAME=VALUE  A variable that the execution had, with its value, which is
                      never recorded (repeatable)

    Authority  propose

    Examples
    - /replay exec_734c
    - /replay 734c --env MODE=fast
    ");
}

#[tokio::test]
async fn help_of_compare_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("compare-code").await, @"
    /compare-code <ID> <A..B>
    Tell whether one revision of a proposal is faster than another

    ID              The proposal: its id, the first digits of it, or @ for the
                    newest
    A..B            Two revisions, such as 1..2
    --rounds COUNT  Run each so often, 4 to 50 (10)
    --test TEST     Run this test or file of tests only (repeatable)

    Authority  propose

    Examples
    - /compare-code @ 1..2
    - /compare-code 7c2e 1..3 --rounds 20
    ");
}

#[tokio::test]
async fn help_of_profile_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("profile-code").await, @"
    /profile-code <ID>
    Tell where the time of a proposal's tests goes, line by line

    ID                 The proposal: its id, the first digits of it, or @ for the
                       newest
    --revision NUMBER  Revision to look at instead of the newest
    --test TEST        Run this test or file of tests only (repeatable)
    --flame FILE       Draw a flame graph into this new file, as SVG (owner only)

    Authority  propose

    Examples
    - /profile-code @
    - /profile-code 7c2e --flame flame.svg
    ");
}

#[tokio::test]
async fn help_of_code_metrics() {
    let _masked = masked();

    insta::assert_snapshot!(help("code-metrics").await, @"
    /code-metrics <REPO> [PATH]
    Tell how large, branched and tied modules are, and how that came about

    REPO           The repository: its name here, or a path
    PATH           A file or folder of it
    --limit COUNT  Tell so many modules, 1 to 1000
    --history      Tell the course over history too
    --export FORM  Give the course as a document
                   svg: A picture

    Authority  read

    Examples
    - /code-metrics shop
    - /code-metrics shop src/shop --export svg
    ");
}
