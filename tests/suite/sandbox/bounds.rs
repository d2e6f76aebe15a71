//! Limits against trees, floods and signals.

use record::domain::evidence::{Evidence, Termination};
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::Job;

use crate::sandbox::support::{backend, descendants, job, run_with, verdict};

/// Wall time of what runs into it, in milliseconds.
const SHORT_MS: u64 = 3_000;
/// Most that a run may take over its deadline, in milliseconds.
const OVER_MS: u64 = 500;

const TESTS: &str = "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n";

/// A suite of one test that calls a function with this body.
fn body(name: &str, lines: &[&str], tests_ms: u64) -> Job {
    let mut code =
        "import os, signal, subprocess, sys, threading, time\n\n\ndef one():\n".to_owned();
    for line in lines {
        for part in ["    ", line, "\n"] {
            code.push_str(part);
        }
    }
    code.push_str("    return 1\n");
    let mut job = job(name, code, TESTS);
    job.limits.tests_ms = tests_ms;
    job
}

fn codes(evidence: &Evidence) -> Vec<&str> {
    evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// Runs a job in an engine that has its fork servers already, and looks for what is left.
fn run(job: Job) -> Evidence {
    let backend = backend();
    run_with(&backend, body("before", &["pass"], 20_000));
    let before = descendants();

    let evidence = run_with(&backend, job);

    assert_eq!(descendants(), before);
    evidence
}

/// Ends by the wall time, on time, with nothing left.
fn assert_timeout(job: Job) -> Evidence {
    let evidence = run(job);

    assert_eq!(evidence.termination, Termination::Timeout);
    // The test that took all the time has failed too, where it can be told which.
    let reasons = verdict(&evidence).reasons;
    assert_eq!(reasons.first(), Some(&Reason::Timeout));
    assert!(reasons.iter().skip(1).all(|reason| *reason == Reason::Tests), "{reasons:?}");
    let over = evidence.timings_ms.tests.saturating_sub(SHORT_MS);
    assert!(over <= OVER_MS, "{over} ms over the deadline");
    evidence
}

/// Six children, each far below the limit, together far over it; each is told apart by how it ended.
const HUNGRY: [&str; 7] = [
    "children = []",
    "for _ in range(6):",
    "    children.append(os.fork())",
    "    if children[-1] == 0:",
    "        block = bytearray(b'x') * (220 << 20); time.sleep(1); os._exit(0)",
    "ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]",
    "killed = [-end for end in ends if end < 0]",
];

#[test]
fn children_that_are_small_alone_and_too_large_together_end_in_the_reason_memory() {
    let lines = [HUNGRY.as_slice(), &["if killed: os.kill(os.getpid(), killed[0])"]].concat();

    let evidence = run(body("hungry-tree", &lines, 20_000));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Memory]);
    assert!(codes(&evidence).contains(&"memory_limit"), "{:?}", codes(&evidence));
}

#[test]
fn a_suite_that_passes_over_children_killed_for_want_of_memory_fails() {
    let lines = [HUNGRY.as_slice(), &["assert killed"]].concat();

    let evidence = run(body("hungry-children", &lines, 20_000));

    assert_eq!((evidence.tests.passed, evidence.tests.failed), (1, 0));
    assert_eq!(verdict(&evidence).reasons, vec![Reason::Memory]);
    assert!(codes(&evidence).contains(&"memory_limit"), "{:?}", codes(&evidence));
}

#[test]
fn a_fork_bomb_ends_at_its_deadline_and_leaves_nothing() {
    let bomb = ["while True:", "    try: os.fork()", "    except OSError: pass"];

    let evidence = assert_timeout(body("bomb", &bomb, SHORT_MS));

    assert!(codes(&evidence).contains(&"process_limit"), "{:?}", codes(&evidence));
}

#[test]
fn busy_threads_and_processes_end_at_their_deadline() {
    let busy = [
        "def spin():",
        "    while True: pass",
        "for _ in range(8):",
        "    if os.fork() == 0: spin()",
        "for _ in range(16): threading.Thread(target=spin).start()",
        "spin()",
    ];

    assert_timeout(body("busy", &busy, SHORT_MS));
}

#[test]
fn a_suite_that_stops_itself_ends_at_its_deadline() {
    assert_timeout(body("stopped", &["os.kill(os.getpid(), signal.SIGSTOP)"], SHORT_MS));
}

#[test]
fn a_suite_that_stops_the_harness_is_not_believed() {
    let evidence = run(body("stops-harness", &["os.kill(os.getppid(), signal.SIGSTOP)"], SHORT_MS));

    assert_ne!(verdict(&evidence).word, VerdictWord::Passed);
    assert!(evidence.timings_ms.tests <= SHORT_MS + OVER_MS);
}

#[test]
fn a_suite_that_ignores_every_signal_it_can_ends_at_its_deadline() {
    let deaf = [
        "for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:",
        "    signal.signal(number, signal.SIG_IGN)",
        "while True: time.sleep(1)",
    ];

    assert_timeout(body("deaf", &deaf, SHORT_MS));
}

