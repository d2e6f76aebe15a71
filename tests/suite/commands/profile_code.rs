//! `/profile-code`.

use work::contract::error::ErrorKind;

use crate::support::boxed::boxed;

const CODE: &str = "def slow(items):\n    found = []\n    for item in items:\n        if item not in found:\n            found.append(item)\n    return found\n\n\ndef quick(items):\n    return len(items)\n";
const TESTS: &str = "from adder_two_numbers import quick, slow\n\n\ndef test_slow():\n    assert len(slow(list(range(400)))) == 400\n\n\ndef test_quick():\n    assert quick([1]) == 1\n";

#[tokio::test]
async fn the_hottest_line_is_named_and_the_flame_graph_holds_no_script() {
    let house = boxed().await;
    house.reply(CODE, TESTS);
    house.line("/propose-code an adder for two numbers").await.data();
    let flame = house.beside("flame.svg").display().to_string();

    let line =
        format!("/profile-code @ --test test_adder_two_numbers.py::test_slow --flame {flame}");
    let data = house.line(&line).await.data();
    let again = house.line(&line).await.refusal();

    let hottest = &data["lines"][0];
    assert_eq!(
        (hottest["line"].as_u64(), hottest["text"].as_str()),
        (Some(4), Some("if item not in found:")),
        "{data}"
    );
    assert!(hottest["own_percent"].as_f64().unwrap() > 40.0, "{data}");
    let drawn = std::fs::read_to_string(flame).unwrap();
    assert!(
        drawn.starts_with("<svg ")
            && drawn.contains("slow (adder_two_numbers.py:")
            && !drawn.contains("script")
    );
    assert_eq!(again.0, ErrorKind::State);
}
