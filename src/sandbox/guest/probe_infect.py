"""Which candidates change the value of an expression while a test runs.

A candidate that alters nothing in the state of a failing test cannot mend it (the infection of Voas, 1992; weak mutation,
Howden, 1982). Before a statement runs, the expression in it that a candidate changes is evaluated as it is and as the
candidate has it, where neither can have an effect; no candidate is run for that.
"""

import ast
import functools
import itertools
import mmap
import sys
import time
import types
import zlib

import _saraphina_probe_box as box
import _saraphina_probe_cases as cases
import _saraphina_probe_fuel as fuel
import _saraphina_probe_pytest as stand_in
import _saraphina_probe_trace as trace

KINDS = ("infected",)
TAPE = 1024 * 1024
# What a test tells of a candidate, the most telling of all looks.
UNREACHED, ABSENT, INFECTED, RAISED, UNKNOWN = range(5)
# Looks at one statement in one test, at all of its candidates and at those that are not told of yet; evaluations in one test;
# elements of what is iterated over.
FULL_LOOKS = 16
MOST_LOOKS = 200
MOST_EVALUATIONS = 20_000
MOST_ELEMENTS = 2_000
# What a test may take: fuel, seconds of work, seconds in all.
LIMITS = 200_000, 0.3, 0.8

CALLS = frozenset(
    "abs all any ascii bin bool bytes chr complex dict divmod enumerate filter float format frozenset hash hex int isinstance "
    "iter len list map max min next oct ord pow range repr reversed round set slice sorted str sum tuple zip".split()
)
METHODS = frozenset(
    "bit_length capitalize casefold conjugate copy count decode difference digest encode end endswith find findall get group "
    "groups hexdigest index intersection isalnum isalpha isdigit isdisjoint islower isspace issubset issuperset isupper items "
    "join keys lower lstrip most_common replace rfind rindex rstrip span split splitlines start startswith strip swapcase "
    "symmetric_difference title translate union upper values zfill".split()
)
# Modules whose functions have no effects on what they are given.
MODULES = frozenset("cmath collections fractions hashlib itertools math re statistics string".split())
PURE = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Subscript, ast.Slice, ast.Tuple,
    ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension, ast.Lambda,
    ast.Attribute, ast.arguments, ast.arg, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.keyword, ast.operator, ast.unaryop,
    ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip
# Types whose values say by themselves whether they are the same, and those that are no iterators.
ATOMS = frozenset((int, bool, str, type(None)))
PLAIN = ATOMS | {float, complex, bytes, list, tuple, dict, set, frozenset}
SCOPES = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


def answer(files, question, channel, ends_at):
    tape = box.Tape(TAPE)
    child = box.fork(lambda: Infection(files, question, tape, ends_at).run(), files.job["memory_bytes"])
    box.follow(child, lambda: time.monotonic() > ends_at)
    box.sweep()
    for frame in tape.read(KINDS):
        channel.say(**frame)


class Site:
    """An expression that is evaluated when lines run, as it is and as candidates have it."""

    def __init__(self, node, lines, as_condition=False, assigned=()):
        self.lines = lines
        self.as_condition = as_condition
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
        for node in statements(ast.parse(content, path)):
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
        return False

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
        keys = tuple(sorted({*before, *after}))
        now = {key: ast.parse(key, mode="eval").body for key in keys}

        def values(told):
            return ast.fix_missing_locations(ast.Tuple([told.get(key, now[key]) for key in keys], ast.Load()))

        if (node, keys) not in self.known:
            names = {part.id for key in keys for part in ast.walk(now[key]) if isinstance(part, ast.Name)}
            self.known[node, keys] = Site(values(before), lines_of(node), assigned=names)
        self.known[node, keys].add(number, Expression(values(after)))

    def edited(self, edits, start, end):
        moved = [(max(from_, start) - start, to - start, text) for from_, to, text in edits]
        return fuel.edit(self.content[start:end], moved).decode("utf-8", "surrogatepass")

    def covers(self, node, reach):
        start, end = self.reach(node)
        return start <= reach[0] and reach[1] <= end


def lines_of(node):
    return range(node.lineno, node.end_lineno + 1)


def assigned(node):
    """The values that a statement gives to what, by its text; nothing where it may have other effects."""
    if isinstance(node, ast.Pass):
        return {}
    if isinstance(node, ast.AugAssign):
        target, value = node.target, ast.BinOp(as_read(node.target), node.op, node.value)
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
    else:
        return None
    is_known = isinstance(target, (ast.Name, ast.Subscript, ast.Tuple)) and is_pure(as_read(target))
    return {ast.unparse(target): value} if is_known and is_pure(value) else None


def as_read(target):
    return ast.parse(ast.unparse(target), mode="eval").body


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


