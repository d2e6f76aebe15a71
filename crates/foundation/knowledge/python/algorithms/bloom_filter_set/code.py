"""A Bloom filter for strings and bytes."""

import hashlib
import math
from collections.abc import Iterable, Iterator


class BloomFilter:
    """A set that may answer "maybe" but never wrongly "no"."""

    def __init__(self, expected_items: int, error_rate: float = 0.01) -> None:
        if expected_items < 1:
            raise ValueError(f"expected_items must be at least 1, got {expected_items}")
        if not 0 < error_rate < 1:
            raise ValueError(f"error_rate must be between 0 and 1, got {error_rate}")
        self.bit_count = math.ceil(-expected_items * math.log(error_rate) / math.log(2) ** 2)
        self.hash_count = max(1, round(self.bit_count / expected_items * math.log(2)))
        self._bits = bytearray((self.bit_count + 7) // 8)

    def add(self, item: str | bytes) -> None:
        """Remember ``item``."""
        for position in self._positions(item):
            self._bits[position // 8] |= 1 << position % 8

    def update(self, items: Iterable[str | bytes]) -> None:
        """Remember every one of ``items``."""
        for item in items:
            self.add(item)

    def approximate_count(self) -> int:
        """Estimate how many distinct items were added, from the bits in use."""
        used = sum(byte.bit_count() for byte in self._bits)
        if used >= self.bit_count:
            raise OverflowError("the filter is saturated")
        return round(-self.bit_count / self.hash_count * math.log(1 - used / self.bit_count))

    def _positions(self, item: str | bytes) -> Iterator[int]:
        """Yield the bits of ``item``, made from two halves of one digest."""
        if isinstance(item, str):
            data = b"s" + item.encode("utf-8")
        elif isinstance(item, bytes):
            data = b"b" + item
        else:
            raise TypeError(f"items must be str or bytes, not {type(item).__name__}")
        digest = hashlib.blake2b(data, digest_size=16).digest()
        first = int.from_bytes(digest[:8], "big")
        second = int.from_bytes(digest[8:], "big") | 1
        return ((first + index * second) % self.bit_count for index in range(self.hash_count))

    def __contains__(self, item: str | bytes) -> bool:
        return all(self._bits[place // 8] >> place % 8 & 1 for place in self._positions(item))
