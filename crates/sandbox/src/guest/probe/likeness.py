"""Stands for code that cannot be imported, so that its tests can be counted.

Test modules make tables of what they import, call it and hold it against values before any test runs. Whatever is
imported has every name; what is made of it takes every argument and comes out of every operation.
"""

from __future__ import annotations

import abc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def kind(name: str) -> Kind:
    """A class of that name, for whatever stands for code."""
    if name.startswith("__"):
        raise AttributeError(name)
    return Kind(name, (Anything,), {})


class Kind(abc.ABCMeta):
    """Classes that have every attribute and no members."""

    def __getattr__(cls, name: str) -> Kind:
        return kind(name)

    def __iter__(cls) -> Iterator[object]:
        return iter(())

    def __getitem__(cls, key: object) -> Kind:
        return cls


class Anything(Exception, metaclass=Kind):
    """Takes every argument, has every attribute and comes out of every operation: tables of tests are made of these."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def itself(self, *_: object, **__: object) -> Anything:
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __exit__(self, *_: object) -> None:
        return None

    def __index__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 1.0

    def __len__(self) -> int:
        return 0

    def __lt__(self, other: object) -> bool:
        return False

    __call__ = __enter__ = __getitem__ = __neg__ = __pos__ = __abs__ = __invert__ = itself
    __gt__ = __le__ = __ge__ = __lt__


for operation in "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split():
    setattr(Anything, f"__{operation}__", Anything.itself)
    setattr(Anything, f"__r{operation}__", Anything.itself)
    setattr(Kind, f"__{operation}__", lambda cls, other: cls)
    setattr(Kind, f"__r{operation}__", lambda cls, other: cls)
del operation
