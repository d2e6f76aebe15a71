#!/usr/bin/env python3
"""Breaks the references of a corpus in one place each and prints what Python complains of.

    lab/breakages.py CORPUS.jsonl… | cargo bench -p saraphina-lab --bench reach -- --complaints | lab/reach.py
    lab/breakages.py --split report CORPUS.jsonl… > FOLDER/breakages.jsonl; cargo bench -p saraphina-lab --bench healing -- FOLDER --split all

Without `--split` only items that operators may be tuned on are read; `report` are the others, `all` is all. Syntax errors are Python's own words; the other complaints are
worded as Python words them, from the syntax tree: nothing is run.
"""
import ast
import builtins
import hashlib
import json
import re
import sys
import tokenize
from io import StringIO


CLASSES = {
    "drop_import": "import", "module_slip": "import", "member_slip": "import",
    "variable_slip": "name", "builtin_slip": "name", "drop_first_value": "name", "method_slip": "attribute",
    "drop_return": "return", "drop_conversion": "type", "int_as_str": "type", "spurious_str": "type",
    **dict.fromkeys(["drop_condition", "drop_operand", "drop_sign", "drop_call", "drop_method", "drop_argument", "drop_subscript", "drop_bound", "drop_filter", "drop_choice",
                     "drop_guard", "drop_if", "drop_else", "drop_statement", "drop_augment"], "logic"),
}


def is_for_tuning(name):
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) >> 1 & 1 == 0


def pick(items, seed, most):
    """At most `most` of the items, the same ones in every run."""
    key = lambda each: hashlib.sha256(f"{seed}{each}".encode()).hexdigest()
    return sorted(items, key=key)[:most]


