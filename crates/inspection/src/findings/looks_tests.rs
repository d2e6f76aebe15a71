//! Looks at sources: each kind of finding where it should be, and none where it should not.

use std::collections::BTreeSet;

use crate::findings::finding::{File, Finding};
use crate::findings::known::{Known, news};
use crate::findings::looks::{looks, surface};
use crate::findings::past::{Partner, Past, missing_partners};
use crate::findings::ranking::ranked;
use crate::findings::sarif::sarif;
use record::domain::role::Role;

fn file(path: &str, role: Role, text: &str) -> File {
    File { path: path.to_owned(), role, text: text.to_owned() }
}

fn told(found: &[Finding]) -> Vec<String> {
    found.iter().map(|it| format!("{} {}:{}", it.rule, it.path, it.line)).collect()
}

const SHOP: &str = "import pickle\n\n\ndef total(items, rate):\n    if not items:\n        return 0\n    if rate < 0 or rate > 1:\n        raise ValueError(rate)\n    return sum(items) * rate\n\n\ndef _old(items):\n    return pickle.loads(items)\n";

#[test]
fn dangers_dead_code_and_missing_tests_are_found_and_ranked() {
    let files = [
        file("shop.py", Role::Code, SHOP),
        file("test_shop.py", Role::Test, "import shop\n\n\ndef test_import():\n    assert shop\n"),
    ];

    let found = ranked(&files, &Past::default(), looks(&files, &BTreeSet::new()));

    assert_eq!(told(&found), ["S301 shop.py:13", "missing_test shop.py:4", "unused shop.py:12"]);
}

#[test]
fn a_copy_is_told_at_its_second_place_and_a_table_is_none() {
    let body = |name: &str| {
        format!(
            "def {name}(rows, limit):\n    kept = []\n    for row in rows:\n        if row.price > limit and row.open:\n            kept.append(row.price * row.count)\n        elif row.late:\n            kept.append(row.fee + limit)\n    if not kept:\n        raise ValueError(rows)\n    return max(kept) - min(kept)\n"
        )
    };
    let table = "    (17, 4, \"a\"),
"
    .repeat(200);
    let files = [
        file("a.py", Role::Code, &body("first")),
        file("b.py", Role::Code, &format!("TABLE = [\n{table}]\n\n\n{}", body("second"))),
        file("test_a.py", Role::Test, "from a import first\nfrom b import second\n"),
    ];

    let found = looks(&files, &BTreeSet::from(["b.py".to_owned()]));

    let copies: Vec<&Finding> = found.iter().filter(|it| it.rule == "duplicate").collect();
    assert_eq!(copies.len(), 1, "{found:?}");
    assert!(copies[0].message.ends_with("stand at a.py:1 too"), "{:?}", copies[0]);
}

#[test]
fn secrets_are_told_and_never_repeated() {
    let key = format!("{}{}", "AKIA", "QWERTYUIOPASDFGH");
    let text = format!(
        "KEY = \"{key}\"\nPASSWORD = \"hunter-22-kLp9$zQ\"\npassword = \"change-me-1234\"\ntoken = f\"{{name}}12345678\"\n"
    );
    let files = [file("settings.py", Role::Support, &text)];

    let found = looks(&files, &BTreeSet::new());

    assert_eq!(told(&found), ["secret settings.py:1", "secret settings.py:2"]);
    let whole = format!("{found:?} {}", sarif(&found, "1"));
    assert!(!whole.contains(&key) && !whole.contains("hunter"), "{whole}");
}

#[test]
fn a_merge_that_is_not_finished_is_told_in_any_file() {
    let merged = "Title\n=======\n<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n";
    let prose = "Title\n=======\n\n>>>>>>> quoted\n<<<<<<< quoted\n";
    let files = [file("a.md", Role::Support, merged), file("b.md", Role::Support, prose)];

    let found = looks(&files, &BTreeSet::new());

    assert_eq!(told(&found), ["conflict a.md:3"]);
}

#[test]
fn what_was_kept_is_silent_and_one_more_of_the_same_is_new() {
    let before = [
        file("a.py", Role::Support, "x = 1\n"),
        file("b.py", Role::Code, "def f(a):\n    return eval(a)\n"),
    ];
    let after = [file(
        "b.py",
        Role::Code,
        "import os\n\n\ndef f(a):\n    return eval(a)\n\n\ndef g(a):\n    return eval(a)\n",
    )];
    let look = |files: &[File]| {
        let found = looks(files, &BTreeSet::new());
        let found: Vec<Finding> = found.into_iter().filter(|it| it.rule == "S307").collect();
        ranked(files, &Past::default(), found)
    };

    let known = Known::of(&look(&before));
    let (fresh, silent) = news(look(&after), &known);

    assert_eq!((told(&fresh), silent), (vec!["S307 b.py:9".to_owned()], 1));
}

#[test]
fn what_a_module_offers_no_more_weighs_most_and_the_past_warms_it() {
    let changed = [file("shop.py", Role::Code, "def total(items):\n    return sum(items)\n")];
    let partner = Partner { path: "docs.md".to_owned(), together: 7, of: 9 };
    let past = Past {
        churn: [("shop.py".to_owned(), 30)].into(),
        coverage: [("shop.py".to_owned(), 0.0)].into(),
        partners: [("shop.py".to_owned(), vec![partner])].into(),
    };
    let found = || {
        let offered =
            surface(&changed[0], "def total(items, rate):\n    return sum(items) * rate\n");
        let offered = offered.into_iter().map(|(_, finding)| finding);
        offered.chain(missing_partners(&past, &changed)).collect::<Vec<_>>()
    };

    let (warm, cold) =
        (ranked(&changed, &past, found()), ranked(&changed, &Past::default(), found()));

    assert_eq!(told(&warm), ["public_surface shop.py:1", "missing_partner shop.py:1"]);
    assert!(warm[0].heat > 4.0 * cold[0].heat, "{} {}", warm[0].heat, cold[0].heat);
    assert_eq!(warm[0].reason, "whoever uses it has to change too; before: rate, now: nothing");
}

#[test]
fn texts_of_any_shape_are_looked_at_without_harm() {
    let deep = format!("x = {}", "(".repeat(20_000));
    let hostile = [
        deep,
        "\u{0}\u{feff}\"\"\"".to_owned(),
        "def f(\u{202e}:\n".to_owned(),
        "a\r\nb".repeat(3_000),
    ];
    let files: Vec<File> = hostile
        .iter()
        .enumerate()
        .map(|(number, text)| file(&format!("h{number}.py"), Role::Code, text))
        .collect();

    let found = looks(&files, &BTreeSet::new());

    assert!(found.iter().any(|it| it.rule == "syntax"), "{found:?}");
}
