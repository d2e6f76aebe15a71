//! Studies in boxes of their own.
//!
//! A study has one jail and one deadline; what it says is read in `evidence/`. It gets no controls, because nothing of it is evidence.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Job, Part};
use crate::error::SandboxError;
use crate::evidence::mended::remarks_of;
use crate::evidence::studied::{profiled, replayed, timed};
use crate::linux::boundary::paths::SOURCES;
use crate::linux::outside::supervise::Cause;
use crate::linux::runs::ended::Ended;
use crate::linux::runs::jails::Jails;
use crate::linux::runs::order::Order;
use crate::study::{Asked, Replay, Studied, Study};
use crate::toolchain::linter::Linter;
use crate::toolchain::python::Toolchain;
use record::domain::id::ExecutionId;

/// Bytes of mutants that a box is told; those behind them are not tried.
const MUTANT_BYTES: usize = 1 << 20;

/// Carries a study out.
pub(crate) async fn study(
    jails: &Jails,
    toolchain: &Toolchain,
    study: &Study,
    cancel: &CancellationToken,
) -> Result<Studied, SandboxError> {
    let job = job_of(study);
    let limit = Duration::from_millis(study.limits.tests_ms);
    let question = question(&study.asked, limit);
    let order = match &study.asked {
        Asked::Lint(_) => Order::lint(&job, Linter::Ruff),
        Asked::Replay(_) | Asked::Time(_) | Asked::Profile(_) => {
            Order::study(&job, &question, limit)
        }
    };
    let (progress, _nobody) = mpsc::unbounded_channel();
    let ended = jails.start(toolchain, &order, progress)?.ended(cancel).await?;
    if cancel.is_cancelled() {
        return Err(SandboxError::Cancelled);
    }
    if let Some(failure) = &ended.report.failure {
        let source = std::io::Error::other(failure.clone());
        return Err(SandboxError::System { step: "make a box for a study", source });
    }
    // Nothing but the harness speaks on the channel of a study; what it repeats is the word of the code.
    let frames = ended.observed.messages.iter().filter(|message| message.origin == b'P');
    let bodies: Vec<&[u8]> = frames.map(|message| message.body.as_slice()).collect();
    Ok(match &study.asked {
        Asked::Lint(_) => Studied::Lint(linted(&ended, study)?),
        Asked::Replay(_) => Studied::Replay(replayed(&bodies)),
        Asked::Time(_) => Studied::Time(timed(&bodies)),
        Asked::Profile(_) => Studied::Profile(profiled(&bodies)),
    })
}

fn linted(ended: &Ended, study: &Study) -> Result<Vec<crate::study::Remark>, SandboxError> {
    let silent = |why: String| {
        let source = std::io::Error::other(why);
        SandboxError::System { step: "have ruff read the files", source }
    };
    let observed = &ended.observed;
    if observed.cause != Cause::Itself
        || ended.report.status != Some(0)
        || observed.stdout.dropped() > 0
    {
        let words = observed.stderr.text();
        return Err(silent(words.lines().last().unwrap_or("it gave no result").to_owned()));
    }
    remarks_of(&observed.stdout.text(), SOURCES, &study.source).map_err(silent)
}

fn job_of(study: &Study) -> Job {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let part =
        Part { roots: study.roots.clone(), options: study.options.clone(), ..Part::default() };
    let part = match &study.asked {
        Asked::Lint(lint) => Part {
            linted: lint.paths.clone(),
            rules: lint.rules.clone(),
            minor: lint.minor,
            ..part
        },
        Asked::Replay(replay) => Part { chosen: replay.tests.clone(), ..part },
        Asked::Time(tests) | Asked::Profile(tests) => Part { chosen: tests.clone(), ..part },
    };
    let execution = ExecutionId::derived(&format!("{} {number}", study.name));
    let usual =
        Job::usual(execution, study.source.clone(), study.limits.clone(), study.name.clone());
    // What ran before in an interpreter would be part of what is seen.
    Job { layer: study.layer.clone(), part: Some(part), fresh: true, ..usual }
}

fn question(asked: &Asked, left: Duration) -> Value {
    let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    match asked {
        Asked::Lint(_) => Value::Null,
        Asked::Replay(replay) => json!({
            "kind": "replay",
            "left_ms": left_ms,
            "path": replay.path.as_str(),
            "text": replay.text,
            "mutants": mutants(replay),
        }),
        Asked::Time(_) => json!({ "kind": "time", "left_ms": left_ms }),
        Asked::Profile(_) => json!({ "kind": "profile", "left_ms": left_ms }),
    }
}

fn mutants(replay: &Replay) -> Vec<Value> {
    let mut left = MUTANT_BYTES;
    let fitting = replay.mutants.iter().filter(|mutant| mutant.edit.path == replay.path);
    let fitting = fitting.take_while(|mutant| {
        left = left.saturating_sub(mutant.edit.text.len() + 64);
        left > 0
    });
    let told = |mutant: &crate::study::Mutant| {
        let edit = &mutant.edit;
        json!({ "start": edit.start, "end": edit.end, "text": edit.text, "line": mutant.line })
    };
    fitting.map(told).collect()
}
