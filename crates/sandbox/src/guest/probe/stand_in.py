"""Stands in for pytest where candidates are tried: what most suites use of it, and nothing that costs time.

pytest itself takes longer than most tests, and would again for each candidate. Whatever is not here makes the test
unfit, so a suite never meets a pytest that behaves otherwise.
"""

from __future__ import annotations

import importlib
import math
import re
import types
import warnings

from _saraphina_probe_monkeypatch import MonkeyPatch  # noqa: F401, tests name it

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn


class Unfit(Exception):
    """A suite wants something that only pytest itself has."""


class Outcome(BaseException):
    """Ends a test by its own word."""

    def __init__(self, msg: str = "", reason: str = "", **_: object) -> None:
        self.msg = reason or msg
        super().__init__(self.msg)


class Skipped(Outcome):
    pass


class Failed(Outcome):
    pass


class XFailed(Outcome):
    pass


def skip(reason: str = "", *, allow_module_level: bool = False, msg: str = "") -> NoReturn:
    raise Skipped(reason or msg)


def fail(reason: str = "", pytrace: bool = True, msg: str = "") -> NoReturn:
    raise Failed(reason or msg)


def xfail(reason: str = "") -> NoReturn:
    raise XFailed(reason)


for function, kind in ((skip, Skipped), (fail, Failed), (xfail, XFailed)):
    function.Exception = kind  # type: ignore[attr-defined]
del function, kind


def importorskip(
    modname: str, minversion: object = None, reason: str | None = None, *, exc_type: type[ImportError] = ImportError
) -> types.ModuleType:
    try:
        return importlib.import_module(modname)
    except exc_type:
        raise Skipped(reason or f"could not import {modname!r}") from None


# Marks


