import io
import json
from urllib.error import HTTPError

import pytest

from json_http_client import HttpError, JsonClient


class Response(io.BytesIO):
    status = 200


class Opener:
    def __init__(self, answer):
        self.answer = answer
        self.request = None
        self.timeout = None

    def __call__(self, request, timeout):
        self.request, self.timeout = request, timeout
        if isinstance(self.answer, Exception):
            raise self.answer
        return Response(self.answer)


def client(answer, **options):
    opener = Opener(answer)
    return JsonClient("https://api.test/v1/", opener=opener, **options), opener


def test_get_with_query():
    api, opener = client(b'{"ok": true}')
    assert api.get("/users", page=2, tag=["a", "b"]) == {"ok": True}
    assert opener.request.full_url == "https://api.test/v1/users?page=2&tag=a&tag=b"
    assert opener.request.get_method() == "GET"
    assert opener.request.data is None


def test_post_sends_json():
    api, opener = client(b"[1]")
    assert api.post("items", {"name": "x"}) == [1]
    assert json.loads(opener.request.data) == {"name": "x"}
    assert opener.request.get_header("Content-type") == "application/json"


def test_headers_and_timeout():
    api, opener = client(b"1", headers={"Authorization": "Bearer t"}, timeout=3)
    api.get("x")
    assert opener.request.get_header("Authorization") == "Bearer t"
    assert opener.request.get_header("Accept") == "application/json"
    assert opener.timeout == 3


def test_empty_answer():
    api, opener = client(b"")
    assert api.request("DELETE", "items/1") is None
    assert opener.request.get_method() == "DELETE"


def test_error_status_carries_the_body():
    failure = HTTPError("https://api.test", 404, "Not Found", {}, io.BytesIO(b'{"why": "gone"}'))
    api, _ = client(failure)
    with pytest.raises(HttpError, match="HTTP status 404") as caught:
        api.get("x")
    assert (caught.value.status, caught.value.body) == (404, '{"why": "gone"}')


def test_answer_that_is_not_json():
    api, _ = client(b"<html>")
    with pytest.raises(HttpError, match="answer is not JSON: <html>") as caught:
        api.get("x")
    assert caught.value.status == 200


def test_connection_errors_pass_through():
    api, _ = client(ConnectionRefusedError("no server"))
    with pytest.raises(OSError, match="no server"):
        api.get("x")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "api.test", ""])
def test_other_schemes_are_refused(url):
    with pytest.raises(ValueError, match="not an http address"):
        JsonClient(url)
