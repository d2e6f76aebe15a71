//! `/review-code`.

use work::contract::error::ErrorKind;

use crate::commands::repository::knowing;
use crate::commands::scan_code::rules;
use crate::support::house::{CODE, House, TESTS};
use crate::support::project::{CART, MENDED, Project};

#[tokio::test]
async fn a_file_of_a_repository_is_held_against_its_head() {
    let project = Project::new();
    let house = knowing(&project).await;
    project.write("shop/cart.py", CART.replace("def mean(prices)", "def mean(prices, rate)"));
    let path = project.at("shop/cart.py").display().to_string();

    let data = house.line(&format!("/review-code {path}")).await.data();
    let clean = house.line("/review-code --repo shop shop/cart.py").await.data();

    assert_eq!(rules(&data), ["public_surface shop/cart.py:8"]);
    assert_eq!(data["findings"][0]["message"], "mean: the parameter rate is newly required");
    assert_eq!(data["findings"][0]["next"], "/impact-code shop/cart.py --repo shop");
    assert!(data["notes"].to_string().contains("no graph yet: run /build-graph"), "{data}");
    assert_eq!(rules(&clean), Vec::<String>::new());
    let told = clean["notes"].to_string();
    assert!(told.contains("shop/cart.py is looked at as HEAD has it"), "{told}");
    assert!(!data["notes"].to_string().contains("as HEAD has it"), "{data}");
}

#[tokio::test]
async fn a_change_is_held_against_its_base_and_a_proposal_against_the_revision_before() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    project.write("shop/cart.py", MENDED.replace("def total(prices)", "def sums(prices)"));
    let change = house.line("/propose-code --repo shop --worktree rename it").await.data();
    let id = change["proposal_id"].as_str().unwrap().to_owned();
    house.reply(CODE, TESTS);
    house.line("/propose-code an adder for two numbers").await.data();
    house.reply("def add(a):\n    return eval(a)\n", TESTS);
    house.line("/refine-code @ take text").await.data();

    let of_change = house.line(&format!("/review-code {id}")).await.data();
    let of_revision = house.line("/review-code @").await.data();

    assert_eq!(rules(&of_change)[0], "public_surface shop/cart.py:1");
    assert_eq!(of_change["findings"][0]["message"], "total: the function is gone");
    let found = rules(&of_revision);
    assert!(found.iter().any(|it| it.starts_with("public_surface")), "{found:?}");
    assert!(found.iter().any(|it| it.starts_with("S307")), "{found:?}");
}

#[tokio::test]
async fn remarks_of_a_model_are_an_opinion_and_cite_lines_that_are_there() {
    let house = House::new();
    let file = house.file("cart.py", CART);
    let said = "{\"remarks\": [{\"kind\": \"bug\", \"severity\": \"high\", \"line\": 9, \"message\": \"nothing has no mean\"},\
        {\"kind\": \"bug\", \"line\": 900, \"message\": \"no such line\"}, {\"kind\": \"quality\", \"message\": \"no line\"}]}";
    house.provider.replies.lock().unwrap().push_back(said.to_owned());

    let data = house.line(&format!("/review-code --opinion {file}")).await.data();

    let remarks = data["opinion"]["remarks"].as_array().unwrap();
    assert_eq!((remarks.len(), remarks[0]["line"].as_u64()), (1, Some(9)));
    assert_eq!(data["opinion"]["dropped"].as_u64(), Some(2));
    assert!(!rules(&data).iter().any(|it| it.contains("mean")), "{data}");
    assert_eq!(house.kinds().await.last().copied(), Some("llm.call"));
}

#[tokio::test]
async fn what_is_no_file_and_no_proposal_is_refused_by_name() {
    let project = Project::new();
    let house = knowing(&project).await;
    let outside = house.file("cart.py", CART);
    let inside = project.at("shop/cart.py").display().to_string();

    let gone = house.line("/review-code nowhere.py").await.refusal();
    let unknown = house.line("/review-code 7c2e").await.refusal();
    let absent = house.line("/review-code --repo shop nowhere.py").await.refusal();
    let mixed = house.line(&format!("/review-code {inside} {outside}")).await.refusal();

    assert_eq!(
        [gone.0, unknown.0, absent.0, mixed.0],
        [ErrorKind::NotFound, ErrorKind::NotFound, ErrorKind::Usage, ErrorKind::Usage]
    );
}

