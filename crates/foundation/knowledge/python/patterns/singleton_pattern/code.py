"""One shared instance: as a class, or as a lazily made value."""

import threading
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

T = TypeVar("T")


class Singleton(type):
    """Metaclass of classes with a single instance: ``class X(metaclass=Singleton)``.

    The first call creates the instance; later calls return it and must not
    pass arguments, since these would be ignored.
    """

    _instances: ClassVar[dict[type, Any]] = {}
    _lock: ClassVar[threading.RLock] = threading.RLock()

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        with cls._lock:
            if cls not in cls._instances:
                cls._instances[cls] = super().__call__(*args, **kwargs)
            elif args or kwargs:
                raise TypeError(f"{cls.__name__} exists already and takes no arguments now")
            return cls._instances[cls]

    def reset(cls) -> None:
        """Forget the instance, so that the next call makes a new one."""
        with cls._lock:
            cls._instances.pop(cls, None)


class Lazy(Generic[T]):
    """A value made by ``factory`` when it is first asked for."""

    def __init__(self, factory: Callable[[], T]) -> None:
        self._factory = factory
        self._lock = threading.RLock()
        self._value: list[T] = []

    def get(self) -> T:
        """Return the value; a factory that fails is tried again next time."""
        with self._lock:
            if not self._value:
                self._value.append(self._factory())
            return self._value[0]

    def reset(self) -> None:
        """Forget the value."""
        with self._lock:
            self._value.clear()
