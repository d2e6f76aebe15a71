import io
import json
import logging

import pytest

from json_log_formatter import JsonFormatter, make_logger


@pytest.fixture
def out():
    return io.StringIO()


def last(out):
    return json.loads(out.getvalue().splitlines()[-1])


def test_basic_fields():
    record = logging.makeLogRecord(
        {"name": "app", "levelname": "INFO", "msg": "hi %s", "args": ("ü",), "created": 0.25}
    )
    assert json.loads(JsonFormatter().format(record)) == {
        "time": "1970-01-01T00:00:00.250+00:00",
        "level": "INFO",
        "logger": "app",
        "message": "hi ü",
    }


def test_extra_and_constant_fields(out):
    log = make_logger("k.extra", out, service="shop")
    log.info("sold", extra={"item": "pen", "count": 2})
    line = last(out)
    assert (line["service"], line["item"], line["count"]) == ("shop", "pen", 2)


def test_one_line_per_record_even_with_line_breaks(out):
    log = make_logger("k.lines", out)
    log.info("two\nlines")
    log.info("next")
    assert len(out.getvalue().splitlines()) == 2


def test_exception(out):
    log = make_logger("k.error", out)
    try:
        int("x")
    except ValueError:
        log.exception("failed")
    line = last(out)
    assert line["level"] == "ERROR"
    assert line["exception"].splitlines()[-1].startswith("ValueError: invalid literal")


def test_stack(out):
    make_logger("k.stack", out).info("here", stack_info=True)
    assert "test_stack" in last(out)["stack"]


def test_secrets_are_masked_at_any_depth(out):
    log = make_logger("k.secret", out)
    log.info("x", extra={"api_token": "t", "data": {"Password": "p", "ok": [{"secret": 1}, 2]}})
    line = last(out)
    assert line["api_token"] == "***"
    assert line["data"] == {"Password": "***", "ok": [{"secret": "***"}, 2]}


def test_values_json_cannot_hold(out):
    make_logger("k.odd", out).info("x", extra={"value": {1}})
    assert last(out)["value"] == "{1}"


def test_level_and_repeated_setup(out):
    make_logger("k.level", out)
    log = make_logger("k.level", out, level=logging.WARNING)
    log.info("hidden")
    log.warning("shown")
    assert [json.loads(line)["message"] for line in out.getvalue().splitlines()] == ["shown"]
