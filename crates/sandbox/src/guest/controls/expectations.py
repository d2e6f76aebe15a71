"""Finds what the tests of a file expect, assertion by assertion, and how surely each is reached.

An assertion that may be caught by the test itself is never judged by: a test that fails on purpose and swallows it is
honest. What is certain is told apart from what happens only where a loop runs or a branch is taken.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Function

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Surely reached in a test that passes; reached where a loop or a branch leads there; or perhaps caught by the test.
SURELY, PERHAPS, CAUGHT = 2, 1, 0
# What runs code of whoever made the value: a call, or what a class may do itself.
RUNNING = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Attribute, ast.Subscript, ast.Await)
WORDS = ("caught", "perhaps", "surely")
EQUALITIES = frozenset(
    """
    assertEqual assertEquals assertListEqual assertTupleEqual assertSetEqual assertDictEqual assertMultiLineEqual
    """.split()
)
RAISERS = frozenset({"raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp"})
WARNERS = frozenset({"warns", "assertWarns", "assertWarnsRegex", "deprecated_call"})
# Those whose second argument is a pattern, and not what is to be called.
PATTERNED = frozenset({"assertRaisesRegex", "assertRaisesRegexp", "assertWarnsRegex"})
# Other methods of `unittest`, each with operands for which it must fail; where there is none, the test's own stays.
FAILING = {
    "assertIn": ("", "[object()]"),
    "assertNotIn": ("0", "[0]"),
    "assertAlmostEqual": ("", "object()"),
    "assertNotAlmostEqual": ("0", "0"),
    "assertNotEqual": ("0", "0"),
    "assertIsNot": ("0", "0"),
    "assertIsNotNone": ("None",),
    "assertIsInstance": ("", 'type("Other", (), {})'),
    "assertNotIsInstance": ("0", "int"),
    "assertRegex": ('""', '"(?!)"'),
    "assertNotRegex": ('""', '""'),
    "assertGreater": ("0", "0"),
    "assertGreaterEqual": ("0", "1"),
    "assertLess": ("0", "0"),
    "assertLessEqual": ("1", "0"),
    "assertCountEqual": ("", "[object()]"),
    "assertSequenceEqual": ("", "[object()]"),
}
# Managers of contexts that let every exception pass.
OPEN_MANAGERS = frozenset(
    """
    open patch object multiple TemporaryDirectory NamedTemporaryFile TemporaryFile redirect_stdout redirect_stderr
    localcontext closing nullcontext subTest context at_level disabled catch_warnings Pool ThreadPoolExecutor
    ProcessPoolExecutor Lock RLock ZipFile memoryview StringIO BytesIO connect socket assertLogs assertNoLogs scandir
    warns assertWarns assertWarnsRegex deprecated_call
    """.split()
)
MARKS = re.compile(r"^(pytest\.)?mark\.|^(unittest\.)?(mock\.)?patch\b|^(unittest\.)?skip|^(static|class)method$")


class Found:
    """One expectation: a node of an assertion, what it looks at, and what it holds that against."""

    def __init__(self, kind: str, node: ast.expr, reach: int, actual: ast.expr, expected: ast.expr | None) -> None:
        self.kind = kind
        self.node = node
        self.reach = reach
        self.actual = actual
        self.expected = expected
        self.message: ast.expr | None = None
        # What is to raise, where that is expected.
        self.body: list[ast.stmt] = []
        # A method of `unittest`, and not an operator.
        self.is_method = False


def tests(path: str, tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions that are tests, by name."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            heirs = [] if is_collected(node) else list(heirs_of(node.name, tree))
            for item in kept(node.body):
                # An heir may have a test of its own in the place of one; where all have, that one never runs.
                owners = [name for name, own in heirs if item.name not in own] if heirs else [node.name]
                yield from ((f"{path}::{owner}::{item.name}", item) for owner in owners[:1])
    yield from ((f"{path}::{node.name}", node) for node in kept(tree.body))


def kept(body: list[ast.stmt]) -> Iterator[Function]:
    """The test functions of a body; one whose name another takes below never runs."""
    found = {node.name: node for node in body if isinstance(node, FUNCTIONS)}
    yield from (node for node in found.values() if node.name.startswith("test"))


def is_collected(node: ast.ClassDef) -> bool:
    """Tells whether pytest may take a class by itself: by its name, or as what its bases may make it."""
    bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
    return node.name.startswith("Test") or not bases <= {"object", "ABC"}


def heirs_of(name: str, tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The classes that have the tests of one that is not collected itself, and the tests that each defines itself."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and name in {getattr(base, "id", "") for base in node.bases}:
            yield node.name, {item.name for item in kept(node.body)}


def expectations(function: Function) -> Iterator[Found]:
    """The expectations of a test; a decorator that nobody knows may run it twice, or not let it fail."""
    is_plain = all(MARKS.search(ast.unparse(item)) for item in function.decorator_list)
    yield from walk(function.body, SURELY if is_plain else CAUGHT)


def walk(body: list[ast.stmt], reach: int) -> Iterator[Found]:
    for node in body:
        yield from of_statement(node, reach)
        if may_leave(node):
            reach = min(reach, PERHAPS)


def of_statement(node: ast.stmt, reach: int) -> Iterator[Found]:
    perhaps = min(reach, PERHAPS)
    if isinstance(node, ast.Assert):
        # A tuple is never false; what its first part says is what was meant.
        meant = node.test.elts[0] if isinstance(node.test, ast.Tuple) and node.test.elts else node.test
        for found in of_test(meant, reach):
            found.message = node.msg
            yield found
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        for found in of_call(node.value, reach):
            found.is_method = True
            yield found
        yield from of_called(node.value, reach)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from of_managers(node, reach)
        yield from walk(node.body, reach if all(map(is_open, node.items)) else CAUGHT)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield from walk(node.body, reach if is_table(node.iter) else perhaps)
        yield from walk(node.orelse, perhaps)
    elif isinstance(node, ast.Try):
        inner = CAUGHT if any(map(catches_failure, node.handlers)) else reach
        # What runs there may raise what a handler takes: a comparison with it, and what follows, is then never reached.
        diverted = min(inner, PERHAPS) if node.handlers else inner
        first = diverted if any(isinstance(item, RUNNING) for item in operands(node.body[0])) else inner
        for found in (*walk(node.body[:1], first), *walk(node.body[1:], diverted)):
            # An exception that is not the expected one goes to a handler, and the test holds all the same.
            if found.kind == "raises" and node.handlers:
                found.reach = CAUGHT
            yield found
        for handler in node.handlers:
            yield from walk(handler.body, perhaps)
        yield from walk(node.orelse, perhaps)
        yield from walk(node.finalbody, reach)
    elif isinstance(node, (ast.If, ast.While)):
        yield from walk(node.body, perhaps)
        yield from walk(node.orelse, perhaps)
    elif isinstance(node, ast.Match):
        for case in node.cases:
            yield from walk(case.body, perhaps)


def of_test(test: ast.expr, reach: int) -> Iterator[Found]:
    """What an assertion needs to be true: each part of an `and` by itself."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            yield from of_test(value, reach)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.Is)):
        kind = "equal" if isinstance(test.ops[0], ast.Eq) else "same"
        yield Found(kind, test, reach, test.left, test.comparators[0])
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Call):
        yield Found("false", test, reach, test.operand, None)
    elif isinstance(test, ast.Call):
        yield Found("true", test, reach, test, None)
    elif not isinstance(test, ast.Constant):
        yield Found("holds", test, reach, test, None)


