import pytest

from uuid_checker import for_name, is_uuid, normalise, version_of

TEXT = "886313e1-3b8a-5372-9b90-0c9aee199e5d"


def test_canonical_form():
    assert is_uuid(TEXT) is True
    assert is_uuid(TEXT.upper()) is True
    assert is_uuid(TEXT[:-1]) is False
    assert is_uuid(TEXT.replace("-", "")) is False


def test_version():
    assert is_uuid(TEXT, version=5) is True
    assert is_uuid(TEXT, version=4) is False
    assert version_of("00000000-0000-0000-0000-000000000000") is None


@pytest.mark.parametrize("form", ["{%s}", "urn:uuid:%s", " %s "])
def test_other_forms(form):
    assert normalise(form % TEXT.upper()) == "886313e1-3b8a-5372-9b90-0c9aee199e5d"


def test_names():
    assert for_name("python.org") == "886313e1-3b8a-5372-9b90-0c9aee199e5d"
    assert (for_name("python.org") == for_name("python.org", url=True)) is False


def test_refused():
    with pytest.raises(ValueError, match="not a UUID: 'x'"):
        normalise("x")
    assert is_uuid("") is False
