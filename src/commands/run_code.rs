//! `/run-code`: has a script written, runs it, and heals it until it ends well.
//!
//! A script is a proposal like any other: its versions, runs and calls are on the record, and it can be approved. There are
//! no tests to write, so a suite of ours runs it and asks for any output; how it ran is told by the class of the run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::providers::extract::{ExtractError, Extracted, extract_script};
use foundation::providers::provider::{CompletionRequest, Task};
use record::domain::evidence::{Evidence, Termination};
use record::domain::healing::{Plan, Stop, Strategy};
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::principal::Authority;
use record::domain::proposal::Request;
use record::domain::role::Role;
use record::domain::verdict::VerdictWord;
use work::contract::acts;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, Exit};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::diagnosis::script::{MODULE, RunClass, SUITE_TEXT};
use work::drafting::draft::{self, Draft, Question};
use work::drafting::related;
use work::healing::healed::{AttemptView, Spent};
use work::healing::healing_loop;
use work::healing::plan;
use work::healing::stored::newest;
use work::reporting::views;

/// `/run-code`
pub enum RunCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What the script is to do
    #[arg(value_name = "PROMPT")]
    pub prompt: Vec<String>,
    /// Provider to ask
    #[arg(long)]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long)]
    pub model: Option<String>,
    /// Most times that a model mends the script (3)
    #[arg(long, value_name = "COUNT")]
    pub max_iterations: Option<u32>,
}

/// What came of the script.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal that keeps every version.
    pub proposal_id: String,
    /// The newest revision: the best so far.
    pub revision: u32,
    /// The hash of its files.
    pub content_hash: String,
    /// How its run went; null where it could not be run.
    pub class: Option<RunClass>,
    /// The verdict of that run; null where it could not be run.
    pub verdict: Option<VerdictWord>,
    /// The complaint of that run, with its traceback; null where it ran well.
    #[serde(default)]
    pub error: Option<String>,
    /// What it printed.
    pub stdout: String,
    /// What it printed as complaints.
    pub stderr: String,
    /// Bytes of both that were left out.
    pub truncated: u64,
    /// The script.
    pub code: String,
    /// What its author says about it.
    pub explanation: String,
    /// Why healing ended.
    pub stop: Option<Stop>,
    /// The diagnosis of the first run; null where it went well.
    pub diagnosis: Option<String>,
    /// The versions that healing made.
    pub attempts: Vec<AttemptView>,
    /// What the first script used.
    pub usage: views::UsageView,
    /// What healing used.
    pub spent: Spent,
}

impl Command for RunCode {
    const SPEC: Spec = Spec {
        name: "run-code",
        aliases: &[],
        summary: "Have a script written, run it, and heal it until it ends well",
        group: Group::Run,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: Some("prompt"),
        examples: &[
            "/run-code print the average of the numbers in a list",
            "/run-code --max-iterations 1 count the words of a text",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let usual = plan::usual(args.provider.clone(), args.model.clone());
        // A suite that only asks for any output is no guide for a search: it would find what hides the trouble.
        let strategies = vec![Strategy::Mechanical, Strategy::Model];
        let plan = plan::bounded(Plan { strategies, ..usual }, args.max_iterations)?;
        let id = ProposalId::derived(&invocation.caller.idempotency);
        // A repeated invocation goes on with the script it had written.
        if invocation.store()?.proposal(&id).await?.is_none() {
            let draft = written(invocation, &args, &id).await?;
            let change = draft::first_change(invocation, Language::Python, &draft);
            invocation.store()?.commit(change).await?;
        }
        healed(invocation, &id, plan).await
    }
}

/// Has the script written; its suite is ours.
async fn written(
    invocation: &Invocation,
    args: &Args,
    id: &ProposalId,
) -> Result<Draft, CommandError> {
    let typed = args.prompt.join(" ");
    let request = Request::new(&typed)?;
    let concepts = related::concepts(invocation, request.as_str()).await?;
    let request = CompletionRequest {
        request: request.as_str().to_owned(),
        module: MODULE.to_owned(),
        model: args.model.clone(),
        concepts,
        ..CompletionRequest::for_task(Task::Script)
    };
    let provider = args.provider.as_deref();
    let question = Question { provider, proposal: None, request, read: &script };
    draft::draft(invocation, id, question, Vec::new()).await
}

/// Takes the script of a reply, and puts it under the suite of every script.
fn script(reply: &str) -> Result<Extracted, ExtractError> {
    let tests = SUITE_TEXT.to_owned();
    Ok(Extracted { tests, support: Vec::new(), ..extract_script(reply)? })
}

/// Runs it, heals it, and tells how the best version ran.
async fn healed(
    invocation: &Invocation,
    id: &ProposalId,
    plan: Plan,
) -> Result<Answer, CommandError> {
    let healing = healing_loop::heal_further(invocation, id.as_str(), plan).await?;
    let proposal = lookup::proposal(invocation, id.as_str(), Newest::OwnNewest).await?;
    let first = lookup::revision(invocation, &proposal, Some(1)).await?;
    let best = lookup::revision(invocation, &proposal, Some(healing.revision)).await?;
    let execution = newest(invocation, &proposal, best.number).await?;
    let output = execution.as_ref().map(|execution| execution.evidence.output.clone());
    let output = output.unwrap_or_default();
    let explanation =
        [&best.explanation, &first.explanation].into_iter().find(|text| !text.is_empty()).cloned();
    let class = execution.as_ref().map(|execution| RunClass::of(&execution.evidence));
    Ok(Answer {
        error: execution.as_ref().and_then(|execution| complaint(&execution.evidence)),
        proposal_id: id.to_string(),
        revision: best.number,
        content_hash: best.content_hash.hex(),
        class,
        verdict: execution.as_ref().map(|execution| execution.verdict.word),
        stdout: output.stdout,
        stderr: output.stderr,
        truncated: output.truncated,
        code: best.source.text_of(Role::Code),
        explanation: explanation.unwrap_or_default(),
        stop: healing.stop,
        diagnosis: healing.diagnosis,
        attempts: healing.attempts,
        usage: views::usage(&first.authorship.usage),
        spent: healing.spent,
    })
}

/// Finds what a run complains about; `None` for one that went well.
fn complaint(evidence: &Evidence) -> Option<String> {
    if RunClass::of(evidence) == RunClass::Success {
        return None;
    }
    let told = evidence.tests.cases.iter().map(|case| case.message.as_str());
    let told = told.chain(ended(&evidence.termination)).find(|text| !text.is_empty());
    Some(told.unwrap_or("it did not come to its end").to_owned())
}

fn ended(termination: &Termination) -> Option<&str> {
    match termination {
        Termination::Timeout => Some("it does not end in time"),
        Termination::Memory => Some("it needs more memory than it may have"),
        other => acts::termination_detail(other),
    }
}

impl Answer {
    /// Says what healing did and how it ended.
    fn healing_words(&self) -> String {
        let tried = counted(self.attempts.len(), "attempt");
        match self.stop {
            Some(stop) if stop != Stop::Passed || !self.attempts.is_empty() => {
                format!("{tried}, ended: {}", stop.word().replace('_', " "))
            }
            Some(_) | None => "none was needed".to_owned(),
        }
    }

