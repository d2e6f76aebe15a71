//! Quick questions and their answers.

use std::time::Duration;

use record::domain::patch::{Edit, Patch};
use record::domain::probe::{Answer, Complaint, Detail, Ending, Patience, Question, Try};
use record::domain::role::Role;
use record::domain::source::Source;
use sandbox::backend::SandboxBackend as _;

use crate::sandbox::probing::{
    ask, ask_of, every, outcomes, pair, probe, swap, swap_in, traced, tried, tried_with,
};
use crate::sandbox::support::{backend, file};

const CODE: &str = "def largest(values):\n    best = 0\n    for value in values:\n        if value > best:\n            best = value\n    return best\n";
const TESTS: &str = "import pytest\nfrom subject import largest\n\n\n@pytest.mark.parametrize(\"values, wanted\", [([1, 3, 2], 3), ([-2, -1], -1), ([5], 5)])\ndef test_largest(values, wanted):\n    assert largest(values) == wanted\n";

#[test]
fn a_trace_tells_lines_types_and_complaints_of_each_case() {
    let traced = traced(pair(CODE, TESTS));

    let subject = "subject.py".parse().unwrap();
    let told: Vec<(&str, Option<&str>, Vec<u32>)> = traced
        .cases
        .iter()
        .map(|case| {
            let kind = case.complaint.as_ref().map(|complaint| complaint.kind.as_str());
            (case.id.as_str(), kind, case.lines[&subject].iter().copied().collect())
        })
        .collect();
    let all = vec![2, 3, 4, 5, 6];
    assert_eq!(
        told,
        [
            ("test_subject.py::test_largest[values0-3]", None, all.clone()),
            ("test_subject.py::test_largest[values1--1]", Some("AssertionError"), vec![2, 3, 4, 6]),
            ("test_subject.py::test_largest[values2-5]", None, all),
        ]
    );
    let names = &traced.types[&(subject, 1)];
    assert_eq!(names["values"], ["list".to_owned()].into());
    assert_eq!(names["best"], ["int".to_owned()].into());
    assert_eq!((traced.complaint, traced.unfit), (None, vec![]));
}

#[test]
fn complaints_name_the_innermost_line_of_the_code() {
    let code = "def half(text):\n    return parse(text) // 2\n\n\ndef parse(text):\n    return int(text)\n";
    let tests = "from subject import half\n\n\ndef test_half():\n    assert half('x') == 1\n\n\ndef test_ends():\n    while half('4') == 2:\n        pass\n\n\ndef test_equal():\n    assert half('2') == 2\n";

    let traced = traced(pair(code, tests));

    let complaints: Vec<Complaint> =
        traced.cases.into_iter().map(|case| case.complaint.unwrap()).collect();
    let subject = || Some(("subject.py".parse().unwrap(), 6));
    let complaint = |kind: &str, message: &str, place| Complaint {
        kind: kind.to_owned(),
        message: message.to_owned(),
        place,
        column: None,
    };
    let own = ("test_subject.py".parse().unwrap(), 14);
    let wrong = complaint("AssertionError", "assert half('2') == 2", Some(own));
    let invalid = "invalid literal for int() with base 10: 'x'";
    assert_eq!(complaints[0], complaint("ValueError", invalid, subject()));
    assert_eq!(complaints[1].kind, "Timeout");
    assert_eq!(complaints[2], wrong);
}

#[test]
fn what_cannot_be_imported_is_told_word_by_word() {
    let traced = traced(pair("def one():\n    return (1\n", "from subject import one\n"));

    let complaint = Complaint {
        kind: "SyntaxError".to_owned(),
        message: "'(' was never closed".to_owned(),
        place: Some(("subject.py".parse().unwrap(), 2)),
        column: Some(12),
    };
    assert_eq!((traced.complaint, traced.cases), (Some(complaint), vec![]));
}

