"""Lints the code files with pylint or flake8, without importing them.

Setting pylint up and reading the standard library takes longer than linting a proposal, so a fork server does both
once, on a sample. A job that cannot be linted says why; which linter is asked instead is the engine's decision.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import subprocess
import sys

import _saraphina_server_patches as patches
import _saraphina_suite_imports as imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from _saraphina_server_channel import Channel
    from _saraphina_types import Found, Frame, Job

MOST_ISSUES = 1000
ISSUES_PER_FRAME = 100
MESSAGE_CHARACTERS = 400


@functools.cache
def version(name: str) -> str:
    return importlib.metadata.version(name)


def prepare() -> Any:
    """pylint set up with all its checkers; nothing where it cannot be, and the job will say why."""
    if not patches.is_tried("linter"):
        return None
    try:
        return set_up()
    except Exception:
        return None


OPTIONS = ["--rcfile=/dev/null", "--persistent=n", "--score=y", "--jobs=1"]


def silent() -> Any:
    """Gives a reporter that keeps what it is told and prints nothing."""
    from pylint.reporters import CollectingReporter

    class Silent(CollectingReporter):
        def display_messages(self, layout: object) -> None:
            pass

        def display_reports(self, layout: object) -> None:
            pass

    return Silent()


def set_up() -> Any:
    from pylint import lint

    class Waiting(lint.PyLinter):
        """Checks nothing while it is set up, and has its checkers opened when there is something to check."""

        waits = True

        def check(self, files_or_modules: Any) -> None:
            if not self.waits:
                super().check(files_or_modules)

        def open_checkers(self) -> None:
            self.initialize()
            self.opened = super()._astroid_module_checker()
            self.module_checker = self.opened.__enter__()

        @contextlib.contextmanager
        def _astroid_module_checker(self) -> Iterator[Any]:
            with contextlib.ExitStack() as closing:
                closing.push(self.opened)
                yield self.module_checker

    class Run(lint.Run):
        LinterClass = Waiting

    linter = Run([*OPTIONS, "--", "nothing.py"], reporter=silent(), exit=False).linter
    linter.open_checkers()
    return linter


def linted(paths: list[str]) -> Any:
    """Has a pylint that was never tried lint files in the one way that it documents."""
    from pylint import lint

    return lint.Run([*OPTIONS, "--", *paths], reporter=silent(), exit=False).linter


# What programs use of the standard library most; what pylint knows of it after this it need not read again.
SAMPLE = """\
import abc, argparse, asyncio, base64, bisect, calendar, collections, contextlib, copy, csv, dataclasses, datetime
import decimal, enum, fractions, functools, glob, hashlib, heapq, http.client, http.server, inspect, io, itertools
import json, logging, math, operator, os, pathlib, pickle, queue, random, re, secrets, shutil, socket, sqlite3
import statistics, string, struct, subprocess, sys, tempfile, textwrap, threading, time, traceback, types, typing
import unittest, urllib.parse, urllib.request, uuid, warnings, weakref, zlib
import concurrent.futures
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Dict, List, Optional, Union


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Thing(abc.ABC):
    name: str
    parts: List[int] = dataclasses.field(default_factory=list)

    @abc.abstractmethod
    def all(self) -> Dict[str, Any]:
        return {f"{self.name}{number}": number for number in range(3) if os.sep}

    @property
    @functools.lru_cache(maxsize=None)
    def size(self) -> Optional[int]:
        return len(self.parts) or None


Point = namedtuple("Point", "x y")


@contextlib.contextmanager
def opened(path: Union[str, pathlib.Path]) -> Iterator[io.StringIO]:
    with open(path, encoding="utf-8") as file:
        yield io.StringIO(file.read())


async def wait(lock: asyncio.Lock):
    async with lock:
        await asyncio.gather(asyncio.sleep(0), asyncio.wait_for(asyncio.sleep(0), 1))


def main(unused, *rest: int, **named: Callable):
    pattern = re.compile(r"a+", re.MULTILINE)
    counts, groups, last = Counter("abc"), defaultdict(list), deque(maxlen=2)
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    for match in pattern.finditer("aab"):
        groups[match.group(0)].append(now.strftime("%Y"))
    last.append(sorted(counts.items(), key=operator.itemgetter(1)))
    print(json.dumps({"a": json.loads("1")}), "%s" % now, math.sqrt(2), Point(1, 2).x, OrderedDict(groups))
    logging.getLogger(__name__).info("x %s", subprocess.run(["true"], check=True, capture_output=True).stdout)
    print(decimal.Decimal("1") + 1, fractions.Fraction(1, 2), statistics.mean([1]), random.choice([1]))
    print(hashlib.sha256(b"").hexdigest(), uuid.uuid4().hex, base64.b64encode(b""), secrets.token_hex())
    print(urllib.parse.urlparse("x").netloc, urllib.request.urlopen("x").read(), time.monotonic(), sys.argv)
    with tempfile.TemporaryDirectory() as folder, threading.Lock():
        shutil.rmtree(pathlib.Path(folder).joinpath("x").resolve().parent)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        print([done.result() for done in concurrent.futures.as_completed([pool.submit(main, 1)])])
    connection = sqlite3.connect(":memory:")
    connection.execute("x").fetchall()
    parser = argparse.ArgumentParser(description=textwrap.dedent("x"))
    parser.add_argument("--x", type=int)
    print(parser.parse_args().x, list(csv.reader(["a"])), list(itertools.chain([1], [2])), queue.Queue().get())
    print(heapq.heappop([1]), bisect.bisect([1], 1), copy.deepcopy([1]), string.ascii_letters, struct.pack("i", 1))
    print(types.SimpleNamespace(x=1).x, inspect.signature(main), weakref.ref(main), pickle.dumps(1), glob.glob("x"))
    print(calendar.monthrange(2000, 1), zlib.crc32(b""), socket.gethostname(), http.client.OK, http.server.HTTPServer)
    warnings.warn("x", typing.cast(Any, UserWarning))
    traceback.print_exc()
    return isinstance(rest, Mapping) or isinstance(named, Iterable) or Colour.RED.value


