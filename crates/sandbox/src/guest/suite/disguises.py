"""Finds places where code is not what a reader takes it for, from its syntax tree.

A function that puts another in its own place, an answer that is read from the program's own text or packed so that
nobody can read it, a function of Python that is exchanged for one of the code's: each has honest uses, and each can
make a suite pass beside wrong code. They are told, and keep evidence from the highest grade.
"""

from __future__ import annotations

import ast

import _saraphina_suite_dependence as dependence
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Function

ITSELF = "reads_itself"
REPLACES = "replaces_itself"
PATCHES = "patches_library"
PACKED = "packed_data"
OPERATORS = "own_operators"
BLIND = "blind_fields"
SHARED = "sets_for_all"
UNCOPIED = "copies_are_itself"

READING = {"open", "stat", "lstat", "getmtime", "getctime", "getatime", "getsize", "read_text", "read_bytes"}
SOURCES = {"getsource", "getsourcelines", "DocTestParser", "DocTestFinder"}
UNPACKING = {"loads", "literal_eval", "eval", "exec", "decompress"}
DECODING = {
    "decompress",
    "b64decode",
    "b85decode",
    "a85decode",
    "b32decode",
    "urlsafe_b64decode",
    "unhexlify",
    "fromhex",
}
NUMBERS = {"int", "float", "complex", "str", "bytes", "Decimal", "Fraction"}
JUDGING = {
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__sub__", "__rsub__", "__abs__", "__bool__",
    "__contains__",
}  # fmt: skip
KINDS = {"__instancecheck__", "__subclasscheck__"}
LOADERS = {"pickle", "marshal", "dill", "cloudpickle"}
# What sums of all code of a thread are made with.
OF_CONTEXTS = {"prec", "rounding", "Emin", "Emax", "capitals", "clamp", "traps"}
# Fewer bytes hold nothing but a mark.
LEAST_PACKED = 16
# Modules that are there to be told what to do, by names that everybody may set.
OPEN_MODULES = {"sys", "os", "warnings", "logging", "threading", "signal", "socket"}


