//! Chooses among several answers to one request.
//!
//! Each answer is a revision with a full execution, so that what was not chosen can be looked at and decided on too. The best is the
//! newest in the end. Those that pass are compared on varied inputs: where they differ, only the owner can say which is meant,
//! and the input that tells them apart is shown.

use std::cmp::Reverse;
use std::time::Duration;

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::drafting::call;
use crate::drafting::draft::{self, Draft, Question};
use crate::executing::terms::Trial;
use crate::executing::trial;
use crate::healing::acts as steps;
use crate::healing::chosen::{Candidate, Chosen};
use crate::healing::edits::bench_of;
use crate::healing::search::choice::whole;
use crate::reporting::views;
use record::domain::execution::Execution;
use record::domain::healing::SeparatingInput;
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::probe::{Compare, Inputs};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use record::domain::usage::Usage;
use record::domain::verdict::VerdictWord;

/// Most answers to one request.
const MAX_CANDIDATES: u32 = 8;
/// Time of the comparison of those that pass.
const COMPARE_TIME: Duration = Duration::from_secs(5);

/// A choice with the revision that is the newest because of it.
struct Choice {
    chosen: Chosen,
    newest: Revision,
}

/// An answer that was executed.
struct Tried {
    revision: Revision,
    execution: Execution,
    /// Its place among the behaviours, from 1.
    behaviour: Option<u32>,
}

impl Tried {
    fn is_passed(&self) -> bool {
        self.execution.verdict.word == VerdictWord::Passed
    }

    /// Orders the best first: what passes, then by its share of tests, its grade, and the order of the answers.
    fn rank(&self) -> impl Ord + use<> {
        let evidence = &self.execution.evidence;
        let tests = &evidence.tests;
        let share = u64::from(tests.passed) * 10_000 / u64::from(tests.collected.max(1));
        let grade = Reverse((self.is_passed(), share, evidence.integrity.state));
        (grade, self.revision.number)
    }
}