def of_call(call: ast.Call, reach: int) -> Iterator[Found]:
    """What a method of `unittest` asserts."""
    if not isinstance(call.func, ast.Attribute) or any(isinstance(item, ast.Starred) for item in call.args):
        return
    name, given = call.func.attr, call.args
    if name in EQUALITIES or name == "assertIs":
        if len(given) > 1:
            yield Found("same" if name == "assertIs" else "equal", call, reach, given[0], given[1])
    elif name == "assertIsNone" and given:
        yield Found("same", call, reach, given[0], ast.Constant(None))
    elif name in ("assertTrue", "assertFalse") and given:
        yield Found("true" if name == "assertTrue" else "false", call, reach, given[0], None)
    elif name in FAILING and len(given) >= len(FAILING[name]):
        yield Found("holds", call, reach, given[0], None)


def says_what_is_equal(tree: ast.Module) -> bool:
    """Tells whether `assertEqual` asks a function of the tests what is equal: values of the type may differ."""
    return any(isinstance(node, ast.Call) and name_of(node) == "addTypeEqualityFunc" for node in every_node(tree))


def of_managers(node: ast.With | ast.AsyncWith, reach: int) -> Iterator[Found]:
    """What the managers of a context expect: an exception, a warning, or that something is logged."""
    outer = reach
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and function_of(call) is None:
            name = name_of(call)
            if name in RAISERS and kind_of(call) is not None:
                yield raising(call, reach, node.body)
            elif name in WARNERS and is_known(call):
                # One that is further out may take what this one has to say.
                yield raising(call, outer, node.body)
            elif name == "assertLogs" and isinstance(call.func, ast.Attribute):
                found = Found("holds", call, outer, call, None)
                found.is_method = True
                yield found
        outer = outer if is_open(item) else CAUGHT


