"""Structured logging as JSON lines."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, TextIO

STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
SECRET_WORDS = ("password", "passwd", "secret", "token", "api_key", "authorization")


class JsonFormatter(logging.Formatter):
    """Formats each record as one JSON object.

    ``constant`` fields are added to every line; ``secret_words`` mark the names
    of fields whose values are masked.
    """

    def __init__(
        self,
        constant: Mapping[str, Any] | None = None,
        secret_words: Iterable[str] = SECRET_WORDS,
    ) -> None:
        super().__init__()
        self._constant = dict(constant or {})
        self._secret_words = tuple(word.lower() for word in secret_words)

    def format(self, record: logging.LogRecord) -> str:
        """Return the JSON text for ``record``."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **self._constant,
        }
        for name, value in vars(record).items():
            if name not in STANDARD_FIELDS:
                line[name] = self._masked(name, value)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False, default=repr)

    def _masked(self, name: str, value: Any) -> Any:
        """Hide secrets, also inside dictionaries and lists."""
        if any(word in name.lower() for word in self._secret_words):
            return "***"
        if isinstance(value, Mapping):
            return {str(key): self._masked(str(key), item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._masked("", item) for item in value]
        return value


def make_logger(
    name: str, stream: TextIO, level: int = logging.INFO, **constant: Any
) -> logging.Logger:
    """Return a logger that writes JSON lines to ``stream`` and nowhere else.

    Calling it again for the same name replaces the earlier handlers.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(constant))
    logger = logging.getLogger(name)
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False
    return logger