#[test]
fn a_candidate_that_fixes_is_found_among_others() {
    let source = pair(CODE, TESTS);
    let candidates = vec![
        swap(&source, "value > best", "value < best"),
        swap(&source, "best = 0", "best = values[0]"),
        swap(&source, "best = 0", "best = ("),
        swap(&source, "return best", "return -1"),
        swap(&source, "    best = 0\n", "    if values == [5]:\n        return 5\n    best = -9\n"),
    ];

    let tried = tried(source, candidates);

    assert_eq!(
        outcomes(&tried),
        [
            (Ending::Done, vec![]),
            (Ending::Done, vec![0, 1, 2]),
            (Ending::Uncompiled, vec![]),
            (Ending::Done, vec![1]),
            (Ending::Done, vec![0, 1, 2]),
        ]
    );
    let kinds: Vec<Option<&str>> = tried
        .iter()
        .map(|tried| tried.complaint.as_ref().map(|complaint| complaint.kind.as_str()))
        .collect();
    let wrong = Some("AssertionError");
    assert_eq!(kinds, [wrong, None, Some("SyntaxError"), wrong, None]);
}

#[test]
fn trying_stops_a_few_candidates_behind_the_first_that_passes() {
    let source = pair(CODE, TESTS);
    let fixes = swap(&source, "best = 0", "best = values[0]");
    let other = swap(&source, "best = 0", "best = 1");
    let candidates = vec![other.clone(), fixes.clone(), other.clone(), fixes, other];

    let wanted = Try { further: 2, detail: Detail::Outcome, ..every(candidates) };
    let tried = tried_with(source, wanted);

    let indices: Vec<usize> = tried.iter().map(|tried| tried.index).collect();
    assert_eq!(indices, [0, 1, 2, 3]);
    assert!(tried.iter().all(|tried| tried.complaint.is_none()));
}

#[test]
fn only_the_cases_that_are_asked_for_count() {
    let source = pair(CODE, TESTS);
    let candidates =
        vec![swap(&source, "best = 0", "best = -9"), swap(&source, "best = 0", "best = 9")];
    let cases = ["[values2-5]", "[values1--1]"]
        .map(|id| format!("test_subject.py::test_largest{id}"))
        .to_vec();

    let tried = tried_with(source, Try { cases, ..every(candidates) });

    assert_eq!(outcomes(&tried), [(Ending::Done, vec![0, 1]), (Ending::Done, vec![])]);
}

#[test]
fn an_edit_of_a_large_file_changes_its_place_and_nothing_else() {
    let helper = "\n\ndef helper(value: 'Own') -> Own:\n    return value\n";
    let filler = helper.repeat(200);
    let code = format!(
        "\"\"\"What it is.\"\"\"\nfrom __future__ import annotations\n{filler}\n\"no description\"\nSTEP = 2; END = 9\n{filler}\n\n\
        def last(value):\n    for _ in range(3):\n        value -= STEP\n    return value\n"
    );
    let tests = "import subject\n\n\ndef test_last():\n    assert subject.last(1) == 10\n\n\n\
        def test_whole():\n    assert (subject.__doc__, subject.END) == ('What it is.', 9)\n";
    let source = pair(&code, tests);
    let sign = swap(&source, "-= STEP", "+= STEP");
    let step = swap(&source, "STEP = 2", "STEP = 3");
    let both = Patch { edits: [step.edits.clone(), sign.edits.clone()].concat() };
    let broken = swap(&source, "-= STEP", "-= (STEP");
    let endless = swap(&source, "for _ in range(3)", "while True");

    let tried = tried(source, vec![sign, step, both, broken, endless]);

    let expected = [
        (Ending::Done, vec![]),
        (Ending::Done, vec![]),
        (Ending::Done, vec![0, 1]),
        (Ending::Uncompiled, vec![]),
        (Ending::TimedOut, vec![]),
    ];
    assert_eq!(outcomes(&tried), expected);
}

