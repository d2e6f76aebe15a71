//! Makes a proposal of the best text, and executes it.
//!
//! Tests of what the file does today come along where a replay knows calls that notice changes of it. The proposal is a change of the
//! repository like any other: executed, judged, and decided by its owner.

use std::collections::BTreeMap;

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::drafting::change_source::Wanted;
use crate::drafting::changing;
use crate::drafting::draft;
use crate::executing::terms::Trial;
use crate::executing::trial;
use crate::improving::improve::Best;
use crate::improving::observed_tests::tests_of;
use crate::improving::risk;
use crate::improving::workplace::Workplace;
use crate::reporting::difference;
use inspection::risk::Risk;
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
    /// The files of tests that came along.
    pub tests: Vec<String>,
    /// How much may go wrong with it.
    pub risk: Risk,
}

/// The best text of one file, in the place where it was made.
pub struct Part {
    /// The place.
    pub workplace: Workplace,
    /// The text.
    pub best: Best,
}

impl Part {
    /// The files that it changes or makes.
    pub fn files(&self) -> Result<Vec<(SourcePath, Vec<u8>)>, CommandError> {
        let own = (self.workplace.path.clone(), self.best.text.clone().into_bytes());
        let mut files = vec![own];
        for other in &self.best.others {
            files.push((other.path.parse()?, other.text.clone().into_bytes()));
        }
        Ok(files)
    }
}

/// Stores the best texts as one proposal and executes it; a repeated call finds both.
pub async fn propose(
    invocation: &Invocation,
    workplace: &Workplace,
    all: &[Part],
    (typed, tests): (&str, Tests),
) -> Result<Proposed, CommandError> {
    let storing = invocation.under("improvement");
    let id = ProposalId::derived(&storing.caller.idempotency);
    let mut files: BTreeMap<SourcePath, Vec<u8>> = BTreeMap::new();
    let mut paths = Vec::new();
    for part in all {
        // A later part starts from what an earlier one left, so the later text counts.
        files.extend(part.files()?);
    }
    for part in all.iter().filter(|_| tests == Tests::Observed) {
        let observed = observed(&part.workplace, &part.best, &files)?;
        paths.extend(observed.as_ref().map(|(path, _)| path.to_string()));
        files.extend(observed);
    }
    let files: Vec<(SourcePath, Vec<u8>)> = files.into_iter().collect();
    let store = invocation.store()?;
    if store.proposal(&id).await?.is_none() {
        let described = &workplace.described;
        let mut made =
            changing::draft(&storing, &id, typed, described, Wanted::Files(files)).await?;
        if let Some(last) = all.last() {
            made.revision.authorship = last.best.authorship.clone();
        }
        let said = all.iter().flat_map(|part| part.best.explanation.iter().map(String::as_str));
        made.revision.explanation = said.collect::<Vec<_>>().join("\n");
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
    let risk = match revision.source.change() {
        Some(change) => risk::of_change(invocation, change).await,
        None => Risk::default(),
    };
    Ok(Proposed { id, diff, verdict: execution.verdict.word, tests: paths, risk })
}

/// A test file that nobody has yet, beside the tests that there are.
fn observed(
    workplace: &Workplace,
    best: &Best,
    taken: &BTreeMap<SourcePath, Vec<u8>>,
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
        let is_free = workplace.source.files().iter().all(|file| file.path != path);
        if is_free && !taken.contains_key(&path) {
            return Ok(Some((path, text.into_bytes())));
        }
    }
    Ok(None)
}
