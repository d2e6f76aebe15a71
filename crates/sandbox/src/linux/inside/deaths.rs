//! Deaths of children, for a first process that also waits for other things.
//!
//! The signal of a death becomes readable on a descriptor, so that one `poll` waits for it and for the engine. As process 1
//! of its namespace the process inherits every orphan, and has to bury them all.

use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::linux::boundary::plan::JailReport;

/// Keeps the deaths of children for a handle that can be waited on beside others.
pub(crate) fn watch_deaths() -> nix::Result<SignalFd> {
    let mut deaths = SigSet::empty();
    deaths.add(Signal::SIGCHLD);
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&deaths), None)?;
    SignalFd::with_flags(&deaths, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
}

/// Waits for the dead; tells how one child ended when it is among them.
pub(crate) fn bury(deaths: &SignalFd, awaited: Option<Pid>) -> Option<JailReport> {
    while let Ok(Some(_)) = deaths.read_signal() {}
    let mut report = None;
    loop {
        match waitpid(None::<Pid>, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, status)) if Some(pid) == awaited => {
                report = Some(JailReport { status: Some(status), ..JailReport::default() });
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if Some(pid) == awaited => {
                let signal = Some(signal as i32);
                report = Some(JailReport { signal, ..JailReport::default() });
            }
            Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => return report,
            // A signal without a name ended somebody; the awaited one is asked after directly.
            Err(_) if awaited.is_some_and(|pid| kill(pid, None).is_err()) => {
                report = Some(JailReport::default());
            }
            Ok(_) | Err(_) => {}
        }
    }
}
