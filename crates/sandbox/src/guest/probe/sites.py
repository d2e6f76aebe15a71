"""Finds where candidates change a file, and the expression that would have another value there.

`infect.py` looks at these sites while tests run. Candidates that change the same expression share a site, so that the
original is evaluated once for all of them.
"""

from __future__ import annotations

import ast
import bisect
import types

import _saraphina_probe_fuel as fuel
import _saraphina_probe_inserts as inserts
from _saraphina_probe_pure import alone, as_read, assigned, is_pure, pure_parts, returned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from _saraphina_types import Assigned, Edit

# Types whose values say by themselves whether they are the same, and those that are no iterators.
ATOMS = frozenset((int, bool, str, type(None)))
PLAIN = ATOMS | {float, complex, bytes, list, tuple, dict, set, frozenset}
NOTHING = ast.fix_missing_locations(ast.Constant(None))
SCOPES = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
# What becomes of a value: it is used, only its truth is, or, alone in a tuple, it is what the function returns.
VALUE, TRUTH, LEAVING = range(3)


class Site:
    """An expression that is evaluated when lines run, as it is and as candidates have it."""

    def __init__(
        self,
        node: ast.expr,
        lines: range,
        role: int = VALUE,
        assigned: Iterable[str] = (),
        behind: ast.stmt | None = None,
    ) -> None:
        self.lines = lines
        self.role = role
        # The statement that must have ended before.
        self.behind = behind
        self.leaving = inserts.leaving(behind) if behind is not None else ()
        # Variables that may not be there yet.
        self.assigned = assigned
        original = expression(node)
        if original is None:
            raise ValueError("an expression that may have an effect")
        self.original = original
        self.others: list[tuple[int, Expression | None]] = []
        self.called, self.read = set(self.original.called), set(self.original.read)

    def add(self, number: int, other: Expression | None) -> None:
        """Takes the expression of a candidate in; of none it is only told where it runs."""
        self.others.append((number, other))
        if other is not None:
            self.called |= other.called
            self.read |= other.read


