import pytest

from event_emitter import EventEmitter, ListenerError


@pytest.fixture
def log():
    return []


def test_listeners_get_arguments_in_order(log):
    emitter = EventEmitter()
    emitter.on("save", lambda name, size=0: log.append(("first", name, size)))
    emitter.on("save", lambda name, size=0: log.append(("second", name, size)))
    assert emitter.emit("save", "a.txt", size=3) == 2
    assert log == [("first", "a.txt", 3), ("second", "a.txt", 3)]


def test_event_without_listeners():
    assert EventEmitter().emit("nothing") == 0


def test_once(log):
    emitter = EventEmitter()
    emitter.once("ping", log.append)
    emitter.emit("ping", 1)
    emitter.emit("ping", 2)
    assert log == [1]


def test_unsubscribe_in_both_ways(log):
    emitter = EventEmitter()
    stop = emitter.on("a", log.append)
    emitter.on("b", log.append)
    stop()
    stop()
    emitter.off("b", log.append)
    assert (emitter.emit("a", 1), emitter.emit("b", 2)) == (0, 0)
    assert log == []


def test_wildcard_gets_the_event_name(log):
    emitter = EventEmitter()
    emitter.on("*", lambda *args: log.append(args))
    emitter.emit("start")
    emitter.emit("stop", 5)
    assert log == [("start",), ("stop", 5)]


def test_failing_listener_does_not_stop_the_others(log):
    emitter = EventEmitter()
    emitter.on("x", lambda: 1 / 0)
    emitter.on("x", lambda: log.append("ran"))
    with pytest.raises(ListenerError, match="1 listener") as caught:
        emitter.emit("x")
    assert isinstance(caught.value.errors[0], ZeroDivisionError)
    assert log == ["ran"]


def test_subscription_during_delivery_counts_from_next_event(log):
    emitter = EventEmitter()
    emitter.once("x", lambda: emitter.on("x", lambda: log.append("late")))
    assert emitter.emit("x") == 1
    assert log == []
    emitter.emit("x")
    assert log == ["late"]


def test_wildcard_cannot_be_emitted():
    with pytest.raises(ValueError, match="cannot be emitted"):
        EventEmitter().emit("*")
