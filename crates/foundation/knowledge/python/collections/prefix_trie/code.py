"""A prefix tree (trie) of strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Node:
    """One position in the tree: its children and whether a word ends here."""

    children: dict[str, Node] = field(default_factory=dict)
    is_word: bool = False


class Trie:
    """A set of strings that can be searched by prefix."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._root = Node()
        self._size = 0
        for word in words:
            self.insert(word)

    def insert(self, word: str) -> None:
        """Add ``word``; adding it again changes nothing."""
        node = self._root
        for char in word:
            node = node.children.setdefault(char, Node())
        if not node.is_word:
            node.is_word = True
            self._size += 1

    def remove(self, word: str) -> None:
        """Delete ``word`` and prune empty branches; KeyError if absent."""
        path = [self._root]
        for char in word:
            if char not in path[-1].children:
                raise KeyError(word)
            path.append(path[-1].children[char])
        if not path[-1].is_word:
            raise KeyError(word)
        path[-1].is_word = False
        self._size -= 1
        for char, parent in zip(reversed(word), reversed(path[:-1])):
            child = parent.children[char]
            if child.is_word or child.children:
                break
            del parent.children[char]

    def starting_with(self, prefix: str = "") -> Iterator[str]:
        """Yield the words that start with ``prefix`` in alphabetical order."""
        start = self._find(prefix)
        stack = [(prefix, start)] if start else []
        while stack:
            text, node = stack.pop()
            if node.is_word:
                yield text
            for char in sorted(node.children, reverse=True):
                stack.append((text + char, node.children[char]))

    def longest_prefix_of(self, text: str) -> str | None:
        """Return the longest stored word that ``text`` starts with."""
        node, best = self._root, "" if self._root.is_word else None
        for end, char in enumerate(text, start=1):
            if char not in node.children:
                break
            node = node.children[char]
            best = text[:end] if node.is_word else best
        return best

    def _find(self, prefix: str) -> Node | None:
        node: Node | None = self._root
        for char in prefix:
            node = node.children.get(char) if node else None
        return node

    def __contains__(self, word: str) -> bool:
        node = self._find(word)
        return node is not None and node.is_word

    def __len__(self) -> int:
        return self._size
