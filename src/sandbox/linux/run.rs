//! One run: tests and lint, each jailed.

use std::collections::BTreeMap;
use std::io::pipe;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use crate::domain::digest::Digest;
use crate::domain::limits::Limits;
use crate::domain::source::{Role, SourceFile};
use crate::sandbox::backend::{Job, Keep, Network};
use crate::sandbox::error::SandboxError;
use crate::sandbox::evidence::witness::Call;
use crate::sandbox::guest::scripts::{HARNESS, LINT, PARTS, REPLAY, Script};
use crate::sandbox::linux::cgroup::Hierarchy;
use crate::sandbox::linux::plan::{Entry, Identity, JailReport, MemoryBound, Plan, Reach, Work};
use crate::sandbox::linux::root::{GUEST, SOURCES, WORK};
use crate::sandbox::linux::slot::{self, Slot};
use crate::sandbox::linux::supervise::{Message, Observed, Terms, run_jail};
use crate::sandbox::toolchain::python::Toolchain;

/// How the frame of a test begins; only for progress.
const TEST_FRAME: &[u8] = br#"{"t": "test""#;

/// What a run needs from its engine.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    pub(crate) executable: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) is_root: bool,
    pub(crate) hierarchy: Hierarchy,
}

/// What a jail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The suite.
    Tests,
    /// Static analysis.
    Lint,
    /// Calls of the subject without any test.
    Replay,
}

impl Stage {
    const fn script(self) -> Script {
        match self {
            Self::Tests => HARNESS,
            Self::Lint => LINT,
            Self::Replay => REPLAY,
        }
    }
}

/// One jail of a job.
#[derive(Clone, Debug)]
pub(crate) struct Order<'a> {
    pub(crate) job: &'a Job,
    pub(crate) stage: Stage,
    /// Which jail of the job this is; nothing that the jail sees tells what it is for.
    pub(crate) turn: u32,
    /// When it must be over; the jail itself knows the limit of the real run only.
    pub(crate) deadline: Duration,
    /// Calls to replay.
    pub(crate) calls: Vec<&'a Call>,
}

impl<'a> Order<'a> {
    /// The real suite.
    pub(crate) fn tests(job: &'a Job) -> Self {
        let deadline = Duration::from_millis(job.limits.tests_ms);
        Self { job, stage: Stage::Tests, turn: 0, deadline, calls: Vec::new() }
    }

    /// Static analysis of the real code.
    pub(crate) fn lint(job: &'a Job) -> Self {
        let deadline = Duration::from_millis(job.limits.lint_ms);
        Self { job, stage: Stage::Lint, turn: 1, deadline, calls: Vec::new() }
    }

    /// A word that differs from jail to jail and tells nothing.
    fn word(&self) -> String {
        let whole = format!("{} {}", self.job.seed, self.turn);
        Digest::of(whole.as_bytes()).hex().chars().take(16).collect()
    }
}

/// What came of a jail.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) observed: Observed,
    pub(crate) report: JailReport,
    pub(crate) memory_kills: u64,
    pub(crate) process_refusals: u64,
}

/// A jail at work: its result, and the handle that stops it when dropped.
pub(crate) struct Running {
    pub(crate) result: oneshot::Receiver<std::io::Result<Ended>>,
    pub(crate) stop: OwnedFd,
}

/// Starts one stage of a job on a thread of its own; the thread outlives the jail by construction.
pub(crate) fn start(
    ground: &Ground,
    toolchain: &Toolchain,
    order: &Order<'_>,
    finished: mpsc::UnboundedSender<()>,
) -> Result<Running, SandboxError> {
    let mut plan = plan_of(ground, toolchain, order);
    let contents = contents_of(order, &mut plan);
    launch(ground, plan, contents, order.deadline, finished)
}

/// Starts a planned jail on a thread of its own.
pub(crate) fn launch(
    ground: &Ground,
    mut plan: Plan,
    contents: Vec<Vec<u8>>,
    deadline: Duration,
    finished: mpsc::UnboundedSender<()>,
) -> Result<Running, SandboxError> {
    let system = |step| move |source| SandboxError::System { step, source };
    let slot = if ground.is_root {
        Some(slot::take(&ground.home).map_err(system("take a worker slot"))?)
    } else {
        None
    };
    plan.identity = slot.as_ref().map_or(Identity::Mapped, |slot| Identity::Slot(slot.id));
    let (stopped, stop) = pipe().map_err(system("make a pipe"))?;
    let (answer, result) = oneshot::channel();
    let task = Task { ground: ground.clone(), contents, deadline, finished, _slot: slot };
    let work = move || {
        let ended = task.carry_out(plan, &OwnedFd::from(stopped));
        drop(task);
        // Nobody may be waiting any more.
        answer.send(ended).ok();
    };
    thread::Builder::new().name("jail".to_owned()).spawn(work).map_err(system("start a thread"))?;
    Ok(Running { result, stop: OwnedFd::from(stop) })
}

/// What the thread of a jail holds.
struct Task {
    ground: Ground,
    contents: Vec<Vec<u8>>,
    deadline: Duration,
    finished: mpsc::UnboundedSender<()>,
    _slot: Option<Slot>,
}

