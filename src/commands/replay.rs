//! `/replay`: runs what an execution ran once more, and compares what came of it.
//!
//! The files, limits and number of runs are those of the record; values of variables are never recorded, so whoever replays gives them
//! again. The second execution is stored like any other: it is evidence too, and a difference between the two stays on record.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::evidence::Stability;
use record::domain::execution::Execution;
use record::domain::principal::Authority;
use record::domain::revision::Revision;
use record::domain::verdict::VerdictWord;
use sandbox::backend::{Keep, Network};
use sandbox::toolchain::layer::Provided;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::drafting::changing;
use work::executing::dependencies::{self, Install};
use work::executing::terms::Trial;
use work::executing::trial;
use work::executing::variables;
use work::reporting::evidence_difference::{Differing, Part, differences};

/// Most differences that are told.
const MAX_TOLD: usize = 200;
/// Most differences that a page shows.
const MAX_SHOWN: usize = 30;

/// `/replay`
pub enum Replay {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The execution: its id or the first digits of it
    #[arg(value_name = "EXECUTION")]
    pub execution: String,
    /// A variable that the execution had, with its value, which is never recorded (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// The revision that both ran.
    pub revision: u32,
    /// The execution of the record.
    pub execution_id: String,
    /// The new one.
    pub replay_id: String,
    /// The verdict of the new one.
    pub verdict: VerdictWord,
    /// Whether the same came of both: verdict, tests, coverage, lint and integrity.
    pub same: bool,
    /// The differences, gravest first; at most 200.
    pub differences: Vec<Differing>,
    /// How many there are.
    pub total: usize,
}

impl Command for Replay {
    const SPEC: Spec = Spec {
        name: "replay",
        aliases: &[],
        summary: "Run what an execution ran once more, and compare what came of it",
        group: Group::Run,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: None,
        examples: &["/replay exec_734c", "/replay 734c --env MODE=fast"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let first = lookup::execution(invocation, &args.execution).await?;
        let mut trial = trial_of(invocation, &first, &args).await?;
        let id = first.proposal.as_str();
        let proposal = lookup::proposal(invocation, id, Newest::OwnNewest).await?;
        let revision = lookup::revision(invocation, &proposal, Some(first.revision)).await?;
        trial.install = packages(invocation, &first, &revision).await?;
        trial.ground = changing::ground(invocation, &proposal, &revision).await?;
        let second = trial::execute(invocation, &proposal, &revision, &trial).await?;
        let found = differences(&first, &second);
        let total = found.len();
        let same = found.iter().all(|it| it.part == Part::Environment);
        let (environment, mut found): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|it| it.part == Part::Environment);
        found.truncate(MAX_TOLD.saturating_sub(environment.len()));
        found.extend(environment);
        Ok(Answer {
            proposal_id: first.proposal.to_string(),
            revision: first.revision,
            execution_id: first.id.to_string(),
            replay_id: second.id.to_string(),
            verdict: second.verdict.word,
            same,
            differences: found,
            total,
        })
    }
}

/// The terms of the execution, as far as they are recorded.
async fn trial_of(
    invocation: &Invocation,
    first: &Execution,
    args: &Args,
) -> Result<Trial, CommandError> {
    let env = variables::read(&args.env)?;
    let given: BTreeSet<&String> = env.keys().collect();
    let wanted: BTreeSet<&String> = first.env_names.iter().collect();
    if given != wanted {
        let had = match first.env_names.as_slice() {
            [] => "no variables".to_owned(),
            names => names.join(", "),
        };
        return Err(CommandError::usage(format!("{} had {had}", first.id)).hint(
            "Give exactly its variables, each as `--env NAME=VALUE`: values are never recorded.",
        ));
    }
    let had_network = first.evidence.guarantees.has_host_network();
    if had_network && invocation.caller.who.authority() < Authority::Own {
        let message = format!("{} had a network, which only the owner may give", first.id);
        return Err(
            CommandError::new(ErrorKind::Forbidden, message).hint("Ask the owner to replay it.")
        );
    }
    let repeat = match first.evidence.stability {
        Stability::Once => 1,
        Stability::Stable(runs) | Stability::Flaky(runs) => runs,
    };
    Ok(Trial {
        limits: first.limits.clone(),
        repeat,
        env,
        network: if had_network { Network::Host } else { Network::Loopback },
        keep: Keep::Nothing,
        backend: Some(first.evidence.backend.clone()),
        install: Install::AsSet,
        policy: invocation.policy().await?,
        ground: None,
    })
}

