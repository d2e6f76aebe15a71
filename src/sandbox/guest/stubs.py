"""Code with the same names and signatures that does nothing: holes stand where bodies were."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BODY_HOLE = "_saraphina_body_{}_"
VALUE_HOLE = "_saraphina_value_{}_"


def stub(tree):
    """The text with a hole for each outermost function, or nothing where there is none."""
    holes = Holes()
    tree = holes.visit(tree)
    if not holes.count:
        return ""
    ast.fix_missing_locations(tree)
    return ast.unparse(tree) + "\n"


class Holes(ast.NodeTransformer):
    """Replaces bodies; what a function holds inside goes with its body."""

    def __init__(self):
        self.count = 0

    def visit_FunctionDef(self, node):
        self.count += 1
        lines = [node.lineno, *(item.lineno for item in node.decorator_list)]
        node.body = [ast.Expr(ast.Name(BODY_HOLE.format(min(lines)), ast.Load()))]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node):
        if isinstance(node.value, ast.Lambda):
            self.count += 1
            node.value.body = ast.Name(VALUE_HOLE.format(node.value.lineno), ast.Load())
        return node
