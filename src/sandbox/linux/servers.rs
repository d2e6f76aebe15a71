//! Fork servers and their waiting boxes.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::limits::Limits;
use crate::sandbox::guest::scripts::{PARTS, SERVER};
use crate::sandbox::linux::fork_server::{ForkServer, Standby};
use crate::sandbox::linux::inside::confine::sockets;
use crate::sandbox::linux::inside::filter;
use crate::sandbox::linux::inside::root::GUEST;
use crate::sandbox::linux::order::{STAGES, Stage};
use crate::sandbox::linux::plan::{Entry, Identity, MemoryBound, Plan, Reach, Work};
use crate::sandbox::linux::run::{Ground, bare_plan, environment};
use crate::sandbox::linux::slot;
use crate::sandbox::toolchain::python::Toolchain;

/// Every fork server of an engine, and what waits in them.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    is_lasting: AtomicBool,
    is_warm: AtomicBool,
    tests: Mutex<Place>,
    lint: Mutex<Place>,
    replay: Mutex<Place>,
}

/// The fork server of one stage, and its boxes.
#[derive(Debug, Default)]
struct Place {
    server: Option<Arc<ForkServer>>,
    toolchain: Option<Toolchain>,
    standbys: Vec<Standby>,
}

impl Servers {
    /// Tells that the engine lasts, so that later runs are worth preparing.
    pub(crate) fn last(&self) {
        self.is_lasting.store(true, Ordering::Relaxed);
    }

    fn is_lasting(&self) -> bool {
        self.is_lasting.load(Ordering::Relaxed)
    }

    fn place(&self, stage: Stage) -> MutexGuard<'_, Place> {
        let place = match stage {
            Stage::Tests => &self.tests,
            Stage::Lint => &self.lint,
            Stage::Replay => &self.replay,
        };
        place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A box like the plan's that waits for its job; none where a fresh interpreter is the better way.
    pub(crate) fn take(
        &self,
        ground: &Ground,
        toolchain: &Toolchain,
        stage: Stage,
        plan: &Plan,
    ) -> io::Result<Option<Standby>> {
        // One command lints and replays once; only its controls run the suite again and again.
        if stage != Stage::Tests && !self.is_lasting() {
            return Ok(None);
        }
        let mut place = self.place(stage);
        place.drop_unlike(toolchain, plan);
        if let Some(standby) = place.standbys.pop() {
            return Ok(Some(standby));
        }
        let server = place.server(ground, toolchain, stage)?;
        drop(place);
        // Linting and replaying start fast by themselves; a suite gains even from a server that is only just starting.
        if stage != Stage::Tests && !server.is_ready() {
            return Ok(None);
        }
        server.wait_ready()?;
        make(ground, &server, plan).map(Some)
    }

    /// Makes boxes until as many wait as are wanted.
    pub(crate) fn refill(&self, ground: &Ground, toolchain: &Toolchain, stage: Stage, plan: &Plan) {
        if !self.is_lasting() {
            return;
        }
        if let Err(error) = self.fill(ground, toolchain, stage, plan) {
            tracing::warn!(sandbox.stage = ?stage, error = %error, "no box was made to wait");
        }
    }

    fn fill(
        &self,
        ground: &Ground,
        toolchain: &Toolchain,
        stage: Stage,
        plan: &Plan,
    ) -> io::Result<()> {
        loop {
            let mut place = self.place(stage);
            place.drop_unlike(toolchain, plan);
            let server = place.server(ground, toolchain, stage)?;
            if place.standbys.len() >= wanted(stage) || !server.is_rehearsed() {
                return Ok(());
            }
            let standby = make(ground, &server, plan)?;
            place.standbys.push(standby);
        }
    }

    /// Starts every server and fills it on a thread of its own, once; for engines that last.
    pub(crate) fn warm_up(
        self: &Arc<Self>,
        ground: &Ground,
        toolchain: &Toolchain,
        limits: &Limits,
    ) {
        if !self.is_lasting() || self.is_warm.swap(true, Ordering::SeqCst) {
            return;
        }
        let (servers, ground, toolchain) = (Arc::clone(self), ground.clone(), toolchain.clone());
        let plan = Plan {
            env: environment(&BTreeMap::new(), Stage::Tests),
            binds: toolchain.folders.clone(),
            ..bare_plan(Work::Await, limits.clone())
        };
        let work = move || {
            for stage in STAGES {
                let warmed = servers.warm(&ground, &toolchain, stage, &plan);
                let told = |error: io::Error| tracing::warn!(sandbox.stage = ?stage, error = %error, "no fork server");
                warmed.unwrap_or_else(told);
            }
        };
        // Without the thread the first runs are slower; nothing else is lost.
        std::thread::Builder::new().name("warm-up".to_owned()).spawn(work).ok();
    }

