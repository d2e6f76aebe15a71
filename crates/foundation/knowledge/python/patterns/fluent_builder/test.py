import sqlite3

import pytest

from fluent_builder import Select


def test_simple_statement():
    assert Select("users").build() == ("SELECT * FROM users", [])


def test_all_parts():
    query = (
        Select("users")
        .columns("id", "users.name")
        .where("age", ">=", 18)
        .where("name", "like", "A%")
        .order_by("name")
        .order_by("id", descending=True)
        .limit(5)
    )
    assert query.build() == (
        "SELECT id, users.name FROM users WHERE age >= ? AND name LIKE ?"
        " ORDER BY name, id DESC LIMIT ?",
        [18, "A%", 5],
    )


def test_null_and_in():
    assert Select("t").where("a", "=", None).where("b", "!=", None).build() == (
        "SELECT * FROM t WHERE a IS NULL AND b IS NOT NULL",
        [],
    )
    assert Select("t").where_in("a", 1, 2).build() == ("SELECT * FROM t WHERE a IN (?, ?)", [1, 2])
    assert Select("t").where_in("a").build() == ("SELECT * FROM t WHERE 1 = 0", [])


def test_steps_do_not_change_the_shared_beginning():
    base = Select("t").where("a", "=", 1)
    base.where("b", "=", 2)
    assert base.build() == ("SELECT * FROM t WHERE a = ?", [1])


def test_statement_runs():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a INTEGER)")
    connection.executemany("INSERT INTO t VALUES (?)", [(1,), (2,), (3,)])
    query = Select("t").columns("a").where("a", "<", 3).order_by("a", descending=True)
    assert connection.execute(*query.build()).fetchall() == [(2,), (1,)]
    connection.close()


@pytest.mark.parametrize("name", ["", "a b", "a; DROP TABLE t", "1a", "a.b.c"])
def test_bad_names(name):
    with pytest.raises(ValueError, match="not a valid name"):
        Select("t").columns(name)
    with pytest.raises(ValueError, match="not a valid name"):
        Select(name).build()


@pytest.mark.parametrize("operator, value", [("OR", 1), ("==", 1), ("<", None)])
def test_bad_conditions(operator, value):
    with pytest.raises(ValueError):
        Select("t").where("a", operator, value)


def test_negative_limit():
    with pytest.raises(ValueError, match="must not be negative"):
        Select("t").limit(-1)
