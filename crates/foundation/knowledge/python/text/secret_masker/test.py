from secret_masker import mask_fields, mask_text, mask_value


def test_fields_in_text():
    assert mask_text("user=ann password=hunter2, ok") == "user=ann password=***, ok"
    assert mask_text('{"api_key": "abc def"}') == '{"api_key": ***}'


def test_bearer_tokens():
    assert mask_text("Authorization: Bearer abcdefgh.ijk") == "Authorization: Bearer ***"


def test_card_numbers_keep_four_digits():
    assert mask_text("paid with 4111 1111 1111 1111 today") == "paid with ***1111 today"


def test_other_text_stays():
    assert mask_text("order 12345 of 2024") == "order 12345 of 2024"


def test_nested_data():
    data = {"user": "ann", "auth": {"Token": "x", "ids": [1, {"secret": 2}]}}
    assert mask_fields(data) == {
        "user": "ann",
        "auth": {"Token": "***", "ids": [1, {"secret": "***"}]},
    }


def test_tail_of_a_value():
    assert mask_value("abcdefgh1234") == "***1234"
    assert mask_value("short") == "***"
