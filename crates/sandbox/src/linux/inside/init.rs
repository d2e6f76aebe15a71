//! First process of a jail.
//!
//! It leaves the namespaces of the outside, builds the root, forks the worker, which confines itself, and reaps every
//! process of the jail until none is left. For a fork server it hands over to the warden (`warden.rs`).

use std::convert::Infallible;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::sys::socket::{MsgFlags, recv, send};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, setsid};

use crate::linux::boundary::plan::{JailReport, Plan, Work};
use crate::linux::inside::walls::namespaces::settle;
use crate::linux::inside::walls::{attacks, confine, memory, root};
use crate::linux::inside::warden;
use crate::linux::inside::worker::{execute, kill_all, take_descriptors, unconfined};
use crate::linux::sys;

/// Runs as process 1 of the new namespaces and never returns.
pub(crate) fn run(plan: &Plan, contents: &[u8], channel: &OwnedFd, outer: &OwnedFd) {
    end(supervise(plan, contents, channel), outer);
}

fn end(report: Result<JailReport, String>, outer: &OwnedFd) {
    let body = serde_json::to_vec(&report.unwrap_or_else(JailReport::failed)).unwrap_or_default();
    if send(outer.as_raw_fd(), &body, MsgFlags::MSG_NOSIGNAL).is_ok() {
        // The mounts must outlive the copy that the outer process may make; it kills this process when it is done.
        recv(outer.as_raw_fd(), &mut [0; 1], MsgFlags::empty()).ok();
    }
}

fn supervise(plan: &Plan, contents: &[u8], channel: &OwnedFd) -> Result<JailReport, String> {
    settle(plan)?;
    let laid = root::build(plan, contents)?;
    if let Work::Serve(arguments) = &plan.work {
        return warden::serve(plan, arguments, channel);
    }
    let worker = match sys::fork().map_err(|error| format!("fork: {error}"))? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => start_worker(plan, channel),
    };
    let report = reap(plan, worker);
    Ok(JailReport { changed: laid.changed(), ..report })
}

/// Waits for the worker, kills what it left behind, and reaps everything.
fn reap(plan: &Plan, worker: Pid) -> JailReport {
    let mut report = JailReport::default();
    let is_over_memory = Arc::new(AtomicBool::new(false));
    memory::guard(plan, &is_over_memory);
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

fn start_worker(plan: &Plan, channel: &OwnedFd) -> ! {
    let failure = match become_worker(plan, channel) {
        Ok(never) => match never {},
        Err(failure) => failure,
    };
    unconfined(failure)
}

fn become_worker(plan: &Plan, channel: &OwnedFd) -> Result<Infallible, String> {
    take_descriptors(channel).map_err(|error| format!("place the descriptors: {error}"))?;
    setsid().map_err(|error| format!("start a session: {error}"))?;
    confine::confine(plan)?;
    match &plan.work {
        Work::Attack(targets) => {
            attacks::attack(targets, &plan.limits);
            sys::leave(0)
        }
        Work::Program(arguments) => execute(&plan.env, arguments),
        Work::Serve(_) | Work::Await | Work::AwaitProgram => {
            Err("no worker is started for this work".to_owned())
        }
    }
}
