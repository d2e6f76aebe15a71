"""Counts places where code looks at who runs it, from its syntax tree.

Code has no need to know that it is tested. Where it looks, it could answer otherwise than anywhere else, which no run
of the same tests shows. Such a place proves nothing, as loggers, debuggers and caches look too: it is told, and keeps
evidence from the highest grade.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import called, every_node, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

ENVIRONMENT = "reads_test_environment"
REACHING = "reaches_into_runner"
CLOCK = "branches_on_date"

# Names of runners of tests; of the second kind honest programs speak as well, but not to the modules that are loaded.
RUNNERS = re.compile(r"(?<![a-z])_?py\.?test(?![a-z])", re.IGNORECASE)
TOOLS = re.compile(r"(?<![a-z])(_?py\.?test|unittest|doctest|coverage|pluggy|nose2?)(?![a-z])", re.IGNORECASE)
# Places of the box that a program could know by name only.
PLACES = re.compile(
    r"_saraphina|^SARAPHINA|/saraphina|^saraphina$|^/box(/|$)|^PYTEST|^PYTHON(HASHSEED|DONTWRITEBYTECODE)$"
)
PROCESSES = re.compile(r"^/proc/?$|^/proc/.*(cmdline|environ|maps|mem$|/fd|/task|/exe|/cwd)")
LONG = 200

ASKING = {
    "startswith", "endswith", "find", "rfind", "index", "count", "get", "pop", "match", "search", "fullmatch",
    "find_spec", "import_module", "__import__", "hasattr", "getattr", "__contains__", "removeprefix", "partition",
}  # fmt: skip
LOADED = {"modules", "argv", "orig_argv"}
# Whoever calls these looks at the tracer, the parent or the program that was started.
WATCHING = {"gettrace", "getprofile", "getppid", "monitoring"}
# Who was started in which way, and who found a file and read it.
STARTED = {
    "isolated", "safe_path", "ignore_environment", "no_user_site", "dont_write_bytecode", "hash_randomization",
    "__loader__",
}  # fmt: skip
OWN_LOADER = {"__spec__", "__loader__"}
USERS = {"getuid", "geteuid", "getgid", "getegid", "getlogin", "getuser"}
# What no box shares with the machine that code is meant for.
PLACED = {"getpid", "gethostname", "getfqdn"}
INSIDE = {
    "_getframe", "_getframemodulename", "_current_frames", "_current_exceptions", "settrace", "setprofile",
    "get_objects", "getrefcount", "get_referrers", "get_referents", "currentframe", "getouterframes",
    "getinnerframes", "f_back", "extract_stack", "walk_stack",
}  # fmt: skip
RUNNER_MODULES = {"_pytest", "pytest", "ctypes"}
WATCHED_MODULES = {"coverage", "pluggy", "__main__"}
# What every box has alike and hardly another process: the zone, how much it has worked, its limits.
ALIKE = {"tzname", "altzone", "process_time", "process_time_ns", "getrlimit"}
# Whoever asks for a folder of tests looks whether it lies beside them.
LYING = {"isdir", "exists", "isfile", "is_dir", "is_file"}
OF_TESTS = {"tests", "test"}
NOW = {"time", "time_ns", "now", "utcnow", "today"}
PARTS = {"year", "month", "day", "hour", "minute", "weekday"}
DATES = {"datetime", "date"}
# Seconds since 1970 that are a date of our times.
FIRST_DATE = 10**8
# Years, and parts of them.
LAST_PART = 10_000


def looks(tree: ast.Module, tests: Set[str]) -> Iterator[tuple[str, int]]:
    """The kinds and lines of all such places; `tests` are names by which the test files are known."""
    lines = (node for node in every_node(tree) if isinstance(node, ast.Expr))
    texts = {id(node.value) for node in lines if folded(node.value) is not None}
    assigned = (node for node in every_node(tree) if isinstance(node, ast.Assign))
    numbers = {name for node in assigned if is_place(node.value, set()) for name in targets(node)}
    for node in every_node(tree):
        line = getattr(node, "lineno", 0)
        if id(node) not in texts:
            yield from ((kind, line) for kind in kinds(node, tests))
        if isinstance(node, ast.Compare) and asks_for_place(sides(node), numbers):
            yield ENVIRONMENT, line
        if asks_for_box(node):
            yield ENVIRONMENT, line


def kinds(node: ast.AST, tests: Set[str]) -> Iterator[str]:
    text = folded(node)
    if text is not None and len(text) < LONG:
        if PLACES.search(text) or text.removesuffix(".py").rpartition("/")[2] in tests:
            yield ENVIRONMENT
        if PROCESSES.search(text):
            yield REACHING
    if asks(node) or is_started(node) or asks_for_buffer(node) or lists_runner(node):
        yield ENVIRONMENT
    if isinstance(node, (ast.If, ast.IfExp)) and asks_for_thread(node):
        yield ENVIRONMENT
    if isinstance(node, ast.Compare) and any(map(is_clock, sides(node))) and any(map(is_date, sides(node))):
        yield CLOCK
    names = named(node)
    if names & WATCHING or (isinstance(node, (ast.Import, ast.ImportFrom)) and names & WATCHED_MODULES):
        yield ENVIRONMENT
    is_stack = isinstance(node, ast.Attribute) and node.attr == "stack" and is_name(node.value, "inspect")
    is_import = isinstance(node, (ast.Import, ast.ImportFrom)) and names & RUNNER_MODULES
    if names & INSIDE or is_stack or is_import:
        yield REACHING


def asks_for_place(compared: list[ast.expr], names: Set[str]) -> bool:
    """Tells whether the number of a process, or the name of a machine, is held against what is written.

    A process that remembers its own number to notice a fork holds it against no literal.
    """
    literals = [side.value for side in compared if isinstance(side, ast.Constant)]
    computed = [part for side in compared for part in parts(side)]
    # That there is a number at all says nothing; what is left of it by a division does.
    asked = [*(compared if any(literals) else []), *(computed if literals else [])]
    return any(is_place(part, names) for part in asked)


def asks_for_box(node: ast.AST) -> bool:
    """Tells whether a program holds against what is written what is the same in every box.

    The number of a text that is written is fixed there, and another in every process elsewhere.
    """
    if isinstance(node, ast.Call):
        texts = [str(item.value).rstrip("/") for item in node.args if isinstance(item, ast.Constant)]
        return called(node) in LYING and any(text in OF_TESTS for text in texts)
    if not isinstance(node, ast.Compare):
        return False
    literals = [side for side in sides(node) if isinstance(side, ast.Constant) and side.value is not None]
    return bool(literals) and any(is_alike(side) for side in sides(node))


def is_alike(node: ast.AST) -> bool:
    """Tells whether this is the zone, the work done, a limit, the count of variables, or a hash of what is written."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Call) and is_name(node.func, "len") and node.args:
        return getattr(node.args[0], "attr", "") == "environ"
    if isinstance(node, ast.Attribute) and node.attr == "timezone":
        return is_name(node.value, "time")
    hashed = [item for item in ast.walk(node) if isinstance(item, ast.Call) and is_name(item.func, "hash")]
    written = [item for call in hashed for item in call.args if isinstance(item, ast.Constant)]
    is_hash = any(isinstance(item.value, (str, bytes)) for item in written)
    return is_hash or (called(node) or getattr(node, "attr", "")) in ALIKE


