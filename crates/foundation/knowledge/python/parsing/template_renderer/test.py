from fractions import Fraction

import pytest

from template_renderer import render_template


def test_names_are_replaced():
    assert render_template("Hello {{ name }}, you are {{age}}.", {"name": "Ada", "age": 36}) == (
        "Hello Ada, you are 36."
    )
    assert render_template("no placeholders { } }}", {}) == "no placeholders { } }}"


def test_dotted_paths():
    context = {"user": {"tags": ["x", "y"]}, "half": Fraction(1, 2)}
    assert render_template("{{ user.tags.1 }} {{ half.denominator }}", context) == "y 2"


def test_filters_apply_from_left_to_right():
    assert render_template("[{{ name | trim|upper }}]", {"name": " ada "}) == "[ADA]"
    assert render_template("{{a|title}} {{b|lower}}", {"a": "two words", "b": "BIG"}) == "Two Words big"
    assert render_template("{{ x|escape }}", {"x": "<a & b>"}) == "&lt;a &amp; b&gt;"


def test_own_filters():
    assert render_template("{{ n|double }}", {"n": 4}, {"double": lambda n: n * 2}) == "8"


def test_values_are_not_rendered_again():
    assert render_template("{{ a }}", {"a": "{{ b }}", "b": "secret"}) == "{{ b }}"


@pytest.mark.parametrize("path", ["missing", "user.name", "tags.5", "tags.x", "half._numerator"])
def test_missing_values(path):
    context = {"user": {}, "tags": ["x"], "half": Fraction(1, 2)}
    with pytest.raises(ValueError, match="no value for"):
        render_template("{{ " + path + " }}", context)


def test_malformed_templates():
    with pytest.raises(ValueError, match="malformed placeholder '{{ 1 [+] }}'"):
        render_template("{{ 1 + }}", {})
    with pytest.raises(ValueError, match="unknown filter 'shout'"):
        render_template("{{ a|shout }}", {"a": 1})
    with pytest.raises(ValueError, match="never closed"):
        render_template("{{ a }} {{ b", {"a": 1})
