//! Hostile text in every field that a model, a repository or code under test can fill stays text.

use std::fmt::Write as _;

use record::domain::evidence::{Finding, LintIssue, Severity, TestOutcome};
use record::domain::hidden::is_hidden;

use super::html::Html;
use super::visits::Console;
use crate::commands::repository::knowing;
use crate::support::fakes::{Doing, failing};
use crate::support::house::House;
use crate::support::project::Project;

/// Characters that act on a reader or a parser, each put into several surroundings below.
const SEEDS: &[&str] = &[
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><b onmouseover=alert(1)>",
    "' onfocus=alert(1) autofocus='",
    "javascript:alert(1)",
    "</pre></td></table><h1>owned</h1>",
    "<!-- -->",
    "]]><x>",
    "&lt;script&gt;&amp;",
    "&#60;script&#62;",
    "{{ 7 * 7 }} {% raw %}",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<form action=//evil.example>",
    "<iframe srcdoc=x>",
    "\u{202e}desrever",
    "\u{2066}isolated\u{2069}",
    "zero\u{200b}width\u{feff}",
    "soft\u{ad}hyphen",
    "tag\u{e0041}\u{e0042}",
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "carriage\rreturn",
];

/// A seed alone and in surroundings that matter to a parser.
fn around(seed: &str) -> [String; 5] {
    [
        seed.to_owned(),
        format!("a {seed} b"),
        format!("\"{seed}\""),
        format!("x'{seed}'`{seed}`"),
        format!("{seed}{seed}\n{seed}"),
    ]
}

fn without_line_ends(text: &str) -> String {
    text.replace(['\n', '\r', '\0'], " ")
}

/// A run whose every text holds the string.
fn run(text: &str) -> Doing {
    let mut evidence = failing(text);
    evidence.tests.cases[0].id = format!("test_adder.py::{text}");
    evidence.tests.cases[0].outcome = TestOutcome::Skipped;
    evidence.tests.missing = vec![text.to_owned()];
    // The record bounds the name of a tool.
    evidence.lint.tool = text.split(" | ").next().unwrap().to_owned();
    evidence.lint.issues = vec![LintIssue {
        line: 1,
        column: 1,
        symbol: text.to_owned(),
        severity: Severity::Warning,
        message: text.to_owned(),
        path: Some(text.to_owned()),
        ran: false,
    }];
    let finding = Finding { code: text.to_owned(), message: text.to_owned() };
    evidence.integrity.findings = vec![finding];
    evidence.guarantees.0.insert(text.to_owned(), text.to_owned());
    evidence.environment.0.insert(text.to_owned(), text.to_owned());
    text.clone_into(&mut evidence.output.stdout);
    text.clone_into(&mut evidence.output.stderr);
    Doing::Give(Box::new(evidence))
}

/// Fills every field with the string; the proposal.
async fn filled(house: &House, text: &str) -> String {
    let line = without_line_ends(text);
    let code = format!("def add(a, b):\n    return a + b  # {line}\n");
    let tests =
        format!("from adder import add\n\n\ndef test_add():\n    assert add(1, 2), '''{line}'''\n");
    let reply = format!(
        "It adds. {text}\n\nCode:\n```python\n{code}```\n\nTests:\n```python\n{tests}```\n"
    );
    house.provider.replies.lock().unwrap().push_back(reply);
    let data = house.line(&format!("/propose-code {line}")).await.data();
    let id = data["proposal_id"].as_str().unwrap().to_owned();
    house.doing(run(text));
    house.line(&format!("/sandbox-code {id}")).await;
    house.line(&format!("/reject-code {id} {line}")).await;
    id
}

#[tokio::test]
async fn a_hundred_and_thirty_hostile_strings_stay_text_in_every_field() {
    let house = House::in_memory();
    let console = Console::of(&house);
    let mut faults = Vec::new();
    let mut strings = 0;

    for seed in SEEDS {
        let texts = around(seed);
        strings += texts.len();
        let id = filled(&house, &texts.join(" | ")).await;
        for address in [
            format!("/proposals/{id}"),
            format!("/proposals/{id}?view=split&from=0"),
            format!("/runs/{id}"),
        ] {
            let page = console.get(&address).await;
            let wanted = texts.iter().map(|text| shown(&without_line_ends(text)));
            faults.extend(wanted.flat_map(|wanted| found(page.text(), &wanted, &address)));
        }
    }
    for address in ["/", "/?show=decided", "/?show=all", "/record", "/runs", "/search?q=add"] {
        faults.extend(found(console.get(address).await.text(), "", address));
    }

    assert_eq!(strings, 130);
    assert_eq!(faults, Vec::<String>::new());
}

/// What a page shows of a text, before its entities.
fn shown(text: &str) -> String {
    record::domain::text::Untrusted(text.trim()).terminal()
}

fn found(html: &str, wanted: &str, address: &str) -> Vec<String> {
    let page = Html::read(html);
    let mut faults = page.faults();
    let acts =
        |symbol: char| (symbol.is_control() && !"\n\t".contains(symbol)) || is_hidden(symbol);
    faults
        .extend(html.chars().find(|symbol| acts(*symbol)).map(|symbol| format!("{symbol:?} acts")));
    if !page.text().contains(wanted) {
        faults.push(format!("{wanted:?} is not shown"));
    }
    faults.into_iter().map(|fault| format!("{address}: {fault}")).collect()
}

#[tokio::test]
async fn what_a_repository_says_of_its_lines_is_text_too() {
    let project = Project::new();
    let mut lines = String::new();
    for (at, seed) in SEEDS.iter().enumerate() {
        writeln!(lines, "line_{at} = {at}").unwrap();
        project.write("shop/said.py", &lines);
        project.commit(&format!("{seed} said by commit {at}"));
    }
    let house = knowing(&project).await;
    house.line("/build-graph shop").await.data();
    let console = Console::of(&house);
    let mut faults = Vec::new();

    for at in 0..SEEDS.len() {
        let address = format!("/repositories/shop/memory?path=shop%2Fsaid.py&line={}", at + 1);
        let page = console.get(&address).await;
        faults.extend(found(page.text(), &format!("said by commit {at}"), &address));
    }

    assert_eq!(faults, Vec::<String>::new());
}

#[tokio::test]
async fn what_an_address_asks_is_text_too() {
    let house = House::new();
    let console = Console::of(&house);

    for seed in SEEDS {
        let escaped = seed.bytes().map(|byte| format!("%{byte:02X}"));
        let asked = escaped.collect::<Vec<_>>().concat();
        for path in [
            "/search?q=",
            "/knowledge?q=",
            "/?show=",
            "/?before=",
            "/record?proposal=",
            "/proposals/",
            "/runs/",
            "/knowledge/",
            "/repositories/",
            "/statistics/",
        ] {
            let page = console.ask(&format!("{path}{asked}"), &[("accept", "text/html")]).await;

            // The gate refuses an address that is no readable text, and not with a page.
            let is_refused = page.text().contains("the address is not readable text")
                && page.headers["content-type"] == "application/json";
            let is_page = !is_refused
                && [200, 404].contains(&page.status)
                && found(page.text(), "", path).is_empty();
            assert!(is_refused || is_page, "{path}{asked}: {} {}", page.status, page.text());
        }
    }
}