#[test]
fn a_double_forked_daemon_that_holds_the_output_open_delays_nothing() {
    let daemon = [
        "if os.fork() == 0:",
        "    os.setsid()",
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "    if os.fork(): os._exit(0)",
        "    time.sleep(600); os._exit(0)",
        "print('before')",
    ];

    let evidence = run(body("holds-output", &daemon, 60_000));

    assert_eq!(evidence.termination, Termination::Completed);
    assert_eq!(evidence.tests.passed, 1);
    assert!(codes(&evidence).contains(&"leftover_process"), "{:?}", codes(&evidence));
    assert!(evidence.timings_ms.tests < 30_000, "{} ms", evidence.timings_ms.tests);
    assert!(evidence.output.stdout.contains("before"));
}

#[test]
fn a_suite_that_fills_the_inodes_and_dies_ends_in_the_limit_disk() {
    let files = [
        "try:",
        "    for number in range(20000): open(str(number), 'w').close()",
        "except OSError: os._exit(3)",
    ];

    let evidence = run(body("inodes", &files, 30_000));

    assert_eq!(evidence.termination, Termination::Limit("disk".to_owned()));
    assert_eq!(verdict(&evidence).reasons, vec![Reason::Limit]);
}

#[test]
fn evidence_is_whole_where_the_suite_left_the_disk_full() {
    let full = [
        "try:",
        "    with open('f', 'wb', buffering=0) as file:",
        "        while True: file.write(bytes(1 << 20))",
        "except OSError: pass",
        "try:",
        "    for number in range(20000): open('/tmp/' + str(number), 'w').close()",
        "except OSError: pass",
    ];

    let evidence = run(body("full-disk", &full, 30_000));

    assert_eq!(evidence.termination, Termination::Completed);
    assert_eq!((evidence.tests.collected, evidence.tests.passed), (1, 1));
    assert!(evidence.coverage.is_some());
}

#[test]
fn memory_that_no_process_maps_cannot_be_made() {
    let tries = [
        "import ctypes, errno",
        "libc = ctypes.CDLL(None, use_errno=True)",
        "told = []",
        "for call in (lambda: libc.memfd_create(b'x', 0), lambda: libc.shmget(0, 4096, 0o1600)):",
        "    told.append((call(), errno.errorcode.get(ctypes.get_errno())))",
        "assert told == [(-1, 'ENOSYS')] * 2, told",
    ];

    let evidence = run(body("unmapped", &tries, 20_000));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests.cases);
}

#[test]
fn a_box_without_room_ends_in_an_outcome_that_says_so() {
    let mut cramped = body("cramped", &["open('f', 'w').write('x' * 100_000)"], 20_000);
    cramped.limits.disk_bytes = 4_096;

    let evidence = run(cramped);

    assert_eq!(evidence.termination, Termination::Completed);
    assert_eq!(verdict(&evidence).reasons, vec![Reason::Tests]);
    let message = &evidence.tests.cases[0].message;
    assert!(message.contains("OSError"), "{message}");
}

#[test]
fn a_suite_that_opens_file_after_file_is_refused_and_says_why() {
    let evidence =
        run(body("handles", &["held = [open('/dev/null') for _ in range(10000)]"], 20_000));

    assert_eq!(evidence.termination, Termination::Completed);
    assert_eq!(verdict(&evidence).reasons, vec![Reason::Tests]);
    let message = &evidence.tests.cases[0].message;
    assert!(message.contains("Too many open files"), "{message}");
}

#[test]
fn an_endless_flood_on_both_streams_is_kept_within_its_bound_and_counted() {
    let flood =
        ["while True:", "    os.write(1, b'out ' * 4096)", "    os.write(2, b'err ' * 4096)"];
    let mut job = body("flood", &flood, SHORT_MS);
    job.limits.output_bytes = 10_000;

    let evidence = assert_timeout(job);

    let output = &evidence.output;
    assert!(output.stdout.starts_with("out out ") && output.stdout.ends_with("out "));
    assert!(output.stderr.starts_with("err err ") && output.stderr.ends_with("err "));
    assert!(output.stdout.len() < 10_100 && output.stderr.len() < 10_100);
    assert!(output.truncated > 1 << 20, "{}", output.truncated);
    assert!(codes(&evidence).contains(&"output_truncated"));
}

/// The 32-bit call of `getpid`, which a filter for 64-bit calls alone would not see for what it is.
#[cfg(target_arch = "x86_64")]
#[test]
fn calls_of_another_architecture_end_the_suite() {
    let foreign = [
        "import ctypes, mmap",
        "page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
        "page.write(b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3')",
        "address = ctypes.addressof(ctypes.c_char.from_buffer(page))",
        "ctypes.CFUNCTYPE(ctypes.c_int)(address)()",
    ];

    let evidence = run(body("foreign", &foreign, 20_000));

    assert_eq!(
        evidence.termination,
        Termination::EarlyExit(
            "the suite was ended by signal 31 before its session was over".to_owned()
        )
    );
}

#[test]
fn what_hangs_in_an_exit_handler_or_a_thread_is_not_waited_for() {
    let lines = ["threading.Thread(target=time.sleep, args=(600,)).start()"];

    let evidence = run(body("hangs-at-exit", &lines, 60_000));

    assert_eq!(evidence.tests.passed, 1);
    assert!(codes(&evidence).contains(&"lingering_thread"), "{:?}", codes(&evidence));
    assert!(evidence.timings_ms.tests < 30_000, "{} ms", evidence.timings_ms.tests);
}
