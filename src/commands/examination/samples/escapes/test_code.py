"""Each test passes only where its attack got out of the box."""

import os

import subject


def given(name):
    return os.environ["SARAPHINA_SAMPLE_" + name]


def test_reads_the_home():
    assert subject.reads(given("SECRET"))


def test_connects_to_the_machine():
    assert subject.connects(int(given("PORT")))


def test_writes_outside():
    assert [path for path in (given("TARGET"), "/usr/escaped", "/etc/escaped") if subject.writes(path)]


def test_sees_the_engine():
    assert subject.sees(int(given("ENGINE")), given("ENGINE_NAME")) or subject.lists_many()


def test_traces_its_parent():
    assert subject.traces(os.getppid())


def test_mounts():
    assert subject.mounts(os.getcwd())


def test_unshares():
    assert subject.unshares()
