//! The fork server of one stage, its waiting boxes and its failures.
//!
//! Servers that fail again and again are left alone for a while, so that a broken machine costs a few runs their
//! patience and no more. A server that is spent serves on until its successor is prepared.

use std::collections::BTreeMap;
use std::io;
use std::mem::discriminant;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::linux::boundary::plan::{Plan, Reach, Work};
use crate::linux::outside::ground::Ground;
use crate::linux::servers::fork_server::{ForkServer, Standby, Start};
use crate::linux::servers::warm::Warm;
use crate::linux::stage::Stage;
use crate::toolchain::python::Toolchain;
use record::domain::limits::Limits;

/// Failures in a row after which runs start fresh interpreters and ask no server.
const MOST_FAILURES: u32 = 3;
/// Time for which servers are then left alone; a later run that has its answer tries again.
const REST: Duration = Duration::from_mins(10);

/// The place of a stage's server; empty before the first run and after a failure.
#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) standbys: Vec<Standby>,
    server: Option<Arc<ForkServer>>,
    toolchain: Option<Toolchain>,
    is_renewing: bool,
    /// Servers that failed one after another, and when the last did.
    failures: u32,
    failed_at: Option<Instant>,
}

impl Place {
    /// Lets go of what died and of what was made for like work with other limits, other variables or another interpreter.
    pub(crate) fn drop_unfit(&mut self, warm: &Warm) {
        if self.toolchain.as_ref().is_some_and(|of| *of != warm.toolchain) {
            *self = Self::default();
        }
        if let Some(server) = self.server.clone().filter(|server| server.has_failed()) {
            self.fail(warm.stage, &server);
        }
        let (work, wanted) = (discriminant(&warm.plan.work), shape(&warm.plan));
        self.standbys.retain(|standby| {
            let plan = &standby.lodging.plan;
            discriminant(&plan.work) != work || shape(plan) == wanted
        });
    }

    /// Takes a box for this work.
    pub(crate) fn take(&mut self, work: &Work) -> Option<Standby> {
        let fits = |standby: &Standby| awaits(standby, work);
        self.standbys.iter().rposition(fits).map(|index| self.standbys.remove(index))
    }

    /// Counts the boxes that wait for this work.
    pub(crate) fn waiting(&self, work: &Work) -> usize {
        self.standbys.iter().filter(|standby| awaits(standby, work)).count()
    }

    /// The server, started where there is none.
    pub(crate) fn server(&mut self, start: &Start<'_>) -> io::Result<Arc<ForkServer>> {
        if let Some(server) = &self.server {
            return Ok(Arc::clone(server));
        }
        let warm = start.warm;
        let server = ForkServer::start(start).inspect_err(|_| self.count_failure(warm.stage))?;
        (self.server, self.toolchain) = (Some(Arc::clone(&server)), Some(warm.toolchain.clone()));
        Ok(server)
    }

    /// Whether so many servers failed that no run is to wait for another.
    pub(crate) const fn rests(&self) -> bool {
        self.failures >= MOST_FAILURES
    }

    /// Whether a server may be started while nobody waits.
    pub(crate) fn may_try(&self) -> bool {
        !self.rests() || self.failed_at.is_none_or(|at| at.elapsed() >= REST)
    }

    /// Forgets earlier failures.
    pub(crate) const fn succeed(&mut self) {
        self.failures = 0;
    }

    /// Lets go of a server and counts its failure, once however many runs waited for it.
    pub(crate) fn fail(&mut self, stage: Stage, server: &Arc<ForkServer>) {
        server.give_up();
        if self.server.as_ref().is_some_and(|own| Arc::ptr_eq(own, server)) {
            self.server = None;
            self.standbys.clear();
            self.count_failure(stage);
        }
    }

    fn count_failure(&mut self, stage: Stage) {
        self.failures += 1;
        self.failed_at = Some(Instant::now());
        if self.failures == MOST_FAILURES {
            tracing::warn!(
                sandbox.stage = ?stage,
                sandbox.failures = self.failures,
                "fork servers keep failing; runs start fresh interpreters for a while"
            );
        }
    }

    /// Whether a successor is to be started now, by the one who asks.
    pub(crate) fn begin_renewal(&mut self) -> bool {
        let is_spent = self.server.as_ref().is_some_and(|server| server.is_spent());
        let begins = is_spent && !self.is_renewing;
        self.is_renewing |= begins;
        begins
    }

    /// Puts the successor in its place, unless it was prepared for what is no longer wanted.
    pub(crate) fn end_renewal(
        &mut self,
        toolchain: &Toolchain,
        started: io::Result<Arc<ForkServer>>,
    ) -> io::Result<()> {
        self.is_renewing = false;
        let successor = started?;
        if self.toolchain.as_ref() == Some(toolchain) {
            self.standbys.clear();
            self.server = Some(successor);
        }
        Ok(())
    }
}

fn awaits(standby: &Standby, work: &Work) -> bool {
    discriminant(&standby.lodging.plan.work) == discriminant(work)
}

/// Gives what a box is made for; times and output are bounded from outside.
fn shape(plan: &Plan) -> (Limits, &BTreeMap<String, String>, Reach) {
    let limits = Limits { tests_ms: 0, lint_ms: 0, output_bytes: 0, ..plan.limits.clone() };
    (limits, &plan.env, plan.reach)
}

/// Has a server make a box like the plan's.
pub(crate) fn make(ground: &Ground, server: &Arc<ForkServer>, plan: &Plan) -> io::Result<Standby> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let plan = Plan {
        name: format!("box-{number}-{}", std::process::id()),
        sources: Vec::new(),
        guest: Vec::new(),
        keep: None,
        ..plan.clone()
    };
    server.make(ground.lodge(plan)?)
}