/// The packages of the execution, where they can be had as they were: the owner gave their word on exactly these.
async fn packages(
    invocation: &Invocation,
    first: &Execution,
    revision: &Revision,
) -> Result<Install, CommandError> {
    let recorded = first.evidence.environment.0.get("packages");
    let Some(recorded) = recorded.filter(|_| invocation.caller.who.authority() == Authority::Own)
    else {
        return Ok(Install::AsSet);
    };
    let backend = invocation.backend(Some(&first.evidence.backend))?;
    let laid = dependencies::laid(invocation, backend.as_ref(), &revision.source).await?;
    Ok(match laid {
        Some(Provided::Layer(layer) | Provided::Shown(layer))
            if layer.digest.to_string() == *recorded =>
        {
            Install::Now(Some(layer.digest))
        }
        _ => Install::AsSet,
    })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let (answer, tone) = if self.same {
            ("the same came of it".to_owned(), Tone::Good)
        } else {
            let other = self.differences.iter().filter(|it| it.part == Part::Environment);
            let differing = self.total.saturating_sub(other.count());
            (format!("{} in what came of it", counted(differing, "difference")), Tone::Bad)
        };
        let page = Page::new().title(format!("{} run once more", self.execution_id)).fields([
            ("Proposal", Cell::from(format!("{} revision {}", self.proposal_id, self.revision))),
            ("Replay", Cell::from(self.replay_id.as_str())),
            ("Answer", Cell::toned(answer, tone)),
        ]);
        let other = self.differences.iter().filter(|it| it.part == Part::Environment);
        let other: Vec<&str> = other.map(|it| it.name.as_str()).collect();
        let page = if other.is_empty() {
            page
        } else {
            let words = format!("something else than before: {}", other.join(", "));
            page.fields([("Ran on", Cell::toned(words, Tone::Warn))])
        };
        let or_none = |text: &str| Cell::from(if text.is_empty() { "–" } else { text });
        let rows: Vec<Vec<Cell>> = self
            .differences
            .iter()
            .take(MAX_SHOWN)
            .map(|it| {
                let cells = [or_none(&it.before), or_none(&it.after)];
                [Cell::from(it.part.word()), Cell::from(it.name.as_str())]
                    .into_iter()
                    .chain(cells)
                    .collect()
            })
            .collect();
        if rows.is_empty() {
            return page.next(self.next());
        }
        let left = self.total.saturating_sub(rows.len());
        let head = ["Part", "What", "Before", "Now"].map(str::to_owned).to_vec();
        let page = page.block(Block::Table { head, rows });
        let page = if left > 0 {
            page.text(Cell::toned(format!("{left} more are not shown; --json has 200."), Tone::Dim))
        } else {
            page
        };
        page.next(self.next())
    }

    fn exit(&self) -> Exit {
        match (self.same, self.verdict) {
            (true, _) => Exit::Done,
            (false, VerdictWord::Inconclusive) => Exit::Unavailable,
            (false, _) => Exit::Negative,
        }
    }
}

impl Answer {
    fn next(&self) -> Vec<String> {
        let Self { proposal_id, replay_id, .. } = self;
        vec![format!("/report-code {proposal_id} --execution {replay_id}  shows its evidence")]
    }
}
