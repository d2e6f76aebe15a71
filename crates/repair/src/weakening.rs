//! Signs that newer tests ask less than older ones.
//!
//! A model that cannot make code pass may soften its tests instead. Reviewers are shown removed assertions, added skips, wider
//! tolerances and changed expectations; a text that cannot be read is a sign itself.

use std::collections::BTreeMap;

use super::suite::{Asked, Suite, read};
use record::domain::weakening::Weakening;

/// Most expected values that are named.
const MAX_NAMED: usize = 5;
/// Most characters of a value that is named.
const MAX_SHOWN: usize = 80;

/// Signs that the newer tests ask less than the older ones, from their syntax trees.
///
/// Comments and strings do not count. Tests are compared by their names; a test that is new weakens nothing. Where one of
/// the texts cannot be read, that is a sign itself: `not_comparable`.
pub fn weakenings(older: &str, newer: &str) -> Vec<Weakening> {
    if older == newer {
        return Vec::new();
    }
    let (Some(older), Some(newer)) = (read(older), read(newer)) else {
        return vec![sign(
            "not_comparable",
            "the tests cannot be compared: one version cannot be read".to_owned(),
        )];
    };
    let mut found = Vec::new();
    let gone: Vec<&str> = names(&older).filter(|name| !newer.tests.contains_key(*name)).collect();
    if !gone.is_empty() {
        found.push(sign("tests_removed", format!("tests are gone: {}", gone.join(", "))));
    }
    let pairs = pairs(&older, &newer);
    for (code, what, count) in FEWER {
        found.extend(
            changed(&pairs, *count, |before, now| now < before)
                .map(|told| sign(code, format!("{what}: {told}"))),
        );
    }
    for (code, what, count) in MORE {
        found.extend(
            changed(&pairs, *count, |before, now| now > before)
                .map(|told| sign(code, format!("{what}: {told}"))),
        );
    }
    found.extend(loosened(&pairs));
    found.extend(widened(&pairs));
    found.extend(expected(&pairs));
    found
}

type Count = fn(&Asked) -> usize;

/// Counts that should not fall.
const FEWER: &[(&str, &str, Count)] = &[
    ("assertions_removed", "assertions", |asked| asked.assertions),
    ("parameters_removed", "rows of tables", |asked| asked.rows),
];
/// Counts that should not rise.
const MORE: &[(&str, &str, Count)] = &[
    ("skips_added", "skips or expected failures", |asked| asked.skips),
    ("tolerance_added", "tolerances", |asked| asked.tolerances),
    ("vacuous_assertions", "assertions that always hold", |asked| asked.vacuous),
    ("broad_exceptions", "handlers or expectations of any exception", |asked| asked.broad),
    ("early_returns", "returns from tests", |asked| asked.returns),
];

fn sign(code: &str, message: String) -> Weakening {
    Weakening { code: code.to_owned(), message }
}

/// Names of tests, without classes and what stands outside.
fn names(suite: &Suite) -> impl Iterator<Item = &str> {
    suite.tests.keys().map(String::as_str).filter(|name| !name.is_empty() && !name.ends_with('.'))
}

/// Pairs what both versions ask by the name of the test.
fn pairs<'s>(older: &'s Suite, newer: &'s Suite) -> BTreeMap<&'s str, (&'s Asked, &'s Asked)> {
    let pair = |(name, before): (&'s String, &'s Asked)| {
        Some((name.as_str(), (before, newer.tests.get(name)?)))
    };
    older.tests.iter().filter_map(pair).collect()
}

/// The counts of both versions over the tests in which they got worse.
fn changed(
    pairs: &BTreeMap<&str, (&Asked, &Asked)>,
    count: Count,
    is_worse: fn(usize, usize) -> bool,
) -> Option<String> {
    let worse: Vec<(&str, usize, usize)> = pairs
        .iter()
        .map(|(name, (before, now))| (*name, count(before), count(now)))
        .filter(|(_, before, now)| is_worse(*before, *now))
        .collect();
    let (first, _, _) = worse.first()?;
    let before: usize = worse.iter().map(|(_, before, _)| before).sum();
    let now: usize = worse.iter().map(|(_, _, now)| now).sum();
    let place = match (first.is_empty(), worse.len()) {
        (true, 1) => "outside of tests".to_owned(),
        (_, 1) => format!("in {first}"),
        (_, many) => format!("in {many} tests"),
    };
    Some(format!("{before} before, {now} now {place}"))
}

/// Tests that assert as often as before, but hold fewer values against something.
fn loosened(pairs: &BTreeMap<&str, (&Asked, &Asked)>) -> Option<Weakening> {
    let as_often = |(_, (before, now)): &(&&str, &(&Asked, &Asked))| {
        now.assertions >= before.assertions && now.vacuous <= before.vacuous
    };
    let pairs = pairs.iter().filter(as_often).map(|(name, pair)| (*name, *pair)).collect();
    changed(&pairs, Asked::comparisons, |before, now| now < before)
        .map(|told| sign("comparisons_removed", format!("comparisons: {told}")))
}

