from dataclasses import dataclass, field
from typing import Any, Literal, Optional

import pytest

from dataclass_validation import Rule, Validated, ValidationError, between, checked, not_blank


@dataclass
class Person(Validated):
    name: str = field(metadata=checked(not_blank()))
    age: int = field(default=0, metadata=checked(between(0, 150)))
    height: float | None = field(default=None, metadata=checked(between(0.3, 3)))
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Loose(Validated):
    anything: Any
    choice: Literal["a", "b"] = "a"
    maybe: Optional[int] = None
    flag: bool = False
    thing: object = None


def test_valid_instances():
    assert Person("Ada", 36, 1.6, ["x"]).problems() == {}
    assert Person("Ada").tags == []
    assert Person("Ada", height=2).height == 2


def test_all_problems_come_together():
    with pytest.raises(ValidationError) as caught:
        Person(" ", 200, 1.5)
    assert caught.value.problems == {
        "name": "must be non-blank",
        "age": "must be between 0 and 150",
    }
    assert str(caught.value) == "name must be non-blank; age must be between 0 and 150"


def test_wrong_types_are_named():
    with pytest.raises(ValueError, match="age has the wrong type: str; tags has the wrong type: tuple"):
        Person("Ada", "36", None, ())
    with pytest.raises(ValidationError, match="name has the wrong type: NoneType"):
        Person(None)


def test_booleans_are_no_numbers():
    assert Loose(1, flag=True, thing=True).flag is True
    with pytest.raises(ValidationError, match="age has the wrong type: bool"):
        Person("Ada", True)
    with pytest.raises(ValidationError, match="maybe has the wrong type: bool"):
        Loose(1, maybe=True)


def test_loose_annotations():
    assert Loose(object).problems() == {}
    assert Loose(None, "c", 3, True, 2.5).problems() == {}
    with pytest.raises(ValidationError, match="flag has the wrong type: int"):
        Loose(1, flag=1)


def test_validate_again_after_a_change():
    person = Person("Ada", 36)
    person.age = -1
    assert person.problems() == {"age": "must be between 0 and 150"}
    with pytest.raises(ValidationError, match="age must be"):
        person.validate()


def test_own_rules_and_the_first_failing_one_counts():
    even = Rule(lambda value: value % 2 == 0, "even")

    @dataclass
    class Box(Validated):
        size: int = field(metadata=checked(between(1, 9), even))

    assert Box(4).size == 4
    with pytest.raises(ValidationError, match="^size must be even$"):
        Box(3)
    with pytest.raises(ValidationError, match="^size must be between 1 and 9$"):
        Box(11)
