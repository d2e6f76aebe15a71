from password_scorer import PasswordReport, check_password


def test_strong_passwords_need_no_advice():
    assert check_password("vK8#pLw2!zQm") == PasswordReport(4, 78.8, ())
    assert check_password("copper kettle sings twice").score == 4


def test_score_grows_with_length():
    assert [check_password(word).score for word in ("wjfhdkvm", "wjfhdkvmr", "wjfhdkvmrpcy", "wjfhdkvmrpcyeg", "wjfhdkvmrpcyegixb")] == [1, 2, 3, 3, 4]


def test_score_grows_with_variety():
    assert check_password("wjfhdkvm").bits == 37.6
    assert check_password("wjfhdkvM").bits == 45.6
    assert check_password("wjfhdk3M").bits == 47.6
    assert check_password("wjfh?k3M").bits == 52.6


def test_short_passwords_score_nothing():
    assert check_password("k8#P") == PasswordReport(0, 26.3, ("use at least 8 characters",))
    assert check_password("wjfhdkvmrpcy", minimum=14).score == 0
    assert check_password("").bits == 0.0


def test_well_known_passwords_score_nothing():
    assert check_password("P@ssw0rd!") == PasswordReport(0, 0.0, ("avoid well-known passwords",))
    assert check_password("Welcome2024!").score == 0
    assert check_password("iloveyou").score == 0


def test_repetition_and_sequences_are_discounted():
    advice = ("avoid repeated characters and sequences such as abc or 123",)
    assert check_password("aaaaaaaaaaaaaaaa") == PasswordReport(0, 4.7, advice)
    assert check_password("abcdefghijkl") == PasswordReport(0, 4.7, advice)
    assert check_password("Fedcba98765").advice == advice
    assert check_password("QWERTYuiop4x").advice == advice


def test_middling_passwords_get_encouragement():
    assert check_password("wjfhdkvm").advice == ("make it longer, for example with another word",)
    assert check_password("abcdxqzvm") == PasswordReport(
        1, 28.2, ("make it longer, for example with another word",)
    )
