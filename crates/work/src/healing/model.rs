//! Attempts of a model: the request, the call and what its answer becomes.
//!
//! The model is told the diagnosis, the sealed tests and what was tried before. Its answer replaces code only; tests that
//! it changed become a revision beside the attempt, which waits for the owner, because a model that may change the tests
//! can pass anything. A call is paid for even when nothing comes of it, so every one is recorded.

use std::collections::BTreeSet;

use tokio::time::timeout;

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::remedies::remedy;
use crate::diagnosis::files::suspects;
use crate::drafting::call::Call;
use crate::drafting::draft;
use crate::drafting::open_call::{CalledStep, Purpose};
use crate::drafting::stored_answer;
use crate::healing::acts::{self, Made};
use crate::healing::budget::Reserve;
use crate::healing::changes::asking as changes;
use crate::healing::edits;
use crate::healing::personas;
use crate::healing::replaced::{has_same_code, repaired, with_other_tests};
use crate::healing::told;
use crate::healing::work::{SAME_CODE, Tested, Work};
use crate::reporting::difference;
use crate::reporting::views;
use foundation::providers::completion::Completion;
use foundation::providers::error::{AT_LIMIT, ProviderError};
use foundation::providers::extract::{ExtractError, Extracted, extract_edits, extract_script};
use foundation::providers::library;
use foundation::providers::prompt::{prompt, shown_whole};
use foundation::providers::provider::{CompletionRequest, Provider, Repair, Task};
use record::domain::healing::{FailureClass, Part, Plan, Stop, Strategy, Turn, TurnDetail};
use record::domain::proposal::Proposal;
use record::domain::revision::Origin;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use record::domain::usage::Usage;
use repair::localise::localise;

/// Most suspicious lines that a model is told.
const MAX_SUSPECTS: usize = 5;

/// Asks a model for a repair of a revision; returns the reason where healing ends instead.
pub async fn ask(work: &mut Work<'_>, on: u32) -> Result<Option<Stop>, CommandError> {
    let mut parent = work.tested(on)?;
    let traced = edits::look(work, &parent.revision.source, &parent.failing).await?;
    let lines = traced.as_ref().map(localise).unwrap_or_default();
    if traced.is_some() {
        parent.diagnosis.suspects = lines.places(MAX_SUSPECTS);
    }
    let proposal = acts::proposal(work.invocation, &work.healing.proposal).await?;
    let file = work.course.focus(&suspects(&parent.files, &lines)).cloned();
    let context = work.invocation;
    let plan = &work.healing.plan;
    let cut = work.healing.turns.iter().filter(|turn| is_cut(turn));
    let cut = u32::try_from(cut.count()).unwrap_or(u32::MAX);
    let request = match parent.revision.source.change() {
        Some(change) => {
            changes::request(context, (&proposal, plan), change, &parent, tried(work)).await?
        }
        None => request(context, &proposal, plan, file.as_ref(), &parent, tried(work))?,
    };
    let request = request.after_cut(cut);
    let provider = context.provider(work.healing.plan.provider.as_deref())?.as_ref();
    let reserve = reserve(provider, &request);
    // The library asks no model, so no budget holds it back.
    let is_model = provider.name() != library::NAME;
    if let Err(breach) = work.budget.reserve(&reserve)
        && is_model
    {
        work.note(breach.note());
        return Ok(Some(Stop::Budget));
    }
    work.invocation.stage(estimate(provider.name(), &reserve));
    let number = work.course.calls + work.course.lost + 1;
    let invocation = work.under(&format!("call {number}"));
    let whole = shown_whole(&request);
    let asked = Asked { parent: &parent, file, whole, reserve, number };
    let step = CalledStep { healing: work.healing.key, number, detail: asked.detail() };
    let purpose = Purpose { proposal: Some(&proposal.id), step: Some(&step) };
    let left = work.left();
    let answered = timeout(left, draft::ask_once(&invocation, provider, &request, purpose)).await;
    let late = |_| Ok(Err(ProviderError::Timeout { seconds: left.as_secs() }));
    let ended = match answered.unwrap_or_else(late)? {
        Ok(completion) => {
            let call = call_of(work, completion, request.max_tokens);
            take(work, &asked, call).await.map(|()| None)
        }
        Err(failure) => failed(work, failure, provider, &request, &asked).await,
    }?;
    stored_answer::forget(&invocation, &invocation.caller.idempotency);
    Ok(ended)
}

