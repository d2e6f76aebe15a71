"""Where candidates change a file, and what would be another value there."""

import ast
import bisect
import types

import _saraphina_probe_fuel as fuel
import _saraphina_probe_inserts as inserts
from _saraphina_probe_pure import as_read, assigned, is_pure

# Types whose values say by themselves whether they are the same, and those that are no iterators.
ATOMS = frozenset((int, bool, str, type(None)))
PLAIN = ATOMS | {float, complex, bytes, list, tuple, dict, set, frozenset}
SCOPES = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


class Site:
    """An expression that is evaluated when lines run, as it is and as candidates have it."""

    def __init__(self, node, lines, as_condition=False, assigned=(), behind=None):
        self.lines = lines
        self.as_condition = as_condition
        # The statement that must have ended before.
        self.behind = behind
        self.leaving = inserts.leaving(behind) if behind is not None else ()
        # Variables that may not be there yet.
        self.assigned = assigned
        self.original = Expression(node)
        self.others = []
        self.called, self.read = set(self.original.called), set(self.original.read)

    def add(self, number, other):
        """Takes the expression of a candidate in; of none it is only told where it runs."""
        self.others.append((number, other))
        if other is not None:
            self.called |= other.called
            self.read |= other.read

    def effects(self, names):
        """Names that are called and mean something else here, and those of functions and iterators."""
        values = {name: names[name] for name in self.read if name in names}
        odd = {name for name, value in values.items() if isinstance(value, types.FunctionType) or is_iterator(value)}
        return self.called & names.keys(), odd


