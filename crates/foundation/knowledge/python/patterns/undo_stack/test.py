import pytest

from undo_stack import Command, History, set_item


def test_undo_and_redo():
    data = {"a": 1}
    history = History()
    history.run(set_item(data, "a", 2))
    history.run(set_item(data, "b", 3))
    assert data == {"a": 2, "b": 3}
    assert history.undo() == "set b"
    assert history.undo() == "set a"
    assert data == {"a": 1}
    assert history.redo() == "set a"
    assert data == {"a": 2}


def test_none_as_old_value_is_restored():
    data = {"a": None}
    history = History()
    history.run(set_item(data, "a", 1))
    history.undo()
    assert data == {"a": None}


def test_new_command_ends_redo():
    data = {}
    history = History()
    history.run(set_item(data, "a", 1))
    history.undo()
    history.run(set_item(data, "b", 2))
    with pytest.raises(IndexError, match="nothing to redo"):
        history.redo()
    assert data == {"b": 2}


def test_nothing_to_undo():
    with pytest.raises(IndexError, match="nothing to undo"):
        History().undo()


def test_limit_forgets_the_oldest():
    data = {}
    history = History(limit=2)
    for key in "abc":
        history.run(set_item(data, key, 1))
    assert [history.undo(), history.undo()] == ["set c", "set b"]
    with pytest.raises(IndexError):
        history.undo()
    assert data == {"a": 1}


def test_group_is_one_step():
    data = {}
    history = History()
    history.run(Command.group("both", set_item(data, "a", 1), set_item(data, "b", 2)))
    assert history.undo() == "both"
    assert data == {}


def test_failing_group_is_rolled_back():
    data = {}
    broken = Command("broken", lambda: 1 / 0, lambda: None)
    history = History()
    with pytest.raises(ZeroDivisionError):
        history.run(Command.group("all", set_item(data, "a", 1), broken))
    assert data == {}
    with pytest.raises(IndexError):
        history.undo()


def test_bad_limit():
    with pytest.raises(ValueError, match="limit must be at least 1"):
        History(limit=0)
