//! Fork servers of an engine, one for each stage, and the boxes that wait for jobs.
//!
//! A run asks for a box and gets one, or nothing where a fresh interpreter is the better way; it never fails because a
//! server did. An engine that lasts makes new boxes behind each answer. `docs/design/fork-server.md` tells the rules.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::linux::outside::ground::Ground;
use crate::linux::servers::fork_server::{Bounds, ForkServer, Prospect, Standby, Start};
use crate::linux::servers::place::{Place, make};
use crate::linux::servers::warm::Warm;
use crate::linux::stage::Stage;
use crate::toolchain::linter::Linter;
use crate::toolchain::python::Toolchain;
use record::domain::limits::Limits;

/// Every fork server of an engine, and what waits in them.
#[derive(Debug)]
pub(crate) struct Servers {
    ground: Arc<Ground>,
    bounds: Bounds,
    is_lasting: AtomicBool,
    is_warm: AtomicBool,
    tests: Mutex<Place>,
    lint: Mutex<Place>,
    replay: Mutex<Place>,
    probe: Mutex<Place>,
}

impl Servers {
    /// Starts with none; the first run that wants a box starts its server.
    pub(crate) fn new(ground: Arc<Ground>, bounds: Bounds) -> Self {
        Self {
            ground,
            bounds,
            is_lasting: AtomicBool::new(false),
            is_warm: AtomicBool::new(false),
            tests: Mutex::default(),
            lint: Mutex::default(),
            replay: Mutex::default(),
            probe: Mutex::default(),
        }
    }

    /// Tells that the engine lasts, so that later runs are worth preparing.
    pub(crate) fn last(&self) {
        self.is_lasting.store(true, Ordering::Relaxed);
    }

    fn is_lasting(&self) -> bool {
        self.is_lasting.load(Ordering::Relaxed)
    }

    fn start<'a>(&'a self, warm: &'a Warm) -> Start<'a> {
        let prospect = if self.is_lasting() { Prospect::Many } else { Prospect::Few };
        Start { ground: &self.ground, warm, bounds: self.bounds, prospect }
    }

    fn place(&self, stage: Stage) -> MutexGuard<'_, Place> {
        let place = match stage {
            Stage::Tests => &self.tests,
            Stage::Lint => &self.lint,
            Stage::Replay => &self.replay,
            // A study has an interpreter of its own; nothing waits for it.
            Stage::Probe | Stage::Study => &self.probe,
        };
        place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A box like the plan's that waits for its job; none where a fresh interpreter is the better way.
    pub(crate) fn take(&self, warm: &Warm) -> io::Result<Option<Standby>> {
        let stage = warm.stage;
        let is_suite = stage == Stage::Tests && warm.has_worker();
        // One command lints and replays once; only its controls run the suite again and again.
        if !is_suite && !self.is_lasting() {
            return Ok(None);
        }
        let mut place = self.place(stage);
        place.drop_unfit(warm);
        if let Some(standby) = place.take(&warm.plan.work) {
            return Ok(Some(standby));
        }
        if place.rests() {
            return Ok(None);
        }
        let server = place.server(&self.start(warm))?;
        drop(place);
        // A suite gains even from a server that is only just starting. Linting and replaying start fast by themselves, and
        // a server that rehearses a whole lint would keep its box waiting.
        if warm.has_worker() && !is_suite && !server.is_rehearsed() {
            return Ok(None);
        }
        let ready = if warm.has_worker() { server.wait_ready() } else { Ok(()) };
        let made = ready.and_then(|()| make(&self.ground, &server, &warm.plan));
        made.map(Some).inspect_err(|_| self.fail(stage, &server))
    }

    /// Notes that a run of a box came to its end, so that the stage's servers are good.
    pub(crate) fn succeed(&self, warm: &Warm) {
        // A program says nothing of the server beside whose boxes it ran.
        if warm.has_worker() {
            self.place(warm.stage).succeed();
        }
    }

    /// Notes that a server gave no box, or died under one; it is not asked again.
    pub(crate) fn fail(&self, stage: Stage, server: &Arc<ForkServer>) {
        self.place(stage).fail(stage, server);
    }

    /// Makes boxes until as many wait as are wanted; for engines that last.
    pub(crate) fn refill(&self, warm: &Warm) {
        if !self.is_lasting() {
            return;
        }
        if let Err(error) = self.renew(warm).and_then(|()| self.fill(warm)) {
            tracing::warn!(sandbox.stage = ?warm.stage, error = %error, "no box was made to wait");
        }
    }

    /// Starts the successor of a server that is spent, and puts it in its place when it is prepared.
    fn renew(&self, warm: &Warm) -> io::Result<()> {
        if !self.place(warm.stage).begin_renewal() {
            return Ok(());
        }
        let start = || {
            let successor = ForkServer::start(&self.start(warm))?;
            successor.wait_rehearsed()?;
            Ok(successor)
        };
        let started = start();
        self.place(warm.stage).end_renewal(&warm.toolchain, started)
    }

    fn fill(&self, warm: &Warm) -> io::Result<()> {
        loop {
            let mut place = self.place(warm.stage);
            place.drop_unfit(warm);
            if place.waiting(&warm.plan.work) >= warm.wanted() || !place.may_try() {
                return Ok(());
            }
            let server = place.server(&self.start(warm))?;
            if !server.is_rehearsed() {
                return Ok(());
            }
            match make(&self.ground, &server, &warm.plan) {
                Ok(standby) => place.standbys.push(standby),
                Err(error) => {
                    place.fail(warm.stage, &server);
                    return Err(error);
                }
            }
        }
    }

    /// Starts every server of a verdict and fills it on a thread of its own, the one that is waited for first; once, and for
    /// engines that last.
    pub(crate) fn warm_up(
        self: &Arc<Self>,
        toolchain: &Toolchain,
        linter: Linter,
        limits: &Limits,
    ) {
        if !self.is_lasting() || self.is_warm.swap(true, Ordering::SeqCst) {
            return;
        }
        let servers = Arc::clone(self);
        let of_stage = |stage| Warm::usual(toolchain, stage, limits);
        let lint = match linter {
            Linter::Pylint | Linter::Flake8 => of_stage(Stage::Lint),
            Linter::Ruff => Warm::of_program(toolchain, of_stage(Stage::Lint).plan),
        };
        let all = [of_stage(Stage::Tests), lint, of_stage(Stage::Replay)];
        let work = move || {
            for warm in all {
                let warmed = servers.warm(&warm);
                let told = |error: io::Error| tracing::warn!(sandbox.stage = ?warm.stage, error = %error, "no fork server");
                warmed.unwrap_or_else(told);
            }
        };
        // Without the thread the first runs are slower; nothing else is lost.
        std::thread::Builder::new().name("warm-up".to_owned()).spawn(work).ok();
    }

    fn warm(&self, warm: &Warm) -> io::Result<()> {
        let server = self.place(warm.stage).server(&self.start(warm))?;
        server.wait_rehearsed()?;
        self.fill(warm)
    }
}
