//! Marks of calls under way, for the case that the engine dies.
//!
//! A mark lies in a file of the home, flushed, from before a model is asked until its answer is stored or what it came to
//! is recorded. What marks a dead engine left are calls that may have to be paid for, and of which nothing else is known;
//! one that a healing made is a step of it, lost on the way, with what was set aside for it.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contract::acts;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::drafting::answer_files;
use foundation::providers::prompt::prompt;
use foundation::providers::provider::{CompletionRequest, Provider};
use record::domain::act::{Act, ActKind, Subject};
use record::domain::change::{Change, ModelCall, Write};
use record::domain::digest::Digest;
use record::domain::healing::{FailureClass, Part, Strategy, Turn, TurnDetail};
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::principal::{Principal, Via};
use record::domain::usage::Usage;

/// The ending of the files of marks.
pub const ENDING: &str = "asked";
/// The word for the end of a call whose engine died.
const LOST: &str = "lost";
/// The explanation of it in the record.
const WHY: &str = "the engine ended before an answer was stored; what the call used is not known";

/// The purpose of a call.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'a> {
    /// The proposal, where that exists.
    pub proposal: Option<&'a ProposalId>,
    /// The step of a healing.
    pub step: Option<&'a CalledStep>,
}

/// The step of a healing that a call is made for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CalledStep {
    /// The healing.
    pub healing: Digest,
    /// The number of the call among those of the healing, from 1.
    pub number: u32,
    /// The detail of the step where no answer comes, what was set aside included.
    pub detail: TurnDetail,
}

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
    #[serde(default)]
    step: Option<CalledStep>,
}

/// Marks a call that may cost something, before it is made; returns the path of the mark, for its end.
pub fn begin(
    context: &Context,
    idempotency: &str,
    provider: &dyn Provider,
    request: &CompletionRequest,
    purpose: Purpose<'_>,
) -> Result<Option<PathBuf>, CommandError> {
    if provider.is_free() {
        return Ok(None);
    }
    let mark = Mark {
        call: Uuid::now_v7(),
        key: answer_files::key(idempotency, request),
        proposal: purpose.proposal.cloned(),
        provider: provider.name().to_owned(),
        model: request.model.clone(),
        language: request.language,
        max_tokens: request.max_tokens,
        persona: request.task.persona(),
        prompt_digest: Digest::of(prompt(request).text().as_bytes()),
        step: purpose.step.cloned(),
    };
    let path = answer_files::path(context, idempotency, request).with_extension(ENDING);
    answer_files::write(context, &path, &mark).map_err(|error| {
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

/// Takes the calls that a dead engine left open into the record and the statistics; returns how many.
///
/// A call whose answer is stored, or that a step of its healing already tells of, is none of them.
pub async fn take_over(context: &Context) -> Result<u32, CommandError> {
    let mut taken = 0;
    for path in answer_files::files(context, ENDING) {
        let answered = path.with_extension(answer_files::ENDING).exists();
        if let Some(mark) = answer_files::read::<Mark>(&path).filter(|_| !answered) {
            taken += u32::from(record(context, mark).await?);
        }
        end(Some(path));
    }
    Ok(taken)
}

/// Records a lost call, and its step where its healing goes on; tells whether there was anything to record.
async fn record(context: &Context, mark: Mark) -> Result<bool, CommandError> {
    let store = context.store()?;
    let mut turn = None;
    if let Some(step) = &mark.step
        && let Some(healing) = store.healing(step.healing).await?
    {
        let calls = healing.turns.iter().filter(|turn| turn.is_call()).count();
        if usize::try_from(step.number).is_ok_and(|number| calls >= number) {
            return Ok(false);
        }
        turn = healing.end.is_none().then(|| lost(step));
    }
    store.commit(change(context, mark, turn)).await?;
    Ok(true)
}

fn lost(step: &CalledStep) -> Write {
    let class = FailureClass::Infrastructure;
    let detail = TurnDetail { class, trouble: Some(WHY.to_owned()), ..step.detail.clone() };
    let turn = Turn { part: Part::Unusable, revision: None, strategy: Strategy::Model, detail };
    Write::NewTurn { healing: step.healing, turn: Box::new(turn) }
}

fn change(context: &Context, mark: Mark, turn: Option<Write>) -> Change {
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
    let row = Write::NewCall(Box::new(ModelCall {
        proposal: mark.proposal,
        provider: mark.provider,
        model: mark.model,
        language: mark.language,
        usage: Usage::default(),
    }));
    Change {
        act,
        consequences: Vec::new(),
        writes: std::iter::once(row).chain(turn).collect(),
        expected: None,
        idempotency: format!("{} lost {}", mark.key, mark.call),
        at: context.now(),
    }
}
