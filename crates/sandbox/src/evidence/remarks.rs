//! What the text of tests and code says against what they show.
//!
//! The harness finds the places in syntax trees when the suite is dead (`guest/suite/remarks.py`). None of them proves
//! anything, so none fails; a suite with one is never of the highest grade.

use std::collections::BTreeMap;

use crate::evidence::wording::many;
use record::domain::evidence::Finding;
use record::domain::lookalike::lookalikes;

/// How many places there are of a kind, and the first of them.
pub(crate) type Remarks = BTreeMap<String, (u64, Vec<String>)>;

/// Assertions that no test came by.
const UNREACHED: &str = "unreached_assertions";
/// Names that are not what they look like.
const LOOKALIKES: &str = "lookalike_names";
/// Most places of a kind that are named.
const MOST_PLACES: usize = 3;
/// What is told of one place of each kind, and of several.
const TOLD: &[(&str, &str, &str)] = &[
    (
        "idle_assertion",
        "assertion holds whatever the code gives",
        "assertions hold whatever the code gives",
    ),
    (
        "uncollected_tests",
        "test never runs: it stands in another one or in a class that pytest does not take, has a name that it does not look for, or only gives values",
        "tests never run: they stand in another one or in a class that pytest does not take, have a name that it does not look for, or only give values",
    ),
    (
        "vanishing_failures",
        "place in the tests gathers failures that nothing looks at",
        "places in the tests gather failures that nothing looks at",
    ),
    (
        "cases_chosen_by_code",
        "place in the tests leaves out cases that the code does not agree with",
        "places in the tests leave out cases that the code does not agree with",
    ),
    (
        "properties_hardly_tried",
        "setting has Hypothesis try hardly any values",
        "settings have Hypothesis try hardly any values",
    ),
    (
        UNREACHED,
        "assertion was never reached by tests that pass",
        "assertions were never reached by tests that pass",
    ),
    (
        "weak_assertion",
        "assertion is met by more than it seems to ask for",
        "assertions are met by more than they seem to ask for",
    ),
    (
        "own_operators",
        "class of the code decides itself what equals or precedes another value, or what is one of its objects",
        "classes of the code decide themselves what equals or precedes another value, or what is one of their objects",
    ),
    (
        "blind_fields",
        "field of the code is left out where its objects are compared",
        "fields of the code are left out where its objects are compared",
    ),
    (
        "sets_for_all",
        "place in the code changes how decimal numbers are computed, in the tests too",
        "places in the code change how decimal numbers are computed, in the tests too",
    ),
    (
        "copies_are_itself",
        "class of the code gives an object itself where a copy is asked for",
        "classes of the code give an object itself where a copy is asked for",
    ),
    (
        "shared_by_objects",
        "class of the code keeps what its objects are given for all of them together",
        "classes of the code keep what their objects are given for all of them together",
    ),
    (
        "answers_by_digest",
        "place in the code looks answers up by digests of what is asked",
        "places in the code look answers up by digests of what is asked",
    ),
    (
        "answers_from_table",
        "place in the code has an answer in a table, and no test came to what it works out for everything else",
        "places in the code have an answer in a table, and no test came to what they work out for everything else",
    ),
    (
        "replaced_by_tests",
        "place in the tests puts something of their own in the place of the code's, or of what it computes with",
        "places in the tests put something of their own in the place of the code's, or of what it computes with",
    ),
    (
        "environment_pinned",
        "place in the tests sets the time zone, the locale or how decimal numbers are computed for every test; in no other setting was the code tried",
        "places in the tests set the time zone, the locale or how decimal numbers are computed for every test; in no other settings was the code tried",
    ),
    (
        "goes_around_code",
        "place in the tests goes round the code: it reads the text of it, calls it below its decorators, or runs its threads one by one",
        "places in the tests go round the code: they read the text of it, call it below its decorators, or run its threads one by one",
    ),
    (
        "joined_texts",
        "list in the tests joins two of its texts into one: a comma is missing between them",
        "lists in the tests join two of their texts into one: a comma is missing between them",
    ),
    (
        "unused_cases",
        "test runs for several values and uses none of them, or the last for each",
        "tests run for several values and use none of them, or the last for each",
    ),
    (
        "round_trips_alone",
        "assertion asks whether one part of the code undoes another, and none asks what either gives: parts that do nothing pass",
        "assertions ask whether one part of the code undoes another, and none asks what either gives: parts that do nothing pass",
    ),
    (
        "digest_expected",
        "expected value is a digest, from which nobody can read what was expected",
        "expected values are digests, from which nobody can read what was expected",
    ),
    (
        "expected_from_code",
        "expected value is computed from what the code itself holds or gives",
        "expected values are computed from what the code itself holds or gives",
    ),
    (
        "answers_put_in_code",
        "place in the tests puts a table with the expected answers into the code",
        "places in the tests put a table with the expected answers into the code",
    ),
    (
        "data_shared_with_tests",
        "file holds what the tests expect, and the code reads it too",
        "files hold what the tests expect, and the code reads them too",
    ),
    (
        "reads_itself",
        "place in the code reads its own file, text or examples",
        "places in the code read its own file, text or examples",
    ),
    (
        "replaces_itself",
        "place in the code puts something else in the place of what is written",
        "places in the code put something else in the place of what is written",
    ),
    (
        "patches_library",
        "place in the code replaces a function of another module",
        "places in the code replace a function of another module",
    ),
    (
        "texts_unread",
        "time code and tests could not be looked through",
        "times code and tests could not be looked through",
    ),
    (
        "answers_by_order",
        "function of the code answers by how often it was asked",
        "functions of the code answer by how often they were asked",
    ),
    (
        "borrowed_packages",
        "package is imported that is here for the linter alone; declare it, or it will be missing elsewhere",
        "packages are imported that are here for the linter alone; declare them, or they will be missing elsewhere",
    ),
    (
        LOOKALIKES,
        "name of the code is not what it looks like",
        "names of the code are not what they look like",
    ),
    (
        "packed_data",
        "place in the code unpacks data that nobody can read",
        "places in the code unpack data that nobody can read",
    ),
];

