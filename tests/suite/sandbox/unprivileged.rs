//! The same sandbox without any privilege.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use record::domain::verdict::{Reason, VerdictWord};
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;

use crate::sandbox::cases::check;
use crate::sandbox::support::{backend, is_without, job, job_of, run_with, verdict};
use crate::sandbox::written;

/// The user that the suite becomes where it runs as root.
const NOBODY: u32 = 65_534;
/// Tells the inner run where its programs and home are.
const FOLDER: &str = "SARAPHINA_TEST_FOLDER";
/// Cases whose walls differ most between root and a user namespace.
const CASES: [&str; 13] = [
    "ctl_plain_fail",
    "ctl_asyncio_socketpair",
    "esc_clone3_userns",
    "esc_delete_cwd",
    "esc_env_secret",
    "esc_kill_parent",
    "esc_mount",
    "esc_proc_parent_fd",
    "esc_ptrace_parent",
    "res_forkbomb",
    "res_inode_flood",
    "res_memory_hog_children",
    "res_thread_bomb",
];

/// Holds more than the limit in files that no process maps, where counting what processes map would not see it.
const HOARD: &str = "import os


def add(a, b):
    held = [os.memfd_create(str(number)) for number in range(20)]
    for file in held:
        for _ in range(60):
            os.write(file, bytes(1 << 20))
    return a + b
";

#[test]
fn an_unprivileged_user_gets_the_same_walls() {
    as_nobody("walls", prove, "sandbox::unprivileged::inner_walls_hold_for_nobody");
}

#[test]
fn hostile_programs_meet_the_same_walls_as_an_unprivileged_user() {
    as_nobody("hostile", try_all, "sandbox::unprivileged::inner_hostile_programs_meet_walls");
}

#[test]
#[ignore = "started by a test above as another user"]
fn inner_walls_hold_for_nobody() {
    prove(&inner_backend());
}

#[test]
#[ignore = "started by a test above as another user"]
fn inner_hostile_programs_meet_walls() {
    try_all(&inner_backend());
}

/// Does it as this user where that has no privilege, else in another process as a user who has none.
fn as_nobody(name: &str, proof: fn(&LinuxBackend), inner: &str) {
    if is_without("user-namespaces") {
        return;
    }
    if !nix::unistd::Uid::effective().is_root() {
        return proof(&backend());
    }
    let folder = prepare_folder(name);
    let status = rerun(&folder, inner);

    assert!(status, "the run as nobody failed; its words are above");
}

fn inner_backend() -> LinuxBackend {
    #[expect(
        clippy::disallowed_methods,
        reason = "the outer test tells this one where it may work"
    )]
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    LinuxBackend::new(Config {
        executable: folder.join("saraphina"),
        home: home_beside(&folder),
        python: None,
        linter: Linter::Pylint,
    })
}

fn home_beside(folder: &Path) -> PathBuf {
    folder.with_file_name("home")
}

fn try_all(backend: &LinuxBackend) {
    for case in CASES {
        check(backend, "hostile", case);
    }
}

fn prove(backend: &LinuxBackend) {
    let code = "def add(a, b):\n    return a + b\n";
    let tests = "from subject import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";
    let good = run_with(backend, job("unprivileged-good", code, tests));
    assert_eq!(verdict(&good).word, VerdictWord::Passed);
    assert_eq!(good.guarantees.0["uid"], "the engine's, in a user namespace");

    // The second run of a backend is in a box of its fork server.
    let status = "def lines():\n    with open('/proc/self/status', encoding='ascii') as file:\n        return [line.split()[1] for line in file if line.startswith('Cap')]\n";
    let none = "from subject import lines\n\n\ndef test_none():\n    assert lines() == ['0000000000000000'] * 5\n";
    for fresh in [true, false] {
        let mut asked = job("unprivileged-rights", status, none);
        asked.fresh = fresh;
        let asked = run_with(backend, asked);
        assert_eq!(verdict(&asked).word, VerdictWord::Passed, "{:?}", asked.tests);
    }

    // A layer over the files needs rights of a user namespace only.
    for fresh in [true, false] {
        let mut asked =
            job_of("unprivileged-written", written::project(written::CODE, written::WRITES));
        asked.fresh = fresh;
        let wrote = run_with(backend, asked);
        assert_eq!(verdict(&wrote).word, VerdictWord::Passed, "{:?}", wrote.tests);
        assert!(wrote.integrity.findings.iter().any(|one| one.code == "files_written"));
    }

    let hog = "def add(a, b):\n    hold = [bytearray(b'x') * (8 << 20) for _ in range(200)]\n    return a + b\n";
    let over = run_with(backend, job("unprivileged-memory", hog, tests));
    assert_eq!(verdict(&over).reasons, vec![Reason::Memory]);

    let hoard = job("unprivileged-hoard", HOARD, tests);
    let hoarded = run_with(backend, hoard);
    assert_eq!(verdict(&hoarded).reasons, vec![Reason::Tests], "memory outside of any process");
}

/// A folder outside of any private one, with copies of both programs, that nobody owns; the home beside it is shared.
fn prepare_folder(name: &str) -> PathBuf {
    let shared = Path::new("/tmp").join("saraphina-test-nobody");
    let folder = shared.join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(shared.join("home")).unwrap();
    for (source, name) in [
        (PathBuf::from(env!("CARGO_BIN_EXE_saraphina")), "saraphina"),
        (std::env::current_exe().unwrap(), "suite"),
    ] {
        let target = folder.join(name);
        fs::remove_file(&target).ok();
        fs::copy(source, &target).unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).unwrap();
    }
    for path in [folder.clone(), shared.join("home"), shared] {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    folder
}

#[expect(clippy::disallowed_methods, reason = "the test starts itself as another user")]
fn rerun(folder: &Path, test: &str) -> bool {
    Command::new(folder.join("suite"))
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env("OPENAI_API_KEY", "sk-canary")
        .env("HOME", home_beside(folder))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .current_dir(folder)
        .uid(NOBODY)
        .gid(NOBODY)
        .status()
        .unwrap()
        .success()
}