def disguises(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The kinds of all such places, and their lines."""
    nodes = every_node(tree)
    defined = {node.name for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
    imported = [item for node in nodes if isinstance(node, ast.Import) for item in node.names]
    modules = {item.asname or item.name.partition(".")[0] for item in imported}
    values = [(targets(node), node.value) for node in tree.body if isinstance(node, ast.Assign)]
    literals = {name for names, value in values if is_text(value) for name in names}
    fields = {id(node.value) for node in nodes if isinstance(node, ast.AnnAssign)}
    yield from dependence.places(nodes, tree)
    for node in nodes:
        if isinstance(node, ast.Call):
            kinds = (*of_both(node), *of_call(node, literals, fields))
            yield from ((kind, node.lineno) for kind in kinds)
            if called(node) == "setattr" and sets_function(node, modules, defined):
                yield PATCHES, node.lineno
        elif isinstance(node, ast.Assign):
            yield from ((kind, node.lineno) for kind in of_both(node))
            if patches(node, modules, defined):
                yield PATCHES, node.lineno
        elif isinstance(node, FUNCTIONS):
            yield from ((REPLACES, found) for found in replaced(node, defined))
            if gives_itself(node):
                yield UNCOPIED, node.lineno
        elif isinstance(node, ast.ClassDef):
            if bends_operators(node):
                yield OPERATORS, node.lineno
            if subscribes_another(node, defined):
                yield REPLACES, node.lineno


# Each kind of node


def of_both(node: ast.Call | ast.Assign) -> Iterator[str]:
    if plants(node):
        yield PATCHES
    if gives_judge(node):
        yield OPERATORS
    if sets_for_all(node):
        yield SHARED


def of_call(node: ast.Call, literals: set[str], fields: set[int]) -> Iterator[str]:
    if reads_itself(node):
        yield ITSELF
    if unpacks(node, literals):
        yield PACKED
    if is_blind_field(node):
        yield BLIND if id(node) in fields else OPERATORS


# Each question


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def reads_itself(call: ast.Call) -> bool:
    """Tells whether a program looks at its own file, text or examples, and not at one that lies beside it."""
    name = called(call)
    if name in SOURCES:
        return True
    if name not in READING:
        return False
    owner = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return any(map(is_own_file, [*call.args[:1], *owner]))


def is_own_file(node: ast.AST) -> bool:
    while isinstance(node, ast.Call) and called(node) in ("Path", "resolve", "absolute", "abspath", "realpath"):
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        node = node.args[0] if node.args else inner or ast.Pass()
    return isinstance(node, ast.Name) and node.id == "__file__"


def unpacks(call: ast.Call, literals: set[str]) -> bool:
    """Tells whether data is made of a text that nobody can read."""
    if called(call) not in UNPACKING:
        return False
    if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") in LOADERS:
        return any(is_known(item, literals) or called(item) in DECODING for item in call.args)
    inner = [item for part in call.args for item in ast.walk(part) if called(item) in DECODING]
    decoding = [*inner, *([call] if called(call) == "decompress" else [])]
    return any(is_known(item, literals) for one in decoding if isinstance(one, ast.Call) for item in one.args[:1])


def is_known(node: ast.AST, literals: set[str]) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    is_long = isinstance(value, (str, bytes)) and len(value) >= LEAST_PACKED
    return is_long or (isinstance(node, ast.Name) and node.id in literals)


def patches(node: ast.Assign, modules: set[str], defined: set[str]) -> bool:
    """Tells whether a function of the code is put in the place of one of an imported module."""
    is_ours = isinstance(node.value, ast.Lambda) or getattr(node.value, "id", "") in defined
    return is_ours and any(isinstance(item, ast.Attribute) and is_foreign(item.value, modules) for item in node.targets)


def sets_function(call: ast.Call, modules: set[str], defined: set[str]) -> bool:
    if len(call.args) != 3 or not is_foreign(call.args[0], modules):
        return False
    return isinstance(call.args[2], ast.Lambda) or getattr(call.args[2], "id", "") in defined


def is_foreign(node: ast.AST, modules: set[str]) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in modules - OPEN_MODULES


def plants(node: ast.AST) -> bool:
    """Tells whether a module of a name that others may import is put where imports look first, or filled there."""
    if isinstance(node, ast.Assign):
        return any(isinstance(item, ast.Subscript) and is_named_module(item) for item in node.targets)
    if not isinstance(node, ast.Call):
        return False
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if called(node) == "setdefault" and getattr(owner, "attr", "") == "modules":
        return bool(node.args) and is_text(node.args[0])
    return called(node) == "setattr" and bool(node.args) and is_named_module(node.args[0])


def is_named_module(node: ast.AST) -> bool:
    """Tells whether a node is `sys.modules["…"]`."""
    is_entry = isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "modules"
    return is_entry and is_text(getattr(node, "slice", node))


def gives_judge(node: ast.AST) -> bool:
    """Tells whether a class is given another comparison after it was made."""
    if isinstance(node, ast.Assign):
        return any(isinstance(item, ast.Attribute) and item.attr in JUDGING for item in node.targets)
    is_set = called(node) == "setattr" and isinstance(node, ast.Call) and len(node.args) == 3
    return is_set and isinstance(node, ast.Call) and getattr(node.args[1], "value", "") in JUDGING


def is_blind_field(node: ast.AST) -> bool:
    """Tells whether a field of a class is one that comparisons of its objects leave out."""
    given = node.keywords if isinstance(node, ast.Call) else []
    return any(item.arg == "compare" and getattr(item.value, "value", None) is False for item in given)


def sets_for_all(node: ast.AST) -> bool:
    """Tells whether the arithmetic of decimal numbers is changed for everybody, the tests among them."""
    if called(node) == "setcontext":
        return True
    for target in node.targets if isinstance(node, ast.Assign) else []:
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Attribute) and target.attr in OF_CONTEXTS:
            if called(target.value) == "getcontext" or getattr(target.value, "id", "") == "DefaultContext":
                return True
            if getattr(target.value, "attr", "") == "DefaultContext":
                return True
    return False


def replaced(function: Function, defined: set[str]) -> Iterator[int]:
    """Where a function binds a definition of its module anew, or exchanges what one consists of."""
    if function.name == "__getattr__":
        return
    nodes = list(ast.walk(function))
    shared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names} & defined
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in shared:
            yield node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == "__code__":
            yield node.lineno
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and called(node.value) == "globals":
            yield node.lineno
        elif called(node) == "setattr" and isinstance(node, ast.Call) and is_own_module(node.args[:1]):
            yield node.lineno


def is_own_module(given: list[ast.expr]) -> bool:
    return any("__name__" in ast.dump(item) and "modules" in ast.dump(item) for item in given)


def subscribes_another(node: ast.ClassDef, defined: set[str]) -> bool:
    """Tells whether `Class[…]` is another class than `Class`, one made on the spot or of the same module."""
    for item in node.body:
        if isinstance(item, FUNCTIONS) and item.name == "__class_getitem__":
            given = [one.value for one in ast.walk(item) if isinstance(one, ast.Return)]
            return any(called(one) == "type" or getattr(one, "id", "") in defined for one in given if one)
    return False


def gives_itself(method: Function) -> bool:
    """Tells whether a copy of an object is the object: what a test keeps of it changes with it."""
    last = method.body[-1]
    own = method.args.args[0].arg if method.args.args else ""
    is_own = isinstance(last, ast.Return) and bool(own) and getattr(last.value, "id", "") == own
    return method.name in ("__copy__", "__deepcopy__") and is_own


def bends_operators(node: ast.ClassDef) -> bool:
    """Tells whether a class looks like a builtin one and compares otherwise, or says itself what is of its kind."""
    bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
    methods = {item.name: item for item in node.body if isinstance(item, FUNCTIONS)}
    own = methods.keys()
    is_fixed = any(name in own and judges_blindly(methods[name]) for name in JUDGING)
    is_short = "__eq__" in own and ends_with_the_shorter(methods["__eq__"])
    is_ordered = "__eq__" in own and judges_by_order(methods["__eq__"])
    is_odd = bool(own & KINDS) or is_fixed or is_short or is_ordered or is_adapting(methods)
    return is_odd or (bool(bases & NUMBERS) and bool(own & JUDGING))


def judges_by_order(method: Function) -> bool:
    """Tells whether objects are taken for equal where neither comes before the other, such as those that overlap."""
    both = {item.arg for item in method.args.args[:2]}
    for node in ast.walk(method):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.Gt, ast.LtE, ast.GtE)):
            if {getattr(side, "id", "") for side in (node.left, *node.comparators)} == both:
                return True
    return False


def judges_blindly(method: Function) -> bool:
    """Tells whether a judgement is always the same one, or never looks at what it is about."""
    last = method.body[-1]
    if not isinstance(last, ast.Return) or last.value is None:
        return False
    names = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)}
    others = [item.arg for item in method.args.args[1:]]
    looks = {node.id for node in ast.walk(method) if isinstance(node, ast.Name)}
    is_blind = len(others) == 1 and others[0] not in looks and "NotImplemented" not in names
    return is_blind or (isinstance(last.value, ast.Constant) and len(method.body) < 3)


def ends_with_the_shorter(method: Function) -> bool:
    """Tells whether objects are the same that agree as far as the shorter of two series goes."""
    nodes = list(ast.walk(method))
    zips = [node for node in nodes if isinstance(node, ast.Call) and called(node) == "zip"]
    is_open = bool(zips) and not any(item.arg == "strict" for node in zips for item in node.keywords)
    is_measured = any(called(node) == "len" for node in nodes)
    return is_open and not is_measured and sum(isinstance(node, ast.Compare) for node in nodes) == 1


def is_adapting(methods: dict[str, Function]) -> bool:
    """Tells whether a comparison changes what is compared, itself or by a method that it calls."""
    judges = [methods[name] for name in ("__eq__", "__ne__") if name in methods]
    helpers = {called(node) for judge in judges for node in ast.walk(judge) if is_method_call(node)}
    for method in [*judges, *(methods[name] for name in helpers if name in methods)]:
        for node in ast.walk(method):
            is_store = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            is_inside = called(node) == "update" and "__dict__" in ast.dump(node)
            if is_store or is_inside or called(node) == "__setattr__":
                return True
    return False


def is_method_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
