//! Asks a sandbox questions about candidates, one at a time.
//!
//! A question runs code of unknown worth many times in one sandbox, which is quick and proves nothing: the code could forge
//! what it says there. Answers are therefore checked for sense and used as hints only.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::patch::Patch;
use record::domain::probe::{
    Answer, Case, Compare, Compared, Complaint, Infect, Infected, Probe, Question, Traced, Tried,
    Try,
};
use record::domain::source::{Source, SourceFile};
use repair::mutate::Breadth;
use repair::suggestion::Suggestion;
use sandbox::backend::SandboxBackend;
use sandbox::error::SandboxError;
use sandbox::toolchain::layer::Layer;

/// Sources of edits; both give the best first.
#[derive(Clone, Copy, Debug)]
pub struct Tools {
    /// Fixes that a complaint suggests.
    pub suggest: fn(&Source, &Complaint, Option<&Traced>) -> Vec<Suggestion>,
    /// The single edits of the code.
    pub mutations: fn(&Source, &Traced, Breadth) -> Vec<Suggestion>,
    /// The examples that descriptions give, as one more test file.
    pub examples: fn(&Source) -> Option<SourceFile>,
    /// The reason why an edit is far-fetched as an answer to complaints, if it is.
    pub far_fetched: fn(&Source, &Patch, &[Complaint]) -> Option<&'static str>,
    /// The reason why several edits are far-fetched together.
    pub far_fetched_together: fn(&Source, &Source) -> Option<&'static str>,
}

/// A sandbox, asked one question at a time.
pub struct Bench<'a> {
    /// The sandbox.
    pub backend: &'a dyn SandboxBackend,
    /// Stops it.
    pub cancel: &'a CancellationToken,
    /// Names the boxes.
    pub name: String,
    /// The language of the suite.
    pub language: Language,
    /// Packages that the code may import.
    pub layer: Option<Arc<Layer>>,
    /// Time of a search among single edits, and again of one among pairs.
    pub time: Duration,
    /// The tests that fail by the evidence; none where it does not tell.
    pub failing: Vec<String>,
    /// Limits of the sandbox; the time is that of each question.
    pub limits: Limits,
    /// Sources of edits.
    pub tools: Tools,
    /// Whether a question took all the time that it had.
    pub is_late: AtomicBool,
}

/// Usual time of a search.
pub const USUAL_TIME: Duration = Duration::from_secs(10);

/// How long looking at slow tests takes.
const SLOW_LOOK: Duration = Duration::from_millis(1_500);
/// Most tests that are asked for first.
const MOST_FIRST: usize = 500;

/// Tells whether a test fails in what was traced.
fn has_red(answer: &Answer) -> bool {
    matches!(answer, Answer::Traced(traced) if traced.cases.iter().any(|case| case.complaint.is_some()))
}

/// Time that is set aside for something.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    begun: Instant,
    length: Duration,
}

impl Span {
    /// Begins a span now.
    pub fn of(length: Duration) -> Self {
        Self { begun: Instant::now(), length }
    }

    /// Returns what is left of it; nothing when it is over.
    pub fn left(&self) -> Option<Duration> {
        self.length.checked_sub(self.begun.elapsed()).filter(|left| !left.is_zero())
    }
}

impl Bench<'_> {
    /// Notes where the time of a search is over before everything was tried.
    pub fn notice_end(&self, time: &Span) {
        if time.left().is_none() {
            self.is_late.store(true, Ordering::Relaxed);
        }
    }

    /// Asks what each test does on a source as it is, those first that fail.
    pub async fn trace(&self, source: &Source, time: Duration) -> Result<Traced, SandboxError> {
        let first = self.failing.iter().take(MOST_FIRST).cloned().collect();
        let answer = self.ask(source, Question::Trace(first), time).await?;
        let Answer::Traced(traced) = answer else { return Err(self.nonsense()) };
        Ok(traced)
    }

    /// Tells whether a look that began then shows that the tests are slow, and it is known which fail.
    pub fn is_slow(&self, begun: Instant) -> bool {
        begun.elapsed() > SLOW_LOOK && !self.failing.is_empty()
    }

    /// Tells whether a test says something: one that fails here alone does not.
    pub fn counts(&self, case: &Case) -> bool {
        case.complaint.is_none() || self.failing.is_empty() || self.failing.contains(&case.id)
    }

    /// Asks which tests pass with each candidate.
    pub async fn try_all(
        &self,
        source: &Source,
        wanted: Try,
        time: Duration,
    ) -> Result<Vec<Tried>, SandboxError> {
        let count = wanted.candidates.len();
        let answer = self.ask(source, Question::Try(wanted), time).await?;
        let Answer::Tried(mut tried) = answer else { return Err(self.nonsense()) };
        // Whatever a box says about candidates it was not given is nonsense.
        tried.retain(|tried| tried.index < count);
        Ok(tried)
    }

    /// Asks which candidates change the value of an expression in which tests.
    pub async fn infect(
        &self,
        source: &Source,
        infect: Infect,
        time: Duration,
    ) -> Result<Infected, SandboxError> {
        let answer = self.ask(source, Question::Infect(infect), time).await?;
        let Answer::Infected(infected) = answer else { return Err(self.nonsense()) };
        Ok(infected)
    }

    /// Asks which candidates behave alike.
    pub async fn compare(
        &self,
        source: &Source,
        compare: Compare,
        time: Duration,
    ) -> Result<Compared, SandboxError> {
        let answer = self.ask(source, Question::Compare(compare), time).await?;
        let Answer::Compared(compared) = answer else { return Err(self.nonsense()) };
        Ok(compared)
    }

    async fn ask(
        &self,
        source: &Source,
        question: Question,
        time: Duration,
    ) -> Result<Answer, SandboxError> {
        let tests_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
        let probe = Probe {
            name: self.name.clone(),
            source: source.clone(),
            language: self.language,
            limits: Limits { tests_ms, ..self.limits.clone() },
            question,
        };
        // A trace that was cut short has those that fail, and the search goes on with them.
        let is_trace = matches!(probe.question, Question::Trace(_));
        let begun = Instant::now();
        let answer = self.backend.probe(probe, self.layer.clone(), self.cancel.clone()).await;
        let is_over = begun.elapsed() >= time && !(is_trace && answer.as_ref().is_ok_and(has_red));
        self.is_late.fetch_or(is_over, Ordering::Relaxed);
        answer
    }

    fn nonsense(&self) -> SandboxError {
        SandboxError::Unavailable {
            backend: self.backend.name().to_owned(),
            detail: "it answered another question".to_owned(),
        }
    }
}
