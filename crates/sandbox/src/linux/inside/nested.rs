//! First process of a box within a fork server's jail.
//!
//! The warden forks it into namespaces of its own. It takes the same steps as the first process of a jail (`init.rs`),
//! but its root is there already, and its job comes later: for a worker of the fork server (`waiting.rs`) or for a
//! program that needs none (`program.rs`).

use std::os::fd::OwnedFd;

use crate::linux::boundary::plan::{JailReport, Plan, Work};
use crate::linux::inside::ends::{Ends, move_in, tell};
use crate::linux::inside::walls::namespaces::settle;
use crate::linux::inside::walls::root;
use crate::linux::inside::{program, waiting};

/// Runs as process 1 of a box that waits for its job, from its fork to its end.
pub(crate) fn wait(plan: &Plan, ends: &Ends, server: &OwnedFd) {
    tell(&ends.channel, &supervise(plan, ends, server).unwrap_or_else(JailReport::failed));
}

fn supervise(plan: &Plan, ends: &Ends, server: &OwnedFd) -> Result<JailReport, String> {
    move_in(plan, ends)?;
    settle(plan)?;
    root::nest(plan)?;
    match plan.work {
        Work::AwaitProgram => program::attend(plan, ends),
        Work::Await | Work::Program(_) | Work::Attack(_) | Work::Serve(_) => {
            waiting::attend(plan, ends, server)
        }
    }
}
