//! A box of a fork server shows what a fresh interpreter shows.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use record::domain::evidence::Evidence;
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::timings::Timings;
use record::domain::verdict::VerdictWord;
use sandbox::backend::{Job, SandboxBackend as _};
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::sandbox::cases::folder;
use crate::sandbox::item::{Item, ignore};
use crate::sandbox::support::{
    backend, descendants, file, home, job, job_of, quick, run_with, set_up, verdict,
};

const CODE: &str = "def double(n):\n    return 2 * n\n";
const TESTS: &str =
    "from subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n";
/// Forks until no more is allowed, and says how many there were.
const MANY: &str = "\
import os
import signal


def most():
    children = []
    try:
        while len(children) < 500:
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)
";
/// Items of each corpus in the gate; every one runs twice.
const ITEMS: usize = 8;

#[test]
fn warm_and_cold_give_identical_evidence() {
    let jobs = vec![
        job("agree-passed", CODE, TESTS),
        job("agree-failed", CODE.replace("2 * n", "n"), TESTS),
        job("agree-ended", CODE.replace("return", "import os; os._exit"), TESTS),
        job(
            "agree-processes",
            MANY,
            "from subject import most\n\n\ndef test_most():\n    print(most())\n",
        ),
    ];

    assert_eq!(differences(backend(), jobs), Vec::<(String, String)>::new());
}

#[test]
fn over_the_corpora_warm_and_cold_give_identical_evidence() {
    let jobs: Vec<Job> = ["humaneval", "mbpp", "exercism"]
        .iter()
        .flat_map(|name| spread(Item::load(&folder("corpus").join(format!("{name}.jsonl")))))
        .flat_map(|item| item.variants().into_iter().map(move |variant| item.job(variant)))
        .collect();
    assert!(jobs.len() >= 2 * ITEMS, "{} jobs", jobs.len());

    assert_eq!(differences(quick(), jobs), Vec::<(String, String)>::new());
}

/// Runs before a test, in one, in a thread and at import: a function, a generator, one that waits, one that returns.
const MIXED: &str = "\
import asyncio
import threading


def double(n):
    return [n, n]


def count(n):
    for number in range(n):
        yield number


async def wait(n):
    await asyncio.sleep(0)
    return {n: n}


def unused():
    return 1


FIRST = double(1)
";

#[test]
fn what_is_measured_is_the_same_whether_it_began_before_the_fork_or_after() {
    let tests = "import asyncio, threading\nimport subject\n\n\n\
                 def test_again():\n    assert subject.double(2) == [2, 2] and subject.FIRST == [1, 1]\n\n\n\
                 def test_first():\n    assert next(subject.count(2)) == 0\n\n\n\
                 def test_waits():\n    assert asyncio.run(subject.wait(1)) == {1: 1}\n\n\n\
                 def test_thread():\n    found = []\n    thread = threading.Thread(target=lambda: found.extend(subject.double(1)))\n    \
                 thread.start()\n    thread.join()\n    assert found == [1, 1]\n";
    let conftest = "import pytest\nimport subject\n\nlist(subject.count(3))\n\n\n\
                    @pytest.fixture(autouse=True)\ndef around():\n    subject.double(0)\n    yield\n";
    let plain =
        || vec![file("subject.py", Role::Code, MIXED), file("test_subject.py", Role::Test, tests)];
    let with_conftest = [plain(), vec![file("conftest.py", Role::Support, conftest)]].concat();
    let backend = quick();
    backend.lasts();
    let runtime = tokio::runtime::Runtime::new().unwrap();

    for number in 0..3 {
        for (name, files) in [("plain", plain()), ("conftest", with_conftest.clone())] {
            let job = job_of(&format!("{name}-{number}"), Source::new(files).unwrap());
            let job = Job { lines_by_test: true, ..job };

            let difference = runtime.block_on(compare(&backend, job));

            assert_eq!(difference, None, "{name}, run {number}");
        }
    }
}

fn spread(items: Vec<Item>) -> Vec<Item> {
    let step = (items.len() / ITEMS).max(1);
    items.into_iter().step_by(step).collect()
}

fn differences(backend: LinuxBackend, jobs: Vec<Job>) -> Vec<(String, String)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(compare_all(Arc::new(backend), jobs))
}

async fn compare_all(backend: Arc<LinuxBackend>, jobs: Vec<Job>) -> Vec<(String, String)> {
    backend.prepare(&ignore).await.unwrap();
    backend.lasts();
    backend.warm_up();
    let mut running = JoinSet::new();
    for job in jobs {
        let backend = Arc::clone(&backend);
        running.spawn(async move { compare(&backend, job).await });
    }
    running.join_all().await.into_iter().flatten().collect()
}