class Expression:
    """Compiled, with the names that it reads and calls."""

    def __init__(self, node):
        self.code = compile(ast.Expression(node), "<site>", "eval")
        inside = list(ast.walk(node))
        self.called = {node.func.id for node in inside if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        self.read = {node.id for node in inside if isinstance(node, ast.Name)} - self.called

    def is_plain(self, taken, odd):
        """Whether evaluating it can have no effect: what it calls is built in, what it reads is no function or iterator."""
        return self.called.isdisjoint(taken) and self.read.isdisjoint(odd)


class Sites:
    """The sites of a file by the bytes of what candidates change."""

    def __init__(self, content, path):
        self.content = content
        self.starts = [0]
        for line in content.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.known = {}
        self.parts, self.plain = [], []
        tree = ast.parse(content, path)
        self.blocks = inserts.Blocks(tree)
        for node in statements(tree):
            self.parts += [(*self.reach(part), part, is_condition) for part, is_condition in parts(node)]
            if not hasattr(node, "body") and not isinstance(node, ast.Match):
                self.plain.append((*self.reach(node), node))
        self.parts.sort(key=lambda part: part[1] - part[0])

    def reach(self, node):
        start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        return self.starts[start[0] - 1] + start[1], self.starts[end[0] - 1] + end[1]

    def add(self, number, edits):
        """Takes a candidate in; false where nothing can be told of it."""
        first, last = edits[0][0], max(end for _, end, _ in edits)
        for start, end, node, is_condition in self.parts:
            if start <= first and last <= end and self.within(number, edits, (first, last), (node, is_condition)):
                return True
        for start, end, node in self.plain:
            if start <= first and last <= end:
                self.of_statement(number, node, self.edited(edits, start, end))
                return True
            if first <= start and end <= last and len(edits) == 1 and not edits[0][2].strip():
                around = self.content[first:start] + self.content[end:last].partition(b"#")[0]
                if not around.strip():
                    self.of_statement(number, node, "pass")
                    return True
        return len(edits) == 1 and self.of_lines(number, *edits[0])

    def of_lines(self, number, start, end, text):
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
        key = node, put.is_behind, put.before and put.before.value
        if key not in self.known:
            original = ast.fix_missing_locations(put.before or ast.Constant(None))
            self.known[key] = Site(original, lines, as_condition=True, behind=behind)
        after = put.after and Expression(ast.fix_missing_locations(put.after))
        self.known[key].add(number, after)
        return True

    def within(self, number, edits, reach, part):
        """A change of an expression: the largest pure one around it is compared."""
        node, is_condition = part
        while not is_pure(node):
            inner = [child for child in inner_of(node) if self.covers(child, reach)]
            if not inner or isinstance(node, SCOPES):
                return False
            node, is_condition = inner[0], False
        start, end = self.reach(node)
        try:
            other = ast.parse(f"({self.edited(edits, start, end)}\n)", mode="eval").body
        except fuel.BAD_TEXT:
            return False
        if not is_pure(other):
            return False
        site = self.known.get((start, end)) or Site(as_value(node), lines_of(node), is_condition)
        self.known[start, end] = site
        site.add(number, Expression(as_value(other)))
        return True

    def of_statement(self, number, node, text):
        """A change of a statement: what it assigns is compared; of others only where they run is told."""
        before, after = assigned(node), None
        try:
            body = ast.parse(text).body
            after = assigned(body[0]) if len(body) == 1 else None
        except fuel.BAD_TEXT:
            pass
        if before is None or after is None:
            if (node, None) not in self.known:
                self.known[node, None] = Site(ast.fix_missing_locations(ast.Constant(None)), lines_of(node))
            self.known[node, None].add(number, None)
            return
        self.assigning(number, (node,), (before, after), (lines_of(node), None))

    def assigning(self, number, place, values, where):
        """What statements assign without and with a candidate."""
        (before, after), (lines, behind) = values, where
        keys = tuple(sorted({*before, *after}))
        now = {key: ast.parse(key, mode="eval").body for key in keys}

        def all_of(told):
            return ast.fix_missing_locations(ast.Tuple([told.get(key, now[key]) for key in keys], ast.Load()))

        if (*place, keys) not in self.known:
            names = {part.id for key in keys for part in ast.walk(now[key]) if isinstance(part, ast.Name)}
            self.known[(*place, keys)] = Site(all_of(before), lines, assigned=names, behind=behind)
        self.known[(*place, keys)].add(number, Expression(all_of(after)))

    def edited(self, edits, start, end):
        moved = [(max(from_, start) - start, to - start, text) for from_, to, text in edits]
        return fuel.edit(self.content[start:end], moved).decode("utf-8", "surrogatepass")

    def covers(self, node, reach):
        start, end = self.reach(node)
        return start <= reach[0] and reach[1] <= end


def statements(tree):
    """The statements of functions; those of modules and classes have run when a test begins."""
    pending = [(tree, False)]
    while pending:
        node, is_inside = pending.pop()
        if isinstance(node, ast.stmt) and is_inside:
            yield node
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        is_inside = is_function or is_inside and not isinstance(node, ast.ClassDef)
        pending += [(child, is_inside) for child in ast.iter_child_nodes(node)]


def parts(node):
    """Expressions of a statement that are evaluated when it begins, and whether only their truth counts."""
    if isinstance(node, (ast.If, ast.While)):
        yield node.test, True
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield node.iter, False
    elif isinstance(node, (ast.Return, ast.Expr)) and node.value is not None:
        yield node.value, False
    elif isinstance(node, ast.AugAssign):
        yield node.value, False
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        yield node.value, False
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript):
                yield target.slice, False


def inner_of(node):
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            found.append(child)
        elif isinstance(child, ast.keyword):
            found.append(child.value)
    return found


def lines_of(node):
    return range(node.lineno, node.end_lineno + 1)


def as_value(node):
    """A slice alone is no expression."""
    if not isinstance(node, ast.Slice):
        return node
    bounds = [bound or ast.Constant(None) for bound in (node.lower, node.upper, node.step)]
    return ast.fix_missing_locations(ast.Tuple(bounds, ast.Load()))


def is_iterator(value):
    return type(value) not in PLAIN and hasattr(type(value), "__next__")
