import pytest

from retrying_http_client import RequestFailed, Response, RetryingClient


class Server:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.seen = []
        self.waits = []

    def send(self, method, url, body):
        self.seen.append((method, url))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, **options):
        return RetryingClient(send_once=self.send, sleep=self.waits.append, **options)


def test_a_good_answer_is_returned_at_once():
    server = Server(Response(200, b"ok"))
    assert server.client().get("http://x").body == b"ok"
    assert (server.seen, server.waits) == ([("GET", "http://x")], [])


def test_waits_grow():
    server = Server(Response(503), ConnectionError("cut"), Response(502), Response(200, b"ok"))
    assert server.client().get("http://x").status == 200
    assert server.waits == [0.5, 1.0, 2.0]


def test_retry_after_is_honoured_within_the_bound():
    server = Server(
        Response(429, headers={"Retry-After": "7"}),
        Response(503, headers={"Retry-After": "900"}),
        Response(204),
    )
    assert server.client().get("http://x").status == 204
    assert server.waits == [7.0, 30]


def test_final_errors_are_not_repeated():
    server = Server(Response(404, b"no"))
    with pytest.raises(RequestFailed, match="status 404") as failure:
        server.client().get("http://x")
    assert failure.value.response.body == b"no"
    assert server.waits == []


def test_posting_is_repeated_only_on_request():
    server = Server(Response(503), Response(503), Response(201))
    with pytest.raises(RequestFailed, match="status 503"):
        server.client().request("POST", "http://x", b"1")
    assert server.client().request("POST", "http://x", b"1", repeatable=True).status == 201


def test_giving_up():
    server = Server(OSError("down"), OSError("down"))
    with pytest.raises(RequestFailed, match="no answer: down"):
        server.client(attempts=2).get("http://x")
    assert server.waits == [0.5]
