"""Pascal's triangle."""


def triangle(rows: int) -> list[list[int]]:
    """Return the first rows."""
    if rows < 0:
        raise ValueError(f"{rows} rows are impossible")
    made: list[list[int]] = []
    for _ in range(rows):
        made.append(_next(made[-1]) if made else [1])
    return made


def row(index: int) -> list[int]:
    """Return one row; the first has the index 0."""
    if index < 0:
        raise ValueError(f"there is no row {index}")
    values = [1]
    for position in range(index):
        values.append(values[-1] * (index - position) // (position + 1))
    return values


def drawn(rows: int) -> str:
    """Return the triangle as centred text."""
    lines = [" ".join(str(value) for value in values) for values in triangle(rows)]
    width = len(lines[-1]) if lines else 0
    return "\n".join(line.center(width).rstrip() for line in lines)


def _next(above: list[int]) -> list[int]:
    inner = [left + right for left, right in zip(above, above[1:])]
    return [1, *inner, 1]
