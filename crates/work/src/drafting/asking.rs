//! Has a provider write a change of a repository.
//!
//! It is told the files that matter and answers with whole files or edits of them; what does not fit is refused and named, and the
//! call is recorded whatever came of it. The result is a change like one that somebody gives.

use std::path::Path;

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::repositories;
use crate::drafting::call::{self, Call};
use crate::drafting::change_source::Said;
use crate::drafting::changing::{self, Over};
use crate::drafting::draft::{self, Draft, Question};
use crate::drafting::relevant::{BUDGET_BYTES, REPAIR_BUDGET_BYTES, relevant};
use foundation::providers::changed_files::{
    ChangedFile, ChangedFiles, Content, edited, extract_change,
};
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
        return draft(invocation, id, typed, &described, asked).await;
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
    let files = changing::with_roles(&repository.shadow.files(&base.tree).await?);
    let question = question(&request, (&files, &[]), Further::default(), asked, None);
    let (call, reply) = draft::ask(invocation, &question).await?;
    let made = made(invocation, &described.name, &base, (&files, &[]), &reply).await;
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
    let files = left(invocation, change).await?;
    let so_far = (files.as_slice(), change.touched());
    let question = question(request, so_far, further, asked, Some(proposal));
    let (call, reply) = draft::ask(invocation, &question).await?;
    let made = made(invocation, &change.repository, &change.base, so_far, &reply).await;
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
    let files = left(context, change).await?;
    let asked = Asked { model, ..Asked::default() };
    Ok(question(request, (&files, change.touched()), further, asked, None).request)
}

/// Reads the reply to such a request: the change that results, and what its author says about it. Tests that were there stay as they
/// are, whatever the reply makes of them.
pub async fn read_further(
    invocation: &Invocation,
    change: &Changeset,
    text: &str,
) -> Result<(Changeset, String), CommandError> {
    let files = left(invocation, change).await?;
    let mut reply = extract_change(text)
        .map_err(|error| CommandError::new(ErrorKind::Unavailable, error.to_string()))?;
    let is_test =
        |path: &SourcePath| files.iter().any(|file| file.path == *path && file.role == Role::Test);
    reply.files.retain(|file| !is_test(&file.path));
    if reply.files.is_empty() {
        let message = "it changes nothing but tests, which are sealed";
        return Err(CommandError::new(ErrorKind::Unavailable, message));
    }
    let so_far = (files.as_slice(), change.touched());
    let made = made(invocation, &change.repository, &change.base, so_far, &reply).await?;
    Ok((made, reply.explanation))
}

/// Reads what a change leaves of its repository, each file with its role.
async fn left(context: &Context, change: &Changeset) -> Result<Vec<SourceFile>, CommandError> {
    let shadow = Shadow::kept(&repositories::folder(context), &change.repository)?;
    let listing = shadow.files(&change.base.tree).await?;
    Ok(changed(changing::with_roles(&listing), change))
}

/// The files of a base as a change leaves them.
fn changed(mut files: Vec<SourceFile>, change: &Changeset) -> Vec<SourceFile> {
    files.retain(|file| change.at(&file.path).is_none());
    files.extend(Source::of_change(change.clone()).files().iter().cloned());
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

fn question<'a>(
    request: &str,
    (files, touched): (&[SourceFile], &[Touched]),
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
    let chosen = relevant(files, &wanted, &needed(files, touched, &failed), budget);
    let task = Task::Change(Box::new(Changing {
        paths: files.iter().map(|file| file.path.to_string()).collect(),
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
        context: chosen.iter().map(|file| (file.path.to_string(), file.text())).collect(),
        constraints: asked.constraints.to_vec(),
        model: asked.model.map(str::to_owned),
        ..CompletionRequest::for_task(task)
    };
    let request = request.limited(asked.max_tokens);
    Question { provider: asked.provider, proposal, request, read: &extract_change }
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
    name: &RepositoryName,
    base: &Base,
    so_far: (&[SourceFile], &[Touched]),
    reply: &ChangedFiles,
) -> Result<Changeset, CommandError> {
    let (files, touched) = so_far;
    let mut over = Over { touched: touched.to_vec(), ..Over::default() };
    for file in &reply.files {
        match content(file, files)? {
            Some(content) => over.files.push((file.path.clone(), content)),
            None => over.deleted.push(file.path.clone()),
        }
    }
    changing::over(invocation, name, base, over).await
}

/// What a file of the reply holds; nothing where it goes.
fn content(file: &ChangedFile, files: &[SourceFile]) -> Result<Option<Vec<u8>>, CommandError> {
    let misfit = |why: &str| {
        let message = format!("the reply does not fit {}: {why}", file.path);
        CommandError::new(ErrorKind::Unavailable, message)
            .hint("Ask again, or name another model with --model.")
    };
    let known = || files.iter().find(|known| known.path == file.path);
    match &file.content {
        Content::Whole(text) => Ok(Some(text.clone().into_bytes())),
        Content::Edited(edits) => {
            let before = known().ok_or_else(|| misfit("there is no such file"))?;
            let text = String::from_utf8(before.content.clone())
                .map_err(|_| misfit("it is not UTF-8 text"))?;
            let text = edited(edits, &text).map_err(|error| misfit(&error.to_string()))?;
            Ok(Some(text.into_bytes()))
        }
        Content::Deleted if known().is_none() => Err(misfit("there is no such file to delete")),
        Content::Deleted => Ok(None),
    }
}
