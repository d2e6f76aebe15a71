import pytest

from chunked_iteration import chunked, split_evenly


@pytest.mark.parametrize(
    "items, size, expected",
    [
        ([], 3, []),
        ([1, 2, 3, 4], 2, [[1, 2], [3, 4]]),
        ([1, 2, 3, 4, 5], 2, [[1, 2], [3, 4], [5]]),
        ("abc", 10, [["a", "b", "c"]]),
    ],
)
def test_chunked(items, size, expected):
    assert list(chunked(items, size)) == expected


def test_chunked_reads_generators_lazily():
    taken = []

    def source():
        for number in range(100):
            taken.append(number)
            yield number

    assert next(chunked(source(), 3)) == [0, 1, 2]
    assert taken == [0, 1, 2]


@pytest.mark.parametrize("size", [0, -2])
def test_chunked_rejects_bad_size_immediately(size):
    with pytest.raises(ValueError, match="size must be at least 1"):
        chunked([1], size)


@pytest.mark.parametrize(
    "items, parts, expected",
    [
        ([1, 2, 3, 4, 5], 2, [[1, 2, 3], [4, 5]]),
        ([1, 2, 3], 3, [[1], [2], [3]]),
        ([1], 3, [[1], [], []]),
        ("abcdefg", 3, ["abc", "de", "fg"]),
    ],
)
def test_split_evenly(items, parts, expected):
    assert split_evenly(items, parts) == expected


def test_split_evenly_rejects_zero_parts():
    with pytest.raises(ValueError, match="parts must be at least 1"):
        split_evenly([1], 0)
