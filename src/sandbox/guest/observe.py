"""Watches a suite from the next process: knows what to expect, forks the child that runs it.

It never imports untrusted code and alone holds the channel to the outside. What the
child says travels through a pipe and is passed on marked as the child's word.
"""

import atexit
import functools
import importlib.metadata
import json
import linecache
import os
import platform
import select
import signal
import struct
import sys
import threading
import time

import _saraphina_channel as channels
import _saraphina_suite as suite
import _saraphina_syntax as syntax

FRAME_BYTES = 96 * 1024
CHILD_BYTES = 16 * 1024 * 1024
LINGER_SECONDS = 1.0
LEFTOVER_SECONDS = 0.25
LINES_PER_FRAME = 8000
ANSWER_SECONDS = 5.0
TEXT_PER_FRAME = 60_000
# Less than the outside keeps, so that no file arrives in part.
REWRITTEN_TEXT = 1024 * 1024


def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


@functools.cache
def hello():
    return {
        "t": "hello",
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "packages": {name: version(name) for name in ("pytest", "coverage", "pylint", "ruff")},
    }


class Pipe:
    """What the child says: length-capped frames out of a byte stream."""

    def __init__(self, descriptor, channel):
        self.descriptor = descriptor
        self.channel = channel
        self.pending = b""
        self.total = 0
        self.done = False
        self.broken = ""
        self.lines = {}
        os.set_blocking(descriptor, False)

    def drain(self):
        while not self.broken:
            try:
                data = os.read(self.descriptor, 65536)
            except BlockingIOError:
                return
            if not data:
                return
            self.total += len(data)
            if self.total > CHILD_BYTES:
                self.broken = "more than 16 MiB of results"
                return
            self.pending += data
            self.split()

    def split(self):
        while len(self.pending) >= 4 and not self.broken:
            (size,) = struct.unpack(">I", self.pending[:4])
            if size > FRAME_BYTES:
                self.broken = "a frame over its bound"
                return
            if len(self.pending) < 4 + size:
                return
            body, self.pending = self.pending[4 : 4 + size], self.pending[4 + size :]
            self.take(body)

    def take(self, body):
        try:
            frame = json.loads(body)
            kind = frame["t"]
        except (ValueError, TypeError, KeyError, RecursionError):
            self.broken = "a frame that does not parse"
            return
        if kind == "lines":
            self.take_lines(frame)
            return
        self.done = self.done or kind == "done"
        self.channel.pass_on(b"C", body)

    def take_lines(self, frame):
        path, lines = frame.get("path"), frame.get("lines")
        if isinstance(path, str) and isinstance(lines, list):
            known = self.lines.setdefault(path, set())
            known.update(line for line in lines if type(line) is int and 0 < line < 1 << 24)


def wait_for(child, pipe, ends_at):
    """Follows the child until it ended; gives the wait status and whether it had to be killed."""
    handle = os.pidfd_open(child)
    poller = select.poll()
    poller.register(handle, select.POLLIN)
    poller.register(pipe.descriptor, select.POLLIN)
    done_at = None
    while True:
        events = dict(poller.poll(50))
        if pipe.descriptor in events:
            pipe.drain()
            if events[pipe.descriptor] & (select.POLLHUP | select.POLLERR):
                poller.unregister(pipe.descriptor)
        if handle in events:
            pipe.drain()
            return os.waitpid(child, 0)[1], False
        now = time.monotonic()
        if pipe.done and done_at is None:
            done_at = now
        lingers = done_at is not None and now - done_at > LINGER_SECONDS
        if lingers or pipe.broken or now > ends_at:
            os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
            return status, lingers


