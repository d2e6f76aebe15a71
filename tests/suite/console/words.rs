//! What is read on pages that say something in words.

use super::html::Html;
use super::reading::lived;
use super::visits::Console;
use crate::support::house::House;

/// The text of the main part, a line for each piece.
fn main_text(html: &Html) -> String {
    let tags = html.tags.iter().skip_while(|tag| tag.name != "main");
    let tags = tags.take_while(|tag| tag.name != "dialog");
    let pieces = tags.flat_map(|tag| tag.after.split('\n').map(str::trim).map(str::to_owned));
    let text: Vec<String> = pieces.filter(|piece| !piece.is_empty()).collect();
    super::html::resolved(&text.join("\n"))
}

#[tokio::test]
async fn the_page_of_nothing_says_what_to_do() {
    let house = House::new();
    let page = Console::of(&house).ask("/nowhere", &[("accept", "text/html")]).await;

    insta::assert_snapshot!(main_text(&page.html()), @r"
    Show what is new
    There is nothing here
    no page has this address
    What to do
    Start at the inbox, or search for what you are looking for.
    Back to the inbox
    ");
}

#[tokio::test]
async fn the_inbox_of_a_lived_in_house() {
    let lived = lived().await;
    let page = Console::of(&lived.house).get("/").await;

    insta::with_settings!({filters => vec![
        (r"[0-9a-f]{12}", "[id]"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "[time]"),
        (r"#\d+", "#[seq]"),
    ]}, {
        insta::assert_snapshot!(main_text(&page.html()), @r"
        Show what is new
        Five proposals wait for you
        j
        k move
        Enter open
        ? all keys
        Waiting
        5
        Not run yet
        1
        Decided
        2
        All
        8
        Any author
        Agents
        Owners
        Proposal
        State
        Tests
        Coverage
        Age
        an adder for two numbers
        [id] by you
        Failed
        observed
        1 of 2
        80.0 %
        just now
        Give nothing the mean 0
        [id] by you
        Passed, with findings
        3 findings
        2 of 2
        80.0 %
        just now
        an adder for two numbers
        [id] by you
        Passed
        observed
        2 of 2
        80.0 %
        just now
        an adder that was wrong at first
        [id] by you
        Passed
        observed
        2 of 2
        80.0 %
        just now
        print the average of a list
        [id] by you
        Passed
        observed
        2 of 2
        80.0 %
        just now
        Lately decided
        All decisions
        an adder for two numbers
        rejected
        [id]
        just now
        an adder for two numbers
        approved
        [id]
        just now
        Happening now
        The record
        [time]
        Ended the healing: passed
        by you
        #[seq]
        [time]
        Verdict of revision 1: passed (exec_[id])
        by you
        #[seq]
        [time]
        Began to run exec_[id] of revision 1
        by you
        #[seq]
        [time]
        Began to heal of revision 1
        by you
        #[seq]
        [time]
        Stored the files of revision 1: generated
        by you
        #[seq]
        [time]
        Asked scripted: model-1
        by you
        #[seq]
        [time]
        Proposed
        by you
        #[seq]
        [time]
        Verdict of revision 1: passed (exec_[id])
        by you
        #[seq]
        ");
    });
}