#[test]
fn several_code_files_change_together() {
    let files = vec![
        file("shop/__init__.py", Role::Code, "from shop.cart import total\n"),
        file(
            "shop/cart.py",
            Role::Code,
            "from shop.tax import TAX\n\n\ndef total(prices):\n    return sum(prices) - TAX\n",
        ),
        file("shop/tax.py", Role::Code, "TAX = 2\n"),
        file(
            "tests/test_cart.py",
            Role::Test,
            "from helper import PRICES\nfrom shop import total\n\n\ndef test_total():\n    assert total(PRICES) == 9\n",
        ),
        file("tests/helper.py", Role::Support, "PRICES = [1, 5]\n"),
    ];
    let source = Source::new(files).unwrap();
    let sign = swap_in("shop/cart.py", &source, "- TAX", "+ TAX");
    let tax = swap_in("shop/tax.py", &source, "2", "3");
    let both = Patch { edits: [sign.edits.clone(), tax.edits.clone()].concat() };

    let tried = tried(source, vec![sign, tax, both]);

    let passed: Vec<usize> = tried.iter().map(|tried| tried.passed.len()).collect();
    assert_eq!(passed, [0, 0, 1]);
}

#[test]
fn candidates_for_a_source_that_does_not_parse_are_tried() {
    let source = pair(
        "def one():\n    return (1\n",
        "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n",
    );
    let end = source.files()[0].content.len() - 1;
    let edit = |text: &str| {
        let path = "subject.py".parse().unwrap();
        Patch::of(Edit { path, start: end, end, text: text.to_owned() })
    };

    let tried = tried(source, vec![edit("]"), edit(")"), edit(", 2)")]);

    let expected = [(Ending::Uncompiled, vec![]), (Ending::Done, vec![0]), (Ending::Done, vec![])];
    assert_eq!(outcomes(&tried), expected);
}

#[test]
fn endless_candidates_run_out_of_fuel_or_time() {
    let code = "def count(number):\n    return number - 1\n";
    let tests = "from subject import count\n\n\ndef test_count():\n    assert count(1) == 2\n\n\ndef test_zero():\n    assert count(0) == 1\n";
    let source = pair(code, tests);
    let body = |text: &str| swap(&source, "return number - 1", text);
    let candidates = vec![
        body("while True:\n        pass"),
        body("return [1 for _ in iter(int, 1)]"),
        body(
            "while True:\n        try:\n            number += 1\n        except BaseException:\n            pass",
        ),
        body("return sum(iter(int, 1))"),
        body("import time\n    time.sleep(60)"),
        body("return number + 1"),
        body("return count(number)"),
    ];

    let wanted = Try { further: 1, ..every(candidates) };
    let tried = tried_with(source, wanted);

    let late = || (Ending::TimedOut, vec![]);
    let fails = (Ending::Done, vec![]);
    let expected = [late(), late(), late(), late(), late(), (Ending::Done, vec![0, 1]), fails];
    assert_eq!(outcomes(&tried), expected);
}

#[test]
fn slow_candidates_pass_where_they_are_waited_for() {
    let code = "def count(number):\n    return number - 1\n";
    let tests = "from subject import count\n\n\ndef test_count():\n    assert count(1) == 2\n";
    let source = pair(code, tests);
    let body = |text: &str| swap(&source, "return number - 1", text);
    let slow = "for _ in range(400_000):\n        pass\n    return number + 1";
    let candidates = vec![body("while True:\n        pass"), body(slow)];

    let usual = tried_with(source.clone(), every(candidates.clone()));
    let medium = vec![body("while True:\n        pass"), body(&slow.replace("400_000", "20_000"))];
    let [short, again] = [Patience::Short, Patience::Usual]
        .map(|patience| tried_with(source.clone(), Try { patience, ..every(medium.clone()) }));
    let long = tried_with(source, Try { patience: Patience::Long, ..every(candidates) });

    let late = || (Ending::TimedOut, vec![]);
    assert_eq!([outcomes(&usual), outcomes(&short)], [(); 2].map(|()| [late(), late()]));
    assert_eq!(outcomes(&again), [late(), (Ending::Done, vec![0])]);
    assert_eq!(outcomes(&long), [late(), (Ending::Done, vec![0])]);
}

