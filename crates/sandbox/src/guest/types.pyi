"""Shapes of what the rooms pass to each other, for the type checker only: the jail never sees this file."""

import ast
import types
from collections.abc import Callable
from typing import Any, TypedDict, TypeVar

import _saraphina_probe_pieces as pieces
import _saraphina_probe_stand_in as stand_in

T = TypeVar("T")
Send = Callable[..., None]
# One message to the engine, as JSON will have it.
Frame = dict[str, Any]
# A builtin value as `controls/values.py` writes it: a tag, then its parts.
Coded = list[Any]
# By test file: modules of the subject, and the names that the file uses of each without an import.
Injections = dict[str, list[tuple[str, list[str]]]]
Function = ast.FunctionDef | ast.AsyncFunctionDef

class Call(TypedDict):
    """A call of a function of the subject, its arguments coded."""

    module: str
    function: str
    args: list[Coded]
    named: dict[str, Coded]

class Made(TypedDict):
    """A call of a study: of a function, of a method of an object that is made for it, or the making alone."""

    owner: str
    name: str
    made: list[Any]
    args: list[Coded]
    named: dict[str, Coded]

# What a call of a study came to: its kind, its value, what it left, what it printed, the lines that ran.
Seen = dict[str, Any]

class Input(Call, total=False):
    """The same with its source text, for people."""

    text: str

# What a probe is asked.
Question = TypedDict(
    "Question",
    {
        "kind": str,
        "left_ms": int,
        "candidates": list[Patch],
        "cases": list[str],
        "answered": bool,
        "far_and_own": bool,
        "first": list[str],
        "failing": int,
        "late": int,
        "further": int,
        "further_ms": int,
        "complaints": bool,
        "patience": str,
        "careful": int,
        "found": int | None,
        "from": int,
        "path": str,
        "text": str,
        "mutants": list[Frame],
    },
)

class Job(TypedDict, total=False):
    """What the engine wants done; each worker reads the keys that it needs."""

    src: str
    work: str
    code: list[str]
    tests: list[str]
    support: list[str]
    seed: str
    tests_ms: int
    lines_by_test: bool
    reversed: bool
    known: Known | None
    linter: str
    calls: list[Call]
    question: Question
    memory_bytes: int
    layer: str | None
    part: Part | None

class Part(TypedDict):
    """The part of a repository's suite that is run."""

    chosen: list[str]
    options: list[str]
    roots: list[str]
    measured: list[str]
    promised: list[str]

class Known(TypedDict, total=False):
    """What an earlier run of the same tests found out."""

    injections: Injections
    rewritten: dict[str, str]

class Order(TypedDict):
    """What a fork server is told of a box."""

    handles: list[str]
    namespaces: int
    rlimits: dict[str, int]
    user: int | None
    work: str
    env: dict[str, str]

# Controls: two operands of a comparison, a call with what is expected of it, and what names of a test file stand for.
# A leaf of an expected value, and the text that takes its place.
Operands = tuple[ast.expr, ast.expr]
LiteralEdit = tuple[ast.expr, str]
Expectation = tuple[ast.Call, Frame]
Calls = tuple[dict[str, tuple[str, str | None]], dict[str, ast.Module], dict[str, bool]]
# Lint: the tool, its score, the issues.
Found = tuple[str, float | None, list[Frame]]
# Probe: an edit of a file by bytes, those of a candidate with their paths, and code or why there is none.
Edit = tuple[int, int, str]
Patch = list[tuple[str, int, int, str]]
Codes = dict[str, pieces.Code | BaseException]
# Names that are asked for, values by name, parameters of fixtures by name.
Given = tuple[list[str], dict[str, Any], dict[str, Any]]
Ends = list[Callable[[], object]]
Row = tuple[str, tuple[Any, ...], list[stand_in.Mark]]
Source = tuple[list[Row], Callable[[str], bool], list[str]]
Variant = tuple[str | None, dict[str, Any], dict[str, Any], list[stand_in.Mark]]
TraceFunction = Callable[[types.FrameType, str, Any], Any]
# Whether it raises, whether it leaves the function, the name of its type, and its value or a checksum of that as text.
Evaluated = tuple[bool, bool, str, Any]
# What a call answered: coded, and as text.
Answer = tuple[Coded, str]
Assigned = dict[str, ast.expr]
# Whether it is a named one, then its number or name; and arguments by place and by name.
Place = tuple[int, Any]
Arguments = tuple[Any, Any]
# Properties: kinds of a value and of its elements; claims about a call and its answer, or an argument and the answer.
Shape = tuple[str, frozenset[Any]]
Claim = Callable[[Any], bool | None]
Claims = dict[str, dict[str, Claim]]
ArgumentClaim = Callable[[Any, Any], bool | None]
