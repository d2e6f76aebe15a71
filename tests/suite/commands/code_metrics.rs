//! `/code-metrics`: figures of modules, their ties, and their course over history.

use work::contract::error::ErrorKind;

use crate::memory::history::{of_pairs, remembering};
use crate::support::house::House;
use crate::support::project::{CART, Project};

#[tokio::test]
async fn modules_are_told_with_their_ties_and_the_course_has_its_numbers() {
    let sample = of_pairs(30);
    let house = remembering(&sample).await;
    let root = sample.root();

    let now = house.line(&format!("/code-metrics {}", root.display())).await.data();
    let course = house
        .line(&format!("/code-metrics {} shop/cart.py --history", root.display()))
        .await
        .data();
    let drawn = house.line(&format!("/code-metrics {} --export svg", root.display())).await.data();

    assert_eq!(now["total"], 4);
    let cart = now["modules"].as_array().unwrap().iter().find(|one| one["path"] == "shop/cart.py");
    let cart = cart.unwrap();
    let figures = ["lines", "functions", "classes", "imports", "complexity", "uses", "used_by"]
        .map(|name| cart[name].as_u64().unwrap());
    assert_eq!(figures, [7, 1, 0, 1, 1, 1, 1]);
    assert_eq!(now["history"], serde_json::json!([]));
    let points = course["history"].as_array().unwrap();
    assert_eq!(points.len(), 20);
    assert_eq!(points[0]["lines"], 7);
    let svg = drawn["document"].as_str().unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("ways through functions"), "{svg}");
    assert!(svg.contains(">2023-11-14</text>"), "{svg}");
}

#[tokio::test]
async fn what_is_not_remembered_is_refused_by_name() {
    let sample = of_pairs(3);
    let house = remembering(&sample).await;
    let root = sample.root().display().to_string();

    let unknown = house.line(&format!("/code-metrics {root} nowhere")).await.refusal();
    let limit = house.line(&format!("/code-metrics {root} --limit 0")).await.refusal();
    let unbuilt = House::new().line(&format!("/code-metrics {root}")).await.refusal();

    assert_eq!(
        [unknown.0, limit.0, unbuilt.0],
        [ErrorKind::NotFound, ErrorKind::Usage, ErrorKind::State]
    );
}

/// What a side branch tried in between is not how the branch came about.
#[tokio::test]
async fn the_course_of_merged_work_is_that_of_the_branch_it_came_to() {
    let project = Project::new();
    let lines = |count: usize| format!("{CART}{}", "# more\n".repeat(count));
    let grown = |count: usize| {
        project.write("shop/cart.py", lines(count));
        project.commit("Grow");
    };
    grown(10);
    project.git(&["checkout", "--quiet", "-b", "side"]);
    for count in [500, 400, 300] {
        grown(count);
    }
    project.git(&["checkout", "--quiet", "main"]);
    project.write("README.md", "Meanwhile.\n");
    project.commit("Say more");
    project.git(&["merge", "--quiet", "--no-ff", "--message", "Merge side", "side"]);
    grown(250);
    let house = House::new();
    let root = project.path().display().to_string();
    house.line(&format!("/build-graph {root}")).await.data();

    let course = house.line(&format!("/code-metrics {root} shop/cart.py --history")).await.data();

    let points = course["history"].as_array().unwrap();
    let found: Vec<u64> = points.iter().map(|point| point["lines"].as_u64().unwrap()).collect();
    let first = CART.lines().count() as u64;
    assert_eq!(found, [0, 10, 300, 250].map(|more| first + more));
}
