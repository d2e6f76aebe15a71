from whitespace_cleaner import collapse, remove_blank_lines, remove_whitespace, tidy_lines


def test_runs_become_one_blank():
    assert collapse("  a \t b\n\n c\u00a0d ") == "a b c d"


def test_invisible_characters_go():
    assert collapse("a\u200bb \ufeffc") == "ab c"


def test_lines_are_tidied():
    assert tidy_lines("\n\na  \n\n\n\tb\n\n") == "a\n\n    b"


def test_blank_lines_go():
    assert remove_blank_lines("a\n \n\nb") == "a\nb"


def test_all_whitespace_goes():
    assert remove_whitespace(" a b\tc\n") == "abc"


def test_empty_text():
    assert collapse("") == ""
    assert tidy_lines(" \n ") == ""
