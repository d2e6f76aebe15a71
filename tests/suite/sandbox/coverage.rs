//! Lines of the box are measured whoever has them run.

use record::domain::evidence::Coverage;

use crate::sandbox::guest::{interpreter, laid_out, printed};
use crate::sandbox::support::{job, quick, run, run_with};

/// What makes pytest run lines of the box outside of tests: who does, the code with three statements, and the tests.
const OUTSIDE_OF_TESTS: [(&str, &str, &str); 8] = [
    (
        "the report of an exception that words itself",
        "class Refused(Exception):\n    def __str__(self):\n        return 'no'\n",
        "from subject import Refused\n\n\ndef test_it():\n    raise Refused(1)\n",
    ),
    (
        "the report of an exception whose cause words itself",
        "class Refused(Exception):\n    def __str__(self):\n        return 'no'\n",
        "from subject import Refused\n\n\ndef test_it():\n    raise ValueError('no') from Refused(1)\n",
    ),
    (
        "a fixture",
        "def double(n):\n    twice = 2 * n\n    return twice\n",
        "import pytest\nfrom subject import double\n\n\n@pytest.fixture\ndef four():\n    return double(2)\n\n\ndef test_it(four):\n    assert four == 4\n",
    ),
    (
        "what is called after each test",
        "def double(n):\n    twice = 2 * n\n    return twice\n",
        "from subject import double\n\n\ndef teardown_function():\n    double(2)\n\n\ndef test_it():\n    assert 4 == 4\n",
    ),
    (
        "names of parameters",
        "def named(n):\n    name = str(n)\n    return name\n",
        "import pytest\nfrom subject import named\n\n\n@pytest.mark.parametrize('n', [2], ids=named)\ndef test_it(n):\n    assert n == 2\n",
    ),
    (
        "a look at what a module holds",
        "class Any:\n    def __getattr__(self, name):\n        raise AttributeError(name)\n",
        "from subject import Any\n\nany = Any()\n\n\ndef test_it():\n    assert 2 == 2\n",
    ),
    (
        "a test case of the standard library",
        "def double(n):\n    twice = 2 * n\n    return twice\n",
        "import unittest\nfrom subject import double\n\n\nclass DoubleTest(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.four = double(2)\n\n    def test_it(self):\n        assert self.four == 4\n",
    ),
    (
        "garbage that is collected between tests",
        "class Last:\n    def __del__(self):\n        self.own = None\n",
        "import gc\nfrom subject import Last\n\n\ndef test_it():\n    gc.collect()\n    gc.set_threshold(20)\n    last = Last()\n    last.own = last\n",
    ),
];

#[test]
fn lines_that_pytest_has_run_outside_of_tests_are_measured() {
    let backend = quick();

    for (who, code, tests) in OUTSIDE_OF_TESTS {
        let evidence = run_with(&backend, job("outside", code, tests));

        assert_eq!(evidence.coverage, Some(Coverage::of(3, 3, vec![])), "{who}");
    }
}

#[test]
fn a_thread_is_measured_that_goes_on_between_tests_and_collects_garbage_there() {
    let between: Vec<String> =
        (0..30).map(|number| format!("def test_{number}():\n    pass\n\n\n")).collect();
    let between = between.concat();
    let tests = format!(
        "import gc\nimport sys\nimport threading\nfrom subject import double\n\nshared = {{}}\n\n\n\
         def work():\n    while not shared.get('asked'):\n        gc.collect(0)\n    double(2)\n\n\n\
         def test_begin():\n    sys.setswitchinterval(1e-6)\n    \
         shared['thread'] = threading.Thread(target=work)\n    shared['thread'].start()\n\n\n\
         {between}def test_end():\n    shared['asked'] = True\n    shared['thread'].join()\n"
    );

    let evidence =
        run(job("threaded", "def double(n):\n    twice = 2 * n\n    return twice\n", tests));

    assert_eq!(evidence.coverage, Some(Coverage::of(3, 3, vec![])));
    assert!(evidence.integrity.findings.iter().all(|finding| finding.code != "tracer_removed"));
}

/// A decorator that compiles its function anew from its own text, with a look at the first parameter on the line of that.
const COMPILED_ANEW: &str = "import ast
import inspect
import textwrap


def watched(function):
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    made = tree.body[0]
    made.decorator_list = []
    look = ast.parse('one').body[0]
    for node in ast.walk(look):
        ast.copy_location(node, made.args.args[0])
    made.body.insert(0, look)
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    names = {}
    exec(compile(tree, function.__code__.co_filename, 'exec'), function.__globals__, names)
    return names[function.__name__]


@watched
def larger(
    one,
    other,
):
    return max(one, other)
";

#[test]
fn what_is_compiled_anew_from_its_own_text_is_no_forgery() {
    let tests = "from subject import larger\n\n\ndef test_it():\n    assert larger(1, 2) == 2\n";

    let evidence = run(job("anew", COMPILED_ANEW, tests));

    let codes: Vec<&str> =
        evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert!(!codes.contains(&"coverage_forged"), "{codes:?}");
}

#[test]
fn lines_on_which_nothing_stands_are_forged() {
    let code = "def double(n):\n    # Nothing\n\n    return 2 * n\n\n\n\
                def other():\n    return 1\n\n\n\
                exec(compile('\\n' * 8 + 'one = 1', __file__, 'exec'))\n";
    let tests = "from subject import double\n\n\ndef test_it():\n    assert double(1) == 2\n";

    let evidence = run(job("blank", code, tests));

    let codes: Vec<&str> =
        evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert!(codes.contains(&"coverage_forged"), "{codes:?}");
}

/// Beside compiled event loops a few lines of other files are told; whoever forges has all of a file, or much of it.
#[test]
fn few_lines_too_many_are_a_slip_of_the_tracer_only_where_others_are_missing() {
    let folder = laid_out("confused").display().to_string();
    let program = "\
import sys
sys.path.insert(0, sys.argv[1])
import _saraphina_suite_observe as observe
print([observe.is_confused(*given) for given in ((3, 100, [7]), (3, 100, []), (26, 100, [7]), (1, 3, [7]))])";

    let said = printed(&interpreter(), &["-c", program, &folder]);

    assert_eq!(said.trim(), "[True, False, False, False]");
}
