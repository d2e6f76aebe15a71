//! Healing without a model, in the real sandbox.

use serde_json::{Value, json};

use crate::docs::readme::home_with_toolchain;
use crate::surfaces::process::Home;

const CLAMP: &str = "def clamp(value, low, high):\n    \"\"\"The nearest value of a range.\"\"\"\n    if value < low:\n        return low\n    if value < high:\n        return high\n    return value\n";
const CLAMP_TESTS: &str = "from clamp import clamp\n\n\ndef test_inside():\n    assert clamp(5, 0, 10) == 5\n\n\ndef test_below():\n    assert clamp(-5, 0, 10) == 0\n\n\ndef test_above():\n    assert clamp(15, 0, 10) == 10\n\n\ndef test_edge():\n    assert clamp(10, 0, 10) == 10\n\n\ndef test_within():\n    assert clamp(3, 1, 4) == 3\n";

/// Proposes files, heals them without a model, and gives exit code and data.
fn heal(home: &Home, name: &str, code: &str, tests: &str) -> (Option<i32>, Value) {
    home.put(&format!("{name}.py"), code);
    home.put(&format!("test_{name}.py"), tests);
    let (code, tests) = (format!("{name}.py"), format!("test_{name}.py"));
    let given = ["propose-code", "--code", &code, "--tests", &tests, "heal me"];
    let proposed = home.saraphina(&given);
    assert_eq!(proposed.code, Some(0), "{proposed:?}");
    let words = ["auto-refine", "@", "--strategy", "mechanical,search", "--json"];
    let healed = home.saraphina(&words);
    let answer: Value = serde_json::from_str(&healed.out).unwrap_or_else(|_| panic!("{healed:?}"));
    (healed.code, answer["data"].clone())
}

#[test]
fn a_wrong_comparison_is_found_and_confirmed_by_a_full_execution() {
    let home = home_with_toolchain();

    let (code, data) = heal(&home, "clamp", CLAMP, CLAMP_TESTS);

    assert_eq!(
        (code, &data["stop"], &data["verdict"]),
        (Some(0), &json!("passed"), &json!("passed"))
    );
    let attempt = data["attempts"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&attempt["strategy"], &attempt["verdict"], &attempt["tests_passed"]),
        (&json!("search"), &json!("passed"), &json!(5))
    );
    assert!(data["candidates"].as_u64().unwrap() > 1, "{data:#}");
    assert!(data["plausible_behaviours"].as_u64().unwrap() >= 1, "{data:#}");
    assert!(data["diagnosis"].as_str().unwrap().contains("results are wrong"), "{data:#}");
    let shown = home.saraphina(&["show-code", "@", "--json"]);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["data"]["tests"], CLAMP_TESTS, "the tests are sealed");
    let verified = home.saraphina(&["audit", "verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn settings_of_pytest_that_change_no_test_do_not_keep_edits_from_being_tried() {
    let home = home_with_toolchain();
    home.put("clamp.py", CLAMP);
    home.put("test_clamp.py", CLAMP_TESTS);
    let settings = "[dependency-groups]\ntest = [\"pytest\"]\n\n[tool.pytest.ini_options]\n\
        testpaths = [\".\"]\nfilterwarnings = [\"error\"]\n";
    home.put("pyproject.toml", settings);
    let files = ["--code", "clamp.py", "--tests", "test_clamp.py", "--file", "pyproject.toml"];
    home.saraphina(&[&["propose-code"], &files[..], &["heal me"]].concat());

    let healed = home.saraphina(&["auto-refine", "@", "--strategy", "search", "--json"]);

    let answer: Value = serde_json::from_str(&healed.out).unwrap();
    assert_eq!(answer["data"]["stop"], "passed", "{answer:#}");
}

#[test]
fn settings_that_say_which_functions_are_tests_and_how_they_end_hold_where_edits_are_tried() {
    let home = home_with_toolchain();
    let strict = "\n\n@pytest.mark.xfail\ndef check_strict():\n    assert clamp(15, 0, 10) == 15\n\n\n\
        class SuiteOfMore:\n    def check_inside(self):\n        assert clamp(6, 5, 9) == 6\n";
    let tests = CLAMP_TESTS.replace("def test_", "def check_") + strict;
    home.put("clamp.py", CLAMP);
    home.put("test_clamp.py", &format!("import pytest\n{tests}"));
    home.put(
        "tox.ini",
        "[pytest]\npython_functions = check_*\npython_classes = Suite\nxfail_strict = true\n",
    );
    let files = ["--code", "clamp.py", "--tests", "test_clamp.py", "--file", "tox.ini"];
    home.saraphina(&[&["propose-code"], &files[..], &["heal me"]].concat());

    let healed = home.saraphina(&["auto-refine", "@", "--strategy", "search", "--json"]);

    let answer: Value = serde_json::from_str(&healed.out).unwrap();
    assert_eq!(answer["data"]["stop"], "passed", "{answer:#}");
    let last = answer["data"]["attempts"].as_array().unwrap().last().unwrap();
    assert_eq!(last["tests_passed"], 6, "{answer:#}");
}

#[test]
fn a_bracket_and_an_import_are_mended_one_after_the_other() {
    let home = home_with_toolchain();
    let code = "def area(radius):\n    \"\"\"The area of a circle.\"\"\"\n    return round(math.pi * radius ** 2, 2\n";
    let tests = "from area import area\n\n\ndef test_unit():\n    assert area(1) == 3.14\n\n\ndef test_two():\n    assert area(2) == 12.57\n";

    let (code, data) = heal(&home, "area", code, tests);

    assert_eq!((code, &data["stop"]), (Some(0), &json!("passed")), "{data:#}");
    let attempt = &data["attempts"][0];
    assert_eq!(
        (&attempt["strategy"], &attempt["verdict"]),
        (&json!("mechanical"), &json!("passed")),
        "{data:#}"
    );
    assert!(attempt["explanation"].as_str().unwrap().contains("math"), "{data:#}");
}

#[test]
fn what_no_small_edit_can_repair_ends_without_progress_and_loses_nothing() {
    let home = home_with_toolchain();
    let code =
        "def roman(number):\n    \"\"\"A number in Roman numerals.\"\"\"\n    return str(number)\n";
    let tests = "from roman import roman\n\n\ndef test_four():\n    assert roman(4) == 'IV'\n\n\ndef test_year():\n    assert roman(1994) == 'MCMXCIV'\n";

    let (exit, data) = heal(&home, "roman", code, tests);

    assert_eq!((exit, &data["stop"]), (Some(1), &json!("no_progress")), "{data:#}");
    let shown = home.saraphina(&["show-code", "@", "--json"]);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["data"]["tests"], tests);
}

