import pytest

from dependency_container import Container, ResolutionError


class Clock:
    def now(self):
        return "real time"


class FakeClock(Clock):
    def now(self):
        return "fake time"


class Store:
    def __init__(self, clock: Clock, name: str = "main"):
        self.clock, self.name = clock, name


class Service:
    def __init__(self, store: Store, clock: Clock, *extra: int):
        self.store, self.clock, self.extra = store, clock, extra


class Egg:
    def __init__(self, hen: "Hen"):
        self.hen = hen


class Hen:
    def __init__(self, egg: Egg):
        self.egg = egg


def container():
    box = Container()
    for kind in (Clock, Store, Service):
        box.bind(kind)
    return box


def test_builds_the_whole_graph():
    service = container().resolve(Service)
    assert service.store.clock.now() == "real time"
    assert service.store.name == "main"


def test_shared_by_default():
    service = container().resolve(Service)
    assert service.clock is service.store.clock


def test_not_shared():
    box = container()
    box.bind(Clock, shared=False)
    service = box.resolve(Service)
    assert service.clock is not service.store.clock


def test_replacement_and_instance():
    box = container()
    box.bind(Clock, FakeClock)
    assert box.resolve(Store).clock.now() == "fake time"
    box.bind_instance(str, "other")
    box.bind(Store)
    assert box.resolve(Store).name == "other"


def test_factory_gets_its_dependencies():
    def make_store(clock: Clock) -> Store:
        return Store(clock, name="from factory")

    box = container()
    box.bind(Store, make_store)
    assert box.resolve(Service).store.name == "from factory"


def test_missing_binding_names_the_chain():
    box = Container()
    box.bind(Service)
    box.bind(Store)
    with pytest.raises(ResolutionError, match="Service -> Store -> Clock"):
        box.resolve(Service)


def test_circle_is_reported():
    box = Container()
    box.bind(Hen)
    box.bind(Egg)
    with pytest.raises(ResolutionError, match="circular dependency: Hen -> Egg -> Hen"):
        box.resolve(Hen)


def test_parameter_without_hint():
    class Plain:
        def __init__(self, value):
            self.value = value

    box = Container()
    box.bind(Plain)
    with pytest.raises(ResolutionError, match="Plain: parameter 'value' has no class hint"):
        box.resolve(Plain)
