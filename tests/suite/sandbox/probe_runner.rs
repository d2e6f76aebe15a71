//! What the light runner knows of pytest.

use std::collections::BTreeMap;

use record::domain::probe::Traced;
use record::domain::role::Role;
use record::domain::source::Source;

use crate::sandbox::probing::{pair, traced};
use crate::sandbox::support::file;

/// The kinds of complaints by case, `""` where it passes; without the path.
fn kinds(traced: &Traced) -> BTreeMap<&str, &str> {
    let kind = |complaint: &Option<_>| complaint.is_some();
    let cases = traced.cases.iter();
    cases
        .map(|case| {
            let told = case.complaint.as_ref().map_or("", |complaint| complaint.kind.as_str());
            assert_eq!(kind(&case.complaint), !told.is_empty());
            (case.id.strip_prefix("test_subject.py::").unwrap(), told)
        })
        .collect()
}

pub(crate) const CODE: &str = "def double(value):\n    return value * 2\n";
pub(crate) const PARAMETERS: &str = "import enum\nimport pytest\nfrom subject import double\n\n\nclass Colour(enum.Enum):\n    RED = 1\n\n\n@pytest.mark.parametrize('value', [1, 1, 'x y', 'é\\n', b'\\x00', 1.5, None, True, Colour.RED, double, [1], pytest.param(3, id='three', marks=pytest.mark.xfail)])\ndef test_one(value):\n    assert value is not None\n\n\n@pytest.mark.parametrize('first', [1, 2])\n@pytest.mark.parametrize(('second', 'third'), [('a', 0), ('b', 1)], ids=['A', None])\nclass TestMore:\n    @pytest.mark.parametrize('fourth', [9], ids=lambda value: f'<{value}>')\n    def test_two(self, first, second, third, fourth):\n        assert third == 0\n";
pub(crate) const FIXTURES: &str = "import os\nimport pytest\nfrom subject import double\n\nLOG = []\n\n\n@pytest.fixture(autouse=True)\ndef around():\n    LOG.append('before')\n    yield\n    LOG.append('after')\n\n\n@pytest.fixture(params=[1, 2])\ndef number(request):\n    return request.param\n\n\n@pytest.fixture(scope='module')\ndef shared():\n    LOG.append('shared')\n    yield [double(1)]\n\n\ndef test_params(number, shared):\n    assert double(number) == number + number\n    assert shared == [2] and LOG.count('shared') == 1\n\n\ndef test_built_in(tmp_path, capsys, monkeypatch):\n    (tmp_path / 'a').write_text('b')\n    print('told')\n    monkeypatch.setenv('WORD', 'set')\n    assert capsys.readouterr().out == 'told\\n'\n    assert os.environ['WORD'] == 'set' and (tmp_path / 'a').read_text() == 'b'\n\n\ndef test_undone():\n    assert 'WORD' not in os.environ\n    assert LOG[-1] == 'before'\n\n\ndef test_broken(missing_of_ours):\n    pass\n\n\n@pytest.fixture\ndef missing_of_ours():\n    raise OSError('no')\n\n\nclass TestSetUp:\n    def setup_method(self):\n        self.value = double(2)\n\n    def test_value(self):\n        assert self.value == 4\n";
pub(crate) const CLASSES: &str = "import unittest\nfrom subject import double\n\n\nclass Cases(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.known = 4\n\n    def setUp(self):\n        self.value = double(2)\n\n    def test_value(self):\n        self.assertEqual(self.value, self.known)\n\n    def test_parts(self):\n        for number in range(3):\n            with self.subTest(number=number):\n                self.assertNotEqual(number, 1)\n\n    def test_raises(self):\n        with self.assertRaisesRegex(TypeError, 'unsupported'):\n            double(object())\n\n    @unittest.expectedFailure\n    def test_expected(self):\n        self.fail()\n\n    @unittest.skip('later')\n    def test_skipped(self):\n        self.fail()\n";
pub(crate) const RAISED: &str = "import pytest\nfrom subject import double\n\n\ndef test_raises():\n    with pytest.raises(TypeError, match='unsupported') as info:\n        double({})\n    assert isinstance(info.value, TypeError)\n\n\ndef test_not_raised():\n    with pytest.raises(ValueError):\n        double(1)\n\n\ndef test_other_text():\n    with pytest.raises(TypeError, match='^no$'):\n        double({})\n\n\ndef test_near():\n    assert double(0.1 + 0.2) == pytest.approx(0.6)\n    assert [0.1 + 0.2, 1] == pytest.approx([0.3, 1])\n    assert {'a': 0.1 + 0.2} == pytest.approx({'a': 0.3})\n    assert 1e-13 == pytest.approx(0)\n    assert 1.1 == pytest.approx(1, abs=0.2)\n    assert (1, 2) != pytest.approx((1, 3)) and 1.00001 != pytest.approx(1)\n\n\ndef test_failed():\n    pytest.fail('told')\n\n\n@pytest.mark.xfail\ndef test_expected():\n    assert double(1) == 3\n\n\n@pytest.mark.xfail(strict=True)\ndef test_strict():\n    assert double(1) == 2\n";

