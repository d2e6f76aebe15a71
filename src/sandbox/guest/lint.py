"""Lints the code files without importing them; the first linter that runs wins."""

import importlib.metadata
import json
import os
import socket
import subprocess
import sys

CHANNEL = 3
MOST_ISSUES = 1000
ISSUES_PER_FRAME = 100
MESSAGE_CHARACTERS = 400


def main():
    channel = socket.socket(fileno=CHANNEL)
    os.set_inheritable(CHANNEL, False)
    with open(os.path.join(os.path.dirname(__file__), "job.json"), encoding="utf-8") as file:
        job = json.load(file)
    os.chdir(job["src"])
    notes = []
    for linter in (run_pylint, run_ruff, run_flake8):
        try:
            tool, score, issues = linter(job["code"])
        except Exception as error:  # whatever stops one linter, the next may run
            notes.append(f"{linter.__name__[4:]}: {type(error).__name__}: {error}"[:300])
            continue
        issues.sort(key=lambda issue: (issue["line"], issue["column"], issue["symbol"]))
        for start in range(0, min(len(issues), MOST_ISSUES), ISSUES_PER_FRAME):
            say(channel, t="issues", issues=issues[start : min(start + ISSUES_PER_FRAME, MOST_ISSUES)])
        say(channel, t="lint", tool=tool, score=score, note="; ".join(notes))
        return
    say(channel, t="lint", tool="none", score=None, note="; ".join(notes))


def say(channel, **frame):
    channel.send(b"P" + json.dumps(frame).encode())


def issue(line, column, symbol, severity, message):
    return {
        "line": max(0, line or 0),
        "column": max(0, column or 0),
        "symbol": symbol,
        "severity": severity,
        "message": " ".join(message.split())[:MESSAGE_CHARACTERS],
    }


def run_pylint(paths):
    from pylint import lint
    from pylint.reporters import CollectingReporter

    class Silent(CollectingReporter):
        def display_messages(self, layout):
            pass

        def display_reports(self, layout):
            pass

    reporter = Silent()
    options = ["--rcfile=/dev/null", "--persistent=n", "--score=y", "--jobs=1"]
    run = lint.Run(options + ["--", *paths], reporter=reporter, exit=False)
    found = [
        issue(item.line, item.column, item.symbol, item.category, item.msg)
        for item in reporter.messages
    ]
    score = run.linter.stats.global_note
    fatal = any(item["severity"] == "fatal" for item in found)
    score = None if fatal else max(0.0, min(10.0, round(score, 2)))
    return f"pylint {importlib.metadata.version('pylint')}", score, found


def run_ruff(paths):
    binary = os.path.join(sys.prefix, "bin", "ruff")
    command = [binary, "check", "--isolated", "--no-cache", "--output-format=json", "--exit-zero", "--", *paths]
    done = subprocess.run(command, capture_output=True, timeout=25, check=True)
    found = []
    for item in json.loads(done.stdout):
        symbol = item["code"] or "syntax-error"
        fatal = symbol in ("syntax-error", "invalid-syntax") or symbol.startswith("E9")
        known = {"F821": "undefined-variable", "F706": "return-outside-function", "F701": "not-in-loop", "F702": "not-in-loop"}
        symbol = "syntax-error" if fatal else known.get(symbol, symbol)
        severity = "error" if fatal or symbol in known.values() else "warning"
        found.append(issue(item["location"]["row"], item["location"]["column"] - 1, symbol, severity, item["message"]))
    return f"ruff {importlib.metadata.version('ruff')}", None, found


def run_flake8(paths):
    command = [sys.executable, "-I", "-m", "flake8", "--isolated", "--format=%(row)d:%(col)d:%(code)s:%(text)s", "--", *paths]
    done = subprocess.run(command, capture_output=True, timeout=25, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode(errors="replace")[-200:])
    found = []
    known = {"F821": "undefined-variable", "E999": "syntax-error", "F706": "return-outside-function"}
    for line in done.stdout.decode(errors="replace").splitlines():
        row, column, code, text = line.split(":", 3)
        severity = "error" if code in known else "warning"
        found.append(issue(int(row), int(column) - 1, known.get(code, code), severity, text))
    return f"flake8 {importlib.metadata.version('flake8')}", None, found


main()
