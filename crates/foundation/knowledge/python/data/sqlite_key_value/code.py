"""A dictionary that is kept in an SQLite database."""

import json
import os
import sqlite3
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any


class KeyValueStore(MutableMapping[str, Any]):
    """Maps strings to JSON values; use it as a context manager to close it."""

    def __init__(self, path: str | os.PathLike[str] = ":memory:") -> None:
        # Without an isolation level every statement commits unless BEGIN was sent.
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of a block, or none if it raises.  Blocks do not nest."""
        if self._db.in_transaction:
            raise RuntimeError("a transaction is already open")
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def with_prefix(self, prefix: str) -> dict[str, Any]:
        """Return the entries whose key starts with ``prefix``, sorted by key."""
        rows = self._db.execute(
            "SELECT key, value FROM entries WHERE substr(key, 1, ?) = ? ORDER BY key",
            (len(prefix), prefix),
        )
        return {key: json.loads(value) for key, value in rows}

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self._db.close()

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"keys must be text, not {type(key).__name__}")
        self._db.execute(
            "INSERT INTO entries VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value)),
        )

    def __getitem__(self, key: str) -> Any:
        row = self._db.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return json.loads(row[0])

    def __delitem__(self, key: str) -> None:
        if not self._db.execute("DELETE FROM entries WHERE key = ?", (key,)).rowcount:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        rows = self._db.execute("SELECT key FROM entries ORDER BY key").fetchall()
        return (key for (key,) in rows)

    def __len__(self) -> int:
        return self._db.execute("SELECT COUNT(*) FROM entries").fetchone()[0]

    def __enter__(self) -> "KeyValueStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