class MainTest(unittest.TestCase):
    def setUp(self):
        self.x = 1

    def test_main(self):
        with self.assertRaises(ValueError):
            self.assertEqual(main(self.x), Colour.RED)
"""


def rehearse(_: object) -> Iterator[Any]:
    """Lints a sample, so that what is common is read once."""
    path = "/tmp/rehearsed.py"
    with open(path, "w", encoding="utf-8") as file:
        file.write(SAMPLE)
    known = prepare()
    if known is not None:
        run_pylint([path], known)
        from astroid import MANAGER

        MANAGER.astroid_cache.pop("rehearsed", None)
    os.remove(path)
    yield prepare()


def stand_by(prepared: Any, _: tuple[int, ...]) -> Any:
    """Nothing more can be done before there is a job."""
    return prepared


def work(job: Job, channel: Channel, wait: Callable[[], Any]) -> None:
    prepared = wait()
    os.chdir(job["src"])
    sys.path.extend(imports.packages_of(job))
    forget_namesakes(job)
    name = job["linter"]
    try:
        tool, score, issues = LINTERS[name](job["code"], prepared)
    except Exception as error:  # whatever stops this one, another may be asked
        channel.say(t="lint", tool="none", score=None, note=f"{name}: {type(error).__name__}: {error}"[:300])
        return
    issues.sort(key=lambda issue: (issue["path"], issue["line"], issue["column"], issue["symbol"]))
    for start in range(0, min(len(issues), MOST_ISSUES), ISSUES_PER_FRAME):
        channel.say(t="issues", issues=issues[start : min(start + ISSUES_PER_FRAME, MOST_ISSUES)])
    channel.say(t="lint", tool=tool, score=score, note="")


def forget_namesakes(job: Job) -> None:
    """Drops what is known of modules that are named like files of the job."""
    if "astroid" not in sys.modules:
        return
    from astroid import MANAGER

    paths = job["code"] + job["tests"] + job["support"]
    roots = {path.split("/")[0].removesuffix(".py") for path in paths}
    for name in [name for name in MANAGER.astroid_cache if name.partition(".")[0] in roots]:
        del MANAGER.astroid_cache[name]


def issue(path: str, line: int | None, column: int | None, symbol: str, severity: str, message: str) -> Frame:
    return {
        "path": os.path.relpath(path or "."),
        "line": max(0, line or 0),
        "column": max(0, column or 0),
        "symbol": symbol,
        "severity": severity,
        "message": " ".join(message.split())[:MESSAGE_CHARACTERS],
    }


def run_pylint(paths: list[str], linter: Any) -> Found:
    if patches.is_tried("linter"):
        linter = linter or set_up()
        linter.waits = False
        linter.check(paths)
        linter.generate_reports()
    else:
        linter = linted(paths)
    found = [
        issue(item.abspath, item.line, item.column, item.symbol, item.category, item.msg)
        for item in linter.reporter.messages
    ]
    fatal = any(item["severity"] == "fatal" for item in found)
    score = None if fatal else max(0.0, min(10.0, round(linter.stats.global_note, 2)))
    return f"pylint {version('pylint')}", score, found


def run_flake8(paths: list[str], _: object) -> Found:
    command = [
        sys.executable,
        "-I",
        "-m",
        "flake8",
        "--isolated",
        "--format=%(row)d:%(col)d:%(code)s:%(path)s:%(text)s",
        "--",
        *paths,
    ]
    done = subprocess.run(command, capture_output=True, timeout=25, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode(errors="replace")[-200:])
    found = []
    known = {"F821": "undefined-variable", "E999": "syntax-error", "F706": "return-outside-function"}
    for line in done.stdout.decode(errors="replace").splitlines():
        row, column, code, path, text = line.split(":", 4)
        severity = "error" if code in known else "warning"
        found.append(issue(path, int(row), int(column) - 1, known.get(code, code), severity, text))
    return f"flake8 {version('flake8')}", None, found


LINTERS = {"pylint": run_pylint, "flake8": run_flake8}
