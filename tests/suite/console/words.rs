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

    insta::assert_snapshot!(main_text(&page.html()), @"");
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
        insta::assert_snapshot!(main_text(&page.html()), @"");
    });
}
