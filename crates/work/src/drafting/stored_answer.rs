//! Keeps a model's answer on disk until what came of it is recorded.
//!
//! Between an answer and the record of what came of it, the answer lies in a file of the home, flushed. A command that is
//! repeated under its key finds it there; an engine that starts takes what a dead one left into the record and the
//! database, where it is found as well.

use std::fs;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::acts;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::drafting::answer_files::{self, ENDING, key, read, write};
use crate::drafting::open_call;
use foundation::providers::completion::{Completion, Making};
use foundation::providers::provider::{CompletionRequest, Provider};
use record::audit::record::Record;
use record::domain::act::{Act, ActKind, Subject};
use record::domain::change::{Change, Write};
use record::domain::digest::Digest;
use record::domain::id::ProposalId;
use record::domain::principal::{Principal, Via};
use record::domain::usage::Usage;

/// An answer as it lies in its file.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    key: String,
    proposal: Option<ProposalId>,
    provider: String,
    model: Option<String>,
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cost_microusd: Option<u64>,
    latency_ms: Option<u64>,
    prompt: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    persona: Option<String>,
    text: String,
}

/// Stores an answer that may have to be paid for; what was retrieved is there anyway.
pub fn keep(
    context: &Context,
    idempotency: &str,
    proposal: Option<&ProposalId>,
    request: &CompletionRequest,
    completion: &Completion,
) -> Result<(), CommandError> {
    if completion.making == Making::Retrieved {
        return Ok(());
    }
    let usage = &completion.usage;
    let stored = Stored {
        key: key(idempotency, request),
        proposal: proposal.cloned(),
        provider: completion.provider.clone(),
        model: completion.model.clone(),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cost_microusd: usage.cost_microusd,
        latency_ms: usage.latency_ms,
        prompt: completion.prompt.clone(),
        persona: completion.persona.clone(),
        text: completion.text.clone(),
    };
    let path = answer_files::path(context, idempotency, request);
    write(context, &path, &stored).map_err(|error| {
        let message = format!("the answer of {} cannot be stored: {error}", stored.provider);
        CommandError::new(ErrorKind::Unavailable, message)
            .hint("Free some space, or make the home writable; the answer is not used.")
    })
}

/// Finds the answer that an earlier invocation with the same key was given: it is not paid for twice.
pub async fn find(
    context: &Context,
    idempotency: &str,
    provider: &dyn Provider,
    request: &CompletionRequest,
) -> Result<Option<Completion>, CommandError> {
    let path = answer_files::path(context, idempotency, request);
    let found = match read(&path) {
        Some(stored) => Some(stored),
        None => recorded(context, &key(idempotency, request)).await?,
    };
    Ok(found.filter(|stored| provider.answers_as(&stored.provider)).map(|stored| Completion {
        text: stored.text,
        making: Making::Generated,
        provider: stored.provider,
        model: stored.model,
        usage: Usage {
            input_tokens: stored.input_tokens,
            output_tokens: stored.output_tokens,
            cost_microusd: stored.cost_microusd,
            latency_ms: stored.latency_ms,
        },
        sources: Vec::new(),
        prompt: stored.prompt,
        persona: stored.persona,
        failed: Vec::new(),
    }))
}

/// Lets go of the answers of an invocation, and of the marks of its calls: what came of them is recorded.
pub fn forget(context: &Context, idempotency: &str) {
    let wanted = answer_files::prefix(idempotency);
    for path in
        [ENDING, open_call::ENDING].iter().flat_map(|ending| answer_files::files(context, ending))
    {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&wanted)
            && let Err(error) = fs::remove_file(&path)
        {
            tracing::warn!(failure = %error, "a stored answer could not be removed");
        }
    }
}

/// Takes what a dead engine left into the record and the database; returns how many answers.
pub async fn take_over(context: &Context) -> Result<u32, CommandError> {
    let mut taken = 0;
    for path in answer_files::files(context, ENDING) {
        let Some(stored) = read::<Stored>(&path) else { continue };
        let change = Change {
            act: act(&stored),
            consequences: Vec::new(),
            writes: vec![Write::NewBlob(stored.text), Write::NewBlob(stored.prompt)],
            expected: None,
            idempotency: stored.key,
            at: context.now(),
        };
        context.store()?.commit(change).await?;
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(failure = %error, "a stored answer could not be removed");
        }
        taken += 1;
    }
    Ok(taken)
}

fn act(stored: &Stored) -> Act {
    Act::new(ActKind::ModelAnswered, Principal::system(), Via::internal())
        .about(Subject { proposal: stored.proposal.clone(), ..Subject::default() })
        .with("provider", stored.provider.as_str())
        .with("model", acts::model_name(stored.model.as_deref()))
        .with("input_tokens", stored.input_tokens)
        .with("output_tokens", stored.output_tokens)
        .with("cost_microusd", stored.cost_microusd)
        .with("latency_ms", stored.latency_ms.unwrap_or(0))
        .with("persona", stored.persona.as_deref())
        .with("prompt_digest", Digest::of(stored.prompt.as_bytes()).to_string())
        .with("reply_digest", Digest::of(stored.text.as_bytes()).to_string())
}

/// Finds an answer in the record; absent where its text was pruned, and the model is asked again.
async fn recorded(context: &Context, key: &str) -> Result<Option<Stored>, CommandError> {
    let store = context.store()?;
    let Some(row) = store.recorded(key).await? else { return Ok(None) };
    let Ok(record) = Record::parse(&row.bytes) else { return Ok(None) };
    let text = |name: &str| record.data.get(name).and_then(Value::as_str);
    let digest = |name: &str| text(name).and_then(|text| text.parse::<Digest>().ok());
    let (Some(reply), Some(prompt)) = (digest("reply_digest"), digest("prompt_digest")) else {
        return Ok(None);
    };
    let (Some(reply), Some(prompt)) = (store.blob(reply).await?, store.blob(prompt).await?) else {
        return Ok(None);
    };
    let number = |name: &str| record.data.get(name).and_then(Value::as_u64);
    Ok(Some(Stored {
        key: key.to_owned(),
        proposal: record.subject.proposal.clone(),
        provider: text("provider").unwrap_or_default().to_owned(),
        model: text("model").filter(|model| *model != "none").map(str::to_owned),
        input_tokens: number("input_tokens"),
        output_tokens: number("output_tokens"),
        cost_microusd: number("cost_microusd"),
        latency_ms: number("latency_ms"),
        prompt,
        persona: text("persona").map(str::to_owned),
        text: reply,
    }))
}
