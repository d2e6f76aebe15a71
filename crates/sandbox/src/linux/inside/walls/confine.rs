//! Rights that a worker gives up before it runs untrusted code.
//!
//! The order is the only one that works: the bounding set can be emptied only by who still has capabilities, and a process
//! without any may install Landlock and seccomp only after it refused new privileges.

use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};

use crate::linux::boundary::plan::{Identity, Plan, Work};
use crate::linux::inside::walls::filter::{self, Sockets};
use crate::linux::inside::walls::ruleset;
use crate::linux::sys;

/// Address space of one process, at least; interpreters map much more than they use.
const ADDRESS_SPACE_FLOOR: u64 = 2 << 30;
/// Address space of one process as a multiple of the memory of the tree.
const ADDRESS_SPACE_FACTOR: u64 = 4;
/// Limits, identity, capabilities, Landlock and seccomp, in the only order that works.
pub(crate) fn confine(plan: &Plan) -> Result<(), String> {
    limit(plan).map_err(|error| format!("set limits: {error}"))?;
    sys::empty_bounding_set();
    if let Identity::Slot(id) = plan.identity {
        become_user(id).map_err(|error| format!("become user {id}: {error}"))?;
    }
    sys::drop_capabilities().map_err(|error| format!("drop capabilities: {error}"))?;
    prctl::set_no_new_privs().map_err(|error| format!("refuse new privileges: {error}"))?;
    ruleset::restrict(&plan.binds)?;
    filter::install(sockets(plan))
}

/// Which sockets may be made by who works under this plan.
pub(crate) const fn sockets(plan: &Plan) -> Sockets {
    match plan.work {
        Work::AwaitProgram => Sockets::Nothing,
        Work::Program(_) | Work::Attack(_) | Work::Serve(_) | Work::Await => Sockets::Internet,
    }
}

fn become_user(id: u32) -> nix::Result<()> {
    let (user, group) = (Uid::from_raw(id), Gid::from_raw(id));
    setgroups(&[])?;
    setresgid(group, group, group)?;
    setresuid(user, user, user)
}

/// Processes of a jail that are none of the suite's: the harness, the first process, and who is around that where one is.
pub(crate) const fn own_processes(work: &Work) -> u32 {
    match work {
        Work::Await | Work::AwaitProgram => 2,
        Work::Program(_) | Work::Attack(_) | Work::Serve(_) => 3,
    }
}

fn limit(plan: &Plan) -> nix::Result<()> {
    rlimits(plan).into_iter().try_for_each(|(_, resource, most)| setrlimit(resource, most, most))
}

/// The limits of a process of the worker, by the names that the kernel's headers give them.
pub(crate) fn rlimits(plan: &Plan) -> [(&'static str, Resource, u64); 7] {
    let limits = &plan.limits;
    let address_space = (limits.memory_bytes * ADDRESS_SPACE_FACTOR).max(ADDRESS_SPACE_FLOOR);
    let processes = u64::from(limits.processes + own_processes(&plan.work));
    [
        ("RLIMIT_AS", Resource::RLIMIT_AS, address_space),
        ("RLIMIT_CORE", Resource::RLIMIT_CORE, 0),
        ("RLIMIT_FSIZE", Resource::RLIMIT_FSIZE, limits.disk_bytes),
        ("RLIMIT_NOFILE", Resource::RLIMIT_NOFILE, u64::from(limits.handles)),
        ("RLIMIT_MSGQUEUE", Resource::RLIMIT_MSGQUEUE, 0),
        ("RLIMIT_MEMLOCK", Resource::RLIMIT_MEMLOCK, 1 << 20),
        ("RLIMIT_NPROC", Resource::RLIMIT_NPROC, processes),
    ]
}
