//! Repositories, what became of their changes, and what is remembered of them.

use super::visits::Console;
use crate::commands::repository::{knowing, with_a_sensitive_change};
use crate::support::house::House;
use crate::support::project::Project;

async fn proposed(house: &House) -> String {
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let data = house.line(line).await.data();
    let id = data["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();
    id
}

#[tokio::test]
async fn a_repository_tells_how_it_is_tested_and_what_became_of_each_change() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let console = Console::of(&house);
    let text = async || console.get("/repositories/shop").await.html().text();

    let without = text().await;
    let id = proposed(&house).await;
    let waiting = text().await;
    let hash = house.hash(&id).await;
    house.line(&format!("/approve-code {id} --yes --expect {hash}")).await.data();
    let line = format!("/apply-code {id} --branch approved --yes --expect {hash}");
    house.line(&line).await.data();
    let applied = text().await;
    house.line(&format!("/rollback-code {id} --yes --expect {hash}")).await.data();
    let rolled_back = text().await;

    let path = project.path().display().to_string();
    for wanted in [path.as_str(), "pytest gets", "300 seconds", "1024 MiB", "not built"] {
        assert!(without.contains(wanted), "{wanted}: {without}");
    }
    assert!(without.contains("No change was proposed yet"), "{without}");
    assert!(without.contains("saraphina build-graph shop"), "{without}");
    assert!(waiting.contains("Give nothing the mean 0") && waiting.contains("not written"));
    assert!(applied.contains("approved") && applied.contains("applied"), "{applied}");
    assert!(rolled_back.contains("rolled back"), "{rolled_back}");
    let listed = console.get("/repositories").await.html().text();
    assert!(listed.contains("shop") && listed.contains(&path), "{listed}");
}

#[tokio::test]
async fn changes_of_a_repository_come_page_by_page_and_each_once() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    for _ in 0..53 {
        let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
        house.line(line).await.data();
    }
    let console = Console::of(&house);
    let mut seen = Vec::new();
    let mut address = Some("/repositories/shop".to_owned());

    while let Some(path) = address.take() {
        let html = console.get(&path).await.html();
        let rows = html.all("a").filter(|tag| tag.get("class") == Some("name"));
        seen.extend(rows.filter_map(|tag| tag.get("href")).map(str::to_owned));
        let next = html.all("a").find(|tag| tag.get("rel") == Some("next"));
        address = next.and_then(|tag| tag.get("href")).map(super::html::resolved);
    }

    let all: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), all.len()), (53, 53));
}

#[tokio::test]
async fn the_memory_says_what_the_commands_say() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    let id = proposed(&house).await;
    let console = Console::of(&house);
    let address = "/repositories/shop/memory?path=shop%2Fcart.py&line=1";

    let before = console.ask(address, &[("accept", "text/html")]).await;
    house.line("/build-graph shop").await.data();
    let why = house.line("/why-code shop/cart.py:1 --repo shop").await.data();
    let page = console.get(address).await.html();
    let files = console.get("/repositories/shop/memory").await.html();
    let missing = console.ask("/repositories/shop/memory?path=nowhere.py", &[]).await;

    assert_eq!(before.status, 409);
    assert!(before.html().text().contains("build-graph"), "{}", before.text());
    assert_eq!((page.faults(), files.faults()), (Vec::new(), Vec::new()));
    let hop = &why["hops"][0];
    for wanted in [hop["says"].as_str().unwrap(), hop["proof"].as_str().unwrap()] {
        assert!(page.text().contains(wanted), "{wanted}: {}", page.text());
    }
    assert!(page.text().contains("tests/test_cart.py"), "{}", page.text());
    assert!(files.links().contains("/repositories/shop/memory?path=shop%2Fcart.py"));
    assert_eq!((missing.status, missing.html().faults()), (404, Vec::new()));
    assert!(missing.html().all("input").any(|tag| tag.get("value") == Some("nowhere.py")));
    let review = console.get(&format!("/proposals/{id}")).await.html();
    assert!(review.links().contains("/repositories/shop/memory?path=shop%2Fcart.py"));
}

#[tokio::test]
async fn a_review_says_what_makes_a_change_risky() {
    let (_project, house, id) = with_a_sensitive_change().await;

    let text = Console::of(&house).get(&format!("/proposals/{id}")).await.html().text();

    assert!(text.contains("Sensitive change: "), "{text}");
}
