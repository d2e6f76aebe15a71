//! Proof of the sandbox's layers, by attacks on them from inside.
//!
//! Nothing is guaranteed because a call succeeded; a layer counts where an attack on it failed on this machine. A wall
//! that does not hold, or was never tried, is an error, and no suite runs.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::error::SandboxError;
use crate::linux::boundary::plan::{Plan, Targets, Work};
use crate::linux::inside::walls::attacks::Attack;
use crate::linux::inside::walls::ruleset;
use crate::linux::outside::cgroup::{Hierarchy, Version};
use crate::linux::outside::ground::Ground;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::jails::Jails;
use record::domain::environment::Guarantees;
use record::domain::limits::Limits;

/// Time that the attacks may take.
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
pub(crate) async fn prove(jails: &Jails) -> Result<Guarantees, SandboxError> {
    let ground = &jails.ground;
    let system = |step| move |source| SandboxError::System { step, source };
    let canary =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(system("open a canary port"))?;
    let port = canary.local_addr().map_err(system("read the canary port"))?.port();
    fs::create_dir_all(&ground.home).map_err(system("make the home"))?;
    let secret = ground.home.join(format!("canary-{}", std::process::id()));
    let written = fs::write(&secret, "a secret").map_err(system("write a canary file"));
    let ended = match written {
        Ok(()) => attacked(jails, Targets { secret: secret.clone(), port }).await,
        Err(error) => Err(error),
    };
    // On a full disk it may lie there although it could not be written.
    fs::remove_file(secret).ok();
    judge(ground, &ended?)
}

async fn attacked(jails: &Jails, targets: Targets) -> Result<Ended, SandboxError> {
    let plan = Plan::bare(Work::Attack(targets), LIMITS);
    jails.launch(plan, DEADLINE)?.ended(&CancellationToken::new()).await
}

fn judge(ground: &Ground, ended: &Ended) -> Result<Guarantees, SandboxError> {
    if let Some(failure) = &ended.report.failure {
        return Err(below(failure.clone()));
    }
    let attacks: Vec<Attack> = ended
        .observed
        .messages
        .iter()
        .filter(|message| message.origin == b'P')
        .filter_map(|message| serde_json::from_slice(&message.body).ok())
        .collect();
    // Where memory is sampled, the attack on it ends the attacker too.
    let is_bounded = ended.report.is_over_memory || ended.memory_kills > 0;
    let fallen = fallen(&attacks, is_bounded);
    if !fallen.is_empty() {
        return Err(below(format!("these walls did not hold: {}", fallen.join(", "))));
    }
    Ok(guarantees(ground.is_root, &ground.hierarchy, ruleset::enforcement()))
}

/// Walls that did not hold, or were never tried.
fn fallen(attacks: &[Attack], is_memory_bounded: bool) -> Vec<&'static str> {
    let held = |wall: &str| {
        let mut tried = attacks.iter().filter(|attack| attack.wall == wall).peekable();
        (wall == "memory" && is_memory_bounded)
            || tried.peek().is_some() && tried.all(|attack| attack.held)
    };
    WALLS.into_iter().filter(|wall| !held(wall)).collect()
}

fn below(missing: String) -> SandboxError {
    SandboxError::BelowFloor {
        missing,
        remedy: "run as root, or let users make user namespaces (sysctl kernel.unprivileged_userns_clone=1, \
                 and no AppArmor restriction of them), or choose another backend"
            .to_owned(),
    }
}

fn guarantees(is_root: bool, hierarchy: &Hierarchy, landlock: &str) -> Guarantees {
    let version = |version: Option<Version>, absent: &str| match version {
        Some(Version::One) => "v1".to_owned(),
        Some(Version::Two) => "v2".to_owned(),
        None => absent.to_owned(),
    };
    let namespaces = "mount, process, network, ipc, host name, cgroup";
    let (namespaces, uid) = if is_root {
        (namespaces.to_owned(), "one of its own")
    } else {
        (format!("user, {namespaces}"), "the engine's, in a user namespace")
    };
    // What lies in sockets is counted by no group of version 1, and bounded by itself (`walls/sockets.rs`).
    let memory = match hierarchy.memory() {
        Some(Version::One) => "whole tree, and as much again in sockets",
        Some(Version::Two) | None => "whole tree",
    };
    let pairs = [
        ("namespaces", namespaces),
        ("root", "minimal, read-only".to_owned()),
        ("landlock", landlock.to_owned()),
        ("seccomp", "deny list".to_owned()),
        ("uid", uid.to_owned()),
        ("privileges", "none".to_owned()),
        ("cgroup_memory", version(hierarchy.memory(), "absent: supervised by sampling")),
        ("cgroup_processes", version(hierarchy.pids(), "absent: bounded for the user")),
        ("memory", memory.to_owned()),
        ("processes", "bounded".to_owned()),
        ("disk", "bytes and files".to_owned()),
        ("network", "own loopback".to_owned()),
    ];
    Guarantees(pairs.map(|(layer, value)| (layer.to_owned(), value)).into())
}

#[cfg(test)]
mod tests {
    use super::{Attack, Hierarchy, WALLS, below, fallen, guarantees};

    fn attacks(held: impl Fn(&str) -> bool) -> Vec<Attack> {
        let attack =
            |wall: &str| Attack { t: "attack".to_owned(), wall: wall.to_owned(), held: held(wall) };
        WALLS.map(attack).into()
    }

    #[test]
    fn each_wall_that_falls_or_is_never_tried_is_named() {
        assert_eq!(fallen(&attacks(|_| true), false), Vec::<&str>::new());
        for wall in WALLS {
            assert_eq!(fallen(&attacks(|tried| tried != wall), false), vec![wall]);
            let mut untried = attacks(|_| true);
            untried.retain(|attack| attack.wall != wall);
            assert_eq!(fallen(&untried, false), vec![wall]);
        }
        assert_eq!(fallen(&[], false), WALLS);
    }

    #[test]
    fn an_attacker_that_was_killed_for_its_memory_has_shown_that_wall() {
        assert_eq!(fallen(&attacks(|wall| wall != "memory"), true), Vec::<&str>::new());
        assert_eq!(fallen(&attacks(|wall| wall != "disk"), true), vec!["disk"]);
    }

    #[test]
    fn a_kernel_without_a_layer_says_that_it_is_absent() {
        let proved = guarantees(false, &Hierarchy::default(), "absent: the kernel has none");

        let absent: Vec<&str> = proved
            .0
            .iter()
            .filter(|(_, value)| value.starts_with("absent"))
            .map(|(layer, _)| layer.as_str())
            .collect();
        assert_eq!(absent, vec!["cgroup_memory", "cgroup_processes", "landlock"]);
        assert!(proved.0["namespaces"].starts_with("user, "));
    }

    #[test]
    fn a_system_that_refuses_namespaces_is_told_with_the_remedy() {
        let told = below("make namespaces: Operation not permitted".to_owned());

        let crate::error::SandboxError::BelowFloor { missing, remedy } = told else {
            panic!("{told}");
        };
        assert_eq!(missing, "make namespaces: Operation not permitted");
        assert!(remedy.contains("unprivileged_userns_clone"), "{remedy}");
    }
}
