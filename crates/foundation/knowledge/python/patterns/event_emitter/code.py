"""Observer pattern: named events and their listeners."""

from collections.abc import Callable
from typing import Any

Listener = Callable[..., object]

ANY_EVENT = "*"


class ListenerError(Exception):
    """One or more listeners failed; ``errors`` holds their exceptions."""

    def __init__(self, event: str, errors: list[Exception]) -> None:
        super().__init__(f"{len(errors)} listener(s) of {event!r} failed: {errors!r}")
        self.errors = errors


class EventEmitter:
    """Delivers events to the functions that subscribed to them."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}

    def on(self, event: str, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` on every ``event``; returns a function to stop it.

        The event "*" stands for all events; its listeners get the name of the
        event as first argument.
        """
        self._listeners.setdefault(event, []).append(listener)
        return lambda: self.off(event, listener)

    def once(self, event: str, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` on the next ``event`` only."""

        def wrapper(*args: Any, **kwargs: Any) -> None:
            stop()
            listener(*args, **kwargs)

        stop = self.on(event, wrapper)
        return stop

    def off(self, event: str, listener: Listener) -> None:
        """End one subscription; does nothing if there is none."""
        listeners = self._listeners.get(event, [])
        if listener in listeners:
            listeners.remove(listener)

    def emit(self, event: str, *args: Any, **kwargs: Any) -> int:
        """Call all listeners of ``event`` and return how many there were.

        Raises ListenerError after all were called if any of them failed.
        """
        if event == ANY_EVENT:
            raise ValueError("'*' cannot be emitted")
        calls = [(listener, args) for listener in self._listeners.get(event, [])]
        calls += [(listener, (event, *args)) for listener in self._listeners.get(ANY_EVENT, [])]
        errors: list[Exception] = []
        for listener, arguments in calls:
            try:
                listener(*arguments, **kwargs)
            except Exception as error:  # collected, so that the others still run
                errors.append(error)
        if errors:
            raise ListenerError(event, errors) from errors[0]
        return len(calls)
