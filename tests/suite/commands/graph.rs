//! `/graph`: what is around a file or a name.

use serde_json::Value;

use super::repository::knowing;
use crate::memory::history::{of_pairs, remembering};
use crate::support::project::Project;

fn edges(answer: &Value) -> Vec<String> {
    let edge = |edge: &Value| {
        let text = |field: &str| edge[field].as_str().unwrap().to_owned();
        format!("{} {} {}", text("from"), text("kind"), text("to"))
    };
    answer["edges"].as_array().unwrap().iter().map(edge).collect()
}

#[tokio::test]
async fn a_file_has_its_imports_names_partners_and_commits_around_it() {
    let sample = of_pairs(4);
    let house = remembering(&sample).await;

    let graph =
        house.line(&format!("/graph {} shop/cart.py", sample.root().display())).await.data();

    let found = edges(&graph);
    for wanted in [
        "file:shop/cart.py imports file:shop/tax.py",
        "file:tests/test_cart.py imports file:shop/cart.py",
        "file:shop/cart.py changed_with file:tests/test_cart.py",
        "file:shop/cart.py defines symbol:shop/cart.py:total",
    ] {
        assert!(found.iter().any(|edge| edge == wanted), "{wanted}: {found:#?}");
    }
    assert_eq!(found.iter().filter(|edge| edge.contains("changed_by commit:")).count(), 3);
}

#[tokio::test]
async fn a_name_has_its_callers_and_every_form_shows_the_same_graph() {
    let sample = of_pairs(3);
    let house = remembering(&sample).await;
    let line = format!("/graph {} rate", sample.root().display());

    let graph = house.line(&line).await.data();
    let mut documents = Vec::new();
    for form in ["json", "dot", "svg"] {
        let data = house.line(&format!("{line} --export {form}")).await.data();
        documents.push(data["document"].as_str().unwrap().to_owned());
    }

    let calls = "file:shop/cart.py calls symbol:shop/tax.py:rate";
    assert_eq!(edges(&graph), [calls, "file:shop/tax.py defines symbol:shop/tax.py:rate"]);
    let json: Value = serde_json::from_str(&documents[0]).unwrap();
    assert_eq!(edges(&json), edges(&graph));
    assert!(documents[1].contains(
        "\"file:shop/cart.py\" -> \"symbol:shop/tax.py:rate\" [label=\"calls line 7\"];"
    ));
    assert!(documents[2].starts_with("<svg ") && documents[2].contains(">shop/cart.py</text>"));
}

#[tokio::test]
async fn proposals_of_a_file_stand_beside_it() {
    let project = Project::with_fix();
    let house = knowing(&project).await;
    house.line("/build-graph shop").await.data();
    let id = house.line("/propose-code --repo shop --range main..fix").await.data()["proposal_id"]
        .clone();

    let graph = house.line("/graph shop shop/cart.py").await.data();

    let wanted = format!("file:shop/cart.py proposed_by proposal:{}", id.as_str().unwrap());
    assert!(edges(&graph).contains(&wanted), "{graph:#}");
}
