"""Compares saraphina's verdict on real changes with what plain pytest shows of them.

    SARAPHINA_HOME=home python3 lab/changes.py --saraphina target/release/saraphina --mirror FOLDER changes.jsonl [ID...]

Each line of the file is a change: repository, base, commit, packages, the command of its tests, and the flips that plain pytest
showed. FOLDER holds a bare git folder for each repository, named `owner+name/repo`. One row a change: verdict, flips, grade of the
revert control, changed lines, on both sides, and time. With `--variants` the mechanically spoilt ones are judged too; `--plain PYTHON`
judges each change once more, its base known by then, and runs plain pytest with coverage in the same tree, for the ratios of processor time and
of the time of the first answer; PYTHON needs the packages of the change, for a suite that cannot be collected is quick.
"""

import argparse
import ast
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from accounted import called

GRADES = {"holds": "holds", "collection_error": "collection", "limit": "limit", "none": "none"}
HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.M)


def git(repo: pathlib.Path, *words: str, data: bytes | None = None, extra: dict[str, str] | None = None) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(repo), *words], input=data, capture_output=True, check=True, env={**os.environ, **(extra or {})}
    )
    return done.stdout


class House:
    """A home with its repositories, asked by the command line."""

    def __init__(self, program: str, place: pathlib.Path) -> None:
        self.program = program
        self.place = place
        self.known: dict[str, str] = {}

    def ask(self, *words: str) -> tuple[dict, float, float]:
        done, took, seconds = called([self.program, *words, "--json"], self.place)
        text = done.stdout or done.stderr
        seconds = seconds or 0.0
        try:
            return json.loads(text.splitlines()[-1]), took, seconds
        except (ValueError, IndexError):
            return {"ok": False, "error": {"message": text[-500:]}}, took, seconds

    def repository(self, row: dict, path: pathlib.Path) -> str:
        """Adds a repository with the packages and the command of a change; the same ones once."""
        tests = words_of(row["test_command"])
        there = [word for word in tests if word.startswith("-") or has(path, row["sha"], word)]
        if there != tests:  # the whole suite is named as it lies today
            tests = words_of(row["affected_command"])
        packages = [line for line in row["requirements"]]
        key = json.dumps([row["repo"], tests, packages, row["pythonpath"]])
        if key in self.known:
            return self.known[key]
        name = f"r{len(self.known)}-{row['repo'].split('/')[1].lower()}".replace("_", "-")
        words = ["repository", "add", str(path), "--name", name, "--timeout", "600", "--memory", "2500"]
        words += [f"--root={row['pythonpath']}"] + [f"--tests={word}" for word in tests]
        words += [word for line in packages for word in ("--package", line)]
        answer, _, _ = self.ask(*words)
        hints = " ".join(answer.get("error", {}).get("hints", []))
        wanted = re.search(r"--expect ([0-9a-f]{12,})", hints)
        if not answer["ok"] and wanted:
            answer, _, _ = self.ask(*words, "--yes", "--expect", wanted.group(1))
        if not answer["ok"]:
            raise RuntimeError(f"{name}: {answer['error']}")
        self.known[key] = name
        return name

    def judged(self, name: str, wanted: str) -> tuple[dict, float, float]:
        answer, _, _ = self.ask("propose-code", "--repo", name, "--range", wanted)
        if not answer["ok"]:
            return answer, 0.0, 0.0
        return self.ask("sandbox-code", answer["data"]["proposal_id"])


