"""Takes real fixes of public packages back and has saraphina mend them without a model.

    SARAPHINA_HOME=home python3 lab/fixes.py --saraphina PROGRAM --python VENV/bin/python --each 2 REPOSITORY...

REPOSITORY is a git folder. A fix is a commit that changes one source file by at most fourteen lines, and tests. Its source part is taken
back; it counts where plain pytest then fails in one to seven tests and fails in none with it. Such projects are proposed as they lie and
healed; a row says how that ended, and the patch is printed beside the real fix, so that somebody can say whether it is absurd.
"""

import argparse
import difflib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

MOST_LINES = 14
MOST_FAILING = 7
TRIED = 14
SECONDS = 120
COUNT = re.compile(r"(\d+) (passed|failed|errors?)\b")


def git(repository: str, *words: str) -> bytes:
    return subprocess.run(["git", "-C", repository, *words], capture_output=True, check=True).stdout


def is_test(path: str) -> bool:
    return "test" in path.lower()


def fixes(repository: str):
    """Commits of the kind, newest first, each with its source file."""
    log = git(repository, "log", "--no-merges", "--format=%x01%H", "--numstat", "-n", "3000").decode("utf-8", "replace")
    for entry in log.split("\x01")[1:]:
        commit, *rows = [line for line in entry.splitlines() if line]
        changed = [row.split("\t") for row in rows if row.count("\t") == 2]
        python = [(path, added, gone) for added, gone, path in changed if path.endswith(".py")]
        sources = [row for row in python if not is_test(row[0]) and pathlib.Path(row[0]).name not in ("setup.py", "conf.py")]
        if len(sources) != 1 or len(python) == 1 or any("=>" in row[0] for row in python):
            continue
        path, added, gone = sources[0]
        if added.isdigit() and gone.isdigit() and 0 < int(added) + int(gone) <= MOST_LINES:
            yield commit, path


def unpacked(repository: str, commit: str, place: pathlib.Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(git(repository, "archive", commit))) as archive:
        archive.extractall(place, filter="data")


def plain(python: str, folder: pathlib.Path) -> dict[str, int]:
    """What plain pytest counts in a folder; nothing where it cannot be run."""
    roots = [str(folder), *([str(folder / "src")] if (folder / "src").is_dir() else [])]
    words = [python, "-m", "pytest", "-q", "--maxfail=20", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(roots), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, errors="replace", timeout=SECONDS, env=environment)
    except subprocess.TimeoutExpired:
        return {}
    tail = (done.stdout.strip().splitlines() or [""])[-1]
    return {word.rstrip("s") if word.startswith("error") else word: int(count) for count, word in COUNT.findall(tail)}


def ask(program: str, *words: str) -> dict:
    done = subprocess.run([program, *words, "--json"], capture_output=True, text=True, errors="replace")
    try:
        return json.loads((done.stdout or done.stderr).splitlines()[-1])
    except (ValueError, IndexError):
        return {"ok": False, "error": {"message": done.stderr[-300:]}}


def differences(old: str, new: str) -> str:
    return "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1))


def heal(program: str, folder: pathlib.Path, path: str, fixed: str, seconds: int) -> str:
    broken = (folder / path).read_text(encoding="utf-8", errors="replace")
    proposed = ask(program, "propose-code", "--folder", str(folder))
    if not proposed["ok"]:
        return "not taken: " + proposed["error"]["message"][:200]
    healed = ask(
        program, "auto-refine", proposed["data"]["proposal_id"],
        "--strategy", "mechanical,search", "--budget-seconds", str(seconds),
    )  # fmt: skip
    if not healed["ok"]:
        return "ended: " + healed["error"]["message"][:300]
    data = healed["data"]
    shown = ask(program, "show-code", proposed["data"]["proposal_id"])
    files = {file["path"]: file.get("content") or "" for file in shown.get("data", {}).get("files", [])}
    change = differences(broken, files.get(path, broken))
    told = json.dumps({key: data[key] for key in ("trust", "notes", "separating_input")})
    head = f"{data['verdict']}, {data['stop']}, {data['candidates']} candidates, {told[:600]}"
    return f"{head}\n--- patch\n{change}\n--- real fix\n{differences(broken, fixed)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--saraphina", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--find", action="store_true", help="find the fixes, and heal none")
    parser.add_argument("repositories", nargs="+")
    given = parser.parse_args()
    for repository in given.repositories:
        found = 0
        for number, (commit, path) in enumerate(fixes(repository)):
            if found >= given.each or number >= TRIED:
                break
            with tempfile.TemporaryDirectory() as place:
                folder = pathlib.Path(place, "project")
                folder.mkdir()
                unpacked(repository, commit, folder)
                fixed = (folder / path).read_text(encoding="utf-8", errors="replace")
                whole = plain(given.python, folder)
                if not whole.get("passed") or whole.get("failed") or whole.get("error"):
                    continue
                (folder / path).write_bytes(git(repository, "show", f"{commit}^:{path}"))
                broken = plain(given.python, folder)
                if broken.get("error") or not 1 <= broken.get("failed", 0) <= MOST_FAILING:
                    continue
                found += 1
                name = pathlib.Path(repository).parent.name
                row = "found" if given.find else heal(given.saraphina, folder, path, fixed, given.seconds)
                print(f"== {name} {commit[:10]} {path}, {broken['failed']} failing: {row}", flush=True)


if __name__ == "__main__":
    main()
