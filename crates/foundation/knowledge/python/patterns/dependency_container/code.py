"""A small dependency injection container."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


class ResolutionError(Exception):
    """Raised when an object cannot be built."""


class Container:
    """Builds objects together with everything their constructors ask for."""

    def __init__(self) -> None:
        self._makers: dict[type, tuple[Callable[..., Any], bool]] = {}
        self._shared: dict[type, Any] = {}

    def bind(
        self, wanted: type[T], maker: Callable[..., T] | None = None, shared: bool = True
    ) -> None:
        """Say how to make ``wanted``: by a class or factory, itself by default.

        With ``shared`` one instance serves all; otherwise each use gets its own.
        """
        self._makers[wanted] = (maker or wanted, shared)
        self._shared.pop(wanted, None)

    def bind_instance(self, wanted: type[T], instance: T) -> None:
        """Use a ready object for ``wanted``."""
        self._shared[wanted] = instance

    def resolve(self, wanted: type[T]) -> T:
        """Return an instance of ``wanted``."""
        return self._resolve(wanted, ())

    def _resolve(self, wanted: type[T], chain: tuple[type, ...]) -> T:
        if wanted in self._shared:
            return self._shared[wanted]
        trail = " -> ".join(step.__name__ for step in (*chain, wanted))
        if wanted in chain:
            raise ResolutionError(f"circular dependency: {trail}")
        if wanted not in self._makers:
            raise ResolutionError(f"nothing is bound for: {trail}")
        maker, shared = self._makers[wanted]
        instance = maker(**self._arguments(maker, (*chain, wanted)))
        if shared:
            self._shared[wanted] = instance
        return instance

    def _arguments(self, maker: Callable[..., Any], chain: tuple[type, ...]) -> dict[str, Any]:
        """Build the arguments of ``maker`` from its type hints.

        Parameters with a default are filled only if their type is bound.
        """
        function = maker.__init__ if inspect.isclass(maker) else maker
        if function is object.__init__:
            return {}
        hints = get_type_hints(function)
        arguments: dict[str, Any] = {}
        for name, parameter in inspect.signature(maker).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            hint = hints.get(name)
            known = hint in self._makers or hint in self._shared
            if known or (parameter.default is parameter.empty and inspect.isclass(hint)):
                arguments[name] = self._resolve(hint, chain)
            elif parameter.default is parameter.empty:
                raise ResolutionError(f"{chain[-1].__name__}: parameter {name!r} has no class hint")
        return arguments
