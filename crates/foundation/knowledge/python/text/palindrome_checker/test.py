from palindrome_checker import is_palindrome, longest_palindrome


def test_plain_words():
    assert is_palindrome("racecar") is True
    assert is_palindrome("noon") is True
    assert is_palindrome("python") is False
    assert is_palindrome("ab") is False


def test_sentences_ignore_case_and_punctuation():
    assert is_palindrome("A man, a plan, a canal: Panama!") is True
    assert is_palindrome("Was it a car or a cat I saw?") is True
    assert is_palindrome("Almost, a palindrome") is False
    assert is_palindrome("12 3 21") is True


def test_short_texts():
    assert is_palindrome("") is True
    assert is_palindrome("?!") is True
    assert is_palindrome("x") is True


def test_longest_of_odd_and_even_length():
    assert longest_palindrome("babcbabcbaccba") == "abcbabcba"
    assert longest_palindrome("xabbay") == "abba"
    assert longest_palindrome("forgeeksskeegfor") == "geeksskeeg"


def test_longest_takes_the_first_of_equals():
    assert longest_palindrome("babad") == "bab"
    assert longest_palindrome("abc") == "a"
    assert longest_palindrome("Aa") == "A"


def test_longest_at_the_edges():
    assert longest_palindrome("") == ""
    assert longest_palindrome("aaaa") == "aaaa"
    assert longest_palindrome("abcc") == "cc"
