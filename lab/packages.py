"""Compares saraphina's verdict on projects as they lie with a plain `pytest --cov` in the same folders.

    python3 lab/packages.py --saraphina target/release/saraphina --python plain/bin/python FOLDER...

Each FOLDER is an unpacked project. The interpreter needs pytest, pytest-cov and coverage, in the versions of the sandbox;
nothing else decides. One row a project: tests, coverage and processor time on both sides, and the verdict. `--lines`
names the files whose missing lines differ.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import tempfile

from accounted import called

COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")


def plain(python: str, folder: pathlib.Path, code: list[str]) -> dict:
    """Runs pytest with coverage of the same files, in a copy of the folder."""
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place, folder.name)
        shutil.copytree(folder, copy, symlinks=True)
        settings = pathlib.Path(place, "coveragerc")
        # Files that nothing imports count too, as they do here.
        sources = "".join(f"\n    {place}" for place in sorted({copy / path.split("/")[0] for path in code}) if place.is_dir())
        settings.write_text(f"[run]\nsource ={sources or f' {copy}'}\n")
        report = pathlib.Path(place, "coverage.json")
        roots = sorted({str(copy)} | {str(root_of(copy / path)) for path in code})
        words = [python, "-m", "pytest", "-p", "no:cacheprovider", "--cov", f"--cov-config={settings}"]
        words.append(f"--cov-report=json:{report}")
        done, _, seconds = called(words, copy, {"PYTHONPATH": os.pathsep.join(roots)})
        found = {word.rstrip("s") if word == "errors" else word: int(number) for number, word in COUNT.findall(done.stdout)}
        files = json.loads(report.read_text())["files"] if report.exists() else {}
        named = {str(pathlib.Path(copy, path).relative_to(copy)): file for path, file in files.items()}
        files = {path: file for path, file in named.items() if path in code}
        lines = {path: set(file["missing_lines"]) for path, file in files.items()}
        total = sum(file["summary"]["num_statements"] for file in files.values())
        missed = sum(len(missing) for missing in lines.values())
        percent = 100 * (total - missed) / total if total else None
        return {"counts": found, "percent": percent, "lines": lines, "seconds": seconds}


def root_of(path: pathlib.Path) -> pathlib.Path:
    folder = path.parent
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def judged(program: str, folder: pathlib.Path, without: list[str]) -> dict:
    with tempfile.TemporaryDirectory() as home:
        # A toolchain is made once and shared by link, so that its making is in nobody's time.
        shared = pathlib.Path(os.environ["SARAPHINA_HOME"], "toolchain")
        os.symlink(shared, pathlib.Path(home, "toolchain"))
        extra = {"SARAPHINA_HOME": home}
        given = [word for path in without for word in ("--without", str(folder / path))]
        words = [program, "propose-code", "--json", "--folder", str(folder), *given]
        stored = json.loads(called(words, folder, extra)[0].stdout)
        if not stored["ok"]:
            return {"error": stored["error"]["message"]}
        identity = stored["data"]["proposal_id"]
        done, _, seconds = called([program, "sandbox-code", "--json", "--timeout", "600", identity], folder, extra)
        answer = json.loads(done.stdout)
        if not answer["ok"]:
            return {"error": answer["error"]["message"]}
        files = stored["data"]["files"]
        paths = {role: [file["path"] for file in files if file["role"] == role] for role in ("code", "test")}
        return {**answer["data"], "seconds": seconds, "paths": paths}


def missing_of(data: dict) -> dict[str, set[int]]:
    coverage = data.get("coverage") or {"missing": []}
    found: dict[str, set[int]] = {path: set() for path in data["paths"]["code"]}
    for line in coverage["missing"]:
        path, number = line.rsplit(":", 1) if isinstance(line, str) else (data["paths"]["code"][0], line)
        found.setdefault(path, set()).add(int(number))
    return found


def row(options: argparse.Namespace, folder: pathlib.Path) -> str:
    ours = judged(options.saraphina, folder, options.without)
    if "error" in ours:
        return f"| {folder.name} | {ours['error']} |"
    theirs = plain(options.python, folder, ours["paths"]["code"])
    tests, coverage = ours["tests"], ours.get("coverage") or {}
    missing = missing_of(ours)
    same = [path for path, lines in missing.items() if lines == theirs["lines"].get(path, set())]
    counts = ", ".join(f"{count} {word}" for word, count in theirs["counts"].items())
    mine = ", ".join(
        f"{tests.get(key, 0)} {word}"
        for key, word in [("passed", "passed"), ("failed", "failed"), ("errors", "error"), ("skipped", "skipped"), ("xfailed", "xfailed"), ("xpassed", "xpassed")]
        if tests.get(key)
    )
    if options.lines:
        for path in missing.keys() - set(same):
            print(path, sorted(missing[path] ^ theirs["lines"].get(path, set()))[:20])
    reasons = " ".join(ours["reasons"])
    return (
        f"| {folder.name} | {ours['verdict']} {reasons} | {ours['integrity']['state']} | {mine} | {counts} "
        f"| {number(coverage.get('percent'))} | {number(theirs['percent'])} "
        f"| {len(same)}/{len(missing)} | {number(ours['seconds'])} | {number(theirs['seconds'])} |"
    )


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saraphina", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("folder", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    print("| project | verdict | integrity | tests | plain pytest | coverage | plain | files alike | CPU s | plain CPU s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for folder in options.folder:
        print(row(options, folder.resolve()), flush=True)


if __name__ == "__main__":
    main()
