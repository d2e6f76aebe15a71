//! Proposals of several files, in the real sandbox.

use foundation::providers::provider::Task;
use sandbox::toolchain::linter::Linter;
use serde_json::{Value, json};

use crate::support::boxed::{boxed, boxed_with};
use crate::support::house::House;
use crate::surfaces::process::Home;

const CIRCLE: (&str, &str) = (
    "circle.py",
    "\"\"\"Circles.\"\"\"\n\n\ndef area(radius):\n    \"\"\"The area of a circle.\"\"\"\n    return round(math.pi * radius**2, 2)\n",
);
const SQUARE: (&str, &str) = (
    "square.py",
    "\"\"\"Squares.\"\"\"\n\n\ndef area(side):\n    \"\"\"The area of a square.\"\"\"\n    return round(side * side, 2\n",
);
const MAIN: (&str, &str) = (
    "main.py",
    "\"\"\"Areas.\"\"\"\n\nfrom circle import area as circle_area\nfrom square import area as square_area\n\n\ndef line(size):\n    \"\"\"Both areas in words.\"\"\"\n    return \"areas: \" + (circle_area(size) + square_area(size))\n\n\nif __name__ == \"__main__\":\n    print(line(2))\n",
);
const TESTS: [(&str, &str); 3] = [
    (
        "test_circle.py",
        "from circle import area\n\n\ndef test_unit():\n    assert area(1) == 3.14\n\n\ndef test_two():\n    assert area(2) == 12.57\n",
    ),
    (
        "test_square.py",
        "from square import area\n\n\ndef test_unit():\n    assert area(1) == 1\n\n\ndef test_two():\n    assert area(2) == 4\n",
    ),
    (
        "test_main.py",
        "from main import line\n\n\ndef test_two():\n    assert line(2) == \"areas: 16.57\"\n",
    ),
];
/// No small edit makes a program of this.
const PROSE: (&str, &str) = (
    "rates.py",
    "Here is how the rates work: you would look them up in a table) and multiply (\nthem, then (see above) round the result to two digits.\n",
);
const PROSE_TESTS: (&str, &str) = (
    "test_rates.py",
    "from rates import rate\n\n\ndef test_rate():\n    assert rate('EUR') == 2\n",
);

fn reply(files: &[(&str, &str)]) -> String {
    let block = |(path, text): &(&str, &str)| {
        let tag = if *path == "requirements.txt" { "text" } else { "python" };
        format!("```{tag} title=\"{path}\"\n{text}```\n\n")
    };
    format!("Several files.\n\n{}", files.iter().map(block).collect::<String>())
}

fn answer(house: &House, files: &[(&str, &str)]) {
    house.provider.replies.lock().unwrap().push_back(reply(files));
}

async fn proposed(house: &House, files: &[(&str, &str)]) -> Value {
    answer(house, files);
    house.line("/propose-code areas, in several files").await.data()
}

/// Path, state and attempts of each file.
fn states(data: &Value) -> Vec<(String, Value, Value)> {
    let state = |file: &Value| {
        let path = file["path"].as_str().unwrap().to_owned();
        (path, file["healing"].clone(), file["attempts"].clone())
    };
    data["files"].as_array().unwrap().iter().map(state).collect()
}

#[tokio::test]
async fn a_missing_import_an_open_parenthesis_and_a_type_error_heal_in_three_files() {
    let house = boxed().await;
    let files: Vec<(&str, &str)> = [CIRCLE, SQUARE, MAIN].into_iter().chain(TESTS).collect();

    let stored = proposed(&house, &files).await;
    let healed = house.line("/auto-refine @ --strategy mechanical,search").await.data();

    assert_eq!(stored["entry_point"], "main.py");
    assert_eq!(
        (&healed["stop"], &healed["verdict"]),
        (&json!("passed"), &json!("passed")),
        "{healed:#}"
    );
    let state = |path: &str| (path.to_owned(), json!("healed"), json!(1));
    let found = states(&healed);
    let wanted = ["circle.py", "main.py", "square.py"].map(state);
    assert!(
        found
            .iter()
            .zip(&wanted)
            .all(|(found, wanted)| (&found.0, &found.1) == (&wanted.0, &wanted.1)),
        "{found:?}"
    );
    assert_eq!(found.len(), 3);
    let shown = house.line("/show-code @").await.data();
    let after: Vec<&Value> = shown["files"].as_array().unwrap().iter().collect();
    for (path, text) in TESTS {
        let file = after.iter().find(|file| file["path"] == path).unwrap();
        assert_eq!(file["content"], text, "the tests are sealed");
    }
}

