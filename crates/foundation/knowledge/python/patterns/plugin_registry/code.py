"""Register implementations by name and create them later."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

T = TypeVar("T", bound=Callable[..., Any])


class UnknownNameError(LookupError):
    """Raised when nothing is registered under a name."""


class Registry(Generic[T]):
    """Names and the classes or functions that stand for them."""

    def __init__(self, kind: str = "plugin") -> None:
        self._kind = kind
        self._entries: dict[str, T] = {}
        self._aliases: dict[str, str] = {}

    def register(self, name: str, *aliases: str) -> Callable[[T], T]:
        """Decorate a class or function to be known as ``name``.

        Raises ValueError if the name or an alias is empty or taken.
        """
        keys = [self._key(text) for text in (name, *aliases)]

        def decorate(entry: T) -> T:
            for key in keys:
                if not key:
                    raise ValueError(f"a {self._kind} needs a name")
                if key in self:
                    raise ValueError(f"{self._kind} {key!r} is already registered")
            self._entries[keys[0]] = entry
            self._aliases.update({alias: keys[0] for alias in keys[1:]})
            return entry

        return decorate

    def get(self, name: str) -> T:
        """Return what is registered under ``name`` or an alias."""
        key = self._key(name)
        key = self._aliases.get(key, key)
        try:
            return self._entries[key]
        except KeyError:
            raise UnknownNameError(self._explain(name)) from None

    def create(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call what is registered under ``name``."""
        return self.get(name)(*args, **kwargs)

    def _explain(self, name: str) -> str:
        known = [*self._entries, *self._aliases]
        similar = get_close_matches(self._key(name), known, n=1)
        if similar:
            return f"unknown {self._kind} {name!r}, did you mean {similar[0]!r}?"
        return f"unknown {self._kind} {name!r}, known are: {', '.join(self) or 'none'}"

    @staticmethod
    def _key(name: str) -> str:
        return name.strip().lower()

    def __contains__(self, name: str) -> bool:
        return self._key(name) in self._entries or self._key(name) in self._aliases

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)
