import pytest

from identifier_case import (
    convert_keys,
    split_identifier,
    to_camel,
    to_constant,
    to_kebab,
    to_pascal,
    to_snake,
)


def test_splitting_into_words():
    assert split_identifier("parseHTTPResponse") == ["parse", "HTTP", "Response"]
    assert split_identifier("utf8Decoder_v2") == ["utf8", "Decoder", "v2"]
    assert split_identifier("XML2JSON") == ["XML2", "JSON"]
    assert split_identifier("two words-and_more") == ["two", "words", "and", "more"]
    assert split_identifier("__") == []


def test_snake_case():
    assert to_snake("someVariableName") == "some_variable_name"
    assert to_snake("SomeClass") == "some_class"
    assert to_snake("already_snake") == "already_snake"
    assert to_snake("__privateName") == "__private_name"
    assert to_snake("kebab-case-ID") == "kebab_case_id"


def test_camel_and_pascal_case():
    assert to_camel("some_variable_name") == "someVariableName"
    assert to_camel("HTTPServer") == "httpServer"
    assert to_camel("") == ""
    assert to_pascal("some-variable name") == "SomeVariableName"
    assert to_pascal("x") == "X"


def test_kebab_and_constant_case():
    assert to_kebab("backgroundColor") == "background-color"
    assert to_kebab("MAX_SIZE") == "max-size"
    assert to_constant("maxRetryCount") == "MAX_RETRY_COUNT"
    assert to_constant("a") == "A"


def test_other_letters_are_words_too():
    assert to_snake("caf\u00e9") == "caf_\u00e9"


def test_keys_are_converted_at_any_depth():
    data = {"userName": "camelStays", "tags": [{"tagId": 1}, "tagText"], 7: {"x": None}}
    assert convert_keys(data, to_snake) == {
        "user_name": "camelStays",
        "tags": [{"tag_id": 1}, "tagText"],
        7: {"x": None},
    }
    assert convert_keys("userName", to_snake) == "userName"


def test_clashing_keys_are_refused():
    with pytest.raises(ValueError, match="two keys become 'user_id'"):
        convert_keys({"userId": 1, "user_id": 2}, to_snake)
