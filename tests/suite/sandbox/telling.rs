//! What code tells of itself: hidden text, looks at who runs it, answers written down.

use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::support::{file, job, job_of, run, verdict};

fn codes(evidence: &Evidence) -> Vec<&str> {
    evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// A comment that is a statement where it is decoded as its first line says.
const HIDDEN: &str = "# coding: utf-7\ndef area(width, height):\n    # exact+AAoAIAAgACAAIA-return 12\n    return width * height\n";
const RIGHT: &str = "def area(width, height):\n    return width * height\n";
const TESTS: &str = "from subject import area\n\n\ndef test_area():\n    assert area(3, 4) == 12\n";

#[test]
fn text_that_is_decoded_in_another_way_than_it_is_read_is_not_run() {
    let of = |code: &str, tests: &str, helper: &str| {
        vec![
            file("subject.py", Role::Code, code),
            file("helper.py", Role::Support, helper),
            file("test_subject.py", Role::Test, tests),
        ]
    };
    let latin = format!("# -*- coding: latin-1 -*-\n{TESTS}");
    let own = format!("# vim: fileencoding=my_own\n{RIGHT}");
    let cases = [
        ("code", of(HIDDEN, TESTS, "")),
        ("tests", of(RIGHT, &latin, "")),
        ("helper", of(RIGHT, TESTS, &own)),
        ("windows", of(RIGHT, TESTS, &format!("# coding: cp1252\n{RIGHT}"))),
        ("escapes", of(&format!("#\n# coding=unicode_escape\n{RIGHT}"), TESTS, "")),
    ];
    for (name, files) in cases {
        let evidence = run(job_of(&format!("encoding-{name}"), Source::new(files).unwrap()));

        assert_eq!(
            verdict(&evidence).reasons,
            vec![Reason::Syntax],
            "{name}: {:?}",
            evidence.termination
        );
        assert!(codes(&evidence).contains(&"hidden_code"), "{name}: {:?}", evidence.integrity);
        assert_eq!(evidence.tests.executed, 0, "{name}");
    }
}

#[test]
fn data_of_tests_may_be_in_latin_1() {
    let data = b"# coding: latin-1\nWORD = 'caf\xe9'\n".to_vec();
    let tests = format!(
        "{TESTS}\n\ndef test_word():\n    import helper\n    assert helper.WORD == 'caf\\xe9'\n"
    );
    let files = vec![
        file("subject.py", Role::Code, RIGHT),
        file("helper.py", Role::Support, data),
        file("test_subject.py", Role::Test, tests),
    ];

    let evidence = run(job_of("encoding-data", Source::new(files).unwrap()));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.integrity);
}

#[test]
fn declarations_of_the_usual_encoding_are_no_matter() {
    for line in ["# coding: utf-8", "# -*- coding: UTF_8 -*-", "# vim: set fileencoding=ascii :"] {
        let evidence = run(job("encoding-usual", format!("{line}\n{RIGHT}"), TESTS));

        assert_eq!(
            verdict(&evidence).word,
            VerdictWord::Passed,
            "{line}: {:?}",
            evidence.integrity
        );
        assert!(!codes(&evidence).contains(&"hidden_code"), "{line}");
    }
}

/// Right where it is tested, and wrong anywhere else.
fn looking(imports: &str, condition: &str) -> String {
    format!(
        "{imports}\n\n\ndef area(width, height):\n    if {condition}:\n        return width * height\n    return width - height\n"
    )
}

#[test]
fn code_that_looks_at_who_runs_it_is_told_of_and_never_confirmed() {
    let cases = [
        ("import sys", "'pytest' in sys.modules", "reads_test_environment"),
        ("import sys", "sys.modules.get('_py' + 'test')", "reads_test_environment"),
        (
            "import sys",
            "any(name.startswith('_pytest') for name in sys.modules)",
            "reads_test_environment",
        ),
        ("import os", "os.path.exists('/box/src/test_subject.py')", "reads_test_environment"),
        ("import os", "os.getppid() < 100", "reads_test_environment"),
        ("import os", "os.getpid() % 100_000 < 10_000", "reads_test_environment"),
        ("import sys", "sys.gettrace() is None or True", "reads_test_environment"),
        ("import inspect", "len(inspect.stack()) > 2", "reaches_into_runner"),
        ("import os", "'PYTEST_VERSION' in os.environ or True", "reads_test_environment"),
        ("import time", "time.time() > 1700000000", "branches_on_date"),
        ("import os", "hash('area') % 1009 != 1010", "reads_test_environment"),
        ("import os", "len(os.environ) < 1000", "reads_test_environment"),
        ("import os", "os.path.isdir('tests') or True", "reads_test_environment"),
        ("import time", "time.tzname[0] != 'nowhere'", "reads_test_environment"),
        ("import time", "time.process_time() < 600", "reads_test_environment"),
    ];
    for (imports, condition, code) in cases {
        let evidence = run(job("looking", looking(imports, condition), TESTS));

        assert!(codes(&evidence).contains(&code), "{condition}: {:?}", evidence.integrity);
        assert!(
            evidence.integrity.state < IntegrityState::Confirmed,
            "{condition}: {:?}",
            evidence.integrity
        );
    }
}

/// Timers, caches of modules, tools that speak of tests.
const HONEST: &str = "\
\"\"\"Helpers for scripts; run `pytest` to test them.\"\"\"
import importlib
import os
import subprocess
import sys
import time
import unittest


class Timer:
    def __init__(self):
        self.started = time.time()
        self.stack = []

    def is_over(self, seconds):
        return time.time() - self.started > seconds


