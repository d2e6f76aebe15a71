import pytest

from flatten_nested import flatten, flatten_list


@pytest.mark.parametrize(
    "nested, flat",
    [
        ([], []),
        ([1, 2], [1, 2]),
        ([1, [2, [3, [4]]], 5], [1, 2, 3, 4, 5]),
        ([[], [[]], [[[]]]], []),
        ([(1, 2), {3}], [1, 2, 3]),
    ],
)
def test_flattens_to_any_depth(nested, flat):
    assert flatten_list(nested) == flat


def test_text_and_dicts_are_leaves():
    assert flatten_list(["ab", [b"cd", {"k": [1]}]]) == ["ab", b"cd", {"k": [1]}]


@pytest.mark.parametrize(
    "depth, expected",
    [(0, [1, [2, [3]]]), (1, [1, 2, [3]]), (2, [1, 2, 3])],
)
def test_depth_limit(depth, expected):
    assert flatten_list([1, [2, [3]]], max_depth=depth) == expected


def test_is_lazy():
    def source():
        yield [1, 2]
        raise RuntimeError("read too far")

    leaves = flatten(source())
    assert next(leaves) == 1
    assert next(leaves) == 2


def test_very_deep_nesting():
    nested = [0]
    for _ in range(2000):
        nested = [nested]
    assert flatten_list(nested) == [0]


def test_negative_depth_is_refused_at_once():
    with pytest.raises(ValueError, match="must not be negative"):
        flatten([1], max_depth=-1)


def test_self_containing_list_is_refused():
    loop = [1]
    loop.append(loop)
    with pytest.raises(ValueError, match="holds itself"):
        flatten_list(loop)
