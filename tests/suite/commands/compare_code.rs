//! `/compare-code`.

use work::contract::error::ErrorKind;

use crate::support::boxed::boxed;
use crate::support::house::House;

const SLOW: &str = "def total(items):\n    result = 0\n    for _ in range(300):\n        result = 0\n        for item in items:\n            result += item\n    return result\n";
const QUICK: &str = "def total(items):\n    return sum(items)\n";
const TESTS: &str = "from adder_two_numbers import total\n\n\ndef test_total():\n    assert total(list(range(200))) == 19900\n";

async fn two(house: &House, first: &str, second: &str) {
    house.reply(first, TESTS);
    house.line("/propose-code an adder for two numbers").await.data();
    house.reply(second, TESTS);
    house.line("/refine-code @ again").await.data();
}

#[tokio::test]
async fn a_faster_revision_is_told_with_its_interval() {
    let house = boxed().await;
    two(&house, SLOW, QUICK).await;
    let faster = house.line("/compare-code @ 1..2 --rounds 4").await.data();

    assert_eq!(faster["total"]["answer"], "faster");
    assert!(faster["total"]["interval"][1].as_f64().unwrap() < 0.2, "{faster}");
    assert_eq!(faster["tests"][0]["name"], "test_adder_two_numbers.py::test_total");
}

#[tokio::test]
async fn what_cannot_be_compared_is_refused_by_name() {
    let house = House::new();
    two(&house, SLOW, QUICK).await;

    let refusals = [
        house.line("/compare-code @ 1..1").await.refusal(),
        house.line("/compare-code @ one").await.refusal(),
        house.line("/compare-code @ 1..9").await.refusal(),
        house.line("/compare-code @ 1..2 --rounds 1").await.refusal(),
        house.line("/compare-code @ 1..2").await.refusal(),
    ];

    let kinds = refusals.map(|(kind, _)| kind);
    assert_eq!(
        kinds,
        [
            ErrorKind::Usage,
            ErrorKind::Usage,
            ErrorKind::NotFound,
            ErrorKind::Usage,
            ErrorKind::Unavailable
        ]
    );
}