#[tokio::test]
async fn each_file_has_its_own_results_in_answer_and_page() {
    let house = boxed_with(Linter::Pylint).await;
    let square = (
        SQUARE.0,
        "\"\"\"Squares.\"\"\"\n\n\ndef area(side):\n    \"\"\"The area.\"\"\"\n    if side < 0:\n        return None\n    return side * side\n",
    );
    let files: Vec<(&str, &str)> =
        [CIRCLE, square].into_iter().chain(TESTS[..2].to_vec()).collect();
    proposed(&house, &files).await;

    let report = house.line("/sandbox-code @").await.data();
    let page = house.line("/report-code @").await.page();

    let files = report["files"].as_array().unwrap();
    let of = |file: &Value| {
        let symbols: Vec<Value> =
            file["lint"].as_array().unwrap().iter().map(|issue| issue["symbol"].clone()).collect();
        (file["path"].clone(), file["failing"].clone(), file["missing"].clone(), symbols)
    };
    assert_eq!(
        files.iter().map(of).collect::<Vec<_>>(),
        [
            (
                json!("circle.py"),
                json!(["test_circle.py::test_two", "test_circle.py::test_unit"]),
                json!([]),
                vec![json!("undefined-variable")]
            ),
            (json!("square.py"), json!([]), json!([7]), vec![]),
        ]
    );
    assert_eq!(files[1]["coverage"], json!({"percent": 75.0, "covered": 3, "total": 4}));
    assert_eq!(files[1]["suspicion"], 0);
    let table: Vec<&str> = page
        .lines()
        .map(str::trim)
        .filter(|line| {
            line.starts_with("circle.py ")
                || line.starts_with("square.py ")
                || line.starts_with("File ")
        })
        .collect();
    insta::assert_snapshot!(table.join("\n"), @"
    File  Role  Size  Coverage  Lint  Failing tests  Healing
    circle.py  code  108 bytes, 6 lines  100.0 % (2/2)  1 message  2  none
    square.py  code  113 bytes, 8 lines  75.0 % (3/4)  0 messages  none  none
    ");
}

#[tokio::test]
async fn a_file_that_cannot_be_healed_stops_no_other() {
    let house = boxed().await;
    let all = [CIRCLE, SQUARE, PROSE, PROSE_TESTS, TESTS[0], TESTS[1]];
    proposed(&house, &all).await;
    for text in ["rates = (\n", "def rate(name):\n    return name\n"] {
        answer(&house, &[("rates.py", text)]);
    }

    let healed = house.line("/auto-refine @ --max-iterations 2").await;

    let exit = healed.exit();
    let healed = healed.data();
    assert_eq!(exit, 1, "{healed:#}");
    assert_eq!(healed["stop"], "attempts", "{healed:#}");
    let found = states(&healed);
    let state = |path: &str| found.iter().find(|(known, _, _)| known == path).unwrap().1.clone();
    assert_eq!(
        ["circle.py", "rates.py", "square.py"].map(state),
        [json!("healed"), json!("exhausted"), json!("healed")],
        "{healed:#}"
    );
    let notes = healed["notes"].as_array().unwrap();
    assert!(notes.contains(&json!("failing tests still touch these files: rates.py")), "{notes:?}");
    let report = house.line("/report-code @").await.data();
    assert_eq!((&report["tests"]["passed"], states(&report)), (&json!(4), found));
}

#[tokio::test]
async fn a_model_is_asked_first_for_the_file_whose_lines_only_failing_tests_run() {
    let house = boxed().await;
    let rates = (
        "rates.py",
        "\"\"\"Rates.\"\"\"\n\n\ndef cost(hours):\n    \"\"\"What hours cost.\"\"\"\n    if hours > 8:\n        return hours\n    return hours * 10\n",
    );
    let right = ("rates.py", &*rates.1.replace("return hours\n", "return 80 + (hours - 8) * 17\n"));
    let bill = (
        "bill.py",
        "\"\"\"Bills.\"\"\"\n\nimport rates\n\n\ndef total(hours, fee):\n    \"\"\"What all costs.\"\"\"\n    return rates.cost(hours) + fee\n",
    );
    let tests = (
        "test_bill.py",
        "from bill import total\n\n\ndef test_short():\n    assert total(2, 0) == 20\n\n\ndef test_long():\n    assert total(10, 1) == 115\n",
    );
    proposed(&house, &[bill, rates, tests]).await;
    answer(&house, &[right]);

    let healed = house.line("/auto-refine @ --strategy model --max-iterations 1").await.data();

    assert_eq!(healed["stop"], "passed", "{healed:#}");
    let asked = house.provider.asked.lock().unwrap();
    let Task::Repair(repair) = &asked.last().unwrap().task else { panic!("no repair") };
    assert_eq!(repair.code, rates.1);
}

#[tokio::test]
async fn files_without_tests_are_run_from_their_entry_point() {
    let house = boxed().await;
    let cart = (
        "shop/cart.py",
        "\"\"\"A cart.\"\"\"\n\n\ndef total(prices):\n    \"\"\"What it costs.\"\"\"\n    return sum(prices)\n",
    );
    let app = (
        "app.py",
        "\"\"\"Starts it.\"\"\"\n\nfrom shop.cart import total\n\nprint(\"total\", total([1, 2]))\n",
    );
    let broken = (
        "app.py",
        "\"\"\"Starts it.\"\"\"\n\nfrom shop.cart import total\n\nprint(\"total\", totl([1, 2]))\n",
    );

    let stored = proposed(&house, &[cart, app]).await;
    let passed = house.line("/sandbox-code @").await.data();
    proposed(&house, &[cart, broken]).await;
    let healed = house.line("/auto-refine @").await.data();

    assert_eq!((&stored["entry_point"], &stored["module"]), (&json!("app.py"), &json!("app")));
    assert_eq!(
        (&passed["verdict"], &passed["entry_point"]),
        (&json!("passed"), &json!("app.py")),
        "{passed:#}"
    );
    assert!(passed["output"]["stdout"].as_str().unwrap().contains("total 3"), "{passed:#}");
    assert_eq!(
        (&healed["stop"], &healed["entry_point"]),
        (&json!("passed"), &json!("app.py")),
        "{healed:#}"
    );
}

#[tokio::test]
async fn every_kind_of_entry_point_is_run() {
    let house = boxed().await;
    let tool = ("tool.py", "\"\"\"A tool.\"\"\"\n\nNAME = \"tool\"\n");
    let root =
        ("__main__.py", "\"\"\"Starts it.\"\"\"\n\nimport tool\n\nprint(\"root\", tool.NAME)\n");
    let package = (
        "shop/__main__.py",
        "\"\"\"Starts it.\"\"\"\n\nfrom . import bag\n\nprint(\"shop\", bag.NAME)\n",
    );
    let bag = ("shop/bag.py", "\"\"\"A bag.\"\"\"\n\nNAME = \"bag\"\n");
    let guard = (
        "zoo.py",
        "\"\"\"Starts it.\"\"\"\n\nimport tool\n\nif __name__ == \"__main__\":\n    print(\"zoo\", tool.NAME)\n",
    );
    let cases = [(tool, root, "root tool"), (bag, package, "shop bag"), (tool, guard, "zoo tool")];

    for (one, entry, printed) in cases {
        proposed(&house, &[one, entry]).await;
        let report = house.line("/sandbox-code @").await.data();

        assert_eq!(
            (&report["verdict"], &report["entry_point"]),
            (&json!("passed"), &json!(entry.0)),
            "{report:#}"
        );
        assert!(report["output"]["stdout"].as_str().unwrap().contains(printed), "{report:#}");
    }
}

#[tokio::test]
async fn a_refinement_replaces_the_files_that_it_names_and_keeps_the_others() {
    let house = House::new();
    let files: Vec<(&str, &str)> = [CIRCLE, SQUARE, MAIN].into_iter().chain(TESTS).collect();
    proposed(&house, &files).await;
    let better = ("square.py", "def area(side):\n    return side**2\n");
    let tests =
        ("test_square.py", "from square import area\n\n\ndef test_a():\n    assert area(3) == 9\n");
    answer(&house, &[better, tests, ("../evil.py", "x = 1\n"), ("shop/new.py", "x = 1\n")]);

    let refined = house.line("/refine-code @ a simpler square").await.data();

    let text = |path: &str| {
        let files = refined["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["path"] == path);
        file.map(|file| file["content"].as_str().unwrap().to_owned())
    };
    assert_eq!(text("square.py").as_deref(), Some(better.1));
    assert_eq!(text("test_square.py").as_deref(), Some(tests.1));
    assert_eq!(
        [text("circle.py"), text("main.py")],
        [CIRCLE, MAIN].map(|file| Some(file.1.to_owned()))
    );
    assert_eq!(refined["files"].as_array().unwrap().len(), 7, "{refined:#}");
    assert_eq!(
        (text("shop/new.py").as_deref(), refined["entry_point"].as_str()),
        (Some("x = 1\n"), Some("main.py"))
    );
    let asked = house.provider.asked.lock().unwrap();
    let prompt = foundation::providers::prompt::prompt(asked.last().unwrap()).user;
    assert!(prompt.contains("circle.py:") && prompt.contains("def line(size)"), "{prompt}");
}

#[tokio::test]
async fn what_the_sandbox_lacks_is_an_environment_question_and_nothing_is_installed() {
    let house = boxed().await;
    let app = (
        "app.py",
        "\"\"\"Serves.\"\"\"\n\nimport flask\n\nfrom pages import home\n\nprint(flask.Flask(home()))\n",
    );
    let pages = (
        "pages.py",
        "\"\"\"Pages.\"\"\"\n\n\ndef home():\n    \"\"\"The first.\"\"\"\n    return \"home\"\n",
    );
    let wanted = ("requirements.txt", "flask>=2\npytest>=7\njson\n-r more.txt\n");
    proposed(&house, &[app, pages, wanted]).await;

    let report = house.line("/sandbox-code @").await.data();
    let page = house.line("/report-code @").await.page();
    let planned = house.line("/auto-refine @ --dry-run").await.data();

    let found: Vec<&str> = report["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wanted| wanted["found"].as_str().unwrap())
        .collect();
    assert_eq!(found, ["missing", "installed", "standard_library", "not_understood"]);
    assert!(page.contains("Environment question"), "{page}");
    assert!(planned["diagnosis"].as_str().unwrap().contains("flask"), "{planned:#}");
    answer(&house, &[("app.py", app.1)]);
    house.line("/auto-refine @ --max-iterations 1").await.data();
    let asked = house.provider.asked.lock().unwrap();
    let repair = foundation::providers::prompt::prompt(asked.last().unwrap()).user;
    assert!(repair.contains("`flask` comes with flask, which the sandbox has not"), "{repair}");
}

#[test]
fn given_files_keep_their_paths_and_roles() {
    let home = Home::new();
    std::fs::create_dir(home.folder().join("shop")).unwrap();
    home.put("main.py", "import shop.cart\nprint(shop.cart.x)\n");
    home.put("shop/cart.py", "x = 1\n");
    let given = ["propose-code", "--dry-run", "--json", "--code", "main.py"];

    let alone = home.saraphina(&[&given[..], &["a shop"]].concat());
    let stored = home.saraphina(&[&given[..], &["--code", "shop/cart.py", "a shop"]].concat());

    assert_eq!(alone.code, Some(0), "{alone:?}");
    let stored: Value = serde_json::from_str(&stored.out).unwrap_or_else(|_| panic!("{stored:?}"));
    let file = |file: &Value| format!("{} {}", file["role"], file["path"]);
    let files: Vec<String> = stored["data"]["files"].as_array().unwrap().iter().map(file).collect();
    assert_eq!(
        (files, &stored["data"]["entry_point"]),
        (
            [r#""code" "main.py""#, r#""code" "shop/cart.py""#, r#""test" "test_main.py""#]
                .map(str::to_owned)
                .to_vec(),
            &json!("main.py")
        )
    );
}
