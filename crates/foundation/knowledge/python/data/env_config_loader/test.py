from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import pytest

from env_config_loader import ConfigError, load_config


@dataclass(frozen=True)
class Config:
    host: str
    port: int = 8080
    debug: bool = False
    ratio: float = 0.5
    data: Path = Path("/data")
    token: Optional[str] = None
    tags: list[str] = field(default_factory=list)
    sizes: list[int] | None = None


def test_defaults():
    assert load_config(Config, {"HOST": "h"}) == Config("h")


def test_all_types():
    environ = {
        "APP_HOST": "example",
        "APP_PORT": "99",
        "APP_DEBUG": "Yes",
        "APP_RATIO": "1e-2",
        "APP_DATA": "/srv",
        "APP_TOKEN": "t",
        "APP_TAGS": "a, b,,c",
        "APP_SIZES": "1,2",
        "PORT": "1",
    }
    assert load_config(Config, environ, prefix="APP_") == Config(
        "example", 99, True, 0.01, Path("/srv"), "t", ["a", "b", "c"], [1, 2]
    )


@pytest.mark.parametrize("text, expected", [("on", True), ("1", True), ("OFF", False), ("no", False)])
def test_booleans(text, expected):
    assert load_config(Config, {"HOST": "h", "DEBUG": text}).debug is expected


def test_all_problems_at_once():
    with pytest.raises(ConfigError) as caught:
        load_config(Config, {"PORT": "eighty", "DEBUG": "maybe", "SIZES": "1,x"})
    assert caught.value.problems == [
        "HOST is missing",
        "PORT must be a whole number",
        "DEBUG must be true or false",
        "SIZES must be a whole number",
    ]


def test_values_are_not_repeated_in_messages():
    with pytest.raises(ConfigError) as caught:
        load_config(Config, {"HOST": "h", "PORT": "secret-value"})
    assert "secret-value" not in str(caught.value)


def test_environment_of_the_process(monkeypatch):
    monkeypatch.setenv("K2TEST_HOST", "from env")
    assert load_config(Config, prefix="K2TEST_").host == "from env"


def test_unsupported_type():
    @dataclass
    class Odd:
        value: complex = 0j

    with pytest.raises(TypeError, match="unsupported type"):
        load_config(Odd, {"VALUE": "1"})


def test_empty_text_is_a_value():
    assert load_config(Config, {"HOST": "", "TAGS": ""}) == Config("")
