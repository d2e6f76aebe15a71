//! Every page is built soundly, and every link on it leads somewhere.

use std::collections::BTreeSet;

use super::reading::{Lived, lived};
use super::visits::Console;
use crate::support::house::House;
use saraphina::surfaces::console::routes::PLAIN;

/// Pages that a walk along the links comes to at most; the record of the house is small.
const MOST_PAGES: usize = 3_000;
/// The beginning of the addresses of concepts, and how many of them are visited.
const CONCEPT: &str = "/knowledge/";
const MOST_CONCEPTS: usize = 6;

fn addresses(lived: &Lived) -> Vec<String> {
    let all = [
        &lived.pending,
        &lived.tested,
        &lived.failed,
        &lived.approved,
        &lived.rejected,
        &lived.healed,
        &lived.change,
        &lived.script,
    ];
    let reviews = all.iter().map(|id| format!("/proposals/{id}"));
    let runs = all.iter().map(|id| format!("/runs/{id}"));
    let others = [
        "/record/0",
        "/search?q=adder",
        "/search?q=def%20add",
        "/?show=decided",
        "/?show=all&author=agents",
        "/record?show=decisions",
        "/statistics?days=all",
        "/repositories/shop",
        "/repositories/shop/memory?path=shop%2Fcart.py&line=2",
    ];
    let others = others.into_iter().map(str::to_owned);
    PLAIN.iter().map(|path| (*path).to_owned()).chain(reviews).chain(runs).chain(others).collect()
}

#[tokio::test]
async fn every_page_is_sound_and_every_link_leads_somewhere() {
    let lived = lived().await;
    let console = Console::of(&lived.house);
    let mut waiting: Vec<String> = addresses(&lived);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut faults = Vec::new();

    while let Some(address) = waiting.pop() {
        let page = console.get(&address).await;
        if ![200, 303].contains(&page.status) {
            faults.push(format!("{address}: {}", page.status));
        }
        let is_page = page.headers.get("content-type").is_some_and(|mime| mime.contains("html"));
        if page.status != 200 || !is_page || address == "/verify.html" {
            continue;
        }
        let html = page.html();
        faults.extend(html.faults().into_iter().map(|fault| format!("{address}: {fault}")));
        for link in html.links() {
            // The pages of concepts are alike, and there are hundreds.
            let concepts = seen.iter().filter(|page| page.starts_with(CONCEPT)).count();
            let is_enough = link.starts_with(CONCEPT) && concepts >= MOST_CONCEPTS;
            let is_new = !is_enough && seen.len() < MOST_PAGES && seen.insert(link.clone());
            waiting.extend(is_new.then_some(link));
        }
    }

    assert_eq!(faults, Vec::<String>::new());
    assert!(seen.len() > 60 && seen.len() < MOST_PAGES, "{}", seen.len());
}

#[tokio::test]
async fn an_empty_home_says_what_to_do_on_every_page() {
    let house = House::new();
    let console = Console::of(&house);

    for address in PLAIN {
        let page = console.get(address).await;

        assert_eq!((page.status, page.html().faults()), (200, Vec::new()), "{address}");
    }
    let inbox = console.get("/").await.html().text();
    assert!(inbox.contains("Nothing waits for you"), "{inbox}");
    assert!(inbox.contains("saraphina propose-code"), "{inbox}");
}

#[tokio::test]
async fn what_is_not_there_is_said_on_a_page() {
    let house = House::new();
    let console = Console::of(&house);

    let html = [("accept", "text/html")];
    for (address, status) in [
        ("/proposals/proposal_000000000000", 404),
        ("/runs/nothing", 404),
        ("/record/999999", 404),
        ("/record/minus", 404),
        ("/knowledge/nothing%20of%20the%20kind", 404),
        ("/repositories/nothing", 404),
        ("/repositories/No%20name%2F/memory", 404),
        ("/statistics/nothing.csv", 404),
        ("/nowhere", 404),
    ] {
        let page = console.ask(address, &html).await;

        assert_eq!((page.status, page.html().faults()), (status, Vec::new()), "{address}");
        assert!(page.html().text().contains("What to do"), "{address}");
    }
}

