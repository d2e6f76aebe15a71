"""Function composition and pipelines."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Step = Callable[[Any], Any]


class StepError(Exception):
    """A step of a pipeline failed; the original error is its cause."""

    def __init__(self, step: str, value: Any, error: Exception) -> None:
        super().__init__(f"step {step!r} failed on {value!r}: {error}")
        self.step = step
        self.value = value


def compose(*functions: Step) -> Step:
    """Return one function that applies ``functions`` from right to left."""

    def composed(value: Any) -> Any:
        for function in reversed(functions):
            value = function(value)
        return value

    return composed


def _name(step: Step) -> str:
    """Return a readable name for ``step``."""
    return getattr(step, "__name__", None) or repr(step)


class Pipeline:
    """Applies steps from left to right; build it with ``|`` or a list."""

    def __init__(self, *steps: Step) -> None:
        for step in steps:
            if not callable(step):
                raise TypeError(f"a step must be callable, got {step!r}")
        self._steps = steps

    def __call__(self, value: Any) -> Any:
        for step in self._steps:
            try:
                value = step(value)
            except StepError:
                raise
            except Exception as error:  # any failure is passed on with its step
                raise StepError(_name(step), value, error) from error
        return value

    def map(self, values: Iterable[Any]) -> Iterator[Any]:
        """Lazily apply the whole pipeline to each value."""
        return map(self, values)

    def trace(self, value: Any) -> list[tuple[str, Any]]:
        """Return the name and the result of every step, for debugging."""
        results = []
        for step in self._steps:
            value = step(value)
            results.append((_name(step), value))
        return results

    def __or__(self, step: Step) -> "Pipeline":
        return Pipeline(*self._steps, step)

    def __len__(self) -> int:
        return len(self._steps)
