//! Stores missing tests as a proposal of their own, and runs it.
//!
//! Tests taken from what the code does today pass whether it is right or wrong. So they do not enter the proposal they are
//! about: they wait apart, with the code unchanged, until an owner has checked each value.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::id::ProposalId;
use record::domain::limits::Limits;
use record::domain::proposal::Proposal;
use record::domain::revision::{Authorship, Revision};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;
use record::domain::verdict::VerdictWord;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::drafting::draft::{self, Draft};
use work::executing::terms::Trial;
use work::executing::trial;

/// A proposal that waits for the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proposed {
    /// The proposal.
    pub proposal_id: String,
    /// The hash of its files: the code unchanged, its tests, and the file of the missing ones.
    pub content_hash: String,
    /// The file of the missing tests.
    pub path: String,
    /// The execution of it.
    pub execution_id: String,
    /// The verdict on it.
    pub verdict: VerdictWord,
    /// Tests that passed.
    pub tests_passed: u32,
    /// Tests that were collected.
    pub tests_total: u32,
}

/// Stores the code of a revision with its tests and the missing ones as a proposal, and executes it; a repeated
/// invocation finds both.
pub async fn propose(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
    tests: &str,
) -> Result<Proposed, CommandError> {
    if revision.source.change().is_some() {
        let message = "a change of a repository gets its tests from whoever makes it";
        return Err(CommandError::new(ErrorKind::State, message).hint(
            "Add them to the change: `/refine-code <id> --worktree add the missing tests`.",
        ));
    }
    // Storing and running are two records of one call; each needs a key of its own, the same when it is repeated.
    let storing = invocation.under("missing tests");
    let id = ProposalId::derived(&storing.caller.idempotency);
    let store = invocation.store()?;
    let path = free_path(&revision.source, &proposal.module)?;
    if store.proposal(&id).await?.is_none() {
        let draft = draft(invocation, &id, proposal, revision, &path, tests)?;
        let change = draft::first_change(&storing, proposal.language, &draft);
        store.commit(change).await?;
    }
    let missing = || CommandError::new(ErrorKind::Internal, format!("{id} is gone"));
    let stored = store.proposal(&id).await?.ok_or_else(missing)?;
    let revision = store.revision(&id, 1).await?.ok_or_else(missing)?;
    let executing = invocation.under("missing tests run");
    let trial = Trial::usual(Limits::default(), invocation.policy().await?);
    let execution = trial::execute(&executing, &stored, &revision, &trial).await?;
    let counts = &execution.evidence.tests;
    Ok(Proposed {
        proposal_id: id.to_string(),
        content_hash: revision.content_hash.hex(),
        path: path.to_string(),
        execution_id: execution.id.to_string(),
        verdict: execution.verdict.word,
        tests_passed: counts.passed,
        tests_total: counts.collected,
    })
}

fn draft(
    context: &Context,
    id: &ProposalId,
    proposal: &Proposal,
    revision: &Revision,
    path: &SourcePath,
    tests: &str,
) -> Result<Draft, CommandError> {
    let more =
        SourceFile { path: path.clone(), role: Role::Test, content: tests.as_bytes().to_vec() };
    let files = revision.source.files().iter().cloned().chain([more]).collect();
    let source = Source::new(files)?;
    let of = format!("{} revision {}", proposal.id, revision.number);
    Ok(Draft {
        request: format!("missing tests of {of}: {}", proposal.request),
        module: proposal.module.clone(),
        related: proposal.related_concepts.clone(),
        revision: Revision {
            proposal: id.clone(),
            number: 1,
            parent: None,
            content_hash: source.content_hash(),
            source,
            authorship: Authorship::observed(),
            explanation: format!(
                "The code and tests of {of}, unchanged, and {path}: tests that say what the code does today. They were taken from its \
                 behaviour, not from the request, so they pass whether it is right or wrong. Check each value before you approve."
            ),
            feedback: None,
            created_at: context.now(),
        },
        call: None,
    })
}

/// Finds a path beside the first test file that no file has.
fn free_path(source: &Source, module: &str) -> Result<SourcePath, CommandError> {
    let beside = source.of_role(Role::Test).next().map(|file| file.path.as_str());
    let folder = beside.and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder);
    let mut number = 1_u32;
    loop {
        let count = if number == 1 { String::new() } else { format!("_{number}") };
        let name = format!("test_{module}_today{count}.py");
        let path = folder.map_or_else(|| name.clone(), |folder| format!("{folder}/{name}"));
        let path: SourcePath = path.parse()?;
        if source.files().iter().all(|file| file.path != path) {
            return Ok(path);
        }
        number += 1;
    }
}
