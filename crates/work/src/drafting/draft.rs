//! Asks a provider for code and makes the first revision of its reply.
//!
//! Every call takes the same way: a mark before it (`open_call.rs`), the stored answer after it (`stored_answer.rs`), then
//! the record. Wherever the engine dies in between, the answer is neither paid for twice nor lost from the record. Prompts
//! and code never enter the log.

use crate::contract::acts;
use crate::contract::error::CommandError;
use crate::contract::event::Event;
use crate::contract::invocation::Invocation;
use crate::drafting::call::{self, Call};
use crate::drafting::composition;
use crate::drafting::open_call::{self, Purpose};
use crate::drafting::stored_answer;
use foundation::observability::fault::{self, Point};
use foundation::observability::redact::Redactor;
use foundation::providers::completion::{Completion, Failed, Making};
use foundation::providers::error::ProviderError;
use foundation::providers::extract::{ExtractError, Extracted, without_thoughts};
use foundation::providers::provider::{CompletionRequest, Provider};
use record::domain::act::Act;
use record::domain::change::{Change, Expected, NewProposal, Write};
use record::domain::entry_point::entry_point;
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::proposal::{Proposal, Standing};
use record::domain::revision::{Origin, Revision};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use record::domain::status::Status;
use record::domain::text::Untrusted;

/// Shortest value of a secret setting, in bytes, that is looked for in answers: shorter ones are words.
const LEAST_SECRET: usize = 16;
/// Longest beginning of a reply that cannot be used which is shown, in characters.
const MAX_BEGINNING: usize = 200;

/// Reads a reply.
pub type Read<'a, T> = &'a (dyn Fn(&str) -> Result<T, ExtractError> + Sync);

/// A request with whom it goes to and how the reply to it is read.
pub struct Question<'a, T = Extracted> {
    /// The provider's name; the default one where absent.
    pub provider: Option<&'a str>,
    /// The proposal that is to get a further revision.
    pub proposal: Option<&'a ProposalId>,
    /// The request.
    pub request: CompletionRequest,
    /// Reads the reply.
    pub read: Read<'a, T>,
}

/// A revision that is not stored yet, and what it came of.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The request, verbatim.
    pub request: String,
    /// The module name of the code.
    pub module: String,
    /// Names of related concepts, nearest first.
    pub related: Vec<String>,
    /// The revision.
    pub revision: Revision,
    /// The call; absent for given files.
    pub call: Option<Call>,
}

/// Asks a provider for a first revision; the files beside it are those that its code has to fit.
pub async fn draft(
    invocation: &Invocation,
    id: &ProposalId,
    question: Question<'_>,
    beside: Vec<SourceFile>,
) -> Result<Draft, CommandError> {
    let (call, reply) = ask(invocation, &question).await?;
    let CompletionRequest { request, module, concepts, .. } = question.request;
    let related = concepts.into_iter().map(|concept| concept.name).collect();
    let source = composition::of_reply(&module, &reply, beside);
    let source = call::settle(invocation, std::slice::from_ref(&call), source).await?;
    let only = source.of_role(Role::Code).next().and_then(|file| file.path.known_as());
    let only = only.map(str::to_owned);
    let module = module_of(&source).or(only).unwrap_or(module);
    let (authorship, said) = (call.authorship(Origin::Generated), reply.explanation);
    let revision = Revision::first(id.clone(), source, authorship, said, invocation.now());
    Ok(Draft { request, module, related, revision, call: Some(call) })
}

/// Names several files by the module that their program starts with.
pub fn module_of(source: &Source) -> Option<String> {
    entry_point(source).and_then(SourcePath::known_as).map(str::to_owned)
}

/// Builds the change that makes a proposal of a draft.
pub fn first_change(invocation: &Invocation, language: Language, draft: &Draft) -> Change {
    let revision = &draft.revision;
    let created = acts::proposal_created(
        invocation,
        revision,
        &draft.request,
        &draft.module,
        language.word(),
    );
    let mut consequences = Vec::new();
    let mut writes = vec![
        Write::NewProposal(NewProposal {
            id: revision.proposal.clone(),
            request: draft.request.clone(),
            language,
            module: draft.module.clone(),
            related_concepts: draft.related.clone(),
        }),
        Write::NewRevision(Box::new(revision.clone())),
    ];
    if let Some(call) = &draft.call {
        let call = Call { proposal: Some(revision.proposal.clone()), ..call.clone() };
        consequences.push(call.act(invocation).about(created.subject.clone()));
        writes.extend(call.rows(invocation));
    }
    consequences.push(acts::revision_added(invocation, revision));
    Change {
        act: created,
        consequences,
        writes,
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    }
}

/// Builds the change that adds a revision to a proposal, with the call it came of and the acts that end its approvals.
pub fn further_change(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
    call: Option<&Call>,
    dismissed: Vec<Act>,
) -> Change {
    let added = acts::revision_added(invocation, revision);
    let mut consequences = dismissed;
    let mut writes = vec![
        Write::NewRevision(Box::new(revision.clone())),
        Write::SetStatus { proposal: proposal.id.clone(), status: Status::Pending },
        Write::SetStanding { proposal: proposal.id.clone(), standing: Standing::Clear },
        Write::EndApprovals { proposal: proposal.id.clone() },
    ];
    if let Some(call) = call {
        consequences.push(call.act(invocation).about(added.subject.clone()));
        writes.extend(call.rows(invocation));
    }
    Change {
        act: added,
        consequences,
        writes,
        expected: Some(Expected { proposal: proposal.id.clone(), version: proposal.version }),
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    }
}