def parts(side: ast.expr) -> list[ast.expr]:
    return [side.left, side.right] if isinstance(side, ast.BinOp) else []


def is_place(node: ast.AST, names: Set[str]) -> bool:
    return called(node) in PLACED or getattr(node, "id", "") in names


def asks_for_buffer(node: ast.AST) -> bool:
    """Tells whether a program asks whether its output is kept in memory, as by those who look at it in a test."""
    is_asked = called(node) in ("hasattr", "getattr") and isinstance(node, ast.Call) and len(node.args) > 1
    return is_asked and isinstance(node, ast.Call) and folded(node.args[1]) == "getvalue"


def lists_runner(node: ast.AST) -> bool:
    """Tells whether a runner of tests is one of several names, which are there to be held against something."""
    items = node.elts if isinstance(node, (ast.Tuple, ast.Set)) else []
    texts = [(folded(item) or "").strip("-_") for item in items]
    return any(RUNNERS.fullmatch(text) for text in texts)


def asks_for_thread(node: ast.If | ast.IfExp) -> bool:
    """Tells whether a program does something else outside of its main thread, or where somebody reads its log.

    One that only refuses to is not meant.
    """
    body = node.body if isinstance(node.body, list) else []
    is_refusal = bool(body) and all(isinstance(item, ast.Raise) for item in body)
    compared = [side for item in ast.walk(node.test) if isinstance(item, ast.Compare) for side in sides(item)]
    return called(node.test) == "hasHandlers" or (not is_refusal and "main_thread" in map(called, compared))