async fn compare(backend: &LinuxBackend, job: Job) -> Option<(String, String)> {
    let run = |fresh| {
        let job = Job { fresh, ..job.clone() };
        backend.run(job, &ignore, CancellationToken::new())
    };
    let (warm, cold) = (timeless(run(false).await.unwrap()), timeless(run(true).await.unwrap()));
    let (of_warm, of_cold): (BTreeSet<&str>, BTreeSet<&str>) =
        (warm.lines().collect(), cold.lines().collect());
    let only = |these: &BTreeSet<&str>, those: &BTreeSet<&str>| {
        these.difference(those).copied().collect::<Vec<_>>().join("\n")
    };
    (warm != cold).then(|| (only(&of_warm, &of_cold), only(&of_cold, &of_warm)))
}

/// The evidence without what no two runs share: times.
fn timeless(evidence: Evidence) -> String {
    let mut evidence = Evidence { timings_ms: Timings::default(), ..evidence };
    for case in &mut evidence.tests.cases {
        case.duration_ms = 0;
    }
    // pytest's own last line tells the seconds, where a suite has settings or a conftest and so pytest's own plug-ins.
    let seconds =
        evidence.output.stdout.rfind(" in ").filter(|_| evidence.output.stdout.contains("=== "));
    if let Some(at) = seconds {
        evidence.output.stdout.truncate(at);
    }
    serde_json::to_string_pretty(&evidence).unwrap()
}

#[test]
fn files_named_like_the_sample_of_a_rehearsal_are_run_as_they_are() {
    let files = vec![
        file("rehearsed.py", Role::Code, "def double(n):\n    return n\n"),
        file(
            "test_rehearsed.py",
            Role::Test,
            "from rehearsed import double\n\n\ndef test_own():\n    assert double(2) == 4\n",
        ),
    ];
    let source = Source::new(files).unwrap();
    let backend = quick();
    backend.lasts();

    for number in 0..12 {
        let evidence =
            run_with(&backend, job_of(&format!("like-a-sample-{number}"), source.clone()));

        let ids: Vec<&str> = evidence.tests.cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids, ["test_rehearsed.py::test_own"], "run {number}");
        assert_eq!(verdict(&evidence).word, VerdictWord::Failed, "run {number}");
    }
}

#[test]
fn a_run_whose_fork_server_died_is_carried_out_all_the_same() {
    let backend = backend();
    backend.lasts();
    run_with(&backend, job("before-death", CODE, TESTS));
    let servers = servers();
    assert!(!servers.is_empty());

    for server in &servers {
        let killed = kill(Pid::from_raw(i32::try_from(*server).unwrap()), Signal::SIGKILL);
        // A worker of a box looks like its server, and may have ended by itself.
        assert!(matches!(killed, Ok(()) | Err(Errno::ESRCH)), "{killed:?}");
    }
    for number in 0..3 {
        let evidence = run_with(&backend, job(&format!("after-death-{number}"), CODE, TESTS));

        let word = verdict(&evidence).word;
        assert_eq!(word, VerdictWord::Passed, "{:?} {:?}", evidence.termination, evidence.lint);
    }
}

#[test]
fn a_toolchain_that_changes_between_two_runs_is_noticed() {
    set_up();
    let folder = tempfile::tempdir().unwrap();
    let tools = folder.path().join("toolchain");
    copy(&home().join("toolchain"), &tools);
    fs::remove_file(tools.join("current.json")).unwrap();
    let backend = LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: folder.path().to_path_buf(),
        python: None,
        linter: Linter::Pylint,
    });
    run_with(&backend, job("before-upgrade", CODE, TESTS));
    let before = servers();

    // A home may keep toolchains of earlier programs beside the one in use.
    let current = fs::read(tools.join("current.json")).unwrap();
    let current: serde_json::Value = serde_json::from_slice(&current).unwrap();
    let key = current["toolchain"]["key"].as_str().unwrap();
    let mark = tools.join(key).join("saraphina-ready");
    let mark = File::options().write(true).open(mark).unwrap();
    mark.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    let evidence = run_with(&backend, job("after-upgrade", CODE, TESTS));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    let after = servers();
    assert!(!after.is_empty() && before.iter().all(|server| !after.contains(server)));
}

/// Process ids of the fork servers below this process, boxes not counted.
fn servers() -> Vec<u32> {
    let says = |process: &u32, word: &str| {
        let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(word)
    };
    let mut found: Vec<u32> =
        descendants().into_iter().filter(|process| says(process, "/saraphina/server.py")).collect();
    found.sort_unstable();
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in from.read_dir().unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&source, &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(source).unwrap(), target).unwrap();
        } else {
            fs::copy(source, target).unwrap();
        }
    }
}