def of_called(call: ast.Call, reach: int) -> Iterator[Found]:
    """What is expected of a function that is given with its arguments, as in `raises(ValueError, f, 1)`."""
    function = function_of(call)
    if function is not None and is_known(call) and not isinstance(function, (ast.Constant, ast.JoinedStr)):
        given = call.args[call.args.index(function) + 1 :]
        inner = function.body if isinstance(function, ast.Lambda) else ast.Call(function, given, call.keywords)
        yield raising(call, reach, [ast.Expr(inner)])


def raising(call: ast.Call, reach: int, body: list[ast.stmt]) -> Found:
    found = Found("raises", call, reach, call, None)
    found.body = body
    return found


def is_known(call: ast.Call) -> bool:
    """Tells whether it is pytest or `unittest` that expects; a method of the same name may be a stand-in's."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return owner is None or getattr(owner, "id", "") == "pytest" or name_of(call).startswith("assert")


def name_of(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def kind_of(call: ast.Call) -> ast.expr | None:
    """The class, or the classes, of what is expected to be raised or warned of."""
    named = [item.value for item in call.keywords if item.arg in ("expected_exception", "expected_warning")]
    given = [*([] if name_of(call) == "deprecated_call" else call.args[:1]), *named]
    return given[0] if given and not isinstance(given[0], ast.Starred) else None


def function_of(call: ast.Call) -> ast.expr | None:
    """The function that is called where something is expected of it, and no body of a context is there."""
    name = name_of(call)
    at = 2 if name in PATTERNED else 0 if name == "deprecated_call" else 1
    if name not in RAISERS | WARNERS or len(call.args) <= at:
        return None
    return None if any(isinstance(item, ast.Starred) for item in call.args[: at + 1]) else call.args[at]


def operands(node: ast.stmt) -> Iterator[ast.AST]:
    """What a statement works out before it can fail as an assertion: all of it but a call of a method that asserts."""
    method = node.value if isinstance(node, ast.Expr) else None
    for item in ast.walk(node):
        if item is not method:
            yield item


def is_open(item: ast.withitem) -> bool:
    """Tells whether a context surely lets a failed assertion pass."""
    node = item.context_expr
    node = node.func if isinstance(node, ast.Call) else node
    return getattr(node, "attr", getattr(node, "id", "")) in OPEN_MANAGERS


def is_table(node: ast.expr) -> bool:
    """Tells whether a loop surely runs: over what is written out, or a count that is."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return bool(node.elts) and not any(isinstance(item, ast.Starred) for item in node.elts)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range" and len(node.args) == 1:
        count = node.args[0]
        return isinstance(count, ast.Constant) and isinstance(count.value, int) and count.value > 0
    return False


def catches_failure(handler: ast.ExceptHandler) -> bool:
    """Tells whether a handler takes a failed assertion; a class of unknown name may be a base of it."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {getattr(kind, "id", getattr(kind, "attr", "")) for kind in kinds}
    return bool(names & {"AssertionError", "Exception", "BaseException"})


def may_leave(node: ast.stmt) -> bool:
    """Tells whether what follows a statement may never be reached although the test passes."""
    leaves = (ast.Return, ast.Continue, ast.Break)
    return any(isinstance(item, leaves) for item in ast.walk(node))
