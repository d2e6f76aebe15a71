import pytest

from state_machine_core import StateMachine, Transition, TransitionError


def door():
    return StateMachine(
        "closed",
        [
            Transition("closed", "open", "opened"),
            Transition("opened", "close", "closed"),
            Transition("closed", "lock", "locked", guard=lambda code: code == 42),
            Transition("locked", "unlock", "closed", guard=lambda code: code == 42),
        ],
    )


def test_transitions_and_history():
    machine = door()
    assert machine.fire("open") == "opened"
    assert machine.fire("close") == "closed"
    assert machine.history == ["closed", "opened", "closed"]


def test_states_and_events():
    machine = door()
    assert machine.states == {"closed", "opened", "locked"}
    assert machine.events() == ["lock", "open"]


def test_undefined_event():
    machine = door()
    with pytest.raises(TransitionError, match="no event 'close' in state 'closed'"):
        machine.fire("close")
    assert machine.state == "closed"


def test_guard():
    machine = door()
    with pytest.raises(TransitionError, match="'lock' is not allowed now"):
        machine.fire("lock", 1)
    assert machine.fire("lock", 42) == "locked"


@pytest.mark.parametrize(
    "event, args, expected", [("open", (), True), ("lock", (1,), False), ("fly", (), False)]
)
def test_can(event, args, expected):
    assert door().can(event, *args) is expected


def test_first_agreeing_guard_wins():
    machine = StateMachine(
        "new",
        [
            Transition("new", "grade", "passed", guard=lambda points: points >= 50),
            Transition("new", "grade", "failed"),
        ],
    )
    assert machine.fire("grade", 49) == "failed"


def test_action_runs_and_its_error_keeps_the_state():
    seen = []
    machine = StateMachine(
        "idle",
        [
            Transition("idle", "run", "busy", action=seen.append),
            Transition("busy", "stop", "idle", action=lambda: 1 / 0),
        ],
    )
    machine.fire("run", "job")
    assert seen == ["job"]
    with pytest.raises(ZeroDivisionError):
        machine.fire("stop")
    assert machine.state == "busy"


def test_unreachable_transition_is_refused():
    with pytest.raises(ValueError, match="can never reach 'c'"):
        StateMachine("a", [Transition("a", "go", "b"), Transition("a", "go", "c")])
