//! Errors in what was typed, with the next step that each names.

use super::screen::{masked, typed};
use crate::support::house::House;

#[tokio::test]
async fn a_command_that_is_misspelt() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/aprove-code @").await, @"
    exit 2
    error: there is no command /aprove-code
    hint: Did you mean `/approve-code`, `/compare-code`, `/profile-code`?
    ");
}

#[tokio::test]
async fn a_line_without_a_slash() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "what is binary search").await, @"
    exit 2
    error: commands begin with a slash
    hint: Did you mean `/learn-code binary search`? Learn a concept with its
      prerequisites.
    ");
}

#[tokio::test]
async fn a_word_without_a_slash() {
    let _masked = masked();
    let house = House::new();

    assert_eq!(typed(&house, "help").await, typed(&house, "/help").await);
}

#[tokio::test]
async fn an_argument_is_missing() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/show-code").await, @"
    exit 2
    error: the following required arguments were not provided: <ID>
    hint: See `/help show-code`.
    ");
}

#[tokio::test]
async fn an_option_that_there_is_not() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/sandbox-code @ --frob").await, @"
    exit 2
    error: unexpected argument '--frob' found
    hint: To pass '--frob' as a value, use '-- --frob'.
    hint: See `/help sandbox-code`.
    ");
}

#[tokio::test]
async fn a_value_that_there_is_not() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/list-proposals --status done").await, @"
    exit 2
    error: invalid value 'done' for '--status <STATUS>' [possible values: pending,
      tested, approved, rejected]
    hint: See `/help list-proposals`.
    ");
}

#[tokio::test]
async fn a_number_that_is_none() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/list-proposals --limit many").await, @"
    exit 2
    error: invalid value 'many' for '--limit <COUNT>': a whole number is wanted
    hint: See `/help list-proposals`.
    ");
}

#[tokio::test]
async fn a_day_that_is_none() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/code-stats --since yesterday").await, @r#"
    exit 2
    error: "yesterday" is not a day
    hint: Write 2026-11-20, or 7d.
    "#);
}

#[tokio::test]
async fn a_cursor_that_is_none() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/list-proposals --before nothing").await, @r#"
    exit 2
    error: "nothing" is not a cursor
    hint: Take `next_cursor` of an earlier page as it is.
    "#);
}

#[tokio::test]
async fn an_unknown_proposal() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;

    insta::assert_snapshot!(typed(&house, "/show-code ffff").await, @"
    exit 3
    error: there is no proposal ffff
    hint: See `/list-proposals`.
    ");
}

#[tokio::test]
async fn an_ambiguous_proposal() {
    let _masked = masked();
    let house = House::in_memory();
    let mut digits = Vec::new();
    // Of seventeen ids two begin with the same digit.
    while digits.iter().all(|digit| digits.iter().filter(|other| *other == digit).count() < 2) {
        let id = house.proposed().await;
        digits.push(id.trim_start_matches("proposal_").chars().next().unwrap());
    }
    let shared = *digits.last().unwrap();

    let told = typed(&house, &format!("/show-code {shared}")).await;

    let told = told.replacen(&format!("error: {shared} "), "error: 7 ", 1);
    insta::assert_snapshot!(told, @"
    exit 3
    error: 7 matches 2 proposals
    hint: Type more digits: proposal_[___id___], proposal_[___id___].
    ");
}

#[tokio::test]
async fn the_newest_of_none() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/show-code @").await, @"
    exit 3
    error: there is no proposal of yours yet
    hint: Make one with `/propose-code <what you need>`.
    ");
}

#[tokio::test]
async fn a_revision_that_there_is_not() {
    let _masked = masked();
    let house = House::new();
    house.proposed().await;

    insta::assert_snapshot!(typed(&house, "/diff-code @ 1..7").await, @"
    exit 3
    error: proposal_[___id___] has no revision 7
    hint: It has revision 1 alone.
    ");
}

#[tokio::test]
async fn an_unknown_concept() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/code-facts xyzzy plugh").await, @"
    exit 3
    error: nothing is known of xyzzy plugh
    hint: Learn it with `/learn-code xyzzy plugh`.
    ");
}

#[tokio::test]
async fn a_job_that_there_is_not() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/cancel @").await, @"
    exit 3
    error: nothing of yours is in progress
    hint: See `/jobs`.
    ");
}

#[tokio::test]
async fn a_file_that_is_not_there() {
    let _masked = masked();
    let house = House::new();

    insta::assert_snapshot!(typed(&house, "/propose-code --code /nowhere/a.py an adder").await, @"
    exit 3
    error: /nowhere/a.py cannot be read: No such file or directory (os error 2)
    hint: Check the path and its permissions.
    ");
}

#[tokio::test]
async fn an_import_of_something_else() {
    let _masked = masked();
    let house = House::new();
    let file = house.file("notes.txt", "not a database");
    let line = format!("/import {file}");

    insta::assert_snapshot!(typed(&house, &line).await, @"
    exit 2
    error: /folder/notes.txt is not an SQLite database, or it is encrypted
    hint: Give an original's database, such as its knowledge.db or
      ai_data/saraphina.db.
    ");
}
