import threading

import pytest

from singleton_pattern import Lazy, Singleton


@pytest.fixture
def settings():
    class Settings(metaclass=Singleton):
        made = 0

        def __init__(self, name="default"):
            self.name = name
            type(self).made += 1

    return Settings


def test_same_instance(settings):
    assert settings("first") is settings()
    assert settings().name == "first"
    assert settings.made == 1


def test_late_arguments_are_refused(settings):
    settings()
    with pytest.raises(TypeError, match="Settings exists already"):
        settings("other")


def test_reset_makes_a_new_one(settings):
    old = settings("old")
    settings.reset()
    assert settings("new") is not old
    assert settings().name == "new"


def test_subclass_has_its_own_instance(settings):
    class Special(settings):
        pass

    assert Special("s") is not settings("base")
    assert (Special().name, settings().name) == ("s", "base")


def test_failed_creation_leaves_nothing_behind():
    class Broken(metaclass=Singleton):
        def __init__(self, ok=False):
            if not ok:
                raise ValueError("not ok")

    with pytest.raises(ValueError, match="not ok"):
        Broken()
    assert Broken(ok=True) is Broken()


def test_threads_share_one_instance(settings):
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(settings())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(instance) for instance in seen}) == 1
    assert settings.made == 1


def test_lazy_value():
    calls = []
    value = Lazy(lambda: calls.append("made"))
    assert calls == []
    assert value.get() is None
    assert value.get() is None
    assert calls == ["made"]
    value.reset()
    value.get()
    assert calls == ["made", "made"]
