//! The evidence of one execution as an answer.
//!
//! `/sandbox-code`, `/report-code` and the question of an approval are built on one [`Report`]. [`Report::timed`] adds times
//! that change from one reading to the next; an approval uses [`Report::by_file`], because the digest of what it shows is
//! signed and must stay the same.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::acts;
use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::diagnosis::outside::{Outside, outside};
use crate::diagnosis::packages::Requirement;
use crate::reporting::covered::Covered;
use crate::reporting::file_reports::{ByFile, FileReport, ListedFile};
use crate::reporting::repaired::{Repaired, repaired_with_reach};
use crate::reporting::views;
use foundation::store::error::StoreError;
use foundation::store::query::TimesQuery;
use foundation::store::store::Store;
use record::domain::change_evidence::ChangeEvidence;
use record::domain::controls::Controls;
use record::domain::evidence::{
    Evidence, Integrity, Lint, Output, Stability, Termination, TestCase, TestOutcome, Tests,
};
use record::domain::execution::Execution;
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::status::Status;
use record::domain::timings::{Scope, Spread, StoredTimings};
use record::domain::verdict::{Reason, VerdictWord};
use record::domain::word_fit::WordFit;
use verifier::verified::EmergencyView;

/// Executions whose times are looked at, the newest ones.
const RECENT: u32 = 200;
/// Executions of a proposal below which its own times say too little.
const FEW: usize = 20;

/// What sandbox-code and report-code answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The proposal.
    pub proposal_id: String,
    /// What was asked for.
    pub spec: String,
    /// The revision that ran.
    pub revision: u32,
    /// The hash of the files that ran.
    pub content_hash: String,
    /// The execution.
    pub execution_id: String,
    /// When its verdict was computed.
    pub executed_at: String,
    /// The answer.
    pub verdict: VerdictWord,
    /// Why it is not `passed`.
    pub reasons: Vec<Reason>,
    /// How the run ended.
    pub termination: Termination,
    /// What the tests did.
    pub tests: Tests,
    /// Line coverage; null where it could not be measured.
    pub coverage: Option<Covered>,
    /// Static analysis.
    pub lint: Lint,
    /// Whether the evidence can be believed.
    pub integrity: Integrity,
    /// What ran besides it so that a pass means something.
    pub controls: Controls,
    /// What else was observed of a change of a repository; absent for everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Box<ChangeEvidence>>,
    /// Whether repeated runs agreed.
    pub stability: Stability,
    /// The sandbox backend.
    pub backend: String,
    /// What the backend proved.
    pub guarantees: BTreeMap<String, String>,
    /// What the suite ran with.
    pub environment: BTreeMap<String, String>,
    /// Where the time went.
    pub timings_ms: StoredTimings,
    /// Where that of recent executions went; null where the report is no answer of its own.
    pub recent_ms: Option<Spread>,
    /// What the tests printed.
    pub output: Output,
    /// Where the proposal stands.
    pub status: Status,
    /// The file that the program starts with, where there are several code files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Every file with its role and its size, where there are several code files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<ListedFile>,
    /// Each code file, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileReport>,
    /// The packages that the proposal wants, against those there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<Requirement>,
    /// What its failures miss outside of the code; absent where nothing is known to be missing there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Outside>,
    /// Which words of the request an answer from the library covers; null for any other.
    #[serde(default)]
    pub fit: Option<WordFit>,
    /// The automatic repairs that the revision holds; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repaired: Option<Repaired>,
    /// What owners did to policy, keys or the log without the quorum, oldest first; only in `/report-code`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emergencies: Vec<EmergencyView>,
    /// Whether a model can be asked for another revision; absent where none is configured.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_model: bool,
}

impl Report {
    /// Names of the variables that whoever started the execution gave the tests; empty where there were none.
    pub fn variables(&self) -> &str {
        self.environment.get("variables").map_or("", String::as_str)
    }

