//! Runs a change within an execution.
//!
//! A kept base counts only where the environment of the result is that of the base, digest for digest; else the base is run again, so
//! that nothing is blamed on a change that another interpreter or package did.

use std::sync::Arc;

use tokio::time::Instant;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::ground::Ground;
use crate::contract::invocation::Invocation;
use crate::executing::baselines;
use crate::executing::changes::baseline::{self, Baseline};
use crate::executing::changes::bench::Bench;
use crate::executing::changes::observing::{Question, observe};
use crate::executing::changes::trees::Trees;
use crate::executing::following::follow;
use crate::executing::terms::Trial;
use record::domain::changeset::{Changeset, GitId};
use record::domain::digest::Digest;
use record::domain::evidence::Evidence;
use record::domain::limits::Limits;
use sandbox::backend::{Job, SandboxBackend};
use sandbox::error::SandboxError;

/// A change that is about to be run.
pub struct Prepared {
    trees: Trees,
    ground: Arc<Ground>,
    key: Digest,
    known: Option<Baseline>,
}

/// Builds the trees of a change and looks for what is known of its base.
pub async fn prepare(
    context: &Context,
    change: &Changeset,
    trial: &Trial,
) -> Result<Box<Prepared>, CommandError> {
    let ground = trial.ground.clone().ok_or_else(|| {
        CommandError::usage(format!("the files of {} are not at hand", change.repository))
            .hint("Run it with `/sandbox-code`.")
    })?;
    let trees = Trees::of(&ground, change)
        .map_err(|error| CommandError::usage(format!("{}: {error}", change.repository)))?;
    let key = key(&change.base.tree, &ground, &trial.limits);
    let known = baselines::find(context, &key).await?;
    // What an older program kept in another form is measured again.
    let known = known.and_then(|text| serde_json::from_str(&text).ok());
    Ok(Box::new(Prepared { trees, ground, key, known }))
}

/// What makes two runs of a base the same, but for the environment, which is compared when it is known.
pub fn key(tree: &GitId, ground: &Ground, limits: &Limits) -> Digest {
    // How long the linter may take follows from the change, and tells nothing of the tests of its base.
    let limits = Limits { lint_ms: Limits::default().lint_ms, ..limits.clone() };
    let limits = serde_json::to_vec(&limits).unwrap_or_default();
    let lists = [&ground.tests, &ground.roots, &ground.packages].map(|list| list.join("\n"));
    let [tests, roots, packages] = &lists;
    Digest::of_parts(&[
        tree.as_str().as_bytes(),
        tests.as_bytes(),
        roots.as_bytes(),
        packages.as_bytes(),
        &limits,
    ])
}

/// Keeps the run of a base that says something; without it the base is only run again.
pub fn keep(context: &Context, key: &Digest, measured: &Baseline) {
    if !measured.is_sound() {
        return;
    }
    let text = serde_json::to_string(measured).unwrap_or_default();
    if let Err(failure) = baselines::keep(context, key, text) {
        tracing::warn!(failure = %failure, "the run of a base could not be kept");
    }
}

/// Runs a change; the base too, where it is not known or was run in another environment.
pub async fn run(
    invocation: &Invocation,
    backend: &dyn SandboxBackend,
    job: Job,
    change: &Changeset,
    prepared: &Prepared,
) -> Result<Evidence, SandboxError> {
    let begun = Instant::now();
    let Prepared { trees, ground, key, known } = prepared;
    let report = follow(invocation);
    let bench = Bench {
        backend,
        job,
        options: trees.options.clone(),
        roots: ground.roots.clone(),
        cancel: invocation.cancel.clone(),
    };
    let question = |baseline, is_cached| Question {
        change,
        trees,
        parent: ground.parent.as_ref(),
        baseline,
        is_cached,
        left_out: ground.left_out.clone(),
        begun,
    };
    if let Some(known) = known {
        let evidence = Box::pin(observe(&bench, question(known, true), &report)).await?;
        if known.environment == Some(evidence.environment.digest()) {
            return Ok(evidence);
        }
    }
    let measured = Box::pin(baseline::measure(&bench, &trees.base, &report)).await?;
    keep(invocation, key, &measured);
    Box::pin(observe(&bench, question(&measured, false), &report)).await
}