#[test]
fn what_is_tried_beside_a_patch_has_its_time() {
    let source = pair(CODE, TESTS);
    let right = swap(&source, "= 0", "= values[0]");
    let wrong = || (1..250).map(|number| swap(&source, "= 0", &format!("= {number}")));
    let candidates: Vec<Patch> = wrong().take(4).chain([right]).chain(wrong()).collect();
    let count = candidates.len();

    let all = tried_with(source.clone(), every(candidates.clone()));
    let none = Try { further_time: Duration::ZERO, ..every(candidates) };
    let few = tried_with(source, none);

    assert_eq!((all.len(), few.len()), (count, 5));
}

#[test]
fn the_tests_that_are_asked_for_come_first_and_those_beside_them_next() {
    let tests =
        "def test_a():\n    pass\n\n\ndef test_b():\n    pass\n\n\ndef test_c():\n    pass\n";
    let first = vec!["test_subject.py::test_c".to_owned()];

    let answer = ask(probe(pair(CODE, tests), Question::Trace(first)));

    let Answer::Traced(traced) = answer else { panic!("{answer:?}") };
    let names: Vec<&str> = traced.cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(names, ["c", "a", "b"].map(|name| format!("test_subject.py::test_{name}")));
}

/// A process for each test would cost many times what the tests do.
#[test]
fn what_kills_its_process_or_never_ends_costs_only_itself() {
    let tests = "import os\nimport time\nfrom subject import CALLS\n\n\ndef test_a():\n    CALLS.append(1)\n\n\ndef test_b():\n    os._exit(0)\n\n\ndef test_c():\n    assert CALLS == []\n\n\ndef test_d():\n    while True:\n        pass\n\n\ndef test_e():\n    time.sleep(9)\n\n\ndef test_f():\n    assert len(CALLS) == 1\n\n\ndef test_g():\n    CALLS.append(2)\n\n\ndef test_h():\n    assert CALLS == [2]\n";

    let traced = traced(pair("CALLS = []\n", tests));

    let told: Vec<&str> = traced
        .cases
        .iter()
        .map(|case| case.complaint.as_ref().map_or("", |complaint| &complaint.kind))
        .collect();
    let died = "SystemExit";
    assert_eq!(told, ["", died, "", "Timeout", "Timeout", "AssertionError", "", ""]);
}

#[test]
fn boxes_that_wait_answer_what_a_fresh_interpreter_answers() {
    let source = pair(CODE, TESTS);
    let candidates = ["values[0]", "1", "("].map(|text| swap(&source, "= 0", &format!("= {text}")));
    let asked = || {
        let questions = [Question::Trace(Vec::new()), Question::Try(every(candidates.to_vec()))];
        questions.map(|question| probe(source.clone(), question))
    };
    let cold = asked().map(ask);
    let lasting = backend();
    lasting.lasts();

    let warm = [(); 2].map(|()| asked().map(|probe| ask_of(&lasting, probe)));

    assert_eq!(warm, [cold.clone(), cold]);
}

#[test]
fn tests_whose_tables_call_code_that_cannot_be_imported_are_counted_and_tried() {
    let code = "import enum\n\n\nclass Kind(enum.Flag):\n    ONE = 1\n    TWO = 2\n\n\nclass Span:\n    def __init__(self, years):\n        self.years = years\n\n    def __add__(self, other):\n        return Span(years=self.years + other.years)\n\n\ndef parse(text):\n    return Decimal(text)\n";
    let tests = "import pytest\n\nfrom subject import Kind, Span, parse\n\nROWS = [\n    (Span(years=1) + Span(years=2), 3),\n    (Span(years=int(parse('2'))), 2),\n]\nFLAGS = Kind.ONE | Kind.TWO\n\n\ndef test_parse():\n    assert parse('2.50') == 2.5\n\n\ndef test_rows():\n    assert [span.years for span, _ in ROWS] == [3, 2]\n";
    let source = pair(code, tests);
    let import = swap(&source, "import enum\n", "import enum\nfrom decimal import Decimal\n");
    let candidates = vec![swap(&source, "years=self", "years=-self"), import];

    let tried = tried(source, candidates);

    assert_eq!(outcomes(&tried), [(Ending::Done, vec![]), (Ending::Done, vec![0, 1])]);
}
