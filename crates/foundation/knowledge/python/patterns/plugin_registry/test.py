import pytest

from plugin_registry import Registry, UnknownNameError


@pytest.fixture
def formats():
    registry = Registry("format")

    @registry.register("json", "js")
    class Json:
        def __init__(self, indent=0):
            self.indent = indent

    @registry.register("csv")
    def make_csv(delimiter=","):
        return f"csv with {delimiter}"

    return registry


def test_create_class_and_function(formats):
    assert formats.create("json", indent=2).indent == 2
    assert formats.create("csv", ";") == "csv with ;"


def test_aliases_and_letter_case(formats):
    assert formats.get("JS") is formats.get(" json ")
    assert "Csv" in formats
    assert "xml" not in formats


def test_names_are_sorted_without_aliases(formats):
    assert list(formats) == ["csv", "json"]
    assert len(formats) == 2


def test_decorator_returns_the_class(formats):
    class Plain:
        pass

    assert formats.register("plain")(Plain) is Plain


@pytest.mark.parametrize("names", [("JSON",), ("new", "js"), ("js",)])
def test_taken_names(formats, names):
    with pytest.raises(ValueError, match="is already registered"):
        formats.register(*names)(dict)
    assert "new" not in formats


def test_empty_name(formats):
    with pytest.raises(ValueError, match="a format needs a name"):
        formats.register("  ")(dict)


@pytest.mark.parametrize(
    "name, message",
    [("jsn", "did you mean 'json'"), ("zzzz", "unknown format 'zzzz', known are: csv, json")],
)
def test_unknown_name(formats, name, message):
    with pytest.raises(UnknownNameError, match=message):
        formats.create(name)


def test_empty_registry():
    with pytest.raises(UnknownNameError, match="known are: none"):
        Registry().get("x")
