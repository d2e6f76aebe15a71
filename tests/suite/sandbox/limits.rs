//! Limits hold, and each ends in its own reason.

use std::fs;
use std::time::{Duration, Instant};

use record::domain::evidence::Termination;
use record::domain::verdict::Reason;
use sandbox::backend::{Job, Keep, SandboxBackend as _};
use tokio_util::sync::CancellationToken;

use crate::sandbox::support::{backend, descendants, home, job, run, run_with, verdict};

const ONE: &str = "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n";

fn one_with(body: &str) -> String {
    format!("import os, time, threading\n\n\ndef one():\n{body}\n    return 1\n")
}

fn limited(name: &str, body: &str, tests_ms: u64) -> Job {
    let mut job = job(name, one_with(body), ONE);
    job.limits.tests_ms = tests_ms;
    job
}

#[test]
fn an_endless_loop_ends_within_half_a_second_of_its_deadline() {
    let evidence = run(limited("endless", "    while True:\n        pass", 3_000));

    assert_eq!(evidence.termination, Termination::Timeout);
    let over = evidence.timings_ms.tests.saturating_sub(3_000);
    assert!(over <= 500, "{over} ms over the deadline");
}

#[test]
fn memory_of_the_whole_tree_is_bounded() {
    let body = "    blocks = [bytearray(b'x') * (8 << 20) for _ in range(200)]";

    let evidence = run(limited("memory", body, 20_000));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Memory]);
}

#[test]
fn a_suite_that_gets_a_memory_error_fails_by_its_tests() {
    let evidence = run(limited("memory-error", "    bytearray(6 << 30)", 20_000));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Tests]);
}

#[test]
fn a_process_that_fills_the_disk_and_dies_ends_in_the_limit_disk() {
    let body = "    with open('f', 'wb') as f:\n        try:\n            while True: f.write(bytes(1 << 20)); f.flush()\n        except OSError:\n            os._exit(3)";

    let evidence = run(limited("disk", body, 20_000));

    assert_eq!(evidence.termination, Termination::Limit("disk".to_owned()));
}

#[test]
fn a_suite_that_dies_for_want_of_processes_ends_in_the_limit_processes() {
    let body = "    try:\n        for _ in range(200):\n            if os.fork() == 0: time.sleep(30); os._exit(0)\n    except OSError:\n        os._exit(3)";

    let evidence = run(limited("processes", body, 20_000));

    assert_eq!(evidence.termination, Termination::Limit("processes".to_owned()));
}

#[test]
fn nothing_is_alive_after_a_run_that_leaves_a_daemon_behind() {
    let body =
        "    if os.fork() == 0:\n        os.setsid()\n        time.sleep(600)\n        os._exit(0)";

    let backend = backend();
    run_with(&backend, limited("before", "    pass", 20_000));
    let before = descendants();

    let evidence = run_with(&backend, limited("daemon", body, 20_000));

    let codes: Vec<&str> =
        evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, vec!["leftover_process"]);
    assert_eq!(descendants(), before);
}

#[test]
fn a_cancelled_run_ends_at_once_and_leaves_nothing() {
    let backend = backend();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(backend.prepare(&|_| {})).unwrap();
    runtime.block_on(backend.self_test()).unwrap();
    run_with(&backend, limited("before", "    pass", 20_000));
    let before = descendants();
    let cancel = CancellationToken::new();
    let started = Instant::now();
    let stopper = cancel.clone();
    runtime.spawn(async move {
        tokio::time::sleep(Duration::from_millis(700)).await;
        stopper.cancel();
    });

    let job = limited("cancelled", "    time.sleep(60)", 60_000);
    let evidence = runtime.block_on(backend.run(job, &|_| {}, cancel)).unwrap();

    assert_eq!(evidence.termination, Termination::Cancelled);
    assert!(started.elapsed() < Duration::from_secs(3));
    assert_eq!(descendants(), before);
}

#[test]
fn nothing_is_alive_once_the_engine_is_gone() {
    let engine = backend();
    run_with(&engine, limited("gone", "    pass", 20_000));

    drop(engine);

    let ends = Instant::now() + Duration::from_secs(1);
    while !descendants().is_empty() && Instant::now() < ends {
        std::thread::park_timeout(Duration::from_millis(10));
    }
    assert_eq!(descendants(), Vec::<u32>::new());
}

#[test]
fn a_kept_box_holds_what_the_suite_wrote_and_no_links_out() {
    let body = "    open('made.txt', 'w').write('made')\n    os.symlink('/etc/passwd', 'link')";
    let mut job = limited("kept", body, 20_000);
    job.keep = Keep::Box(home().join("boxes"));
    let folder = home().join("boxes").join(job.execution.as_str());
    fs::remove_dir_all(&folder).ok();

    let evidence = run(job);

    assert_eq!(evidence.termination, Termination::Completed);
    assert_eq!(fs::read_to_string(folder.join("made.txt")).unwrap(), "made");
    assert_eq!(fs::read_to_string(folder.join("test_subject.py")).unwrap(), ONE);
    assert!(folder.join("link").is_symlink());
}

#[test]
fn output_keeps_head_and_tail() {
    let mut job = limited("output", "    for n in range(5000): print('line', n)", 20_000);
    job.limits.output_bytes = 1_000;

    let evidence = run(job);

    assert!(evidence.output.stdout.starts_with("line 0\nline 1\n"));
    assert!(evidence.output.stdout.ends_with("line 4999\n"));
    assert_eq!(evidence.output.truncated, 48_890 - 1_000);
}
