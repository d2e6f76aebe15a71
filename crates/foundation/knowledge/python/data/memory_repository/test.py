from dataclasses import dataclass, field

import pytest

from memory_repository import ConflictError, NotFoundError, Record, Repository


@dataclass
class User(Record):
    name: str = ""
    age: int = 0
    tags: list = field(default_factory=list)


@pytest.fixture
def users():
    repository = Repository(unique=("name",))
    repository.add(User(name="ann", age=30, tags=["admin"]))
    repository.add(User(name="bob", age=20))
    return repository


def test_add_sets_id_and_version(users):
    assert users.add(User(name="cy", age=5)) == User(id=3, version=1, name="cy", age=5)
    assert len(users) == 3


def test_get_returns_a_copy(users):
    users.get(1).tags.append("changed")
    assert users.get(1).tags == ["admin"]


def test_added_object_is_not_shared(users):
    original = User(name="dora", tags=["a"])
    stored = users.add(original)
    original.tags.append("b")
    assert users.get(stored.id).tags == ["a"]
    assert original.id == 0


def test_update(users):
    ann = users.get(1)
    ann.age = 31
    assert users.update(ann).version == 2
    assert users.get(1).age == 31


def test_outdated_update_is_refused(users):
    mine, yours = users.get(1), users.get(1)
    users.update(mine)
    with pytest.raises(ConflictError, match="record 1 is at version 2, not 1"):
        users.update(yours)


def test_unique_field(users):
    with pytest.raises(ConflictError, match="name 'ann' is already taken"):
        users.add(User(name="ann"))
    bob = users.get(2)
    bob.name = "ann"
    with pytest.raises(ConflictError):
        users.update(bob)
    assert users.get(2).name == "bob"


def test_find(users):
    assert [user.name for user in users.find()] == ["ann", "bob"]
    assert [user.name for user in users.find(age=20)] == ["bob"]
    assert [user.id for user in users.find(lambda user: user.age > 25)] == [1]
    assert users.find(lambda user: user.age > 25, name="bob") == []


def test_remove_and_missing(users):
    users.remove(1)
    assert len(users) == 1
    with pytest.raises(NotFoundError, match="no record with id 1"):
        users.get(1)
    with pytest.raises(NotFoundError):
        users.remove(1)
    with pytest.raises(NotFoundError):
        users.update(User(id=9, name="x"))


def test_ids_are_not_used_again(users):
    users.remove(2)
    assert users.add(User(name="new")).id == 3
