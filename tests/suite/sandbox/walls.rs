//! Walls against calls, memory in sockets and locks that other boxes would see.

use record::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::support::{job, run, verdict};

#[test]
fn calls_that_nobody_has_looked_at_do_not_exist_and_nobody_watches_the_folders_of_the_host() {
    let code = "\
import ctypes

libc = ctypes.CDLL(None, use_errno=True)


def answer(number):
    ctypes.set_errno(0)
    libc.syscall(number, -1, 0, 0, 0, 0)
    return ctypes.get_errno()


def watch():
    ctypes.set_errno(0)
    libc.inotify_init1(0)
    return ctypes.get_errno()


def names_of_interfaces():
    ctypes.set_errno(0)
    libc.getifaddrs(ctypes.byref(ctypes.c_void_p()))
    return ctypes.get_errno()
";
    let tests = "\
import pytest
from subject import answer, names_of_interfaces, watch


@pytest.mark.parametrize('number', [467, 468, 470, 500, 1000, 0x40000027])
def test_unknown(number):
    assert answer(number) == 38


def test_watch():
    assert watch() == 1


def test_names_of_interfaces():
    assert names_of_interfaces() == 95
";

    let evidence = run(job("unknown-calls", code, tests));

    let told: Vec<_> = evidence.tests.cases.iter().map(|case| &case.message).collect();
    assert_eq!((evidence.tests.passed, evidence.tests.failed), (8, 0), "{told:#?}");
}

/// Sends and never reads: data that no process holds.
const SENDING: &str = "\
import resource
import socket


def fill(kind, megabytes):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    keep, total = [], 0
    server = socket.socket()
    server.bind(('127.0.0.1', 0))
    server.listen(100)
    while total < megabytes << 20 and len(keep) < 230:
        if kind == 'tcp':
            one = socket.create_connection(server.getsockname())
            other = server.accept()[0]
        else:
            other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            other.bind(('127.0.0.1', 0))
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            one.connect(other.getsockname())
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 26)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        one.setblocking(False)
        keep += [one, other]
        try:
            for _ in range(200):
                total += one.send(bytes(50_000))
        except BlockingIOError:
            pass
    return total, keep


def exchange(count):
    server = socket.create_server(('127.0.0.1', 0))
    pairs = []
    for number in range(count):
        one = socket.create_connection(server.getsockname())
        pairs.append((one, server.accept()[0]))
        one.sendall(bytes(100_000))
    return sum(len(other.recv(100_000, socket.MSG_WAITALL)) for _, other in pairs)
";

#[test]
fn what_sockets_hold_is_bounded_like_memory() {
    for kind in ["tcp", "udp"] {
        let tests = format!(
            "import time\n\nfrom subject import fill\n\n\ndef test_fill():\n    total, keep = fill('{kind}', 400)\n    print(total, len(keep))\n    time.sleep(20)\n    assert total > 0\n"
        );
        let mut job = job(&format!("fills-{kind}"), SENDING, tests);
        job.limits.memory_bytes = 128 << 20;
        job.limits.tests_ms = 30_000;

        let evidence = run(job);

        let told = (&evidence.termination, &evidence.output.stdout);
        assert_eq!(verdict(&evidence).reasons, vec![Reason::Memory], "{kind}: {told:?}");
    }
}

#[test]
fn sockets_that_are_read_are_no_matter() {
    let tests = "from subject import exchange\n\n\ndef test_exchange():\n    assert exchange(40) == 4_000_000\n";

    let evidence = run(job("exchanges", SENDING, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
}

/// Locks and leases of files, of the host's and of its own.
const LOCKING: &str = "\
import ctypes
import errno
import fcntl
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)


def locked(paths):
    found = []
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        for name, lock in {
            'module': lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB),
            'shared': lambda: fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB),
            'record': lambda: fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB),
            'lease': lambda: fcntl.fcntl(handle, 1024, fcntl.F_RDLCK),
            'watch': lambda: fcntl.fcntl(handle, 1026, 1),
        }.items():
            try:
                lock()
            except OSError:
                continue
            found.append((path, name))
        if libc.flock(handle, 2 | 4) == 0 or ctypes.get_errno() != errno.ENOSYS:
            found.append((path, 'call'))
        os.close(handle)
    return found


class Lock:
    lock = fcntl.flock

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.file = open(self.path, 'w')
        self.lock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self

    def __exit__(self, *_):
        fcntl.flock(self.file.fileno(), fcntl.LOCK_UN)
        self.file.close()


def host_files():
    return ['/usr/bin/env', '/usr/lib', os.__file__, sys.executable, '/etc/ld.so.cache', sys.prefix, '/dev/null', '/']
";
const LOCKING_TESTS: &str = "\
import fcntl
import multiprocessing
import subprocess
import sys

import pytest
from subject import Lock, host_files, locked


def test_host():
    assert locked(host_files()) == []


def test_own(tmp_path):
    path = tmp_path / 'lock'
    with Lock(path):
        with pytest.raises(BlockingIOError):
            Lock(path).__enter__()
    with Lock(path) as again:
        assert again.path == path


def tries(path, results):
    try:
        with Lock(path):
            results.put('free')
    except OSError:
        results.put('locked')


def test_other_process(tmp_path):
    results = multiprocessing.Queue()
    with Lock(tmp_path / 'lock'):
        process = multiprocessing.Process(target=tries, args=(tmp_path / 'lock', results))
        process.start()
        assert results.get(timeout=10) == 'locked'
        process.join()


def test_program(tmp_path):
    lines = \"import fcntl, sys; fcntl.flock(open(sys.argv[1], 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)\"
    words = [sys.executable, '-c', lines, str(tmp_path / 'lock')]
    assert subprocess.run(words).returncode == 0
    with Lock(tmp_path / 'lock'):
        assert subprocess.run(words, stderr=subprocess.DEVNULL).returncode == 1


def test_shared(tmp_path):
    path = tmp_path / 'lock'
    path.touch()
    with open(path) as one, open(path) as other, open(path, 'w') as third:
        fcntl.flock(one, fcntl.LOCK_SH)
        fcntl.flock(other, fcntl.LOCK_SH)
        with pytest.raises(BlockingIOError):
            fcntl.flock(third, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_any_mode(tmp_path):
    path = tmp_path / 'lock'
    path.touch()
    with open(path) as one, open(path, 'w') as other:
        fcntl.flock(one, fcntl.LOCK_SH)
        fcntl.flock(one, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(one, fcntl.LOCK_UN)
        fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        with pytest.raises(BlockingIOError):
            fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with open(path) as last:
        fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with pytest.raises(OSError) as refused:
        fcntl.flock(99, fcntl.LOCK_UN)
    assert refused.value.errno == 9
";

#[test]
fn files_of_the_host_cannot_be_locked_and_those_of_the_box_can() {
    let evidence = run(job("locks", LOCKING, LOCKING_TESTS));

    let told: Vec<_> = evidence.tests.cases.iter().map(|case| &case.message).collect();
    assert_eq!((evidence.tests.passed, evidence.tests.failed), (6, 0), "{told:#?}");
}
