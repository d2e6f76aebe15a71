"""Finite state machines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


class TransitionError(Exception):
    """Raised for an event that is not possible in the current state."""


@dataclass(frozen=True)
class Transition:
    """``event`` leads from ``source`` to ``target`` if ``guard`` allows it.

    Guard and action are called with the arguments of the event.
    """

    source: str
    event: str
    target: str
    guard: Callable[..., bool] | None = None
    action: Callable[..., object] | None = None


class StateMachine:
    """Moves between states along a table of transitions."""

    def __init__(self, initial: str, transitions: Iterable[Transition]) -> None:
        self._table: dict[tuple[str, str], list[Transition]] = {}
        self.states = {initial}
        for transition in transitions:
            rows = self._table.setdefault((transition.source, transition.event), [])
            if rows and rows[-1].guard is None:
                raise ValueError(
                    f"{transition.source!r} on {transition.event!r} can never reach "
                    f"{transition.target!r}: an unguarded transition comes first"
                )
            rows.append(transition)
            self.states |= {transition.source, transition.target}
        self.state = initial
        self.history = [initial]

    def events(self) -> list[str]:
        """Return the events defined for the current state, sorted."""
        return sorted(event for source, event in self._table if source == self.state)

    def can(self, event: str, *args: Any) -> bool:
        """Tell whether ``event`` would cause a transition now."""
        return self._find(event, args) is not None

    def fire(self, event: str, *args: Any) -> str:
        """Handle ``event`` and return the new state.

        Of several transitions the first whose guard agrees is taken.  An error
        in its action leaves the state unchanged.
        """
        transition = self._find(event, args)
        if transition is None:
            if (self.state, event) in self._table:
                raise TransitionError(f"{event!r} is not allowed now in state {self.state!r}")
            raise TransitionError(f"no event {event!r} in state {self.state!r}")
        if transition.action:
            transition.action(*args)
        self.state = transition.target
        self.history.append(self.state)
        return self.state

    def _find(self, event: str, args: tuple[Any, ...]) -> Transition | None:
        for transition in self._table.get((self.state, event), []):
            if transition.guard is None or transition.guard(*args):
                return transition
        return None
