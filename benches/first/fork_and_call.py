"""Forks, runs the files of a folder and calls the tests in the child: no isolation, no coverage, no report.

It does what executors of model-written code commonly do around that: a process of multiprocessing with shared memory
for the results, a scratch folder, silenced streams, an alarm for each call, and dangerous functions taken away.

Reads folders from standard input; answers each with microseconds of wall and of CPU time.
"""

import contextlib
import importlib.util
import inspect
import io
import multiprocessing
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import pytest  # noqa: F401

MOST_TESTS = 256
SECONDS = 20


def guard():
    """Takes away what a careless program could do most harm with; no wall against a careful one."""
    for module, names in {
        os: "kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames truncate "
        "replace unlink fchmod fchown chmod chown chroot lchown getcwd chdir",
        shutil: "rmtree move chown",
        subprocess: "Popen",
    }.items():
        for name in names.split():
            setattr(module, name, None)


@contextlib.contextmanager
def alarm(seconds):
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def tests_of(folder):
    sys.path.insert(0, folder)
    path = next(pathlib.Path(folder).rglob("test_*.py"), None) or next(pathlib.Path(folder).rglob("*_test.py"))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, thing in list(vars(module).items()):
        if inspect.isclass(thing) and issubclass(thing, unittest.TestCase):
            yield from (test for test in unittest.defaultTestLoader.loadTestsFromTestCase(thing))
        elif name.startswith("test") and inspect.isfunction(thing) and not inspect.signature(thing).parameters:
            yield thing


def check(folder, state, results):
    with tempfile.TemporaryDirectory() as scratch:
        rmtree, rmdir, unlink, chdir, getcwd = shutil.rmtree, os.rmdir, os.unlink, os.chdir, os.getcwd
        os.chdir(scratch)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError()))
            tests = list(tests_of(folder))
            guard()
            for index, test in enumerate(tests[:MOST_TESTS]):
                try:
                    with alarm(SECONDS):
                        test() if inspect.isfunction(test) else test.debug()
                    results[index] = 1
                except BaseException:
                    results[index] = 0
            state.value = 1
        shutil.rmtree, os.rmdir, os.unlink, os.chdir, os.getcwd = rmtree, rmdir, unlink, chdir, getcwd
        os.chdir("/")


context = multiprocessing.get_context("fork")
for line in sys.stdin:
    started = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    state, results = context.Value("i", 0), context.Array("b", MOST_TESTS)
    process = context.Process(target=check, args=(line.strip(), state, results))
    process.start()
    process.join(timeout=60)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(int(wall * 1e6), int(cpu * 1e6), flush=True)
