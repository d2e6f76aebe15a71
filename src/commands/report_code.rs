//! `/report-code`: shows the evidence of an execution.
//!
//! The newest execution of the proposal is shown unless another is named. The room `reporting` gathers and lays out; other
//! formats are finished documents, which a terminal prints as they are.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::id::{ExecutionKind, Named as _, ProposalId};
use record::domain::principal::Authority;
use record::domain::text::Untrusted;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Page};
use work::deciding::guarded::Protection;
use work::deciding::votes::Votes;
use work::reporting::evidence_page;
use work::reporting::evidence_report::Report;
use work::reporting::html;
use work::reporting::imported::{self, ImportedView};
use work::reporting::markdown;

/// `/report-code`
pub enum ReportCode {}

/// The form of a report.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// Markdown.
    Markdown,
    /// The JSON of the contract.
    Json,
    /// One page without scripts or outside parts.
    Html,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest; or the id of an execution
    #[arg(value_name = "ID")]
    pub id: String,
    /// Form of the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// An execution other than the newest
    #[arg(long, value_name = "ID")]
    pub execution: Option<String>,
}

/// What comes of it: the report, and its finished text where another format was asked for.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The report.
    #[serde(flatten)]
    pub report: Report,
    /// How far its approval is; absent where one owner is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvals: Option<Votes>,
    /// Where the proposal was imported from; absent for one of this home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<ImportedView>,
    /// The finished text of the wanted format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

impl Command for ReportCode {
    const SPEC: Spec = Spec {
        name: "report-code",
        aliases: &[],
        summary: "Show the evidence of the newest execution",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/report-code @", "/report-code 7c2e --format html"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let args = of_execution(invocation, args).await?;
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let imported = imported::imported(invocation, &proposal.id).await?;
        let execution = match &args.execution {
            Some(typed) => lookup::execution(invocation, typed).await?,
            None => invocation
                .store()?
                .newest_execution(&proposal.id)
                .await?
                .ok_or_else(|| no_results(&proposal.id, imported.as_ref()))?,
        };
        if execution.proposal != proposal.id {
            let message = format!("{} is not an execution of {}", execution.id, proposal.id);
            return Err(CommandError::new(ErrorKind::NotFound, message));
        }
        let mut report = Report::timed(invocation, &proposal, execution).await?;
        report.emergencies = Protection::of(invocation).await?.emergencies;
        let document = match args.format {
            Format::Text => None,
            Format::Markdown => Some(markdown::markdown(&report)),
            Format::Html => Some(html::html(&report)),
            Format::Json => Some(json(&report)?),
        };
        let approvals = Votes::of(invocation, &proposal).await?;
        Ok(Answer { report, approvals, imported, document })
    }
}

/// Finds the proposal of an execution that was named in its place.
async fn of_execution(invocation: &Invocation, args: Args) -> Result<Args, CommandError> {
    if args.execution.is_some() || !args.id.starts_with(ExecutionKind::WORD) {
        return Ok(args);
    }
    let execution = lookup::execution(invocation, &args.id).await?;
    let id = execution.proposal.to_string();
    Ok(Args { id, execution: Some(execution.id.to_string()), ..args })
}

/// Makes the error for a proposal without an execution; imported history is named, but is no result of this home.
fn no_results(id: &ProposalId, imported: Option<&ImportedView>) -> CommandError {
    let message = format!("{id} has no test results yet");
    let error = CommandError::new(ErrorKind::State, message)
        .hint(format!("Run `/sandbox-code {id}` first."));
    match imported {
        Some(imported) => {
            error.hint(format!("It was {}; see `/show-code {id}`.", imported.claim()))
        }
        None => error,
    }
}

fn json(report: &Report) -> Result<String, CommandError> {
    let text = serde_json::to_string_pretty(report)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    // A page escapes what cannot be seen; escaped as JSON does it, the document stays one.
    Ok(Untrusted(&text).json())
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        if let Some(document) = &self.document {
            return Page::new().block(Block::Document(document.clone()));
        }
        let page = evidence_page::page(&self.report)
            .fields(evidence_page::besides(&self.report))
            .fields(Votes::field(self.approvals.as_ref()))
            .next(self.report.next_steps());
        match &self.imported {
            Some(imported) => page.then(imported.page()),
            None => page,
        }
    }
}
