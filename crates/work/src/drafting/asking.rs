//! Has a provider write a change of a repository.
//!
//! It is told the files that matter and answers with whole files or edits of them; what does not fit is refused and named, and the
//! call is recorded whatever came of it. The result is a change like one that somebody gives.

use std::collections::BTreeSet;
use std::path::Path;

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::repositories;
use crate::drafting::call::{self, Call};
use crate::drafting::change_source::Said;
use crate::drafting::changing::{self, Over};
use crate::drafting::draft::{self, Draft, Question};
use crate::drafting::left_files::Left;
use crate::drafting::relevant::{BUDGET_BYTES, REPAIR_BUDGET_BYTES, Shown, relevant};
use foundation::providers::changed_files::{ChangedFiles, extract_change};
use foundation::providers::prompt::shown_whole;
use foundation::providers::provider::{Changing, CompletionRequest, Sealing, Task};
use foundation::repository::shadow::Shadow;
use record::domain::changeset::{Base, Changeset, RepositoryName, Touched};
use record::domain::evidence::{TestCase, TestOutcome};
use record::domain::id::ProposalId;
use record::domain::proposal::Request;
use record::domain::repository::Repository as Described;
use record::domain::revision::{Origin, Revision};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// Whom to ask, and within which bounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The provider's name; the default one where absent.
    pub provider: Option<&'a str>,
    /// The model; the provider's own where absent.
    pub model: Option<&'a str>,
    /// Most tokens of the reply.
    pub max_tokens: Option<u32>,
    /// Constraints, one sentence each.
    pub constraints: &'a [String],
}

/// What a change so far has to become.
#[derive(Clone, Debug, Default)]
pub struct Further {
    /// The difference so far.
    pub difference: String,
    /// What is to be different.
    pub feedback: String,
    /// Tests that fail, one line each.
    pub failures: Vec<String>,
    /// What is known besides for a repair, whose tests are sealed.
    pub repair: Option<Mending>,
}

/// What is known of a change that is repaired.
#[derive(Clone, Debug, Default)]
pub struct Mending {
    /// Failures that differ, each with its traceback.
    pub tracebacks: Vec<String>,
    /// Earlier tries that did not help, one line each.
    pub tried: Vec<String>,
    /// Where the suite runs, one line each.
    pub surroundings: Vec<String>,
}

/// Makes the first revision of a change, as it is said, or as a provider writes it where only words are there.
pub async fn proposed(
    invocation: &Invocation,
    id: &ProposalId,
    (name, typed): (&str, &str),
    said: Said<'_>,
    asked: Asked<'_>,
) -> Result<Draft, CommandError> {
    let described = repositories::named(invocation, &name.parse()?).await?.repository;
    if said.is_nothing() && !typed.trim().is_empty() {
        let drafted = draft(invocation, id, typed, &described, asked).await;
        let there = "A change that is there already is proposed with `--worktree`, `--range A..B` or `--diff FILE`.";
        return drafted.map_err(|error| error.hint(there));
    }
    let wanted = said.wanted(Path::new(&described.path))?;
    changing::draft(invocation, id, typed, &described, wanted).await
}

/// Gathers what a provider has to know of a change so far: the difference, the feedback and the tests that fail.
pub async fn told(
    context: &Context,
    parent: &Revision,
    feedback: &str,
    difference: String,
) -> Result<Further, CommandError> {
    let newest = context.store()?.newest_execution(&parent.proposal).await?;
    let newest = newest.filter(|execution| execution.revision == parent.number);
    let cases = newest.map(|execution| execution.evidence.tests.cases).unwrap_or_default();
    let failed = |case: &TestCase| {
        matches!(case.outcome, TestOutcome::Failed | TestOutcome::Error)
            .then(|| format!("{}: {}", case.id, case.message))
    };
    let failures = cases.iter().filter_map(failed).collect();
    Ok(Further { difference, feedback: feedback.to_owned(), failures, repair: None })
}

