//! The help of commands about the memory of a repository, and their pages.

use super::screen::{masked, typed};
use crate::memory::history::of_pairs;
use crate::repository::sample::Sample;
use crate::support::house::House;

async fn help(command: &str) -> String {
    typed(&House::in_memory(), &format!("/help {command}")).await
}

#[tokio::test]
async fn help_of_build_graph() {
    let _masked = masked();

    insta::assert_snapshot!(help("build-graph").await, @"
    /build-graph [REPO]
    Build the memory of a repository from its history and sources, or bring it up to
    date

    REPO           The repository: its name here, or a path; else the one around the
                   working folder
    --issues FILE  Take in the issues and pull requests that this file lists, as
                   JSON of a forge (repeatable, owner only)

    Authority  propose

    Examples
    - /build-graph shop
    - /build-graph path/to/shop
    - /build-graph shop --issues issues.json --issues pulls.json
    ");
}

#[tokio::test]
async fn help_of_why_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("why-code").await, @"
    /why-code <FILE[:LINE]>
    Tell why a line or file is as it is, each step with what proves it

    FILE[:LINE]  A file of the repository, with a line after a colon where one is
                 meant
    --repo REPO  The repository: its name here, or a path; else that of the
                 proposal, or the one around the working folder

    Authority  read

    Examples
    - /why-code src/shop/cart.py:12 --repo shop
    - /why-code src/shop/cart.py
    ");
}

