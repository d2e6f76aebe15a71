"""Numbered pages and cursor pages."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a longer list; numbers start at 1."""

    items: list[T]
    number: int
    pages: int
    total: int

    @property
    def previous(self) -> int | None:
        """The number of the page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after, if there is one."""
        return self.number + 1 if self.number < self.pages else None


def paginate(items: Sequence[T], number: int = 1, per_page: int = 20) -> Page[T]:
    """Return page ``number``; an empty list has one empty page.

    Raises ValueError if there is no such page.
    """
    if per_page < 1:
        raise ValueError(f"per_page must be at least 1, got {per_page}")
    pages = max(1, -(-len(items) // per_page))
    if not 1 <= number <= pages:
        raise ValueError(f"page must be in 1..{pages}, got {number}")
    start = (number - 1) * per_page
    return Page(list(items[start : start + per_page]), number, pages, len(items))


def page_links(number: int, pages: int, around: int = 1) -> list[int | None]:
    """Return the page numbers to show, with None where some are left out.

    Shown are the first, the last and ``around`` neighbours of page ``number``.
    """
    shown = {1, pages, *range(number - around, number + around + 1)}
    links: list[int | None] = []
    last = 0
    for page in sorted(shown & set(range(1, pages + 1))):
        if page == last + 2:
            links.append(last + 1)
        elif page > last + 2:
            links.append(None)
        links.append(page)
        last = page
    return links


def page_after(
    items: Sequence[T], key: Callable[[T], Any], cursor: str | None = None, size: int = 20
) -> tuple[list[T], str | None]:
    """Return the items after ``cursor`` and the cursor of the following page.

    ``items`` must be sorted by ``key``, whose values must be unique and fit
    for JSON.  The first page has the cursor None, the last one returns None.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    rest = list(items)
    if cursor is not None:
        try:
            last = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        except ValueError:
            raise ValueError(f"invalid cursor: {cursor!r}") from None
        rest = [item for item in rest if key(item) > last]
    chosen = rest[:size]
    if len(rest) <= size:
        return chosen, None
    return chosen, base64.urlsafe_b64encode(json.dumps(key(chosen[-1])).encode()).decode("ascii")
