//! Assertions that look at less of an answer than there is.

use record::domain::evidence::Evidence;

use crate::sandbox::support::{job, run};

const CODE: &str = r#"import datetime
import enum
import functools
class Kind(enum.Enum):
    NUMBER = 0
    TRUTH = False
@functools.total_ordering
class Span:
    def __init__(self, start, end):
        self.start, self.end = start, end
    def __lt__(self, other):
        return self.end <= other.start
    def __eq__(self, other):
        return not (self < other or other < self)
    __hash__ = None
def kind(value):
    return Kind.TRUTH if isinstance(value, bool) else Kind.NUMBER
def day(number):
    return ["Mon", "Tue"][number]
def cents(number):
    return f"{number // 100}.{number % 100:02}"
def record(text):
    return {"day": datetime.date.fromisoformat(text)}
def pay(gateway, amount):
    gateway.charge("ada", amount)
"#;

const TESTS: &str = r#"import json
import re
import subprocess
import sys
from unittest import mock
import pytest
from subject import Kind, Span, cents, day, kind, pay, record
@pytest.mark.parametrize(("number", "name"), [(0, "Monday"), (1, "Tuesday")])
def test_day(number, name):
    assert day(number) in name
def test_days():
    assert {day(0), day(1)} == {"Tue", "Mon"}
    assert {day(number) for number in (0, 1)} == {"Mon", "Tue"}
@pytest.mark.parametrize("number, text", [(105, "1.05"), (50, "0.50")])
def test_cents(number, text):
    assert re.fullmatch(text, cents(number))
def test_record():
    assert json.dumps(record("2024-03-05"), default=str) == '{"day": "2024-03-05"}'
def test_pay():
    gateway = mock.Mock()
    pay(gateway, 7)
    amount = gateway.charge.call_args.args[1]
    gateway.charge.assert_called_once_with("ada", amount)
def test_program():
    done = subprocess.run([sys.executable, "-c", "assert 1 == 2"], capture_output=True, text=True)
    assert "Traceback" not in done.stdout
def told(pairs):
    return [(number, day(number) == name) for number, name in pairs]
def test_pairs():
    assert all(told([(0, "Tue"), (1, "Wed")]))
def test_kind():
    assert kind(1) == Kind.NUMBER and kind(True) == Kind.TRUTH
def test_span():
    assert Span(1, 3) == Span(2, 4)
"#;

/// Of the same kinds, and meant.
const HONEST: &str = r#"import json
import re
import subprocess
import sys
from unittest import mock
import pytest
from subject import Kind, cents, day, kind, pay, record
def squash(text):
    return re.sub(r">\s+<", "><", text)
@pytest.mark.parametrize(("number", "names"), [(0, ["Mon", "Monday"]), (1, ["Tue"])])
def test_day(number, names):
    assert day(number) in names
    assert {day(number), day(number)} == {day(number)}
def test_days():
    assert {day(number) for number in (0, 0)} == {"Mon"}
    assert [day(0), day(1)] == ["Mon", "Tue"]
@pytest.mark.parametrize("pattern", [r"\d+\.\d\d", r"1\.05"])
def test_cents(pattern):
    assert re.fullmatch(pattern, cents(105))
    assert squash(f"<b> <i>{cents(105)}") == squash("<b><i>1.05")
def test_record():
    assert json.dumps(str(record("2024-03-05")["day"])) == '"2024-03-05"'
def test_pay():
    gateway = mock.Mock()
    pay(gateway, 7)
    assert gateway.charge.call_args == mock.call("ada", 7)
def test_program():
    done = subprocess.run([sys.executable, "-c", "import subject"], capture_output=True, text=True)
    assert done.returncode == 0 and "Traceback" not in done.stderr
def test_pairs():
    assert all(day(number) == name for number, name in [(0, "Mon"), (1, "Tue")])
def test_kind():
    assert kind(1) is Kind.NUMBER
"#;

fn told(evidence: &Evidence) -> String {
    let kinds = ["weak_assertion", "idle_assertion", "own_operators"];
    let findings = evidence.integrity.findings.iter();
    let found = findings.filter(|found| kinds.contains(&found.code.as_str()));
    let lines: Vec<String> =
        found.map(|found| format!("{}: {}", found.code, found.message)).collect();
    lines.join("\n")
}

#[test]
fn what_looks_at_less_than_there_is_is_named() {
    let evidence = run(job("looks at less", CODE, TESTS));

    insta::assert_snapshot!(told(&evidence), @"
    idle_assertion: 1 assertion holds whatever the code gives: test_subject.py:30
    weak_assertion: 8 assertions are met by more than they seem to ask for: test_subject.py:10, test_subject.py:12, test_subject.py:13 …
    own_operators: 1 class of the code decides itself what equals or precedes another value, or what is one of its objects: subject.py:8
    ");
}

#[test]
fn what_only_looks_so_is_not() {
    let code = CODE.replace(
        "        return not (self < other or other < self)\n",
        "        return self.start == other.start\n",
    );
    let evidence = run(job("honest cousins", code, HONEST));

    insta::assert_snapshot!(told(&evidence), @"");
}
