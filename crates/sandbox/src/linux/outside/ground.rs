//! The ground on which an engine makes its jails, and what it lends to each.
//!
//! A plan says what a run may do; lodging gives it what no two runs may share: a user id, where the engine is root, and
//! cgroups under its name. Both are given back when the lodging is dropped.

use std::io;
use std::path::PathBuf;

use crate::linux::boundary::plan::{Identity, MemoryBound, Plan};
use crate::linux::boundary::slot::{self, Slot};
use crate::linux::outside::cgroup::{Groups, Hierarchy};

/// The engine's own program, home, rights and cgroups.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) executable: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) is_root: bool,
    pub(crate) hierarchy: Hierarchy,
}

/// A plan with a user id and groups that nobody else has while this lives.
#[derive(Debug)]
pub(crate) struct Lodging {
    pub(crate) plan: Plan,
    pub(crate) groups: Groups,
    /// Freed after the groups, whose processes are its user's.
    _slot: Option<Slot>,
}

impl Ground {
    /// Gives a plan an identity, groups under its name, and whoever bounds its memory.
    pub(crate) fn lodge(&self, plan: Plan) -> io::Result<Lodging> {
        let slot = if self.is_root { Some(slot::take(&self.home)?) } else { None };
        let groups = self.hierarchy.make(&plan);
        let bounded = groups.bounds_memory();
        let plan = Plan {
            identity: slot.as_ref().map_or(Identity::Mapped, |slot| Identity::Slot(slot.id)),
            cgroups: groups.folders(),
            memory: if bounded { MemoryBound::Cgroup } else { MemoryBound::Sampling },
            ..plan
        };
        Ok(Lodging { plan, groups, _slot: slot })
    }
}
