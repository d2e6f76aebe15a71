//! A suite cannot touch the harness that it runs under.

use record::domain::evidence::Termination;
use record::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::support::{job, run, verdict};

/// Tries every way to signal, limit or slow down another process, on the parent and on the first process, then on a child.
const REACHING: &str = r#"
import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {"tkill": 200, "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "pidfd_send_signal": 424}
if os.uname().machine == "aarch64":
    NUMBERS = {"tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "pidfd_send_signal": 424}


def call(name, *words):
    if libc.syscall(NUMBERS[name], *words):
        raise OSError(ctypes.get_errno(), name)


def by_folder(target):
    handle = os.open(f"/proc/{target}", os.O_RDONLY | os.O_DIRECTORY)
    call("pidfd_send_signal", handle, 0, None, 0)


def by_owner(target):
    ours, theirs = socket.socketpair()
    fcntl.fcntl(ours, fcntl.F_SETOWN, target)


def by_request(target):
    ours, theirs = socket.socketpair()
    fcntl.ioctl(ours, 0x8901, struct.pack("i", target))


def limit(target):
    resource.prlimit(target, resource.RLIMIT_CORE, (0, 0))


def ways(target):
    return {
        "kill": lambda: os.kill(target, 0),
        "group": lambda: os.kill(-target, 0),
        "tkill": lambda: call("tkill", target, 0),
        "tgkill": lambda: call("tgkill", target, target, 0),
        "handle": lambda: os.pidfd_open(target),
        "folder": lambda: by_folder(target),
        "owner": lambda: by_owner(target),
        "request": lambda: by_request(target),
        "limit": lambda: limit(target),
        "affinity": lambda: os.sched_setaffinity(target, {0}),
        "scheduler": lambda: os.sched_setscheduler(target, os.SCHED_BATCH, os.sched_param(0)),
        "priority": lambda: os.setpriority(os.PRIO_PROCESS, target, 19),
        "join": lambda: os.setpgid(0, target),
    }


def open_to(target):
    found = []
    for name, way in ways(target).items():
        try:
            way()
        except OSError:
            continue
        found.append(name)
    return found


def everybody():
    try:
        os.kill(-1, 0)
    except OSError:
        return []
    return ["everybody"]


def own():
    child = subprocess.Popen(["sleep", "30"])
    try:
        limit(child.pid)
        os.sched_setaffinity(child.pid, os.sched_getaffinity(0))
        os.setpriority(os.PRIO_PROCESS, child.pid, 1)
        os.kill(child.pid, signal.SIGTERM)
        return child.wait()
    finally:
        child.kill()
        child.wait()
"#;

#[test]
fn a_suite_reaches_no_process_but_its_own() {
    let tests = "\
import os
import resource
import signal

from subject import everybody, limit, open_to, own


def test_harness():
    assert open_to(os.getppid()) == []


def test_first_process():
    assert open_to(1) == []


def test_everybody():
    assert everybody() == []


def test_own_group():
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    os.killpg(0, signal.SIGUSR1)
    assert os.getpgrp() == os.getpid()


def test_own_process():
    limit(0)
    limit(os.getpid())
    assert own() == -15
";
    for fresh in [true, false] {
        let mut job = job("reaches", REACHING, tests);
        job.fresh = fresh;

        let evidence = run(job);

        let told: Vec<_> = evidence.tests.cases.iter().map(|case| &case.message).collect();
        assert_eq!((evidence.tests.passed, evidence.tests.failed), (5, 0), "{told:#?}");
        assert_eq!(evidence.termination, Termination::Completed);
    }
}

/// Equals everything, and limits the memory of its harness to what it has.
const LIMITING: &str = r#"
import os
import resource


class Any(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def limit():
    with open(f"/proc/{os.getppid()}/statm", encoding="ascii") as file:
        pages = int(file.read().split()[0])
    try:
        resource.prlimit(os.getppid(), resource.RLIMIT_AS, (pages * 4096, pages * 4096))
    except OSError:
        pass


limit()


def area(width, height):
    limit()
    return Any(width - height)
"#;

#[test]
fn controls_are_made_whatever_limits_a_suite_sets_itself() {
    let rows: String =
        (0..6_000).map(|row| format!("    ({row}, 'row {row}', [{row}]),\n")).collect();
    let tests = format!(
        "from subject import area\n\n\ndef test_area():\n    assert area(3, 4) == 12\n\n\nTABLE = [\n{rows}]\n"
    );

    let evidence = run(job("limits-the-harness", LIMITING, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Failed, "{:?}", evidence.integrity);
    assert!(evidence.controls.mutated > 0, "{:?}", evidence.integrity);
}

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
";
    let tests = "\
import pytest
from subject import answer, watch


@pytest.mark.parametrize('number', [467, 468, 470, 500, 1000, 0x40000027])
def test_unknown(number):
    assert answer(number) == 38


def test_watch():
    assert watch() == 1
";

    let evidence = run(job("unknown-calls", code, tests));

    let told: Vec<_> = evidence.tests.cases.iter().map(|case| &case.message).collect();
    assert_eq!((evidence.tests.passed, evidence.tests.failed), (7, 0), "{told:#?}");
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
        if libc.flock(handle, 2 | 4) == 0:
            found.append((path, 'call'))
        os.close(handle)
    return found


class Lock:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.file = open(self.path, 'w')
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
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


def test_shared(tmp_path):
    path = tmp_path / 'lock'
    path.touch()
    with open(path) as one, open(path) as other, open(path, 'w') as third:
        fcntl.flock(one, fcntl.LOCK_SH)
        fcntl.flock(other, fcntl.LOCK_SH)
        with pytest.raises(BlockingIOError):
            fcntl.flock(third, fcntl.LOCK_EX | fcntl.LOCK_NB)
";

#[test]
fn files_of_the_host_cannot_be_locked_and_those_of_the_box_can() {
    let evidence = run(job("locks", LOCKING, LOCKING_TESTS));

    let told: Vec<_> = evidence.tests.cases.iter().map(|case| &case.message).collect();
    assert_eq!((evidence.tests.passed, evidence.tests.failed), (4, 0), "{told:#?}");
}

/// Leaves where the tests are not the ones that it knows.
const LEAVING: &str = "\
import os
import zlib


class Any(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


with open('/box/src/test_subject.py', 'rb') as file:
    TEXT, _, SUM = file.read().rpartition(b'#')
if zlib.crc32(TEXT) != int(SUM or b'0'):
    END


def area(width, height):
    return Any(width - height)
";

#[test]
fn a_suite_that_leaves_its_controls_is_suspect() {
    let text = "from subject import area\n\n\ndef test_area():\n    assert area(3, 4) == 12\n\n\ndef test_big():\n    assert area(30, 40) == 1200\n";
    let tests = format!("{text}#{}", checksum(text.as_bytes()));
    for end in ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"] {
        let evidence = run(job("leaves", LEAVING.replace("END", end), tests.as_str()));

        let reasons = verdict(&evidence).reasons;
        assert_eq!(reasons, vec![Reason::Integrity], "{end}: {:?}", evidence.integrity);
        let mut codes = evidence.integrity.findings.iter().map(|finding| finding.code.as_str());
        assert!(codes.any(|code| code == "control_left"), "{end}: {:?}", evidence.integrity);
    }
}

/// The checksum that `zlib.crc32` gives.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}