    /// Makes the report on an execution, without what its files say.
    fn of(proposal: &Proposal, execution: Execution, revision: Option<&Revision>) -> Self {
        let evidence: Evidence = execution.evidence;
        let missed = revision.map(|revision| outside(&revision.source, &evidence));
        Self {
            proposal_id: proposal.id.to_string(),
            spec: proposal.request.clone(),
            revision: execution.revision,
            content_hash: execution.content_hash.hex(),
            execution_id: execution.id.to_string(),
            executed_at: execution.executed_at.to_string(),
            verdict: execution.verdict.word,
            reasons: execution.verdict.reasons,
            termination: evidence.termination,
            tests: evidence.tests,
            coverage: evidence.coverage.map(|all| Covered::of(all, revision)),
            lint: evidence.lint,
            integrity: evidence.integrity,
            controls: evidence.controls,
            change: evidence.change,
            stability: evidence.stability,
            backend: evidence.backend,
            guarantees: evidence.guarantees.0,
            environment: evidence.environment.0,
            timings_ms: StoredTimings::of(&evidence.timings_ms, evidence.timings_ms.total),
            recent_ms: None,
            output: evidence.output,
            status: proposal.status,
            entry_point: None,
            listed: Vec::new(),
            files: Vec::new(),
            requirements: Vec::new(),
            outside: missed.filter(|outside| !outside.missing.is_empty()),
            fit: None,
            repaired: None,
            emergencies: Vec::new(),
            has_model: false,
        }
    }

    /// Makes the report on an execution, with what is said of each file that ran.
    pub async fn by_file(
        store: &dyn Store,
        proposal: &Proposal,
        execution: Execution,
    ) -> Result<Self, StoreError> {
        let revision = store.revision(&proposal.id, execution.revision).await?;
        let (by_file, repaired) = match &revision {
            Some(revision) => (
                ByFile::of(store, revision, Some(&execution)).await?,
                repaired_with_reach(store, &revision.proposal, revision.number).await?,
            ),
            None => (ByFile::default(), None),
        };
        Ok(Self {
            repaired,
            entry_point: by_file.entry_point,
            listed: by_file.listed,
            files: by_file.results,
            requirements: by_file.requirements,
            fit: revision.as_ref().and_then(|revision| views::fit(&proposal.request, revision)),
            ..Self::of(proposal, execution, revision.as_ref())
        })
    }

    /// Makes the report with the time of the store, which is kept beside the evidence, and that of recent executions.
    pub async fn timed(
        context: &Context,
        proposal: &Proposal,
        execution: Execution,
    ) -> Result<Self, CommandError> {
        let store = context.store()?;
        let own = store.times(&TimesQuery::Execution(execution.id.clone())).await?;
        let mut scope = Scope::Proposal;
        let mut recent = store.times(&TimesQuery::Proposal(proposal.id.clone(), RECENT)).await?;
        // Too few runs of its own tell nothing of what is usual; those of the home do.
        if recent.len() < FEW {
            scope = Scope::Home;
            recent = store.times(&TimesQuery::Home(RECENT)).await?;
        }
        let report = Self::by_file(store, proposal, execution).await?;
        Ok(Self {
            timings_ms: own.first().copied().unwrap_or(report.timings_ms),
            recent_ms: Spread::over(scope, &recent),
            has_model: context.has_model(),
            ..report
        })
    }

    /// The tests that failed; where nothing ran those that were left out, whose reasons are all there is to go by.
    pub fn telling_tests(&self) -> (&'static str, Vec<&TestCase>) {
        let of = |is_meant: fn(TestOutcome) -> bool| -> Vec<&TestCase> {
            self.tests.cases.iter().filter(|case| is_meant(case.outcome)).collect()
        };
        let failed = of(TestOutcome::is_failure);
        if failed.is_empty() && self.tests.passed == 0 {
            return ("skipped", of(|outcome| outcome == TestOutcome::Skipped));
        }
        ("failed", failed)
    }

    /// Says in words how the run ended.
    pub fn termination_text(&self) -> String {
        let word = acts::termination_word(&self.termination).replace('_', " ");
        match acts::termination_detail(&self.termination) {
            Some(detail) => format!("{word}: {}", headline(detail)),
            None => word,
        }
    }
}

/// Says in a line what a longer text is about: its place, and the error that pytest names.
fn headline(detail: &str) -> String {
    let first = detail.lines().next().unwrap_or_default();
    let named = detail.lines().filter_map(|line| line.strip_prefix("E  ")).next_back();
    match (named, first.split_once(": ")) {
        (Some(error), Some((place, _))) => format!("{place}: {}", error.trim()),
        (Some(error), None) => error.trim().to_owned(),
        (None, _) => first.to_owned(),
    }
}
