from fuzzy_matcher import fuzzy_filter, fuzzy_score


def test_letters_must_occur_in_order():
    assert fuzzy_score("abc", "a-big-cat") is not None
    assert fuzzy_score("abc", "acb") is None
    assert fuzzy_score("aa", "a") is None
    assert fuzzy_score("a", "") is None


def test_scores():
    assert fuzzy_score("a", "ba") == 1
    assert fuzzy_score("b", "ba") == 9
    assert fuzzy_score("ba", "ba") == 15
    assert fuzzy_score("ba", "bxa") == 10
    assert fuzzy_score("gpm", "get_page_meta") == 27


def test_the_best_placement_counts():
    assert fuzzy_score("ab", "axb_ab") == 15
    assert fuzzy_score("ab", "xa_b_xab") == fuzzy_score("ab", "xa_b")
    assert fuzzy_score("abc", "xabxabc") == 13


def test_case_and_spaces_are_ignored():
    assert fuzzy_score("GPM", "getPageMeta") == 27
    assert fuzzy_score("get page", "getPage") == fuzzy_score("getpage", "getPage")
    assert fuzzy_score("ml", "HTMLList") == 7


def test_empty_pattern_matches_everything():
    assert fuzzy_score("", "anything") == 0
    assert fuzzy_filter(" ", ["bb", "a", "c"]) == ["a", "c", "bb"]


def test_filter_ranks_candidates():
    names = ["format_text", "from_timestamp", "after", "find_text", "fit"]
    assert fuzzy_filter("ft", names) == ["find_text", "format_text", "from_timestamp", "fit", "after"]
    assert fuzzy_filter("ft", names, limit=1) == ["find_text"]
    assert fuzzy_filter("zz", names) == []