/// Computes the most that a call may use.
pub fn reserve(provider: &dyn Provider, request: &CompletionRequest) -> Reserve {
    let model = request.model.as_deref();
    let price = |input, output| provider.price(model, input, output);
    let most = provider.most_tokens(model, request.max_tokens);
    Reserve::of(prompt(request).text().len(), most, price)
}

/// Tells the most that a call may use, in words.
pub fn estimate(provider: &str, reserve: &Reserve) -> String {
    let tokens = reserve.tokens();
    match reserve.cost_microusd {
        Some(cost) => {
            let dollars = views::dollars(cost);
            format!("asking {provider}: at most {tokens} tokens, at most ${dollars:.4}")
        }
        None => format!("asking {provider}: at most {tokens} tokens, at a price that is not known"),
    }
}

/// Builds the request for a repair of a revision; of one of its files, where there are several.
pub fn request(
    context: &Context,
    proposal: &Proposal,
    plan: &Plan,
    file: Option<&SourcePath>,
    parent: &Tested,
    tried: Vec<String>,
) -> Result<CompletionRequest, CommandError> {
    let source = &parent.revision.source;
    let main = file.or_else(|| source.of_role(Role::Code).next().map(|file| &file.path));
    let others = source.files().iter().filter(|file| file.role != Role::Test);
    let others = others.filter(|file| Some(&file.path) != main);
    let code = source.files().iter().find(|file| Some(&file.path) == main);
    let persona = personas::read(context, plan.persona.as_deref(), parent.diagnosis.class)?;
    let repair = Repair {
        code: code.map(SourceFile::text).unwrap_or_default(),
        tests: told::tests(source, file),
        diagnosis: told::diagnosis(parent, file),
        failures: told::failures(parent, file),
        tracebacks: parent.shown.failures.clone(),
        printed: parent.shown.printed.clone(),
        surroundings: parent.shown.surroundings.clone(),
        lint: told::lint(parent, file),
        tried,
        persona: persona.text,
        persona_name: Some(persona.name),
    };
    Ok(CompletionRequest {
        request: proposal.request.clone(),
        language: proposal.language,
        module: file
            .and_then(SourcePath::module)
            .map_or_else(|| proposal.module.clone(), str::to_owned),
        context: others.map(|file| (file.path.to_string(), file.text())).collect(),
        constraints: told::constraints(source),
        model: plan.model.clone(),
        ..CompletionRequest::for_task(Task::Repair(Box::new(repair)))
    })
}

/// Lists what was tried before, one line each, the newest first.
fn tried(work: &Work<'_>) -> Vec<String> {
    let first = work.course.runs.first().map_or(0, |run| run.passed);
    let line = |(run, tested): (&crate::healing::run::Run, &Tested)| {
        let strategy = run.strategy?;
        let said = &tested.revision.explanation;
        let gain = format!("{} tests passed, {first} before", run.passed);
        Some(format!("{strategy}: {said} Then {gain}: {}", tested.diagnosis.sentence))
    };
    let runs = work.course.runs.iter().zip(&work.tested);
    let answered = work.healing.turns.iter().rev().filter(|turn| !turn.is_lost());
    let unusable = answered.filter_map(|turn| turn.detail.trouble.clone());
    unusable.chain(runs.rev().filter_map(line)).collect()
}

