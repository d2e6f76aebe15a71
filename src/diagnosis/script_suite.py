"""Runs the script as a program and looks at how it ends and what it prints."""

import re
import runpy
import sys

TROUBLE = re.compile(r"^(traceback|error\b|exception\b)|\b(\w+error|\w*exception)\b\s*:|\b(an error occurred|failed to|unexpected error|error:)", re.I | re.M)


def test_the_script_runs(capsys):
    sys.argv = ["main.py"]
    status = None
    try:
        runpy.run_module("main", run_name="__main__")
    except SystemExit as end:
        status = end.code
    printed, complained = capsys.readouterr()
    sys.stdout.write(printed)
    sys.stderr.write(complained)
    assert status in (None, 0), f"the script ended with status {status!r}: make it end well"
    assert printed.strip() or complained.strip(), (
        "the script ended well but printed nothing: print what it computes"
    )
    trouble = TROUBLE.search(printed) or TROUBLE.search(complained)
    assert trouble is None, (
        f"the script ended well but speaks of trouble ({trouble.group(0)!r}): mend the cause instead of catching it"
    )
