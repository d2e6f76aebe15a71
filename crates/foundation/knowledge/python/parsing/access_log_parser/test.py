from datetime import datetime, timedelta, timezone

import pytest

from access_log_parser import AccessEntry, count_by_class, parse_access_line

COMMON = '192.0.2.7 - ada [10/Oct/2024:13:55:36 -0700] "GET /a?b=1 HTTP/1.1" 200 2326'


def test_common_format():
    assert parse_access_line(COMMON + "\n") == AccessEntry(
        "192.0.2.7",
        "ada",
        datetime(2024, 10, 10, 13, 55, 36, tzinfo=timezone(timedelta(hours=-7))),
        "GET",
        "/a?b=1",
        200,
        2326,
    )


def test_combined_format_adds_referrer_and_agent():
    entry = parse_access_line(COMMON + ' "http://example.org/" "Browser \\"X\\" 1.0"')
    assert entry.referrer == "http://example.org/"
    assert entry.agent == 'Browser "X" 1.0'


def test_dashes_become_empty():
    entry = parse_access_line(
        '::1 - - [01/Jan/2025:00:00:00 +0000] "POST /x HTTP/2.0" 304 - "-" "-"'
    )
    assert (entry.user, entry.size, entry.referrer, entry.agent) == ("", 0, "", "")
    assert (entry.client, entry.method, entry.status) == ("::1", "POST", 304)


def test_requests_that_are_not_http():
    entry = parse_access_line('192.0.2.1 - - [01/Jan/2025:00:00:00 +0000] "\\x16\\x03" 400 0')
    assert (entry.method, entry.target, entry.status) == ("", "\\x16\\x03", 400)
    entry = parse_access_line('192.0.2.1 - - [01/Jan/2025:00:00:00 +0000] "-" 408 0')
    assert (entry.method, entry.target) == ("", "")


def test_counting_by_class():
    entries = [parse_access_line(COMMON.replace(" 200 ", f" {code} ")) for code in (503, 200, 204, 404)]
    assert count_by_class(entries) == {"2xx": 2, "4xx": 1, "5xx": 1}
    assert count_by_class([]) == {}


def test_other_text_is_refused():
    with pytest.raises(ValueError, match="not an access log line: 'hello'"):
        parse_access_line("hello\n")
    with pytest.raises(ValueError, match="does not match format"):
        parse_access_line(COMMON.replace("Oct", "Foo"))
