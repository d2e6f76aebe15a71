//! What is read on pages that say something in words.

use super::html::Html;
use super::reading::lived;
use super::visits::Console;
use crate::support::house::House;

/// Tags that begin a line.
const LINES: &[&str] = &["div", "h1", "h2", "li", "nav", "p", "section", "tr"];

/// The text of the main part, a line for each row, item and paragraph.
fn main_text(html: &Html) -> String {
    let tags = html.tags.iter().skip_while(|tag| tag.name != "main");
    let mut lines = vec![String::new()];
    for tag in tags.take_while(|tag| tag.name != "dialog") {
        if LINES.contains(&tag.name.as_str()) {
            lines.push(String::new());
        }
        let words: Vec<&str> = tag.after.split_whitespace().collect();
        let line = lines.last_mut().unwrap();
        line.push_str(if words.is_empty() || line.is_empty() { "" } else { " " });
        line.push_str(&words.join(" "));
    }
    lines.retain(|line| !line.is_empty());
    super::html::resolved(&lines.join("\n"))
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
