"""Read the end of text files."""

import os

BLOCK_SIZE = 8192


def tail(
    path: str | os.PathLike[str], lines: int = 10, encoding: str = "utf-8"
) -> list[str]:
    """Return the last ``lines`` lines of a file without their line ends.

    ``encoding`` must use a plain newline byte (UTF-8, ASCII, Latin-1 ...).
    """
    if lines < 0:
        raise ValueError(f"lines must not be negative, got {lines}")
    if lines == 0:
        return []
    with open(path, "rb") as stream:
        position = stream.seek(0, os.SEEK_END)
        blocks: list[bytes] = []
        newlines = 0
        # One newline more than wanted, as the last one may end the file.
        while position > 0 and newlines <= lines:
            size = min(BLOCK_SIZE, position)
            position -= size
            stream.seek(position)
            blocks.append(stream.read(size))
            newlines += blocks[-1].count(b"\n")
    ended = b"".join(reversed(blocks)).split(b"\n")
    if ended[-1] == b"":
        ended.pop()
    return [line.removesuffix(b"\r").decode(encoding) for line in ended[-lines:]]


class LogFollower:
    """Hands out the lines that were appended to a file since the last call."""

    def __init__(
        self, path: str | os.PathLike[str], from_start: bool = False, encoding: str = "utf-8"
    ) -> None:
        self._path = path
        self._encoding = encoding
        self.position = 0 if from_start else os.path.getsize(path)

    def new_lines(self) -> list[str]:
        """Return the complete new lines; an unfinished one is left for later."""
        with open(self._path, "rb") as stream:
            if stream.seek(0, os.SEEK_END) < self.position:
                self.position = 0
            stream.seek(self.position)
            complete, newline, _ = stream.read().rpartition(b"\n")
        self.position += len(complete) + len(newline)
        if not newline:
            return []
        return [
            line.removesuffix(b"\r").decode(self._encoding) for line in complete.split(b"\n")
        ]

    def skip_to_end(self) -> None:
        """Ignore everything that is in the file now."""
        self.position = os.path.getsize(self._path)