#[test]
fn the_example_of_a_docstring_decides_between_patches_that_pass() {
    for (value, mended, confidence) in [("8", "a + b", "examples"), ("2", "b - a", "plausible")] {
        let home = home_with_toolchain();
        let code = format!(
            "def joined(a, b):\n    \"\"\"Two numbers as one.\n\n    >>> joined(3, 5)\n    {value}\n    \"\"\"\n    return a - b\n"
        );
        let tests =
            "from joined import joined\n\n\ndef test_joined():\n    assert joined(0, 2) == 2\n";

        let (exit, data) = heal(&home, "joined", &code, tests);

        assert_eq!((exit, &data["stop"]), (Some(0), &json!("passed")), "{data:#}");
        // An example confirms the patch that is found first, not the one that it chose.
        assert_eq!(data["confidence"], confidence, "{data:#}");
        let shown = home.saraphina(&["show-code", "@", "--json"]);
        let shown: Value = serde_json::from_str(&shown.out).unwrap();
        let code = shown["data"]["code"].as_str().unwrap();
        assert!(code.ends_with(&format!("return {mended}\n")), "{code}");
    }
}

#[test]
fn an_example_that_no_patch_agrees_with_is_told_and_the_tests_count() {
    let home = home_with_toolchain();
    let code =
        "def joined(a, b):\n    \"\"\"joined(3, 5) returns 'eight'.\"\"\"\n    return a - b\n";
    let tests = "from joined import joined\n\n\ndef test_joined():\n    assert joined(1, 2) == 3\n";

    let (exit, data) = heal(&home, "joined", code, tests);

    assert_eq!((exit, &data["stop"]), (Some(0), &json!("passed")), "{data:#}");
    let attempt = data["attempts"].as_array().unwrap().last().unwrap();
    let explanation = attempt["explanation"].as_str().unwrap();
    assert!(explanation.contains("one example in a description disagrees with it"), "{data:#}");
}
