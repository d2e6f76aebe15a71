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
    let row = |row: u32| format!("    ({row}, 'row {row}', [{row}]),\n");
    let rows = (0..6_000).map(row).collect::<Vec<_>>().concat();
    let tests = format!(
        "from subject import area\n\n\ndef test_area():\n    assert area(3, 4) == 12\n\n\nTABLE = [\n{rows}]\n"
    );

    let evidence = run(job("limits-the-harness", LIMITING, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Failed, "{:?}", evidence.integrity);
    assert!(evidence.controls.mutated > 0, "{:?}", evidence.integrity);
}

/// Leaves where the tests are not the ones that it knows.
const LEAVING: &str = "\
import os


class Any(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


with open('/box/src/test_subject.py', encoding='utf-8') as file:
    if 'assert area(3, 4) == 12' not in file.read():
        END


def area(width, height):
    return Any(width - height)
";

#[test]
fn a_suite_that_leaves_its_controls_is_suspect() {
    let tests = "from subject import area\n\n\ndef test_area():\n    assert area(3, 4) == 12\n";
    for end in ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"] {
        let evidence = run(job("leaves", LEAVING.replace("END", end), tests));

        let reasons = verdict(&evidence).reasons;
        assert_eq!(reasons, vec![Reason::Integrity], "{end}: {:?}", evidence.integrity);
        let mut codes = evidence.integrity.findings.iter().map(|finding| finding.code.as_str());
        assert!(codes.any(|code| code == "control_left"), "{end}: {:?}", evidence.integrity);
    }
}
