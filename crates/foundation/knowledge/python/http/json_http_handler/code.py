"""A minimal JSON server on top of ``http.server``.

Start it with ``ThreadingHTTPServer(("127.0.0.1", 8000), make_handler(router))``.
"""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

Answer = tuple[int, Any]
Route = Callable[..., Answer]

MAX_BODY = 1_000_000


class Router:
    """Finds the function for a method and a path such as ``/items/{key}``."""

    def __init__(self) -> None:
        self._routes: list[tuple[re.Pattern[str], str, Route]] = []

    def route(self, method: str, pattern: str) -> Callable[[Route], Route]:
        """Decorate a function ``(body, **path parameters) -> (status, data)``."""
        parts = re.split(r"\{(\w+)\}", pattern)
        regex = "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )

        def register(func: Route) -> Route:
            self._routes.append((re.compile(regex), method.upper(), func))
            return func

        return register

    def handle(self, method: str, target: str, raw: bytes = b"") -> Answer:
        """Return the status and data for a request."""
        path = urlsplit(target).path
        found = [
            (match, verb, func)
            for regex, verb, func in self._routes
            if (match := regex.fullmatch(path))
        ]
        if not found:
            return HTTPStatus.NOT_FOUND, {"error": f"no such path: {path}"}
        for match, verb, func in found:
            if verb == method:
                try:
                    body = json.loads(raw) if raw else None
                except ValueError:
                    return HTTPStatus.BAD_REQUEST, {"error": "the body is not valid JSON"}
                return func(body, **{k: unquote(v) for k, v in match.groupdict().items()})
        return HTTPStatus.METHOD_NOT_ALLOWED, {"error": f"{method} is not allowed here"}


def make_handler(router: Router) -> type[BaseHTTPRequestHandler]:
    """Return a handler class for ``http.server`` that serves ``router``."""

    class Handler(BaseHTTPRequestHandler):
        """Reads the request, asks the router and writes its answer as JSON."""

        def _serve(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY:
                self.close_connection = True
                answer: Answer = (HTTPStatus.BAD_REQUEST, {"error": "bad content length"})
            else:
                answer = router.handle(self.command, self.path, self.rfile.read(int(length)))
            content = json.dumps(answer[1]).encode("utf-8")
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _serve

    return Handler
