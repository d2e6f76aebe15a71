//! Who may see pages, what they may load, and what is kept.

use std::net::SocketAddr;

use saraphina::surfaces::console::assets::{ASSETS, VERIFIER_PAGE};
use saraphina::surfaces::http::auth::End;

use super::visits::Console;
use crate::support::house::House;

#[tokio::test]
async fn without_a_session_every_page_is_the_one_that_says_how_to_sign_in() {
    let house = House::new();
    house.proposed().await;
    let console = Console::of(&house);
    let address: SocketAddr = "127.0.0.1:50000".parse().unwrap();

    for path in ["/", "/record", "/record-entries/0", "/record-head", "/search?q=adder"] {
        let page = console.ask_as(End::Remote(address), path, &[]).await;

        // The house does not listen on TCP, so that the gate may refuse before the page does.
        assert!([401, 403].contains(&page.status), "{path}: {}", page.status);
        assert!(!page.text().contains("adder"), "{path}");
    }
}

#[tokio::test]
async fn pages_are_not_kept_and_assets_are_kept_for_ever() {
    let house = House::new();
    let console = Console::of(&house);

    let page = console.get("/").await;
    let style = console.get(&ASSETS.style.path).await;
    let missing = console.get("/assets/style-000000000000.css").await;

    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(style.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(missing.status, 404);
    assert!(page.headers["content-security-policy"].contains("require-trusted-types-for 'script'"));
}

#[tokio::test]
async fn the_colours_are_chosen_by_a_link_and_kept_in_a_cookie() {
    let house = House::new();
    let console = Console::of(&house);

    let chosen = console.get("/theme?to=dark&back=%2Frecord%3Fshow%3Dall").await;
    let dark = console.ask("/", &[("cookie", "a=b; saraphina-theme=dark")]).await;
    let plain = console.ask("/", &[("cookie", "saraphina-theme=evil\"")]).await;
    let foreign = console.get("/theme?to=dark&back=%2F%2Fevil.example").await;

    assert_eq!((chosen.status, chosen.headers["location"].as_str()), (303, "/record?show=all"));
    assert!(chosen.headers["set-cookie"].starts_with("saraphina-theme=dark; Path=/;"));
    assert!(dark.text().contains("<html lang=\"en\" data-theme=\"dark\">"));
    assert!(plain.text().contains("<html lang=\"en\">"));
    assert_eq!(foreign.headers["location"], "/");
}

#[tokio::test]
async fn the_record_is_given_as_bytes_that_no_browser_takes_for_a_page() {
    let house = House::new();
    house.tested().await;
    let console = Console::of(&house);

    let entries = console.get("/record-entries/0").await;
    let head = console.get("/record-head").await;

    let stored = house.engine.context().store().unwrap().log_from(0, 100).await.unwrap();
    let mut bytes = Vec::new();
    for row in stored {
        bytes.extend_from_slice(&row.bytes);
        bytes.push(b'\n');
    }
    assert_eq!(entries.body, bytes);
    for page in [&entries, &head] {
        assert_eq!(page.headers["content-type"], "text/plain; charset=utf-8");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
    }
    assert!(head.text().contains("\n\n"));
}

#[tokio::test]
async fn the_stand_alone_verifier_needs_nothing_but_itself() {
    let house = House::new();
    let console = Console::of(&house);

    let page = console.get("/verify.html").await;

    assert_eq!(page.text(), VERIFIER_PAGE.as_str());
    assert!(page.headers["content-disposition"].starts_with("attachment"));
    for foreign in [
        "http://",
        "https://",
        "import(",
        "export async",
        "export class",
        "export function",
        " src=",
        "fetch(",
    ] {
        assert!(!page.text().contains(foreign), "{foreign}");
    }
    assert!(
        page.text().contains("async function openHead") && !page.text().contains("/* the check */")
    );
}

#[tokio::test]
async fn the_button_of_a_page_that_is_stale_decides_nothing_and_leads_to_what_is_there_now() {
    let house = House::in_memory().owner();
    let id = house.tested().await;
    let console = Console::of(&house);
    let hash = house.hash(&id).await;
    let without_reason = format!("proposal={id}&decision=reject&expect={hash}&words=");
    let stale = format!("proposal={id}&decision=approve&expect={}&words=", "0".repeat(64));
    let foreign = "proposal=%3Cb%3E&decision=approve&expect=000000000000&words=";

    let mut told = Vec::new();
    for fields in [without_reason.as_str(), stale.as_str(), foreign] {
        let page = console.submit("/sign", fields).await;
        let html = page.html();
        let links: Vec<&str> = html.all("a").filter_map(|tag| tag.get("href")).collect();
        let form = format!("/proposals/{id}?decision=");
        let leads_back = links.iter().any(|link| link.starts_with(&form));
        told.push((page.status, leads_back, html.text().contains("Back to the inbox")));
    }

    assert_eq!(told, [(400, true, false), (409, true, false), (404, false, true)]);
}
