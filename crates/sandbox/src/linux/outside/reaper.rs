//! Certainty that a jail is dead, and its process waited for.
//!
//! Whatever becomes of a supervisor, dropping the reaper kills: user ids and cgroups are lent to the next run only when
//! nobody of the last one is left.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Child;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::linux::sys;

/// The outermost process of a jail; dead and waited for when this is dropped, whatever happens to its supervisor.
#[derive(Debug)]
pub(crate) enum Reaper {
    /// It is ours.
    Child(Child),
    /// It is a fork server's, and this a handle on it.
    Handle(OwnedFd),
}

impl Reaper {
    /// Waits for the end and kills where it does not come in time.
    pub(crate) fn reap(&mut self, grace: Duration) -> io::Result<()> {
        match self {
            Self::Child(child) => end(child, grace),
            Self::Handle(handle) if ends_within(handle, grace) => Ok(()),
            Self::Handle(handle) => {
                sys::kill_by(handle)?;
                ends_within(handle, grace);
                Ok(())
            }
        }
    }
}

fn end(child: &mut Child, grace: Duration) -> io::Result<()> {
    let ends = Instant::now() + grace;
    while Instant::now() < ends {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        poll(&mut [], PollTimeout::from(1_u8)).ok();
    }
    child.kill()?;
    child.wait().map(drop)
}

fn ends_within(handle: &OwnedFd, grace: Duration) -> bool {
    let mut watched = [PollFd::new(handle.as_fd(), PollFlags::POLLIN)];
    let grace = u16::try_from(grace.as_millis()).unwrap_or(u16::MAX);
    poll(&mut watched, PollTimeout::from(grace)).is_ok_and(|ready| ready > 0)
}

impl Drop for Reaper {
    fn drop(&mut self) {
        match self {
            Self::Child(child) => {
                // A jail that was waited for already answers with an error.
                child.kill().ok();
                child.wait().ok();
            }
            Self::Handle(handle) => {
                sys::kill_by(handle).ok();
            }
        }
    }
}
