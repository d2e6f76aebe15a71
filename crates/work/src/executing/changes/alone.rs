//! The base of a repository run by itself, for an owner who adds it.
//!
//! It tells how long the suite takes and what is red already, before anything is proposed. What it did is kept, so that the first change
//! of this base finds it.

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::ground::Ground;
use crate::contract::invocation::Invocation;
use crate::executing::baselines;
use crate::executing::changes::baseline::{self, Baseline};
use crate::executing::changes::bench::Bench;
use crate::executing::changes::running;
use crate::executing::changes::trees;
use crate::executing::following::follow;
use crate::executing::{dependencies, terms};
use record::domain::changeset::GitId;
use record::domain::id::ExecutionId;
use record::domain::limits::Limits;
use sandbox::backend::Job;

/// Runs the suite of a base, unless it was run before.
pub async fn base(
    invocation: &Invocation,
    ground: &Ground,
    tree: &GitId,
) -> Result<Baseline, CommandError> {
    let odd =
        |error| CommandError::new(ErrorKind::State, format!("no box takes the files: {error}"));
    let (source, options) = trees::base(ground).map_err(odd)?;
    let limits = terms::limits(&Limits::default(), &invocation.settings, &source)?;
    let limits = terms::of_repository(&limits, ground);
    let key = running::key(tree, ground, &limits);
    let known = baselines::find(invocation, &key).await?;
    if let Some(known) = known.and_then(|text| serde_json::from_str(&text).ok()) {
        return Ok(known);
    }
    let backend = invocation.backend(None)?.as_ref();
    let report = follow(invocation);
    backend.prepare(&report).await?;
    let wanted = dependencies::of_repository(ground, &invocation.settings);
    let (layer, _) = dependencies::layer(invocation, backend, wanted.as_ref()).await?;
    let id = ExecutionId::derived(&format!("{} base", invocation.caller.idempotency));
    let seed = record::domain::digest::hex(&(invocation.entropy)());
    let job = Job { layer, ..Job::usual(id, source.clone(), limits, seed) };
    let (roots, cancel) = (ground.roots.clone(), invocation.cancel.clone());
    let bench = Bench { backend, job, options, roots, cancel };
    let measured = baseline::measure(&bench, &source, &report).await?;
    running::keep(invocation, &key, &measured);
    Ok(measured)
}
