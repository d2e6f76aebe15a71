"""A JSON client for HTTP interfaces."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen


class HttpError(Exception):
    """The server answered with an error status or with something else than JSON."""

    def __init__(self, status: int, body: str, message: str = "") -> None:
        super().__init__(message or f"HTTP status {status}: {body[:200]}")
        self.status = status
        self.body = body


class JsonClient:
    """Talks JSON to the interface at ``base_url``.

    ``opener`` is called as ``opener(request, timeout=seconds)`` and returns a
    response like that of ``urllib.request.urlopen``.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        opener: Callable[..., Any] = urlopen,
    ) -> None:
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise ValueError(f"not an http address: {base_url!r}")
        self._base_url = base_url.rstrip("/")
        self._headers = {"Accept": "application/json", **(headers or {})}
        self._timeout = timeout
        self._opener = opener

    def get(self, path: str, **query: Any) -> Any:
        """Return the decoded answer to a GET request."""
        suffix = f"?{urlencode(query, doseq=True)}" if query else ""
        return self.request("GET", path + suffix)

    def post(self, path: str, data: Any) -> Any:
        """Send ``data`` as JSON and return the decoded answer."""
        return self.request("POST", path, data)

    def request(self, method: str, path: str, data: Any = None) -> Any:
        """Send any request; None as ``data`` means no body.

        Returns None for an empty answer.  Raises HttpError for an error status
        or invalid JSON, and OSError if the server cannot be reached.
        """
        headers = dict(self._headers)
        body = None
        if data is not None:
            body = json.dumps(data).encode("utf-8")
            headers["Content-Type"] = "application/json"
        url = f"{self._base_url}/{path.lstrip('/')}"
        request = Request(url, data=body, headers=headers, method=method)
        try:
            with self._opener(request, timeout=self._timeout) as response:
                status, content = response.status, response.read()
        except HTTPError as error:
            with error:
                text = error.read().decode("utf-8", "replace")
            raise HttpError(error.code, text) from error
        if not content:
            return None
        try:
            return json.loads(content)
        except ValueError as error:
            text = content.decode("utf-8", "replace")
            raise HttpError(status, text, f"answer is not JSON: {text[:200]}") from error
