"""A fluent, immutable builder of SQL SELECT statements."""

import re
from dataclasses import dataclass, replace
from typing import Any

NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?", re.ASCII)
OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">=", "LIKE"})


def _checked(name: str) -> str:
    """Return ``name`` if it is a plain column or table name."""
    if not NAME.fullmatch(name):
        raise ValueError(f"not a valid name: {name!r}")
    return name


@dataclass(frozen=True)
class Select:
    """A SELECT statement under construction; every method returns a new one."""

    table: str
    selected: tuple[str, ...] = ()
    conditions: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    ordering: tuple[str, ...] = ()
    row_limit: int | None = None

    def columns(self, *names: str) -> "Select":
        """Add columns to the result; without any, all are selected."""
        return replace(self, selected=self.selected + tuple(map(_checked, names)))

    def where(self, column: str, operator: str, value: Any) -> "Select":
        """Add a condition; all conditions must hold."""
        if operator.upper() not in OPERATORS:
            raise ValueError(f"unknown operator: {operator!r}")
        if value is None:
            if operator not in ("=", "!="):
                raise ValueError(f"cannot compare with None by {operator!r}")
            negation = " NOT" if operator == "!=" else ""
            return self._and(f"{_checked(column)} IS{negation} NULL")
        return self._and(f"{_checked(column)} {operator.upper()} ?", value)

    def where_in(self, column: str, *values: Any) -> "Select":
        """Add the condition that ``column`` is one of ``values``."""
        if not values:
            return self._and("1 = 0")
        marks = ", ".join("?" * len(values))
        return self._and(f"{_checked(column)} IN ({marks})", *values)

    def order_by(self, column: str, descending: bool = False) -> "Select":
        """Sort by ``column`` after the columns given before."""
        term = _checked(column) + (" DESC" if descending else "")
        return replace(self, ordering=(*self.ordering, term))

    def limit(self, rows: int) -> "Select":
        """Return at most ``rows`` rows."""
        if rows < 0:
            raise ValueError(f"limit must not be negative, got {rows}")
        return replace(self, row_limit=rows)

    def build(self) -> tuple[str, list[Any]]:
        """Return the statement and its parameters."""
        parts = [f"SELECT {', '.join(self.selected) or '*'} FROM {_checked(self.table)}"]
        parameters = [value for _, values in self.conditions for value in values]
        if self.conditions:
            parts.append("WHERE " + " AND ".join(text for text, _ in self.conditions))
        if self.ordering:
            parts.append("ORDER BY " + ", ".join(self.ordering))
        if self.row_limit is not None:
            parts.append("LIMIT ?")
            parameters.append(self.row_limit)
        return " ".join(parts), parameters

    def _and(self, text: str, *values: Any) -> "Select":
        return replace(self, conditions=(*self.conditions, (text, values)))
