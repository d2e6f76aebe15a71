//! Candidates that attack whoever tries them.

use std::time::{Duration, Instant};

use record::domain::patch::Patch;
use record::domain::probe::{Answer, Ending, Question, Tried};
use record::domain::source::Source;
use sandbox::backend::SandboxBackend as _;
use sandbox::error::SandboxError;
use tokio_util::sync::CancellationToken;

use crate::sandbox::probing::{every, outcomes, pair, probe, swap, traced, tried};
use crate::sandbox::support::{backend, descendants, prepare, runtime};

const CODE: &str =
    "import os\nimport signal\nimport sys\n\n\ndef grow(number):\n    return number\n";
const TESTS: &str = "from subject import grow\n\n\ndef test_grow():\n    assert grow(1) == 2\n\n\ndef test_more():\n    assert grow(5) == 6\n";

fn source() -> Source {
    pair(CODE, TESTS)
}

fn body(text: &str) -> Patch {
    swap(&source(), "return number", text)
}

/// One that fixes, behind each of these.
fn among(bodies: &[&str]) -> Vec<Tried> {
    let fixes = || body("return number + 1");
    let candidates = bodies.iter().flat_map(|text| [body(text), fixes()]).collect();
    tried(source(), candidates)
}

/// Whether every second candidate, the one that fixes, is seen to fix.
fn assert_fixes_are_seen(tried: &[Tried], bodies: usize) {
    let seen: Vec<_> = outcomes(tried).into_iter().skip(1).step_by(2).collect();
    assert_eq!(seen, vec![(Ending::Done, vec![0, 1]); bodies], "{tried:?}");
}

#[test]
fn one_that_kills_its_process_takes_no_other_with_it() {
    let bodies = [
        "os._exit(0)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "import ctypes\n    ctypes.string_at(0)",
        "os.kill(0, signal.SIGKILL)",
        "sys.exit(0)",
        "raise KeyboardInterrupt",
    ];

    let tried = among(&bodies);

    let endings: Vec<Ending> = tried.iter().map(|tried| tried.ending).step_by(2).collect();
    let expected = [[Ending::Died; 4].as_slice(), &[Ending::Done; 2]].concat();
    assert_eq!(endings, expected);
    assert_fixes_are_seen(&tried, bodies.len());
}

#[test]
fn one_that_kills_the_harness_costs_one_box() {
    let bodies = ["os.kill(os.getppid(), signal.SIGKILL)", "os.kill(-1, signal.SIGKILL)"];

    let tried = among(&bodies);

    let endings: Vec<Ending> = tried.iter().map(|tried| tried.ending).step_by(2).collect();
    assert_eq!(endings, [Ending::Died; 2]);
    assert_fixes_are_seen(&tried, bodies.len());
}

#[test]
fn one_that_forks_or_takes_all_memory_takes_no_other_with_it() {
    let bodies = [
        "[os.fork() for _ in range(40)]",
        "os.fork() or [0 for _ in iter(int, 1)]",
        "return bytearray(10 << 30)",
        "return len([bytearray(1 << 20) for _ in range(10 << 10)])",
        "open('/tmp/full', 'wb').write(bytes(200 << 20))",
    ];

    let tried = among(&bodies);

    assert_fixes_are_seen(&tried, bodies.len());
    assert_eq!(tried[4].ending, Ending::Died);
}

#[test]
fn frames_forged_on_every_descriptor_are_not_heard() {
    let forged = r#"P{\"t\": \"found\", \"index\": 0}"#;
    let text = format!(
        "for handle in range(300):\n        for frame in (b'{forged}', b'P{{\"t\": \"done\"}}'):\n            try:\n                os.write(handle, frame)\n            except OSError:\n                pass"
    );
    let fd = "for name in os.listdir(f'/proc/{os.getppid()}/fd'):\n        os.write(os.open(f'/proc/{os.getppid()}/fd/{name}', os.O_WRONLY), b'P{}')";

    let tried = among(&[&text, fd]);

    let forgers: Vec<_> = outcomes(&tried).into_iter().step_by(2).collect();
    assert_eq!(forgers, vec![(Ending::Done, vec![]); 2]);
    assert_fixes_are_seen(&tried, 2);
}

