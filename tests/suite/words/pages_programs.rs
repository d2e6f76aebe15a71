//! Pages about programs that come in over HTTP.

use foundation::store::notices::{ChannelState, Undelivered};

use super::screen::{masked, typed};
use crate::support::house::House;

#[tokio::test]
async fn tokens_of_programs() {
    let _masked = masked();
    let house = House::new();
    let none = typed(&house, "/token").await;
    let made = typed(&house, "/token add editor --scope propose").await;
    let made = token_masked(&made);
    house.line("/token add board --scope read --expires 5d").await.data();
    house.line("/token revoke board").await.data();
    let listed = token_masked(&typed(&house, "/token").await);

    insta::assert_snapshot!(none, @"
    No program has a token.

    next: /token add NAME --scope propose  makes one
    ");
    insta::assert_snapshot!(made, @"
    This is the token. It is not shown again:

    [random]

    Record  1 ([hash])
    ");
    insta::assert_snapshot!(listed, @"
    id     [random]
    name   editor
    scope  propose
    since  2026-11-20T08:47:00.[_]Z
    until  2027-02-18T08:47:00.[_]Z
    state  counts

    id     [random]
    name   board
    scope  read
    since  2026-11-20T08:47:00.[_]Z
    until  2026-11-20T08:47:00.[_]Z
    state  revoked
    ");
}

#[tokio::test]
async fn notifications_that_are_not_set_and_a_trial() {
    let _masked = masked();
    let none = typed(&House::new(), "/notify").await;
    let house = House::with(&[("SARAPHINA_NOTIFY_COMMAND", "saraphina-is-not-there --now")]);
    let tried = typed(&house, "/notify test").await;

    insta::assert_snapshot!(none, @"
    No way to notify you is set.

    next: /config set notify_desktop 1  shows events on the desktop
    next: /config set notify_command PROGRAM  starts a program for each
    next: /config set notify_webhook URL  posts each to a server
    ");
    insta::assert_snapshot!(tried, @"
    channel  leads to                      trial
    command  saraphina-is-not-there --now  there is no program
                                           saraphina-is-not-there
    ");
}

#[tokio::test]
async fn notifications_on_their_way() {
    let _masked = masked();
    let house = House::with(&[
        ("SARAPHINA_NOTIFY_COMMAND", "saraphina-is-not-there --now"),
        ("SARAPHINA_NOTIFY_WEBHOOK", "https://hooks.example.org/secret/path"),
    ]);
    let failure = Undelivered {
        channel: "webhook".to_owned(),
        seq: 9,
        at: house.engine.context().now(),
        problem: "it answers 500".to_owned(),
    };
    let state = ChannelState {
        name: "webhook".to_owned(),
        next: 12,
        tries: 2,
        problem: Some("it did not answer within 10 s".to_owned()),
        delivered: 3,
        delivered_at: Some(house.engine.context().now()),
    };
    let store = house.engine.context().store().unwrap();
    store.note_channel(&state, Some(&failure)).await.unwrap();
    let shown = typed(&house, "/notify").await;
    let forgotten = typed(&house, "/notify forget").await;

    insta::assert_snapshot!(shown, @"
    channel    command
    leads to   saraphina-is-not-there --now
    delivered  0
    now        waits for the daemon's next start

    channel    webhook
    leads to   https://hooks.example.org
    delivered  3
    last       2026-11-20T08:47:00.[_]Z
    now        entry 12 failed 2 times: it did not answer within 10 s

    not delivered
    channel  entry  given up                  why
    webhook  9      2026-11-20T08:47:00.[_]Z  it answers 500

    next: /notify test  tries every way
    next: /notify forget  once you have seen what was not delivered
    ");
    insta::assert_snapshot!(forgotten, @"Events that could not be delivered are forgotten: 1. The record has them.");
}

/// Hides what is random in tokens and their ids.
fn token_masked(text: &str) -> String {
    let is_random = |word: &str| {
        word.starts_with("sara_")
            || (word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let mask = |word: &str| if is_random(word) { "[random]".to_owned() } else { word.to_owned() };
    text.split_inclusive([' ', '\n'])
        .flat_map(|word| {
            let bare = word.trim_end();
            [mask(bare), word[bare.len()..].to_owned()]
        })
        .collect()
}