def has(repo: pathlib.Path, commit: str, path: str) -> bool:
    words = ["git", "-C", str(repo), "cat-file", "-e", f"{commit}:{path}"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def words_of(command: str) -> list[str]:
    """The words of a command behind `-p no:cacheprovider`, options in one word each."""
    words = command.split("no:cacheprovider", 1)[1].split()
    found: list[str] = []
    for word in words:
        if found and found[-1] in ("-o", "-p"):
            found[-1] += word
        else:
            found.append(word)
    return found


def bare(options: argparse.Namespace, row: dict) -> pathlib.Path:
    source = options.mirror / row["repo"].replace("/", "+") / "repo"
    path = options.work / row["repo"].replace("/", "+")
    if not path.exists():
        subprocess.run(["git", "clone", "--quiet", "--bare", str(source), str(path)], check=True)
    return path


# Spoilt variants


def text_at(repo: pathlib.Path, commit: str, path: str) -> str:
    return git(repo, "show", f"{commit}:{path}").decode()


def without_hunk(repo: pathlib.Path, row: dict, edit: dict) -> str:
    """The file of a commit with one hunk put back."""
    path = edit["file"]
    difference = git(repo, "diff", "-U0", "--no-ext-diff", "--no-renames", row["base"], row["sha"], "--", path).decode()
    hunks = list(HUNK.finditer(difference))
    hunk = hunks[edit["hunk"]]
    count = lambda group: 1 if hunk[group] is None else int(hunk[group])  # noqa: E731
    before, after = text_at(repo, row["base"], path).splitlines(True), text_at(repo, row["sha"], path).splitlines(True)
    old, new = int(hunk[1]), int(hunk[3])
    old_from = old - 1 if count(2) else old
    new_from = new - 1 if count(4) else new
    return "".join(after[:new_from] + before[old_from : old_from + count(2)] + after[new_from + count(4) :])


def function_at(text: str, edit: dict) -> ast.FunctionDef | None:
    name = edit["test"].split("::")[-1]
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name
    ]
    near = [node for node in found if "line" not in edit or node.lineno <= edit["line"] <= node.end_lineno]
    return (near or found or [None])[0]


def begins(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(item.lineno for item in node.decorator_list)]) - 1


def spoilt(repo: pathlib.Path, row: dict, variant: dict) -> dict[str, str]:
    """The files of a variant that differ from those of the commit."""
    kind, edit = variant["kind"], variant["edit"]
    if kind == "drop_hunk":
        return {edit["file"]: without_hunk(repo, row, edit)}
    if kind == "mutate":
        lines = text_at(repo, row["sha"], edit["file"]).splitlines(True)
        line, at = lines[edit["line"] - 1], edit["col"]
        start = at if line[at:].startswith(edit["old"]) else line.index(edit["old"], max(0, at - 2))
        lines[edit["line"] - 1] = line[:start] + edit["new"] + line[start + len(edit["old"]) :]
        return {edit["file"]: "".join(lines)}
    if kind == "weaken_assertion":
        lines = text_at(repo, row["sha"], edit["file"]).splitlines(True)
        node = function_at("".join(lines), edit)
        for item in sorted(filter(asserts, ast.walk(node)), key=lambda one: -one.lineno):
            lines[item.lineno - 1 : item.end_lineno] = [" " * item.col_offset + "assert True\n"]
        return {edit["file"]: "".join(lines)}
    files = {variant["with"]["file"]: None}
    broken = variant["with"]
    files = spoilt(repo, row, {"kind": broken["kind"], "edit": broken})
    for one in sorted(edit, key=lambda one: -one["line"]):
        text = files.get(one["file"]) or text_at(repo, row["sha"], one["file"])
        lines, node = text.splitlines(True), function_at(text, one)
        if node is None:
            continue
        if kind == "delete_failing_test":
            del lines[begins(node) : node.end_lineno]
            lines.insert(begins(node), " " * node.col_offset + "pass\n" if node.col_offset else "\n")
        else:
            lines.insert(begins(node), " " * node.col_offset + "@__import__('pytest').mark.skip\n")
        files[one["file"]] = "".join(lines)
    return files


def asserts(node: ast.AST) -> bool:
    """Whether it is an assertion, by the statement or by a method of unittest."""
    call = node.value if isinstance(node, ast.Expr) else None
    method = call.func.attr if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else ""
    return isinstance(node, ast.Assert) or method.startswith("assert")