/// Handles a provider that did not answer: what the model would not give is an attempt, what was lost on the way is none,
/// and may have to be paid for all the same; everything else ends the loop or the strategy.
async fn failed(
    work: &mut Work<'_>,
    failure: ProviderError,
    provider: &dyn Provider,
    request: &CompletionRequest,
    asked: &Asked<'_>,
) -> Result<Option<Stop>, CommandError> {
    let trouble = match failure.cause() {
        ProviderError::Refused { .. } => failure.to_string(),
        ProviderError::NotConfigured { name, .. } if name == library::NAME => {
            "no model was asked: none is configured".to_owned()
        }
        ProviderError::NotConfigured { .. } => format!("no model was asked: {failure}"),
        _ => format!("the model gave no answer: {failure}"),
    };
    let told = TurnDetail { trouble: Some(trouble.clone()), ..asked.detail() };
    let lost = TurnDetail { class: FailureClass::Infrastructure, ..told.clone() };
    let remedy = remedy(&failure);
    let call = Call::unanswered(provider, request, Some(&work.healing.proposal), &failure);
    match failure.cause() {
        ProviderError::Cancelled => {
            unusable(work, call, asked.number, lost).await?;
            Ok(Some(Stop::Cancelled))
        }
        ProviderError::TokenLimit { .. }
        | ProviderError::Refused { .. }
        | ProviderError::Incomplete(_) => {
            unusable(work, call, asked.number, told).await.map(|()| None)
        }
        ProviderError::CutOff
        | ProviderError::Unreadable { .. }
        | ProviderError::Unfinished { .. } => {
            unusable(work, call, asked.number, lost).await.map(|()| None)
        }
        ProviderError::Timeout { .. } => {
            unusable(work, call, asked.number, lost).await?;
            work.note(remedy);
            Ok(Some(if work.left().is_zero() { Stop::Time } else { Stop::Inconclusive }))
        }
        ProviderError::NotConfigured { .. } | ProviderError::NothingFits { .. } => {
            work.note(trouble);
            let is_all = work.healing.plan.strategies == [Strategy::Model];
            work.course.exhausted.insert((asked.parent.revision.number, Strategy::Model));
            if is_all { Err(failure.into()) } else { Ok(None) }
        }
        ProviderError::Unauthorised { .. }
        | ProviderError::Server { .. }
        | ProviderError::Unreachable { .. }
        | ProviderError::AllFailed { .. }
        | ProviderError::NotOnTape { .. }
        | ProviderError::Tape { .. } => {
            work.note(trouble);
            work.note(remedy);
            Ok(Some(Stop::Inconclusive))
        }
    }
}

/// A call of a model for a repair.
struct Asked<'a> {
    parent: &'a Tested,
    /// The file that is asked for, where there are several.
    file: Option<SourcePath>,
    /// The files that the request shows whole.
    whole: BTreeSet<String>,
    reserve: Reserve,
    number: u32,
}

impl Asked<'_> {
    /// Describes the call for its step.
    fn detail(&self) -> TurnDetail {
        TurnDetail {
            reserved_tokens: self.reserve.tokens(),
            reserved_microusd: self.reserve.cost_microusd,
            files: self.file.iter().map(SourcePath::to_string).collect(),
            ..self.parent.detail()
        }
    }
}

/// Tells whether a step is an answer that ended at its limit.
fn is_cut(turn: &Turn) -> bool {
    turn.detail.trouble.as_ref().is_some_and(|trouble| trouble.contains(AT_LIMIT))
}

fn call_of(work: &Work<'_>, completion: Completion, max_tokens: u32) -> Call {
    Call {
        language: record::domain::language::Language::Python,
        max_tokens,
        purpose: None,
        proposal: Some(work.healing.proposal.clone()),
        finish: None,
        completion,
    }
}

