"""Reads what the files say about themselves from their syntax trees, before anything is imported.

The watching process needs it to know which tests must be reported, and which names test files forgot to import. It
never runs a file, so nothing in one can change what is read.
"""

from __future__ import annotations

import ast
import builtins
import codecs
import functools
import keyword
import os
import re
import warnings

import _saraphina_suite_looks as looks
import _saraphina_suite_promises as promises
import _saraphina_suite_reach as reach
from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Iterator

    from _saraphina_types import Frame, Injections, Job

BUILTINS = frozenset(dir(builtins))
# Functions that runners of tests call beside tests.
SETUPS = set(
    """
    setup_module setup_function teardown_module teardown_function setUpModule tearDownModule setup_method
    teardown_method setup_class teardown_class setup teardown setUp tearDown setUpClass tearDownClass asyncSetUp
    asyncTearDown
    """.split()
)

NAMES_PER_FRAME = 300
# Most places of a kind that are named.
MOST_PLACES = 5
# Lines that define a public name, and most such names of a file that does not parse.
DEFINES = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+([A-Za-z]\w*)|^([A-Za-z]\w*)[ \t]*=(?!=)", re.M | re.A)
MOST_NAMES = 500
# Where an encoding is declared, after PEP 263, and the names of those that are UTF-8 or a part of it.
COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
BLANK = re.compile(rb"[ \t\f]*(#|$)")
SAME_TEXT = {"utf-8", "utf8", "u8", "utf", "utf8-ucs2", "utf8-ucs4", "cp65001", "ascii", "us-ascii", "646"}
LATIN = {"latin-1", "latin1", "iso-8859-1", "iso8859-1"}
SUPPRESSIONS = {
    "coverage_pragma": re.compile(rb"#\s*(?:pragma|PRAGMA)[:\s]?\s*(?:no|NO)\s*(?:cover|COVER)"),
    "lint_disable": re.compile(rb"#.*\bpylint:\s*(?:disable|skip-file)"),
    "noqa": re.compile(rb"#\s*noqa\b", re.IGNORECASE),
}


def module_name(path: str) -> str:
    """The name under which a file is imported, from its path below the source folder."""
    parts = path[: -len(".py")].split("/")
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)


class Facts:
    """Everything known before anything is imported."""

    def __init__(self, injections: Injections | None = None) -> None:
        self.errors: list[tuple[str, str]] = []
        self.tests: set[str] = set()
        self.not_utf8: list[str] = []
        self.expected: list[str] = []
        self.doubled: list[str] = []
        # Definitions that one below of the same name replaces: their names, and their lines.
        self.shadows: list[tuple[str, int]] = []
        self.suppressions: dict[str, int] = {}
        self.suspicions: dict[str, int] = {}
        # By kind: the first places.
        self.suspected: dict[str, list[str]] = {}
        self.trees: dict[str, ast.Module] = {}
        self.codes: dict[str, types.CodeType] = {}
        self.uses_subject = False
        # By test file: the code files that are imported wherever a test of it runs.
        self.reached: dict[str, list[str]] = {}
        self.injections = injections or {}

    def frames(self) -> Iterator[Frame]:
        for start in range(0, len(self.expected), NAMES_PER_FRAME):
            yield {"t": "expected", "names": self.expected[start : start + NAMES_PER_FRAME]}
        for start in range(0, len(self.doubled), NAMES_PER_FRAME):
            yield {"t": "doubled", "names": self.doubled[start : start + NAMES_PER_FRAME]}
        for start in range(0, len(self.shadows), NAMES_PER_FRAME):
            part = self.shadows[start : start + NAMES_PER_FRAME]
            yield {"t": "shadowed", "shadows": [{"name": name, "line": line} for name, line in part]}
        yield {
            "t": "facts",
            "uses_subject": self.uses_subject,
            "suppressions": self.suppressions,
            "suspicions": self.suspicions,
            "suspected": self.suspected,
            "not_utf8": self.not_utf8,
        }
        for path, code in self.reached.items():
            yield {"t": "reached", "path": path, "code": code}
        for path, message in self.errors[:20]:
            yield {"t": "syntax", "path": path, "message": message[:2000], "test": path in self.tests}