    /// Suggests the next commands; only what ran well is offered for approval.
    fn next_steps(&self) -> Vec<String> {
        let id = &self.proposal_id;
        let history = format!("/refinement-history {id}  shows every version");
        match self.class {
            Some(RunClass::Success) => {
                vec![history, format!("/approve-code {id}  approves it")]
            }
            Some(_) => vec![
                history,
                format!("/auto-refine {id}  tries again to mend it"),
                format!("/refine-code {id} <feedback>  tells the model what to change"),
            ],
            None => vec![history, "/doctor  shows what is missing".to_owned()],
        }
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let (words, tone) = match self.class {
            Some(RunClass::Success) => ("ran well", Tone::Good),
            Some(RunClass::SilentFailure) => ("ended well but printed nothing", Tone::Warn),
            Some(RunClass::HandledException) => ("ended well but speaks of trouble", Tone::Warn),
            Some(RunClass::Crash) => ("crashed", Tone::Bad),
            None => ("could not be run", Tone::Bad),
        };
        let mut page = Page::new()
            .title(format!("Script {} revision {}", self.proposal_id, self.revision))
            .fields([
                ("Run", Cell::toned(words, tone)),
                ("Healing", Cell::from(self.healing_words())),
                ("Content hash", Cell::toned(self.content_hash.as_str(), Tone::Dim)),
            ]);
        if !self.explanation.is_empty() {
            page = page.block(Block::Quote(views::preview(&self.explanation, 300)));
        }
        page = page.block(Block::Code { language: "python".to_owned(), text: self.code.clone() });
        let error = self.error.clone().unwrap_or_default();
        let outputs = [("It printed", &self.stdout), ("It complained", &self.stderr)];
        for (name, text) in [("It failed with", &error)].into_iter().chain(outputs) {
            if !text.is_empty() {
                page = page.text(Cell::toned(name, Tone::Strong)).block(Block::Quote(text.clone()));
            }
        }
        for attempt in &self.attempts {
            let verdict = attempt.verdict.map_or("not run", VerdictWord::word);
            page = page.text(format!(
                "revision {}: {}, {} → {verdict}",
                attempt.revision, attempt.strategy, attempt.explanation
            ));
        }
        page.next(self.next_steps())
    }

    fn exit(&self) -> Exit {
        match (self.class, self.stop) {
            (None, _) | (_, Some(Stop::Inconclusive)) => Exit::Unavailable,
            (Some(RunClass::Success), _) => Exit::Done,
            (Some(_), _) => Exit::Negative,
        }
    }
}
