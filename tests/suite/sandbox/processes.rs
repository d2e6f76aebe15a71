//! Suites that start processes of their own do so in every way that Python has.

use record::domain::evidence::IntegrityState;
use record::domain::verdict::VerdictWord;

use crate::sandbox::support::{job, run, verdict};

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
