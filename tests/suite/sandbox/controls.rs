//! What controls find, and what they leave alone.

use record::domain::controls::{Controls, Outside};
use record::domain::evidence::{Coverage, Evidence, IntegrityState, MissingLine, Share};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::Job;

use crate::sandbox::support::{file, job, job_of, quick, run, run_with, verdict};

const ADD_TESTS: &str = "from subject import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n\n\ndef test_zero():\n    assert add(0, 7) == 7\n";

fn codes(evidence: &Evidence) -> Vec<&str> {
    evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn an_honest_suite_is_confirmed_from_outside() {
    let evidence = run(job("confirmed", "def add(a, b):\n    return a + b\n", ADD_TESTS));

    assert_eq!(evidence.integrity.state, IntegrityState::Confirmed);
    assert_eq!(codes(&evidence), Vec::<&str>::new());
    let phases = [
        "stub_raises",
        "stub_empty",
        "changed_half",
        "results_changed",
        "results_nearly_right",
        "replay",
    ];
    let phases = phases.map(str::to_owned).to_vec();
    let outside = Outside { tests: 2, decided: 2, comparisons: 2, right: 2 };
    assert_eq!(
        evidence.controls,
        Controls {
            phases,
            mutated: 2,
            caught: 2,
            replayed: 2,
            confirmed: 2,
            outside,
            ..Controls::default()
        }
    );
    assert!(evidence.timings_ms.controls > 0);
}

#[test]
fn names_that_are_bound_anew_from_themselves_come_from_where_they_began() {
    let code = "class Version:\n    def __init__(self, number):\n        self.number = number\n\n    \
                def next(self):\n        return Version(self.number + 1)\n";
    let step = "    one = other.next()\n    assert one.number == 1 + other.number\n    other = one.next()\n    \
                assert one.next().number == other.number\n    assert other.number > 0\n";
    let tests = format!(
        "from subject import Version\n\n\ndef test_next():\n    other = Version(0)\n{}    assert other.number == 80\n",
        step.repeat(40)
    );

    let evidence = run(job("anew", code, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    let outside = evidence.controls.outside;
    assert_eq!((outside.comparisons, outside.right), (1, 1), "{:?}", codes(&evidence));
}

#[test]
fn tests_that_classes_have_from_one_without_a_runner_are_tried() {
    let code = "class Bag:\n    def __init__(self, things=()):\n        self.things = list(things)\n\n    def total(self):\n        return len(self.things)\n\n    \
                def most(self):\n        return max(self.things, default=None)\n\n\nclass Sack(Bag):\n    pass\n";
    let tests = "import unittest\n\nfrom subject import Bag, Sack\n\n\nclass BagTests(object):\n    kind = None\n\n    def test_total(self):\n        \
                 self.assertEqual(self.kind('abca').total(), 4)\n\n    def test_most(self):\n        self.assertEqual(self.kind('abca').most(), 'c')\n\n\n\
                 class ForBag(unittest.TestCase, BagTests):\n    kind = Bag\n\n\nclass ForSack(unittest.TestCase, BagTests):\n    kind = Sack\n";

    let evidence = run(job("inherited", code, tests));

    let told = (&evidence.integrity, &evidence.controls);
    assert_eq!(evidence.tests.passed, 4, "{told:?}");
    assert_eq!(evidence.integrity.state, IntegrityState::Controlled, "{told:?}");
    assert_eq!((evidence.controls.mutated, evidence.controls.caught), (2, 2), "{told:?}");
}

#[test]
fn a_test_that_a_class_has_in_the_place_of_an_inherited_one_is_its_own() {
    let code = "class Bag:\n    def __init__(self, things=()):\n        self.things = list(things)\n\n    def total(self):\n        return len(self.things)\n";
    let tests = "import unittest\n\nfrom subject import Bag\n\n\nclass BagTests(object):\n    def test_total(self):\n        \
                 self.assertEqual(Bag('abca').total(), 4)\n\n\nclass Short(unittest.TestCase, BagTests):\n    def test_total(self):\n        \
                 self.assertEqual(Bag('ab').total(), 2)\n\n\nclass Long(unittest.TestCase, BagTests):\n    pass\n";

    let evidence = run(job("overridden", code, tests));

    let told = (&evidence.integrity, &evidence.controls);
    assert_eq!(evidence.tests.passed, 2, "{told:?}");
    assert_eq!(evidence.integrity.state, IntegrityState::Confirmed, "{told:?}");
    assert_eq!((evidence.controls.mutated, evidence.controls.caught), (2, 2), "{told:?}");
}

#[test]
fn an_answer_that_equals_everything_is_not_believed() {
    let code = "class Any:\n    def __eq__(self, other):\n        return True\n\n\ndef add(a, b):\n    return Any()\n";

    let evidence = run(job("always", code, ADD_TESTS));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Integrity]);
    let found = ["own_operators", "mutation_unnoticed", "vacuous_tests", "equality_of_the_code"];
    assert_eq!(codes(&evidence), found);
}

#[test]
fn an_answer_read_from_the_test_is_not_believed() {
    let code = "import linecache\nimport re\nimport sys\n\n\ndef add(a, b):\n    frame = sys._getframe(1)\n    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)\n    return int(re.findall(r'== (\\d+)', line)[0])\n";

    let evidence = run(job("peeking", code, ADD_TESTS));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Integrity]);
    let told = ["comparison_missing", "control_differs", "witness_mismatch"];
    assert!(told.iter().all(|code| codes(&evidence).contains(code)), "{:?}", evidence.integrity);
}

