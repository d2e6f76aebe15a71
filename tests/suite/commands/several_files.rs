//! Proposals of several files, wherever they are shown.

use record::domain::evidence::{LintIssue, Severity, Share};
use serde_json::{Value, json};

use crate::support::fakes::{Doing, failing, passing};
use crate::support::house::House;

/// Its name acts in HTML, and turns text around on a terminal.
const HOSTILE: &str = "<i>&\u{202e}.py";

/// Two code files, one of them hostile by name, a test and hostile requirements, with evidence on each.
async fn tested(house: &House) -> String {
    let given = [
        ("--code", "main.py", "import shop\nprint(shop)\n"),
        ("--code", HOSTILE, "x = 1\n\nif x:\n    y = 2"),
        ("--tests", "test_main.py", "def test_one():\n    assert True\n"),
        ("--file", "requirements.txt", "flask>2\u{202e}<b>\npytest>=7\n"),
    ];
    let flags = given.map(|(flag, name, text)| format!("{flag} {}", house.file(name, text)));
    let stored = house.line(&format!("/propose-code {} a shop", flags.join(" "))).await.data();
    let mut evidence = failing("main.py:2: NameError");
    evidence.coverage.as_mut().unwrap().files = [
        ("main.py".to_owned(), Share { percent: 100.0, covered: 2, total: 2 }),
        (HOSTILE.to_owned(), Share { percent: 66.67, covered: 2, total: 3 }),
    ]
    .into();
    evidence.lint.issues = vec![LintIssue {
        path: Some(HOSTILE.to_owned()),
        line: 3,
        column: 0,
        symbol: "using-constant-test".to_owned(),
        severity: Severity::Warning,
        message: "it is <always> so".to_owned(),
        ran: false,
    }];
    house.doing(Doing::Give(Box::new(evidence)));
    let id = stored["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();
    id
}

/// The lines on files and requirements, and on where the program starts.
fn lines(page: &str) -> Vec<String> {
    let marks =
        ["File  ", "Entry point", " bytes, ", "Requirement  ", "  not understood", "  installed"];
    let is_one = |line: &&str| marks.iter().any(|mark| line.contains(mark));
    page.lines().map(str::trim).filter(is_one).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_file_stands_on_each_page_with_its_role_size_and_results() {
    let house = House::new();
    let id = tested(&house).await;

    let shown = house.line(&format!("/show-code {id}")).await.page();
    let reported = house.line(&format!("/report-code {id}")).await.page();
    let asked = house
        .line(&format!("/approve-code {id} --allow-hidden --despite \"the test is wrong\""))
        .await
        .error();

    let decided_on = asked.confirmation.unwrap().page.plain();
    insta::assert_snapshot!(lines(&decided_on).join("\n"), @r"
    Entry point: main.py
    File  Role  Size  Coverage  Lint  Failing tests  Healing
    <i>&\u{202e}.py  code  22 bytes, 4 lines  66.7 % (2/3)  1 message  none  none
    main.py  code  24 bytes, 2 lines  100.0 % (2/2)  0 messages  1  none
    requirements.txt  support  24 bytes, 2 lines  -  -  -  -
    test_main.py  test  32 bytes, 2 lines  -  -  -  -
    Requirement  In the sandbox
    flask>2\u{202e}<b>  not understood
    pytest>=7  installed (9.2.0)
    ");
    assert_eq!((lines(&shown), lines(&reported)), (lines(&decided_on), lines(&decided_on)));
}

#[tokio::test]
async fn the_html_report_lists_every_file_and_nothing_acts_in_it() {
    let house = House::new();
    let id = tested(&house).await;

    let report = house.line(&format!("/report-code {id} --format html")).await.data();

    let html = report["document"].as_str().unwrap();
    let rows: Vec<&str> = html
        .lines()
        .filter(|line| line.contains("lines</td>") || line.contains(">flask"))
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
    <tr><td class="">&lt;i&gt;&amp;\u{202e}.py</td><td class="">code</td><td class="">22 bytes, 4 lines</td><td class="">66.7 % (2/3)</td><td class="">1 message</td><td class="">none</td><td class="">none</td></tr>
    <tr><td class="">main.py</td><td class="">code</td><td class="">24 bytes, 2 lines</td><td class="">100.0 % (2/2)</td><td class="">0 messages</td><td class="bad">1</td><td class="">none</td></tr>
    <tr><td class="">requirements.txt</td><td class="">support</td><td class="">24 bytes, 2 lines</td><td class="dim">-</td><td class="dim">-</td><td class="dim">-</td><td class="dim">-</td></tr>
    <tr><td class="">test_main.py</td><td class="">test</td><td class="">32 bytes, 2 lines</td><td class="dim">-</td><td class="dim">-</td><td class="dim">-</td><td class="dim">-</td></tr>
    <tr><td class="">flask&gt;2\u{202e}&lt;b&gt;</td><td class="warn">not understood</td></tr>
    "#);
    for acting in ["<i>", "<b>", "<always>", "\u{202e}"] {
        assert!(!html.contains(acting), "{acting}: {html}");
    }
}

#[tokio::test]
async fn programs_read_the_same_of_every_file() {
    let house = House::new();
    let id = tested(&house).await;

    let shown = house.show(&id).await;
    let report = house.line(&format!("/report-code {id}")).await.data();

    let file = |path: &str, role: &str, size_bytes: u64, lines: u64| json!({"path": path, "role": role, "size_bytes": size_bytes, "lines": lines});
    let listed = json!([
        file(HOSTILE, "code", 22, 4),
        file("main.py", "code", 24, 2),
        file("requirements.txt", "support", 24, 2),
        file("test_main.py", "test", 32, 2),
    ]);
    let of = |answer: &Value, results: &str| {
        ["entry_point", "listed", "requirements", results].map(|name| answer[name].clone())
    };
    assert_eq!(of(&shown, "results"), of(&report, "files"));
    assert_eq!((&shown["listed"], &shown["entry_point"]), (&listed, &json!("main.py")));
    let lint = |file: &Value| file["lint"].as_array().unwrap().len();
    assert_eq!(shown["results"].as_array().unwrap().iter().map(lint).collect::<Vec<_>>(), [1, 0]);
}

#[tokio::test]
async fn one_code_file_and_a_revision_without_execution_say_no_more_than_there_is() {
    let house = House::new();
    let one = house.tested().await;
    let shown = house.show(&one).await;
    let id = tested(&house).await;
    house
        .line(&format!("/refine-code {id} --code {} more", house.file("main.py", "x = 1\n")))
        .await
        .data();

    let unexecuted = house.show(&id).await;

    assert_eq!([&shown["listed"], &shown["results"], &shown["entry_point"]], [&Value::Null; 3]);
    assert_eq!([&unexecuted["results"], &unexecuted["requirements"]], [&Value::Null; 2]);
    assert_eq!(unexecuted["listed"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn failing_tests_are_counted_where_they_touch_a_file_and_not_where_none_ran() {
    let house = House::new();
    let id = tested(&house).await;
    let mut elsewhere = failing("E   assert 1 == 2");
    elsewhere.tests.cases.last_mut().unwrap().id = "tests/test_old.py::test_it".to_owned();
    let mut unreported = passing();
    unreported.tests.missing = vec!["test_main.py::test_one".to_owned()];

    house.doing(Doing::Give(Box::new(elsewhere)));
    let unsure = house.line(&format!("/sandbox-code {id}")).await.page();
    house.doing(Doing::Give(Box::new(unreported)));
    let unrun = house.line(&format!("/sandbox-code {id}")).await.data();

    assert_eq!(unsure.matches("not known").count(), 2, "{unsure}");
    assert_eq!(unrun["files"][0]["failing"], json!([]));
}
