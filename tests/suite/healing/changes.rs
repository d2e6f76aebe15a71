//! Changes of a repository, healed where their suite runs.

use serde_json::{Value, json};

use crate::commands::repository::known_to;
use crate::support::boxed::boxed;
use crate::support::house::House;
use crate::support::project::{MENDED_TESTS, Project};

/// The fix with a slip in a line that it adds.
const SLIPPED: &str = "def total(prices):\n    result = 0\n    for price in prices:\n        \
    result = result + price\n    return result\n\n\ndef mean(prices):\n    if prices:\n        return 0\n    \
    return total(prices) / len(prices)\n";
/// The same mistake, mended by a model.
const ANSWER: &str = "The condition was the wrong way round.\n\n```text title=\"shop/cart.py\"\n\
    <<<<<<< SEARCH\n    if prices:\n=======\n    if not prices:\n>>>>>>> REPLACE\n```\n\n\
    ```python title=\"tests/test_cart.py\"\ndef test_nothing():\n    assert True\n```\n";

/// A project whose branch `fix` brings a mistake and a test that sees it.
fn slipped() -> Project {
    let project = Project::new();
    project.git(&["checkout", "--quiet", "-b", "fix"]);
    project.write("shop/cart.py", SLIPPED);
    project.write("tests/test_cart.py", MENDED_TESTS);
    project.commit("Give nothing the mean 0");
    project.git(&["checkout", "--quiet", "main"]);
    project
}

async fn proposed(project: &Project) -> House {
    let house = boxed().await;
    known_to(&house, project).await;
    house.line("/propose-code --repo shop --range main..fix Give nothing the mean 0").await.data();
    house
}

fn notes(healed: &Value) -> String {
    healed["notes"].to_string()
}

#[tokio::test]
async fn a_slip_in_an_added_line_is_found_by_edits_of_added_lines_alone() {
    let project = slipped();
    let house = proposed(&project).await;

    let healed = house.line("/auto-refine @ --strategy mechanical,search").await.data();

    let ended = (&healed["stop"], &healed["verdict"]);
    assert_eq!(ended, (&json!("passed"), &json!("passed")), "{}", notes(&healed));
    let diagnosis = healed["diagnosis"].as_str().unwrap();
    assert!(diagnosis.contains("of the lines that the change adds"), "{diagnosis}");
    assert!(diagnosis.contains("shop/cart.py:9"), "{diagnosis}");
    assert!(notes(&healed).contains("edits only what the change adds"), "{healed}");
    let shown = house.line("/show-code @").await.data();
    assert!(shown["code"].as_str().unwrap().contains("if not prices:"), "{shown}");
    assert!(shown["tests"].as_str().unwrap().contains("test_mean_of_nothing"));
    let report = house.line("/report-code @").await.data();
    let fixed = json!(["tests/test_cart.py::test_mean_of_nothing"]);
    assert_eq!(report["change"]["flips"]["fixed"], fixed);
    assert_eq!(house.line("/audit verify").await.exit(), 0);
}

#[tokio::test]
async fn an_answer_that_changes_no_code_is_tried_like_any_other() {
    let project = slipped();
    let house = proposed(&project).await;
    let beside = "Rates.\n\n```json title=\"shop/rates.json\"\n{}\n```\n".to_owned();
    house.provider.replies.lock().unwrap().extend([beside, ANSWER.to_owned()]);

    let healed = house.line("/auto-refine @ --strategy model").await.data();

    assert_eq!((&healed["stop"], &healed["revision"]), (&json!("passed"), &json!(3)), "{healed:#}");
    let asked = house.provider.asked.lock().unwrap().pop().unwrap();
    let prompt = foundation::providers::prompt::prompt(&asked).text();
    assert!(prompt.contains("Already tried"), "{prompt}");
}

#[tokio::test]
async fn a_model_is_told_the_difference_and_the_failures_and_leaves_the_tests_alone() {
    let project = slipped();
    let house = proposed(&project).await;
    house.provider.replies.lock().unwrap().push_back(ANSWER.to_owned());

    let healed = house.line("/auto-refine @ --strategy model").await.data();

    assert_eq!((&healed["stop"], &healed["revision"]), (&json!("passed"), &json!(2)));
    let asked = house.provider.asked.lock().unwrap().pop().unwrap();
    let prompt = foundation::providers::prompt::prompt(&asked).text();
    for part in ["+    if prices:", "test_mean", "shop/cart.py:9", "tests are sealed"] {
        assert!(prompt.contains(part), "{part} is not in {prompt}");
    }
    let shown = house.line("/show-code @").await.data();
    assert_eq!(shown["tests"].as_str().unwrap(), MENDED_TESTS);
}

#[tokio::test]
async fn an_answer_that_changes_tests_alone_is_no_attempt() {
    let project = slipped();
    let house = proposed(&project).await;
    let (_, tests) = ANSWER.split_once("\n\n```python").unwrap();
    let reply = format!("I changed the test.\n\n```python{tests}");
    house.provider.replies.lock().unwrap().push_back(reply);

    let healed = house.line("/auto-refine @ --strategy model --max-iterations 1").await.data();

    assert_eq!((&healed["stop"], &healed["revision"]), (&json!("attempts"), &json!(1)));
    assert!(notes(&healed).contains("tests, which are sealed"), "{healed}");
}
