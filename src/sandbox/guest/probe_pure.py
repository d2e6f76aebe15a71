"""What has no effect when it is evaluated, as far as its text tells."""

import ast
import functools

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
    is_known = isinstance(target, (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple)) and is_pure(as_read(target))
    return {ast.unparse(target): value} if is_known and is_pure(value) else None


def as_read(target):
    return ast.parse(ast.unparse(target), mode="eval").body
