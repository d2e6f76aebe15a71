"""A token bucket rate limiter."""

import threading
import time
from collections.abc import Callable


class TokenBucket:
    """Allows ``rate`` tokens per second on average and ``capacity`` at once."""

    def __init__(
        self, rate: float, capacity: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if rate <= 0 or capacity <= 0:
            raise ValueError("rate and capacity must be positive")
        self.rate = rate
        self.capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = capacity
        self._updated = clock()

    def try_acquire(self, tokens: float = 1) -> bool:
        """Take ``tokens`` if they are available now and say whether they were."""
        with self._lock:
            if self._missing(tokens) > 0:
                return False
            self._tokens -= tokens
            return True

    def wait_time(self, tokens: float = 1) -> float:
        """Return the seconds until ``tokens`` will be available."""
        with self._lock:
            return max(0.0, self._missing(tokens) / self.rate)

    def acquire(self, tokens: float = 1, sleep: Callable[[float], object] = time.sleep) -> float:
        """Take ``tokens``, pausing as long as needed; return the pause in seconds.

        The tokens are reserved at once, so callers are served in turn.
        """
        with self._lock:
            pause = max(0.0, self._missing(tokens) / self.rate)
            self._tokens -= tokens
        if pause:
            sleep(pause)
        return pause

    def _missing(self, tokens: float) -> float:
        """Refill the bucket and return how many of ``tokens`` are lacking."""
        if not 0 < tokens <= self.capacity:
            raise ValueError(f"tokens must be in 0..{self.capacity}, got {tokens}")
        now = self._clock()
        earned = (now - self._updated) * self.rate
        self._tokens = min(self.capacity, self._tokens + earned)
        self._updated = now
        return tokens - self._tokens