class Mark:
    def __init__(self, name: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> None:
        self.name, self.args, self.kwargs = name, args, kwargs or {}
        self.mark = self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        target: Any = args[0] if len(args) == 1 and not kwargs else None
        if isinstance(target, (types.FunctionType, type, staticmethod, classmethod)):
            marked: Any = target
            own = target.__dict__.get("pytestmark", [])
            marked.pytestmark = [*(own if isinstance(own, list) else [own]), self]
            return target
        return Mark(self.name, self.args + args, {**self.kwargs, **kwargs})

    def with_args(self, *args: Any, **kwargs: Any) -> Mark:
        return Mark(self.name, self.args + args, {**self.kwargs, **kwargs})


class Marker:
    def __getattr__(self, name: str) -> Mark:
        if name.startswith("_"):
            raise AttributeError(name)
        return Mark(name)


mark = Marker()


class Parameters:
    def __init__(self, values: tuple[Any, ...], marks: Any, id: str | None) -> None:
        self.values, self.id = values, id
        self.marks = list(marks) if isinstance(marks, (list, tuple, set)) else [marks]


def param(*values: Any, marks: Any = (), id: str | None = None) -> Parameters:
    return Parameters(values, marks, id)


class Fixture:
    """A function that makes what a test asks for by name."""

    def __init__(
        self,
        function: Callable[..., Any],
        scope: str = "function",
        params: Iterable[Any] | None = None,
        autouse: bool = False,
        ids: Any = None,
        name: str | None = None,
    ) -> None:
        self.function, self.scope, self.autouse, self.ids = function, scope, autouse, ids
        self.params = None if params is None else list(params)
        self.name = name or function.__name__
        self.__name__ = function.__name__

    def __call__(self, *_: object, **__: object) -> NoReturn:
        raise Failed(f'Fixture "{self.name}" called directly.')


def fixture(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    if function is not None:
        return Fixture(function, **options)
    return lambda function: Fixture(function, **options)


# Expected exceptions


class ExceptionInfo:
    value: Any = None

    @classmethod
    def __class_getitem__(cls, _: object) -> type[ExceptionInfo]:
        return cls

    @property
    def type(self) -> type:
        return type(self.value)

    @property
    def typename(self) -> str:
        return type(self.value).__name__

    @property
    def tb(self) -> Any:
        return self.value.__traceback__

    def match(self, pattern: str | re.Pattern[str]) -> bool:
        text = "\n".join([str(self.value), *getattr(self.value, "__notes__", [])])
        assert re.search(pattern, text), f"Regex pattern did not match.\n Regex: {pattern!r}\n Input: {text!r}"
        return True

    def errisinstance(self, kinds: Any) -> bool:
        return isinstance(self.value, kinds)

    def exconly(self, tryshort: bool = False) -> str:
        return f"{self.typename}: {self.value}"

    def __repr__(self) -> str:
        return f"<ExceptionInfo {self.value!r}>"


class Raises:
    def __init__(
        self, expected: Any, match: str | re.Pattern[str] | None = None, check: Callable[[Any], bool] | None = None
    ) -> None:
        self.expected, self.pattern, self.check = expected, match, check
        self.info = ExceptionInfo()

    def __enter__(self) -> ExceptionInfo:
        return self.info

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: types.TracebackType | None) -> bool:
        if kind is None:
            raise Failed(f"DID NOT RAISE {self.expected!r}")
        if not issubclass(kind, self.expected):
            return False
        self.info.value = error.with_traceback(trace)
        if self.pattern is not None:
            self.info.match(self.pattern)
        if self.check is not None:
            assert self.check(error), "Raised exception failed the check"
        return True


def raises(expected_exception: Any = BaseException, *args: Any, **kwargs: Any) -> Any:
    for kind in expected_exception if isinstance(expected_exception, tuple) else (expected_exception,):
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise TypeError(f"Expected a BaseException type, but got {kind!r}")
    if not args:
        kwargs.pop("message", None)
        return Raises(expected_exception, **kwargs)
    with Raises(expected_exception) as info:
        args[0](*args[1:], **kwargs)
    return info


class Warns(warnings.catch_warnings):
    def __init__(self, expected: Any = Warning, match: str | re.Pattern[str] | None = None) -> None:
        super().__init__(record=True)
        self.expected, self.pattern = expected, match

    def __enter__(self) -> Any:
        self.list: Any = super().__enter__()
        warnings.simplefilter("always")
        return self.list

    def __exit__(self, kind: Any, *rest: Any) -> None:
        super().__exit__(kind, *rest)
        if kind is not None:
            return
        seen = [item for item in self.list if issubclass(item.category, self.expected)]
        if not any(self.pattern is None or re.search(self.pattern, str(item.message)) for item in seen):
            raise Failed(f"DID NOT WARN. No warnings of type {self.expected!r} were emitted.")


def warns(
    expected_warning: Any = Warning, *args: Any, match: str | re.Pattern[str] | None = None, **kwargs: Any
) -> Any:
    if not args:
        return Warns(expected_warning, match)
    with Warns(expected_warning):
        return args[0](*args[1:], **kwargs)


def deprecated_call(*args: Any, **kwargs: Any) -> Any:
    return warns((DeprecationWarning, PendingDeprecationWarning, FutureWarning), *args, **kwargs)


# Numbers that are nearly equal


class approx:  # noqa: N801
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expected: Any, rel: Any = None, abs: Any = None, nan_ok: bool = False) -> None:
        self.expected, self.rel, self.abs, self.nan_ok = expected, rel, abs, nan_ok
        is_text = isinstance(expected, (str, bytes))
        if not is_text and not isinstance(expected, dict) and hasattr(expected, "__iter__"):
            if not (hasattr(expected, "__getitem__") and hasattr(expected, "__len__")):
                raise TypeError(f"pytest.approx() only supports ordered sequences, but got: {expected!r}")

    def __eq__(self, actual: object) -> bool:
        return self.fits(self.expected, actual, True)

    def __ne__(self, actual: object) -> bool:
        return not self == actual

    def fits(self, expected: Any, actual: Any, is_outermost: bool = False) -> bool:
        if is_outermost and isinstance(expected, dict):
            try:
                return set(actual) == set(expected) and all(
                    self.fits(item, actual[key]) for key, item in expected.items()
                )
            except (TypeError, AttributeError):
                return False
        if is_outermost and hasattr(expected, "__getitem__") and not isinstance(expected, (str, bytes)):
            try:
                return len(actual) == len(expected) and all(map(self.fits, expected, actual))
            except TypeError:
                return False
        return self.is_near(expected, actual)

    def is_near(self, expected: Any, actual: Any) -> bool:
        if expected == actual:
            return True
        is_number = hasattr(expected, "__abs__") and hasattr(expected, "__sub__")
        if not is_number or isinstance(expected, bool) or not hasattr(actual, "__abs__"):
            return False
        try:
            if math.isnan(abs(expected)):
                return self.nan_ok and math.isnan(abs(actual))
            if math.isinf(abs(expected)):
                return False
            return bool(abs(expected - actual) <= self.tolerance(expected))
        except (TypeError, ValueError, OverflowError, ArithmeticError):
            return False

    def tolerance(self, expected: Any) -> Any:
        kind = type(expected) if type(expected).__name__ == "Decimal" else float
        most = kind("1e-12") if self.abs is None else self.abs
        if most < 0:
            raise ValueError("absolute tolerance can't be negative")
        if self.rel is None and self.abs is not None:
            return most
        share = (kind("1e-6") if self.rel is None else self.rel) * abs(expected)
        if share < 0:
            raise ValueError("relative tolerance can't be negative")
        return max(share, most)

    def __repr__(self) -> str:
        return f"approx({self.expected!r})"


# Names that tests mention as types only


class Named:
    @classmethod
    def __class_getitem__(cls, _: object) -> type[Named]:
        return cls


CaptureFixture = FixtureRequest = TempPathFactory = LogCaptureFixture = Config = Item = Session = Named
UsageError = type("UsageError", (Exception,), {})
PytestWarning = type("PytestWarning", (UserWarning,), {})
# What suites that ask compare with.
__version__ = "8.0.0"


def __getattr__(name: str) -> NoReturn:
    if name.startswith("__"):
        raise AttributeError(name)
    raise Unfit(f"it uses pytest.{name}")
