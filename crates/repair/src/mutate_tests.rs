//! Tests of single edits, as a caller sees them.
//!
//! They go through `mutations`, so that operators can move between files without touching them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;

use super::mutate::{Breadth, MAX_MUTATIONS, mutations};
use super::operators_tests::{code_after, rank, source};
use super::suggestion::Suggestion;
use record::domain::probe::{Case, Complaint, Traced};
use record::domain::source_path::SourcePath;

#[test]
fn likely_edits_come_early() {
    let before = "def f(items):\n    best = 0\n    for item in items:\n        if item < best:\n            best = item\n    return best\n";

    assert!(rank(before, &before.replace('<', ">")).unwrap() <= 10);
    assert!(rank(before, &before.replace("best = 0", "best = 1")).unwrap() <= 10);
}

#[test]
fn no_edit_says_nothing_or_what_another_says() {
    let code = "def f(a, b):\n    '''Answers \"Yes\" # always.'''\n    # a < b\n    if a == a:\n        return 'no'\n    return a + b\n";
    let source = source(code.as_bytes(), "def test_f():\n    assert f(1, 2) == 77\n");

    let found = mutations(&source, None, Breadth::Wide);
    let texts: Vec<String> = found.iter().map(|found| code_after(&source, found)).collect();

    let unique: HashSet<&String> = texts.iter().collect();
    assert_eq!(unique.len(), texts.len());
    assert!(!unique.contains(&code.to_owned()));
    assert!(texts.iter().all(|text| text.contains("'''Answers \"Yes\" # always.'''")));
    assert!(texts.iter().all(|text| text.contains("# a < b") && !text.contains("77")));
    assert!(found.iter().all(|found| found.why.starts_with("line ") && found.promise > 0.0));
    assert!(found.is_sorted_by(|one, next| one.promise >= next.promise));
    assert_eq!(found, mutations(&source, None, Breadth::Wide));
}

#[test]
fn suspicious_lines_come_first_and_types_rule_out_names() {
    let code = "def f(n, word):\n    a = n + 1\n    b = n + 1\n    return a + b\n";
    let source = source(code.as_bytes(), "");
    let path: SourcePath = "a.py".parse().unwrap();
    let lines: BTreeMap<_, _> = [(path.clone(), BTreeSet::from([3]))].into();
    let case = Case { id: "t".to_owned(), complaint: Some(Complaint::default()), lines };
    let kinds = |word: &str| BTreeSet::from([word.to_owned()]);
    let types = BTreeMap::from([
        ("n".to_owned(), kinds("int")),
        ("word".to_owned(), kinds("str")),
        ("a".to_owned(), kinds("int")),
        ("b".to_owned(), kinds("int")),
    ]);
    let traced =
        Traced { cases: vec![case], types: [((path, 1), types)].into(), ..Traced::default() };

    let found = mutations(&source, Some(&traced), Breadth::Wide);

    let third = code.find("    b = n").unwrap();
    let is_third = |found: &Suggestion| found.patch.edits.iter().any(|edit| edit.start >= third);
    assert!(found[..20].iter().all(is_third));
    assert!(
        found
            .iter()
            .all(|found| found.operator != "variable" || found.patch.edits[0].text != "word")
    );
}

#[test]
fn every_function_is_changed_before_anything_is_put_in() {
    let functions: Vec<String> =
        (0..100).map(|at| format!("def f{at}(a, b):\n    return a\n\n")).collect();
    let source = source(functions.concat().as_bytes(), "");

    let near = mutations(&source, None, Breadth::Near);
    let wide = mutations(&source, None, Breadth::Wide);

    let places = |found: &[Suggestion]| -> BTreeSet<usize> {
        let others = found.iter().filter(|found| found.operator == "return_name");
        others.map(|found| found.patch.edits[0].start).collect()
    };
    assert_eq!((places(&near).len(), places(&wide).len()), (100, 100));
    let has = |found: &[Suggestion], operator| found.iter().any(|one| one.operator == operator);
    assert_eq!((has(&near, "answer"), has(&wide, "answer")), (false, true));
}

