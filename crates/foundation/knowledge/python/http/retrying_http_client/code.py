"""HTTP requests that are repeated when they fail for the moment."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

TRANSIENT = {429, 502, 503, 504}
REPEATABLE = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}


@dataclass(frozen=True)
class Response:
    """An answer of a server."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Send = Callable[[str, str, bytes | None], Response]


class RequestFailed(Exception):
    """No attempt was answered well; the last answer, if any, is in ``response``."""

    def __init__(self, message: str, response: Response | None = None) -> None:
        super().__init__(message)
        self.response = response


def send(method: str, url: str, body: bytes | None = None, timeout: float = 10) -> Response:
    """Send one request with the standard library; error statuses are answers too."""
    request = urllib.request.Request(url, data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Response(answer.status, answer.read(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        return Response(error.code, error.read(), dict(error.headers))


class RetryingClient:
    """Sends requests up to ``attempts`` times."""

    def __init__(
        self,
        attempts: int = 4,
        first_wait: float = 0.5,
        longest_wait: float = 30,
        send_once: Send = send,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if attempts < 1:
            raise ValueError("one attempt is needed at least")
        self._attempts, self._first, self._longest = attempts, first_wait, longest_wait
        self._send, self._sleep = send_once, sleep

    def get(self, url: str) -> Response:
        """Get a URL."""
        return self.request("GET", url)

    def request(
        self, method: str, url: str, body: bytes | None = None, repeatable: bool | None = None
    ) -> Response:
        """Return the answer below 400; others raise RequestFailed."""
        may_repeat = method in REPEATABLE if repeatable is None else repeatable
        attempts = self._attempts if may_repeat else 1
        failure = RequestFailed("nothing was sent")
        for attempt in range(attempts):
            try:
                response = self._send(method, url, body)
            except OSError as error:
                failure = RequestFailed(f"no answer: {error}")
                response = None
            else:
                if response.status < 400:
                    return response
                failure = RequestFailed(f"status {response.status}", response)
                if response.status not in TRANSIENT:
                    raise failure
            if attempt + 1 < attempts:
                self._sleep(self._wait(attempt, response))
        raise failure

    def _wait(self, attempt: int, response: Response | None) -> float:
        asked = (response.headers if response else {}).get("Retry-After", "")
        wait = float(asked) if asked.isdigit() else self._first * 2**attempt
        return min(wait, self._longest)
