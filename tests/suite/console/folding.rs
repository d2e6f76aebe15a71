//! What of a review stands open, and in which order.

use super::html::Html;
use super::reading::lived;
use super::visits::Console;
use crate::support::house::{CODE, House, TESTS};

/// Where an element with this id stands among all of a page.
fn place(html: &Html, id: &str) -> usize {
    html.tags.iter().position(|tag| tag.get("id") == Some(id)).unwrap()
}

/// The files of the part with the code: each with whether it stands open.
fn files(html: &Html) -> Vec<(String, bool)> {
    let part = html.tags.iter().skip_while(|tag| tag.get("id") != Some("code"));
    let part: Vec<_> = part.take_while(|tag| tag.get("id") != Some("evidence")).collect();
    let mut files = Vec::new();
    for (at, fold) in part.iter().enumerate().filter(|(_, tag)| tag.name == "details") {
        let name = part[at..].iter().find(|tag| tag.name == "code").unwrap();
        files.push((name.after.trim().to_owned(), fold.get("open").is_some()));
    }
    files
}

#[tokio::test]
async fn of_a_change_the_flips_and_the_difference_come_first_and_whole_files_are_folded() {
    let lived = lived().await;

    let page = Console::of(&lived.house).get(&format!("/proposals/{}", lived.change)).await;

    let html = page.html();
    let order = ["change", "tests", "diff", "code"].map(|id| place(&html, id));
    assert!(order.is_sorted(), "{order:?}");
    let files = files(&html);
    assert!(files.len() > 1 && files.iter().all(|(_, is_open)| !is_open), "{files:?}");
}

#[tokio::test]
async fn code_and_tests_come_before_what_lies_beside_them() {
    let house = House::new();
    let support: Vec<String> = (0..45)
        .map(|at| format!("--file {}", house.file(&format!("a{at:02}.txt"), "beside\n")))
        .collect();
    let (code, tests) = (house.file("adder.py", CODE), house.file("test_adder.py", TESTS));
    let line =
        format!("/propose-code --code {code} --tests {tests} {} an adder", support.join(" "));
    let id = house.line(&line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();

    let html = Console::of(&house).get(&format!("/proposals/{id}")).await.html();

    let files = files(&html);
    assert_eq!(files.len(), 40, "{files:?}");
    assert!(files[0].0.ends_with("adder.py") && files[1].0.ends_with("test_adder.py"), "{files:?}");
    assert!(files[2..].iter().all(|(name, is_open)| !name.contains("adder") && !is_open));
    assert!(html.text().contains("7 further files are not listed"), "{}", html.text());
}