def others(known):
    """Processes of the jail that are neither ours nor dead already."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in known:
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                state = file.read().rpartition(b")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if state not in (b"Z", b"X"):
            found.append(int(name))
    return found


def leftovers():
    known = {1, os.getpid()}
    ends_at = time.monotonic() + LEFTOVER_SECONDS
    while True:
        found = others(known)
        if not found or time.monotonic() > ends_at:
            return len(found)
        time.sleep(0.01)


def measure(job, facts, prepared, pipe, channel):
    """Coverage of the code files from the child's line numbers, by coverage's own analysis."""
    from coverage.python import PythonFileReporter

    for path in job["code"]:
        full = os.path.join(job["src"], path)
        ran = pipe.lines.get(path, set())
        try:
            surplus = ran - legal_lines(facts.codes[path])
            file = PythonFileReporter(full, prepared.measured.coverage)
            statements, missing = analyse(file, ran)
            excluded = file.excluded_lines()
            if excluded:
                all_statements, all_missing = analyse(PythonFileReporter(full, unexcluding()), ran)
        except Exception as error:  # coverage raises many kinds for text it cannot parse
            channel.say(t="coverage_unavailable", path=path, message=str(error)[:500])
            continue
        if surplus:
            channel.say(t="coverage_forged", path=path, count=len(surplus))
        send_lines(channel, path, "statements", statements)
        send_lines(channel, path, "missing", missing)
        if excluded:
            send_lines(channel, path, "all_statements", all_statements)
            send_lines(channel, path, "all_missing", all_missing)


def analyse(file, ran):
    statements = file.lines()
    return sorted(statements), sorted(statements - file.translate_lines(ran))


def unexcluding():
    import coverage

    measured = coverage.Coverage(data_file=None, config_file=False, messages=False)
    measured.clear_exclude("exclude")
    return measured


def legal_lines(code):
    """Lines that a tracer can report: those that the compiler wrote into the code objects."""
    pending = [code]
    found = set()
    while pending:
        code = pending.pop()
        found.update(line for _, _, line in code.co_lines() if line)
        found.add(code.co_firstlineno)
        pending.extend(item for item in code.co_consts if hasattr(item, "co_lines"))
    return found


def send_lines(channel, path, kind, lines):
    for start in range(0, len(lines) or 1, LINES_PER_FRAME):
        channel.say(t="coverage", path=path, kind=kind, lines=lines[start : start + LINES_PER_FRAME])


def tell_controls(job, facts, channel):
    """Only now, when the child has ended, does anything exist that it must not see."""
    import _saraphina_controls as controls

    try:
        for frame in controls.frames(job, facts):
            channel.say(**frame)
    except Exception as error:  # trees of any shape come from outside
        channel.say(t="controls_unavailable", message=f"{type(error).__name__}: {error}"[:500])


def tell_rewritten(prepared, channel):
    """The test files as pytest compiles them, so that controls with the same ones need not do it again."""
    budget = REWRITTEN_TEXT
    for path, text in prepared.rewritten.items():
        budget -= len(text)
        if budget < 0:
            return
        for start in range(0, len(text), TEXT_PER_FRAME):
            channel.say(t="rewritten", path=path, text=text[start : start + TEXT_PER_FRAME])


def is_full(folder):
    try:
        space = os.statvfs(folder)
    except OSError:
        return False
    return space.f_bavail == 0 or (space.f_files > 0 and space.f_favail == 0)


def finish_child():
    """Ends like an interpreter would: joins threads, runs exit handlers, then leaves."""
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass
    os._exit(0)


def run_child(job, facts, prepared, write_end, parent_ends):
    for descriptor in parent_ends:
        os.close(descriptor)
    channels.set_dumpable(1)

    def send(**frame):
        body = json.dumps(frame).encode()
        data = struct.pack(">I", len(body)) + body
        while data:
            data = data[os.write(write_end, data) :]

    suite.run(job, facts, send, prepared)
    finish_child()


def follow(job, facts, prepared, channel):
    read_end, write_end = os.pipe()
    ends_at = time.monotonic() + job["tests_ms"] / 1000
    started = time.monotonic()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        run_child(job, facts, prepared, write_end, (read_end, channels.CHANNEL))
    os.close(write_end)
    pipe = Pipe(read_end, channel)
    status, lingered = wait_for(child, pipe, ends_at)
    full = is_full(job["work"]) or is_full("/tmp")
    left = leftovers()
    if pipe.done and not pipe.broken:
        # Only now, when the child is dead, is it asked what the run is for.
        channel.say(t="over")
        wish = channel.ask(ANSWER_SECONDS)
        if wish in (b"measure", b"plan"):
            measure(job, facts, prepared, pipe, channel)
            channel.say(t="measured")
        if wish == b"plan":
            tell_controls(job, facts, channel)
            tell_rewritten(prepared, channel)
    channel.say(
        t="exit",
        code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        ms=int((time.monotonic() - started) * 1000),
        lingered=lingered,
        leftovers=left,
        broken=pipe.broken,
        disk_full=full,
    )


def prepare():
    """All that can be done before there is a job."""
    import _saraphina_controls  # noqa: F401

    hello()
    return suite.Prepared()


SAMPLE_CODE = """\
def double(number):
    if number is None:
        raise ValueError("nothing to double")
    return 2 * number
"""
SAMPLE_TESTS = """\
import pytest

from rehearsed import double


@pytest.fixture
def three():
    return 3


def test_value(three):
    assert double(three) == 6


@pytest.mark.parametrize("number", [1])
def test_difference(number, tmp_path):
    assert double(number) == [3]


def test_error():
    with pytest.raises(ValueError):
        double(None)
"""


def rehearse(prepared):
    """Runs a sample once, so that all that is done once for a process is done before the fork."""
    files = {"rehearsed.py": SAMPLE_CODE, "test_rehearsed.py": SAMPLE_TESTS}
    for name, text in files.items():
        with open(os.path.join(suite.SOURCES, name), "w", encoding="utf-8") as file:
            file.write(text)
    job = {"src": suite.SOURCES, "work": "/tmp", "code": ["rehearsed.py"], "tests": ["test_rehearsed.py"], "support": []}
    known = sys.path[:], sys.meta_path[:], sys.argv, set(sys.modules)
    prepared.measured.go_on()
    facts = syntax.examine(job)
    prepared.rewrite(job)
    suite.run(job, facts, lambda **_: None, prepared)
    rehearse_ends(job, facts, prepared)
    prepared.forget()
    sys.path[:], sys.meta_path[:], sys.argv = known[:3]
    for name in ("rehearsed", "test_rehearsed"):
        sys.modules.pop(name, None)
    for path in [os.path.join(suite.SOURCES, name) for name in files]:
        os.remove(path)
        prepared.measured.forget(path)
    sys.path_importer_cache.pop(suite.SOURCES, None)
    linecache.clearcache()
    os.chdir("/")
    yield suite.Prepared(prepared.measured)


def rehearse_ends(job, facts, prepared):
    """What the harness does when the suite is over."""
    import _saraphina_controls as controls
    from coverage.python import PythonFileReporter

    path = job["code"][0]
    legal_lines(facts.codes[path])
    analyse(PythonFileReporter(os.path.join(job["src"], path), prepared.measured.coverage), {1, 2, 4})
    for _ in controls.frames({**job, "seed": ""}, facts):
        pass


def work(job, channel, prepare):
    channel.say(**hello())
    facts = syntax.examine(job)
    for frame in facts.frames():
        channel.say(**frame)
    # A file that does not parse stops the tests that need it, and no others.
    if not facts.errors or len(job["tests"]) > 1:
        prepared = prepare()
        prepared.rewrite(job)
        follow(job, facts, prepared, channel)