/// Has the first revision of a change written, on HEAD.
async fn draft(
    invocation: &Invocation,
    id: &ProposalId,
    typed: &str,
    described: &Described,
    asked: Asked<'_>,
) -> Result<Draft, CommandError> {
    let request = Request::new(typed)?.as_str().to_owned();
    let repository = changing::open(invocation, &described.name, described.path.as_ref())?;
    let base = repository.head().await?.base;
    repository.shadow.keep(&base).await?;
    let left = Left::of(&repository.shadow.files(&base.tree).await?);
    let question = question(&request, (&left, &[]), Further::default(), asked, None);
    let (call, reply) = draft::ask(invocation, &question).await?;
    let whole = shown_whole(&question.request);
    let made = made(invocation, (&described.name, &base), (&left, &[]), &reply, &whole).await;
    let change = call::settle(invocation, std::slice::from_ref(&call), made).await?;
    let source = Source::of_change(change);
    let (authorship, said) = (call.authorship(Origin::Generated), reply.explanation);
    let revision = Revision::first(id.clone(), source, authorship, said, invocation.now());
    let module = described.name.to_string();
    Ok(Draft { request, module, related: Vec::new(), revision, call: Some(call) })
}

/// Has a change written further; gives it with the call and what its author says about it.
pub async fn further(
    invocation: &Invocation,
    (proposal, request): (&ProposalId, &str),
    change: &Changeset,
    further: Further,
    asked: Asked<'_>,
) -> Result<(Changeset, Call, String), CommandError> {
    let left = left(invocation, change).await?;
    let so_far = (&left, change.touched());
    let question = question(request, so_far, further, asked, Some(proposal));
    let (call, reply) = draft::ask(invocation, &question).await?;
    let whole = shown_whole(&question.request);
    let base = (&change.repository, &change.base);
    let made = made(invocation, base, so_far, &reply, &whole).await;
    let made = call::settle(invocation, std::slice::from_ref(&call), made).await?;
    Ok((made, call, reply.explanation))
}

/// Builds the request to have a change written further, for a caller that asks on its own terms.
pub async fn request_further(
    context: &Context,
    request: &str,
    change: &Changeset,
    further: Further,
    model: Option<&str>,
) -> Result<CompletionRequest, CommandError> {
    let left = left(context, change).await?;
    let asked = Asked { model, ..Asked::default() };
    Ok(question(request, (&left, change.touched()), further, asked, None).request)
}

/// Reads the reply to such a request, which showed these files whole: the change that results, and what its author says about it. Tests
/// that were there stay as they are, whatever the reply makes of them.
pub async fn read_further(
    invocation: &Invocation,
    change: &Changeset,
    text: &str,
    whole: &BTreeSet<String>,
) -> Result<(Changeset, String), CommandError> {
    let left = left(invocation, change).await?;
    let mut reply = extract_change(text)
        .map_err(|error| CommandError::new(ErrorKind::Unavailable, error.to_string()))?;
    let is_test = |path: &SourcePath| {
        left.files.iter().any(|file| file.path == *path && file.role == Role::Test)
    };
    reply.files.retain(|file| !is_test(&file.path));
    if reply.files.is_empty() {
        let message = "it changes nothing but tests, which are sealed";
        return Err(CommandError::new(ErrorKind::Unavailable, message));
    }
    let base = (&change.repository, &change.base);
    let made = made(invocation, base, (&left, change.touched()), &reply, whole).await?;
    Ok((made, reply.explanation))
}

/// Reads what a change leaves of its repository.
async fn left(context: &Context, change: &Changeset) -> Result<Left, CommandError> {
    let shadow = Shadow::kept(&repositories::folder(context), &change.repository)?;
    let listing = shadow.files(&change.base.tree).await?;
    Ok(Left::of(&listing).after(change))
}

