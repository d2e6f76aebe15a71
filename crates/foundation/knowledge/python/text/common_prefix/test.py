from common_prefix import common_prefix, common_suffix, without_prefix


def test_shared_beginning():
    assert common_prefix(["flower", "flow", "flight"]) == "fl"


def test_nothing_shared():
    assert common_prefix(["dog", "racecar"]) == ""
    assert common_prefix([]) == ""


def test_one_is_the_prefix_of_all():
    assert common_prefix(["ab", "abc", "ab"]) == "ab"
    assert common_prefix(["only"]) == "only"


def test_suffix():
    assert common_suffix(["parser.py", "lexer.py"]) == "er.py"


def test_cut():
    assert without_prefix(["pre_a", "pre_b"]) == ["a", "b"]
