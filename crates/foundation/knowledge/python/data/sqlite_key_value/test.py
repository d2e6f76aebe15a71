import sqlite3

import pytest

from sqlite_key_value import KeyValueStore


@pytest.fixture
def store():
    with KeyValueStore() as opened:
        yield opened


def test_values_of_all_kinds(store):
    for value in ["text", 1, 2.5, None, True, [1, {"a": "ü"}]]:
        store["k"] = value
        assert store["k"] == value
    assert len(store) == 1


def test_survives_closing(tmp_path):
    path = tmp_path / "data.db"
    with KeyValueStore(path) as store:
        store.update({"b": 2, "a": 1})
    with KeyValueStore(path) as store:
        assert dict(store) == {"a": 1, "b": 2}


def test_missing_keys(store):
    with pytest.raises(KeyError):
        _ = store["x"]
    with pytest.raises(KeyError):
        del store["x"]
    assert store.get("x", "default") == "default"
    assert "x" not in store


def test_delete(store):
    store["a"] = 1
    del store["a"]
    assert list(store) == []


def test_prefix_takes_wildcards_literally(store):
    store.update({"user:1": "a", "user:2": "b", "users": "c", "100%": 1, "100x": 2})
    assert store.with_prefix("user:") == {"user:1": "a", "user:2": "b"}
    assert store.with_prefix("100%") == {"100%": 1}


def test_transaction_is_all_or_nothing(store):
    with store.transaction():
        store["kept"] = 1
    with pytest.raises(RuntimeError, match="change of mind"):
        with store.transaction():
            store["kept"] = 2
            store["new"] = 3
            raise RuntimeError("change of mind")
    assert dict(store) == {"kept": 1}


def test_transactions_do_not_nest(store):
    with pytest.raises(RuntimeError, match="already open"):
        with store.transaction():
            with store.transaction():
                pass


def test_bad_keys_and_values(store):
    with pytest.raises(TypeError, match="keys must be text, not int"):
        store[1] = "x"
    with pytest.raises(TypeError):
        store["x"] = object()
    assert len(store) == 0


def test_closed_store():
    store = KeyValueStore()
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store["a"] = 1
