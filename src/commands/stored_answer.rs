//! Answers of models, stored before they are used.

use serde_json::Value;

use crate::audit::record::Record;
use crate::commands::acts;
use crate::commands::context::{Context, Invocation};
use crate::commands::error::CommandError;
use crate::domain::act::ActKind;
use crate::domain::change::{Change, Write};
use crate::domain::digest::Digest;
use crate::domain::id::ProposalId;
use crate::domain::usage::Usage;
use crate::providers::provider::{Completion, CompletionRequest, Making, Provider, Task};

/// The answer that an earlier invocation with the same key was given: it is not paid for twice.
pub async fn find(
    context: &Context,
    invocation: &Invocation,
    provider: &dyn Provider,
    request: &CompletionRequest,
) -> Result<Option<Completion>, CommandError> {
    let store = context.store()?;
    let Some(row) = store.recorded(&key(invocation, request)).await? else { return Ok(None) };
    let Ok(record) = Record::parse(&row.bytes) else { return Ok(None) };
    let text = |name: &str| record.data.get(name).and_then(Value::as_str);
    if record.kind != ActKind::ModelAnswered || text("provider") != Some(provider.name()) {
        return Ok(None);
    }
    let digest = |name: &str| text(name).and_then(|text| text.parse::<Digest>().ok());
    let (Some(reply), Some(prompt)) = (digest("reply_digest"), digest("prompt_digest")) else {
        return Ok(None);
    };
    // Where the answer was pruned, the model is asked again.
    let (Some(reply), Some(prompt)) = (store.blob(reply).await?, store.blob(prompt).await?) else {
        return Ok(None);
    };
    let number = |name: &str| record.data.get(name).and_then(Value::as_u64);
    Ok(Some(Completion {
        text: reply,
        making: Making::Generated,
        provider: provider.name(),
        model: text("model").filter(|model| *model != "none").map(str::to_owned),
        usage: Usage {
            input_tokens: number("input_tokens"),
            output_tokens: number("output_tokens"),
            cost_microusd: number("cost_microusd"),
            latency_ms: number("latency_ms"),
        },
        sources: Vec::new(),
        prompt,
    }))
}

/// Stores an answer that may have to be paid for; what was retrieved is there anyway.
pub async fn keep(
    context: &Context,
    invocation: &Invocation,
    proposal: Option<&ProposalId>,
    (request, completion): (&CompletionRequest, &Completion),
) -> Result<(), CommandError> {
    if completion.making == Making::Retrieved {
        return Ok(());
    }
    let change = Change {
        act: acts::model_answered(invocation, proposal, completion),
        consequences: Vec::new(),
        writes: vec![
            Write::NewBlob(completion.text.clone()),
            Write::NewBlob(completion.prompt.clone()),
        ],
        expected: None,
        idempotency: key(invocation, request),
        at: context.now(),
    };
    context.store()?.commit(change).await?;
    Ok(())
}

/// What one invocation asks is told apart by what is asked for, not by what else the prompt is made of.
fn key(invocation: &Invocation, request: &CompletionRequest) -> String {
    let about = match &request.task {
        Task::Draft => "",
        Task::Refine { feedback, .. } => feedback,
        Task::Teach { concept } => concept,
    };
    let asked = format!("{}\0{}\0{about}", request.task.word(), request.request);
    format!("{} answer {}", invocation.idempotency, Digest::of(asked.as_bytes()))
}
