//! Plans of the jails that carry orders out.
//!
//! An order says what is wanted (`order.rs`); its plan says which program does it, what that may use and what it sees.

use std::path::PathBuf;

use crate::backend::{Job, Keep, Network};
use crate::guest::scripts::COLD;
use crate::linux::boundary::plan::{Plan, Program, Reach, Work};
use crate::linux::runs::order::Order;
use crate::linux::runs::ruff;
use crate::linux::stage::{Stage, guest_command, variables};
use crate::toolchain::linter::Linter;
use crate::toolchain::python::Toolchain;
use record::domain::limits::Limits;

/// Chooses what does the work of an order: an interpreter with the guest's files, or a linter that needs none.
pub(crate) fn program_of(toolchain: &Toolchain, order: &Order<'_>) -> Program {
    let env = variables(&order.job.env, order.stage);
    match order.linter {
        Some(Linter::Ruff) => ruff::program(toolchain, order.job, env),
        Some(Linter::Pylint | Linter::Flake8) | None => Program {
            arguments: guest_command(toolchain, COLD, (order.stage, &order.job.env)),
            env,
        },
    }
}

pub(crate) fn plan_of(toolchain: &Toolchain, order: &Order<'_>, program: &Program) -> Plan {
    let (job, stage) = (order.job, order.stage);
    let work = Work::Program(program.arguments.clone());
    let is_hidden = |folder: &PathBuf| !toolchain.folders.contains(folder);
    Plan {
        name: format!("{}-{}-{}", job.execution, order.word(), std::process::id()),
        binds: toolchain
            .folders
            .iter()
            .cloned()
            .chain(job.layer.iter().map(|layer| layer.folder.clone()).filter(is_hidden))
            .collect(),
        env: program.env.clone(),
        reach: match (job.network, stage) {
            (Network::Host, Stage::Tests | Stage::Replay) => Reach::Host,
            (Network::Host, Stage::Lint | Stage::Probe | Stage::Study) | (Network::Loopback, _) => {
                Reach::Loopback
            }
        },
        keep: match (&job.keep, stage) {
            (Keep::Box(_), Stage::Tests) => box_folder(job),
            (Keep::Box(_), Stage::Lint | Stage::Replay | Stage::Probe | Stage::Study)
            | (Keep::Nothing, _) => None,
        },
        ..Plan::bare(work, limits_of(order))
    }
}

/// Ruff tells what it found on its output, which is read whole or not at all.
fn limits_of(order: &Order<'_>) -> Limits {
    let limits = order.job.limits.clone();
    match order.linter {
        Some(Linter::Ruff) => Limits { output_bytes: ruff::OUTPUT_BYTES, ..limits },
        Some(Linter::Pylint | Linter::Flake8) | None => limits,
    }
}

/// Names the folder in which the scratch folder of a job is kept.
pub(crate) fn box_folder(job: &Job) -> Option<PathBuf> {
    match &job.keep {
        Keep::Box(boxes) => Some(boxes.join(job.execution.as_str())),
        Keep::Nothing => None,
    }
}