/// Asks a provider, and reads the files out of its reply; an unreadable reply is recorded before it is an error.
pub async fn ask<T>(
    invocation: &Invocation,
    Question { provider, proposal, request, read }: &Question<'_, T>,
) -> Result<(Call, T), CommandError> {
    let provider = invocation.provider(*provider)?;
    let completion = complete(invocation, provider.as_ref(), request, *proposal).await?;
    let read = read(&completion.text).map_err(ProviderError::Incomplete);
    let said = without_thoughts(&completion.text).unwrap_or(&completion.text);
    let began = Untrusted(said).line(MAX_BEGINNING);
    let call = Call {
        completion,
        language: request.language,
        max_tokens: request.max_tokens,
        purpose: None,
        proposal: proposal.cloned(),
        finish: None,
    };
    let read = read.map_err(CommandError::from);
    let reply = call::settle(invocation, std::slice::from_ref(&call), read).await;
    // A model that asks back or declines says so in words, and whoever reads them knows what to do. The log has no words.
    let reply = reply.map_err(|error| error.hint(format!("The reply begins: {began}")))?;
    Ok((call, reply))
}

/// Asks a provider, unless an earlier invocation with the same key was answered; the answer is stored before anything
/// is made of it. A call that may have to be paid for is recorded although no answer came of it.
///
/// The log is told the task and its cost, never the words.
pub async fn complete(
    invocation: &Invocation,
    provider: &dyn Provider,
    request: &CompletionRequest,
    proposal: Option<&ProposalId>,
) -> Result<Completion, CommandError> {
    let purpose = Purpose { proposal, step: None };
    let asked = ask_once(invocation, provider, request, purpose).await?;
    if let Err(failure) = asked.as_ref()
        && failure.may_cost()
    {
        let call = Call::unanswered(provider, request, proposal, failure);
        let told = failure.to_string();
        call::record_alone(invocation, std::slice::from_ref(&call), Some(&told)).await;
    }
    Ok(asked?)
}

/// Tells of the providers that were asked before another one answered, and records what may have to be paid for.
async fn note_failed(
    invocation: &Invocation,
    request: &CompletionRequest,
    proposal: Option<&ProposalId>,
    answer: &Result<Completion, ProviderError>,
) {
    let failed = match answer {
        Ok(completion) => completion.failed.as_slice(),
        Err(ProviderError::AllFailed { failures }) => failures.as_slice(),
        Err(failure) => failure.arrived().map_or(&[][..], |arrived| &arrived.failed),
    };
    for Failed { provider, model, why, may_cost, arrived } in failed {
        if let Ok(completion) = answer {
            let other = &completion.provider;
            let words = format!("{provider} did not answer ({why}); {other} did");
            (invocation.events)(Event::Notice(words));
        }
        if *may_cost {
            let call = Call::lost((provider, model.clone()), request, proposal, arrived.as_deref());
            call::record_alone(invocation, std::slice::from_ref(&call), Some(why)).await;
        }
    }
}

/// Takes no answer that holds a secret of the settings: what is stored is kept for good, and shown.
fn without_secrets(
    invocation: &Invocation,
    completion: Completion,
) -> Result<Completion, ProviderError> {
    let secrets = invocation.settings.secrets().filter(|secret| secret.len() >= LEAST_SECRET);
    let is_clean = Redactor::new(secrets).redact(&completion.text) == completion.text;
    if is_clean || completion.making == Making::Retrieved {
        return Ok(completion);
    }
    let detail = "its answer holds a secret of the settings, so nothing of it is used".to_owned();
    Err(ProviderError::Unfinished {
        failure: Box::new(ProviderError::Refused { detail }),
        arrived: Box::new(completion),
    })
}

/// Asks like [`complete`], for those who handle a failure of the provider, and record it, themselves.
pub async fn ask_once(
    invocation: &Invocation,
    provider: &dyn Provider,
    request: &CompletionRequest,
    purpose: Purpose<'_>,
) -> Result<Result<Completion, ProviderError>, CommandError> {
    let key = &invocation.caller.idempotency;
    if let Some(stored) = stored_answer::find(invocation, key, provider, request).await? {
        tracing::info!(provider.name = provider.name(), "a stored answer is used");
        return Ok(Ok(stored));
    }
    tracing::info!(
        provider.name = provider.name(),
        request.chars = request.request.chars().count(),
        request.task = request.task.word(),
        "generation was requested"
    );
    if invocation.cancel.is_cancelled() {
        return Err(ProviderError::Cancelled.into());
    }
    invocation.stage(format!("asking {}", provider.name()));
    let events = std::sync::Arc::clone(&invocation.events);
    let on_text = move |text: &str| events(Event::Reply(text.to_owned()));
    let mark = open_call::begin(invocation, key, provider, request, purpose)?;
    fault::pass(Point::ModelAsked);
    let answer = provider.complete(request, &on_text, invocation.cancel.clone()).await;
    note_failed(invocation, request, purpose.proposal, &answer).await;
    let completion = match answer.and_then(|completion| without_secrets(invocation, completion)) {
        Ok(completion) => completion,
        Err(failure) => {
            // Where it may cost something, who records it lets go of the mark.
            open_call::end(mark.filter(|_| !failure.may_cost()));
            tracing::warn!(provider.name = provider.name(), failure = %failure, "a provider did not answer");
            return Ok(Err(failure));
        }
    };
    tracing::info!(
        provider.name = completion.provider.as_str(),
        model.name = completion.model.as_deref().unwrap_or("none"),
        model.input_tokens = completion.usage.input_tokens,
        model.output_tokens = completion.usage.output_tokens,
        model.latency_ms = completion.usage.latency_ms,
        "a provider answered"
    );
    fault::pass(Point::AnswerReceived);
    stored_answer::keep(invocation, key, purpose.proposal, request, &completion)?;
    fault::pass(Point::AnswerStored);
    open_call::end(mark);
    Ok(Ok(completion))
}