#[test]
fn one_that_patches_its_runner_changes_nothing_for_later_processes() {
    let patched = "import gc, mmap\n    for name, module in list(sys.modules.items()):\n        if name.startswith('_saraphina_probe'):\n            module.run = lambda *_: None\n            for item in gc.get_referrers(mmap.mmap):\n                if isinstance(item, mmap.mmap):\n                    item[:] = b'\\1' * len(item)\n    sys.modules['_saraphina_probe_trial'].Slots.finish = lambda *_: None";
    let fails = body("return number - 1");
    let mut candidates = vec![body(patched)];
    candidates.extend(std::iter::repeat_n(fails, 240));

    let tried = tried(source(), candidates);

    assert_eq!(tried.len(), 241);
    let later = outcomes(tried.get(200..).unwrap());
    assert_eq!(later, vec![(Ending::Done, vec![]); 41]);
}

#[test]
fn what_a_complaint_says_is_bounded() {
    let long = "raise ValueError('x' * 1_000_000)";
    let hostile = "class Odd(Exception):\n        def __str__(self):\n            while True:\n                pass\n    raise Odd";
    let named = "raise type('N' * 1_000_000, (Exception,), {})('é' * 1000)";

    let tried = among(&[long, hostile, named]);

    let message = |place: usize| tried[place].complaint.as_ref().unwrap().message.chars().count();
    assert_eq!((message(0), message(4)), (300, 300));
    assert_eq!(tried[2].ending, Ending::TimedOut);
    assert_fixes_are_seen(&tried, 3);
}

#[test]
fn a_trace_of_hostile_tests_ends() {
    let tests = "import os\nimport signal\nfrom subject import grow\n\n\ndef test_exits():\n    os._exit(0)\n\n\ndef test_kills():\n    os.kill(os.getpid(), signal.SIGKILL)\n\n\ndef test_grow():\n    assert grow(1) == 1\n";

    let traced = traced(pair(CODE, tests));

    let failed: Vec<bool> = traced.cases.iter().map(|case| case.complaint.is_some()).collect();
    assert_eq!(failed, [true, true, false]);
}

#[test]
fn what_was_tried_before_the_time_was_over_counts() {
    let stops = "os.kill(os.getppid(), signal.SIGSTOP)\n    os.kill(os.getpid(), signal.SIGSTOP)";
    let mut candidates = vec![body("return number + 1"); 100];
    candidates.push(body(stops));
    let mut asked = probe(source(), Question::Try(every(candidates)));
    asked.limits.tests_ms = 3_000;
    let backend = backend();
    let runtime = runtime();
    prepare(&backend, &runtime);
    runtime.block_on(backend.self_test()).unwrap();
    let started = Instant::now();

    let answer = runtime.block_on(backend.probe(asked, None, CancellationToken::new())).unwrap();

    let Answer::Tried(tried) = answer else { panic!("{answer:?}") };
    assert_eq!(outcomes(&tried), vec![(Ending::Done, vec![0, 1]); 100]);
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
}

#[test]
fn a_cancelled_probe_ends_at_once_and_leaves_nothing() {
    let backend = backend();
    let runtime = runtime();
    prepare(&backend, &runtime);
    runtime.block_on(backend.self_test()).unwrap();
    let before = descendants();
    let cancel = CancellationToken::new();
    let candidates = vec![body("import time\n    time.sleep(60)"); 300];
    let asked = probe(source(), Question::Try(every(candidates)));
    let started = Instant::now();
    let stopper = cancel.clone();
    runtime.spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stopper.cancel();
    });

    let answer = runtime.block_on(backend.probe(asked, None, cancel));

    assert!(matches!(answer, Err(SandboxError::Cancelled)), "{answer:?}");
    assert!(started.elapsed() < Duration::from_secs(3));
    assert_eq!(descendants(), before);
}
