//! Ends of a box's channel and streams, held by its first process.
//!
//! A box of a fork server inherits nothing from the engine: its channel, its streams and the doors of its cgroups come as
//! descriptors with the order for it (`warden.rs`), and its first process speaks to the engine through them.

use std::os::fd::{AsRawFd as _, OwnedFd};

use nix::sys::socket::{MsgFlags, send};
use nix::unistd::write;

use crate::linux::boundary::plan::{Identity, JailReport, Plan};
use crate::linux::inside::walls::namespaces::{MAPPED_UID, SERVER_UID, map_user};

/// Descriptors that a fork server is given for a box.
pub(crate) struct Ends {
    /// The box's own channel to the engine.
    pub(crate) channel: OwnedFd,
    /// Its output.
    pub(crate) stdout: OwnedFd,
    /// Its errors.
    pub(crate) stderr: OwnedFd,
    /// The cgroups to join, each opened for writing by the engine.
    pub(crate) groups: Vec<OwnedFd>,
}

/// Makes the first process of a fork server's box one of its groups, and somebody in its user namespace.
pub(crate) fn move_in(plan: &Plan, ends: &Ends) -> Result<(), String> {
    for group in &ends.groups {
        write(group, b"0").map_err(|error| format!("join a cgroup: {}", error.desc()))?;
    }
    if plan.identity == Identity::Mapped {
        // Outside it has the id that the fork server is seen under.
        map_user(MAPPED_UID, SERVER_UID, SERVER_UID)
            .map_err(|error| format!("map the user: {error}"))?;
    }
    Ok(())
}

/// Tells the engine that the box is ready for its job.
pub(crate) fn announce(ends: &Ends) -> Result<(), String> {
    send(ends.channel.as_raw_fd(), b"R{}", MsgFlags::MSG_NOSIGNAL)
        .map(drop)
        .map_err(|error| format!("tell that the box is ready: {error}"))
}

/// Tells the engine how a jail ended; whether it could be told.
pub(crate) fn tell(channel: &OwnedFd, report: &JailReport) -> bool {
    let body = serde_json::to_vec(report).unwrap_or_default();
    let frame = [b"J".as_slice(), &body].concat();
    send(channel.as_raw_fd(), &frame, MsgFlags::MSG_NOSIGNAL).is_ok()
}