impl Task {
    fn carry_out(&self, mut plan: Plan, stop: &OwnedFd) -> std::io::Result<Ended> {
        let groups = self.ground.hierarchy.make(&plan.name, &plan.limits);
        plan.cgroups = groups.folders();
        plan.memory =
            if groups.bounds_memory() { MemoryBound::Cgroup } else { MemoryBound::Sampling };
        let contents: Vec<&[u8]> = self.contents.iter().map(Vec::as_slice).collect();
        let mut report = JailReport::default();
        let mut on_message = |message: &Message| {
            if message.origin == b'C' && message.body.starts_with(TEST_FRAME) {
                // Progress is for display; nobody may be looking.
                self.finished.send(()).ok();
            }
            if matches!(message.origin, b'J' | b'W') {
                merge(&mut report, &message.body);
            }
        };
        let mut terms = Terms {
            deadline: self.deadline,
            output_bytes: plan.limits.output_bytes,
            stop,
            on_message: &mut on_message,
        };
        let observed = run_jail(&self.ground.executable, &plan, &contents, &mut terms);
        let (memory_kills, process_refusals) = (groups.memory_kills(), groups.process_refusals());
        groups.remove();
        Ok(Ended { observed: observed?, report, memory_kills, process_refusals })
    }
}

/// The worker's own failure is told before the jail's report of its exit; both count.
fn merge(report: &mut JailReport, body: &[u8]) {
    let newer: JailReport = serde_json::from_slice(body).unwrap_or_default();
    let failure = report.failure.take().or(newer.failure);
    *report = JailReport { failure, ..newer };
}

/// A plan without files, for work that needs none.
pub(crate) fn bare_plan(work: Work, limits: Limits) -> Plan {
    Plan {
        name: format!("bare-{}", std::process::id()),
        work,
        sources: Vec::new(),
        guest: Vec::new(),
        binds: Vec::new(),
        env: BTreeMap::new(),
        limits,
        identity: Identity::Mapped,
        reach: Reach::Loopback,
        cgroups: Vec::new(),
        memory: MemoryBound::Sampling,
        keep: None,
    }
}

fn plan_of(ground: &Ground, toolchain: &Toolchain, order: &Order<'_>) -> Plan {
    let (job, stage) = (order.job, order.stage);
    let script = format!("{GUEST}/{}", stage.script().name);
    let python = toolchain.python.display().to_string();
    let work = Work::Program(vec![python, "-I".to_owned(), "-B".to_owned(), script]);
    Plan {
        name: format!("{}-{}-{}", job.execution, order.word(), std::process::id()),
        binds: toolchain.folders.clone(),
        env: environment(&job.env, stage),
        reach: match (job.network, stage) {
            (Network::Host, Stage::Tests | Stage::Replay) => Reach::Host,
            (Network::Host, Stage::Lint) | (Network::Loopback, _) => Reach::Loopback,
        },
        keep: match (job.keep, stage) {
            (Keep::Box, Stage::Tests) => Some(box_folder(&ground.home, job)),
            (Keep::Box, Stage::Lint | Stage::Replay) | (Keep::Nothing, _) => None,
        },
        ..bare_plan(work, job.limits.clone())
    }
}

/// Where the scratch folder of a job is kept.
pub(crate) fn box_folder(home: &Path, job: &Job) -> PathBuf {
    home.join("boxes").join(job.execution.as_str())
}

fn environment(given: &BTreeMap<String, String>, stage: Stage) -> BTreeMap<String, String> {
    let fixed = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("HOME", WORK),
        ("LANG", "C.UTF-8"),
        ("TMPDIR", "/tmp"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),
    ];
    let mut variables: BTreeMap<String, String> =
        fixed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    if stage != Stage::Lint {
        variables.extend(given.clone());
    }
    variables
}

/// Lists every file in the plan and gives the contents in the same order.
///
/// A replay gets no tests: nothing in its box says what is expected.
fn contents_of(order: &Order<'_>, plan: &mut Plan) -> Vec<Vec<u8>> {
    let stage = order.stage;
    let is_shown = |file: &&SourceFile| stage != Stage::Replay || file.role != Role::Test;
    let shown: Vec<&SourceFile> = order.job.source.files().iter().filter(is_shown).collect();
    let paths = |role| -> Vec<&str> {
        shown.iter().filter(|file| file.role == role).map(|file| file.path.as_str()).collect()
    };
    let description = json!({
        "src": SOURCES,
        "work": WORK,
        "code": paths(Role::Code),
        "tests": paths(Role::Test),
        "support": paths(Role::Support),
        "ini": format!("{GUEST}/empty.ini"),
        "tests_ms": plan.limits.tests_ms,
        "seed": order.word(),
        "calls": order.calls,
    });
    let scripts = [stage.script()].into_iter().chain(PARTS);
    let mut guest: Vec<(String, Vec<u8>)> =
        scripts.map(|script| (script.name.to_owned(), script.text.as_bytes().to_vec())).collect();
    guest.push(("job.json".to_owned(), description.to_string().into_bytes()));
    let sources: Vec<(String, Vec<u8>)> =
        shown.iter().map(|file| (file.path.to_string(), file.content.clone())).collect();
    let entries = |files: &[(String, Vec<u8>)]| -> Vec<Entry> {
        files.iter().map(|(path, bytes)| Entry { path: path.clone(), bytes: bytes.len() }).collect()
    };
    plan.guest = entries(&guest);
    plan.sources = entries(&sources);
    guest.into_iter().chain(sources).map(|(_, content)| content).collect()
}
