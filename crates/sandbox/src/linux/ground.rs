//! Where an engine makes its jails.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::linux::cgroup::{Groups, Hierarchy};
use crate::linux::plan::{Identity, MemoryBound, Plan};
use crate::linux::servers::Servers;
use crate::linux::slot::{self, Slot};

/// What a run needs from its engine.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) executable: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) is_root: bool,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) servers: Arc<Servers>,
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
