import asyncio

import pytest

from bounded_gather import gather_settled, map_limited


async def double(number):
    await asyncio.sleep(0)
    return number * 2


def test_results_keep_input_order():
    async def uneven(number):
        for _ in range(5 - number):
            await asyncio.sleep(0)
        return number

    assert asyncio.run(map_limited(uneven, range(5), limit=3)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("limit, peak", [(1, 1), (3, 3), (50, 10)])
def test_limit_is_kept(limit, peak):
    active = 0
    most = 0

    async def work(_):
        nonlocal active, most
        active += 1
        most = max(most, active)
        await asyncio.sleep(0)
        active -= 1

    asyncio.run(map_limited(work, range(10), limit=limit))
    assert most == peak


def test_items_are_drawn_only_when_needed():
    drawn = []

    def source():
        for number in range(100):
            drawn.append(number)
            yield number

    async def fail(_):
        raise RuntimeError("stop here")

    with pytest.raises(RuntimeError, match="stop here"):
        asyncio.run(map_limited(fail, source(), limit=1))
    assert drawn == [0]


def test_error_cancels_the_others():
    cancelled = []

    async def work(number):
        if number == 0:
            await asyncio.sleep(0)
            raise ValueError("zero")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(number)
            raise

    with pytest.raises(ValueError, match="zero"):
        asyncio.run(map_limited(work, [0, 1, 2], limit=3))
    assert cancelled == [1, 2]


def test_no_items():
    assert asyncio.run(map_limited(double, [], limit=4)) == []


def test_settled_returns_errors_in_place():
    async def half(number):
        if number % 2:
            raise ValueError(f"odd: {number}")
        return number // 2

    results = asyncio.run(gather_settled(half, [4, 3, 2], limit=2))
    assert [results[0], results[2]] == [2, 1]
    assert isinstance(results[1], ValueError)
    assert str(results[1]) == "odd: 3"


def test_bad_limit():
    with pytest.raises(ValueError, match="limit must be at least 1"):
        asyncio.run(map_limited(double, [1], limit=0))