    fn warm(
        &self,
        ground: &Ground,
        toolchain: &Toolchain,
        stage: Stage,
        plan: &Plan,
    ) -> io::Result<()> {
        let server = self.place(stage).server(ground, toolchain, stage)?;
        server.wait_rehearsed()?;
        self.fill(ground, toolchain, stage, plan)
    }
}

/// Boxes that wait: a verdict takes one for the suite and several for its controls.
fn wanted(stage: Stage) -> usize {
    match stage {
        Stage::Tests => 4,
        Stage::Lint | Stage::Replay => 1,
    }
}

impl Place {
    /// Lets go of what was made for other limits, other variables or another interpreter.
    fn drop_unlike(&mut self, toolchain: &Toolchain, plan: &Plan) {
        if self.toolchain.as_ref().is_some_and(|of| of != toolchain)
            || self.server.as_ref().is_some_and(|server| server.is_spent())
        {
            *self = Self::default();
        }
        self.standbys.retain(|standby| shape(&standby.plan) == shape(plan));
    }

    fn server(
        &mut self,
        ground: &Ground,
        toolchain: &Toolchain,
        stage: Stage,
    ) -> io::Result<Arc<ForkServer>> {
        if let Some(server) = &self.server {
            return Ok(Arc::clone(server));
        }
        let (plan, contents) = server_plan(ground, toolchain, stage)?;
        let server = ForkServer::start(&ground.executable, plan, contents)?;
        (self.server, self.toolchain) = (Some(Arc::clone(&server)), Some(toolchain.clone()));
        Ok(server)
    }
}

/// What a box is made for; times and output are bounded from outside.
fn shape(plan: &Plan) -> (Limits, &BTreeMap<String, String>, Reach) {
    let limits = Limits { tests_ms: 0, lint_ms: 0, output_bytes: 0, ..plan.limits.clone() };
    (limits, &plan.env, plan.reach)
}

fn make(ground: &Ground, server: &Arc<ForkServer>, plan: &Plan) -> io::Result<Standby> {
    let slot = if ground.is_root { Some(slot::take(&ground.home)?) } else { None };
    let name = format!("box-{}-{}", next_number(), std::process::id());
    let groups = ground.hierarchy.make(&name, &plan.limits);
    let memory = if groups.bounds_memory() { MemoryBound::Cgroup } else { MemoryBound::Sampling };
    let plan = Plan {
        name,
        work: Work::Await,
        sources: Vec::new(),
        guest: Vec::new(),
        identity: slot.as_ref().map_or(Identity::Mapped, |slot| Identity::Slot(slot.id)),
        cgroups: Vec::new(),
        memory,
        keep: None,
        ..plan.clone()
    };
    server.make(plan, groups, slot)
}

fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn server_plan(
    ground: &Ground,
    toolchain: &Toolchain,
    stage: Stage,
) -> io::Result<(Plan, Vec<Vec<u8>>)> {
    let python = toolchain.python.display().to_string();
    let script = format!("{GUEST}/{}", SERVER.name);
    let words = ["-I", "-B", &script, stage.worker()].map(str::to_owned);
    let work = Work::Serve([python].into_iter().chain(words).collect());
    let scripts = [SERVER].into_iter().chain(PARTS);
    let mut guest: Vec<(String, Vec<u8>)> =
        scripts.map(|script| (script.name.to_owned(), script.text.as_bytes().to_vec())).collect();
    let filters = filter::encoded(sockets(Reach::Loopback)).map_err(io::Error::other)?;
    let filters = filters.into_iter().enumerate();
    guest.extend(filters.map(|(number, program)| (format!("filter.{number}"), program)));
    let plan = Plan {
        name: format!("server-{}-{}", stage.worker(), std::process::id()),
        guest: guest
            .iter()
            .map(|(path, bytes)| Entry { path: path.clone(), bytes: bytes.len() })
            .collect(),
        binds: toolchain.folders.clone(),
        env: environment(&BTreeMap::new(), Stage::Tests),
        identity: if ground.is_root { Identity::Slot(slot::FIRST) } else { Identity::Mapped },
        ..bare_plan(work, Limits::default())
    };
    Ok((plan, guest.into_iter().map(|(_, content)| content).collect()))
}
