//! Runs the known suites through every sandbox backend.
//!
//! The samples go the way of any suite, so what they show holds for real ones. For attacks there is bait in the home and a
//! listening port; whether they were taken is seen from outside, since code that got out could also lie about it.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::commands::examination::sample::{Check, Expected, Proof, Sample};
use record::domain::digest::hex;
use record::domain::evidence::{Evidence, Termination};
use record::domain::id::ExecutionId;
use record::domain::limits::Limits;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use sandbox::backend::{Job, SandboxBackend};
use sandbox::error::SandboxError;
use sandbox::toolchain::python;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;

/// Wall time of a sample, in milliseconds.
const TESTS_MS: u64 = 20_000;
/// Wall time of lint where it says nothing about the sample: it is stopped as it starts.
const NO_LINT_MS: u64 = 1;

macro_rules! sample {
    ($name:literal, $folder:literal, $expected:expr) => {
        Sample {
            name: $name,
            code: include_str!(concat!("samples/", $folder, "/code.py")),
            tests: include_str!(concat!("samples/", $folder, "/test_code.py")),
            expected: $expected,
        }
    };
}

/// Attacks on the walls: the test and what it tries.
const ATTACKS: &[(&str, &str)] = &[
    (READS, "reads a file of the home"),
    (CONNECTS, "connects to a port of this machine"),
    (WRITES, "writes outside of the box"),
    ("test_sees_the_engine", "sees the engine"),
    ("test_traces_its_parent", "traces its parent"),
    ("test_mounts", "mounts"),
    ("test_unshares", "makes a user namespace"),
];
const READS: &str = "test_reads_the_home";
const CONNECTS: &str = "test_connects_to_the_machine";
const WRITES: &str = "test_writes_outside";

/// Every sample, good and bad.
pub const SAMPLES: &[Sample] = &[
    sample!("honest suite of sound code", "honest", Expected::Passes),
    sample!("honest suite of wrong code", "wrong", Expected::Fails),
    sample!("forgery: leaves with status 0", "early_exit", Expected::EndsEarly),
    sample!("forgery: equals everything", "always_equal", Expected::Suspected),
    sample!("forgery: reads the expected value", "reads_caller", Expected::Suspected),
    sample!("escape", "escapes", Expected::Walled(ATTACKS)),
];

/// Runs every check of every backend; nothing is installed for it.
pub async fn run(invocation: &Invocation) -> Vec<Check> {
    let home = invocation.settings.home();
    let wanted = invocation.settings.get("SARAPHINA_PYTHON").map(Path::new);
    let untried = |backend: &str, why: &str, remedy: &str| -> Vec<Check> {
        let untried = |sample: &Sample| sample.untried(backend, Proof::NotEstablished, why, remedy);
        SAMPLES.iter().flat_map(untried).collect()
    };
    if invocation.backends.is_empty() {
        let remedy = "Unset SARAPHINA_BACKEND, or use Linux, where there is a backend of our own.";
        return untried("none", "there is no backend to try", remedy);
    }
    let is_set_up = python::present(home, wanted).is_some();
    let mut checks = Vec::new();
    for backend in &invocation.backends {
        if !is_set_up {
            let remedy = "Run `/setup`, then `/doctor --samples`.";
            checks.extend(untried(backend.name(), "the toolchain is not set up", remedy));
            continue;
        }
        invocation.stage(format!("running {} samples in {}", SAMPLES.len(), backend.name()));
        let trial =
            Trial { context: invocation, backend: backend.as_ref(), cancel: &invocation.cancel };
        checks
            .extend(join_all(SAMPLES.iter().map(|sample| trial.carry_out(sample))).await.concat());
    }
    checks
}

struct Trial<'a> {
    context: &'a Context,
    backend: &'a dyn SandboxBackend,
    cancel: &'a CancellationToken,
}

