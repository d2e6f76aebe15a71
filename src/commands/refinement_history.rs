//! `/refinement-history`: shows every revision with its cause, verdict, cost and difference.
//!
//! Revisions, executions and the steps of healing are kept apart; here they are joined by the number of the revision, so that
//! one line tells why a revision was made and what came of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::execution::Execution;
use record::domain::healing::{FailureClass, Part, Strategy, Turn};
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::revision::{Origin, Revision};
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;
use record::domain::weakening::Weakening;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::healing::stored::newest;
use work::reporting::difference;
use work::reporting::views::{self, UsageView};

/// Longest feedback, diagnosis and explanation, in characters.
const MAX_TEXT: usize = 100;
/// Revisions shown when nothing else is said, and the most.
const LIMIT: (u32, u32) = (100, 10_000);

/// `/refinement-history`
pub enum RefinementHistory {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Show the difference of each to the revision it was made from
    #[arg(long)]
    pub diff: bool,
    /// Most revisions, the newest first (100)
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<u32>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// Where it stands.
    pub status: Status,
    /// How many revisions it has.
    pub total: u32,
    /// The revisions, newest first.
    pub revisions: Vec<Entry>,
}

/// One revision.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its number.
    pub revision: u32,
    /// The revision it was made from; null for the first.
    pub parent: Option<u32>,
    /// When it was stored.
    pub created_at: String,
    /// How it came about.
    pub origin: Origin,
    /// How healing made it; null where it did not.
    pub strategy: Option<Strategy>,
    /// What it is to the healing that made it; null where none did.
    pub part: Option<Part>,
    /// The word of the edit; null where it is none.
    pub operator: Option<String>,
    /// The provider; null for given files and edits.
    pub provider: Option<String>,
    /// The model; null for given files and edits.
    pub model: Option<String>,
    /// What was asked for, or the diagnosis that it answers.
    pub cause: Option<String>,
    /// The kind of failure that it answers; null where it answers feedback.
    pub class: Option<FailureClass>,
    /// What its author says about it.
    pub explanation: String,
    /// The newest verdict; null where it was not executed.
    pub verdict: Option<VerdictWord>,
    /// Tests that passed; null where it was not executed.
    pub tests_passed: Option<u32>,
    /// Tests that were collected; null where it was not executed.
    pub tests_total: Option<u32>,
    /// Line coverage in percent; null where it was not measured.
    pub coverage: Option<f64>,
    /// The linter's score; null where it gives none.
    pub lint_score: Option<f64>,
    /// What a model used for it.
    pub usage: UsageView,
    /// Signs that its tests are weaker than those of the revision it was made from.
    pub weakenings: Vec<Weakening>,
    /// The difference to that revision; null unless that was asked for.
    pub diff: Option<String>,
}

impl Command for RefinementHistory {
    const SPEC: Spec = Spec {
        name: "refinement-history",
        aliases: &[],
        summary: "Show every revision with its cause, verdict, cost and difference",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/refinement-history @", "/refinement-history 7c2e --diff"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let limit = args.limit.unwrap_or(LIMIT.0);
        if !(1..=LIMIT.1).contains(&limit) {
            return Err(CommandError::usage(format!("--limit takes 1 to {}", LIMIT.1)));
        }
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let turns = turns(invocation, &proposal).await?;
        let shown = (1..=proposal.head).rev().take(usize::try_from(limit).unwrap_or(usize::MAX));
        let mut revisions = Vec::new();
        for number in shown {
            let entry = entry(invocation, &proposal, number, turns.get(&number)).await?;
            revisions.push(if args.diff { entry } else { Entry { diff: None, ..entry } });
        }
        Ok(Answer {
            proposal_id: proposal.id.to_string(),
            status: proposal.status,
            total: proposal.head,
            revisions,
        })
    }
}

/// Reads the steps of all healings of a proposal, by the revision that came of them.
async fn turns(
    context: &Context,
    proposal: &Proposal,
) -> Result<BTreeMap<u32, Turn>, CommandError> {
    let healings = context.store()?.healings(&proposal.id).await?;
    let turns = healings.into_iter().flat_map(|healing| healing.turns);
    Ok(turns.filter_map(|turn| Some((turn.revision?, turn))).collect())
}

