"""A todo list."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date


@dataclass
class Task:
    """Something to do; priority 1 is the most important, 5 the least."""

    id: int
    title: str
    priority: int = 3
    due: date | None = None
    tags: tuple[str, ...] = ()
    done_on: date | None = None

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("a task needs a title")
        if not 1 <= self.priority <= 5:
            raise ValueError(f"priority must be 1..5, got {self.priority}")

    def urgency(self) -> tuple[date, int, int]:
        """Return a sort key: earlier due date, then priority, then age."""
        return self.due or date.max, self.priority, self.id


class TodoList:
    """Tasks by id; ids are never used twice."""

    def __init__(self, tasks: Iterable[Task] = ()) -> None:
        self._tasks = {task.id: task for task in tasks}
        self._last_id = max(self._tasks, default=0)

    def add(
        self, title: str, priority: int = 3, due: date | None = None, tags: Iterable[str] = ()
    ) -> Task:
        """Note a new task and return it."""
        clean_tags = tuple(sorted({tag.strip().lower() for tag in tags}))
        task = Task(self._last_id + 1, title, priority, due, clean_tags)
        self._tasks[task.id] = task
        self._last_id = task.id
        return task

    def get(self, task_id: int) -> Task:
        """Return a task; KeyError if there is none with this id."""
        if task_id not in self._tasks:
            raise KeyError(f"no task {task_id}")
        return self._tasks[task_id]

    def complete(self, task_id: int, today: date) -> Task:
        """Mark a task as done; ValueError if it already was."""
        task = self.get(task_id)
        if task.done_on is not None:
            raise ValueError(f"task {task_id} was done on {task.done_on}")
        task.done_on = today
        return task

    def remove(self, task_id: int) -> None:
        """Delete a task."""
        del self._tasks[self.get(task_id).id]

    def open(self, tag: str | None = None) -> list[Task]:
        """Return the tasks still to do, the most urgent first."""
        tasks = (task for task in self._tasks.values() if task.done_on is None)
        return sorted((t for t in tasks if tag is None or tag in t.tags), key=Task.urgency)

    def overdue(self, today: date) -> list[Task]:
        """Return the open tasks that were due before ``today``."""
        return [task for task in self.open() if task.due is not None and task.due < today]

    def to_json(self) -> str:
        """Return the list as JSON text."""
        return json.dumps([asdict(task) for task in self._tasks.values()], default=str, indent=2)

    @classmethod
    def from_json(cls, text: str) -> "TodoList":
        """Read a list written by ``to_json``; ValueError if it is malformed."""
        try:
            rows = json.loads(text)
            for row in rows:
                row["tags"] = tuple(row["tags"])
                for name in ("due", "done_on"):
                    row[name] = date.fromisoformat(row[name]) if row[name] else None
            return cls(Task(**row) for row in rows)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a todo list: {error}") from error