#[tokio::test]
async fn a_file_of_a_project_that_is_not_known_is_judged_with_the_project_around() {
    let house = House::new();
    let code = "def mean(prices):\n    if not prices:\n        return 0\n    return sum(prices) if prices else 0\n\n\ndef _used():\n    return 1\n";
    let root = tempfile::tempdir().unwrap();
    let lay = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let file = lay("shop/cart.py", code);
    let alone = house.line(&format!("/review-code {file}")).await.data();
    lay("tests/test_cart.py", "from cart import _used, mean\n");
    lay("pyproject.toml", "[project]\n");

    let within = house.line(&format!("/review-code {file}")).await.data();

    assert_eq!([rules(&alone), rules(&within)], [Vec::<String>::new(), Vec::new()]);
    let is_alone = |data: &serde_json::Value| data["notes"].to_string().contains("around is not");
    assert!(is_alone(&alone) && !is_alone(&within), "{alone:#} {within:#}");
}

#[tokio::test]
async fn the_graph_tells_a_missing_partner_who_uses_a_name_and_which_tests_reach_it() {
    let project = Project::new();
    for n in 0..5 {
        project.write("shop/cart.py", format!("{CART}\n\nROUND = {n}\n"));
        project.write("docs/cart.md", format!("Rounds to {n}.\n"));
        project.commit(&format!("Round to {n}"));
    }
    let house = knowing(&project).await;
    house.line("/build-graph shop").await.data();
    let changed =
        format!("{CART}\n\nROUND = 4\n").replace("def mean(prices)", "def mean(prices, rate)");
    project.write("shop/cart.py", changed);
    let path = project.at("shop/cart.py").display().to_string();

    let data = house.line(&format!("/review-code {path}")).await.data();

    assert_eq!(rules(&data), ["public_surface shop/cart.py:8", "missing_partner shop/cart.py:1"]);
    let reasons =
        [0, 1].map(|at: usize| data["findings"][at]["reason"].as_str().unwrap().to_owned());
    assert!(
        reasons[0].contains("; used at tests/test_cart.py:1; tests/test_cart.py:"),
        "{reasons:?}"
    );
    assert_eq!(reasons[1], "5 of the 6 newest commits of this file changed both");
    assert_eq!(data["reached"][0]["path"], "tests/test_cart.py");
    assert_eq!(data["tests"][0]["path"], "tests/test_cart.py");
    assert!(!data["notes"].to_string().contains("no graph"), "{data}");
    project.commit("Let the mean have a rate");
    let moved = house.line("/review-code --repo shop shop/cart.py").await.data();
    assert!(moved["notes"].to_string().contains("HEAD is elsewhere by now"), "{moved}");
}

#[tokio::test]
async fn a_finding_that_the_owner_dismissed_stays_away_until_it_is_reinstated() {
    let project = Project::new();
    project.write("shop/risky.py", "def run(text):\n    return eval(text)\n");
    project.commit("Run what comes");
    let house = knowing(&project).await;
    let line = "/review-code --repo shop shop/risky.py";
    let before = house.line(line).await.data();
    let finding = before["findings"][0].clone();
    let (rule, at) = (finding["rule"].as_str().unwrap(), &finding["line"]);

    let dismissed = house
        .line(&format!("/dismiss-finding shop/risky.py:{at} {rule} the text is ours --repo shop"))
        .await
        .data();
    let after = house.line(line).await.data();
    let id = dismissed["dismissed"][0]["finding"].as_str().unwrap();
    house.line(&format!("/reinstate-finding {id} it is not")).await.data();
    let again = house.line(line).await.data();

    let place = format!("{rule} shop/risky.py:{at}");
    assert!(rules(&before).contains(&place), "{before}");
    assert!(!rules(&after).contains(&place), "{after}");
    assert!(after["notes"].to_string().contains("1 finding dismissed by the owner"), "{after}");
    assert_eq!(rules(&again), rules(&before));
}
