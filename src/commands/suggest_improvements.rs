//! `/suggest-improvements`: shows what would make the evidence stronger.
//!
//! It reads the newest evidence, tries small changes of the code (mutants) to see whether tests notice, and can ask a model.
//! None of this is evidence or moves a verdict; it tells an owner where to look, and can propose the tests that are missing.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::suggesting::findings::{Finding, Looked, Weight, findings};
use crate::commands::suggesting::mutants::{MutationView, PartsView, limits_of, on_unnoticed};
use crate::commands::suggesting::proposal::{self, Proposed};
use crate::commands::suggesting::review::{self, Asked, Opinion};
use record::domain::execution::Execution;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::source::Source;
use record::domain::verdict::VerdictWord;
use sandbox::error::SandboxError;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::healing::characterisation::missing_tests;
use work::healing::edits::bench_of;
use work::healing::mutation::{self, Mutation, Scored};
use work::healing::stored::{diagnosis, newest};
use work::reporting::views;

/// Seconds for mutants when nothing else is said, and the most.
const SECONDS: (u64, u64) = (5, 120);

/// `/suggest-improvements`
pub enum SuggestImprovements {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Time for mutants, 1 to 120 (5)
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<u64>,
    /// Try no mutants
    #[arg(long, conflicts_with = "propose")]
    pub no_mutants: bool,
    /// Store the missing tests, with the code and its tests, as a proposal that waits for you
    #[arg(long)]
    pub propose: bool,
    /// Ask a model for its remarks too
    #[arg(long)]
    pub review: bool,
    /// Provider to ask
    #[arg(long, requires = "review")]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long, requires = "review")]
    pub model: Option<String>,
}

/// What comes of it; none of it is evidence.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// Its newest revision.
    pub revision: u32,
    /// The newest execution of that.
    pub execution_id: String,
    /// What the tests noticed; null where no mutants were tried, and of a change.
    pub mutation: Option<MutationView>,
    /// What its execution tried of a change; null where it is none.
    #[serde(default)]
    pub parts: Option<PartsView>,
    /// What limits the look at mutants, or why none were tried; null where nothing does.
    pub note: Option<String>,
    /// What would make the evidence stronger, strongest first; none where it is excellent.
    pub findings: Vec<Finding>,
    /// Tests that say what the code does today, to be checked value by value; null where there are none.
    pub missing_tests: Option<String>,
    /// The proposal that holds them; null unless that was asked for and there are any.
    #[serde(default)]
    pub proposed: Option<Proposed>,
    /// What a model remarks; null unless that was asked for.
    #[serde(default)]
    pub opinion: Option<Opinion>,
}

