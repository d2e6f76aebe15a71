//! `/build-graph`: which repository is meant, and who may ask.

use work::contract::error::ErrorKind;

use super::graph::SHAPES;
use super::repository::{knowing, known_to};
use crate::memory::history::remembering;
use crate::repository::sample::Sample;
use crate::support::house::House;
use crate::support::project::Project;

#[tokio::test]
async fn a_repository_is_meant_by_its_name_by_its_path_and_by_being_the_only_one() {
    let project = Project::new();
    let house = knowing(&project).await;

    let by_name = house.line("/build-graph shop").await.data();
    let by_path = house.line(&format!("/build-graph {}", project.path().display())).await.data();
    let inside =
        house.line(&format!("/build-graph {}", project.at("tests").display())).await.data();
    let nowhere = house.line("/build-graph no/such/place").await.refusal();

    for built in [&by_name, &by_path, &inside] {
        assert_eq!((&built["repository"], &built["commits"]), (&"shop".into(), &1.into()));
    }
    assert_eq!(by_name["branch"], "refs/heads/main");
    assert_eq!(nowhere.0, ErrorKind::NotFound);
}

#[tokio::test]
async fn an_agent_asks_about_repositories_that_were_added_and_no_others() {
    let (project, other) = (Project::new(), Sample::with(&[("secret.py", "x = 1\n")]));
    let house = knowing(&project).await.agent();

    let known = house.line("/build-graph shop").await.data();
    let by_path = house.line(&format!("/build-graph {}", other.root().display())).await.refusal();
    let asked = house
        .line(&format!("/why-code secret.py --repo {}", other.root().display()))
        .await
        .refusal();

    assert_eq!(known["added"], 1);
    assert_eq!((by_path.0, asked.0), (ErrorKind::Forbidden, ErrorKind::Forbidden));
}

#[tokio::test]
async fn a_memory_is_asked_for_before_it_is_built() {
    let project = Project::new();
    let house = knowing(&project).await;

    let refused = house.line("/impact-code shop/cart.py --repo shop").await.error();

    assert_eq!(
        (refused.kind, refused.message.as_str()),
        (ErrorKind::State, "nothing is remembered of shop")
    );
    assert!(refused.hints[0].contains("/build-graph"));
    let house = House::new();
    assert_eq!(house.line("/graph nothing a.py").await.refusal().0, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_memory_of_a_path_goes_on_under_the_name_that_its_repository_gets() {
    let project = Project::with_fix();
    let house = House::new();
    let root = project.path().display();
    house.line(&format!("/build-graph {root}")).await.data();

    known_to(&house, &project).await;
    let impact = house.line("/impact-code shop/cart.py --repo shop").await.data();
    let built = house.line("/build-graph shop").await.data();

    assert_eq!(impact["repository"], "shop");
    assert_eq!((&built["added"], &built["parsed"]), (&0.into(), &0.into()));
}

#[tokio::test]
async fn what_an_earlier_program_read_is_said_and_read_anew() {
    let sample = Sample::with(SHAPES);
    let mut house = remembering(&sample).await;
    let root = sample.root();
    house.tamper("DELETE FROM memory_uses; UPDATE memory_blobs SET reading = 0; UPDATE memory_repositories SET facts = json_set(facts, '$.reading', 0)").await;
    house.reopen();
    let line = format!("/impact-code Base --repo {}", root.display());

    let before = house.line(&line).await.data();
    let built = house.line(&format!("/build-graph {}", root.display())).await.data();
    let after = house.line(&line).await.data();

    assert!(before["missing"].to_string().contains("another version"), "{before:#}");
    assert_eq!((&built["parsed"], &after["complete"]), (&built["sources"], &true.into()));
    let count = |impact: &serde_json::Value| impact["breaks"].as_array().unwrap().len();
    assert!(count(&after) > count(&before), "{before:#} {after:#}");
}
