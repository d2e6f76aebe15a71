"""Convert dataclasses to plain dictionaries and back."""

import dataclasses
import types
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

PARSERS = {date: date.fromisoformat, datetime: datetime.fromisoformat, Decimal: Decimal}


def to_dict(value: Any) -> Any:
    """Return ``value`` as dictionaries, lists and other JSON values."""
    result = value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        result = {field.name: to_dict(getattr(value, field.name)) for field in fields}
    elif isinstance(value, Enum):
        result = to_dict(value.value)
    elif isinstance(value, date):
        result = value.isoformat()
    elif isinstance(value, Decimal):
        result = str(value)
    elif isinstance(value, dict):
        result = {str(key): to_dict(item) for key, item in value.items()}
    elif isinstance(value, (list, tuple)):
        result = [to_dict(item) for item in value]
    elif value is not None and not isinstance(value, (str, int, float)):
        raise TypeError(f"cannot convert a {type(value).__name__}")
    return result


def from_dict(cls: type[T], data: Any) -> T:
    """Build a dataclass instance; ValueError names the field that does not fit."""
    return _build(cls, data, cls.__name__)


def _build(hint: Any, data: Any, path: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _first_fit(args, data, path)
    if origin is list and isinstance(data, list):
        return [_build(args[0], item, f"{path}[{index}]") for index, item in enumerate(data)]
    if origin is dict and isinstance(data, dict):
        return {key: _build(args[1], item, f"{path}.{key}") for key, item in data.items()}
    if dataclasses.is_dataclass(hint) and isinstance(data, dict):
        return _build_dataclass(hint, data, path)
    if origin is None:
        return _build_scalar(hint, data, path)
    raise ValueError(f"{path}: expected {hint}, got {data!r}")


def _build_scalar(hint: Any, data: Any, path: str) -> Any:
    try:
        if hint in PARSERS and isinstance(data, str):
            return PARSERS[hint](data)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint(data)
    except (ValueError, ArithmeticError):
        raise ValueError(f"{path}: {data!r} is not a valid {hint.__name__}") from None
    kind = (int, float) if hint is float else hint
    # A bool counts as an int in Python, but not here.
    if hint is Any or (isinstance(data, kind) and isinstance(data, bool) == (hint is bool)):
        return float(data) if hint is float else data
    raise ValueError(f"{path}: expected {getattr(hint, '__name__', hint)}, got {data!r}")


def _first_fit(hints: tuple[Any, ...], data: Any, path: str) -> Any:
    """Try the members of a union in order, but None first."""
    for hint in sorted(hints, key=lambda hint: hint is not types.NoneType):
        try:
            return _build(hint, data, path)
        except ValueError as problem:
            error = problem
    raise error


def _build_dataclass(cls: Any, data: dict[str, Any], path: str) -> Any:
    hints = get_type_hints(cls)
    names = {field.name for field in dataclasses.fields(cls) if field.init}
    if unknown := sorted(data.keys() - names):
        raise ValueError(f"{path}: unknown fields {unknown}")
    values = {name: _build(hints[name], item, f"{path}.{name}") for name, item in data.items()}
    try:
        return cls(**values)
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from error
