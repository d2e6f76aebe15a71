//! `/code-metrics`: figures of modules, their ties, and their course over history.

use work::contract::error::ErrorKind;

use crate::memory::history::{of_pairs, remembering};
use crate::support::house::House;

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