def examine(job: Job) -> Facts:
    facts = Facts()
    trees, facts.tests = facts.trees, set(job["tests"])
    code, tests = examined(job)
    names = {path.rpartition("/")[2].removesuffix(".py") for path in job["tests"]}
    for path in code + tests + ([] if job.get("part") else job["support"]):
        if not path.endswith(".py"):
            continue
        with open(os.path.join(job["src"], path), "rb") as file:
            content = file.read()
        encoding = foreign_encoding(content)
        # What a change touches was looked at when it was proposed; the rest of its repository stands as it is.
        is_data = path in job["support"] and is_latin(encoding or "")
        if encoding is not None and not is_data and not job.get("part"):
            facts.errors.append((path, f"{path}:1: it declares the encoding {encoding}; only UTF-8 is taken"))
            count(facts, "hidden_code", path)
            continue
        if path in job["support"]:
            continue
        if encoding is None and not is_utf8(content):
            facts.not_utf8.append(path)
        if path in job["code"]:
            count_suppressions(content, facts)
        tree = parse(path, content, facts)
        if tree is not None:
            trees[path] = tree
            if path in job["code"]:
                for kind, line in looks.looks(tree, names):
                    count(facts, kind, f"{path}:{line}")
    subjects = {path: trees[path] for path in code if path in trees}
    for path, _ in facts.errors:
        # A repair tries candidates that parse: what the tests forgot to import has to be known before.
        if path in job["code"] and path not in subjects:
            subjects[path] = outline(os.path.join(job["src"], path))
    reaches = reach.Reach(job, trees)
    for path in tests:
        if path in trees:
            expect(path, trees[path], facts)
            relate(path, trees[path], subjects, facts)
            facts.reached[path] = reaches.from_test(path)
    if job.get("part"):
        # Tests of a repository import what they use.
        facts.injections = {}
    return facts


def measured(job: Job) -> list[str]:
    """The code files whose lines are told: all of a proposal, of a repository those that were asked for."""
    part = job.get("part")
    if part is None:
        return job["code"]
    wanted = set(part["measured"])
    return [path for path in job["code"] if path in wanted]


def examined(job: Job) -> tuple[list[str], list[str]]:
    """The code and test files that are read beforehand: all of a proposal, of a repository those asked for."""
    part = job.get("part")
    if part is None:
        return job["code"], job["tests"]
    promised = set(part["promised"])
    return measured(job), [path for path in job["tests"] if path in promised]


def outline(path: str) -> ast.Module:
    """The public names of a file that does not parse, by the lines that seem to define them."""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "replace")
    names = list(dict.fromkeys(one or other for one, other in DEFINES.findall(text)))[:MOST_NAMES]
    return ast.parse("".join(f"def {name}(): pass\n" for name in names if not keyword.iskeyword(name)))


def foreign_encoding(content: bytes) -> str | None:
    """The encoding that a file declares, where its text is then another than people see."""
    lines = content.removeprefix(codecs.BOM_UTF8).splitlines()[:2]
    if len(lines) > 1 and not BLANK.match(lines[0]):
        lines.pop()
    declared = next((match.group(1).decode() for match in map(COOKIE.match, lines) if match), "utf-8")
    plain = declared.lower().replace("_", "-")
    return None if plain in SAME_TEXT or plain.startswith("utf-8-") else declared[:40]


def is_latin(encoding: str) -> bool:
    """Tells whether an encoding is Latin-1 by a name that CPython decodes without a codec, which code could replace."""
    return encoding.lower().replace("_", "-") in LATIN


def is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def count_suppressions(content: bytes, facts: Facts) -> None:
    for code, pattern in SUPPRESSIONS.items():
        found = len(pattern.findall(content))
        if found:
            facts.suppressions[code] = facts.suppressions.get(code, 0) + found


