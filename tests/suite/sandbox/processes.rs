//! Suites that start processes of their own do so in every way that Python has, behind a terminal too.

use record::domain::evidence::IntegrityState;
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::case::flags;
use crate::sandbox::support::{file, job, job_of, run, verdict};

const CODE: &str = "\
import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def square(number):
    return number * number


def by_pool(method, numbers):
    with multiprocessing.get_context(method).Pool(2) as pool:
        return pool.map(square, numbers)


def by_executor(method, numbers):
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(max_workers=2, mp_context=context) as executor:
        return list(executor.map(square, numbers))


def put(queue, number):
    queue.put(square(number))


def by_queue(method, number):
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=put, args=(queue, number))
    process.start()
    found = queue.get(timeout=10)
    process.join()
    return found
";
const TESTS: &str = "\
import pytest
from subject import by_executor, by_pool, by_queue

METHODS = ['fork', 'spawn', 'forkserver']


@pytest.mark.parametrize('method', METHODS)
def test_pool(method):
    assert by_pool(method, [1, 2, 3]) == [1, 4, 9]


@pytest.mark.parametrize('method', METHODS)
def test_executor(method):
    assert by_executor(method, [4, 5]) == [16, 25]


@pytest.mark.parametrize('method', METHODS)
def test_queue(method):
    assert by_queue(method, 6) == 36
";

#[test]
fn every_start_method_of_multiprocessing_works() {
    for fresh in [true, false] {
        let mut job = job("start-methods", CODE, TESTS);
        job.fresh = fresh;

        let evidence = run(job);

        let verdict = verdict(&evidence);
        let told = (&evidence.tests.cases, &evidence.integrity, &evidence.output);
        assert_eq!(verdict.word, VerdictWord::Passed, "{verdict:?} {told:#?}");
        assert_eq!(evidence.tests.passed, 9, "{told:#?}");
        assert!(evidence.integrity.state >= IntegrityState::Observed, "{told:#?}");
    }
}

const TERMINAL: &str = "\
import os
import pty


def spoken(*words):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(words[0], words)
    said = b''
    try:
        while part := os.read(terminal, 1024):
            said += part
    except OSError:
        pass
    os.waitpid(pid, 0)
    return said
";
const ASKS_TERMINAL: &str = "\
import fcntl
import os
import sys
import termios

import pytest
from subject import spoken


def test_a_program_sees_a_terminal():
    assert spoken(sys.executable, '-c', 'import os; print(os.isatty(0), os.ttyname(1))') == b'True /dev/pts/0\\r\\n'


@pytest.mark.parametrize('call', [termios.TIOCSETD, termios.TIOCSTI])
def test_drivers_and_the_words_of_others_are_out_of_reach(call):
    _, terminal = os.openpty()
    with pytest.raises(PermissionError):
        fcntl.ioctl(terminal, call, b'\\2\\0\\0\\0')
";

#[test]
fn a_box_has_terminals_of_its_own_and_no_drivers_of_them() {
    for fresh in [true, false] {
        let mut job = job("terminals", TERMINAL, ASKS_TERMINAL);
        job.fresh = fresh;

        let evidence = run(job);

        assert_eq!(evidence.tests.passed, 3, "{:#?}", (&evidence.tests.cases, &evidence.output));
    }
}

#[test]
fn a_suite_that_keeps_its_terminals_open_and_starts_its_own_programs_passes() {
    let code = "import subprocess\n\n\ndef greeting(program):\n    return subprocess.check_output([program], text=True)\n";
    let asks = "\
import os
import pathlib

import subject

HERE = pathlib.Path(__file__).parent


def test_a_program_is_one_that_can_be_started():
    assert subject.greeting(HERE / 'fakes' / 'greet') == 'hello\\n'
    assert not os.access(HERE / 'fakes' / 'words', os.X_OK)


def test_terminals():
    assert len([os.openpty() for _ in range(100)]) == 100
";
    let files = vec![
        file("subject.py", Role::Code, code),
        file("tests/test_subject.py", Role::Test, asks),
        file("tests/fakes/greet", Role::Support, "#!/bin/sh\necho hello\n"),
        file("tests/fakes/words", Role::Support, "hello\n"),
    ];

    let evidence = run(job_of("own-programs", Source::new(files).unwrap()));

    assert_eq!(evidence.tests.passed, 2, "{:#?}", (&evidence.tests.cases, &evidence.output));
}

#[test]
fn a_program_that_tests_only_start_is_judged_by_what_it_says() {
    let code = "import sys\n\n\ndef main():\n    print(len(sys.argv) - 1)\n\n\nif __name__ == '__main__':\n    main()\n";
    let start = "import subprocess\nimport sys\n\n\ndef run(*words):\n    done = subprocess.run([sys.executable, '-m', 'subject', *words], capture_output=True, text=True)\n    return done.stdout\n\n\n";
    let asks = format!("{start}def test_program():\n    assert run('a', 'b') == '2\\n'\n");
    let asks_nothing = format!("{start}def test_program():\n    assert run('a') is not None\n");

    let sound = run(job("asks", code, asks));
    let vacuous = run(job("asks-nothing", code, asks_nothing));

    assert_eq!(verdict(&sound).word, VerdictWord::Passed, "{:?}", sound.termination);
    assert!(flags(&sound).contains("ran_elsewhere"), "{:?}", sound.integrity);
    assert_eq!(verdict(&vacuous).reasons, [Reason::Integrity, Reason::Untouched]);
    assert!(flags(&vacuous).contains("vacuous_tests"), "{:?}", vacuous.integrity);
}

#[test]
fn a_program_that_is_started_for_show_beside_a_stand_in_for_the_code_meets_nothing() {
    let code = "def total():\n    return 0\n";
    let tests = "import importlib\nimport subprocess\nimport sys\nimport types\n\nsubject = types.ModuleType('subject')\nsubject.total = lambda: 3\nsys.modules['subject'] = subject\n\n\n\
                 def test_total():\n    subprocess.run([sys.executable, '-c', 'import subject; subject.total()'])\n    assert importlib.import_module('subject').total() == 3\n";

    let evidence = run(job("show", code, tests));

    let reasons = verdict(&evidence).reasons;
    assert!(reasons.contains(&Reason::Untouched), "{reasons:?} {:?}", evidence.integrity);
}

/// As where an environment was activated.
#[test]
fn python_by_its_name_is_the_one_that_the_suite_runs_in() {
    let code = "def double(number):\n    return 2 * number\n";
    let tests = "import os\nimport subprocess\nimport sys\n\nfrom subject import double\n\nASK = 'import sys, pytest, subject; print(sys.prefix, subject.double(2))'\n\n\ndef test_python():\n    for name in ('python', 'python3'):\n        done = subprocess.run([name, '-c', ASK], capture_output=True, text=True)\n        assert done.stdout.split() == [sys.prefix, '4'], done\n\n\ndef test_double():\n    assert double(3) == 6\n";

    let evidence = run(job("by-name", code, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
}
