from datetime import date

import pytest

from todo_list_store import Task, TodoList

TODAY = date(2024, 6, 15)


@pytest.fixture
def todo():
    tasks = TodoList()
    tasks.add("read book", priority=5)
    tasks.add("pay bill", due=date(2024, 6, 20), tags=["Home", "money "])
    tasks.add("call mum", priority=1)
    tasks.add("tax", priority=4, due=date(2024, 6, 1), tags=["money"])
    return tasks


def titles(tasks):
    return [task.title for task in tasks]


def test_open_tasks_by_urgency(todo):
    assert titles(todo.open()) == ["tax", "pay bill", "call mum", "read book"]


def test_filter_by_tag(todo):
    assert titles(todo.open("money")) == ["tax", "pay bill"]
    assert todo.open("none") == []


def test_overdue_excludes_today(todo):
    assert titles(todo.overdue(TODAY)) == ["tax"]
    assert todo.overdue(date(2024, 6, 1)) == []


def test_complete(todo):
    assert todo.complete(4, TODAY).done_on == TODAY
    assert todo.overdue(TODAY) == []
    with pytest.raises(ValueError, match="task 4 was done on 2024-06-15"):
        todo.complete(4, TODAY)


def test_ids_are_not_reused(todo):
    todo.remove(4)
    assert todo.add("new").id == 5
    with pytest.raises(KeyError, match="no task 4"):
        todo.get(4)


@pytest.mark.parametrize(
    "title, priority, message", [("  ", 3, "needs a title"), ("x", 0, "1..5"), ("x", 6, "1..5")]
)
def test_bad_tasks(title, priority, message):
    todo = TodoList()
    with pytest.raises(ValueError, match=message):
        todo.add(title, priority)
    assert todo.open() == []


def test_json_there_and_back(todo):
    todo.complete(1, TODAY)
    again = TodoList.from_json(todo.to_json())
    assert again.to_json() == todo.to_json()
    assert again.get(2) == Task(2, "pay bill", 3, date(2024, 6, 20), ("home", "money"))
    assert again.add("next").id == 5


@pytest.mark.parametrize("text", ["{", "[1]", '[{"id": 1}]', "5", '[{"id": 1, "title": "x", "tags": 3}]'])
def test_malformed_json(text):
    with pytest.raises(ValueError):
        TodoList.from_json(text)
