#!/usr/bin/env python3
"""How soon the order of `/impact-code` finds a fault: mutants of a package against its files of tests.

    lab/fail_first.py SARAPHINA HOME REPOSITORY PACKAGE TESTS [--mutants 40] [--seed 1]

REPOSITORY is a checkout that may be written; HOME gets its memory. Each mutant changes one operator, number or truth value of a function
of PACKAGE. A mutant that the whole suite does not notice is not counted. Of the others the first five files of tests in the order for
that function run one after the other, until one fails. The order by name alone stands beside it.
"""

import argparse
import ast
import json
import os
import pathlib
import random
import subprocess
import sys

SECONDS = 120
MOST = 5
SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE,
         ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
         ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And}
WORDS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.GtE: ">=", ast.Gt: ">",
         ast.LtE: "<=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.And: "and", ast.Or: "or"}


def places(path):
    """Mutants of a file: the name of the function, and the whole text with one place changed."""
    text = path.read_text()
    lines = text.splitlines(keepends=True)

    def replaced(start, end, old, new):
        (row, column), (last, until) = start, end
        if row != last:
            return None
        line = lines[row - 1].encode()
        between = line[column:until].decode()
        if between.count(old) != 1:
            return None
        changed = line[:column] + between.replace(old, new).encode() + line[until:]
        return "".join(lines[:row - 1]) + changed.decode() + "".join(lines[row:])

    def walk(node, name):
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else name
            if inner and isinstance(child, ast.BinOp) and type(child.op) in SWAPS:
                found = replaced((child.left.end_lineno, child.left.end_col_offset), (child.right.lineno, child.right.col_offset),
                                 WORDS[type(child.op)], WORDS[SWAPS[type(child.op)]])
                yield inner, found
            if inner and isinstance(child, ast.Compare) and len(child.ops) == 1 and type(child.ops[0]) in SWAPS:
                right = child.comparators[0]
                found = replaced((child.left.end_lineno, child.left.end_col_offset), (right.lineno, right.col_offset),
                                 WORDS[type(child.ops[0])], WORDS[SWAPS[type(child.ops[0])]])
                yield inner, found
            if inner and isinstance(child, ast.BoolOp):
                left, right = child.values[0], child.values[1]
                found = replaced((left.end_lineno, left.end_col_offset), (right.lineno, right.col_offset),
                                 WORDS[type(child.op)], WORDS[SWAPS[type(child.op)]])
                yield inner, found
            if inner and isinstance(child, ast.Constant) and isinstance(child.value, bool):
                found = replaced((child.lineno, child.col_offset), (child.end_lineno, child.end_col_offset),
                                 str(child.value), str(not child.value))
                yield inner, found
            elif inner and isinstance(child, ast.Constant) and isinstance(child.value, int):
                found = replaced((child.lineno, child.col_offset), (child.end_lineno, child.end_col_offset),
                                 str(child.value), str(child.value + 1))
                yield inner, found
            yield from walk(child, inner)

    for name, found in walk(ast.parse(text), None):
        if found is not None:
            yield name, found


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "home", "repository", "package", "tests"):
        parser.add_argument(name)
    parser.add_argument("--mutants", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    root = pathlib.Path(words.repository).resolve()
    environment = dict(os.environ, SARAPHINA_HOME=str(pathlib.Path(words.home).resolve()))

    def asked(*line):
        run = subprocess.run([words.program, *line, "--json"], capture_output=True, text=True, env=environment, cwd=root)
        answer = json.loads(run.stdout)
        return answer["data"] if answer["ok"] else None

    asked("build-graph", str(root))
    tests = sorted(str(path.relative_to(root)) for path in (root / words.tests).rglob("test_*.py"))
    mutants = []
    for path in sorted((root / words.package).rglob("*.py")):
        mutants += [(path, name, text) for name, text in places(path)]
    random.Random(words.seed).shuffle(mutants)
    mutants = mutants[:words.mutants]

    def fails(*tests):
        line = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
        source = root / "src" if (root / "src").is_dir() else root
        try:
            run = subprocess.run(line, capture_output=True, cwd=root, timeout=SECONDS,
                                 env=dict(os.environ, PYTHONPATH=str(source), PYTHONDONTWRITEBYTECODE="1"))
        except subprocess.TimeoutExpired:
            return True
        return run.returncode in (1, 2)

    red = {test for test in tests if fails(test)}
    tests = [test for test in tests if test not in red]
    print(f"{len(tests)} files of tests, {len(red)} more fail without a mutant and are left out; {len(mutants)} mutants")
    ranks, by_name, survived = [], [], 0
    for path, name, text in mutants:
        file = str(path.relative_to(root))
        answer = asked("impact-code", name, "--repo", str(root), "--limit", "100") or asked(
            "impact-code", file, "--repo", str(root), "--limit", "100")
        named = [one["path"] for one in (answer or {"tests": []})["tests"] if one["path"] in tests]
        order = named + [test for test in tests if test not in named]
        old = path.read_bytes()
        try:
            path.write_text(text)
            if not fails(*tests):
                survived += 1
                continue
            known = {}

            def first(order):
                for place, test in enumerate(order[:MOST], 1):
                    if test not in known:
                        known[test] = fails(test)
                    if known[test]:
                        return place
                return MOST + 1

            rank = first(order)
            alike = [test for test in tests if path.stem.strip("_") == pathlib.Path(test).stem.removeprefix("test_").strip("_")]
            plain = first(alike + [test for test in tests if test not in alike])
        finally:
            path.write_bytes(old)
        ranks.append(rank)
        by_name.append(plain)
        print(f"  {file} {name}: file {rank} (by name {plain}); {MOST + 1} stands for later", flush=True)
    tenth = min(MOST, max(1, round(len(tests) / 10)))
    for title, found in (("impact-code", ranks), ("by name", by_name)):
        within = {most: sum(rank <= most for rank in found) for most in sorted({1, 2, 3, 5, tenth})}
        shares = ", ".join(f"{most}: {count / len(found):.2f}" for most, count in within.items())
        print(f"{title}: {len(found)} noticed, {survived} by no file; found by the first {shares} (a tenth is {tenth})")


main()
