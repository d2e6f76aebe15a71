//! Kernels and containers that lack a layer, played by a filter that answers some system calls with an error.

use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use nix::libc;
use nix::sys::prctl::set_no_new_privs;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};
use serde_json::{Value, json};

use crate::docs::readme::home_with_toolchain;
use crate::surfaces::process::{Finished, Home};

const CODE: &str = "def one():\n    return 1\n";
const TESTS: &str = "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n";
const LANDLOCK: [libc::c_long; 3] = [
    libc::SYS_landlock_create_ruleset,
    libc::SYS_landlock_add_rule,
    libc::SYS_landlock_restrict_self,
];

/// A system call, and the value of its first argument with which it fails; with any where there is none.
type Call = (libc::c_long, Option<u64>);

/// Runs the program where these calls fail with this error, in it and in all that it starts.
fn run_where(home: &Home, calls: &[Call], error: i32, words: &[&str]) -> Finished {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for (call, first) in calls {
        let condition = first.map(|first| {
            let is_it = SeccompCmpOp::Eq;
            SeccompCondition::new(0, SeccompCmpArgLen::Dword, is_it, first).unwrap()
        });
        let rule = condition.map(|condition| SeccompRule::new(vec![condition]).unwrap());
        rules.entry(*call).or_default().extend(rule);
    }
    let answer = SeccompAction::Errno(error.unsigned_abs());
    let arch = ARCH.try_into().unwrap();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, answer, arch).unwrap();
    let filter = BpfProgram::try_from(filter).unwrap();
    let work = || {
        // The filter stays with this thread and what it starts.
        set_no_new_privs().unwrap();
        apply_filter(&filter).unwrap();
        home.saraphina(words)
    };
    thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// A proposal that passes wherever a sandbox can be made.
fn proposed() -> Home {
    let home = home_with_toolchain();
    home.put("subject.py", CODE);
    home.put("test_subject.py", TESTS);
    let words = ["propose-code", "one", "--code", "subject.py", "--tests", "test_subject.py"];
    assert_eq!(home.saraphina(&words).code, Some(0));
    home
}

fn answer(finished: &Finished) -> Value {
    serde_json::from_str(&finished.out).unwrap()
}

/// Runs the proposal where nothing may run, and looks at what is on record of it.
fn refused(calls: &[Call], error: i32, why: &str) {
    let home = proposed();

    let ran = run_where(&home, calls, error, &["sandbox-code", "@", "--json"]);

    check_refusal(&home, &ran, why);
}

/// That nothing ran, with the reason on the screen and on record, and that the proposal can still be run elsewhere.
fn check_refusal(home: &Home, ran: &Finished, why: &str) {
    assert_eq!(ran.code, Some(6), "{ran:?}");
    let told = answer(ran);
    let message = told["error"]["message"].as_str().unwrap();
    assert!(message.contains(why), "{message}");
    assert_ne!(told["error"]["hints"], json!([]));
    let log = answer(&home.saraphina(&["audit", "log", "--proposal", "@", "--json"]));
    let last = &log["data"]["records"][0]["record"];
    assert_eq!(last["kind"], "execution.infra_error");
    assert_eq!(last["data"]["message"], message);
    let again = home.saraphina(&["sandbox-code", "@", "--json"]);
    assert_eq!(again.code, Some(0), "{again:?}");
}

#[test]
fn without_landlock_suites_run_with_one_wall_fewer_and_the_evidence_says_so() {
    let home = proposed();
    let calls = LANDLOCK.map(|call| (call, None));

    let ran = run_where(&home, &calls, libc::ENOSYS, &["sandbox-code", "@", "--json"]);
    let tried = run_where(&home, &calls, libc::ENOSYS, &["doctor", "--samples", "--json"]);
    let doctor = run_where(&home, &calls, libc::ENOSYS, &["doctor", "--json"]);

    assert_eq!(ran.code, Some(0), "{ran:?}");
    let evidence = &answer(&ran)["data"];
    assert_eq!(evidence["guarantees"]["landlock"], "absent");
    assert_eq!(evidence["integrity"]["state"], "confirmed");
    let samples = answer(&tried)["data"]["samples"].as_array().unwrap().clone();
    assert!(samples.len() > 10 && samples.iter().all(|sample| sample["proof"] == "held"));
    let parts = answer(&doctor)["data"]["parts"].as_array().unwrap().clone();
    let sandbox = parts.iter().find(|part| part["part"] == "sandbox linux").unwrap();
    assert_eq!(sandbox["health"], "warn");
    assert!(sandbox["found"].as_str().unwrap().contains("without landlock"), "{sandbox}");
}

#[test]
fn a_container_without_namespaces_runs_nothing_and_says_why() {
    refused(&[(libc::SYS_unshare, None)], libc::EPERM, "make a process namespace");
}

#[test]
fn a_container_that_may_not_mount_runs_nothing_and_says_why() {
    refused(&[(libc::SYS_mount, None)], libc::EPERM, "detach the mounts");
}

#[test]
fn a_kernel_without_filters_of_calls_runs_nothing_and_says_why() {
    const PR_SET_SECCOMP: u64 = 22;
    let calls = [(libc::SYS_seccomp, None), (libc::SYS_prctl, Some(PR_SET_SECCOMP))];
    refused(&calls, libc::EINVAL, "filter system calls");
}

#[test]
fn an_interpreter_of_another_architecture_is_told() {
    const MACHINE: usize = 18;
    let home = proposed();
    let mut program = std::fs::read(env!("CARGO_BIN_EXE_saraphina")).unwrap();
    program.truncate(1 << 16);
    program[MACHINE] ^= 0xff;
    let python = home.folder().join("python3");
    std::fs::write(&python, program).unwrap();
    std::fs::set_permissions(&python, Permissions::from_mode(0o755)).unwrap();

    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.args(["sandbox-code", "@", "--json"]).env("SARAPHINA_PYTHON", &python);
    let ran = home.finish(command, b"");

    check_refusal(&home, &ran, "no Python");
    let hint = answer(&ran)["error"]["hints"][0].as_str().unwrap().to_owned();
    assert!(hint.contains("Exec format error"), "{hint}");
}
