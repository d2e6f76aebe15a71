//! Digests of what is stored beside what records name.
//!
//! A record has no room for settings, limits and feedback; one digest over them lets whoever verifies notice that a row was changed.
//! The parts are an array in canonical JSON, so that anybody can compute the same.

use record::domain::digest::Digest;
use record::domain::execution::Execution;
use record::domain::revision::{Authorship, Revision};

/// Digests what is stored of a revision and named by no other field of its record.
pub fn revision_rest(revision: &Revision) -> Digest {
    let Authorship { provider, model, temperature_milli, max_tokens, usage, .. } =
        &revision.authorship;
    let usage = (usage.input_tokens, usage.output_tokens, usage.cost_microusd, usage.latency_ms);
    let settings = (temperature_milli, max_tokens);
    let created_at = revision.created_at.millis();
    digest_of(&(provider, model, settings, usage, &revision.feedback, created_at))
}

/// Digests what is stored of an execution beside its evidence and named by no other field of its record.
pub fn execution_rest(execution: &Execution) -> Digest {
    digest_of(&(&execution.limits, &execution.env_names))
}

fn digest_of(parts: &impl serde::Serialize) -> Digest {
    Digest::of(&serde_json_canonicalizer::to_vec(parts).unwrap_or_default())
}
