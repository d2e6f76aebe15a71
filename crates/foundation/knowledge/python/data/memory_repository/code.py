"""A generic repository that keeps its records in memory."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Generic, TypeVar


@dataclass
class Record:
    """Base of stored objects; the repository sets both fields."""

    id: int = 0
    version: int = 0


R = TypeVar("R", bound=Record)


class NotFoundError(LookupError):
    """Raised when there is no record with an id."""


class ConflictError(Exception):
    """Raised for a repeated unique value or an outdated record."""


class Repository(Generic[R]):
    """Stores copies of records; ``unique`` names the fields that must differ."""

    def __init__(self, unique: tuple[str, ...] = ()) -> None:
        self._records: dict[int, R] = {}
        self._ids = count(1)
        self._unique = unique

    def add(self, record: R) -> R:
        """Store a new record and return it with its id and version 1."""
        self._check_unique(record, own_id=None)
        stored = deepcopy(replace(record, id=next(self._ids), version=1))
        self._records[stored.id] = stored
        return deepcopy(stored)

    def get(self, record_id: int) -> R:
        """Return a copy of the record with this id."""
        if record_id not in self._records:
            raise NotFoundError(f"no record with id {record_id}")
        return deepcopy(self._records[record_id])

    def update(self, record: R) -> R:
        """Store a changed record and return it with its new version.

        Raises ConflictError if somebody else has updated it in between.
        """
        current = self.get(record.id)
        if record.version != current.version:
            raise ConflictError(
                f"record {record.id} is at version {current.version}, not {record.version}"
            )
        self._check_unique(record, own_id=record.id)
        stored = deepcopy(replace(record, version=record.version + 1))
        self._records[stored.id] = stored
        return deepcopy(stored)

    def remove(self, record_id: int) -> None:
        """Delete the record with this id."""
        self.get(record_id)
        del self._records[record_id]

    def find(self, test: Callable[[R], bool] | None = None, **fields: Any) -> list[R]:
        """Return copies of the records with these field values that pass ``test``."""
        return [
            deepcopy(record)
            for record in self._records.values()
            if all(getattr(record, name) == value for name, value in fields.items())
            and (test is None or test(record))
        ]

    def _check_unique(self, record: R, own_id: int | None) -> None:
        for name in self._unique:
            value = getattr(record, name)
            if any(other.id != own_id for other in self.find(**{name: value})):
                raise ConflictError(f"{name} {value!r} is already taken")

    def __len__(self) -> int:
        return len(self._records)
