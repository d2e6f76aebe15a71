"""Watches a suite from the next process: knows what to expect, and tells what the suite did.

It never imports untrusted code and alone holds the channel to the outside.
"""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import json
import linecache
import os
import platform
import sys
import time

import _saraphina_suite_child as children
import _saraphina_suite_reach as reach
import _saraphina_suite_session as suite
import _saraphina_suite_syntax as syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterable, Iterator

    from _saraphina_server_channel import Channel
    from _saraphina_types import Frame, Job
    from coverage import Coverage
    from coverage.python import PythonFileReporter

LINES_PER_FRAME = 8000
ANSWER_SECONDS = 5.0
FUNCTIONS_PER_FRAME = 20
TEXT_PER_FRAME = 60_000
# Less than the outside keeps, so that no file arrives in part.
REWRITTEN_TEXT = 1024 * 1024


def version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


@functools.cache
def hello() -> Frame:
    return {
        "t": "hello",
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "packages": {name: version(name) for name in ("pytest", "coverage", "pylint", "ruff")},
    }


def measure(job: Job, facts: syntax.Facts, prepared: suite.Prepared, pipe: children.Pipe, channel: Channel) -> None:
    """Coverage of the code files from the child's line numbers, by coverage's own analysis."""
    from coverage.python import PythonFileReporter

    for path in syntax.measured(job):
        full = os.path.join(job["src"], path)
        ran = pipe.lines.get(path, set())
        try:
            legal = legal_lines(facts.codes[path])
            channel.say(t="ran", path=path, lines=len(ran & legal), statements=reach.statements(facts.trees[path]))
            surplus = ran - legal
            if surplus:
                surplus -= lines_of_nodes(facts.trees[path])
            file = PythonFileReporter(full, prepared.measured.coverage)
            statements, missing = analyse(file, ran)
            excluded = file.excluded_lines()
            if excluded:
                all_statements, all_missing = analyse(PythonFileReporter(full, unexcluding()), ran)
        except Exception as error:  # coverage raises many kinds for text it cannot parse
            channel.say(t="coverage_unavailable", path=path, message=str(error)[:500])
            continue
        if surplus and not (job.get("layer") and is_confused(len(surplus), len(ran & legal), missing)):
            channel.say(t="coverage_forged", path=path, line=min(surplus), count=len(surplus))
        send_lines(channel, path, "statements", statements)
        send_lines(channel, path, "missing", missing)
        if excluded:
            send_lines(channel, path, "all_statements", all_statements)
            send_lines(channel, path, "all_missing", all_missing)


def is_confused(surplus: int, known: int, missing: list[int]) -> bool:
    """Tells whether lines that do not exist come from a package of compiled code, and nobody wrote them in.

    Where a compiled event loop (uvloop) calls back, coverage's own tracer takes a few lines of other files for lines
    of the caller. Whoever forges lines means to have all of a file.
    """
    return bool(missing) and surplus * 4 <= known


def analyse(file: PythonFileReporter, ran: set[int]) -> tuple[list[int], list[int]]:
    statements = file.lines()
    return sorted(statements), sorted(statements - file.translate_lines(ran))


def unexcluding() -> Coverage:
    import coverage

    measured = coverage.Coverage(data_file=None, config_file=False, messages=False)
    measured.clear_exclude("exclude")
    return measured


def legal_lines(code: types.CodeType) -> set[int]:
    """Lines that a tracer can report: those that the compiler wrote into the code objects."""
    pending = [code]
    found: set[int] = set()
    while pending:
        code = pending.pop()
        found.update(line for _, _, line in code.co_lines() if line)
        found.add(code.co_firstlineno)
        pending.extend(item for item in code.co_consts if hasattr(item, "co_lines"))
    return found


def lines_of_nodes(tree: ast.AST) -> set[int]:
    """Lines where something of the source stands: who compiles a function anew may put a call of its own there."""
    return {node.lineno for node in ast.walk(tree) if hasattr(node, "lineno")}


def send_lines(channel: Channel, path: str, kind: str, lines: list[int]) -> None:
    for start in range(0, len(lines) or 1, LINES_PER_FRAME):
        channel.say(t="coverage", path=path, kind=kind, lines=lines[start : start + LINES_PER_FRAME])


def tell_controls(job: Job, facts: syntax.Facts, request: str, channel: Channel) -> None:
    """Only now, when the child has ended, does anything exist that it must not see."""
    import _saraphina_controls_plan as controls

    try:
        for frame in controls.frames(job, facts, request):
            channel.say(**frame)
    except Exception as error:  # trees of any shape come from outside
        channel.say(t="controls_unavailable", message=f"{type(error).__name__}: {error}"[:500])


def tell_answers(job: Job, facts: syntax.Facts, channel: Channel) -> None:
    """Tells of functions that hold the answers to their tests; controls pass with them as with any other."""
    import _saraphina_suite_answers as answers

    codes, tests = ([facts.trees[path] for path in job[role] if path in facts.trees] for role in ("code", "tests"))
    try:
        found = answers.holders(codes, tests)
    except Exception:  # trees of any shape come from outside
        return
    if found:
        channel.say(t="answers", functions=[name[:200] for name in found[:FUNCTIONS_PER_FRAME]])


