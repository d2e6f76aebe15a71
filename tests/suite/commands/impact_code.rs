//! `/impact-code`: what a change of a file, a name or a proposal reaches.

use record::domain::change_evidence::{ChangeEvidence, ControlTest, How};
use record::domain::changeset::Base;
use serde_json::Value;
use work::contract::error::ErrorKind;

use super::graph::SHAPES;
use super::repository::knowing;
use crate::memory::history::{add, of_pairs, remembering};
use crate::repository::sample::Sample;
use crate::support::house::House;
use crate::support::project::Project;

fn paths(files: &Value) -> Vec<&str> {
    files.as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_file_reaches_what_changed_with_it_with_reasons_and_a_chance() {
    let sample = of_pairs(180);
    let house = remembering(&sample).await;

    let impact = house
        .line(&format!("/impact-code shop/cart.py --repo {}", sample.root().display()))
        .await
        .data();

    assert_eq!(paths(&impact["likely"])[0], "tests/test_cart.py");
    let first = &impact["likely"][0];
    assert!(first["chance"].as_f64().unwrap() > 0.9, "{first}");
    let reasons: Vec<&str> =
        first["reasons"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(
        reasons[0].starts_with("changed with shop/cart.py in 120 of 120 commits, last "),
        "{reasons:?}"
    );
    assert!(reasons.contains(&"mentions total of shop/cart.py"), "{reasons:?}");
    assert!(reasons.contains(&"imports tests/test_cart.py → shop/cart.py"), "{reasons:?}");
    assert!(reasons.contains(&"test of the name of shop/cart.py"), "{reasons:?}");
    assert_eq!(paths(&impact["tests"]), ["tests/test_cart.py"]);
    assert_eq!(impact["owners"][0]["name"], "Ada");
    assert_eq!(impact["calibrated_on"], 180 - 1);
    let chance = |path: &str| {
        let files = impact["likely"].as_array().unwrap();
        files.iter().find(|file| file["path"] == path).and_then(|file| file["chance"].as_f64())
    };
    assert!(chance("shop/other.py").unwrap() < 0.5, "{impact:#}");
}

#[tokio::test]
async fn a_name_reaches_the_places_that_call_and_import_it() {
    let sample = of_pairs(3);
    let house = remembering(&sample).await;
    let root = sample.root();

    let impact = house.line(&format!("/impact-code rate --repo {}", root.display())).await.data();
    let unknown =
        house.line(&format!("/impact-code nothing_such --repo {}", root.display())).await.refusal();

    let place = |place: &Value| {
        format!(
            "{}:{} {} {}",
            place["path"].as_str().unwrap(),
            place["line"],
            place["does"].as_str().unwrap(),
            place["certain"]
        )
    };
    let places: Vec<String> = impact["breaks"].as_array().unwrap().iter().map(place).collect();
    assert_eq!(places, ["shop/cart.py:1 imports true", "shop/cart.py:7 calls true"]);
    assert_eq!(impact["names"][0]["before"], "def rate()");
    assert_eq!(
        (&impact["calibrated_on"], &impact["likely"][0]["chance"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(unknown.0, ErrorKind::NotFound);
}

fn breaks(impact: &Value) -> Vec<String> {
    let place = |place: &Value| {
        format!(
            "{}:{} {}",
            place["path"].as_str().unwrap(),
            place["line"],
            place["does"].as_str().unwrap()
        )
    };
    impact["breaks"].as_array().unwrap().iter().map(place).collect()
}

#[tokio::test]
async fn a_class_breaks_where_it_is_extended_or_used_and_in_its_own_file() {
    let sample = Sample::with(SHAPES);
    let house = remembering(&sample).await;
    let root = sample.root();
    let ask = |what: &str| format!("/impact-code {what} --repo {}", root.display());

    let class = house.line(&ask("Base")).await.data();
    let constant = house.line(&ask("X")).await.data();
    let file = house.line(&ask("shop/base.py")).await.data();

    assert_eq!(
        breaks(&class),
        [
            "shop/__init__.py:1 imports",
            "shop/base.py:3 calls",
            "shop/base.py:9 extends",
            "shop/user.py:1 imports",
            "shop/user.py:4 uses",
            "shop/user.py:7 uses",
            "shop/user.py:9 uses",
            "tests/test_base.py:4 extends",
            "tests/util.py:5 calls",
        ]
    );
    // The parameter of that name is another thing.
    assert_eq!(breaks(&constant), ["shop/user.py:2 imports"]);
    assert!(breaks(&file).iter().all(|place| !place.starts_with("shop/base.py")), "{file:#}");
    assert_eq!(paths(&class["tests"]), ["tests/test_base.py"]);
}

/// A name of another package is another name.
#[tokio::test]
async fn what_hangs_on_an_import_from_elsewhere_is_no_certain_break() {
    let sample = Sample::with(&[
        ("shop/sums.py", "class Tally:\n    pass\n\nclass Parser:\n    pass\n"),
        ("shop/near.py", "from shop import sums\n\ndef near():\n    return sums.Tally()\n"),
        ("shop/far.py", "import tallies\n\ndef far():\n    return tallies.Tally()\n"),
        ("shop/own.py", "import argparse\n\ndef own():\n    return argparse.Parser()\n"),
        ("cast/number.go", "package cast\n\ntype Number int\n"),
        ("cast/near.go", "package cast\n\nfunc near(n Number) Number { return n }\n"),
        (
            "cast/far.go",
            "package cast\n\nimport (\n\t\"encoding/json\"\n)\n\nfunc far(n json.Number) json.Number { return n }\n",
        ),
        ("src/door.rs", "pub struct Open;\npub fn knock() -> u8 { 1 }\n"),
        (
            "src/lib.rs",
            "mod door;\nenum State { Open, Shut }\nfn is(s: State) -> bool { matches!(s, State::Open) }\n",
        ),
        ("src/told.rs", "use crate::door;\nfn told() -> String { door::knock().to_string() }\n"),
    ]);
    let house = remembering(&sample).await;
    let told = async |what: &str| -> Vec<String> {
        let ask = format!("/impact-code {what} --repo {}", sample.root().display());
        let impact = house.line(&ask).await.data();
        let word = |place: &Value| if place["certain"] == true { "" } else { " unsure" };
        let places = impact["breaks"].as_array().unwrap().iter();
        places
            .map(|place| {
                format!("{}:{}{}", place["path"].as_str().unwrap(), place["line"], word(place))
            })
            .collect()
    };

    assert_eq!(told("Tally").await, ["shop/far.py:4 unsure", "shop/near.py:4"]);
    assert_eq!(told("Parser").await, [""; 0]);
    assert_eq!(told("Number").await, ["cast/near.go:3"]);
    assert_eq!(told("Open").await, [""; 0]);
    assert_eq!(told("src/door.rs").await, ["src/told.rs:2"]);
}

#[tokio::test]
async fn names_that_much_else_has_do_not_hide_what_breaks() {
    let sample = Sample::with(&[
        ("shop/store.py", "class Store:\n    def get(self): pass\n    def held_by(self): pass\n"),
        ("shop/near.py", "from shop.store import Store\ndef near(s): return s.get()\n"),
        ("shop/far.py", "def far(s): return {}.get(s.held_by())\n"),
    ]);
    let house = remembering(&sample).await;
    let ask = |what: &str| format!("/impact-code {what} --repo {}", sample.root().display());

    let file = house.line(&ask("shop/store.py")).await.data();
    let name = house.line(&ask("Store.get")).await.data();

    let near = ["shop/near.py:1 imports", "shop/near.py:2 calls"];
    assert_eq!(breaks(&file), [&["shop/far.py:1 calls"][..], &near].concat());
    assert_eq!(file["breaks"][0]["name"], "held_by");
    assert_eq!(file["unclear"], serde_json::json!(["get"]));
    assert_eq!(breaks(&name), ["shop/far.py:1 calls", "shop/near.py:2 calls"]);
    assert_eq!(name["breaks"][1]["certain"], false);
}

#[tokio::test]
async fn files_of_one_go_package_need_no_import() {
    let sample = Sample::with(&[
        (
            "shop/store.go",
            "package shop\n\ntype Store struct{}\n\nfunc (s Store) Get() int { return 1 }\n",
        ),
        ("shop/near.go", "package shop\n\nfunc near(s Store) int { return s.Get() }\n"),
        ("far/far.go", "package far\n\nfunc far(m thing) int { return m.Get() }\n"),
    ]);
    let house = remembering(&sample).await;

    let root = sample.root();
    let file =
        house.line(&format!("/impact-code shop/store.go --repo {}", root.display())).await.data();

    assert_eq!(file["unclear"], serde_json::json!(["Get"]));
    assert_eq!(breaks(&file), ["shop/near.go:3 calls", "shop/near.go:3 uses"]);
}

#[tokio::test]
async fn a_file_is_not_its_own_companion_and_a_commit_counts_once_for_several_files() {
    let sample = Sample::new();
    for (n, name) in ["Se\u{301}b", "S\u{e9}b", "S\u{e9}b", "Bob"].iter().enumerate() {
        sample.write("CHANGES.md", format!("{n}\n"));
        sample.write("LOG.md", format!("{n}\n"));
        sample.write("a.py", format!("def a():\n    return {n}\n"));
        sample.write("b.py", format!("def a():\n    return {n}\n"));
        sample.git(&["add", "--all"]);
        let author = format!("--author={name} <someone@example.org>");
        sample.git(&["commit", "--quiet", "-m", "all", &author]);
    }
    let house = remembering(&sample).await;
    let root = sample.root();

    let changes =
        house.line(&format!("/impact-code CHANGES.md --repo {}", root.display())).await.data();
    let both = house.line(&format!("/impact-code a --repo {}", root.display())).await.data();

    assert_eq!(paths(&changes["companions"]), ["LOG.md"]);
    let people: Vec<(&Value, &Value)> = both["owners"]
        .as_array()
        .unwrap()
        .iter()
        .map(|owner| (&owner["name"], &owner["commits"]))
        .collect();
    assert_eq!(people, [(&"S\u{e9}b".into(), &3.into()), (&"Bob".into(), &1.into())]);
}

#[tokio::test]
async fn a_proposal_runs_its_own_tests_first() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    house.line("/build-graph shop").await.data();
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let id = house.line(line).await.data()["proposal_id"].as_str().unwrap().to_owned();

    let impact = house.line(&format!("/impact-code {id}")).await.data();

    assert_eq!(paths(&impact["tests"])[0], "tests/test_cart.py");
    assert_eq!(impact["tests"][0]["reasons"][0], "the change itself alters it");
}

#[tokio::test]
async fn a_proposal_reaches_what_uses_the_names_that_it_alters() {
    let project = Project::new();
    project.git(&["checkout", "--quiet", "-b", "rename"]);
    let code =
        project.read("shop/cart.py").replace("def mean(prices)", "def mean(prices, weights)");
    project.write("shop/cart.py", code);
    project.commit("Weigh the mean");
    project.git(&["checkout", "--quiet", "main"]);
    let house = knowing(&project).await;
    house.line("/build-graph shop").await.data();
    let id =
        house.line("/propose-code --repo shop --range main..rename").await.data()["proposal_id"]
            .clone();

    let impact = house.line(&format!("/impact-code {}", id.as_str().unwrap())).await.data();

    assert_eq!(impact["files"], serde_json::json!(["shop/cart.py"]));
    assert_eq!(
        impact["names"],
        serde_json::json!([{"name": "mean", "before": "def mean(prices)", "after": "def mean(prices, weights)"}])
    );
    assert_eq!(paths(&impact["breaks"]), ["tests/test_cart.py", "tests/test_cart.py"]);
    assert_eq!(impact["tests"][0]["reasons"][0], "calls mean");
}

/// A house whose only execution of a change showed which tests ran and noticed it.
async fn observed(project: &Project) -> House {
    let mut house = knowing(project).await;
    let line = "/propose-code --repo shop --range main..fix Give nothing the mean 0";
    let id = house.line(line).await.data()["proposal_id"].as_str().unwrap().to_owned();
    house.line(&format!("/sandbox-code {id}")).await.data();
    let id = |digit: &str| digit.repeat(40).parse().unwrap();
    let base = Base { commit: id("1"), tree: id("2") };
    let mut change = ChangeEvidence::of("shop".parse().unwrap(), base);
    let test = "tests/test_cart.py::test_mean_of_nothing".to_owned();
    let ran = |line: u32| (format!("shop/cart.py:{line}"), vec![test.clone()]);
    change.changed_lines.by_test = [ran(8), ran(9)].into();
    change.control.tests = vec![ControlTest { id: test.clone(), how: How::Assertion }];
    let change = serde_json::to_string(&change).unwrap().replace('\'', "''");
    let sql = format!(
        "UPDATE executions SET evidence = json_set(evidence, '$.change', json('{change}'))"
    );
    house.tamper(&sql).await;
    house.reopen();
    house
}

#[tokio::test]
async fn tests_that_were_seen_to_notice_or_run_it_come_first() {
    let project = Project::with_fix();
    let house = observed(&project).await;

    let built = house.line("/build-graph shop").await.data();
    let again = house.line("/build-graph shop").await.data();
    let of_name = house.line("/impact-code mean --repo shop").await.data();
    let of_other = house.line("/impact-code total --repo shop").await.data();
    let graph = house.line("/graph shop shop/cart.py").await.data();

    assert_eq!(
        (&built["tests"], &again["tests"], &again["parsed"]),
        (&1.into(), &1.into(), &0.into())
    );
    assert_eq!(paths(&of_name["tests"]), ["tests/test_cart.py"]);
    let first = of_name["tests"][0]["reasons"][0].as_str().unwrap();
    let wanted = "tests/test_cart.py::test_mean_of_nothing failed without a change of it (exec_";
    assert!(first.starts_with(wanted), "{first}");
    assert_eq!(of_other["tests"][0]["reasons"][0], "calls total");
    let kinds: std::collections::BTreeSet<&str> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["kind"].as_str().unwrap())
        .collect();
    for wanted in ["proposed_by", "shown_by", "noticed"] {
        assert!(kinds.contains(wanted), "{wanted}: {kinds:?}");
    }
}

#[tokio::test]
async fn what_is_no_change_of_a_repository_and_limits_that_are_none_are_refused() {
    let house = House::new();
    let id = house.proposed().await;

    let plain = house.line(&format!("/impact-code {id}")).await.refusal();
    let limit = house.line("/impact-code a.py --limit 0").await.refusal();

    assert_eq!((plain.0, limit.0), (ErrorKind::State, ErrorKind::Usage));
}

#[tokio::test]
async fn a_file_that_defines_the_name_itself_and_imports_nothing_means_its_own() {
    let sample = Sample::with(&[
        ("shop/quote.py", "def quoted(text): return repr(text)\n"),
        ("shop/other.py", "def quoted(text): return text\ndef say(text): return quoted(text)\n"),
        ("shop/user.py", "from shop.quote import quoted\ndef told(text): return quoted(text)\n"),
    ]);
    let house = remembering(&sample).await;

    let line = format!("/impact-code shop/quote.py --repo {}", sample.root().display());
    let file = house.line(&line).await.data();

    assert_eq!(breaks(&file), ["shop/user.py:1 imports", "shop/user.py:2 calls"]);
}

/// A lock has no score of its own: its chance is how often it came along of late.
#[tokio::test]
async fn what_comes_along_has_the_chance_that_its_own_commits_show() {
    let sample = of_pairs(90);
    let both = |n: usize| {
        let lock = |n| ("Pack.lock".to_owned(), format!("{n}\n"));
        let list = ("Pack.toml".to_owned(), format!("{n}\n"));
        let files = if n.is_multiple_of(5) { vec![list] } else { vec![list, lock(n)] };
        (format!("Pack {n}"), files)
    };
    let root = sample.root();
    add(&root, &(0..20).map(both).collect::<Vec<_>>());
    let house = remembering(&sample).await;

    let impact =
        house.line(&format!("/impact-code Pack.toml --repo {}", root.display())).await.data();

    assert_eq!(paths(&impact["companions"]), ["Pack.lock"]);
    // 16 of 20 commits, by the rule of succession.
    let chance = impact["companions"][0]["chance"].as_f64().unwrap();
    assert!((chance - 17.0 / 22.0).abs() < 1e-3, "{impact:#}");
}
