"""Check a property on many random inputs."""

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple


class Gen(NamedTuple):
    """Makes random values and proposes simpler ones for a failing value."""

    make: Callable[[random.Random], Any]
    simpler: Callable[[Any], Iterator[Any]]


class Falsified(AssertionError):
    """The property does not hold; ``example`` holds the arguments."""

    def __init__(self, example: tuple[Any, ...], error: Exception) -> None:
        super().__init__(f"fails for arguments {example!r}: {type(error).__name__}: {error}")
        self.example = example
        self.__cause__ = error


def integers(low: int = -1000, high: int = 1000) -> Gen:
    """Return a generator of whole numbers from ``low`` to ``high``."""
    origin = min(max(0, low), high)

    def simpler(value: int) -> Iterator[int]:
        step = value - origin
        while step:
            yield value - step
            step = int(step / 2)

    return Gen(lambda rng: rng.randint(low, high), simpler)


def lists(items: Gen, max_size: int = 10) -> Gen:
    """Return a generator of lists of values of another generator."""

    def simpler(value: list[Any]) -> Iterator[list[Any]]:
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        for index, item in enumerate(value):
            for smaller in items.simpler(item):
                yield [*value[:index], smaller, *value[index + 1 :]]

    return Gen(lambda rng: [items.make(rng) for _ in range(rng.randint(0, max_size))], simpler)


def texts(alphabet: str = "ab 0é\n", max_size: int = 10) -> Gen:
    """Return a generator of strings; earlier letters of ``alphabet`` count as simpler."""
    numbers = lists(integers(0, len(alphabet) - 1), max_size)

    def simpler(value: str) -> Iterator[str]:
        for places in numbers.simpler([alphabet.index(char) for char in value]):
            yield "".join(alphabet[place] for place in places)

    return Gen(lambda rng: "".join(alphabet[place] for place in numbers.make(rng)), simpler)


def for_all(*gens: Gen, runs: int = 100, seed: int = 0) -> Callable[..., Callable[[], None]]:
    """Decorate a test to be run with ``runs`` sets of random arguments."""

    def decorate(check: Callable[..., object]) -> Callable[[], None]:
        def failure(example: tuple[Any, ...]) -> Exception | None:
            try:
                check(*example)
            except Exception as error:  # any error falsifies the property
                return error
            return None

        def smallest(example: tuple[Any, ...], error: Exception) -> Falsified:
            for index, gen in enumerate(gens):
                for value in gen.simpler(example[index]):
                    candidate = (*example[:index], value, *example[index + 1 :])
                    if simpler_error := failure(candidate):
                        return smallest(candidate, simpler_error)
            return Falsified(example, error)

        def run() -> None:
            rng = random.Random(seed)
            for _ in range(runs):
                example = tuple(gen.make(rng) for gen in gens)
                if error := failure(example):
                    raise smallest(example, error)

        run.__name__, run.__doc__ = check.__name__, check.__doc__
        return run

    return decorate