def tell_remarks(job: Job, facts: syntax.Facts, ran: dict[str, set[int]], channel: Channel) -> None:
    """Tells of tests that could not fail as they are written, and of answers that they hand to the code."""
    import _saraphina_suite_remarks as remarks

    try:
        found = remarks.remarks(job, facts, ran)
    except Exception as error:  # trees of any shape come from outside
        found = {"texts_unread": (1, [type(error).__name__])}
    if found:
        channel.say(t="remarks", remarks=found)
    for path in syntax.measured(job):
        if path in facts.trees and (names := remarks.foreign(facts.trees[path])):
            channel.say(t="names", path=path, names=names)


def tell_injections(facts: syntax.Facts, channel: Channel) -> None:
    """Tells what the syntax trees say that a suite needs; controls have other values in them and no other names."""
    frame = {"t": "injections", "names": facts.injections}
    if len(json.dumps(frame)) < TEXT_PER_FRAME:
        channel.say(**frame)


def tell_rewritten(compiled: dict[str, str], channel: Channel) -> None:
    """The test files as pytest compiles them, so that controls with the same ones need not do it again."""
    budget = REWRITTEN_TEXT
    for path, text in compiled.items():
        budget -= len(text)
        if budget < 0:
            return
        for start in range(0, len(text), TEXT_PER_FRAME):
            channel.say(t="rewritten", path=path, text=text[start : start + TEXT_PER_FRAME])


def is_full(folder: str) -> bool:
    try:
        space = os.statvfs(folder)
    except OSError:
        return False
    return space.f_bavail == 0 or (space.f_files > 0 and space.f_favail == 0)


def follow(job: Job, facts: syntax.Facts, compiled: dict[str, str], child: children.Child, channel: Channel) -> None:
    ends_at = time.monotonic() + job["tests_ms"] / 1000
    started = time.monotonic()
    child.begin(job, compiled, facts.injections)
    pipe = children.Pipe(child.results, channel)
    status, lingered = children.wait_for(child.number, pipe, ends_at, child.watch)
    full = is_full(job["work"]) or is_full("/tmp")
    left = children.leftovers()
    if pipe.done and not pipe.broken:
        # Only now, when the child is dead, is it asked what the run is for.
        channel.say(t="over")
        wish, _, request = channel.ask(ANSWER_SECONDS).partition(b" ")
        if wish in (b"measure", b"plan"):
            measure(job, facts, child.prepared, pipe, channel)
            channel.say(t="measured")
        if wish == b"plan":
            tell_answers(job, facts, channel)
            tell_remarks(job, facts, pipe.lines, channel)
            tell_controls(job, facts, request.decode(errors="replace"), channel)
            tell_injections(facts, channel)
            tell_rewritten(compiled, channel)
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


def prepare() -> suite.Prepared:
    """Does all that can be done before there is a job."""
    import _saraphina_controls_plan  # noqa: F401
    import _saraphina_suite_answers  # noqa: F401

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


def rehearse(prepared: suite.Prepared) -> Iterator[suite.Prepared]:
    """Runs a sample once, so that all that is done once for a process is done before the fork."""
    # The sample's run takes the guest's folder off the path, as every run does.
    import _saraphina_suite_remarks  # noqa: F401

    files = {"rehearsed.py": SAMPLE_CODE, "test_rehearsed.py": SAMPLE_TESTS}
    for name, text in files.items():
        with open(os.path.join(suite.SOURCES, name), "w", encoding="utf-8") as file:
            file.write(text)
    job: Job = {
        "src": suite.SOURCES,
        "work": "/tmp",
        "code": ["rehearsed.py"],
        "tests": ["test_rehearsed.py"],
        "support": [],
    }
    known = sys.path[:], sys.meta_path[:], sys.argv, set(sys.modules)
    prepared.measured.go_on()
    facts = syntax.examine(job)
    suite.run(job, prepared.compiled(job, {}), facts.injections, lambda **_: None, prepared)
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


def rehearse_ends(job: Job, facts: syntax.Facts, prepared: suite.Prepared) -> None:
    """Does what the harness does when a suite is over."""
    import _saraphina_controls_plan as controls
    from coverage.python import PythonFileReporter

    path = job["code"][0]
    legal_lines(facts.codes[path])
    analyse(PythonFileReporter(os.path.join(job["src"], path), prepared.measured.coverage), {1, 2, 4})
    for _ in controls.frames({**job, "seed": ""}, facts, "f(1) == 1"):
        pass


def stand_by(prepared: suite.Prepared, foreign: Iterable[int]) -> children.Child:
    """Does what needs no job; `foreign` are handles that the suite must not have."""
    return children.Child(prepared, foreign)


def work(job: Job, channel: Channel, wait: Callable[[], children.Child]) -> None:
    began = time.monotonic()
    channel.say(**hello())
    known = job.pop("known", None) or {}
    injections = known.get("injections")
    if injections is None:
        facts = syntax.examine(job)
        for frame in facts.frames():
            channel.say(**frame)
    else:
        facts = syntax.Facts(injections)
    # A file that does not parse stops the tests that need it, and no others.
    if not facts.errors or len(job["tests"]) > 1 or job.get("part"):
        child = wait()
        # Outside, time is counted from when the job came: what reading the files took is gone.
        child.watch.ask_before(began + job["tests_ms"] / 1000)
        follow(job, facts, child.prepared.compiled(job, known.get("rewritten") or {}), child, channel)