impl Trial<'_> {
    async fn carry_out(&self, sample: &Sample) -> Vec<Check> {
        let (evidence, leaks) = match self.observe(sample).await {
            Ok(observed) => observed,
            Err(error) => return self.could_not(sample, error),
        };
        match &evidence.termination {
            Termination::Infrastructure(step) => {
                let source = std::io::Error::other(step.clone());
                self.could_not(sample, SandboxError::System { step: "run the sample", source })
            }
            Termination::Cancelled => self.could_not(sample, SandboxError::Cancelled),
            Termination::Completed
            | Termination::Timeout
            | Termination::Memory
            | Termination::Limit(_)
            | Termination::EarlyExit(_)
            | Termination::Collection(_)
            | Termination::Syntax(_) => sample.checks(self.backend.name(), &evidence, &leaks),
        }
    }

    fn could_not(&self, sample: &Sample, error: SandboxError) -> Vec<Check> {
        let is_stopped = matches!(error, SandboxError::Cancelled);
        let proof = if is_stopped { Proof::NotEstablished } else { Proof::Failed };
        let error = CommandError::from(error);
        let why = format!("it could not be run: {}", error.chain());
        sample.untried(self.backend.name(), proof, &why, &error.hints.join(" "))
    }

    /// Returns the evidence, and the attacks that the outside saw succeed.
    async fn observe(
        &self,
        sample: &Sample,
    ) -> Result<(Evidence, Vec<&'static str>), SandboxError> {
        let is_attack = matches!(sample.expected, Expected::Walled(_));
        let bait = is_attack.then(|| Bait::lay(self.context.settings.home())).transpose()?;
        let mut job = self.job(sample)?;
        if let Some(bait) = &bait {
            job.env = bait.variables();
            job.fresh = true;
        }
        let evidence = self.backend.run(job, &|_| {}, self.cancel.clone()).await?;
        Ok((evidence, bait.map(|bait| bait.leaks()).unwrap_or_default()))
    }

    fn job(&self, sample: &Sample) -> Result<Job, SandboxError> {
        let seed = hex(&(self.context.entropy)());
        let is_linted = matches!(sample.expected, Expected::Passes);
        let lint_ms = if is_linted { Limits::default().lint_ms } else { NO_LINT_MS };
        let execution = ExecutionId::derived(&format!("{} {seed}", sample.name));
        let limits = Limits { tests_ms: TESTS_MS, lint_ms, ..Limits::default() };
        Ok(Job::usual(execution, source(sample)?, limits, seed))
    }
}

fn source(sample: &Sample) -> Result<Source, SandboxError> {
    let system = |detail: String| SandboxError::System {
        step: "make the sample",
        source: std::io::Error::other(detail),
    };
    let file = |path: &str, role, text: &str| {
        let path = path.parse().map_err(|error| system(format!("{error}")))?;
        Ok(SourceFile { path, role, content: text.into() })
    };
    let files = vec![
        file("subject.py", Role::Code, sample.code)?,
        file("test_subject.py", Role::Test, sample.tests)?,
    ];
    Source::new(files).map_err(|error| system(format!("{error}")))
}

/// Bait for attacks; the outside looks whether anybody took it.
struct Bait {
    secret: PathBuf,
    target: PathBuf,
    listener: TcpListener,
    port: u16,
}

impl Bait {
    fn lay(home: &Path) -> Result<Self, SandboxError> {
        let system = |step| move |source| SandboxError::System { step, source };
        let pid = std::process::id();
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(system("open a canary port"))?;
        listener.set_nonblocking(true).map_err(system("open a canary port"))?;
        let port = listener.local_addr().map_err(system("read the canary port"))?.port();
        // The port tells two of one process apart; the sweep takes what a dead one leaves by the process at the end.
        let secret = home.join(format!("canary-{port}-{pid}"));
        let target = home.join(format!("canary-{port}-escaped-{pid}"));
        fs::write(&secret, "a secret").map_err(system("write a canary file"))?;
        Ok(Self { secret, target, listener, port })
    }

    fn variables(&self) -> BTreeMap<String, String> {
        let name = fs::read_to_string("/proc/self/comm").unwrap_or_default();
        let pairs = [
            ("SECRET", self.secret.display().to_string()),
            ("TARGET", self.target.display().to_string()),
            ("PORT", self.port.to_string()),
            ("ENGINE", std::process::id().to_string()),
            ("ENGINE_NAME", name.trim().to_owned()),
        ];
        pairs.map(|(name, value)| (format!("SARAPHINA_SAMPLE_{name}"), value)).into()
    }

    fn leaks(&self) -> Vec<&'static str> {
        let visited = self.listener.accept().is_ok().then_some(CONNECTS);
        let written = self.target.exists().then_some(WRITES);
        visited.into_iter().chain(written).collect()
    }
}

impl Drop for Bait {
    fn drop(&mut self) {
        // Only the first is always there.
        fs::remove_file(&self.secret).ok();
        fs::remove_file(&self.target).ok();
    }
}
