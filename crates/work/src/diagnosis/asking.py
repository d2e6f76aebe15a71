class Input:
    """Standard input, which notes whether a program reads it: there is nothing to read."""

    def __init__(self, stream):
        self.stream, self.is_read = stream, False

    def __iter__(self):
        self.is_read = True
        return iter(self.stream)

    def __getattr__(self, name):
        self.is_read = self.is_read or name in ("buffer", "read", "readline", "readlines")
        return getattr(self.stream, name)


def leave_out(error):
    """Leaves the test out where a program ended because it was given no arguments or no input."""
    frames = traceback.extract_tb(error.__traceback__)
    last, names = frames[-1], [frame.filename.rpartition("/")[2] for frame in frames]
    is_read = isinstance(sys.stdin, Input) and sys.stdin.is_read
    if is_read or isinstance(error, EOFError) or last.filename.endswith("/_pytest/capture.py"):
        pytest.skip("it asks for input, and none is given here: give tests")
    if not isinstance(error, (IndexError, OSError, SystemExit)):
        return
    is_usage = "error" in [frame.name for frame, name in zip(frames, names) if name in ("argparse.py", "optparse.py")]
    if is_usage or looks_at_arguments(last):
        pytest.skip("it asks for arguments, and none are given here: give tests")


def looks_at_arguments(frame):
    """Tells whether a line reads the arguments, or runs only where a condition on them holds."""
    if "argv" in (frame.line or ""):
        return True
    try:
        with open(frame.filename, encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return False
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "argv" in ast.unparse(node.test)]
    return any(node.lineno <= frame.lineno <= node.end_lineno for node in asked)
