//! Proves the layers by attacking them from inside.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::domain::environment::Guarantees;
use crate::domain::limits::Limits;
use crate::sandbox::error::SandboxError;
use crate::sandbox::linux::cgroup::Version;
use crate::sandbox::linux::plan::{Targets, Work};
use crate::sandbox::linux::probe::Probe;
use crate::sandbox::linux::ruleset;
use crate::sandbox::linux::run::{Ended, Ground, bare_plan, launch};

/// How long the attacks may take.
const DEADLINE: Duration = Duration::from_secs(10);
/// Every wall that must hold.
const WALLS: [&str; 13] = [
    "privileges",
    "seccomp",
    "uid",
    "root",
    "secret",
    "network",
    "loopback",
    "processes_hidden",
    "init",
    "disk",
    "files",
    "processes",
    "memory",
];

/// Small limits, so that exceeding them is quick.
const LIMITS: Limits = Limits {
    tests_ms: 10_000,
    lint_ms: 10_000,
    memory_bytes: 48 << 20,
    processes: 16,
    disk_bytes: 1 << 20,
    disk_files: 100,
    output_bytes: 4096,
    handles: 64,
};

/// Attacks a jail like that of every run; a wall that does not hold is below the floor.
pub(crate) async fn prove(ground: &Ground) -> Result<Guarantees, SandboxError> {
    let system = |step| move |source| SandboxError::System { step, source };
    let canary =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(system("open a canary port"))?;
    let port = canary.local_addr().map_err(system("read the canary port"))?.port();
    fs::create_dir_all(&ground.home).map_err(system("make the home"))?;
    let secret = ground.home.join(format!("canary-{}", std::process::id()));
    fs::write(&secret, "a secret").map_err(system("write a canary file"))?;
    let plan = bare_plan(Work::Probe(Targets { secret: secret.clone(), port }), LIMITS);
    let (finished, _unused) = mpsc::unbounded_channel();
    let running = launch(ground, plan, Vec::new(), DEADLINE, finished)?;
    let ended = running.result.await;
    drop(running.stop);
    fs::remove_file(secret).ok();
    match ended {
        Ok(Ok(ended)) => judge(ground, &ended),
        Ok(Err(source)) => Err(SandboxError::System { step: "start the sandbox", source }),
        Err(_) => Err(below("the self-test itself: its thread died".to_owned())),
    }
}

fn judge(ground: &Ground, ended: &Ended) -> Result<Guarantees, SandboxError> {
    if let Some(failure) = &ended.report.failure {
        return Err(below(failure.clone()));
    }
    let probes: Vec<Probe> = ended
        .observed
        .messages
        .iter()
        .filter(|message| message.origin == b'P')
        .filter_map(|message| serde_json::from_slice(&message.body).ok())
        .collect();
    // Where memory is sampled, the attack on it ends the attacker too.
    let is_bounded = ended.report.is_over_memory || ended.memory_kills > 0;
    let held = |wall: &str| {
        probes.iter().any(|probe| probe.wall == wall && probe.held)
            || (wall == "memory" && is_bounded)
    };
    let fallen: Vec<&str> = WALLS.into_iter().filter(|wall| !held(wall)).collect();
    if !fallen.is_empty() {
        return Err(below(format!("these walls did not hold: {}", fallen.join(", "))));
    }
    Ok(guarantees(ground))
}

fn below(missing: String) -> SandboxError {
    SandboxError::BelowFloor {
        missing,
        remedy: "run as root, or let users make user namespaces (sysctl kernel.unprivileged_userns_clone=1, \
                 and no AppArmor restriction of them), or choose another backend"
            .to_owned(),
    }
}

fn guarantees(ground: &Ground) -> Guarantees {
    let version = |version: Option<Version>, absent: &str| match version {
        Some(Version::One) => "v1".to_owned(),
        Some(Version::Two) => "v2".to_owned(),
        None => absent.to_owned(),
    };
    let namespaces = "mount, process, network, ipc, host name, cgroup";
    let (namespaces, uid) = if ground.is_root {
        (namespaces.to_owned(), "one of its own")
    } else {
        (format!("user, {namespaces}"), "the engine's, in a user namespace")
    };
    let hierarchy = &ground.hierarchy;
    let pairs = [
        ("namespaces", namespaces),
        ("root", "minimal, read-only".to_owned()),
        ("landlock", ruleset::enforcement().to_owned()),
        ("seccomp", "deny list".to_owned()),
        ("uid", uid.to_owned()),
        ("privileges", "none".to_owned()),
        ("cgroup_memory", version(hierarchy.memory(), "absent: supervised by sampling")),
        ("cgroup_processes", version(hierarchy.pids(), "absent: bounded for the user")),
        ("memory", "whole tree".to_owned()),
        ("processes", "bounded".to_owned()),
        ("disk", "bytes and files".to_owned()),
        ("network", "own loopback".to_owned()),
    ];
    Guarantees(pairs.map(|(layer, value)| (layer.to_owned(), value)).into())
}
