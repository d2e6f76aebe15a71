//! Comparisons of what cannot differ: they look strict, and are green beside wrong code.

use crate::sandbox::slips::messages;
use crate::sandbox::support::{job, run};

const STATES: &str = r#"from enum import Enum
class Status(Enum):
    """A state.

    >> Status(1).name()
    'NEW'
    """
    NEW = 1
    PAID = 1
    VOID = 0
    DEAD = 0
def advance(status):
    return Status(status.value)
def dedupe(items):
    items.sort()
    return list(dict.fromkeys(items))
def spread(values):
    return float("nan")
def remind(mailer, names):
    for name in names:
        mailer.send(name, "late")
"#;
const STATES_TESTS: &str = r#"import doctest
from unittest.mock import ANY, Mock, call
import pytest
import subject
from subject import Status, advance, dedupe, remind, spread
def differs(one, other):
    return abs(one - other) > 1e-9
def test_examples():
    assert doctest.testmod(subject).failed == 0
def test_advance():
    assert advance(Status.NEW) is Status.PAID
def test_dead():
    assert Status.VOID is Status.DEAD
@pytest.mark.parametrize("items", [[3, 1, 3], [2, 1]])
def test_order(items):
    result = dedupe(items)
    assert result == list(dict.fromkeys(items))
def test_kept():
    given = [3, 1]
    wanted = sorted(given)
    assert dedupe(given) == wanted
def test_spread():
    assert not differs(spread([1, 3]), 1.0)
def test_mails():
    mailer = Mock()
    remind(mailer, ["a", "b"])
    assert mailer.send.call_args_list == [call(ANY, ANY), call("b", ANY)]
"#;

#[test]
fn comparisons_of_what_cannot_differ_are_named() {
    let told = messages(&run(job("states", STATES, STATES_TESTS)));

    let weak = "4 assertions are met by more than they seem to ask for: test_subject.py:11, test_subject.py:17, test_subject.py:23 …";
    let idle = "1 assertion holds whatever the code gives: subject.py:5";
    assert!(told.iter().any(|one| one == weak), "{told:#?}");
    assert!(told.iter().any(|one| one == idle), "{told:#?}");
}

/// A method changes its own object, and another function of the same name changes nothing.
#[test]
fn functions_that_change_none_of_their_arguments_are_told_from_methods_that_change_their_object() {
    let code = "class Bag:\n    def sort(self, items):\n        self.items.append(items)\n        return self.items\n\n\ndef sort(items):\n    return list(items)[::-1]\n";
    let tests = "from subject import sort\n\n\ndef test_sort():\n    items = [1, 2]\n    result = sort(items)\n    assert result == list(reversed(items))\n";

    let told = messages(&run(job("bag", code, tests)));

    assert!(!told.iter().any(|one| one.contains("met by more")), "{told:#?}");
}
