//! An engine that is killed leaves nothing at work.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use sandbox::linux::sweep::sweep;

use crate::docs::readme::home_with_toolchain;
use crate::sandbox::support::descendants;
use crate::sandbox::sweep::own_cgroup;
use crate::surfaces::process::Home;

const CODE: &str = "import time\n\n\ndef one():\n    time.sleep(600)\n    return 1\n";
const TESTS: &str = "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n";
/// How long the processes of an engine stay the same when only a sleeping suite is left.
const SETTLED: Duration = Duration::from_secs(3);

#[test]
fn an_engine_that_is_killed_takes_its_suites_and_servers_with_it() {
    let home = home_with_toolchain();
    home.put("subject.py", CODE);
    home.put("test_subject.py", TESTS);
    let words = ["propose-code", "sleep", "--code", "subject.py", "--tests", "test_subject.py"];
    assert_eq!(home.saraphina(&words).code, Some(0));
    let mut engine = start(&home);
    let pid = engine.id();
    let at_work = settled();
    assert!(at_work.len() > 3, "no suite is at work: {at_work:?}");

    engine.kill().unwrap();
    engine.wait().unwrap();

    let is_gone = |process: &u32| !Path::new("/proc").join(process.to_string()).exists();
    assert!(becomes(Duration::from_secs(3), || at_work.iter().all(is_gone)), "{at_work:?}");
    // Another engine that starts may have swept already.
    sweep(&home.path());
    let suffix = format!("-{pid}");
    let left: Vec<String> = own_cgroup()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("saraphina-") && name.ends_with(&suffix))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

fn start(home: &Home) -> Child {
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.args(["sandbox-code", "@"]).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null()).spawn().unwrap()
}

/// The processes at work once none comes or goes any more.
fn settled() -> Vec<u32> {
    let (mut known, mut since) = (descendants(), Instant::now());
    let is_still = || {
        let now = descendants();
        if now != known {
            (known, since) = (now, Instant::now());
        }
        since.elapsed() > SETTLED
    };
    assert!(becomes(Duration::from_secs(40), is_still));
    descendants()
}

fn becomes(within: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let ends = Instant::now() + within;
    while !holds() && Instant::now() < ends {
        nix::poll::poll(&mut [], nix::poll::PollTimeout::from(20_u8)).unwrap();
    }
    holds()
}