/// Makes an attempt of an answer, or records that nothing could be made of it.
async fn take(work: &mut Work<'_>, asked: &Asked<'_>, call: Call) -> Result<(), CommandError> {
    let (parent, number) = (asked.parent, asked.number);
    let read = understood(work, asked, &call.completion.text).await;
    let told = TurnDetail { usage: call.completion.usage.clone(), ..asked.detail() };
    let usable = read.and_then(|(reply, source)| {
        // A change may be mended in a file that is no code, such as one of data.
        let is_change = source.change().is_some();
        let is_same = !is_change && has_same_code(&source, &parent.revision.source);
        if work.is_known(&source) || is_same {
            return Err(SAME_CODE.to_owned());
        }
        Ok((reply, source))
    });
    match usable {
        Ok((reply, source)) => store(work, parent, reply, source, told, call, number).await,
        Err(trouble) => {
            unusable(work, call, number, TurnDetail { trouble: Some(trouble), ..told }).await
        }
    }
}

/// Reads an answer and puts it in the place of what was there.
async fn understood(
    work: &Work<'_>,
    asked: &Asked<'_>,
    text: &str,
) -> Result<(Extracted, Source), String> {
    let source = &asked.parent.revision.source;
    if let Some(change) = source.change() {
        return changes::read(work, change, text, &asked.whole).await;
    }
    let reply = read(text, source, asked.file.as_ref())
        .map_err(|error| format!("the answer is unusable: {error}"))?;
    let source = repaired(source, asked.file.as_ref(), &reply)
        .map_err(|error| format!("the answer is unusable: {error}"))?;
    Ok((reply, source))
}

/// Reads an answer: edits of the file that was asked for, else files.
fn read(text: &str, parent: &Source, file: Option<&SourcePath>) -> Result<Extracted, ExtractError> {
    let main = parent.of_role(Role::Code).find(|known| file.is_none_or(|file| *file == known.path));
    let code = main.map(SourceFile::text).unwrap_or_default();
    extract_edits(text, &code, "").unwrap_or_else(|| extract_script(text))
}

/// Records a call that nothing could be made of.
async fn unusable(
    work: &mut Work<'_>,
    call: Call,
    number: u32,
    detail: TurnDetail,
) -> Result<(), CommandError> {
    work.note(detail.trouble.clone().unwrap_or_default());
    let (part, strategy) = (Part::Unusable, Strategy::Model);
    let turn = Turn { part, revision: None, strategy, detail };
    let invocation = work.under(&format!("call {number}"));
    acts::unusable(&invocation, &work.healing, &call, turn).await
}

/// Stores an attempt with the sealed tests; changed tests become a revision beside it, which waits for the owner.
async fn store(
    work: &mut Work<'_>,
    parent: &Tested,
    reply: Extracted,
    source: Source,
    told: TurnDetail,
    call: Call,
    number: u32,
) -> Result<(), CommandError> {
    let proposal = acts::proposal(work.invocation, &work.healing.proposal).await?;
    let authorship = call.authorship(Origin::Repaired);
    let told = TurnDetail { explanation: reply.explanation.clone(), ..told };
    let mut next = proposal.head + 1;
    let mut revisions = Vec::new();
    if let Some(bent) = with_other_tests(&source, &reply) {
        let said = reply.explanation.clone();
        let revision = work.revision(parent, next, bent, authorship.clone(), said);
        let weakenings = difference::weakened(&parent.revision, &revision);
        let detail = TurnDetail { weakenings, usage: Usage::default(), ..told.clone() };
        let part = Part::ChangesTests;
        let turn = Turn { part, revision: Some(next), strategy: Strategy::Model, detail };
        revisions.push((revision, turn));
        work.note(format!(
            "the model changed the tests; revision {next} holds that, and waits for you"
        ));
        next += 1;
    }
    let revision = work.revision(parent, next, source, authorship, reply.explanation);
    let part = Part::Attempt;
    let turn = Turn { part, revision: Some(next), strategy: Strategy::Model, detail: told };
    revisions.push((revision, turn));
    let made = Made { revisions, call: Some(call), key: format!("heal answer {number}") };
    acts::add(work.invocation, work.healing.key, &proposal, made).await
}