async fn entry(
    context: &Context,
    proposal: &Proposal,
    number: u32,
    turn: Option<&Turn>,
) -> Result<Entry, CommandError> {
    let revision = lookup::revision(context, proposal, Some(number)).await?;
    let parent = match revision.parent {
        Some(parent) => Some(lookup::revision(context, proposal, Some(parent)).await?),
        None => None,
    };
    let execution = newest(context, proposal, number).await?;
    let is_restored = turn.is_some_and(|turn| turn.part == Part::Restored);
    // A revision that was put back is an older one again; no strategy made it.
    let healed = turn.filter(|_| !is_restored);
    Ok(Entry {
        strategy: healed.map(|turn| turn.strategy),
        part: turn.map(|turn| turn.part),
        operator: turn.and_then(|turn| turn.detail.operator.clone()),
        class: turn.map(|turn| turn.detail.class),
        weakenings: parent
            .as_ref()
            .map_or_else(Vec::new, |parent| difference::weakened(parent, &revision)),
        diff: Some(difference::diff(parent.as_ref(), &revision)),
        ..plain(&revision, execution.as_ref())
    })
}

/// Tells what is known of a revision without its healing.
fn plain(revision: &Revision, execution: Option<&Execution>) -> Entry {
    let short = |text: &str| views::preview(text, MAX_TEXT);
    let evidence = execution.map(|execution| &execution.evidence);
    let authorship = &revision.authorship;
    Entry {
        revision: revision.number,
        parent: revision.parent,
        created_at: revision.created_at.to_string(),
        origin: authorship.origin,
        strategy: None,
        part: None,
        operator: None,
        provider: authorship.provider.clone(),
        model: authorship.model.clone(),
        cause: revision.feedback.as_deref().map(short),
        class: None,
        explanation: short(&revision.explanation),
        verdict: execution.map(|execution| execution.verdict.word),
        tests_passed: evidence.map(|evidence| evidence.tests.passed),
        tests_total: evidence.map(|evidence| evidence.tests.collected),
        coverage: evidence
            .and_then(|evidence| evidence.coverage.as_ref())
            .map(|coverage| coverage.percent),
        lint_score: evidence.and_then(|evidence| evidence.lint.score),
        usage: views::usage(&authorship.usage),
        weakenings: Vec::new(),
        diff: None,
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let id = &self.proposal_id;
        let mut page = Page::new()
            .title(format!("{id}: {}", counted(self.total, "revision")))
            .block(Block::Table {
                head: ["Revision", "Time", "How", "Verdict", "Tests", "Cost", "Cause"]
                    .map(str::to_owned)
                    .to_vec(),
                rows: self.revisions.iter().map(row).collect(),
            });
        for entry in self.revisions.iter().filter(|entry| !entry.weakenings.is_empty()) {
            let signs: Vec<&str> =
                entry.weakenings.iter().map(|sign| sign.message.as_str()).collect();
            let said = format!("revision {}: {}", entry.revision, signs.join("; "));
            page = page.text(Cell::toned(said, Tone::Warn));
        }
        for entry in &self.revisions {
            if let Some(diff) = entry.diff.as_ref().filter(|diff| !diff.is_empty()) {
                page = page
                    .text(Cell::toned(format!("Revision {}", entry.revision), Tone::Strong))
                    .block(Block::Diff(diff.clone()));
            }
        }
        if self.total < 2 {
            return page;
        }
        let (before, newest) = (self.total - 1, self.total);
        page.next([format!(
            "/diff-code {id} {before}..{newest}  shows the difference between these two"
        )])
    }
}

fn row(entry: &Entry) -> Vec<Cell> {
    let how = match (entry.part, entry.strategy) {
        (Some(Part::Restored), _) => "best so far again".to_owned(),
        (Some(Part::Plausible), _) => "another patch".to_owned(),
        (Some(Part::ChangesTests), _) => "changes the tests".to_owned(),
        (_, Some(strategy)) => format!("{} by {strategy}", entry.origin),
        (_, None) => entry.origin.to_string(),
    };
    let tests = match (entry.tests_passed, entry.tests_total) {
        (Some(passed), Some(total)) => format!("{passed}/{total}"),
        _ => "none".to_owned(),
    };
    let cost = match (entry.usage.cost_usd, entry.usage.output_tokens) {
        (Some(dollars), _) => format!("${dollars:.4}"),
        (None, Some(tokens)) => {
            let all = tokens.saturating_add(entry.usage.input_tokens.unwrap_or(0));
            counted(all, "token")
        }
        (None, None) => "none".to_owned(),
    };
    let verdict = entry.verdict.map_or_else(|| Cell::from("none"), views::verdict_cell);
    let cause = entry.cause.as_deref().unwrap_or("the request").replace('\n', " ");
    vec![
        Cell::from(entry.revision.to_string()),
        Cell::from(entry.created_at.as_str()),
        Cell::from(how),
        verdict,
        Cell::from(tests),
        Cell::from(cost),
        Cell::from(cause),
    ]
}
