//! Candidates told apart by inputs that no test has.

use record::domain::patch::Patch;
use record::domain::probe::{Compare, Inputs};
use record::domain::source::Source;

use crate::sandbox::probing::{compared, compared_on, pair, swap};

const CODE: &str = "def largest(values):\n    best = 0\n    for value in values:\n        if value > best:\n            best = value\n    return best\n";
const TESTS: &str = "from subject import largest\n\n\ndef test_largest():\n    assert largest([1, 3, 2]) == 3\n    assert largest([5]) == 5\n";

/// The call that tells two candidates apart.
fn separated(source: Source, candidates: [Patch; 2]) -> String {
    let compared = compared(source, Vec::from(candidates));
    assert_eq!(compared.behaviours, [[0], [1]]);
    compared.separating.unwrap().call
}

#[test]
fn candidates_that_differ_are_separated_by_a_small_call() {
    let source = pair(CODE, TESTS);
    let candidates = vec![
        swap(&source, "best = 0", "best = values[0]"),
        swap(&source, "best = 0", "best = -9"),
        swap(
            &source,
            "best = 0\n    for value in values:",
            "best = values[0]\n    for value in values[1:]:",
        ),
        swap(&source, "    return best", "    values.append(1)\n    return best"),
    ];

    let compared = compared(source, candidates);

    assert_eq!(compared.behaviours, [vec![0, 2], vec![1], vec![3]]);
    assert!(compared.inputs > 10, "{compared:?}");
    let separating = compared.separating.unwrap();
    assert_eq!(separating.call, "largest([])");
    assert_eq!(separating.answers, ["raises IndexError", "-9", "0"]);
}

#[test]
fn candidates_that_do_the_same_are_one_behaviour() {
    let source = pair(CODE, TESTS);
    let candidates = vec![
        swap(&source, "value > best", "best < value"),
        swap(&source, "value > best", "value >= best"),
        swap(
            &source,
            "    best = 0\n",
            "    best = 0\n    while len(values) == 77:\n        pass\n",
        ),
    ];

    let compared = compared(source, candidates);

    assert_eq!((compared.behaviours, compared.separating), (vec![vec![0, 1, 2]], None));
}

#[test]
fn endless_and_deadly_candidates_behave_as_that() {
    let source = pair(CODE, TESTS);
    let body = |text: &str| swap(&source, "best = 0\n", text);
    let candidates = vec![
        body("best = 0\n    while len(values) != 3:\n        pass\n"),
        body("best = 0\n    if len(values) != 3:\n        import os\n        os._exit(0)\n"),
        body("best = 0\n"),
    ];

    let compared = compared(source, candidates);

    assert_eq!(compared.behaviours, [vec![0], vec![1], vec![2]]);
    let answers = compared.separating.unwrap().answers;
    assert_eq!(answers[..2], ["does not end", "ends its process"]);
}

#[test]
fn calls_behind_one_that_only_the_source_never_ends_are_varied() {
    let code = "def last(values):\n    place = 0\n    while place < len(values) - 1:\n        place += 0\n    return values[place]\n";
    let tests = "from subject import last\n\n\ndef test_last():\n    assert last([1, 2]) == 2\n    assert last('ab') == 'b'\n";
    let source = pair(code, tests);
    let candidates = ["1", "1 if len(values) < 3 or [] == values[:0] else 2"]
        .map(|step| swap(&source, "+= 0", &format!("+= {step}")));

    assert_eq!(separated(source, candidates), "last('abab')");
}

#[test]
fn numbers_inside_texts_are_varied() {
    let code = "def repeated(text):\n    count, letter = text.split('*')\n    return letter * min(int(count), 9)\n";
    let tests = "from subject import repeated\n\n\ndef test_repeated():\n    assert repeated('3*a') == 'aaa'\n    assert repeated('2*b') == 'bb'\n";
    let source = pair(code, tests);
    let candidates = [Patch::default(), swap(&source, "min(int(count), 9)", "int(count)")];

    assert_eq!(separated(source, candidates), "repeated('32*a')");
}

#[test]
fn what_one_call_passes_is_mixed_with_what_another_does() {
    let code = "def both(text, count):\n    return text, count\n";
    let tests = "from subject import both\n\n\ndef test_both():\n    assert both('one', 3) == ('one', 3)\n    assert both('two', 70) == ('two', 70)\n";
    let source = pair(code, tests);
    let other = "return None if (text, count) == ('two', 3) else text, count";
    let candidates = [Patch::default(), swap(&source, "return text, count", other)];

    assert_eq!(separated(source, candidates), "both('two', 3)");
}

#[test]
fn nothing_is_known_of_programs_that_take_objects() {
    let code = "class Node:\n    def __init__(self, value):\n        self.value = value\n\n\ndef value_of(node):\n    return node.value\n";
    let tests = "from subject import Node, value_of\n\n\ndef test_value():\n    assert value_of(Node(1)) == 1\n";
    let source = pair(code, tests);
    let candidates = vec![swap(&source, "return node.value", "return 1")];

    let compared = compared(source, candidates);

    assert_eq!((compared.inputs, compared.behaviours, compared.separating), (0, vec![], None));
}

#[test]
fn an_answer_that_lacks_what_all_known_answers_have_surprises() {
    let code = "def kept(values):\n    return sorted(values)\n";
    let tests = "import pytest\nfrom subject import kept\n\n\n@pytest.mark.parametrize('given', [[3, 1], [2], [5, 4, 6], [9, 7, 8]])\ndef test_kept(given):\n    assert kept(given) == sorted(given)\n";
    let source = pair(code, tests);
    let candidates = vec![
        swap(&source, "sorted(values)", "sorted(values) "),
        swap(&source, "sorted(values)", "sorted(values) if len(values) < 4 else values"),
        swap(&source, "sorted(values)", "sorted(values) if len(values) else None"),
    ];

    let compared = compared(source, candidates);

    assert!(compared.properties >= 5, "{compared:?}");
    let lacking: Vec<String> = compared.surprises.iter().map(|names| names.join("; ")).collect();
    assert_eq!(lacking, ["", "rises", "gives values of the same types"]);
}

#[test]
fn properties_are_told_where_they_are_asked_for_only() {
    let source = pair(CODE, TESTS);
    let same = Patch::default();

    let wanted = Compare { candidates: vec![same.clone(), same], inputs: Inputs::Near };
    let compared = compared_on(source, wanted);

    assert!(compared.inputs > 0, "{compared:?}");
    let told = (compared.properties, compared.behaviours, compared.surprises);
    assert_eq!(told, (0, vec![vec![0, 1]], vec![Vec::<String>::new(); 2]));
}
