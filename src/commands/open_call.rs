//! Calls of models that are under way.
//!
//! A mark lies in a file of the home, flushed, from before a model is asked until its answer is stored or what it came to is
//! recorded. What marks a dead engine left are calls that may have to be paid for, and of which nothing else is known.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::commands::acts;
use crate::commands::context::Context;
use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::stored_answer;
use crate::domain::act::{Act, ActKind, Subject};
use crate::domain::change::{Change, ModelCall, Write};
use crate::domain::digest::Digest;
use crate::domain::id::ProposalId;
use crate::domain::language::Language;
use crate::domain::principal::{Principal, Via};
use crate::domain::usage::Usage;
use crate::providers::prompt::prompt;
use crate::providers::provider::{CompletionRequest, Provider};

/// How the files of marks end.
pub const ENDING: &str = "asked";
/// How a call ended whose engine died.
const LOST: &str = "lost";
/// What is said of it.
const WHY: &str = "the engine ended before an answer was stored; what the call used is not known";

/// A call as it lies in its file.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    /// Tells this call from others under the same key.
    call: Uuid,
    key: String,
    proposal: Option<ProposalId>,
    provider: String,
    model: Option<String>,
    language: Language,
    max_tokens: u32,
    persona: Option<String>,
    prompt_digest: Digest,
}

/// Marks a call that may cost something, before it is made; where its mark lies, for its end.
pub fn begin(
    context: &Context,
    idempotency: &str,
    provider: &dyn Provider,
    (request, proposal): (&CompletionRequest, Option<&ProposalId>),
) -> Result<Option<PathBuf>, CommandError> {
    if provider.is_free() {
        return Ok(None);
    }
    let mark = Mark {
        call: Uuid::now_v7(),
        key: stored_answer::key(idempotency, request),
        proposal: proposal.cloned(),
        provider: provider.name().to_owned(),
        model: request.model.clone(),
        language: request.language,
        max_tokens: request.max_tokens,
        persona: request.task.persona(),
        prompt_digest: Digest::of(prompt(request).text().as_bytes()),
    };
    let path = stored_answer::path(context, idempotency, request).with_extension(ENDING);
    stored_answer::write(context, &path, &mark).map_err(|error| {
        let message = format!("a call of {} cannot be marked: {error}", mark.provider);
        CommandError::new(ErrorKind::Unavailable, message)
            .hint("Free some space, or make the home writable; nothing was asked.")
    })?;
    Ok(Some(path))
}

/// Lets go of a mark: the answer is stored, or nothing has to be paid for.
pub fn end(mark: Option<PathBuf>) {
    if let Some(path) = mark
        && let Err(error) = fs::remove_file(path)
    {
        tracing::warn!(failure = %error, "the mark of a call could not be removed");
    }
}

/// Takes the calls that a dead engine left open into the record and the statistics; how many.
///
/// A call whose answer is stored is none of them.
pub async fn take_over(context: &Context) -> Result<u32, CommandError> {
    let mut taken = 0;
    for path in stored_answer::files(context, ENDING) {
        let answered = path.with_extension(stored_answer::ENDING).exists();
        if let Some(mark) = stored_answer::read::<Mark>(&path).filter(|_| !answered) {
            context.store()?.commit(change(context, mark)).await?;
            taken += 1;
        }
        end(Some(path));
    }
    Ok(taken)
}

fn change(context: &Context, mark: Mark) -> Change {
    let subject = Subject { proposal: mark.proposal.clone(), ..Subject::default() };
    let act = Act::new(ActKind::ModelCalled, Principal::system(), Via::internal())
        .about(subject)
        .with("provider", mark.provider.as_str())
        .with("model", acts::model_name(mark.model.as_deref()))
        .with("latency_ms", 0)
        .with("max_tokens", mark.max_tokens)
        .with("persona", mark.persona.as_deref())
        .with("prompt_digest", mark.prompt_digest.to_string())
        .with("finish", LOST)
        .with("error", WHY);
    let row = ModelCall {
        proposal: mark.proposal,
        provider: mark.provider,
        model: mark.model,
        language: mark.language,
        usage: Usage::default(),
    };
    Change {
        act,
        consequences: Vec::new(),
        writes: vec![Write::NewCall(Box::new(row))],
        expected: None,
        idempotency: format!("{} lost {}", mark.key, mark.call),
        at: context.now(),
    }
}
