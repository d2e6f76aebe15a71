//! Signs that tests were made weaker.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One sign that the newer tests ask less than the older ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Weakening {
    /// A stable word: `tests_removed`, `assertions_removed`, `skips_added`, `tolerance_added`.
    pub code: String,
    /// The same in plain words.
    pub message: String,
}

/// Compares two versions of a test file by its lines; comments and strings count too, so a sign is a place to look.
pub fn weakenings(older: &str, newer: &str) -> Vec<Weakening> {
    let mut found = Vec::new();
    let gone: Vec<&str> =
        test_names(older).into_iter().filter(|name| !test_names(newer).contains(name)).collect();
    if !gone.is_empty() {
        found.push(sign("tests_removed", format!("tests are gone: {}", gone.join(", "))));
    }
    let counted = [
        ("assertions_removed", "assertions", ASSERTIONS, Direction::Fewer),
        ("skips_added", "skips or expected failures", SKIPS, Direction::More),
        ("tolerance_added", "tolerances", TOLERANCES, Direction::More),
    ];
    for (code, what, words, direction) in counted {
        let (before, after) = (count(older, words), count(newer, words));
        let is_weaker = match direction {
            Direction::Fewer => after < before,
            Direction::More => after > before,
        };
        if is_weaker {
            found.push(sign(code, format!("{what}: {before} before, {after} now")));
        }
    }
    found
}

const ASSERTIONS: &[&str] = &["assert ", "assert(", ".assert", "raises("];
const SKIPS: &[&str] =
    &["skip(", "skipif(", "mark.skip", "xfail", "importorskip", "SkipTest", "expectedFailure"];
const TOLERANCES: &[&str] = &["approx(", "isclose(", "assertAlmostEqual", "round("];

enum Direction {
    Fewer,
    More,
}

fn sign(code: &str, message: String) -> Weakening {
    Weakening { code: code.to_owned(), message }
}

fn test_names(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim_start();
            let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ")?;
            let name = rest.split('(').next()?.trim();
            name.starts_with("test").then_some(name)
        })
        .collect()
}

fn count(text: &str, words: &[&str]) -> usize {
    words.iter().map(|word| text.matches(word).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_tests_assertions_and_new_skips_are_named() {
        let older = "def test_a():\n    assert f(1) == 2\n\ndef test_b():\n    assert f(2) == 3\n";
        let newer = "@pytest.mark.skip\ndef test_a():\n    f(1)\n";

        let codes: Vec<String> =
            weakenings(older, newer).into_iter().map(|found| found.code).collect();

        assert_eq!(codes, ["tests_removed", "assertions_removed", "skips_added"]);
        assert_eq!(weakenings(older, older), []);
    }
}
