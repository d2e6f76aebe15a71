//! Tells a first process that a child died.

use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Keeps the deaths of children for a handle that can be waited on beside others.
pub(crate) fn watch_deaths() -> nix::Result<SignalFd> {
    let mut deaths = SigSet::empty();
    deaths.add(Signal::SIGCHLD);
    sigprocmask(SigmaskHow::SIG_BLOCK, Some(&deaths), None)?;
    SignalFd::with_flags(&deaths, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)
}
