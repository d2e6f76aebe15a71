//! First process of a jail: builds, starts, reaps.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{MsgFlags, recv, send};
use nix::sys::stat::{Mode, umask};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, execve, setsid};

use crate::linux::inside::confine::{self, sockets};
use crate::linux::inside::filter::Sockets;
use crate::linux::inside::jail::{Ends, move_in, tell};
use crate::linux::inside::memory;
use crate::linux::inside::probe;
use crate::linux::inside::root;
use crate::linux::inside::{program, waiting, warden};
use crate::linux::plan::{JailReport, MemoryBound, Plan, Reach, Work};
use crate::linux::sys;

/// The descriptor of the channel in the worker.
pub(crate) const WORKER_CHANNEL: i32 = 3;
/// Exit status of a worker that could not be confined.
const UNCONFINED: i32 = 125;

/// Runs as process 1 of the new namespaces and never returns.
pub(crate) fn run(plan: &Plan, contents: &[u8], channel: &OwnedFd, outer: &OwnedFd) {
    end(supervise(plan, contents, channel), outer);
}

/// Runs as process 1 of a box that waits for its job, from its fork to its end.
pub(crate) fn wait(plan: &Plan, ends: &Ends, control: &OwnedFd) {
    let supervise = || {
        move_in(plan, ends)?;
        settle(plan)?;
        root::nest(plan)?;
        match plan.work {
            Work::AwaitProgram => program::attend(plan, ends),
            Work::Await | Work::Program(_) | Work::Probe(_) | Work::Serve(_) => {
                waiting::attend(plan, ends, control)
            }
        }
    };
    tell(&ends.channel, &or_why(supervise()));
}

fn or_why(report: Result<JailReport, String>) -> JailReport {
    report.unwrap_or_else(|failure| JailReport { failure: Some(failure), ..JailReport::default() })
}

fn end(report: Result<JailReport, String>, outer: &OwnedFd) {
    let body = serde_json::to_vec(&or_why(report)).unwrap_or_default();
    if send(outer.as_raw_fd(), &body, MsgFlags::MSG_NOSIGNAL).is_ok() {
        // The mounts must outlive the copy that the outer process may make; it kills this process when it is done.
        recv(outer.as_raw_fd(), &mut [0; 1], MsgFlags::empty()).ok();
    }
}

fn supervise(plan: &Plan, contents: &[u8], channel: &OwnedFd) -> Result<JailReport, String> {
    settle(plan)?;
    root::build(plan, contents)?;
    if let Work::Serve(arguments) = &plan.work {
        return warden::serve(plan, arguments, channel);
    }
    let worker = match sys::fork().map_err(|error| format!("fork: {error}"))? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => start_worker(plan, channel),
    };
    Ok(reap(plan, worker))
}

/// Leaves the namespaces of the outside.
fn settle(plan: &Plan) -> Result<(), String> {
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(|error| format!("watch the outside: {error}"))?;
    umask(Mode::from_bits_truncate(0o022));
    let own = namespaces(plan);
    unshare(own).map_err(|error| format!("make namespaces: {error}"))?;
    if own.contains(CloneFlags::CLONE_NEWNET) {
        sys::raise_loopback().map_err(|error| format!("raise the loopback: {error}"))?;
    }
    nix::unistd::sethostname("sandbox").map_err(|error| format!("name the host: {error}"))
}

/// Every namespace of a box but those of processes and users. A program that can make no socket needs no network.
pub(crate) fn namespaces(plan: &Plan) -> CloneFlags {
    let flags = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWCGROUP;
    match (plan.reach, sockets(plan)) {
        (Reach::Loopback, Sockets::Internet) => flags | CloneFlags::CLONE_NEWNET,
        (Reach::Host, _) | (_, Sockets::Nothing) => flags,
    }
}

/// Waits for the worker, kills what it left behind, and reaps everything.
fn reap(plan: &Plan, worker: Pid) -> JailReport {
    let mut report = JailReport::default();
    let is_over_memory = Arc::new(AtomicBool::new(false));
    if plan.memory == MemoryBound::Sampling {
        memory::watch(plan.limits.memory_bytes, Arc::clone(&is_over_memory));
    }
    loop {
        match waitpid(None::<Pid>, None) {
            Ok(WaitStatus::Exited(pid, status)) if pid == worker => {
                report.status = Some(status);
                kill_all();
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == worker => {
                report.signal = Some(signal as i32);
                kill_all();
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(Errno::ECHILD) => break,
            // A signal without a name ended somebody; the worker is asked after directly.
            Err(_) if kill(worker, None).is_err() => kill_all(),
            Err(_) => {}
        }
    }
    report.is_over_memory = is_over_memory.load(Ordering::SeqCst);
    report
}

/// Kills every process of the namespace but this one.
pub(crate) fn kill_all() {
    // There may be none left.
    kill(Pid::from_raw(-1), Signal::SIGKILL).ok();
}

fn start_worker(plan: &Plan, channel: &OwnedFd) -> ! {
    let failure = match become_worker(plan, channel) {
        Ok(never) => match never {},
        Err(failure) => failure,
    };
    unconfined(failure)
}

/// Ends a process that could not be confined, and says why to the engine.
pub(crate) fn unconfined(failure: String) -> ! {
    let report = JailReport { failure: Some(failure), ..JailReport::default() };
    let body = serde_json::to_vec(&report).unwrap_or_default();
    let frame = [b"W".as_slice(), &body].concat();
    send(WORKER_CHANNEL, &frame, MsgFlags::MSG_NOSIGNAL).ok();
    sys::leave(UNCONFINED)
}

fn become_worker(plan: &Plan, channel: &OwnedFd) -> Result<Infallible, String> {
    take_descriptors(channel).map_err(|error| format!("place the descriptors: {error}"))?;
    setsid().map_err(|error| format!("start a session: {error}"))?;
    confine::confine(plan)?;
    match &plan.work {
        Work::Probe(targets) => {
            probe::attack(targets, &plan.limits);
            sys::leave(0)
        }
        Work::Program(arguments) => execute(&plan.env, arguments),
        Work::Serve(_) | Work::Await | Work::AwaitProgram => {
            Err("no worker is started for this work".to_owned())
        }
    }
}

/// Leaves the worker its streams and its channel, and nothing else.
pub(crate) fn take_descriptors(channel: &OwnedFd) -> io::Result<()> {
    // The channel is descriptor 0 here; it moves before the null device takes its place.
    sys::place(&channel.as_fd(), WORKER_CHANNEL)?;
    let null = File::open("/dev/null")?;
    sys::place(&null, 0)?;
    drop(null);
    sys::close_from(WORKER_CHANNEL.unsigned_abs() + 1)
}

/// Becomes another program with exactly these variables.
pub(crate) fn execute(
    env: &BTreeMap<String, String>,
    arguments: &[String],
) -> Result<Infallible, String> {
    let text = |text: String| CString::new(text).map_err(|_| "a NUL in an argument".to_owned());
    let arguments: Vec<CString> = arguments.iter().cloned().map(text).collect::<Result<_, _>>()?;
    let variables: Vec<CString> = env
        .iter()
        .map(|(name, value)| text(format!("{name}={value}")))
        .collect::<Result<_, _>>()?;
    let program = arguments.first().ok_or("no program")?;
    execve(program, &arguments, &variables)
        .map_err(|error| format!("start {}: {error}", program.to_string_lossy()))
}