#[tokio::test]
async fn help_of_impact_code() {
    let _masked = masked();

    insta::assert_snapshot!(help("impact-code").await, @"
    /impact-code <FILE|SYMBOL|PROPOSAL>
    Tell what a change of a file, name or proposal reaches: files, places, people,
    tests

    FILE|SYMBOL|PROPOSAL  A file, a name such as `total` or `Cart.total`, or a
                          proposal that changes a repository
    --repo REPO           The repository: its name here, or a path; else that of the
                          proposal, or the one around the working folder
    --limit COUNT         Name at most this many files of each kind, and four times
                          as many of tests

    Authority  read

    Examples
    - /impact-code src/shop/cart.py --repo shop
    - /impact-code Cart.total
    - /impact-code @
    ");
}

#[tokio::test]
async fn help_of_graph() {
    let _masked = masked();

    insta::assert_snapshot!(help("graph").await, @"
    /graph <REPO> <FILE|SYMBOL>
    Show what is around a file or name in the memory of a repository

    REPO           The repository: its name here, or a path
    FILE|SYMBOL    A file, or a name such as `total` or `Cart.total`
    --export FORM  Give it as a document
                   json: Nodes and edges as JSON
                   dot: The language of Graphviz
                   svg: A picture

    Authority  read

    Examples
    - /graph shop src/shop/cart.py
    - /graph shop Cart.total --export svg
    ");
}

/// A house that knows a repository as `shop`, with its memory built.
async fn knowing(sample: &Sample) -> House {
    let house = House::new();
    let line = format!("/repository add --name shop --no-run {}", sample.root().display());
    house.worded(&line).await.data();
    house
}

#[tokio::test]
async fn pages_of_a_memory() {
    let _masked = masked();
    let sample = of_pairs(180);
    let house = knowing(&sample).await;

    insta::assert_snapshot!(typed(&house, "/graph shop rate").await, @"
    exit 4
    error: nothing is remembered of shop
    hint: Build it first with `/build-graph`.
    ");
    insta::assert_snapshot!(typed(&house, "/build-graph shop").await, @"
    shop
    History  180 commits added, 0 commits forgotten
    Sources  5 files, 5 sources, of which 5 parsed now
    Chances  counted on 179 commits

    - shop at 71978740492e, 180 commits

    next: /why-code --repo shop FILE:LINE  tells why a line is there
    next: /impact-code --repo shop FILE  tells what a change of it reaches
    ");
    insta::assert_snapshot!(typed(&house, "/why-code shop/cart.py:3 --repo shop").await, @"
    shop/cart.py:3
    step                 who, when        says        proved by
    commit 5aca5358ae1b  Ada, 2023-11-15  Change 178  git blame -M -C at
                                                      71978740492e gives line 3

    - shop at 71978740492e, 180 commits

    next: /impact-code shop/cart.py --repo shop  tells what a change of it reaches
    ");
}

#[tokio::test]
async fn page_of_what_a_change_reaches() {
    let _masked = masked();
    let sample = of_pairs(180);
    let house = knowing(&sample).await;
    house.line("/build-graph shop").await.data();

    insta::assert_snapshot!(typed(&house, "/impact-code shop/cart.py --repo shop").await, @"
    shop/cart.py
    Likely to change too

    file                chance  because it
    tests/test_cart.py  100 %   changed with shop/cart.py in 120 of 120 commits,
                                last 5aca5358ae1b on 2023-11-15; mentions total of
                                shop/cart.py; imports tests/test_cart.py →
                                shop/cart.py; test of the name of shop/cart.py
    shop/tax.py         2 %     changed with shop/cart.py in 1 of 120 commits, last
                                a8552c0d05dd on 2023-11-14; defines rate, which
                                shop/cart.py mentions; imports shop/cart.py →
                                shop/tax.py
    shop/other.py       0 %     changed with shop/cart.py in 1 of 120 commits, last
                                a8552c0d05dd on 2023-11-14
    shop/__init__.py    0 %     changed with shop/cart.py in 1 of 120 commits, last
                                a8552c0d05dd on 2023-11-14

    Breaks where a name goes or is called upon otherwise

    file                which                                       for sure
    tests/test_cart.py  imports total, line 1; calls total, line 5  certain

    Tests, first to fail first

    file                because it
    tests/test_cart.py  calls total; changed with shop/cart.py in 120 of 120
                        commits, last 5aca5358ae1b on 2023-11-15; mentions total of
                        shop/cart.py; imports tests/test_cart.py → shop/cart.py;
                        test of the name of shop/cart.py

    Who knows it

    Ada  100 %, 120 commits

    Chances are shares that came true on 179 commits of this repository.
    - shop at 71978740492e, 180 commits
    ");
}

#[tokio::test]
async fn pages_of_what_is_around_a_name() {
    let _masked = masked();
    let sample = of_pairs(180);
    let house = knowing(&sample).await;
    house.line("/build-graph shop").await.data();

    insta::assert_snapshot!(typed(&house, "/graph shop rate").await, @"
    from          does     to             where
    shop/cart.py  calls    function rate  line 7
    shop/cart.py  imports  function rate  line 1
    shop/tax.py   defines  function rate  line 1

    - shop at 71978740492e, 180 commits
    ");
    insta::assert_snapshot!(typed(&house, "/why-code nothing.py --repo shop").await, @"
    exit 3
    error: nothing.py is neither a file nor a symbol of what is remembered
    hint: Give a path from the root of the repository, or a name as it is defined;
      `/build-graph` takes in new commits.
    ");
}

#[tokio::test]
async fn pages_of_dismissed_findings() {
    let _masked = masked();
    let sample = of_pairs(3);
    let house = knowing(&sample).await;

    insta::assert_snapshot!(typed(&house, "/dismiss-finding").await, @"No finding is dismissed.");
    let line = "/dismiss-finding shop/cart.py:7 no_zero prices are never empty";
    let page = typed(&house, line).await;
    // Who, when and in which entry differs from house to house.
    let (page, rest) = page.split_once("\nwho, when").unwrap();
    insta::assert_snapshot!(page, @"
    finding    527dcfb9cbdea9e3
    place      shop/cart.py of shop
    rule       no_zero
    why        prices are never empty
    ");
    assert!(rest.contains("next: /reinstate-finding FINDING WHY  lets one count again"), "{rest}");
}