def named(node: ast.AST) -> set[str]:
    """Attributes and modules that a node names."""
    if isinstance(node, ast.Attribute):
        return {node.attr} if node.attr != "monitoring" or is_name(node.value, "sys") else set()
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return set()
    source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    names = {source.partition(".")[0]} | {item.name.partition(".")[0] for item in node.names}
    return names | ({"currentframe"} if source == "inspect" and "stack" in names else set())


def asks(node: ast.AST) -> bool:
    """Tells whether something is held against the name of a runner, or all loaded modules are looked through."""
    if isinstance(node, ast.Compare):
        found = sides(node)
        words = TOOLS if any(map(is_loaded, found)) else RUNNERS
        return any(names_one(side, words) for side in found)
    if isinstance(node, ast.Subscript):
        return is_loaded(node.value) and names_one(node.slice, TOOLS)
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        of = function.value if isinstance(function, ast.Attribute) else node
        words = TOOLS if is_loaded(of) or name in ("find_spec", "import_module", "__import__") else RUNNERS
        return name in ASKING and any(names_one(item, words) for item in node.args)
    if isinstance(node, (ast.For, ast.comprehension)):
        return any(map(is_all_modules, ast.walk(node.iter)))
    return False


def is_all_modules(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "modules" and is_name(node.value, "sys")


def is_started(node: ast.AST) -> bool:
    """Tells whether a program asks how it was started or read, or holds its user against one that is not root."""
    if isinstance(node, ast.Attribute):
        return node.attr in STARTED or (node.attr == "loader" and getattr(node.value, "id", "") in OWN_LOADER)
    if isinstance(node, ast.Name):
        return node.id == "__loader__"
    found = sides(node) if isinstance(node, ast.Compare) else []
    called = {getattr(one.func, "attr", getattr(one.func, "id", "")) for one in found if isinstance(one, ast.Call)}
    known = [one.value for one in found if isinstance(one, ast.Constant)]
    return bool(called & USERS) and any(known)


def sides(node: ast.Compare) -> list[ast.expr]:
    return [node.left, *node.comparators]


def is_loaded(node: ast.AST) -> bool:
    """Tells whether this is, or is taken from, what the interpreter has loaded or was started with."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and inner.attr in LOADED and is_name(inner.value, "sys"):
            return True
        if isinstance(inner, ast.Name) and inner.id in LOADED:
            return True
    return False


def names_one(node: ast.AST, words: re.Pattern[str]) -> bool:
    items = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    texts = [folded(item) for item in items]
    return any(text is not None and len(text) < LONG and words.search(text) for text in texts)


def folded(node: ast.AST) -> str | None:
    """The text that a node surely is."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = folded(node.left), folded(node.right)
        return None if left is None or right is None else left + right
    if isinstance(node, ast.JoinedStr):
        # What is filled in may be anything; a place is known by how it begins.
        parts = [folded(item) if isinstance(item, ast.Constant) else "*" for item in node.values]
        return "".join(part or "" for part in parts)
    return None


def is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_clock(node: ast.AST) -> bool:
    """Tells whether a side of a comparison is the time of now, or a part of it."""
    if isinstance(node, ast.Attribute) and node.attr in PARTS:
        node = node.value
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in PARTS:
        return is_clock(function.value)
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in NOW


def is_date(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return value > FIRST_DATE or (isinstance(value, int) and 0 <= value < LAST_PART)
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in DATES and bool(node.args) and all(isinstance(item, ast.Constant) for item in node.args)