fn question<'a>(
    request: &str,
    (left, touched): (&Left, &[Touched]),
    further: Further,
    asked: Asked<'a>,
    proposal: Option<&'a ProposalId>,
) -> Question<'a, ChangedFiles> {
    let Further { difference, feedback, failures, repair } = further;
    let tests = if repair.is_some() { Sealing::Sealed } else { Sealing::Open };
    let budget = if repair.is_some() { REPAIR_BUDGET_BYTES } else { BUDGET_BYTES };
    let Mending { tracebacks, tried, surroundings } = repair.unwrap_or_default();
    let failed = [failures.join(" "), tracebacks.join(" ")].join(" ");
    let wanted = [request, &feedback, &failed, &difference].join(" ");
    let needed = needed(&left.files, touched, &failed);
    let chosen = relevant(&left.files, &wanted, &needed, budget);
    let partly = chosen.iter().filter(|shown| shown.parts.is_some());
    let shown = |shown: &Shown<'_>| {
        let text = shown.parts.clone().unwrap_or_else(|| shown.file.text());
        (shown.file.path.to_string(), text)
    };
    let task = Task::Change(Box::new(Changing {
        paths: nearest(left.paths(), &chosen),
        partly: partly.map(|shown| shown.file.path.to_string()).collect(),
        difference,
        feedback,
        failures,
        tracebacks,
        tried,
        surroundings,
        tests,
    }));
    let request = CompletionRequest {
        request: request.to_owned(),
        context: chosen.iter().map(shown).collect(),
        constraints: asked.constraints.to_vec(),
        model: asked.model.map(str::to_owned),
        ..CompletionRequest::for_task(task)
    };
    let request = request.limited(asked.max_tokens);
    Question { provider: asked.provider, proposal, request, read: &extract_change }
}

/// Puts the paths first that lie in the folder of a file that is shown, for a model may be told not all.
fn nearest(mut paths: Vec<String>, chosen: &[Shown<'_>]) -> Vec<String> {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let near: BTreeSet<String> =
        chosen.iter().map(|shown| folder(shown.file.path.as_str())).collect();
    paths.sort_by_key(|path| !near.contains(&folder(path)));
    paths
}

/// The files that a model cannot do without: those that the change touches, and those that failures name, code before tests.
fn needed(files: &[SourceFile], touched: &[Touched], failed: &str) -> Vec<SourcePath> {
    let is_touched = |file: &&SourceFile| touched.iter().any(|one| one.path == file.path);
    let is_named = |file: &&SourceFile| {
        failed.contains(&format!("{}:", file.path)) && file.role != Role::Support
    };
    let mut named: Vec<&SourceFile> = files.iter().filter(is_named).collect();
    named.sort_by_key(|file| file.role == Role::Test);
    let mut needed: Vec<&SourceFile> = files.iter().filter(is_touched).chain(named).collect();
    needed.sort_by_key(|file| file.role == Role::Test);
    needed.into_iter().map(|file| file.path.clone()).collect()
}

/// Makes a change of a reply, over what was touched before.
async fn made(
    invocation: &Invocation,
    (name, base): (&RepositoryName, &Base),
    (left, touched): (&Left, &[Touched]),
    reply: &ChangedFiles,
    whole: &BTreeSet<String>,
) -> Result<Changeset, CommandError> {
    let mut over = Over { touched: touched.to_vec(), ..Over::default() };
    for file in &reply.files {
        match left.content(file, whole)? {
            Some(content) => over.files.push((file.path.clone(), content)),
            None => over.deleted.push(file.path.clone()),
        }
    }
    let is_as_before = |(path, content): &(SourcePath, Vec<u8>)| {
        left.files.iter().any(|file| file.path == *path && file.content == *content)
    };
    if over.deleted.is_empty() && over.files.iter().all(is_as_before) {
        let message = "the reply changes nothing: every file of it is there already as it is";
        return Err(CommandError::new(ErrorKind::Unavailable, message)
            .hint("Ask again, or name another model with --model."));
    }
    changing::over(invocation, name, base, over).await
}