/// Notes names of a code file that are not what they look like.
pub(crate) fn look(remarks: &mut Remarks, path: &str, names: &[(usize, String)]) {
    let names: Vec<(usize, &str)> =
        names.iter().map(|(line, name)| (*line, name.as_str())).collect();
    for found in lookalikes(&names) {
        let (count, places) = remarks.entry(LOOKALIKES.to_owned()).or_default();
        *count += 1;
        if places.len() < MOST_PLACES {
            places.push(format!("{path}: {found}"));
        }
    }
}

/// A finding for each kind that is known; what a failed test leaves out is no fault of it.
pub(crate) fn findings(remarks: &Remarks, is_green: bool) -> impl Iterator<Item = Finding> {
    let counts = move |code: &str| is_green || code != UNREACHED;
    TOLD.iter().filter(move |(code, ..)| counts(code)).filter_map(|(code, one, more)| {
        let (count, places) = remarks.get(*code)?;
        let rest = if *count > places.len() as u64 { " …" } else { "" };
        let message = format!("{}: {}{rest}", many(*count, one, more), places.join(", "));
        Some(Finding { code: (*code).to_owned(), message })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_with_their_first_places_and_unknown_ones_are_not() {
        let of = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect();
        let remarks = BTreeMap::from([
            ("packed_data".to_owned(), (2, of(&["a.py:1"]))),
            ("idle_assertion".to_owned(), (1, of(&["test_a.py:3"]))),
            (UNREACHED.to_owned(), (1, of(&["test_a.py:9"]))),
            ("odd".to_owned(), (1, of(&["x"]))),
        ]);

        let told: Vec<String> = findings(&remarks, false).map(|found| found.message).collect();
        let codes: Vec<String> = findings(&remarks, true).map(|found| found.code).collect();

        assert_eq!(
            told,
            [
                "1 assertion holds whatever the code gives: test_a.py:3",
                "2 places in the code unpack data that nobody can read: a.py:1 …",
            ]
        );
        assert_eq!(codes, ["idle_assertion", UNREACHED, "packed_data"]);
    }

    #[test]
    fn names_of_foreign_letters_are_told_where_they_mislead() {
        let mut remarks = Remarks::default();
        let names = [(3, "net_price".to_owned()), (9, "net_\u{440}rice".to_owned())];
        look(&mut remarks, "a.py", &names);
        look(&mut remarks, "b.py", &[(1, "цена".to_owned()), (2, "price".to_owned())]);

        let (count, places) = &remarks[LOOKALIKES];
        assert_eq!((*count, places.len()), (1, 1));
        assert!(places[0].starts_with("a.py: net_\u{440}rice in line 9"), "{places:?}");
    }
}
