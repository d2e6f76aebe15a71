from random import Random

import pytest

from password_maker import KINDS, bits, passphrase, password


def test_length_and_kinds():
    made = password(12, ("lower", "digits", "signs"))
    assert len(made) == 12
    present = [any(symbol in KINDS[kind] for symbol in made) for kind in KINDS]
    assert present == [True, False, True, True]


def test_two_are_not_alike():
    assert len({password() for _ in range(20)}) == 20


def test_look_alikes_can_be_left_out():
    made = "".join(password(32, without_alike=True, random=Random(seed)) for seed in range(20))
    assert [symbol in made for symbol in "Il1O0"] == [False, False, False, False, False]
    assert len(password(5, without_alike=True)) == 5


def test_passphrase():
    phrase = passphrase(["red", "blue"], count=4)
    assert len(phrase.split("-")) == 4
    assert sorted(set(passphrase(["red", "blue"], 50).split("-"))) == ["blue", "red"]


def test_bits():
    assert bits(2, 8) == 8.0
    assert bits(62, 16) == 95.3


def test_refused():
    with pytest.raises(ValueError, match="2 characters cannot hold 3 kinds"):
        password(2)
    with pytest.raises(ValueError, match="unknown kind: emoji"):
        password(kinds=["emoji"])
    with pytest.raises(ValueError, match="several words"):
        passphrase(["one"])
    assert len(password(3)) == 3