impl Command for SuggestImprovements {
    const SPEC: Spec = Spec {
        name: "suggest-improvements",
        aliases: &[],
        summary: "Show what would make the evidence stronger",
        group: Group::Inspect,
        authority: Authority::Propose,
        // Boxes take places of the engine, and only the one that writes counts them.
        access: Access::Write,
        free_text: None,
        examples: &[
            "/suggest-improvements @",
            "/suggest-improvements 7c2e --seconds 30",
            "/suggest-improvements @ --propose",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let seconds = args.seconds.unwrap_or(SECONDS.0);
        if !(1..=SECONDS.1).contains(&seconds) {
            return Err(CommandError::usage(format!("--seconds takes 1 to {}", SECONDS.1)));
        }
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let revision = lookup::revision(invocation, &proposal, None).await?;
        let execution = newest(invocation, &proposal, revision.number).await?.ok_or_else(|| {
            let message =
                format!("revision {} of {} has no test results yet", revision.number, proposal.id);
            CommandError::new(ErrorKind::State, message)
                .hint(format!("Run `/sandbox-code {}` first.", proposal.id))
        })?;
        let mutants = if args.no_mutants { None } else { Some(Duration::from_secs(seconds)) };
        let mut answer = suggested(invocation, &proposal, &revision, &execution, mutants).await?;
        if args.review {
            let asked = Asked {
                provider: args.provider.as_deref(),
                model: args.model.as_deref(),
                findings: &answer.findings,
            };
            answer.opinion = Some(review::ask(invocation, &proposal, &revision, asked).await?);
        }
        if let Some(tests) = answer.missing_tests.as_deref().filter(|_| args.propose) {
            let proposed = proposal::propose(invocation, &proposal, &revision, tests).await?;
            answer.proposed = Some(proposed);
        }
        Ok(answer)
    }
}

/// Finds what an execution leaves to be wished for; without time no mutants are tried.
async fn suggested(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
    execution: &Execution,
    mutants: Option<Duration>,
) -> Result<Answer, CommandError> {
    let trouble = diagnosis(invocation, proposal, revision.number).await?;
    let change = execution.evidence.change.as_deref();
    let scored = match (mutants, fails(execution), change) {
        (None, ..) => Scored::Impossible("none were asked for".to_owned()),
        (_, true, _) => Scored::Impossible("the tests fail already".to_owned()),
        (.., Some(change)) if change.survivors.is_empty() => Scored::Tried(Mutation::default()),
        (Some(time), ..) => score(invocation, &revision.source, execution, time).await?,
    };
    let (mutation, note) = match (scored, change) {
        (Scored::Tried(mut mutation), Some(change)) => {
            on_unnoticed(&mut mutation, change);
            (Some(mutation), None)
        }
        (Scored::Tried(mutation), None) => {
            let limits = limits_of(&mutation);
            (Some(mutation), limits)
        }
        // The tests of the repository have told already; its own would have given calls to write tests of.
        (Scored::Impossible(_), Some(_)) => (None, None),
        (Scored::Impossible(why), None) => (None, Some(format!("no mutants were tried: {why}"))),
    };
    let looked = Looked {
        source: &revision.source,
        evidence: &execution.evidence,
        trouble: trouble.as_deref(),
        reasons: &execution.verdict.reasons,
        mutation: mutation.as_ref(),
    };
    Ok(Answer {
        proposal_id: proposal.id.to_string(),
        revision: revision.number,
        execution_id: execution.id.to_string(),
        findings: findings(&looked),
        note,
        missing_tests: mutation
            .as_ref()
            .and_then(|mutation| missing_tests(&revision.source, &mutation.survivors)),
        mutation: mutation.filter(|_| change.is_none()).map(MutationView::of),
        parts: change.map(PartsView::of),
        proposed: None,
        opinion: None,
    })
}

/// Tells whether tests failed, or none could run.
fn fails(execution: &Execution) -> bool {
    let tests = &execution.evidence.tests;
    execution.verdict.word != VerdictWord::Passed
        && (tests.failed + tests.errors > 0 || tests.passed == 0)
}

/// Tries mutants; where no box can be had, the rest is told all the same.
async fn score(
    invocation: &Invocation,
    source: &Source,
    execution: &Execution,
    time: Duration,
) -> Result<Scored, CommandError> {
    invocation.stage("trying mutants");
    let bench = bench_of(invocation, source, execution.id.to_string()).await?;
    match mutation::score(&bench, source, time).await {
        Ok(scored) => Ok(scored),
        // A user who stops the command wants no answer; any other trouble only leaves the mutants out.
        Err(SandboxError::Cancelled) => Err(SandboxError::Cancelled.into()),
        Err(error) => Ok(Scored::Impossible(error.to_string())),
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let id = &self.proposal_id;
        let mut page = Page::new().title(format!("{id} revision {}", self.revision));
        if let Some(mutation) = &self.mutation {
            page = page.then(mutation.page());
        }
        if let Some(parts) = &self.parts {
            page = page.then(parts.page());
        }
        if let Some(note) = &self.note {
            page = page.text(Cell::toned(note.as_str(), Tone::Dim));
        }
        if self.findings.is_empty() {
            page = page.text(Cell::toned("excellent: nothing to suggest", Tone::Good));
        } else {
            page = page.block(Block::Table {
                head: ["Weight", "Place", "What", "Hint"].map(str::to_owned).to_vec(),
                rows: self.findings.iter().map(row).collect(),
            });
        }
        if let Some(opinion) = &self.opinion {
            page = page.then(review::page(opinion, row));
        }
        let Some(tests) = &self.missing_tests else { return page };
        let page = page
            .text("Tests that are missing; they say what the code does today, so check each value:")
            .block(Block::Code { language: "python".to_owned(), text: tests.clone() });
        match &self.proposed {
            Some(proposed) => page.then(proposed.page()),
            None => page.next([
                format!(
                    "/suggest-improvements {id} --propose  stores them as a proposal of their own"
                ),
                format!(
                    "/refine-code {id} --tests FILE <why>  stores your tests with these among them"
                ),
            ]),
        }
    }
}

impl Proposed {
    fn page(&self) -> Page {
        let id = &self.proposal_id;
        let told = format!("{} of {} pass", self.tests_passed, self.tests_total);
        let last = if self.verdict == VerdictWord::Passed {
            format!("/approve-code {id}  takes them in, once each value is checked")
        } else {
            format!("/report-code {id}  tells why it did not pass")
        };
        Page::new()
            .text(format!("Stored as {id}, in {}; the code is unchanged.", self.path))
            .fields([("Verdict", views::verdict_cell(self.verdict)), ("Tests", Cell::from(told))])
            .next([format!("/show-code {id}  shows them"), last])
    }
}

fn row(finding: &Finding) -> Vec<Cell> {
    let tone = match finding.severity {
        Weight::High => Tone::Bad,
        Weight::Medium => Tone::Warn,
        Weight::Low => Tone::Dim,
    };
    vec![
        Cell::toned(finding.severity.word(), tone),
        Cell::from(finding.place.as_deref().unwrap_or("")),
        Cell::from(finding.message.as_str()),
        Cell::from(finding.hint.as_str()),
    ]
}