def committed(repo: pathlib.Path, row: dict, files: dict[str, str]) -> str:
    """A commit on the base with the files of the change, some of them replaced."""
    with tempfile.TemporaryDirectory() as place:
        extra = {"GIT_INDEX_FILE": os.path.join(place, "index")}
        git(repo, "read-tree", row["sha"], extra=extra)
        for path, text in files.items():
            blob = git(repo, "hash-object", "-w", "--stdin", data=text.encode()).decode().strip()
            git(repo, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", extra=extra)
        tree = git(repo, "write-tree", extra=extra).decode().strip()
    names = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return git(repo, "commit-tree", tree, "-p", row["base"], "-m", "variant", extra=names).decode().strip()


# Rows


def compared(row: dict, data: dict) -> dict:
    """What agrees with plain pytest, by name."""
    expected, change = row["expected"], data.get("change")
    if not change:
        return {"change": False}
    flips, lines = change["flips"], change["changed_lines"]
    red = {case["id"] for case in data["tests"]["cases"] if case["outcome"] in ("failed", "error")}
    wanted = "failed" if expected["pass_to_fail"] else "passed"
    return {
        "verdict": data["verdict"] == wanted,
        "fixed": set(flips["fixed"]) == set(expected["fail_to_pass"]),
        "broken": set(flips["broken"]) == set(expected["pass_to_fail"]),
        "gone": set(flips["removed"]) == set(expected["gone_ids"]),
        "baseline": set(change["baseline"]["failed"]) == set(expected["baseline_failures"]),
        "red": red == set(expected["failures_at_commit"]),
        "control": change["control"]["grade"] == GRADES.get(expected["revert_control"]),
        "lines": (lines["total"], lines["covered"])
        == (expected["changed_lines"]["executable"], expected["changed_lines"]["covered"]),
    }


def differences(row: dict, data: dict, agrees: dict) -> str:
    expected, change = row["expected"], data.get("change") or {}
    if not change:
        return json.dumps(data.get("termination"))
    flips, told = change["flips"], []
    sides = {
        "fixed": (flips["fixed"], expected["fail_to_pass"]),
        "broken": (flips["broken"], expected["pass_to_fail"]),
        "gone": (flips["removed"], expected["gone_ids"]),
        "baseline": (change["baseline"]["failed"], expected["baseline_failures"]),
        "red": ([c["id"] for c in data["tests"]["cases"] if c["outcome"] in ("failed", "error")], expected["failures_at_commit"]),
    }
    for name, (ours, theirs) in sides.items():
        if not agrees[name]:
            told.append(f"{name}: only here {sorted(set(ours) - set(theirs))[:3]}, only there {sorted(set(theirs) - set(ours))[:3]}")
    if not agrees["control"]:
        told.append(f"control: {change['control']['grade']} for {expected['revert_control']}")
    if not agrees["lines"]:
        lines = change["changed_lines"]
        told.append(f"lines: {lines['covered']}/{lines['total']} for {expected['changed_lines']['covered']}/{expected['changed_lines']['executable']}")
    if not agrees["verdict"]:
        told.append(f"verdict: {data['verdict']} {data['reasons']} {data.get('termination')} {flips['unexplained'][:3]} {change['baseline'].get('unavailable')}")
    return "; ".join(told)


def named(variant: dict, data: dict) -> str:
    """How a spoilt variant is caught: refused, or named by these findings."""
    if data["verdict"] != "passed":
        return "refused " + " ".join(data["reasons"])
    change = data["change"]
    signs = {sign["code"] for sign in change["weakened"]}
    signs |= {"survivors"} if change["survivors"] else set()
    signs |= {"passes_on_base"} if change["control"]["passing_on_base"] else set()
    signs |= {"skipped"} if change["flips"]["skipped"] else set()
    signs |= {"removed"} if change["flips"]["removed"] else set()
    signs |= {"no_own_tests"} if change["control"]["own_tests"] == 0 else set()
    return "named " + " ".join(sorted(signs)) if signs else "passed"


def plain(options: argparse.Namespace, row: dict, repo: pathlib.Path) -> tuple[float, float]:
    """Seconds and processor seconds of plain pytest with coverage in the tree of the commit."""
    with tempfile.TemporaryDirectory() as place:
        git(repo, f"--work-tree={place}", "checkout", row["sha"], "--", ".", extra={"GIT_INDEX_FILE": os.path.join(place, ".index")})
        words = [options.plain, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--cov", *words_of(row["test_command"])]
        folder = pathlib.Path(place)
        _, took, seconds = called(words, folder, {"PYTHONPATH": str(folder / row["pythonpath"])})
        return took, seconds or 0.0


def beside_plain(options: argparse.Namespace, house: House, name: str, row: dict, repo: pathlib.Path) -> str:
    """The change once more, its base known by now, beside plain pytest."""
    answer, _, again = house.judged(name, f"{row['base']}..{row['sha']}")
    took, seconds = plain(options, row, repo)
    if not answer["ok"] or not took or not seconds:
        return ", plain not measured"
    first = answer["data"]["timings_ms"]["first"] / 1000
    return (
        f", again {again:.1f} s CPU is {again / seconds:.2f} of plain {seconds:.1f}; "
        f"first {first:.2f} s is {first / took:.2f} of plain {took:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saraphina", required=True)
    parser.add_argument("--mirror", required=True, type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir(), "changes"))
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--plain")
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("ids", nargs="*")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    house = House(options.saraphina, options.work)
    rows = [json.loads(line) for line in options.corpus.read_text().splitlines()]
    rows = [row for row in rows if not options.ids or any(word in row["id"] for word in options.ids)]
    counts: dict[str, int] = {}
    for row in rows:
        try:
            repo = bare(options, row)
            name = house.repository(row, repo)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"{row['id']}: not set up: {error}", flush=True)
            continue
        answer, took, seconds = house.judged(name, f"{row['base']}..{row['sha']}")
        if not answer["ok"]:
            print(f"{row['id']}: {answer['error']}", flush=True)
            continue
        data = answer["data"]
        agrees = compared(row, data)
        for key, value in agrees.items():
            counts[key] = counts.get(key, 0) + bool(value)
        counts["rows"] = counts.get("rows", 0) + 1
        change = data.get("change") or {"control": {}, "survivors": [], "baseline": {}}
        ratio = beside_plain(options, house, name, row, repo) if options.plain else ""
        print(
            f"{row['id']}: {data['verdict']} {' '.join(data['reasons'])} {data['integrity']['state']} "
            f"control {change['control'].get('grade')} survivors {len(change['survivors'])} of {change.get('mutants_tried')} "
            f"cached {change['baseline'].get('cached')} {took:.1f} s, {seconds:.1f} s CPU{ratio} "
            f"first {data['timings_ms']['first']} ms {differences(row, data, agrees)}",
            flush=True,
        )
        for variant in row["variants"] if options.variants else []:
            try:
                commit = committed(repo, row, spoilt(repo, row, variant))
            except (ValueError, AttributeError, IndexError, SyntaxError, KeyError) as error:
                print(f"    {variant['kind']}: not made: {error!r}", flush=True)
                continue
            answer, _, _ = house.judged(name, f"{row['base']}..{commit}")
            how = named(variant, answer["data"]) if answer["ok"] else str(answer["error"])
            kind = f"{variant['kind']}: {how.split()[0]}"
            counts[kind] = counts.get(kind, 0) + 1
            print(f"    {variant['kind']}: {how} (expected {variant['expected']})", flush=True)
    print(json.dumps(counts, indent=1))


if __name__ == "__main__":
    sys.exit(main())
