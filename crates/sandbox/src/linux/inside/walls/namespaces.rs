//! Namespaces of a jail and of the boxes within one.
//!
//! The process and user namespaces are made around the first process (`jail.rs`, `warden.rs`), because only a child can
//! enter them; the first process makes all others itself. Where the engine is no root, a user namespace comes first: it
//! gives the right to make the rest.

use std::fs;
use std::io;

use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::stat::{Mode, umask};
use nix::unistd::{getgid, getuid, sethostname};

use crate::linux::boundary::plan::{Identity, Plan, Reach};
use crate::linux::inside::walls::confine::sockets;
use crate::linux::inside::walls::filter::Sockets;
use crate::linux::sys;

/// The user id that the worker sees for itself in a user namespace.
pub(crate) const MAPPED_UID: u32 = 1000;
/// The user id that a fork server sees for itself in a user namespace: it makes others inside.
pub(crate) const SERVER_UID: u32 = 0;

/// Leaves the namespaces of the outside.
pub(crate) fn settle(plan: &Plan) -> Result<(), String> {
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(|error| format!("watch the outside: {error}"))?;
    umask(Mode::from_bits_truncate(0o022));
    let own = of_a_box(plan);
    unshare(own).map_err(|error| format!("make namespaces: {error}"))?;
    if own.contains(CloneFlags::CLONE_NEWNET) {
        // A new network namespace has a loopback that is down, and suites talk to servers of their own.
        sys::raise_loopback().map_err(|error| format!("raise the loopback: {error}"))?;
    }
    sethostname("sandbox").map_err(|error| format!("name the host: {error}"))
}

/// Lists every namespace of a box but those of processes and users.
pub(crate) fn of_a_box(plan: &Plan) -> CloneFlags {
    let flags = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWCGROUP;
    match (plan.reach, sockets(plan)) {
        (Reach::Loopback, Sockets::Internet) => flags | CloneFlags::CLONE_NEWNET,
        // Without sockets there is nothing to part, and a network namespace is the dearest of all to make.
        (Reach::Host, _) | (_, Sockets::Nothing) => flags,
    }
}

/// Lists the namespaces that the first process of a fork server's box is forked into.
pub(crate) fn of_processes(plan: &Plan) -> CloneFlags {
    match plan.identity {
        Identity::Slot(_) => CloneFlags::CLONE_NEWPID,
        Identity::Mapped => CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWUSER,
    }
}

/// Enters a new user namespace as this user.
pub(crate) fn enter_user_namespace(inside: u32) -> io::Result<()> {
    // They are asked before: in the new namespace nobody has an id until it is mapped.
    let (user, group) = (getuid(), getgid());
    unshare(CloneFlags::CLONE_NEWUSER)?;
    map_user(inside, user.as_raw(), group.as_raw())
}

/// Lets the user be another inside of the user namespace that this process is the first of.
pub(crate) fn map_user(inside: u32, user: u32, group: u32) -> io::Result<()> {
    // The kernel takes a group map from nobody who could still drop groups by `setgroups`.
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{inside} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{inside} {group} 1"))
}
