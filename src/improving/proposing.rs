//! Makes a proposal of the best text, and executes it.
//!
//! Tests of what the file does today come along where a replay knows calls that notice changes of it. The proposal is a change of the
//! repository like any other: executed, judged, and decided by its owner.

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::drafting::change_source::Wanted;
use crate::drafting::changing;
use crate::drafting::draft;
use crate::executing::terms::Trial;
use crate::executing::trial;
use crate::improving::improve::Best;
use crate::improving::observed_tests::tests_of;
use crate::improving::workplace::Workplace;
use crate::reporting::difference;
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::source_path::SourcePath;
use record::domain::verdict::VerdictWord;

/// Whether tests of what the file does today come along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tests {
    /// They do.
    Observed,
    /// They do not.
    None,
}

/// A proposal that was stored and executed.
pub struct Proposed {
    /// The proposal.
    pub id: ProposalId,
    /// Its difference to the base.
    pub diff: String,
    /// The verdict on it.
    pub verdict: VerdictWord,
    /// The file of tests that came along.
    pub tests: Option<String>,
}

/// Stores the best text as a proposal and executes it; a repeated call finds both.
pub async fn propose(
    invocation: &Invocation,
    workplace: &Workplace,
    best: Best,
    (typed, tests): (&str, Tests),
) -> Result<Proposed, CommandError> {
    let storing = invocation.under("improvement");
    let id = ProposalId::derived(&storing.caller.idempotency);
    let mut files = vec![(workplace.path.clone(), best.text.clone().into_bytes())];
    let observed = if tests == Tests::Observed { observed(workplace, &best)? } else { None };
    let path = observed.as_ref().map(|(path, _)| path.to_string());
    files.extend(observed);
    let store = invocation.store()?;
    if store.proposal(&id).await?.is_none() {
        let described = &workplace.described;
        let mut made =
            changing::draft(&storing, &id, typed, described, Wanted::Files(files)).await?;
        made.revision.authorship = best.authorship;
        made.revision.explanation = best.explanation.join("\n");
        store.commit(draft::first_change(&storing, Language::Python, &made)).await?;
    }
    let gone =
        || CommandError::new(crate::contract::error::ErrorKind::Internal, format!("{id} is gone"));
    let proposal = store.proposal(&id).await?.ok_or_else(gone)?;
    let revision = store.revision(&id, 1).await?.ok_or_else(gone)?;
    let trial = Trial {
        ground: changing::ground(invocation, &proposal, &revision).await?,
        ..Trial::usual(Limits::default(), invocation.policy().await?)
    };
    let executing = invocation.under("improvement run");
    let execution = trial::execute(&executing, &proposal, &revision, &trial).await?;
    let diff = difference::diff(None, &revision);
    Ok(Proposed { id, diff, verdict: execution.verdict.word, tests: path })
}

/// A test file that nobody has yet, beside the tests that there are.
fn observed(
    workplace: &Workplace,
    best: &Best,
) -> Result<Option<(SourcePath, Vec<u8>)>, CommandError> {
    let Some(replayed) = &best.replayed else { return Ok(None) };
    let text = workplace.module().and_then(|module| tests_of(&module, &replayed.answers));
    let Some(text) = text else { return Ok(None) };
    let beside = workplace.tests.first().and_then(|path| path.rsplit_once('/'));
    let stem = workplace.path.module().unwrap_or("file").trim_start_matches('_').to_owned();
    let folder = beside.map_or(String::new(), |(folder, _)| format!("{folder}/"));
    for number in 1_u32..=100 {
        let count = if number == 1 { String::new() } else { format!("_{number}") };
        let path: SourcePath = format!("{folder}test_{stem}_today{count}.py").parse()?;
        if workplace.source.files().iter().all(|file| file.path != path) {
            return Ok(Some((path, text.into_bytes())));
        }
    }
    Ok(None)
}