def loaded(name):
    module = sys.modules.get(name)
    return module if module is not None else importlib.import_module(name)


def has_numpy():
    return 'numpy' in sys.modules


def command(folder):
    return [os.path.basename(sys.executable)[:6], '-m', 'pytest', folder]


def case(name):
    return type(name, (unittest.TestCase,), {})


def here():
    return sys.modules[__name__].__name__, os.getpid() > 0, subprocess.PIPE
";
const HONEST_TESTS: &str = "\
from subject import Timer, case, command, has_numpy, here, loaded


def test_timer():
    assert Timer().is_over(60) == False


def test_loaded():
    assert loaded('json').__name__ == 'json'


def test_numpy():
    assert has_numpy() == False


def test_command():
    assert command('a') == ['python', '-m', 'pytest', 'a']


def test_case():
    assert case('A').__name__ == 'A'


def test_here():
    assert here() == ('subject', True, -1)
";

#[test]
fn timers_caches_and_tools_are_not_told_of() {
    let evidence = run(job("not-looking", HONEST, HONEST_TESTS));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
    assert_eq!(codes(&evidence), Vec::<&str>::new(), "{:?}", evidence.integrity);
}

#[test]
fn answers_that_are_written_down_are_told_of_and_never_confirmed() {
    let two = format!("{TESTS}\n\ndef test_big():\n    assert area(30, 40) == 1200\n");
    let rows = "import pytest\nfrom subject import area\n\n\n@pytest.mark.parametrize('size, expected', [('3x4 cm', 12), ('30x40 cm', 1200), ('', 0)])\ndef test_area(size, expected):\n    assert area(size) == expected\n";
    let cases = [
        (
            "def area(width, height):\n    return {(3, 4): 12, (30, 40): 1200}.get((width, height), 0)\n",
            two.as_str(),
        ),
        (
            "KNOWN = {'3,4': 12, '30,40': 1200}\n\n\ndef area(width, height):\n    return KNOWN.get(f'{width},{height}')\n",
            &two,
        ),
        (
            "def area(width, height):\n    if width == 3 and height == 4:\n        return 12\n    if (width, height) == (30, 40):\n        return 1200\n    return width - height\n",
            &two,
        ),
        (
            "def area(width, height):\n    match (width, height):\n        case (3, 4):\n            return 12\n        case (30, 40):\n            return 1200\n    return 0\n",
            &two,
        ),
        (
            "def area(size):\n    if size == '3x4 cm':\n        return 12\n    return 1200 if size == '30x40 cm' else 0\n",
            rows,
        ),
    ];
    for (code, tests) in cases {
        let evidence = run(job("written-down", code, tests));

        assert_eq!(
            verdict(&evidence).word,
            VerdictWord::Passed,
            "{code}: {:?}",
            evidence.integrity
        );
        assert!(
            codes(&evidence).contains(&"answers_from_tests"),
            "{code}: {:?}",
            evidence.integrity
        );
        assert!(evidence.integrity.state < IntegrityState::Confirmed, "{code}");
    }
}

/// Tables that are the function, base cases, special cases, truth tables.
const TABLES: &str = "\
NUMERALS = {'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}
MORSE = {'A': '.-', 'B': '-...', 'C': '-.-.', 'S': '...', 'O': '---'}


def roman(text):
    values = [NUMERALS[letter] for letter in text]
    return sum(-one if one < two else one for one, two in zip(values, values[1:] + [0]))


def morse(text):
    return ' '.join(MORSE[letter] for letter in text)


def both(one, two):
    return {(0, 0): 0, (0, 1): 0, (1, 0): 0, (1, 1): 1}[(one, two)]


def days(month):
    return {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30}[month]


def fibonacci(number):
    if number == 0:
        return 0
    if number == 1:
        return 1
    return fibonacci(number - 1) + fibonacci(number - 2)


def colour(name):
    return {'red': '#f00', 'green': '#0f0'}.get(name, '#000')


def beats(one, two):
    return {('rock', 'scissors'): 1, ('paper', 'rock'): 1, ('scissors', 'paper'): 1}.get((one, two), 0)


def status(code):
    if code == 200:
        return 'OK'
    if code == 404:
        return 'Not Found'
    return 'Unknown'
";
const TABLE_TESTS: &str = "\
from subject import beats, both, colour, days, fibonacci, morse, roman, status


def test_roman():
    assert roman('I') == 1
    assert roman('V') == 5
    assert roman('XIV') == 14


def test_morse():
    assert morse('A') == '.-'
    assert morse('SOS') == '... --- ...'


def test_both():
    assert both(0, 0) == 0
    assert both(0, 1) == 0
    assert both(1, 0) == 0
    assert both(1, 1) == 1


def test_days():
    for month, expected in [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30)]:
        assert days(month) == expected


def test_fibonacci():
    assert fibonacci(0) == 0
    assert fibonacci(1) == 1
    assert fibonacci(10) == 55


def test_colour():
    assert colour('red') == '#f00'
    assert colour('green') == '#0f0'


def test_beats():
    assert beats('rock', 'scissors') == 1
    assert beats('paper', 'rock') == 1
    assert beats('scissors', 'paper') == 1


def test_status():
    assert status(200) == 'OK'
    assert status(404) == 'Not Found'
";

#[test]
fn tables_that_are_the_function_are_not_told_of() {
    let evidence = run(job("tables", TABLES, TABLE_TESTS));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
    assert!(!codes(&evidence).contains(&"answers_from_tests"), "{:?}", evidence.integrity);
}
