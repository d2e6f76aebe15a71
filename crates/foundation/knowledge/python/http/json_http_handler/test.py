import io
import json

import pytest

from json_http_handler import Router, make_handler


class Connection:
    """Stands in for a socket: gives the request and collects the answer."""

    def __init__(self, request):
        self.request, self.answer = request, b""

    def makefile(self, *_, **__):
        return io.BytesIO(self.request)

    def sendall(self, data):
        self.answer += bytes(data)


@pytest.fixture
def router():
    items = {"a b": 1}
    api = Router()

    @api.route("GET", "/items/{key}")
    def read(_body, key):
        if key not in items:
            return 404, {"error": "unknown item"}
        return 200, {"key": key, "value": items[key]}

    @api.route("put", "/items/{key}")
    def write(body, key):
        items[key] = body
        return 201, {"stored": key}

    return api


def ask(router, request):
    connection = Connection(request)
    handler = type("Quiet", (make_handler(router),), {"log_message": lambda *_: None})
    handler(connection, ("127.0.0.1", 1), None)
    head, _, body = connection.answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, json.loads(body)


def test_route_with_parameter(router):
    assert router.handle("GET", "/items/a%20b?x=1") == (200, {"key": "a b", "value": 1})
    assert router.handle("GET", "/items/zz") == (404, {"error": "unknown item"})


def test_body_is_decoded(router):
    assert router.handle("PUT", "/items/n", b'{"v": [1]}') == (201, {"stored": "n"})
    assert router.handle("GET", "/items/n")[1]["value"] == {"v": [1]}


def test_unknown_path_and_method(router):
    assert router.handle("GET", "/items/a/b") == (404, {"error": "no such path: /items/a/b"})
    assert router.handle("DELETE", "/items/a")[0] == 405


def test_invalid_json(router):
    assert router.handle("PUT", "/items/a", b"{") == (400, {"error": "the body is not valid JSON"})


def test_pattern_text_is_literal():
    api = Router()
    api.route("GET", "/v1.0")(lambda body: (200, "ok"))
    assert api.handle("GET", "/v1.0") == (200, "ok")
    assert api.handle("GET", "/v1x0")[0] == 404


def test_handler_answers_over_a_connection(router):
    status, head, body = ask(router, b"GET /items/a%20b HTTP/1.0\r\n\r\n")
    assert (status, body) == (200, {"key": "a b", "value": 1})
    assert b"Content-Type: application/json" in head


def test_handler_reads_the_body(router):
    status, _, body = ask(router, b"PUT /items/q HTTP/1.0\r\nContent-Length: 2\r\n\r\n12 extra")
    assert (status, body) == (201, {"stored": "q"})
    assert router.handle("GET", "/items/q")[1]["value"] == 12


@pytest.mark.parametrize("length", [b"-5", b"many", b"99999999"])
def test_bad_content_length(router, length):
    request = b"PUT /items/q HTTP/1.0\r\nContent-Length: " + length + b"\r\n\r\nx"
    assert ask(router, request)[0] == 400
