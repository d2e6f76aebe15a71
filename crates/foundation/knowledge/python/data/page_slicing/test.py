import pytest

from page_slicing import Page, page_after, page_links, paginate


def test_middle_page():
    page = paginate(list("abcdefg"), number=2, per_page=3)
    assert page == Page(items=["d", "e", "f"], number=2, pages=3, total=7)
    assert (page.previous, page.next) == (1, 3)


def test_first_and_last_page():
    assert paginate(range(4), 1, 2).previous is None
    last = paginate(range(4), 2, 2)
    assert (last.items, last.next) == ([2, 3], None)


def test_empty_list_has_one_page():
    assert paginate([]) == Page(items=[], number=1, pages=1, total=0)


@pytest.mark.parametrize("number, per_page", [(0, 2), (4, 2), (1, 0)])
def test_bad_page(number, per_page):
    with pytest.raises(ValueError):
        paginate(range(5), number, per_page)


@pytest.mark.parametrize(
    "number, pages, expected",
    [
        (1, 1, [1]),
        (1, 10, [1, 2, None, 10]),
        (5, 10, [1, None, 4, 5, 6, None, 10]),
        (4, 7, [1, 2, 3, 4, 5, 6, 7]),
        (10, 10, [1, None, 9, 10]),
    ],
)
def test_page_links(number, pages, expected):
    assert page_links(number, pages) == expected


def test_cursor_walks_through_everything():
    rows = [{"id": number} for number in range(1, 6)]
    seen, cursor = [], None
    for _ in range(3):
        items, cursor = page_after(rows, lambda row: row["id"], cursor, size=2)
        seen.append([row["id"] for row in items])
    assert seen == [[1, 2], [3, 4], [5]]
    assert cursor is None


def test_cursor_does_not_repeat_after_an_insertion():
    rows = ["b", "d", "f"]
    first, cursor = page_after(rows, str, size=2)
    rows = ["a", "b", "c", "d", "f"]
    assert first == ["b", "d"]
    assert page_after(rows, str, cursor, size=2) == (["f"], None)


@pytest.mark.parametrize("cursor", ["x", "!!!!", "ü", ""])
def test_invalid_cursor(cursor):
    with pytest.raises(ValueError, match="invalid cursor"):
        page_after([1], int, cursor)


def test_bad_size():
    with pytest.raises(ValueError, match="size must be at least 1"):
        page_after([1], int, size=0)
