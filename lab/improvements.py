"""Improves files of public packages, and tries whether anything that breaks a caller would pass.

    SARAPHINA_HOME=home python3 lab/improvements.py --saraphina PROGRAM --mirror FOLDER --python VENV/bin/python rows.json [PACKAGE...]

Each row of the file names a repository in FOLDER (`owner+name/repo`), one of its files, the tests that use it and the packages that
these need. Two things are measured of each file. First the improvement by rules: its score, and whether the tests of the whole
repository, run by plain pytest outside of everything, lose one. Then texts that are wrong on purpose, one small change in each of a few
functions (a parameter goes, a default changes, a comparison turns, a value is returned otherwise, a public function is renamed): none
may pass. Where one does, plain pytest says whether a test of the repository would have noticed it.
"""

import argparse
import ast
import json
import os
import pathlib
import re
import subprocess
import tempfile

PASSED = re.compile(r"^PASSED (\S+)", re.M)


def run(words: list[str], folder: pathlib.Path, **extra: str) -> subprocess.CompletedProcess:
    return subprocess.run(words, cwd=folder, env={**os.environ, **extra}, capture_output=True, text=True, check=False)


def passing(python: str, folder: pathlib.Path, tests: list[str], roots: list[str]) -> set[str]:
    """The tests that plain pytest passes in a folder."""
    path = os.pathsep.join(str(folder / root) for root in roots)
    words = [python, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--no-header", "--continue-on-collection-errors", *tests]
    done = run(words, folder, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0")
    return set(PASSED.findall(done.stdout))


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Public functions and methods, those with a body worth a change."""
    found = []
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        found += [it for it in inner if isinstance(it, ast.FunctionDef) and not it.name.startswith("_")]
    return found


def breakages(text: str) -> list[tuple[str, str]]:
    """Texts that are wrong on purpose, each with what is wrong; one of each kind, in different functions where there are enough."""
    kinds = [renamed, shortened, redefaulted, turned, returned]
    found = []
    for number, kind in enumerate(kinds):
        tree = ast.parse(text)
        candidates = functions(tree)
        order = candidates[number:] + candidates[:number]
        for function in order:
            told = kind(function)
            if told:
                found.append((told, ast.unparse(tree) + "\n"))
                break
    return found


def renamed(function: ast.FunctionDef) -> str | None:
    function.name, old = function.name + "_of", function.name
    return f"{old} is called otherwise"


def shortened(function: ast.FunctionDef) -> str | None:
    arguments = function.args
    if not arguments.args or not arguments.defaults:
        return None
    gone, value = arguments.args.pop(), arguments.defaults.pop()
    function.body.insert(0, ast.Assign([ast.Name(gone.arg, ast.Store())], value, lineno=function.lineno))
    return f"{function.name} takes no {gone.arg} any more"


def redefaulted(function: ast.FunctionDef) -> str | None:
    for place, value in enumerate(function.args.defaults):
        if isinstance(value, ast.Constant) and isinstance(value.value, (bool, int)):
            new = not value.value if isinstance(value.value, bool) else value.value + 1
            function.args.defaults[place] = ast.Constant(new)
            return f"a default of {function.name} is {new!r}"
    return None


def turned(function: ast.FunctionDef) -> str | None:
    other = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.Is: ast.IsNot, ast.In: ast.NotIn}
    for node in ast.walk(function):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in other:
            node.ops[0] = other[type(node.ops[0])]()
            return f"a comparison of {function.name} is turned"
    return None


def returned(function: ast.FunctionDef) -> str | None:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
            return f"{function.name} returns nothing at line {node.lineno}"
    return None


class Bench:
    """A repository with its clone, its tests and the program that improves it."""

    def __init__(self, options: argparse.Namespace, row: dict, place: pathlib.Path) -> None:
        self.options, self.row, self.place = options, row, place
        self.clone = place / "clone"
        source = pathlib.Path(options.mirror, row["repo"], "repo")
        subprocess.run(["git", "clone", "-q", str(source), str(self.clone)], check=True, capture_output=True)
        self.name = re.sub(r"[^a-z0-9]+", "-", row["repo"].split("+")[1].lower()).strip("-")
        self.tests, self.roots = row["tests"], row.get("roots", ["."])
        words = ["repository", "add", "--no-run", "--name", self.name]
        words += [word for test in self.tests for word in ("--tests", test)]
        packages = row.get("packages", [])
        words += [word for package in packages for word in ("--package", package)] or ["--no-packages"]
        words += [word for root in self.roots if root != "." for word in ("--root", root)]
        added = self.ask(*words, str(self.clone))
        if not added["ok"]:
            hints = " ".join(added["error"]["hints"])
            digest = re.search(r"--expect ([0-9a-f]+)", hints)
            added = self.ask(*words, "--yes", "--expect", digest.group(1), str(self.clone)) if digest else added
        self.trouble = None if added["ok"] else added["error"]["message"]

    def ask(self, *words: str) -> dict:
        done = run([self.options.saraphina, *words, "--json"], self.place)
        try:
            return json.loads((done.stdout or done.stderr).splitlines()[-1])
        except (ValueError, IndexError):
            return {"ok": False, "error": {"message": (done.stdout + done.stderr)[-300:], "hints": []}}

    def before(self) -> set[str]:
        return passing(self.options.python, self.clone, self.row.get("whole", self.tests), self.roots)

    def lost(self, before: set[str], diff: str | None, text: str | None) -> int:
        """How many tests a text, or a difference, loses."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, "clone")
            subprocess.run(["git", "clone", "-q", str(self.clone), str(copy)], check=True, capture_output=True)
            if diff is not None:
                subprocess.run(["git", "-C", str(copy), "apply", "-"], input=diff, text=True, check=True)
            else:
                (copy / self.row["file"]).write_text(text)
            after = passing(self.options.python, copy, self.row.get("whole", self.tests), self.roots)
            return len(before - after)

    def evaluate(self, text: str) -> dict:
        made = self.place / "made.json"
        made.write_text(json.dumps({"path": self.row["file"], "by": "lab", "text": text, "explanation": []}))
        words = ["improve-file", self.row["file"], "--repo", self.name, "--stage", "evaluate", "--generated", str(made)]
        return self.ask(*words)


def row(options: argparse.Namespace, one: dict) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, one, pathlib.Path(folder))
        if bench.trouble:
            print(f"| {one['repo']} | {one['file']} | {bench.trouble} |", flush=True)
            return
        before = bench.before()
        answer = bench.ask("improve-file", one["file"], "--repo", bench.name, "--no-tests", "--iterations", "1")
        if not answer["ok"]:
            print(f"| {one['repo']} | {one['file']} | {len(before)} | {answer['error']['message'][:120]} |", flush=True)
            return
        data = answer["data"]
        tries = data["iterations"]
        replay = (tries[-1]["evaluation"].get("replay") or {}) if tries else {}
        lost = bench.lost(before, data["diff"], None) if data["proposal_id"] else "-"
        text = (bench.clone / one["file"]).read_text()
        told, passed, undetected = [], 0, 0
        for what, wrong in breakages(text)[: options.wrong]:
            worth = bench.evaluate(wrong)
            if not worth["ok"]:
                told.append(f"{what}: {worth['error']['message'][:80]}")
                continue
            document = worth["data"]["document"]
            if not replay and document.get("replay"):
                replay = document["replay"]
            if document["gate"]["open"]:
                noticed = bench.lost(before, None, wrong)
                passed += noticed > 0
                undetected += 1
                told.append(f"{what}: score {document['score']}, plain pytest loses {noticed}")
            elif options.all:
                told.append(f"{what}: {document['gate']['refusals'][0][:80]}")
        tried = len(breakages(text)[: options.wrong])
        strength = f"{replay['mutants_killed']}/{replay['mutants_tried']}" if replay.get("mutants_tried") else "-"
        print(
            f"| {one['repo'].split('+')[1]} | {one['file']} | {len(before)} | {data['score']} | {data['verdict'] or '-'} | {lost} | {replay.get('compared', '-')} "
            f"| {strength} | {tried - undetected}/{tried} | {passed} | {'; '.join(told)} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saraphina", required=True)
    parser.add_argument("--mirror", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--wrong", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="say why each wrong text is refused, too")
    parser.add_argument("rows", type=pathlib.Path)
    parser.add_argument("package", nargs="*")
    options = parser.parse_args()
    print("| package | file | tests | score | verdict | tests lost | calls | mutants noticed | wrong refused | passed and seen by a test | wrong ones that opened the gate |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for one in json.loads(options.rows.read_text()):
        if not options.package or one["repo"].split("+")[1] in options.package:
            row(options, one)


if __name__ == "__main__":
    main()