#[test]
fn code_that_keeps_state_is_not_accused_when_calls_are_replayed() {
    let code = "COUNT = 0\n\n\ndef number():\n    global COUNT\n    COUNT += 1\n    return COUNT\n";
    let tests = "from subject import number\n\n\ndef test_loop():\n    for expected in [1, 2]:\n        assert number() == expected\n\n\ndef test_third():\n    assert number() == 3\n";

    let evidence = run(job("stateful", code, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    assert_eq!(evidence.integrity.state, IntegrityState::Controlled);
    assert_eq!(codes(&evidence), vec!["order_dependent_tests", "witness_unstable"]);
}

#[test]
fn a_suite_that_holds_one_function_against_another_is_not_vacuous() {
    let code = "def fast(number):\n    return number * (number + 1) // 2\n\n\ndef slow(number):\n    return sum(range(number + 1))\n";
    let tests = "from subject import fast, slow\n\n\ndef test_agreement():\n    for number in range(9):\n        assert fast(number) == slow(number)\n";

    let evidence = run(job("against", code, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    assert_eq!(codes(&evidence), vec!["stub_passes", "results_unchecked"]);
    assert!(evidence.controls.phases.contains(&"stub_alone".to_owned()));
}

#[test]
fn functions_whose_results_no_test_looks_at_are_named() {
    let code = "class Till:\n    def __init__(self):\n        self.sums = []\n\n    def add(self, sum):\n        self.sums.append(sum)\n        return len(self.sums)\n\n    def total(self):\n        return sum(self.sums)\n\n\ndef rate(sum):\n    return sum * 0.07\n\n\ndef words(text):\n    return text.split()\n\n\nasync def first(text):\n    return words(text)[0]\n";
    let tests = "import asyncio\n\nfrom subject import Till, first, rate, words\n\n\ndef test_till():\n    till = Till()\n    till.add(3)\n    till.add(4)\n    assert till.total() == 7\n\n\ndef test_rate():\n    assert isinstance(rate(5), float)\n    assert rate(7) == rate(7)\n\n\ndef test_words():\n    assert words('a b') == ['a', 'b']\n\n\ndef test_first():\n    assert asyncio.run(first('a b')) == 'a'\n";

    let evidence = run(job("unchecked", code, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    assert_eq!(evidence.integrity.state, IntegrityState::Controlled);
    let told = evidence.integrity.findings.iter().find(|found| found.code == "results_unchecked");
    assert!(
        told.is_some_and(|found| found.message.ends_with(": rate")),
        "{:?}",
        evidence.integrity
    );
}

#[test]
fn a_list_that_was_passed_and_is_given_back_proves_nothing_by_being_itself() {
    let code = "def scaled(weights):\n    weights[:] = [weight * 2 for weight in weights]\n    return weights\n\n\ndef turned(items):\n    items.reverse()\n    return items\n";
    let tests = "from subject import scaled, turned\n\n\ndef test_scaled():\n    weights = [1, 2]\n    expected = weights\n    assert scaled(weights) == expected\n\n\ndef test_turned():\n    items = [1, 2]\n    assert turned(items) == [2, 1]\n    assert items == [2, 1]\n";

    let evidence = run(job("itself", code, tests));

    let told = evidence.integrity.findings.iter().find(|found| found.code == "results_unchecked");
    let is_named = told.is_some_and(|found| found.message.ends_with(": scaled"));
    assert!(is_named, "{:?}", evidence.integrity);
}

#[test]
fn a_suite_that_fails_gets_no_controls() {
    let evidence = run(job("failing", "def add(a, b):\n    return a - b\n", ADD_TESTS));

    assert_eq!(evidence.integrity.state, IntegrityState::Observed);
    assert_eq!(evidence.controls, Controls::default());
    assert_eq!(codes(&evidence), vec!["controls_skipped"]);
}

#[test]
fn a_stub_that_never_ends_is_stopped_soon() {
    let code = "def halve(number):\n    return number // 2\n";
    let tests = "from subject import halve\n\n\ndef test_down():\n    number = 8\n    while number != 1:\n        number = halve(number) or 5\n    assert halve(9) == 4\n";

    let evidence = run(job("endless", code, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    assert_eq!(evidence.controls.caught, 1);
    assert!(evidence.timings_ms.controls < 20_000, "{:?}", evidence.timings_ms);
}

#[test]
fn a_test_that_raised_cannot_be_reported_as_passed() {
    let tests = "import _pytest.reports as reports\nfrom subject import double\n\nplain = \
        reports.TestReport.from_item_and_call.__func__\n\n\ndef always(cls, item, call):\n    \
        report = plain(cls, item, call)\n    report.outcome = 'passed'\n    report.longrepr = None\n    \
        return report\n\n\nreports.TestReport.from_item_and_call = classmethod(always)\n\n\n\
        def test_double():\n    assert double(2) == 5\n";

    let evidence = run(job("relabelled", "def double(n):\n    return 2 * n\n", tests));

    assert_eq!(evidence.integrity.state, IntegrityState::Broken, "{:?}", evidence.integrity);
    assert!(codes(&evidence).contains(&"protocol"), "{:?}", evidence.integrity);
}

#[test]
fn a_conftest_cannot_report_a_test_that_raised_as_passed() {
    let code = "def double(n):\n    return 2 * n\n";
    let conftest = "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\n\
        def pytest_runtest_makereport(item, call):\n    report = (yield).get_result()\n    \
        if item.name == 'test_known_to_fail' and report.failed:\n        report.outcome = 'passed'\n";
    let tests = "from subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n\n\n\
        def test_known_to_fail():\n    assert double(2) == 5\n";
    let files = [
        ("subject.py", Role::Code, code),
        ("test_subject.py", Role::Test, tests),
        ("conftest.py", Role::Support, conftest),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text)).to_vec();

    let evidence = run(job_of("awaited", Source::new(files).unwrap()));

    assert!(codes(&evidence).contains(&"protocol"), "{:?}", evidence.integrity);
    assert_eq!(verdict(&evidence).reasons, vec![Reason::Integrity]);
}

#[test]
fn a_stub_is_stopped_at_the_first_test_that_fails() {
    let code = "def double(n):\n    return 2 * n\n";
    let tests = "import time\nfrom subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n\n\n\
        def test_slow_on_a_stub():\n    try:\n        is_stub = double(1) != 2\n    except Exception:\n        is_stub = True\n    \
        time.sleep(60 if is_stub else 0)\n";

    let evidence = run(job("stopped-stub", code, tests));

    assert_eq!(evidence.integrity.state, IntegrityState::Controlled, "{:?}", evidence.integrity);
    assert_eq!(codes(&evidence), vec!["unproven_tests"]);
    let times = &evidence.timings_ms;
    // One stub that waits for its deadline takes this long, and three of them follow each other.
    assert!(times.controls < 4 * times.tests + 3_000, "{times:?}");
}

#[test]
fn controls_of_the_same_content_are_remembered() {
    let backend = quick();
    let one = || job("remembered", "def add(a, b):\n    return b + a\n", ADD_TESTS);

    let [first, second] = [run_with(&backend, one()), run_with(&backend, one())];

    assert_eq!(second.controls, first.controls);
    assert_eq!(second.integrity, first.integrity);
    assert!(second.timings_ms.controls * 4 < first.timings_ms.controls);
}

#[test]
fn coverage_is_told_with_and_without_excluded_lines() {
    let code = "def add(a, b):\n    return a + b\n\n\ndef never(x):  # pragma: no cover\n    if x:\n        return 1\n    return 2\n";

    let evidence = run(job("excluded", code, ADD_TESTS));

    let expected = Coverage {
        unexcluded: Some(Share::of(3, 6)),
        ..Coverage::of(2, 2, Vec::<MissingLine>::new())
    };
    assert_eq!(evidence.coverage, Some(expected));
    assert_eq!(codes(&evidence), vec!["coverage_pragma"]);
}

/// Looks for compiled tests among what the frames around it know and in the file of a fresh interpreter.
const LOOKS: &str = "import json, sys\n\n\ndef has_compiled_tests():\n    frame = sys._getframe()\n    while frame:\n        \
                     for known in list(frame.f_locals.values()):\n            \
                     if isinstance(known, dict) and (known.get('rewritten') or known.get('known')):\n                return True\n        \
                     frame = frame.f_back\n    try:\n        with open('/saraphina/job.json') as file:\n            \
                     return bool(json.load(file).get('known'))\n    except OSError:\n        return False\n\n\n";

#[test]
fn a_replay_holds_nothing_of_the_tests() {
    let code = format!("{LOOKS}def double(n):\n    return -1 if has_compiled_tests() else 2 * n\n");
    let tests = "from subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n";

    for fresh in [false, true] {
        let evidence = run(Job { fresh, ..job("replay-looks", code.as_str(), tests) });

        let controls = &evidence.controls;
        assert_eq!((controls.replayed, controls.confirmed), (1, 1), "fresh: {fresh}");
        // Code that looks through the memory of its runner is never confirmed as a whole.
        assert_eq!(evidence.integrity.state, IntegrityState::Controlled, "fresh: {fresh}");
    }
}

#[test]
fn tests_cannot_tell_a_control_by_what_is_compiled() {
    let code = "def double(n):\n    return 2 * n\n";
    let tests = format!(
        "{LOOKS}from subject import double\n\n\ndef test_double():\n    try:\n        double(2)\n    \
         except Exception:\n        pass\n    assert not has_compiled_tests()\n"
    );

    for fresh in [false, true] {
        let evidence = run(Job { fresh, ..job("control-looks", code, tests.as_str()) });

        assert_eq!(evidence.integrity.state, IntegrityState::Suspect, "fresh: {fresh}");
    }
}

/// Forms in which suites expect things, beside plain comparisons with literals.
const FORMS: &str = "import asyncio\nimport warnings\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Point:\n    x: int\n    y: int\n\n    def __add__(self, other):\n        return Point(self.x + other.x, self.y + other.y)\n\n\nclass Cache:\n    def __init__(self):\n        self.kept = {}\n\n    def put(self, key, value):\n        self.kept[key] = value\n\n    def get(self, key):\n        return self.kept[key]\n\n\ndef count():\n    number = 0\n    while True:\n        yield number\n        number += 1\n\n\ndef half(number):\n    if number % 2:\n        raise ValueError(f\"odd: {number}\")\n    if number > 99:\n        warnings.warn(\"large\", UserWarning)\n    return number // 2\n\n\nasync def later(number):\n    await asyncio.sleep(0)\n    return half(number)\n";

#[test]
fn every_plain_form_of_an_expectation_is_decided_outside() {
    let tests = "import asyncio\nimport unittest\nfrom dataclasses import asdict\nfrom itertools import islice\n\nimport pytest\n\nfrom subject import Cache, Point, count, half, later\n\nA, B = Point(1, 2), Point(3, 4)\n\n\n@pytest.fixture\ndef cache():\n    cache = Cache()\n    cache.put(\"a\", 1)\n    return cache\n\n\ndef test_fixture(cache):\n    assert cache.get(\"a\") == 1\n\n\ndef test_operators():\n    assert asdict(A + B) == {\"x\": 4, \"y\": 6}\n    with pytest.raises(AttributeError):\n        A + 1\n\n\ndef test_operator_alone():\n    with pytest.raises(AttributeError):\n        B + 1\n\n\ndef test_items():\n    cases = {2: 1, 8: 4}\n    for number, expected in cases.items():\n        assert half(number) == expected\n\n\ndef test_warns():\n    with pytest.warns(UserWarning, match=\"large\"):\n        assert half(100) == 50\n\n\ndef test_first():\n    assert list(islice(count(), 3)) == [0, 1, 2]\n\n\ndef test_raises():\n    pytest.raises(ValueError, half, 3)\n\n\ndef test_named():\n    with pytest.raises(expected_exception=ValueError, match=\"odd\"):\n        half(5)\n\n\nclass LaterTest(unittest.IsolatedAsyncioTestCase):\n    async def test_task(self):\n        task = asyncio.create_task(later(4))\n        self.assertEqual(await task, 2)\n        self.assertEqual(await asyncio.gather(later(2), later(6)), [1, 3])\n\n    def test_pattern(self):\n        with self.assertRaisesRegex(ValueError, \"odd: 7\"):\n            half(7)\n        self.assertRaises(ValueError, half, 9)\n";

    let evidence = run(job("forms", FORMS, tests));

    let outside = evidence.controls.outside;
    assert_eq!(codes(&evidence), Vec::<&str>::new());
    assert_eq!((outside.tests, outside.decided), (10, 10));
    assert_eq!(evidence.integrity.state, IntegrityState::Confirmed);
}

#[test]
fn what_a_method_asserts_is_changed_for_the_same_method() {
    let tests = "import unittest\n\nimport pytest\n\nfrom subject import half\n\n\nclass HalfTest(unittest.TestCase):\n    def test_plain(self):\n        self.assertEqual(half(4), 2)\n\n    def test_in(self):\n        self.assertIn(half(4), [2, 3])\n\n    def test_almost(self):\n        self.assertAlmostEqual(half(4), 2.0, places=3)\n\n    def test_more(self):\n        self.assertGreater(half(4), 1)\n\n    def test_warns(self):\n        with self.assertWarns(UserWarning):\n            half(100)\n\n\ndef test_warns():\n    with pytest.warns(UserWarning):\n        half(200)\n";
    let start = "class HalfTest(unittest.TestCase):\n";
    let hollow = "    def assertGreater(self, *given):\n        pass\n\n";

    let honest = run(job("methods", FORMS, tests));
    let forged = run(job("methods", FORMS, tests.replace(start, &format!("{start}{hollow}"))));

    assert_eq!(verdict(&honest).word, VerdictWord::Passed);
    assert!(!codes(&honest).contains(&"unproven_tests"), "{:?}", honest.integrity);
    assert_eq!(forged.integrity.state, IntegrityState::Suspect);
    assert!(codes(&forged).contains(&"mutation_unnoticed"), "{:?}", forged.integrity);
}

/// Where values are told no comparison is made, so what an equality of the code's own does beside comparing is missed.
#[test]
fn what_a_suite_says_is_equal_is_held_against_no_other_equality() {
    let code = "def shown(name):\n    return f'Hello {name} \\n'\n";
    let tests = r#"import unittest
from subject import shown
class TestShown(unittest.TestCase):
    def setUp(self):
        self.addTypeEqualityFunc(str, self.same)
    def same(self, one, other, msg=None):
        if one.strip() != other.strip():
            raise self.failureException(msg)
    def test_shown(self):
        self.assertEqual(shown("Ann"), "Hello Ann")
"#;
    let evidence = run(job("an equality of the suite", code, tests));
    assert_eq!(codes(&evidence), ["weak_assertion"]);
    assert_eq!(evidence.integrity.state, IntegrityState::Controlled);
}

#[test]
fn an_equality_that_warns_makes_no_honest_suite_suspect() {
    let code = "import warnings\n\n\nclass Version:\n    def __init__(self, *parts):\n        self.parts = parts\n\n    def text(self):\n        return '.'.join(map(str, self.parts))\n\n    def __eq__(self, other):\n        if isinstance(other, tuple):\n            warnings.warn('compare versions', DeprecationWarning, stacklevel=2)\n        return self.parts == tuple(other)\n";
    let tests = "import pytest\nfrom subject import Version\n\n\ndef test_text():\n    assert Version(1, 2).text() == '1.2'\n\n\ndef test_equality():\n    with pytest.warns(DeprecationWarning):\n        assert Version(1, 2) == (1, 2)\n    assert Version(1, 2) == [1, 2]\n";

    let evidence = run(job("warning-equality", code, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.integrity);
    assert_eq!(evidence.integrity.state, IntegrityState::Controlled, "{:?}", evidence.integrity);
}

#[test]
fn dates_and_exact_numbers_are_decided_outside_where_they_are_those_of_python() {
    let code = "from datetime import date, datetime, timedelta\nfrom decimal import Decimal\nfrom fractions import Fraction\n\n\ndef gross(net):\n    return net * Decimal('1.19')\n\n\ndef due(start, days):\n    return start + timedelta(days=days)\n\n\ndef half(number):\n    return Fraction(number, 2)\n";
    let tests = "from datetime import date\nfrom decimal import Decimal as D\nimport fractions\n\nimport pytest\n\nfrom subject import due, gross, half\n\n\n@pytest.mark.parametrize('net, expected', [(D(1), D('1.19')), (D('0.1'), D('0.119'))])\ndef test_gross(net, expected):\n    assert gross(net) == expected\n\n\ndef test_due():\n    assert due(date(2024, 2, 28), 2) == date(2024, 3, 1)\n\n\ndef test_half():\n    assert [half(4), half(3)] == [2, fractions.Fraction(3, 2)]\n";
    // Of its own, and of that name.
    let own = "from datetime import datetime\n\nfrom subject import due\n\n\ndef date(year, month, day):\n    return datetime(year, month, day)\n\n\ndef test_due():\n    assert due(date(2024, 2, 28), 2) == date(2024, 3, 1)\n";

    let evidence = run(job("library", code, tests));
    let of_its_own = run(job("library-own", code, own));

    let outside = evidence.controls.outside;
    assert_eq!(codes(&evidence), Vec::<&str>::new());
    assert_eq!((outside.tests, outside.decided), (3, 3));
    assert_eq!(evidence.integrity.state, IntegrityState::Confirmed);
    assert_eq!(verdict(&of_its_own).word, VerdictWord::Passed, "{:?}", of_its_own.integrity);
    assert_eq!(of_its_own.controls.outside.decided, 0);
}

#[test]
fn a_date_that_says_that_it_equals_all_is_none_of_python() {
    let code = "import datetime\n\n\nclass date(datetime.date):\n    def __eq__(self, other):\n        return True\n\n    __hash__ = datetime.date.__hash__\n\n\ndef due(year):\n    return date(1, 1, 1)\n";
    let tests = "from datetime import date\n\nfrom subject import due\n\n\ndef test_due():\n    assert due(2024) == date(2024, 3, 1)\n";

    let evidence = run(job("library-forged", code, tests));

    assert_ne!(evidence.integrity.state, IntegrityState::Confirmed, "{:?}", evidence.integrity);
}