def count(facts: Facts, code: str, place: str) -> None:
    facts.suspicions[code] = facts.suspicions.get(code, 0) + 1
    places = facts.suspected.setdefault(code, [])
    if len(places) < MOST_PLACES and place not in places:
        places.append(place)


def parse(path: str, content: bytes, facts: Facts) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content, path)
            facts.codes[path] = compile(tree, path, "exec", dont_inherit=True)
            return tree
    except SyntaxError as error:
        facts.errors.append((path, f"{path}:{error.lineno or 0}: {error.msg}"))
    except (ValueError, RecursionError, MemoryError) as error:
        facts.errors.append((path, f"{path}:0: {type(error).__name__}: {error}"))
    return None


# Expected tests


def expect(path: str, tree: ast.Module, facts: Facts) -> None:
    """Takes down the tests that pytest must report."""
    names, perhaps = promises.promised(path, tree)
    if perhaps:
        facts.suspicions["tests_deleted"] = facts.suspicions.get("tests_deleted", 0) + perhaps
    facts.shadows.extend(promises.shadows(path, tree))
    seen = set()
    for name in names:
        if name in seen:
            facts.doubled.append(name)
        else:
            seen.add(name)
            facts.expected.append(name)


# The tests and the subject


def relate(path: str, tree: ast.Module, subjects: dict[str, ast.Module], facts: Facts) -> None:
    """Tells whether tests use names of the subject, and which names they forgot to import.

    A test file that imports nothing of the subject gets every public name of it, as by a star
    import; one that imports some gets only names that it uses and binds nowhere.
    """
    modules = {module_name(code): code for code in subjects}
    aliases, imported = imports_of(tree, modules, subjects)
    bound = bound_names(tree)
    used = {node.id for node in every_node(tree) if isinstance(node, ast.Name)}
    missing = used - bound
    if aliases or imported:
        missing -= BUILTINS
    plan = []
    for module, code in modules.items():
        public, has_star = public_names(subjects[code])
        wanted = missing & public
        if has_star and missing - BUILTINS:
            wanted |= missing - BUILTINS
        if wanted:
            plan.append((module, sorted(wanted)))
    if plan:
        facts.injections[path] = plan
    injected = {name for _, names in plan for name in names}
    facts.uses_subject = facts.uses_subject or uses(tree, aliases, imported | injected)


def imports_of(tree: ast.Module, modules: dict[str, str], subjects: dict[str, ast.Module]) -> tuple[set[str], set[str]]:
    """Aliases of the subject's modules, and names imported from them."""
    aliases, imported = set(), set()
    tails = {name.rpartition(".")[2] for name in modules}
    for node in every_node(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                if item.name in modules or item.name.rpartition(".")[2] in tails:
                    aliases.add(item.asname or item.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            is_subject = source in modules or source.rpartition(".")[2] in tails
            for item in node.names:
                if item.name in tails and not is_subject:
                    aliases.add(item.asname or item.name)
                elif is_subject and item.name == "*":
                    for tree_of in subjects.values():
                        imported |= public_names(tree_of)[0]
                elif is_subject:
                    imported.add(item.asname or item.name)
    return aliases, imported


def uses(tree: ast.Module, aliases: set[str], names: set[str]) -> bool:
    for node in every_node(tree):
        if not isinstance(node, promises.FUNCTIONS):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in names | aliases:
                return True
    return False


def bound_names(tree: ast.Module) -> set[str]:
    bound = set()
    for node in every_node(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, (*promises.FUNCTIONS, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update(item.asname or item.name.partition(".")[0] for item in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            bound.add(node.rest)
    return bound


@functools.cache
def public_names(tree: ast.Module) -> tuple[set[str], bool]:
    """Names that a module binds at its top level, and whether a star import hides more."""
    names, has_star = set(), False
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (*promises.FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            has_star = has_star or any(item.name == "*" for item in node.names)
            names.update(item.asname or item.name.partition(".")[0] for item in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if not isinstance(node, ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    hidden = {name for name in names if name.startswith("_")}
    return names - hidden, has_star
