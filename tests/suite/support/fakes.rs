//! A provider and a backend that do as they are told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use foundation::providers::completion::{Completion, Making};
use foundation::providers::error::ProviderError;
use foundation::providers::provider::{CompletionRequest, Provider};
use record::domain::controls::Controls;
use record::domain::environment::{Environment, Guarantees};
use record::domain::evidence::{
    Coverage, Evidence, Integrity, IntegrityState, Lint, Output, Stability, Termination, TestCase,
    TestOutcome, Tests, Touched,
};
use record::domain::evidence_form::Form;
use record::domain::probe::{Answer, Probe, Question};
use record::domain::timings::Timings;
use record::domain::usage::Usage;
use sandbox::backend::{Job, Progress, RunProgress, SandboxBackend};
use sandbox::error::SandboxError;
use sandbox::toolchain::layer::Layer;
use tokio_util::sync::CancellationToken;

/// Answers with replies in their order, and keeps what it was asked.
#[derive(Default)]
pub(crate) struct Scripted {
    pub(crate) replies: Mutex<VecDeque<String>>,
    pub(crate) asked: Mutex<Vec<CompletionRequest>>,
}

#[async_trait]
impl Provider for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        _cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        self.asked.lock().unwrap().push(request.clone());
        let reply = self.replies.lock().unwrap().pop_front();
        let text = reply.ok_or_else(|| ProviderError::Unreachable { detail: "no reply".into() })?;
        on_text(&text);
        Ok(Completion {
            text,
            making: Making::Generated,
            provider: "scripted".to_owned(),
            model: Some("model-1".to_owned()),
            usage: Usage { input_tokens: Some(120), output_tokens: Some(30), ..Usage::default() },
            sources: Vec::new(),
            prompt: "the prompt".to_owned(),
            persona: request.task.persona(),
            failed: Vec::new(),
        })
    }
}

/// What the backend does with the next job; without a word it passes.
pub(crate) enum Doing {
    Give(Box<Evidence>),
    Hang,
    /// Somebody stops it when everything but lint has ended.
    Interrupted,
    Fail,
    Panic,
}

/// Does as it is told, and keeps its jobs.
#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) doings: Mutex<VecDeque<Doing>>,
    pub(crate) jobs: Mutex<Vec<Job>>,
    pub(crate) prepared: Mutex<bool>,
    installs_for_ever: AtomicBool,
    /// What it says to quick questions; without it, it answers none.
    pub(crate) hints: Mutex<Option<Hints>>,
}

/// Answers quick questions.
pub(crate) type Hints = Box<dyn Fn(&Question) -> Answer + Send>;

impl Fake {
    /// From now on its preparation does not end by itself.
    pub(crate) fn installs_for_ever(&self) {
        self.installs_for_ever.store(true, Ordering::Relaxed);
    }
}

#[async_trait]
impl SandboxBackend for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn sweep(&self) {}

    async fn self_test(&self) -> Result<Guarantees, SandboxError> {
        let layers = [("landlock", "abi 7"), ("cgroup_memory", "absent: sampled")];
        Ok(Guarantees(layers.map(|(name, value)| (name.to_owned(), value.to_owned())).into()))
    }

    async fn prepare(&self, progress: Progress<'_>) -> Result<(), SandboxError> {
        if self.installs_for_ever.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if !std::mem::replace(&mut *self.prepared.lock().unwrap(), true) {
            progress(RunProgress::Stage("installing pytest".to_owned()));
        }
        Ok(())
    }

    async fn run(
        &self,
        job: Job,
        _progress: Progress<'_>,
        cancel: CancellationToken,
    ) -> Result<Evidence, SandboxError> {
        self.jobs.lock().unwrap().push(job);
        let doing = self.doings.lock().unwrap().pop_front();
        match doing {
            None => Ok(passing()),
            Some(Doing::Give(evidence)) => Ok(*evidence),
            Some(Doing::Fail) => {
                Err(SandboxError::Unavailable { backend: "fake".into(), detail: "no room".into() })
            }
            Some(Doing::Panic) => panic!("of `a private request`"),
            Some(Doing::Interrupted) => {
                cancel.cancel();
                Ok(passing())
            }
            Some(Doing::Hang) => {
                cancel.cancelled().await;
                Err(SandboxError::Cancelled)
            }
        }
    }

    async fn probe(
        &self,
        probe: Probe,
        _layer: Option<Arc<Layer>>,
        _cancel: CancellationToken,
    ) -> Result<Answer, SandboxError> {
        let hints = self.hints.lock().unwrap();
        let answer = hints.as_ref().map(|hints| hints(&probe.question));
        answer.ok_or_else(|| SandboxError::Unavailable {
            backend: "fake".to_owned(),
            detail: "it answers no quick questions".to_owned(),
        })
    }
}

/// Evidence of two passed tests.
pub(crate) fn passing() -> Evidence {
    let case = |id: &str| TestCase {
        id: format!("test_adder.py::{id}"),
        outcome: TestOutcome::Passed,
        duration_ms: 3,
        message: String::new(),
    };
    Evidence {
        termination: Termination::Completed,
        tests: Tests {
            collected: 2,
            executed: 2,
            passed: 2,
            cases: vec![case("test_one"), case("test_two")],
            touched: Touched::Yes,
            ..Tests::default()
        },
        coverage: Some(Coverage::of(4, 5, Vec::new())),
        lint: Lint { tool: "pylint 4.0.1".to_owned(), score: Some(9.5), ..Lint::default() },
        integrity: Integrity { state: IntegrityState::Observed, findings: Vec::new() },
        backend: "fake".to_owned(),
        guarantees: Guarantees(BTreeMap::new()),
        environment: Environment(BTreeMap::from([("python".to_owned(), "3.12.4".to_owned())])),
        timings_ms: Timings::default(),
        output: Output::default(),
        stability: Stability::Once,
        change: None,
        form: Form::Rfc8785,
        controls: Controls::default(),
    }
}

/// Evidence of one passed and one failed test; the message of the failure is the given one.
pub(crate) fn failing(message: &str) -> Evidence {
    let mut evidence = passing();
    evidence.tests.passed = 1;
    evidence.tests.failed = 1;
    if let Some(case) = evidence.tests.cases.last_mut() {
        case.outcome = TestOutcome::Failed;
        message.clone_into(&mut case.message);
    }
    evidence
}

/// A reply with this code and these tests.
pub(crate) fn reply(code: &str, tests: &str) -> String {
    let (code, tests) = (code.trim_end(), tests.trim_end());
    format!("It adds.\n\nCode:\n```python\n{code}\n```\n\nTests:\n```python\n{tests}\n```\n")
}
