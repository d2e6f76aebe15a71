//! The outermost process of a jail: the program started again as `saraphina __jail`.
//!
//! It reads its plan from the engine, joins the cgroups, and forks the first process of a new process namespace
//! (`init.rs`), because no process can enter one itself. Then it waits: for the report of that process, or for the engine
//! to go, whichever is first; either ends the whole tree. It is the last that the engine waits for.

use std::fs;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::personality::{self, Persona};
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, socketpair};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid};

use crate::linux::boundary::plan::{
    Identity, JailReport, MESSAGE_BYTES, Plan, Work, receive_whole,
};
use crate::linux::inside::ends::tell;
use crate::linux::inside::init;
use crate::linux::inside::keep;
use crate::linux::inside::walls::namespaces::{MAPPED_UID, SERVER_UID, enter_user_namespace};
use crate::linux::sys;

/// The descriptor of the channel at exec.
const CHANNEL: i32 = 0;

/// Runs the jail described on standard input; the whole of `saraphina __jail`.
pub fn jail_main() -> ExitCode {
    let channel = sys::inherited(CHANNEL);
    let report = run(&channel).unwrap_or_else(JailReport::failed);
    if tell(&channel, &report) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(channel: &OwnedFd) -> Result<JailReport, String> {
    step("watch the engine", prctl::set_pdeathsig(Signal::SIGKILL))?;
    settle_addresses();
    let (plan, contents): (Plan, _) =
        receive_whole(channel).map_err(|error| format!("read the plan: {error}"))?;
    join_cgroups(&plan)?;
    if plan.identity == Identity::Mapped {
        let inside = if matches!(plan.work, Work::Serve(_)) { SERVER_UID } else { MAPPED_UID };
        enter_user_namespace(inside).map_err(|error| format!("make a user namespace: {error}"))?;
    }
    surround(&plan, channel, |outer| init::run(&plan, &contents, channel, outer))
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

/// Asks for the same addresses in every run.
///
/// Before 3.12 Python hashes `None` by its address, so the order of a set, and with it the names of parametrized tests, hangs
/// on it. A container may refuse this; runs then differ as they do anywhere.
fn settle_addresses() {
    let settled = personality::get().map(|persona| persona | Persona::ADDR_NO_RANDOMIZE);
    settled.and_then(personality::set).ok();
}

fn join_cgroups(plan: &Plan) -> Result<(), String> {
    plan.cgroups.iter().try_for_each(|folder| {
        fs::write(folder.join("cgroup.procs"), "0")
            .map_err(|error| format!("join {}: {error}", folder.display()))
    })
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
