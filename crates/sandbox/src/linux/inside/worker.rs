//! Steps by which a process becomes a worker, and ends with all others.
//!
//! Every first process of a jail or a box takes some of them: it forks, leaves the child its descriptors and nothing
//! else, and has it become another program. Confining it is `walls/confine.rs`.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};

use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{MsgFlags, send};
use nix::unistd::{Pid, execve};

use crate::linux::boundary::plan::JailReport;
use crate::linux::sys;

/// The descriptor of the channel in the worker.
pub(crate) const WORKER_CHANNEL: i32 = 3;
/// Exit status of a worker that could not be confined.
const UNCONFINED: i32 = 125;

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

/// Ends a process that could not be confined, and says why to the engine.
pub(crate) fn unconfined(failure: String) -> ! {
    let body = serde_json::to_vec(&JailReport::failed(failure)).unwrap_or_default();
    let frame = [b"W".as_slice(), &body].concat();
    send(WORKER_CHANNEL, &frame, MsgFlags::MSG_NOSIGNAL).ok();
    sys::leave(UNCONFINED)
}

/// Kills every process of the namespace but this one.
pub(crate) fn kill_all() {
    // There may be none left.
    kill(Pid::from_raw(-1), Signal::SIGKILL).ok();
}
