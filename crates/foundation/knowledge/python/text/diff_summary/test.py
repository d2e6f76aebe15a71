from diff_summary import Change, DiffSummary, find_changes, summarize_diff, unified

OLD = "one\ntwo\nthree\nfour\n"
NEW = "one\n2\nthree\nfour\nfive\n"


def test_changes_have_line_numbers():
    assert find_changes(OLD, NEW) == [
        Change(2, ("two",), 2, ("2",)),
        Change(5, (), 5, ("five",)),
    ]
    assert find_changes("a\nb\nc", "a\nc") == [Change(2, ("b",), 2, ())]


def test_equal_texts_have_no_changes():
    assert find_changes(OLD, OLD) == []
    assert find_changes("a", "a\n") == []


def test_summary_counts():
    assert summarize_diff(OLD, NEW) == DiffSummary(added=2, removed=1, kept=3)
    assert summarize_diff("", "a\nb") == DiffSummary(added=2, removed=0, kept=0)
    assert summarize_diff("a\nb", "") == DiffSummary(added=0, removed=2, kept=0)


def test_summary_as_text():
    assert str(summarize_diff(OLD, NEW)) == "2 added, 1 removed, 3 kept"
    assert str(summarize_diff("a", "")) == "0 added, 1 removed, 0 kept"
    assert str(summarize_diff("", "a")) == "1 added, 0 removed, 0 kept"
    assert str(summarize_diff(OLD, OLD)) == "no changes"


def test_ratio():
    assert summarize_diff(OLD, OLD).ratio == 1.0
    assert summarize_diff("a\nb", "a\nc").ratio == 0.5
    assert summarize_diff("a", "b").ratio == 0.0
    assert summarize_diff("", "").ratio == 1.0


def test_unified_diff():
    assert unified("a\nb\nc", "a\nx\nc", name="f.txt", context=1) == (
        "--- a/f.txt\n+++ b/f.txt\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c"
    )
    assert unified(OLD, OLD) == ""