fn widened(pairs: &BTreeMap<&str, (&Asked, &Asked)>) -> Option<Weakening> {
    let is_wider = |before: &Asked, now: &Asked| {
        before.laxness.len() == now.laxness.len()
            && before.laxness.iter().zip(&now.laxness).any(|(before, now)| now > before)
    };
    let wider = pairs.iter().filter(|(_, (before, now))| is_wider(before, now));
    let names: Vec<&str> = wider.map(|(name, _)| *name).collect();
    (!names.is_empty()).then(|| {
        sign("tolerance_widened", format!("values may be further off in {}", names.join(", ")))
    })
}

/// Values that are compared with something else than before.
fn expected(pairs: &BTreeMap<&str, (&Asked, &Asked)>) -> Option<Weakening> {
    let mut told: Vec<String> = Vec::new();
    for (name, (before, now)) in pairs {
        for (value, older) in &before.expected {
            let newer = now.expected.get(value).filter(|newer| newer.len() >= older.len());
            let Some(newer) = newer else { continue };
            let gone = older.iter().find(|claim| !newer.contains(claim));
            let new = newer.iter().find(|claim| !older.contains(claim));
            if let (Some(gone), Some(new)) = (gone, new) {
                told.push(format!(
                    "{} {} is now {} in {name}",
                    brief(value),
                    brief(gone),
                    brief(new)
                ));
            }
        }
    }
    let more = told.len().saturating_sub(MAX_NAMED);
    told.truncate(MAX_NAMED);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    (!told.is_empty())
        .then(|| sign("expected_changed", format!("expected values differ: {}", told.join("; "))))
}

fn brief(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(older: &str, newer: &str) -> Vec<String> {
        weakenings(older, newer).into_iter().map(|found| found.code).collect()
    }

    #[test]
    fn removed_tests_assertions_and_new_skips_are_named() {
        let older = "def test_a():\n    assert f(1) == 2\n\ndef test_b():\n    assert f(2) == 3\n";
        let newer = "@pytest.mark.skip\ndef test_a():\n    f(1)\n";

        assert_eq!(codes(older, newer), ["tests_removed", "assertions_removed", "skips_added"]);
        assert_eq!(codes(older, older), Vec::<String>::new());
    }

    #[test]
    fn each_way_to_ask_less_has_its_word() {
        let of = |body: &str| format!("def test_a():\n    {body}\n");
        let pairs = [
            ("assert f(1) == 2", "assert f(1) == 3", "expected_changed"),
            ("assert f(1) == 2", "assert f(1) != 9", "expected_changed"),
            ("assert f(1) == 2", "assert f(1)", "comparisons_removed"),
            ("self.assertEqual(f(1), 2)", "self.assertTrue(f(1))", "comparisons_removed"),
            ("assert f(1) == 2", "assert True", "vacuous_assertions"),
            ("assert f(1) == 2", "assert f(1) == 2 or True", "vacuous_assertions"),
            (
                "assert f(1) == approx(2, rel=1e-6)",
                "assert f(1) == approx(2, rel=1e-1)",
                "tolerance_widened",
            ),
            ("assert abs(f(1) - 2) < 1e-6", "assert abs(f(1) - 2) < 5", "tolerance_widened"),
            ("assert round(f(1), 4) == 2", "assert round(f(1), 1) == 2", "tolerance_widened"),
            ("assert f(1) == 2", "assert f(1) == approx(2)", "tolerance_added"),
            ("with raises(KeyError): f(1)", "with raises(Exception): f(1)", "broad_exceptions"),
            ("assert f(1) == 2", "return\n    assert f(1) == 2", "early_returns"),
            ("assert f(1) == 2", "assert f(1) == (", "not_comparable"),
        ];

        for (older, newer, code) in pairs {
            assert!(codes(&of(older), &of(newer)).contains(&code.to_owned()), "{newer}");
        }
    }

    #[test]
    fn a_shorter_table_is_named() {
        let of = |rows: &str| {
            format!(
                "@pytest.mark.parametrize('n, m', [{rows}])\ndef test_a(n, m):\n    assert f(n) == m\n"
            )
        };

        assert_eq!(codes(&of("(1, 2), (2, 3)"), &of("(1, 2)")), ["parameters_removed"]);
    }

    #[test]
    fn tests_that_ask_more_weaken_nothing() {
        let older = "def test_a():\n    assert f(1) == 2\n";
        let newer = "# skip\ndef test_a():\n    '''approx'''\n    assert f(1) == 2\n    assert f(2) == 3\n\ndef test_b():\n    assert f(0) == 1\n";

        assert_eq!(codes(older, newer), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_can_be_compared(older in ".{0,80}", newer in "(def test_a|assert |\\(|x|\n|    |:|1| == ){0,30}") {
            for (one, other) in [(&older, &newer), (&newer, &older)] {
                let found = weakenings(one, other);
                prop_assert!(found.iter().all(|sign| !sign.message.is_empty()));
            }
            prop_assert_eq!(weakenings(&newer, &newer), []);
        }
    }
}
