import pytest

from file_tail import LogFollower, tail


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "app.log"
    path.write_text("one\ntwo\nthree\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "lines, expected",
    [(0, []), (1, ["three"]), (2, ["two", "three"]), (99, ["one", "two", "three"])],
)
def test_tail(log, lines, expected):
    assert tail(log, lines) == expected


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"", []),
        (b"\n", [""]),
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\n\n\n", ["a", "", ""]),
    ],
)
def test_unusual_endings(tmp_path, content, expected):
    path = tmp_path / "f"
    path.write_bytes(content)
    assert tail(path, 5) == expected


def test_long_file_with_wide_characters(tmp_path):
    path = tmp_path / "f"
    path.write_text("".join(f"Zeile {n} äöü€\n" for n in range(5000)), encoding="utf-8")
    assert tail(path, 2) == ["Zeile 4998 äöü€", "Zeile 4999 äöü€"]
    assert len(tail(path, 1500)) == 1500


def test_negative_number(log):
    with pytest.raises(ValueError, match="must not be negative"):
        tail(log, -1)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        tail(tmp_path / "none")


def test_follower_returns_only_complete_new_lines(log):
    follower = LogFollower(log)
    assert follower.new_lines() == []
    with log.open("a", encoding="utf-8") as stream:
        stream.write("four\nfi")
    assert follower.new_lines() == ["four"]
    with log.open("a", encoding="utf-8") as stream:
        stream.write("ve\n")
    assert follower.new_lines() == ["five"]


def test_follower_from_start_and_skip(log):
    follower = LogFollower(log, from_start=True)
    assert follower.new_lines() == ["one", "two", "three"]
    log.write_text("one\ntwo\nthree\nignored\n", encoding="utf-8")
    follower.skip_to_end()
    assert follower.new_lines() == []


def test_follower_notices_truncation(log):
    follower = LogFollower(log)
    log.write_text("new\n", encoding="utf-8")
    assert follower.new_lines() == ["new"]
