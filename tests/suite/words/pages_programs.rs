//! Pages about programs that come in over HTTP.

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
