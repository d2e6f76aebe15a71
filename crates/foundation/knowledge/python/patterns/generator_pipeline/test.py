import pytest

from generator_pipeline import clean_lines, matching, parse_fields, running_total, take, tap

LOG = [
    "# started\n",
    "\n",
    'user=ann action="log in" size=10\n',
    "user=bob action=read size=5\n",
    "  user=ann action=read size=2.5  \n",
]


def test_clean_lines():
    assert list(clean_lines(LOG))[1:] == [
        "user=bob action=read size=5",
        "user=ann action=read size=2.5",
    ]


def test_matching():
    assert list(matching(["abc", "xyz", "b1"], r"b\d?$|^x")) == ["xyz", "b1"]


def test_parse_fields():
    assert list(parse_fields(['a=1 b="two words"', "no fields", "c="])) == [
        {"a": "1", "b": "two words"}
    ]


def test_stages_together():
    records = parse_fields(matching(clean_lines(LOG), "user=ann"))
    assert list(running_total(records, "user", "size")) == [("ann", 10.0), ("ann", 12.5)]


def test_totals_are_kept_per_key():
    records = [{"k": "x", "n": "1"}, {"k": "y", "n": "2"}, {"k": "x", "n": "3"}]
    assert list(running_total(records, "k", "n")) == [("x", 1.0), ("y", 2.0), ("x", 4.0)]


@pytest.mark.parametrize("record", [{"n": "1"}, {"k": "x", "n": "many"}, {"k": "x"}])
def test_unusable_record(record):
    with pytest.raises(ValueError, match="unusable record"):
        list(running_total([record], "k", "n"))


def test_only_what_is_needed_is_read():
    seen = []
    source = tap((f"n={number}" for number in range(1000)), seen.append)
    assert take(parse_fields(source), 2) == [{"n": "0"}, {"n": "1"}]
    assert seen == ["n=0", "n=1"]


def test_take_checks_its_argument():
    assert take([1, 2], 5) == [1, 2]
    with pytest.raises(ValueError, match="must not be negative"):
        take([], -1)
