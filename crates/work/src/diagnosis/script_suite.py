"""Runs the script as a program and looks at how it ends, what it prints, and what it catches."""

import re
import runpy
import sys

TRACEBACK = re.compile(r"^Traceback \(most recent call last\):$", re.M)
# What is wrong with a program or its surroundings, whatever it says about it; other exceptions are its own business.
WRONG = (ArithmeticError, AttributeError, ImportError, MemoryError, NameError, OSError, RecursionError, TypeError)


class Watched:
    """A stream that notes which exception is being handled while something is written to it."""

    def __init__(self, stream, caught):
        self.stream, self.caught = stream, caught

    def write(self, text):
        error = sys.exc_info()[1]
        if isinstance(error, WRONG) and text.strip():
            self.caught.append(f"{type(error).__name__}: {error}")
        return self.stream.write(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


def test_the_script_runs(capsys):
    sys.argv = ["main.py"]
    status, caught = None, []
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Watched(sys.stdout, caught), Watched(sys.stderr, caught)
    try:
        runpy.run_module("main", run_name="__main__")
    except SystemExit as end:
        status = end.code
    finally:
        sys.stdout, sys.stderr = streams
        printed, complained = capsys.readouterr()
        sys.stdout.write(printed)
        sys.stderr.write(complained)
    assert status in (None, 0), f"the script ended with status {status!r}: make it end well"
    assert printed.strip() or complained.strip(), (
        "the script ended well but printed nothing: print what it computes"
    )
    if TRACEBACK.search(printed) or TRACEBACK.search(complained):
        caught.append("a traceback that it prints")
    trouble = caught[0] if caught else None
    assert trouble is None, (
        f"the script ended well but speaks of trouble ({trouble}): mend the cause instead of catching it"
    )
