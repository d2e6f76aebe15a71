import pytest

from yes_no_prompt import NoAnswerError, ask_choice, ask_yes_no, parse_yes_no


class Answers:
    def __init__(self, *lines):
        self.lines, self.prompts = list(lines), []

    def __call__(self, prompt):
        self.prompts.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


@pytest.mark.parametrize(
    "text, expected", [("y", True), (" YES ", True), ("1", True), ("n", False), ("Off", False)]
)
def test_parse(text, expected):
    assert parse_yes_no(text) is expected


@pytest.mark.parametrize("text", ["", "maybe", "yesno"])
def test_parse_rejects_other_words(text):
    with pytest.raises(ValueError, match="please answer yes or no"):
        parse_yes_no(text)


@pytest.mark.parametrize(
    "default, letters", [(None, "y/n"), (True, "Y/n"), (False, "y/N")]
)
def test_prompt_shows_the_default(default, letters):
    read = Answers("yes")
    assert ask_yes_no("Go on?", default, read) is True
    assert read.prompts == [f"Go on? [{letters}] "]


@pytest.mark.parametrize("default", [True, False])
def test_empty_answer_and_end_of_input_take_the_default(default):
    assert ask_yes_no("Sure?", default, Answers("")) is default
    assert ask_yes_no("Sure?", default, Answers()) is default


def test_asks_again_with_a_hint():
    read = Answers("what", "n")
    assert ask_yes_no("Sure?", read=read) is False
    assert read.prompts[1] == "please answer yes or no, not 'what'\nSure? [y/n] "


@pytest.mark.parametrize("lines", [("a", "b", "c", "y"), ()])
def test_gives_up(lines):
    with pytest.raises(NoAnswerError, match="no valid answer to"):
        ask_yes_no("Sure?", read=Answers(*lines))


@pytest.mark.parametrize(
    "line, expected", [("red", "red"), ("G", "green"), ("", "blue"), ("gr", "green")]
)
def test_choice(line, expected):
    assert ask_choice("Colour", ["red", "green", "blue"], "blue", Answers(line)) == expected


def test_ambiguous_choice_asks_again_but_exact_match_wins():
    read = Answers("s", "stop")
    assert ask_choice("What", ["stop", "stopwatch"], read=read) == "stop"
    assert read.prompts[1].startswith("please answer one of: stop, stopwatch")


def test_default_must_be_a_choice():
    with pytest.raises(ValueError, match="not among the choices"):
        ask_choice("What", ["a"], default="b")
