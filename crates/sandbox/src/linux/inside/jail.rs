//! The re-executed program around a jail.

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, Uid, getgid, getuid, write};

use crate::linux::inside::init;
use crate::linux::inside::keep;
use crate::linux::plan::{Identity, JailReport, MESSAGE_BYTES, Plan, Work, receive_whole};
use crate::linux::sys;

/// The user id that the worker sees for itself in a user namespace.
pub(crate) const MAPPED_UID: u32 = 1000;
/// The user id that a fork server sees for itself in a user namespace: it makes others inside.
const SERVER_UID: u32 = 0;
/// The descriptor of the channel at exec.
const CHANNEL: i32 = 0;

/// What a fork server is given for a box.
pub(crate) struct Ends {
    /// The box's own channel to the engine.
    pub(crate) channel: OwnedFd,
    /// Where its output goes.
    pub(crate) stdout: OwnedFd,
    /// Where its errors go.
    pub(crate) stderr: OwnedFd,
    /// The cgroups to join, each opened for writing by the engine.
    pub(crate) groups: Vec<OwnedFd>,
}

/// Runs the jail described on standard input; the whole of `saraphina __jail`.
pub fn jail_main() -> ExitCode {
    let channel = sys::inherited(CHANNEL);
    let report = match run(&channel) {
        Ok(report) => report,
        Err(failure) => JailReport { failure: Some(failure), ..JailReport::default() },
    };
    if tell(&channel, &report) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Tells the engine how a jail ended; whether it could be told.
pub(crate) fn tell(channel: &OwnedFd, report: &JailReport) -> bool {
    let body = serde_json::to_vec(report).unwrap_or_default();
    let frame = [b"J".as_slice(), &body].concat();
    send(channel.as_raw_fd(), &frame, MsgFlags::MSG_NOSIGNAL).is_ok()
}

fn run(channel: &OwnedFd) -> Result<JailReport, String> {
    step("watch the engine", prctl::set_pdeathsig(Signal::SIGKILL))?;
    let (plan, contents): (Plan, _) =
        receive_whole(channel).map_err(|error| format!("read the plan: {error}"))?;
    join_cgroups(&plan)?;
    if plan.identity == Identity::Mapped {
        let inside = if matches!(plan.work, Work::Serve(_)) { SERVER_UID } else { MAPPED_UID };
        enter_user_namespace(inside).map_err(|error| format!("make a user namespace: {error}"))?;
    }
    surround(&plan, channel, |outer| init::run(&plan, &contents, channel, outer))
}

/// The namespaces that the first process of a fork server's box is forked into.
pub(crate) fn namespaces_of_processes(plan: &Plan) -> CloneFlags {
    match plan.identity {
        Identity::Slot(_) => CloneFlags::CLONE_NEWPID,
        Identity::Mapped => CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWUSER,
    }
}

/// Makes the first process of a fork server's box one of its groups, and somebody in its user namespace.
pub(crate) fn move_in(plan: &Plan, ends: &Ends) -> Result<(), String> {
    for group in &ends.groups {
        step("join a cgroup", write(group, b"0"))?;
    }
    if plan.identity == Identity::Mapped {
        // Outside it has the id that the fork server is seen under.
        map_user(MAPPED_UID, SERVER_UID, SERVER_UID)
            .map_err(|error| format!("map the user: {error}"))?;
    }
    Ok(())
}

/// Makes the process namespace, starts its first process and follows it to its end.
fn surround(
    plan: &Plan,
    channel: &OwnedFd,
    first: impl FnOnce(&OwnedFd),
) -> Result<JailReport, String> {
    step("make a process namespace", unshare(CloneFlags::CLONE_NEWPID))?;
    let pair = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC);
    let (ours, theirs) = step("make a channel", pair)?;
    match sys::fork().map_err(|error| format!("fork: {error}"))? {
        ForkResult::Child => {
            drop(ours);
            first(&theirs);
            sys::leave(0)
        }
        ForkResult::Parent { child } => {
            drop(theirs);
            Ok(follow(plan, channel, &ours, child))
        }
    }
}

fn step<T>(name: &str, result: Result<T, Errno>) -> Result<T, String> {
    result.map_err(|error| format!("{name}: {}", error.desc()))
}

fn join_cgroups(plan: &Plan) -> Result<(), String> {
    plan.cgroups.iter().try_for_each(|folder| {
        fs::write(folder.join("cgroup.procs"), "0")
            .map_err(|error| format!("join {}: {error}", folder.display()))
    })
}

fn enter_user_namespace(inside: u32) -> io::Result<()> {
    let (user, group): (Uid, _) = (getuid(), getgid());
    unshare(CloneFlags::CLONE_NEWUSER)?;
    map_user(inside, user.as_raw(), group.as_raw())
}

/// Lets the user be another inside of the user namespace that this process is the first of.
fn map_user(inside: u32, user: u32, group: u32) -> io::Result<()> {
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{inside} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{inside} {group} 1"))
}

/// Waits for the init's report or for the engine's word to stop, whichever is first.
fn follow(plan: &Plan, channel: &OwnedFd, ours: &OwnedFd, init: Pid) -> JailReport {
    let mut report = JailReport::default();
    let mut message = vec![0; MESSAGE_BYTES];
    let is_told = wait_for_either(ours, channel);
    if is_told {
        let size = recv(ours.as_raw_fd(), &mut message, MsgFlags::MSG_DONTWAIT).unwrap_or(0);
        if let Some(body) = message.get(..size).filter(|body| !body.is_empty()) {
            report = serde_json::from_slice(body).unwrap_or_default();
            if let Some(target) = &plan.keep {
                let copied = keep::copy_box(init, target, plan.limits.disk_bytes);
                report.keep_failure = copied.err().map(|error| error.to_string());
            }
        }
    }
    // The init may be gone already; the wait below tells either way.
    kill(init, Signal::SIGKILL).ok();
    waitpid(init, None).ok();
    report
}

/// Whether the init spoke (or died) before the engine did.
fn wait_for_either(ours: &OwnedFd, channel: &OwnedFd) -> bool {
    loop {
        let mut watched = [
            PollFd::new(ours.as_fd(), PollFlags::POLLIN),
            // Only the end of the engine's side counts; what it says is for the first process.
            PollFd::new(channel.as_fd(), PollFlags::empty()),
        ];
        match poll(&mut watched, PollTimeout::NONE) {
            Err(Errno::EINTR) => {}
            Err(_) => return false,
            Ok(_) => {
                let [init, engine] = watched;
                let has_spoken = |watched: PollFd<'_>| watched.any().unwrap_or(true);
                if has_spoken(engine) {
                    return false;
                }
                if has_spoken(init) {
                    return true;
                }
            }
        }
    }
}