/// Asks for so many answers and chooses among them; one that cannot be used is recorded and left out.
pub async fn ask(
    invocation: &Invocation,
    id: &ProposalId,
    question: Question<'_>,
    beside: Vec<SourceFile>,
    count: u32,
) -> Result<(Chosen, Draft), CommandError> {
    if !(1..=MAX_CANDIDATES).contains(&count) {
        let told = format!("--candidates takes 1 to {MAX_CANDIDATES}, not {count}");
        return Err(CommandError::usage(told));
    }
    let language = question.request.language;
    let mut drafts = Vec::new();
    let mut failed = None;
    for number in 1..=count {
        invocation.stage(format!("asking for candidate {number} of {count}"));
        let under = invocation.under(&format!("candidate {number}"));
        let question = Question { request: question.request.clone(), ..question };
        match draft::draft(&under, id, question, beside.clone()).await {
            Ok(draft) => drafts.push(draft),
            Err(error) if error.kind == ErrorKind::Interrupted => return Err(error),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match (drafts.first().cloned(), failed) {
        (Some(first), _) => {
            let choice = choose(invocation, language, drafts, count).await?;
            Ok((choice.chosen, Draft { revision: choice.newest, ..first }))
        }
        (None, Some(error)) => Err(error),
        (None, None) => Err(CommandError::usage("no candidate was asked for")),
    }
}

/// Stores and executes every answer, and makes the best the newest revision; the first is the first revision.
async fn choose(
    invocation: &Invocation,
    language: Language,
    drafts: Vec<Draft>,
    asked: u32,
) -> Result<Choice, CommandError> {
    let usages = drafts.iter().filter_map(|draft| draft.call.as_ref());
    let usage = usages.fold(None, |sum, call| Some(added(sum, &call.completion.usage)));
    let mut tried: Vec<Tried> = Vec::new();
    for draft in drafts {
        let is_known = |known: &Tried| known.revision.content_hash == draft.revision.content_hash;
        if tried.iter().any(is_known) {
            call::record_alone(invocation, draft.call.as_slice(), None).await;
            continue;
        }
        tried.push(store_and_try(invocation, language, draft).await?);
    }
    tried.sort_by_key(Tried::rank);
    let separating = group(invocation, &mut tried).await;
    let Some(best) = tried.first() else {
        return Err(CommandError::new(ErrorKind::Internal, "there is no candidate"));
    };
    let newest = bring_back(invocation, best, &tried).await?;
    let chosen = Chosen {
        asked,
        behaviours: tried.iter().filter_map(|tried| tried.behaviour).max(),
        separating_input: separating,
        usage: views::usage(&usage.unwrap_or_default()),
        tried: tried.iter().map(view).collect(),
    };
    Ok(Choice { chosen, newest })
}

fn view(tried: &Tried) -> Candidate {
    let tests = &tried.execution.evidence.tests;
    Candidate {
        revision: tried.revision.number,
        content_hash: tried.revision.content_hash.hex(),
        execution_id: tried.execution.id.to_string(),
        verdict: tried.execution.verdict.word,
        tests_passed: tests.passed,
        tests_total: tests.collected,
        integrity: tried.execution.evidence.integrity.state,
        behaviour: tried.behaviour,
    }
}

/// Adds what a call used; what one of them does not tell is unknown of all.
fn added(sum: Option<Usage>, more: &Usage) -> Usage {
    let Some(sum) = sum else { return more.clone() };
    let both = |one: Option<u64>, other: Option<u64>| Some(one?.saturating_add(other?));
    Usage {
        input_tokens: both(sum.input_tokens, more.input_tokens),
        output_tokens: both(sum.output_tokens, more.output_tokens),
        cost_microusd: both(sum.cost_microusd, more.cost_microusd),
        latency_ms: both(sum.latency_ms, more.latency_ms),
    }
}

async fn store_and_try(
    invocation: &Invocation,
    language: Language,
    draft: Draft,
) -> Result<Tried, CommandError> {
    let store = invocation.store()?;
    let id = draft.revision.proposal.clone();
    let revision = match store.proposal(&id).await? {
        None => {
            store.commit(draft::first_change(invocation, language, &draft)).await?;
            draft.revision
        }
        Some(proposal) => {
            let revision = Revision {
                number: proposal.head + 1,
                parent: Some(1),
                feedback: Some("another answer to the same request".to_owned()),
                ..draft.revision
            };
            let under = invocation.under(&format!("candidate {}", revision.number));
            let change = draft::further_change(
                &under,
                &proposal,
                &revision,
                draft.call.as_ref(),
                Vec::new(),
            );
            store.commit(change).await?;
            revision
        }
    };
    let execution = run(invocation, &revision).await?;
    Ok(Tried { revision, execution, behaviour: None })
}

async fn run(invocation: &Invocation, revision: &Revision) -> Result<Execution, CommandError> {
    let proposal = steps::proposal(invocation, &revision.proposal).await?;
    let trial = Trial::usual(Limits::default(), invocation.policy().await?);
    let under = invocation.under(&format!("candidate run {}", revision.number));
    trial::execute(&under, &proposal, revision, &trial).await
}

/// Groups those that pass by what they answer to varied inputs; gives the input on which the first two kinds differ.
async fn group(invocation: &Invocation, tried: &mut [Tried]) -> Option<SeparatingInput> {
    let best = tried.first().filter(|best| best.is_passed())?.revision.source.clone();
    let paths = |source: &Source| -> Vec<SourcePath> {
        source.of_role(Role::Code).map(|file| file.path.clone()).collect()
    };
    // What has other files is not compared: calls of one would not find the other.
    let mut alike: Vec<&mut Tried> = tried
        .iter_mut()
        .filter(|tried| tried.is_passed() && paths(&tried.revision.source) == paths(&best))
        .collect();
    if alike.len() < 2 {
        return None;
    }
    let candidates = alike.iter().map(|tried| whole(&best, &tried.revision.source)).collect();
    let bench = bench_of(invocation, &best, "candidates".to_owned()).await.ok()?;
    let compare = Compare { candidates, inputs: Inputs::FarAndOwn };
    let compared = match bench.compare(&best, compare, COMPARE_TIME).await {
        Ok(compared) => compared,
        Err(error) => {
            tracing::warn!(failure = %error, "candidates could not be compared");
            return None;
        }
    };
    for (number, places) in (1..).zip(&compared.behaviours) {
        for place in places {
            if let Some(tried) = alike.get_mut(*place) {
                tried.behaviour = Some(number);
            }
        }
    }
    compared.separating.map(|found| SeparatingInput { call: found.call, answers: found.answers })
}

/// Stores and executes the best once more where it is not the newest; the past is never rewritten.
async fn bring_back(
    invocation: &Invocation,
    best: &Tried,
    tried: &[Tried],
) -> Result<Revision, CommandError> {
    let head = tried.iter().map(|tried| tried.revision.number).max();
    if head == Some(best.revision.number) {
        return Ok(best.revision.clone());
    }
    let proposal: Proposal = steps::proposal(invocation, &best.revision.proposal).await?;
    let revision = Revision {
        number: proposal.head + 1,
        parent: Some(best.revision.number),
        feedback: Some(format!("brings back revision {}, the best", best.revision.number)),
        created_at: invocation.now(),
        ..best.revision.clone()
    };
    let under = invocation.under("candidate best");
    let change = draft::further_change(&under, &proposal, &revision, None, Vec::new());
    invocation.store()?.commit(change).await?;
    run(invocation, &revision).await?;
    Ok(revision)
}