def as_value(node):
    """A slice alone is no expression."""
    if not isinstance(node, ast.Slice):
        return node
    bounds = [bound or ast.Constant(None) for bound in (node.lower, node.upper, node.step)]
    return ast.fix_missing_locations(ast.Tuple(bounds, ast.Load()))


@functools.cache
def is_pure(node):
    """Whether evaluating an expression has no effect, as far as its text tells; asked again and again of those of the file."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                is_module = isinstance(function.value, ast.Name) and function.value.id in MODULES
                if not is_module and function.attr not in METHODS:
                    return False
            elif not (isinstance(function, ast.Name) and function.id in CALLS):
                return False
        elif not isinstance(node, PURE):
            return False
        pending.extend(ast.iter_child_nodes(node))
    return True


class Infection(trace.Tracing):
    """Imports the suite once and forks for every test that is asked for."""

    def __init__(self, files, question, tape, ends_at):
        super().__init__(files, tape, ends_at)
        self.limits = LIMITS
        self.wanted = {id: place for place, id in enumerate(question["cases"])}
        self.count = len(question["candidates"])
        # A byte for each candidate, and one that says that the test ended.
        self.told = mmap.mmap(-1, self.count + 1)
        self.blank = bytearray(self.count + 1)
        self.sites = {}
        of_files = {path: Sites(files.texts[path], path) for path in files.code if fuel.is_placed(files.texts[path])}
        for number, patch in enumerate(question["candidates"]):
            paths = {edit[0] for edit in patch}
            edits = sorted(tuple(edit[1:]) for edit in patch)
            path = next(iter(paths), None)
            if len(paths) > 1 or path not in of_files or not of_files[path].add(number, edits):
                self.blank[number] = UNKNOWN
        for path, sites in of_files.items():
            for site in sites.known.values():
                for line in site.lines:
                    self.sites.setdefault((files.full(path), line), []).append(site)

    def one(self, case, scene):
        place = self.wanted.get(case.id)
        if place is None:
            return
        self.told[:] = bytes(self.blank)
        status = self.apart(lambda: Watcher(self).run(case, scene))
        if status is not None and self.told[-1]:
            self.tape.say(t="infected", case=place, told=list(self.told[:-1]))


class Watcher:
    """Evaluates what candidates change while one test runs, in the process of that test."""

    def __init__(self, infection):
        self.sites, self.told, self.tank = infection.sites, infection.told, infection.tank
        self.files = set(infection.bases)
        self.left = MOST_EVALUATIONS
        self.looks = {}

    def run(self, case, scene):
        sys.settrace(self.enter)
        try:
            cases.run(case, scene)
        except stand_in.Skipped:
            return
        finally:
            sys.settrace(None)
        # Of a test that is cut short nobody knows what else it would reach.
        self.told[-1] = not self.tank.is_empty()

    def enter(self, frame, event, value):
        return self.follow if frame.f_code.co_filename in self.files else None

    def follow(self, frame, event, value):
        if event == "line":
            for site in self.sites.get((frame.f_code.co_filename, frame.f_lineno), ()):
                self.look(site, frame)
        return self.follow

    def look(self, site, frame):
        looks = self.looks.get(site, 0)
        if looks == MOST_LOOKS:
            return
        self.looks[site] = looks + 1
        names = {**dict.fromkeys(site.assigned, ...), **frame.f_globals, **frame.f_locals}
        effects = site.effects(names)
        if looks + 1 == MOST_LOOKS or self.left <= 0 or not site.original.is_plain(*effects):
            self.give_up(site)
            return
        expected = evaluate(site.original, names, site.as_condition)
        for number, other in site.others:
            known = self.told[number]
            if known == UNKNOWN or known >= INFECTED and looks >= FULL_LOOKS:
                continue
            self.left -= 1
            is_known = other is not None and other.is_plain(*effects)
            found = evaluate(other, names, site.as_condition) if is_known else None
            self.told[number] = max(known, told_of(expected, found))

    def give_up(self, site):
        """Looks no more: what was not seen to differ may still differ later."""
        self.looks[site] = MOST_LOOKS
        for number, _ in site.others:
            if self.told[number] <= ABSENT:
                self.told[number] = UNKNOWN


def is_iterator(value):
    return type(value) not in PLAIN and hasattr(type(value), "__next__")


def evaluate(expression, names, as_condition):
    """Whether it raises, the name of its type, and its value or a checksum of that as a text."""
    try:
        value = eval(expression.code, names)
        if as_condition:
            value = bool(value)
        kind = type(value)
        if kind in ATOMS:
            return False, kind.__name__, value
        if kind is range or is_iterator(value):
            value = list(itertools.islice(value, MOST_ELEMENTS))
        return False, kind.__name__, zlib.crc32(repr(value).encode("utf-8", "replace"))
    except Exception as error:
        return True, type(error).__name__, 0


def told_of(expected, found):
    if found is None:
        return UNKNOWN
    if found == expected:
        return ABSENT
    return RAISED if found[0] and not expected[0] else INFECTED