def effects(expressions: Site | Expression, names: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Names that are called and mean something else here, and those of functions and iterators."""
    values = {name: names[name] for name in expressions.read if name in names}
    odd = {name for name, value in values.items() if isinstance(value, types.FunctionType) or is_iterator(value)}
    return expressions.called & names.keys(), odd


def expression(node: ast.expr) -> Expression | None:
    """Compiled, where evaluating it has no effect as far as its text tells."""
    parts = pure_parts(node)
    return Expression(node, parts) if parts else None


class Expression:
    """Compiled, with the names that it reads and calls."""

    def __init__(self, node: ast.expr, parts: list[ast.AST]) -> None:
        self.code = compile(ast.Expression(node), "<site>", "eval")
        self.called = {part.func.id for part in parts if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}
        self.read = {part.id for part in parts if isinstance(part, ast.Name)} - self.called

    def is_plain(self, taken: set[str], odd: set[str]) -> bool:
        """Tells whether evaluating it has no effect: it calls what is built in, and reads no function or iterator."""
        return self.called.isdisjoint(taken) and self.read.isdisjoint(odd)


class Sites:
    """The sites of a file by the bytes of what candidates change."""

    def __init__(self, content: bytes, path: str) -> None:
        self.content = content
        self.starts = [0]
        for line in content.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.known: dict[Any, Site] = {}
        self.parts: list[tuple[int, int, ast.expr, Use]] = []
        self.plain: list[tuple[int, int, ast.stmt]] = []
        tree = ast.parse(content, path)
        self.blocks = inserts.Blocks(tree)
        followers = self.blocks.followers()
        for node in statements(tree):
            self.parts += [(*self.reach(part), part, use) for part, use in parts(node, followers.get(node))]
            if not hasattr(node, "body") and not isinstance(node, ast.Match):
                self.plain.append((*self.reach(node), node))
        self.parts.sort(key=lambda part: part[1] - part[0])

    def reach(self, node: Any) -> tuple[int, int]:
        start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        return self.starts[start[0] - 1] + start[1], self.starts[end[0] - 1] + end[1]

    def add(self, number: int, edits: list[Edit]) -> bool:
        """Takes a candidate in; false where nothing can be told of it."""
        first, last = edits[0][0], max(end for _, end, _ in edits)
        for start, end, node, use in self.parts:
            if start <= first and last <= end and self.within(number, edits, (first, last), (node, use)):
                return True
        for start, end, statement in self.plain:
            if start <= first and last <= end:
                self.of_statement(number, statement, self.edited(edits, start, end))
                return True
            if first <= start and end <= last and len(edits) == 1 and not edits[0][2].strip():
                around = self.content[first:start] + self.content[end:last].partition(b"#")[0]
                if not around.strip():
                    self.of_statement(number, statement, "pass")
                    return True
        return len(edits) == 1 and self.of_lines(number, *edits[0])

    def of_lines(self, number: int, start: int, end: int, text: str) -> bool:
        """Whole lines that are put in, or put under a condition."""
        line = bisect.bisect_left(self.starts, start)
        if self.starts[line : line + 1] != [start] or not text.strip():
            return False
        old = self.content[start:end].decode("utf-8", "surrogatepass")
        put = self.blocks.instead(line + 1, old, text) if old else self.blocks.put(line + 1, text)
        if put is None:
            return False
        node, behind = put.node, put.node if put.is_behind else None
        # A statement of many lines is begun at the first one.
        lines = range(inserts.first_line(node), inserts.first_line(node) + 1)
        if put.assigned:
            self.assigning(number, (node, put.is_behind), ({}, put.assigned), (lines, behind))
            return True
        key = node, put.is_behind, put.leaves, put.before and put.before.value
        if key not in self.known:
            original = ast.fix_missing_locations(put.before or ast.Constant(None))
            self.known[key] = Site(original, lines, LEAVING if put.leaves else TRUTH, behind=behind)
        after = expression(ast.fix_missing_locations(put.after)) if put.after else None
        self.known[key].add(number, after)
        return True

    def within(self, number: int, edits: list[Edit], reach: tuple[int, int], part: tuple[ast.expr, Use]) -> bool:
        """A change of an expression: the largest pure one around it is compared."""
        node, use = part
        while not is_pure(node):
            inner = [child for child in inner_of(node) if self.covers(child, reach)]
            if not inner or isinstance(node, SCOPES):
                return False
            node, use = inner[0], Use()
        start, end = self.reach(node)
        try:
            changed = ast.parse(f"({self.edited(edits, start, end)}\n)", mode="eval").body
        except fuel.BAD_TEXT:
            return False
        other = expression(use.of(as_value(changed)))
        if other is None:
            return False
        site = self.known.get((start, end)) or Site(use.of(as_value(node)), inserts.lines_of(node), use.role)
        self.known[start, end] = site
        site.add(number, other)
        return True

    def of_statement(self, number: int, node: ast.stmt, text: str) -> None:
        """A change of a statement: what it assigns or returns is compared; of others only where they run is told."""
        try:
            body = ast.parse(text).body
        except fuel.BAD_TEXT:
            body = []
        before, after = assigned(node), assigned(body[0]) if len(body) == 1 else None
        if before is not None and after is not None:
            self.assigning(number, (node,), (before, after), (inserts.lines_of(node), None))
            return
        value, other = returned([node]), returned(body)
        role = LEAVING if value and other else VALUE
        if (node, role) not in self.known:
            self.known[node, role] = Site(value if value and other else NOTHING, inserts.lines_of(node), role)
        self.known[node, role].add(number, expression(other) if value and other else None)

    def assigning(
        self,
        number: int,
        place: tuple[Any, ...],
        values: tuple[Assigned, Assigned],
        where: tuple[range, ast.stmt | None],
    ) -> None:
        """Takes in what statements assign without and with a candidate."""
        (before, after), (lines, behind) = values, where
        keys = tuple(sorted({*before, *after}))
        now = {key: as_read(key) for key in keys}

        def all_of(told: Assigned) -> ast.expr:
            values = [told.get(key, now[key]) for key in keys]
            return ast.copy_location(ast.Tuple(values, ast.Load()), now[keys[0]]) if keys else NOTHING

        site = *place, keys
        if site not in self.known:
            names = {part.id for key in keys for part in ast.walk(now[key]) if isinstance(part, ast.Name)}
            self.known[site] = Site(all_of(before), lines, assigned=names, behind=behind)
        self.known[site].add(number, expression(all_of(after)))

    def edited(self, edits: list[Edit], start: int, end: int) -> str:
        moved = [(max(from_, start) - start, to - start, text) for from_, to, text in edits]
        return fuel.edit(self.content[start:end], moved).decode("utf-8", "surrogatepass")

    def covers(self, node: ast.expr, reach: tuple[int, int]) -> bool:
        start, end = self.reach(node)
        return start <= reach[0] and reach[1] <= end


def statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of functions; those of modules and classes have run when a test begins."""
    pending: list[tuple[ast.AST, bool]] = [(tree, False)]
    while pending:
        node, is_inside = pending.pop()
        if isinstance(node, ast.stmt) and is_inside:
            yield node
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        is_inside = is_function or is_inside and not isinstance(node, ast.ClassDef)
        pending += [(child, is_inside) for child in ast.iter_child_nodes(node)]


class Use:
    """What becomes of the value of an expression, and of whole expressions the value that its function returns."""

    def __init__(self, role: int = VALUE, of: Callable[[ast.expr], ast.expr] = lambda node: node) -> None:
        self.role, self.of = role, of


def parts(node: ast.stmt, follower: ast.stmt | None) -> Iterator[tuple[ast.expr, Use]]:
    """Expressions of a statement that are evaluated when it begins, and what becomes of their values."""
    if isinstance(node, ast.If):
        yield node.test, of_condition(returned(node.body), returned(node.orelse or [follower]))
    elif isinstance(node, ast.While):
        yield node.test, Use(TRUTH)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield node.iter, Use()
    elif isinstance(node, ast.Return) and node.value is not None:
        yield node.value, Use(LEAVING, alone)
    elif isinstance(node, (ast.AugAssign, ast.Expr)):
        yield node.value, Use()
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        yield node.value, Use()
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript):
                yield target.slice, Use()


def of_condition(body: ast.expr | None, orelse: ast.expr | None) -> Use:
    """A condition on which it depends with what its function is left."""
    known = body or orelse
    if not known:
        return Use(TRUTH)
    ways = [way or ast.copy_location(ast.Constant(holds), known) for way, holds in ((body, True), (orelse, False))]
    return Use(LEAVING, lambda node: ast.copy_location(ast.IfExp(node, *ways), node))


def inner_of(node: ast.AST) -> list[ast.expr]:
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            found.append(child)
        elif isinstance(child, ast.keyword):
            found.append(child.value)
    return found


def as_value(node: ast.expr) -> ast.expr:
    """A slice alone is no expression."""
    if not isinstance(node, ast.Slice):
        return node
    bounds = [bound or ast.Constant(None) for bound in (node.lower, node.upper, node.step)]
    return ast.fix_missing_locations(ast.Tuple(bounds, ast.Load()))


def is_iterator(value: object) -> bool:
    return type(value) not in PLAIN and hasattr(type(value), "__next__")
