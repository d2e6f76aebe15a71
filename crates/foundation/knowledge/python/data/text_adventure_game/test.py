import pytest

from text_adventure_game import Game, Room

WORLD = {
    "hall": Room("A dark hall.", {"north": "garden", "east": "vault"}, {"lamp"}, {"east": "brass key"}),
    "garden": Room("A garden.", {"south": "hall"}, {"brass key"}),
    "vault": Room("Gold!", {"west": "hall"}),
    "cell": Room("No way out."),
}


def new_game():
    return Game(WORLD, "hall", "vault")


def play(game, *lines):
    return [game.command(line) for line in lines][-1]


def test_look():
    assert new_game().command("look") == "A dark hall. You see: lamp. Exits: east, north."
    assert Game(WORLD, "cell", "vault").command("l") == "No way out. Exits: none."


def test_moving():
    game = new_game()
    assert game.command("N") == "A garden. You see: brass key. Exits: south."
    assert game.place == "garden"
    assert game.command("go up") == "You cannot go that way."


def test_locked_door_and_winning():
    game = new_game()
    assert game.command("e") == "The way east is locked. You need the brass key."
    assert play(game, "n", "take brass key", "s", "go east") == "Gold! Exits: west. You have won!"
    assert game.won is True
    assert game.command("w") == "The game is over: you have won."


def test_take_and_drop():
    game = new_game()
    assert game.command("take lamp") == "You take the lamp."
    assert game.command("look") == "A dark hall. Exits: east, north."
    assert play(game, "n", "drop lamp") == "You drop the lamp."
    assert game.carried == set()
    assert "brass key, lamp" in game.command("look")


@pytest.mark.parametrize(
    "line, answer",
    [
        ("", "I do not understand that."),
        ("dance", "I do not understand that."),
        ("__init__", "I do not understand that."),
        ("take moon", "That is not here."),
        ("drop lamp", "You do not have that."),
        ("i", "You carry: nothing."),
    ],
)
def test_other_answers(line, answer):
    assert new_game().command(line) == answer


def test_inventory_is_sorted():
    game = new_game()
    assert play(game, "take lamp", "n", "take brass key", "inventory") == "You carry: brass key, lamp."


def test_world_is_not_changed_by_playing():
    play(new_game(), "take lamp", "n", "take brass key", "s", "e")
    assert WORLD["hall"].items == {"lamp"}
    assert new_game().command("e").startswith("The way east is locked")


@pytest.mark.parametrize(
    "rooms, start, goal",
    [(WORLD, "attic", "vault"), (WORLD, "hall", "attic"), ({"a": Room("", {"up": "b"})}, "a", "a")],
)
def test_broken_worlds(rooms, start, goal):
    with pytest.raises(ValueError, match="there is no room"):
        Game(rooms, start, goal)
