"""Parse INI-like configuration text into nested dictionaries of typed values."""

Value = str | int | float | bool

_WORDS: dict[str, bool] = {"true": True, "yes": True, "on": True,
                           "false": False, "no": False, "off": False}


def convert_value(text: str) -> Value:
    """Return ``text`` as a boolean, integer or float when it looks like one, else as text.

    A value in matching single or double quotes is always text, without the quotes.
    """
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _split_pair(line: str) -> tuple[str, str]:
    """Split at the first ``=`` or ``:``, whichever comes first."""
    positions = [line.index(mark) for mark in "=:" if mark in line]
    if not positions:
        raise ValueError(f"expected 'key = value', found {line!r}")
    key, value = line[: min(positions)].strip(), line[min(positions) + 1 :].strip()
    if not key:
        raise ValueError("the key is missing")
    return key, value


def parse_ini(text: str) -> dict[str, dict[str, Value]]:
    """Return ``{section: {key: value}}``; keys before any header belong to section ``""``.

    Raise ValueError, starting with the line number, for anything that is not a comment, a
    header or a pair, and for a section or key that appears twice.
    """
    sections: dict[str, dict[str, Value]] = {}
    current = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        try:
            if line.startswith("["):
                current = line[1:-1].strip()
                if not line.endswith("]") or not current:
                    raise ValueError(f"malformed section header {line!r}")
                if current in sections:
                    raise ValueError(f"section {current!r} appears twice")
                sections[current] = {}
                continue
            key, value = _split_pair(line)
            pairs = sections.setdefault(current, {})
            if key in pairs:
                raise ValueError(f"key {key!r} appears twice in section {current!r}")
            pairs[key] = convert_value(value)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    return sections