#[test]
fn what_puts_in_whole_pages_is_no_small_change() {
    let deep = format!("def f(x):\n    return {}x{}\n", "(".repeat(3_000), ")".repeat(3_000));

    let found = mutations(&source(deep.as_bytes(), ""), None, Breadth::Wide);

    let put_in = |suggestion: &Suggestion| -> usize {
        suggestion.patch.edits.iter().map(|edit| edit.text.len()).sum()
    };
    assert!(!found.is_empty());
    assert!(found.iter().all(|suggestion| put_in(suggestion) <= 4_000));
}

#[test]
fn large_and_deep_files_stay_within_bounds() {
    let deep = format!("def f(x):\n    return {}x{}\n", "(".repeat(5_000), ")".repeat(5_000));
    let long: Vec<String> = (0..400).map(|at| format!("    v{at} = v{at} + {at}\n")).collect();
    let long = format!("def f(x):\n{}", long.concat());
    let huge = "x = 1\n".repeat(100_000);

    for code in [deep, long, huge] {
        assert!(
            mutations(&source(code.as_bytes(), ""), None, Breadth::Wide).len() <= MAX_MUTATIONS
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_bytes_can_be_mutated(code in prop::collection::vec(1_u8.., 0..200)) {
        let source = source(&code, "");
        for found in mutations(&source, None, Breadth::Wide) {
            prop_assert!(found.patch.apply(&source).is_ok());
        }
    }

    #[test]
    fn every_edit_fits(lines in prop::collection::vec("(    ){0,2}(if |return |for i in |x = |def f\\(x\\):|else:|while )(x|i|'é'|\\[1, x\\]|f\\(x, 2\\)|x\\[1:\\]|x < 2|not x| and |:){0,4}", 1..8)) {
        let source = source(lines.join("\n").as_bytes(), "");
        for found in mutations(&source, None, Breadth::Wide) {
            prop_assert!(found.patch.apply(&source).is_ok(), "{found:?}");
        }
    }
}

#[test]
fn a_loop_over_a_chain_ends_before_its_last_link() {
    let code = "class Node:\n    def __init__(self, value, after):\n        self.value = value\n        self.after = after\n\n\ndef last(node):\n    while node.after:\n        node = node.after\n    return node.value\n";

    assert!(rank(&code.replacen("while node.after", "while node", 1), code).is_some());
}

#[test]
fn lines_that_were_forgotten_are_put_in() {
    let gap = "def gap(numbers):\n    best = 0\n    last = numbers[0]\n    for number in numbers:\n        best = max(best, number - last)\n        last = number\n    return best\n";
    let seen = "def unique(items):\n    seen = set()\n    found = []\n    for item in items:\n        if item not in seen:\n            seen.add(item)\n            found.append(item)\n    return found\n";
    let total = "def total(rows):\n    whole = 0\n    for row in rows:\n        part = len(row)\n        whole += part\n    return whole\n";
    let count = "def count(items):\n    found = {}\n    for item in items:\n        found[item] = found.get(item, 0) + 1\n    return found\n";
    let prime = "def prime(number):\n    is_prime = True\n    for part in range(2, number):\n        if number % part == 0:\n            is_prime = False\n            break\n    return is_prime\n";
    let visits = "def order(links):\n    done = []\n\n    def visit(name):\n        for link in links[name]:\n            visit(link)\n        done.append(name)\n\n    for name in links:\n        visit(name)\n    return done\n";
    for (code, line) in [
        (gap, "        last = number\n"),
        (seen, "            seen.add(item)\n"),
        (total, "        whole += part\n"),
        (prime, "            is_prime = False\n"),
        (visits, "        done.append(name)\n"),
    ] {
        assert!(rank(&code.replacen(line, "", 1), code).is_some(), "{line}");
    }
    let without = count.replace("found[item] = found.get(item, 0) + 1", "pass");
    let with = without.replace("pass\n", "pass\n        found[item] = found.get(item, 0) + 1\n");
    assert!(rank(&without, &with).is_some());
}

#[test]
fn a_variable_that_is_named_only_once_is_tried_early() {
    let code = "def f(a, b, key=0):\n    total = a + a\n    return total\n";

    let forgotten = rank(code, &code.replace("a + a", "a + b")).unwrap();
    let other = rank(code, &code.replace("a + a", "total + a")).unwrap();

    assert!(forgotten < other, "{forgotten} {other}");
}

#[test]
fn what_stands_elsewhere_is_done_with_other_values() {
    let evens =
        "def f(items):\n    evens = list(items[::2])\n    evens.sort()\n    return evens + [0]\n";
    let runs = "def runs(text):\n    found = []\n    count = 0\n    last = ''\n    for sign in text:\n        if sign == last:\n            count += 1\n        else:\n            if count:\n                found.append((last, count))\n            last = sign\n            count = 1\n    if count:\n        found.append((last, count))\n    return found\n";
    let orders = "def orders(items):\n    found = []\n    for at, item in enumerate(items):\n        for rest in orders(items[:at] + items[at + 1:]):\n            found.append([item] + rest)\n    return found\n";
    let digits =
        "def digits(text):\n    return [sign for sign in text if sign >= '0' and sign <= '9']\n";
    let shown = "def shown(x, y):\n    return f'{x},{y}'\n";
    let ways = "def ways(n):\n    found = [1] + [0] * n\n    return found\n";
    for (code, right, wrong) in [
        (evens, "    evens.sort()\n", ""),
        (runs, "    if count:\n        found.append((last, count))\n    return", "    return"),
        (orders, "items[:at] + items[at + 1:]", "items[at + 1:]"),
        (digits, "sign >= '0' and sign <= '9'", "sign >= '0'"),
        (shown, "{x},{y}", "{x} {y}"),
        (ways, "[1] + [0] * n", "[0] * n"),
    ] {
        assert!(rank(&code.replacen(right, wrong, 1), code).is_some(), "{right}");
    }
}

#[test]
fn who_answers_true_or_false_answers_no_number() {
    let code = "def f(items):\n    for item in items:\n        if item < 0:\n            return False\n    return item\n";
    let with = |answer: &str| {
        code.replacen("    for", &format!("    if not items:\n        return {answer}\n    for"), 1)
    };

    let usual = rank(code, &with("True")).unwrap();
    let strange = rank(code, &with("1")).unwrap();

    assert!(usual < strange, "{usual} {strange}");
}

#[test]
fn letters_lists_attributes_and_usual_arguments_are_thought_of() {
    let shift = "def shift(text, key):\n    found = []\n    for sign in text:\n        place = ord(sign) + key\n        found.append(chr(place))\n    return ''.join(found)\n";
    let clock = "class Clock:\n    def __init__(self, hour):\n        self.hour = hour\n        self.hour %= 24\n";
    let digits = "def digits(number, base):\n    number = int(number)\n    base = int(base)\n    found = []\n    while number > 0:\n        found.append(number % base)\n        number //= base\n    return found\n";
    let counts = "def counts(items):\n    items = list(items)\n    return [(items.count(item), item) for item in set(items)]\n";
    let merged =
        "def merged(one, other):\n    one = dict(one)\n    one.update(other)\n    return one\n";
    let pairs = "def pairs(items):\n    items = list(items)\n    return [at * item for at, item in enumerate(items)]\n";
    let sieve = "def sieve(n):\n    marks = [True] * (n + 1)\n    return marks[n]\n";
    let wide = "def wide(rows):\n    return max([len(row) for row in rows], default=0)\n";
    for (code, right, wrong) in [
        (shift, "chr(place)", "place"),
        (clock, "self.hour %= 24", "self.hour = 24"),
        (digits, "        found.append(number % base)\n", ""),
        (counts, "items.count(item)", "items"),
        (merged, "one.update(other)", "one"),
        (wide, ", default=0", ""),
        (pairs, "enumerate(items)", "items"),
        (sieve, "[True] * (n + 1)", "n + 1"),
    ] {
        assert!(rank(&code.replacen(right, wrong, 1), code).is_some(), "{right}");
    }
}