def places(text):
    """Tokens of a text as (type, string, start, end) in characters of the whole text."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(StringIO(text).readline):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        yield token.type, token.string, start, end


def without(text, start, end, new=""):
    return text[:start] + new + text[end:]


def broken_syntax(text, seed):
    tokens = list(places(text))
    groups = {
        "drop_close": [(a, b) for _, s, a, b in tokens if s in (")", "]", "}")],
        "drop_open": [(a, b) for _, s, a, b in tokens if s in ("(", "[", "{")],
        "drop_colon": [(a, b) for _, s, a, b in tokens if s == ":"],
        "drop_comma": [(a, b) for _, s, a, b in tokens if s == ","],
        "drop_quote": [(b - 1, b) for t, s, a, b in tokens if t == tokenize.STRING and "\n" not in s],
        "drop_quote_first": [(a, a + 1) for t, s, a, b in tokens if t == tokenize.STRING and s[0] in "'\"" and "\n" not in s],
    }
    for kind, all_places in groups.items():
        for start, end in pick(all_places, seed + kind, 2):
            yield kind, without(text, start, end)
    for start, end in pick([(a, b) for _, s, a, b in tokens if s == "=="], seed, 1):
        yield "equals", without(text, start, end, "=")
    lines = text.split("\n")
    bodies = [n for n, line in enumerate(lines) if line.startswith("    ") and line.strip() and not line.strip().startswith(("#", '"', "'"))]
    doc = {n for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for n in range(node.lineno - 1, node.end_lineno)}
    bodies = [n for n in bodies if n not in doc]
    for number in pick(bodies, seed + "indent", 2):
        for kind, line in [("indent_more", " " + lines[number]), ("indent_less", lines[number][1:]), ("indent_none", lines[number].lstrip()), ("indent_deep", "    " + lines[number])]:
            yield kind, "\n".join(lines[:number] + [line] + lines[number + 1:])


def complaint(text):
    try:
        compile(text, "solution.py", "exec")
    except SyntaxError as error:
        return {"kind": type(error).__name__, "message": error.msg, "line": error.lineno, "column": error.offset}
    except ValueError:
        return None
    return None


def slip(name, seed):
    """The name with one letter left out, doubled, changed or turned with its neighbour."""
    number = int(hashlib.sha256((seed + name).encode()).hexdigest(), 16)
    at = number // 7 % len(name)
    kinds = [name[:at] + name[at + 1:], name[:at] + name[at] + name[at:], name[:at] + "x" + name[at + 1:], name[:at] + name[at:at + 2][::-1] + name[at + 2:]]
    for new in kinds[number % 4:] + kinds:
        if new != name and new.isidentifier():
            return new
    return name + "x"


def named(name, line):
    return {"kind": "NameError", "message": f"name '{name}' is not defined", "line": line, "column": None}


def broken_names(text, seed):
    tree = ast.parse(text)
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    read = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    at = lambda n: starts[n.lineno - 1] + len(text.splitlines()[n.lineno - 1].encode()[:n.col_offset].decode())
    local = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} | {a.arg for n in ast.walk(tree) if isinstance(n, ast.arguments) for a in n.args}
    for kind, nodes in [
        ("variable_slip", [n for n in read if n.id in local and len(n.id) > 1]),
        ("builtin_slip", [n for n in read if hasattr(builtins, n.id) and len(n.id) > 1]),
    ]:
        for n in pick(nodes, seed + kind, 1):
            new = slip(n.id, seed)
            if new not in local and not hasattr(builtins, new):
                yield kind, without(text, at(n), at(n) + len(n.id), new), named(new, n.lineno)
    for n in pick([n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)], seed, 1):
        name, new = n.func.attr, slip(n.func.attr, seed)
        end = starts[n.func.end_lineno - 1] + n.func.end_col_offset
        owner = next((kind for kind in ("list", "str", "dict", "set") if hasattr(getattr(builtins, kind), name)), None)
        if owner and not hasattr(getattr(builtins, owner), new):
            yield "method_slip", without(text, end - len(name), end, new), {
                "kind": "AttributeError", "message": f"'{owner}' object has no attribute '{new}'", "line": n.func.end_lineno, "column": None}
    lines = text.splitlines(keepends=True)
    for n in ast.walk(tree):
        if isinstance(n, (ast.Import, ast.ImportFrom)):
            whole = "".join(lines[n.lineno - 1:n.end_lineno])
            rest = "".join(lines[:n.lineno - 1] + lines[n.end_lineno:])
            for alias in n.names:
                used = alias.asname or alias.name
                use = next((m for m in sorted(read, key=lambda m: m.lineno) if m.id == used.split(".")[0]), None)
                if use and len(n.names) == 1 and n.col_offset == 0:
                    yield "drop_import", rest, named(used.split(".")[0], use.lineno - (n.end_lineno - n.lineno + 1))
            if n.col_offset == 0:
                if isinstance(n, ast.Import):
                    name = n.names[0].name
                    new = slip(name, seed)
                    yield "module_slip", text.replace(whole, whole.replace(name, new, 1), 1), {"kind": "ModuleNotFoundError", "message": f"No module named '{new}'", "line": n.lineno, "column": None}
                else:
                    name = n.names[0].name
                    new = slip(name, seed)
                    broken = re.sub(r"import (.*?)\b%s\b" % re.escape(name), lambda m: f"import {m.group(1)}{new}", whole, count=1)
                    yield "member_slip", text.replace(whole, broken, 1), {"kind": "ImportError", "message": f"cannot import name '{new}' from '{n.module}' (unknown location)", "line": n.lineno, "column": None}
    for f in ast.walk(tree):
        if not isinstance(f, ast.FunctionDef):
            continue
        for n in f.body:
            if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name) and isinstance(n.value, (ast.Constant, ast.List, ast.Dict, ast.Set, ast.Call)) and n.lineno == n.end_lineno:
                name = n.targets[0].id
                use = [m.lineno for m in ast.walk(f) if isinstance(m, ast.Name) and m.id == name and m.lineno > n.lineno]
                stored = any(isinstance(m, ast.Name) and m.id == name and isinstance(m.ctx, ast.Store) and m is not n.targets[0] for m in ast.walk(f))
                if use:
                    yield "drop_first_value", "".join(lines[:n.lineno - 1] + lines[n.lineno:]), (
                        {"kind": "UnboundLocalError", "message": f"cannot access local variable '{name}' where it is not associated with a value", "line": min(use) - 1, "column": None} if stored else named(name, min(use) - 1))
                    break
    for n in pick([n for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value and n.lineno == n.end_lineno], seed, 1):
        line = lines[n.lineno - 1]
        new = line.replace("return ", "", 1)
        yield "drop_return", "".join(lines[:n.lineno - 1] + [new] + lines[n.lineno:]), {"kind": "AssertionError", "message": "assert None == 3", "line": n.lineno, "column": None}


MESSAGES = {
    "int": ["can only concatenate str (not \"int\") to str", "unsupported operand type(s) for +: 'int' and 'str'"],
    "str": ["unsupported operand type(s) for +: 'int' and 'str'"],
}


def broken_types(text, seed):
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in ("int", "str", "float", "list", "len", "set", "sorted") and len(n.args) == 1 and n.lineno == n.end_lineno]
    for n in pick(calls, seed + "conv", 1):
        line = lines[n.lineno - 1]
        inner = line[n.args[0].col_offset:n.args[0].end_col_offset]
        new = line[:n.col_offset] + inner + line[n.end_col_offset:]
        message = {"int": "unsupported operand type(s) for -: 'str' and 'int'", "float": "unsupported operand type(s) for -: 'str' and 'float'", "str": "can only concatenate str (not \"int\") to str",
                   "list": "'set' object is not subscriptable", "set": "unhashable type: 'list'", "len": "'<' not supported between instances of 'int' and 'list'", "sorted": "'set' object is not subscriptable"}[n.func.id]
        yield "drop_conversion", "".join(lines[:n.lineno - 1] + [new] + lines[n.lineno:]), {"kind": "TypeError", "message": message, "line": n.lineno, "column": None}
    numbers = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is int and n.lineno == n.end_lineno]
    for n in pick(numbers, seed + "num", 1):
        line = lines[n.lineno - 1]
        new = line[:n.col_offset] + f"'{n.value}'" + line[n.end_col_offset:]
        yield "int_as_str", "".join(lines[:n.lineno - 1] + [new] + lines[n.lineno:]), {"kind": "TypeError", "message": "unsupported operand type(s) for +: 'int' and 'str'", "line": n.lineno, "column": None}
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.lineno == n.end_lineno and not hasattr(builtins, n.id)]
    for n in pick(names, seed + "str", 1):
        line = lines[n.lineno - 1]
        new = line[:n.col_offset] + f"str({n.id})" + line[n.end_col_offset:]
        yield "spurious_str", "".join(lines[:n.lineno - 1] + [new] + lines[n.lineno:]), {"kind": "TypeError", "message": "'<' not supported between instances of 'str' and 'int'", "line": n.lineno, "column": None}


def broken_logic(text, seed):
    """What is easily forgotten, left out: a condition, an operand, a call, an argument, a statement, a branch."""
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    span = lambda n: (starts[n.lineno - 1] + n.col_offset, starts[n.end_lineno - 1] + n.end_col_offset)
    of = lambda n: text[slice(*span(n))]
    put = lambda n, new: without(text, *span(n), new)
    found = {}
    add = lambda kind, new: found.setdefault(kind, []).append(new)
    whole = lambda n: "".join(lines[:n.lineno - 1] + lines[n.end_lineno:])
    for n in ast.walk(tree):
        if isinstance(n, ast.BoolOp):
            for skipped in n.values:
                rest = [of(v) for v in n.values if v is not skipped]
                add("drop_condition", put(n, "(" + (" and " if isinstance(n.op, ast.And) else " or ").join(rest) + ")"))
        elif isinstance(n, ast.BinOp):
            add("drop_operand", put(n, f"({of(n.left)})"))
            add("drop_operand", put(n, f"({of(n.right)})"))
        elif isinstance(n, ast.UnaryOp) and not isinstance(n.operand, ast.Constant):
            add("drop_sign", put(n, f"({of(n.operand)})"))
        elif isinstance(n, ast.Call):
            if len(n.args) == 1 and not n.keywords and not isinstance(n.args[0], (ast.Starred, ast.GeneratorExp)):
                add("drop_call", put(n, f"({of(n.args[0])})" if isinstance(n.func, ast.Name) else of(n.func.value) if isinstance(n.func, ast.Attribute) else of(n)))
            elif not n.args and not n.keywords and isinstance(n.func, ast.Attribute):
                add("drop_method", put(n, of(n.func.value)))
            else:
                for skipped in [*n.args, *n.keywords]:
                    rest = [of(a) for a in [*n.args, *n.keywords] if a is not skipped]
                    add("drop_argument", put(n, f"{of(n.func)}({', '.join(rest)})"))
        elif isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Load):
            add("drop_subscript", put(n, of(n.value)))
            if isinstance(n.slice, ast.Slice):
                for bound in filter(None, [n.slice.lower, n.slice.upper, n.slice.step]):
                    add("drop_bound", put(bound, ""))
        elif isinstance(n, ast.comprehension):
            for test in n.ifs:
                start, end = span(test)
                before = text[:start].rstrip()
                if before.endswith("if"):
                    add("drop_filter", before[:-2].rstrip() + text[end:])
        elif isinstance(n, ast.IfExp):
            add("drop_choice", put(n, f"({of(n.body)})"))
            add("drop_choice", put(n, f"({of(n.orelse)})"))
        elif isinstance(n, ast.If):
            if not n.orelse and n.body[0].lineno > n.lineno and lines[n.lineno - 1].lstrip().startswith("if"):
                add("drop_guard", whole(n))
                width = n.body[0].col_offset - n.col_offset
                body = [line[width:] if line[:width].isspace() else line for line in lines[n.body[0].lineno - 1:n.end_lineno]]
                add("drop_if", "".join(lines[:n.lineno - 1] + body + lines[n.end_lineno:]))
            elif n.orelse and not (len(n.orelse) == 1 and isinstance(n.orelse[0], ast.If)):
                last = n.body[-1].end_lineno
                add("drop_else", "".join(lines[:last] + lines[n.end_lineno:]))
        elif isinstance(n, (ast.Assign, ast.AugAssign, ast.Expr, ast.Break, ast.Continue)) and not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)):
            if n.col_offset:
                add("drop_statement", whole(n))
        if isinstance(n, ast.AugAssign):
            add("drop_augment", put(n, f"{of(n.target)} = {of(n.value)}"))
    for kind, texts in found.items():
        for new in pick(sorted(set(texts)), seed + kind, 2):
            yield kind, new


def runs(text):
    try:
        ast.parse(text)
        return True
    except SyntaxError:
        return False


def main():
    paths, split = sys.argv[1:], "tuning"
    if paths[:1] == ["--split"]:
        split, paths = paths[1], paths[2:]
    wanted = {"tuning": is_for_tuning, "report": lambda name: not is_for_tuning(name), "all": lambda name: True}[split]
    for path in paths:
        for row in open(path):
            item = json.loads(row)
            if not wanted(item["id"]) or item["language"] != "python":
                continue
            text, seed = item["code"], item["id"]
            try:
                text.encode("ascii")
                found = [(kind, new, complaint(new)) for kind, new in broken_syntax(text, seed)]
                found += list(broken_names(text, seed)) + list(broken_types(text, seed))
                found += [(kind, new, None) for kind, new in broken_logic(text, seed) if runs(new)]
            except (UnicodeEncodeError, tokenize.TokenError, SyntaxError):
                continue
            for number, (kind, new, told) in enumerate(found):
                # What is wrong in silence has no complaint; other kinds without one are not broken.
                if (told or CLASSES.get(kind) == "logic") and new != text:
                    name = f"{CLASSES.get(kind, 'syntax')}:{kind}/{item['id']}#{number}"
                    whole = {"id": name, "language": "python", "module": item["module"], "bug_type": kind, "buggy_code": new, "code": text, "tests": item["tests"], "complaint": told}
                    print(json.dumps(whole | {"extra_files": item.get("extra_files", {})}))


if __name__ == "__main__":
    main()
