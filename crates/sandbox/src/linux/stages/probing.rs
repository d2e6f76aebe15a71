//! Probes: quick questions about candidates, put to boxes.
//!
//! A candidate may kill the box that tries it; then the next box goes on behind it, a few times. What is heard is bounded
//! and checked in `answer.rs`; it is a hint, never evidence.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::answer::Heard;
use crate::backend::Job;
use crate::error::SandboxError;
use crate::linux::outside::supervise::Cause;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::jails::Jails;
use crate::linux::runs::order::Order;
use crate::toolchain::layer::Layer;
use crate::toolchain::python::Toolchain;
use record::domain::id::ExecutionId;
use record::domain::patch::Patch;
use record::domain::probe::{Answer, Detail, Infect, Inputs, Patience, Probe, Question, Try};

/// Boxes that one question may use up: candidates can kill the harness that tries them.
const MOST_BOXES: u32 = 8;
/// Bytes of candidates that a box is told; those behind them are not tried.
const CANDIDATE_BYTES: usize = 6 << 20;

/// Asks until the question is answered, the time is over, or too many boxes died.
pub(crate) async fn ask(
    jails: &Jails,
    toolchain: &Toolchain,
    (probe, layer): (&Probe, Option<Arc<Layer>>),
    cancel: &CancellationToken,
) -> Result<Answer, SandboxError> {
    let started = Instant::now();
    let limit = Duration::from_millis(probe.limits.tests_ms);
    let (job, candidates) = (job_of(probe, layer), told_candidates(&probe.question));
    let mut heard = Heard::new(probe);
    for _ in 0..MOST_BOXES {
        let left = limit.saturating_sub(started.elapsed());
        if left.is_zero() {
            break;
        }
        let question = told(&probe.question, &candidates, &heard, left);
        let order = Order::probe(&job, &question, left);
        let (progress, _nobody) = mpsc::unbounded_channel();
        let ended = jails.start(toolchain, &order, progress)?.ended(cancel).await?;
        if cancel.is_cancelled() {
            return Err(SandboxError::Cancelled);
        }
        if let Some(failure) = &ended.report.failure {
            let source = std::io::Error::other(failure.clone());
            return Err(SandboxError::System { step: "make a box for a probe", source });
        }
        take(&mut heard, &ended);
        if ended.observed.cause != Cause::Itself || !heard.go_on() {
            break;
        }
    }
    Ok(heard.answer())
}

fn take(heard: &mut Heard, ended: &Ended) {
    // Nothing but the harness speaks on the channel of a probe; what it repeats is a candidate's word.
    let frames = ended.observed.messages.iter().filter(|message| message.origin == b'P');
    frames.for_each(|message| heard.take(&message.body));
}

fn job_of(probe: &Probe, layer: Option<Arc<Layer>>) -> Job {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let execution = ExecutionId::derived(&format!("{} {number}", probe.name));
    let usual =
        Job::usual(execution, probe.source.clone(), probe.limits.clone(), probe.name.clone());
    Job { language: probe.language, layer, ..usual }
}

fn told_candidates(question: &Question) -> Vec<Value> {
    let patches: &[Patch] = match question {
        Question::Trace(_) => &[],
        Question::Try(wanted) => &wanted.candidates,
        Question::Infect(wanted) => &wanted.candidates,
        Question::Compare(wanted) => &wanted.candidates,
    };
    let mut left = CANDIDATE_BYTES;
    let fitting = patches.iter().take_while(move |patch| {
        let bytes: usize = patch.edits.iter().map(|edit| edit.text.len() + 64).sum();
        let fits = bytes <= left;
        left = left.saturating_sub(bytes);
        fits
    });
    fitting.map(told_patch).collect()
}

fn told_patch(patch: &Patch) -> Value {
    let edits = patch.edits.iter();
    edits.map(|edit| json!([edit.path.as_str(), edit.start, edit.end, edit.text])).collect()
}

fn told(question: &Question, candidates: &[Value], heard: &Heard, left: Duration) -> Value {
    let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    match question {
        Question::Trace(first) => {
            json!({ "kind": "trace", "left_ms": left_ms, "first": first })
        }
        Question::Try(Try { cases, further, further_time, detail, patience, candidates: _ }) => {
            json!({
                "kind": "try",
                "left_ms": left_ms,
                "candidates": candidates,
                "cases": cases,
                "further": further,
                "further_ms": u64::try_from(further_time.as_millis()).unwrap_or(u64::MAX),
                "complaints": *detail == Detail::Complaint,
                "patience": match patience {
                    Patience::Short => "short",
                    Patience::Usual => "usual",
                    Patience::Long => "long",
                },
                "from": heard.next(),
                "careful": heard.careful_until(),
                "found": heard.found(),
            })
        }
        Question::Infect(Infect { cases, failing, candidates: _ }) => json!({
            "kind": "infect",
            "left_ms": left_ms,
            "candidates": candidates,
            "cases": cases,
            "failing": failing.in_time,
            "late": failing.late,
        }),
        Question::Compare(wanted) => json!({
            "kind": "compare",
            "left_ms": left_ms,
            "candidates": candidates,
            "answered": wanted.inputs == Inputs::AnsweredByFirst,
            "far_and_own": wanted.inputs == Inputs::FarAndOwn,
        }),
    }
}
