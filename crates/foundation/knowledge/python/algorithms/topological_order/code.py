"""Order items by their dependencies."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


class CycleError(ValueError):
    """Raised when the dependencies form a circle; ``cycle`` lists its items."""

    def __init__(self, cycle: list[Hashable]) -> None:
        super().__init__("dependency cycle: " + " -> ".join(map(str, cycle)))
        self.cycle = cycle


def stages(dependencies: Mapping[N, Iterable[N]]) -> list[list[N]]:
    """Group the items so that each stage depends on earlier stages only.

    ``dependencies`` maps an item to the items it needs.  Items mentioned only
    as a need are included.  Raises CycleError if there is no valid order.
    """
    needs: dict[N, set[N]] = {}
    for item, needed in dependencies.items():
        needs.setdefault(item, set())
        for other in needed:
            needs[item].add(other)
            needs.setdefault(other, set())
    needed_by: dict[N, list[N]] = {item: [] for item in needs}
    for item, others in needs.items():
        for other in others:
            needed_by[other].append(item)
    position = {item: index for index, item in enumerate(needs)}
    missing = {item: len(others) for item, others in needs.items()}

    result: list[list[N]] = []
    ready = [item for item in needs if not missing[item]]
    while ready:
        result.append(ready)
        freed = []
        for done in ready:
            for item in needed_by[done]:
                missing[item] -= 1
                if not missing[item]:
                    freed.append(item)
        ready = sorted(freed, key=position.__getitem__)
    stuck = {item for item, number in missing.items() if number}
    if stuck:
        raise CycleError(_find_cycle(needs, stuck, position))
    return result


def _find_cycle(
    needs: dict[N, set[N]], stuck: set[N], position: dict[N, int]
) -> list[Hashable]:
    """Walk along unmet needs until an item comes up again."""
    path = [min(stuck, key=position.__getitem__)]
    while True:
        step = min(needs[path[-1]] & stuck, key=position.__getitem__)
        if step in path:
            return [*path[path.index(step) :], step]
        path.append(step)


def topological_sort(dependencies: Mapping[N, Iterable[N]]) -> list[N]:
    """Return all items, each one after everything it depends on."""
    return [item for stage in stages(dependencies) for item in stage]
