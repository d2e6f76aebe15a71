"""Runs one job through the guest without a jail and prints what it said; the words are patches to switch off.

    patches.py tests|lint GUEST [PATCH ...]

Each of the patches named is told that it was tried on another version only, as on an interpreter or a tool that nobody
knows yet. The answer is one line of JSON: the patches that switched themselves off, and the frames without their times.
"""

import importlib
import json
import os
import socket
import sys
import tempfile

kind, guest, *switched_off = sys.argv[1:]
sys.path.insert(0, guest)

import _saraphina_server_patches as patches  # noqa: E402

for name in switched_off:
    patches.PATCHES[name].tried = dict.fromkeys(patches.PATCHES[name].tried, ("0",))

import _saraphina_server_channel as channels  # noqa: E402
import _saraphina_server_confine as confine  # noqa: E402
import _saraphina_server_huge as huge  # noqa: E402
import _saraphina_server_immortal as immortal  # noqa: E402
import _saraphina_suite_child as children  # noqa: E402
import _saraphina_suite_session as session  # noqa: E402
import _saraphina_suite_settings as settings  # noqa: E402

CODE = """\
import os


def double(number):
    if number is None:
        raise ValueError("nothing to double")
    return 2 * number


def halves(number):
    while number:
        number //= 2
        yield number


class Unused:
    def method(self):
        return 1
"""
TESTS = """\
import pytest


@pytest.mark.parametrize("number", [1, 2])
def test_double(number, tmp_path):
    assert double(number) == number + number


def test_error():
    with pytest.raises(ValueError):
        double(None)


def test_wrong():
    assert list(halves(4)) == [2, 1]


class TestHalves:
    def test_right(self):
        assert list(halves(4)) == [2, 1, 0]
"""
FILES = {"subject.py": CODE, "test_subject.py": TESTS, "test_more.py": "def test_more():\n    assert double(3) == 6\n"}
JOB = {
    "code": ["subject.py"],
    "tests": ["test_subject.py", "test_more.py"],
    "support": [],
    "seed": "seed",
    "tests_ms": 20_000,
    "lines_by_test": True,
    "linter": "pylint",
}
# What differs from run to run, or is long and made by the other process.
PASSED_OVER = ("hello", "rewritten")
WORKERS = {"tests": "_saraphina_suite_observe", "lint": "_saraphina_lint_linters"}


def prepared(worker):
    """What a fork server holds when it has rehearsed."""
    state = worker.prepare()
    for state in worker.rehearse(state):
        pass
    immortal.immortalise()
    huge.gather()
    return state


def answers(worker, state, job):
    """The frames of a job, which a fork does as it would in a box."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        channel = channels.Channel(theirs.detach())
        waiting = worker.stand_by(state, (channel.socket.fileno(),))
        worker.work(job, channel, lambda: waiting)
        os._exit(0)
    theirs.close()
    while message := ours.recv(1 << 17):
        frame = json.loads(message[1:])
        if frame["t"] == "over":
            ours.send(b"plan")
        if frame["t"] not in PASSED_OVER:
            yield {key: value for key, value in frame.items() if key not in ("ms", "message")}


def main():
    # Other processes of the machine are nobody's leftovers.
    children.leftovers = lambda: 0
    # Only in a jail is there a filter, and the right to install it.
    confine.guard = confine.keep_off = lambda *_: None
    worker = importlib.import_module(WORKERS[kind])
    with tempfile.TemporaryDirectory() as folder:
        source, work = os.path.join(folder, "src"), os.path.join(folder, "work")
        os.mkdir(source)
        os.mkdir(work)
        session.SOURCES = settings.SOURCES = source
        state = prepared(worker)
        for name, text in FILES.items():
            with open(os.path.join(source, name), "w", encoding="utf-8") as file:
                file.write(text)
        frames = list(answers(worker, state, {**JOB, "src": source, "work": work}))
    off = [name for name in patches.PATCHES if not patches.is_tried(name)]
    print(json.dumps({"off": off, "frames": frames}))


main()
