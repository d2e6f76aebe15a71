//! The record's pages go through all of it, and the statistics are those of the command.

use std::collections::BTreeSet;

use super::reading::lived;
use super::visits::Console;
use crate::support::house::House;

#[tokio::test]
async fn paging_through_the_record_meets_every_entry_once() {
    let house = House::in_memory();
    for _ in 0..25 {
        house.tested().await;
    }
    let console = Console::of(&house);
    let entries = house.records().await.len();
    let mut seen: Vec<u64> = Vec::new();
    let mut address = Some("/record?show=all".to_owned());

    while let Some(path) = address.take() {
        let html = console.get(&path).await.html();
        let entry =
            |tag: &super::html::Tag| tag.get("href")?.strip_prefix("/record/")?.parse::<u64>().ok();
        seen.extend(html.all("a").filter(|tag| tag.get("class") == Some("name")).filter_map(entry));
        let next = html.all("a").find(|tag| tag.get("rel") == Some("next"));
        address = next.and_then(|tag| tag.get("href")).map(super::html::resolved);
    }

    let all: BTreeSet<u64> = seen.iter().copied().collect();
    assert_eq!((seen.len(), all.len()), (entries, entries));
    assert!(entries > 100 && seen.is_sorted_by(|newer, older| newer > older));
}

#[tokio::test]
async fn paging_through_decided_proposals_meets_each_once() {
    let house = House::in_memory();
    for at in 0..60 {
        let id = house.tested().await;
        if at % 3 == 0 {
            house.line(&format!("/reject-code {id} no")).await.data();
        } else {
            let hash = house.hash(&id).await;
            house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
        }
    }
    let console = Console::of(&house);
    let mut seen: Vec<String> = Vec::new();
    let mut address = Some("/?show=decided".to_owned());

    while let Some(path) = address.take() {
        let html = console.get(&path).await.html();
        let rows = html.all("a").filter(|tag| tag.get("class") == Some("name"));
        seen.extend(rows.filter_map(|tag| tag.get("href")).map(str::to_owned));
        let next = html.all("a").find(|tag| tag.get("rel") == Some("next"));
        address = next.and_then(|tag| tag.get("href")).map(super::html::resolved);
    }

    let all: BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), all.len()), (60, 60));
}

#[tokio::test]
async fn the_numbers_of_each_figure_come_as_a_file() {
    let house = House::new();
    house.tested().await;
    let console = Console::of(&house);
    let page = console.get("/statistics?days=all").await.html();
    let files: Vec<String> =
        page.links().into_iter().filter(|link| link.contains(".csv")).collect();
    let mut told = String::new();

    for file in &files {
        let answer = console.get(file).await;
        assert_eq!(
            (answer.status, answer.headers["content-type"].as_str()),
            (200, "text/csv; charset=utf-8")
        );
        assert_eq!(answer.headers["content-disposition"], "attachment");
        told.push_str(answer.text());
    }

    assert!(files.iter().all(|file| file.ends_with("?days=all")), "{files:?}");
    assert_eq!(files.len(), 5, "{files:?}");
    assert!(told.contains("\"group\",\"proposals\",\"runs\",\"passed\""), "{told}");
    assert!(told.contains("\"python\",\"1\",\"1\",\"1\",\"0\""), "{told}");
    let missing = console.ask("/statistics/nothing.csv", &[("accept", "text/html")]).await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn the_statistics_are_those_of_the_command() {
    let lived = lived().await;
    let console = Console::of(&lived.house);

    let data = lived.house.line("/code-stats").await.data();
    let html = console.get("/statistics?days=all").await.html();

    let text = html.text();
    assert!(text.contains("1 not run yet, 5 waiting, 1 approved, 1 rejected"), "{text}");
    let rate = data["test_success_rate"].as_f64().unwrap() * 100.0;
    for wanted in [format!("{rate:.1} %"), "Show the numbers".to_owned(), "scripted".to_owned()] {
        assert!(text.contains(&wanted), "{wanted}: {text}");
    }
    assert!(html.all("svg").filter(|tag| tag.get("class") == Some("plot")).count() >= 2);
    assert!(
        html.all("svg")
            .filter(|tag| tag.get("class") == Some("plot"))
            .all(|tag| tag.get("aria-label").is_some())
    );
}