#[tokio::test]
async fn the_review_tells_what_speaks_against_and_how_to_decide() {
    let lived = lived().await;
    let console = Console::of(&lived.house);
    let text = async |id: &str| console.get(&format!("/proposals/{id}")).await.html().text();

    let failed = text(&lived.failed).await;
    assert!(failed.contains("The verdict is failed, not passed"), "{failed}");
    assert!(failed.contains("1 test went wrong"), "{failed}");
    assert!(failed.contains("E   assert -1 == 3"), "{failed}");
    let hash = lived.house.hash(&lived.failed).await;
    let command =
        format!("saraphina approve-code {} --expect {} --despite and", lived.failed, &hash[..12]);
    assert!(one_line(&failed).contains(&command), "{failed}");

    let hash = lived.house.hash(&lived.tested).await;
    let tested = text(&lived.tested).await;
    let command = format!("saraphina approve-code {} --expect {}", lived.tested, &hash[..12]);
    assert!(tested.contains(&command), "{tested}");

    let pending = text(&lived.pending).await;
    assert!(pending.contains("It has not been run"), "{pending}");
    assert!(!pending.contains("approve-code"), "{pending}");

    let approved = text(&lived.approved).await;
    assert!(!approved.contains("approve-code") && approved.contains("apply-code"), "{approved}");
    let rejected = text(&lived.rejected).await;
    assert!(rejected.contains("it adds too much") && rejected.contains("reopen-code"));
}

/// The text with single spaces between its words.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn an_older_revision_is_shown_and_cannot_be_decided_on() {
    let lived = lived().await;
    let console = Console::of(&lived.house);
    let show = lived.house.show(&lived.healed).await;
    let head = show["revision"].as_u64().unwrap();

    let page = console.get(&format!("/proposals/{}?revision=1", lived.healed)).await;
    let missing = console.get(&format!("/proposals/{}?revision=99", lived.healed)).await;

    let text = page.html().text();
    assert!(head > 1 && text.contains(&format!("Revision {head} is the newest")), "{text}");
    assert!(!text.contains("approve-code"), "{text}");
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn both_layouts_of_a_difference_hold_the_same_lines() {
    let lived = lived().await;
    let console = Console::of(&lived.house);
    let of = async |view: &str| {
        let address = format!("/proposals/{}?view={view}", lived.change);
        console.get(&address).await.html().text()
    };

    for text in [of("unified").await, of("split").await] {
        assert!(text.contains("shop/cart.py") && text.contains("if not prices:"), "{text}");
    }
}

#[tokio::test]
async fn a_run_is_shown_from_its_prompt_to_its_result() {
    let lived = lived().await;
    let console = Console::of(&lived.house);

    let healed = console.get(&format!("/runs/{}", lived.healed)).await.html().text();
    for wanted in [
        "an adder that was wrong at first",
        "First version",
        "Failed, 1 of 2 tests",
        "Version 2, repaired from 1",
        "diagnosed",
        "120 tokens sent, 30 received",
        "healing ended: passed",
        "E   assert -1 == 3",
    ] {
        assert!(healed.contains(wanted), "{wanted}: {healed}");
    }
    let script = console.get(&format!("/runs/{}", lived.script)).await.html().text();
    assert!(script.contains("print the average of a list") && script.contains("ran well"));
}

#[tokio::test]
async fn search_finds_requests_code_and_ids() {
    let lived = lived().await;
    let console = Console::of(&lived.house);

    let words = console.get("/search?q=wrong%20at%20first").await.html().text();
    let code = console.get("/search?q=return%20a%20%2B%20b").await.html().text();
    let digits = lived.tested.trim_start_matches("proposal_");
    let id = console.get(&format!("/search?q={digits}")).await;

    assert!(words.contains("an adder that was wrong at first"), "{words}");
    assert!(code.contains("adder_two_numbers.py:2"), "{code}");
    let place = format!("/proposals/{}", lived.tested);
    assert_eq!((id.status, id.headers["location"].as_str()), (303, place.as_str()));
}