#[test]
fn parameters_are_named_as_pytest_names_them() {
    let traced = traced(pair(CODE, PARAMETERS));

    let wrong = "AssertionError";
    let expected = [
        ("test_one[1_0]", ""),
        ("test_one[1_1]", ""),
        ("test_one[x y]", ""),
        ("test_one[\\xe9\\n]", ""),
        ("test_one[\\x00]", ""),
        ("test_one[1.5]", ""),
        ("test_one[None]", wrong),
        ("test_one[True]", ""),
        ("test_one[Colour.RED]", ""),
        ("test_one[double]", ""),
        ("test_one[value10]", ""),
        ("test_one[three]", ""),
        ("TestMore::test_two[<9>-A-1]", ""),
        ("TestMore::test_two[<9>-A-2]", ""),
        ("TestMore::test_two[<9>-b-1-1]", wrong),
        ("TestMore::test_two[<9>-b-1-2]", wrong),
    ];
    assert_eq!(kinds(&traced), expected.into());
}

#[test]
fn fixtures_are_made_and_undone() {
    let traced = traced(pair(CODE, FIXTURES));

    let expected = [
        ("test_params[1]", ""),
        ("test_params[2]", ""),
        ("test_built_in", ""),
        ("test_undone", ""),
        ("test_broken", "OSError"),
        ("TestSetUp::test_value", ""),
    ];
    assert_eq!((kinds(&traced), &traced.unfit), (expected.into(), &vec![]));
}

#[test]
fn classes_of_unittest_run_by_its_own_machinery() {
    let traced = traced(pair(CODE, CLASSES));

    let expected = [
        ("Cases::test_value", ""),
        ("Cases::test_parts", "AssertionError"),
        ("Cases::test_raises", ""),
        ("Cases::test_expected", ""),
    ];
    assert_eq!(kinds(&traced), expected.into());
    let skipped = ("test_subject.py::Cases::test_skipped".to_owned(), "it is skipped".to_owned());
    assert_eq!(traced.unfit, [skipped]);
}

#[test]
fn raised_and_nearly_equal_values_are_judged_as_by_pytest() {
    let traced = traced(pair(CODE, RAISED));

    let expected = [
        ("test_raises", ""),
        ("test_not_raised", "Failed"),
        ("test_other_text", "AssertionError"),
        ("test_near", ""),
        ("test_failed", "Failed"),
        ("test_expected", ""),
        ("test_strict", "Failed"),
    ];
    assert_eq!(kinds(&traced), expected.into());
}

#[test]
fn what_only_pytest_can_run_is_told_with_its_reason() {
    let tests = "import sys\nimport pytest\nfrom subject import double\n\n\nasync def test_async():\n    assert double(1) == 2\n\n\ndef test_unknown(caplog):\n    assert double(1) == 2\n\n\n@pytest.mark.skipif(sys.version_info > (3,), reason='no')\ndef test_skipped():\n    assert double(1) == 2\n\n\ndef test_skips():\n    pytest.skip('now')\n\n\ndef test_request(request):\n    assert request.config\n\n\ndef test_fit():\n    assert double(1) == 2\n";

    let traced = traced(pair(CODE, tests));

    let unfit: BTreeMap<&str, &str> = traced
        .unfit
        .iter()
        .map(|(id, why)| (id.strip_prefix("test_subject.py::").unwrap(), why.as_str()))
        .collect();
    let expected = [
        ("test_async", "it is asynchronous"),
        ("test_unknown", "it asks for caplog"),
        ("test_skipped", "it is skipped"),
        ("test_skips", "it is skipped"),
        ("test_request", "it uses request.config"),
    ];
    assert_eq!(unfit, expected.into());
    assert_eq!(kinds(&traced), [("test_fit", "")].into());
}

#[test]
fn fixtures_of_a_conftest_are_made() {
    let files = vec![
        file("subject.py", Role::Code, CODE),
        file(
            "test_subject.py",
            Role::Test,
            "def test_one(one):\n    assert one == 1\n\n\ndef test_two():\n    pass\n",
        ),
        file(
            "conftest.py",
            Role::Support,
            "import pytest\n\n\n@pytest.fixture\ndef one():\n    return 1\n",
        ),
    ];

    let traced = traced(Source::new(files).unwrap());

    assert_eq!((traced.cases.len(), traced.unfit.len()), (2, 0));
}

#[test]
fn names_that_tests_forgot_to_import_are_bound() {
    let tests = "def test_double():\n    assert double(2) == 4\n";

    let traced = traced(pair(CODE, tests));

    assert_eq!(kinds(&traced), [("test_double", "")].into());
}

#[test]
fn a_subject_named_like_a_standard_module_wins_for_the_box() {
    let files = vec![
        file("queue.py", Role::Code, CODE),
        file(
            "test_queue.py",
            Role::Test,
            "import concurrent.futures\nfrom queue import double\n\n\ndef test_double():\n    with concurrent.futures.ThreadPoolExecutor() as pool:\n        assert pool.submit(double, 2).result() == 4\n",
        ),
    ];

    let traced = traced(Source::new(files).unwrap());

    let told: Vec<_> =
        traced.cases.iter().map(|case| (case.id.as_str(), &case.complaint)).collect();
    assert_eq!(told, [("test_queue.py::test_double", &None)]);
}
