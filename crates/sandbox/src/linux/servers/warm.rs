//! Purposes of boxes that wait: for which stage, toolchain and plan.
//!
//! A box is made before its job is known, so it fits every job with the same limits, variables and reach; what differs
//! from job to job comes with the job.

use std::collections::BTreeMap;

use crate::linux::boundary::plan::{Plan, Work};
use crate::linux::stage::{Stage, variables};
use crate::toolchain::python::Toolchain;
use record::domain::limits::Limits;

/// The purpose of a box.
#[derive(Clone, Debug)]
pub(crate) struct Warm {
    pub(crate) toolchain: Toolchain,
    /// The stage whose server makes it.
    pub(crate) stage: Stage,
    /// The plan of the box; its name and what it is lodged with are of no account.
    pub(crate) plan: Plan,
}

impl Warm {
    /// A box in which a worker of the stage waits.
    pub(crate) fn of_stage(toolchain: &Toolchain, stage: Stage, plan: Plan) -> Self {
        Self { toolchain: toolchain.clone(), stage, plan: Plan { work: Work::Await, ..plan } }
    }

    /// A box of the stage for a job that asks for nothing of its own.
    pub(crate) fn usual(toolchain: &Toolchain, stage: Stage, limits: &Limits) -> Self {
        let plan = Plan {
            env: variables(&BTreeMap::new(), Stage::Tests),
            binds: toolchain.folders.clone(),
            ..Plan::bare(Work::Await, limits.clone())
        };
        Self::of_stage(toolchain, stage, plan)
    }

    /// A box for a program: it needs no worker, and so no server but the one that is there anyway.
    pub(crate) fn of_program(toolchain: &Toolchain, plan: Plan) -> Self {
        let env = variables(&BTreeMap::new(), Stage::Tests);
        let plan = Plan { work: Work::AwaitProgram, env, ..plan };
        Self { toolchain: toolchain.clone(), stage: Stage::Tests, plan }
    }

    /// Whether a worker of the server waits in it.
    pub(crate) const fn has_worker(&self) -> bool {
        matches!(self.plan.work, Work::Await)
    }

    /// Counts the boxes that should wait: a verdict takes one for the suite and several for its controls.
    pub(crate) const fn wanted(&self) -> usize {
        match self.stage {
            Stage::Tests if self.has_worker() => 4,
            Stage::Tests | Stage::Lint | Stage::Replay | Stage::Probe | Stage::Study => 1,
        }
    }
}
