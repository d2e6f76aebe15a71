import pytest

from hangman_game import Hangman


def test_letters_are_uncovered():
    game = Hangman("Ice Cream!")
    assert game.shown() == "___ _____!"
    assert game.guess("C") is True
    assert game.shown() == "_c_ C____!"


def test_misses():
    game = Hangman("cat", misses=2)
    assert game.guess("x") is False
    assert game.guess("X") is False
    assert (game.wrong(), game.left(), game.state()) == (["x"], 1, "playing")


def test_won():
    game = Hangman("Anna")
    game.guess("a")
    game.guess("n")
    assert (game.state(), game.shown()) == ("won", "Anna")


def test_lost_shows_the_word():
    game = Hangman("cat", misses=1)
    game.guess("z")
    assert (game.state(), game.shown()) == ("lost", "cat")
    with pytest.raises(ValueError, match="game is over"):
        game.guess("a")


@pytest.mark.parametrize("letter", ["", "ab", "1"])
def test_no_letter(letter):
    game = Hangman("cat")
    with pytest.raises(ValueError, match="is not a letter"):
        game.guess(letter)
    assert game.guessed == []


def test_no_word():
    with pytest.raises(ValueError, match="has no letters"):
        Hangman("123")
    with pytest.raises(ValueError, match="one miss"):
        Hangman("cat", 0)
