//! Asks a model for a repair of a change, and reads what it answers.
//!
//! The model is told the difference, the tests that fail with the ends of their tracebacks, and the files that matter. It may edit any
//! file but the tests, which stay sealed: a repair that may change them can pass anything.

use std::collections::BTreeSet;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::diagnosis::diagnosis::Failure;
use crate::drafting::asking::{self, Further, Mending};
use crate::healing::work::{Tested, Work};
use crate::reporting::difference;
use foundation::providers::extract::Extracted;
use foundation::providers::provider::CompletionRequest;
use record::domain::changeset::Changeset;
use record::domain::healing::Plan;
use record::domain::proposal::Proposal;
use record::domain::source::Source;

/// Builds the request for a repair of a change.
pub async fn request(
    context: &Context,
    (proposal, plan): (&Proposal, &Plan),
    change: &Changeset,
    parent: &Tested,
    tried: Vec<String>,
) -> Result<CompletionRequest, CommandError> {
    let wanted = [
        "Mend the change so that the failing tests pass; the tests are sealed.".to_owned(),
        parent.diagnosis.text(),
    ];
    let further = Further {
        difference: difference::diff(None, &parent.revision),
        feedback: wanted.join("\n"),
        failures: parent.diagnosis.failures.iter().map(Failure::line).collect(),
        repair: Some(Mending {
            tracebacks: parent.shown.failures.clone(),
            tried,
            surroundings: parent.shown.surroundings.clone(),
        }),
    };
    let model = plan.model.as_deref();
    asking::request_further(context, proposal.request.as_str(), change, further, model).await
}

/// Reads an answer to a request that showed these files whole: the change with its files put in, and what is said about them.
pub async fn read(
    work: &Work<'_>,
    change: &Changeset,
    text: &str,
    whole: &BTreeSet<String>,
) -> Result<(Extracted, Source), String> {
    let unusable = |error: CommandError| format!("the answer is unusable: {}", error.message);
    let (made, explanation) =
        asking::read_further(work.invocation, change, text, whole).await.map_err(unusable)?;
    let reply = Extracted { explanation, ..Extracted::of_code(String::new()) };
    Ok((reply, Source::of_change(made)))
}
