//! Calls of models, and the records that say what they cost.
//!
//! A call usually enters the record together with what was made of its answer. Where nothing was made of it, it is recorded
//! alone: what was paid for is known whatever came of it. What was asked and answered is kept with it.

use crate::contract::acts;
use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::drafting::stored_answer;
use foundation::observability::redact::Redactor;
use foundation::providers::completion::{Completion, Making};
use foundation::providers::error::ProviderError;
use foundation::providers::prompt::prompt;
use foundation::providers::provider::{CompletionRequest, DEFAULT_TEMPERATURE_MILLI, Provider};
use record::domain::act::{Act, Subject};
use record::domain::change::{Change, ModelCall, Write};
use record::domain::digest::Digest;
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::revision::{Authorship, Origin};
use record::domain::usage::Usage;

/// The word for the end of a call that somebody stopped.
const CANCELLED: &str = "cancelled";
/// Longest prompt or reply that is kept, in bytes.
const MAX_KEPT_BYTES: usize = 512 << 10;
/// Longest message of an error in a record, in characters.
const MAX_ERROR_CHARS: usize = 500;

/// One call that was answered, and may have to be paid for.
#[derive(Clone, Debug)]
pub struct Call {
    /// The answer.
    pub completion: Completion,
    /// The language asked for.
    pub language: Language,
    /// Most tokens of the reply.
    pub max_tokens: u32,
    /// Its purpose, where that is not code.
    pub purpose: Option<&'static str>,
    /// The proposal it was for, where that exists.
    pub proposal: Option<ProposalId>,
    /// The word for its end, where somebody stopped it.
    pub finish: Option<&'static str>,
}

impl Call {
    /// Makes a call without an answer that is of use: with what had arrived of one, else what it used is not known.
    pub fn unanswered(
        provider: &dyn Provider,
        request: &CompletionRequest,
        proposal: Option<&ProposalId>,
        failure: &ProviderError,
    ) -> Self {
        let finish = matches!(failure.cause(), ProviderError::Cancelled).then_some(CANCELLED);
        let asked = (provider.name(), provider.model_of(request));
        Self { finish, ..Self::lost(asked, request, proposal, failure.arrived()) }
    }

    /// Makes a call whose answer broke off, or never came, of a provider and the model that it was to ask.
    pub fn lost(
        (provider, model): (&str, Option<String>),
        request: &CompletionRequest,
        proposal: Option<&ProposalId>,
        arrived: Option<&Completion>,
    ) -> Self {
        let nothing = || Completion {
            text: String::new(),
            making: Making::Generated,
            provider: provider.to_owned(),
            model,
            usage: Usage::default(),
            sources: Vec::new(),
            prompt: prompt(request).text(),
            persona: request.task.persona(),
            failed: Vec::new(),
        };
        Self {
            completion: arrived.cloned().unwrap_or_else(nothing),
            language: request.language,
            max_tokens: request.max_tokens,
            purpose: None,
            proposal: proposal.cloned(),
            finish: None,
        }
    }

    /// Names who wrote the answer, and how; `generated` is the origin of what a model wrote for this purpose.
    pub fn authorship(&self, generated: Origin) -> Authorship {
        let completion = &self.completion;
        let (origin, settings) = match completion.making {
            Making::Generated => (generated, Some((DEFAULT_TEMPERATURE_MILLI, self.max_tokens))),
            Making::Retrieved => (Origin::Retrieved, None),
        };
        Authorship {
            origin,
            provider: Some(completion.provider.clone()),
            model: completion.model.clone(),
            temperature_milli: settings.map(|(temperature, _)| temperature),
            max_tokens: settings.map(|(_, tokens)| tokens),
            usage: completion.usage.clone(),
        }
    }

    /// Builds its act for the record.
    pub fn act(&self, invocation: &Invocation) -> Act {
        let authorship = self.authorship(Origin::Generated);
        let kept: Vec<&str> = self.kept(invocation).into_iter().map(|(word, _)| word).collect();
        acts::model_called(invocation, &self.completion, &authorship)
            .with("purpose", self.purpose)
            .with("finish", self.finish)
            .with("kept", (!kept.is_empty()).then_some(kept))
    }

    /// Builds its row for statistics, with prompt and reply as they were sent.
    ///
    /// Its act holds their digests, so what is kept can be held against the record. A text with a secret of the settings is
    /// not kept, for without the secret it would be another text.
    pub fn rows(&self, invocation: &Invocation) -> Vec<Write> {
        let row = Write::NewCall(Box::new(ModelCall {
            proposal: self.proposal.clone(),
            provider: self.completion.provider.clone(),
            model: self.completion.model.clone(),
            language: self.language,
            usage: self.completion.usage.clone(),
        }));
        let kept = self.kept(invocation).into_iter();
        let kept = kept.map(|(_, text)| Write::NewBlob(text.clone()));
        std::iter::once(row).chain(kept).collect()
    }

    /// The texts that are kept, each with its word: not what is too long, or holds a secret.
    fn kept(&self, invocation: &Invocation) -> Vec<(&'static str, &String)> {
        let redactor = Redactor::new(invocation.settings.secrets());
        let is_kept = |(_, text): &(&str, &String)| {
            let is_bounded = !text.is_empty() && text.len() <= MAX_KEPT_BYTES;
            is_bounded && redactor.redact(text) == **text
        };
        if self.completion.making != Making::Generated {
            return Vec::new();
        }
        let texts = [("prompt", &self.completion.prompt), ("reply", &self.completion.text)];
        texts.into_iter().filter(is_kept).collect()
    }
}

/// Passes a result on; after an error, the calls have nothing else that would record them, and are recorded alone.
pub async fn settle<T>(
    invocation: &Invocation,
    calls: &[Call],
    result: Result<T, CommandError>,
) -> Result<T, CommandError> {
    if let Err(error) = &result {
        let message: String = error.chain().chars().take(MAX_ERROR_CHARS).collect();
        record_alone(invocation, calls, Some(&message)).await;
    }
    result
}

/// Records calls that nothing was made of, so that what a model cost is known whatever came of it.
pub async fn record_alone(invocation: &Invocation, calls: &[Call], error: Option<&str>) {
    // What was retrieved cost nothing.
    for call in calls.iter().filter(|call| call.completion.making == Making::Generated) {
        if let Err(failure) = record(invocation, call, error).await {
            tracing::error!(failure = %failure, "a call of a model could not be recorded");
        }
    }
}

async fn record(
    invocation: &Invocation,
    call: &Call,
    error: Option<&str>,
) -> Result<(), CommandError> {
    let subject = Subject { proposal: call.proposal.clone(), ..Subject::default() };
    let at = invocation.now();
    let text = &call.completion.text;
    // What was answered is recorded once; each call without an answer is one of its own.
    let told =
        if text.is_empty() { at.to_string() } else { Digest::of(text.as_bytes()).to_string() };
    let change = Change {
        act: call.act(invocation).about(subject).with("error", error),
        consequences: Vec::new(),
        writes: call.rows(invocation),
        expected: None,
        // A command that is repeated under its key asks again, and that is another call.
        idempotency: format!("{} call {told}", invocation.caller.idempotency),
        at,
    };
    invocation.store()?.commit(change).await?;
    stored_answer::forget(invocation, &invocation.caller.idempotency);
    Ok(())
}
