//! `/refine-code`: makes a new revision from feedback or from given files.
//!
//! A revision is never changed; feedback makes the next one. The proposal is pending again, and approvals or a rejection of
//! the revision before end in the same change, since they were given to other bytes.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use foundation::providers::extract::{extract_edits, extract_keeping};
use foundation::providers::provider::{CompletionRequest, Task};
use record::domain::act::ActKind;
use record::domain::changeset::MAX_CHANGE_BYTES;
use record::domain::digest::hex;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::revision::{Authorship, Origin, Revision};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::source_path::SourcePath;
use record::domain::weakening::Weakening;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::context::Context;
use work::contract::error::{CommandError, Exit};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::contract::repeated;
use work::deciding::dismissal;
use work::diagnosis::shown::Shown;
use work::drafting::asking::{self, Asked};
use work::drafting::call::{self, Call};
use work::drafting::change_source::Said;
use work::drafting::changing;
use work::drafting::composition;
use work::drafting::draft::{self, Question};
use work::drafting::feedback;
use work::drafting::folder::{self, Taken};
use work::drafting::related;
use work::drafting::submission::{self, Given, Named};
use work::healing::healed::Healed;
use work::healing::healing_loop;
use work::healing::plan;
use work::healing::stored::newest;
use work::reporting::difference;
use work::reporting::views::{self, Written};

/// `/refine-code`
pub enum RefineCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// What is to be different
    #[arg(value_name = "FEEDBACK")]
    pub feedback: Vec<String>,
    /// Provider to ask
    #[arg(long)]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long)]
    pub model: Option<String>,
    /// Maximum reply tokens
    #[arg(long, value_name = "COUNT")]
    pub max_tokens: Option<u32>,
    /// Store this file as the code instead of generating it (repeatable)
    #[arg(long, value_name = "FILE")]
    pub code: Vec<PathBuf>,
    /// Store this file as the tests; the tests stay as they are without it (repeatable)
    #[arg(long, value_name = "FILE")]
    pub tests: Vec<PathBuf>,
    /// Store this file beside them (repeatable)
    #[arg(long, value_name = "PATH")]
    pub file: Vec<PathBuf>,
    /// Take a project's folder as it lies now, in place of all files
    #[arg(long, value_name = "PATH", conflicts_with_all = ["worktree", "range", "diff", "code", "tests", "file"])]
    pub folder: Option<PathBuf>,
    /// Of a change of a repository: take what lies in the work tree now
    #[arg(long, conflicts_with_all = ["range", "diff", "code"])]
    pub worktree: bool,
    /// Leave this part of the folder, or of the work tree, out (repeatable)
    #[arg(long, value_name = "PATH")]
    pub without: Vec<PathBuf>,
    /// Of a change of a repository: take what these commits bring
    #[arg(long, value_name = "A..B", conflicts_with_all = ["diff", "code"])]
    pub range: Option<String>,
    /// Of a change of a repository: take this difference against HEAD
    #[arg(long, value_name = "FILE", conflicts_with = "code")]
    pub diff: Option<PathBuf>,
    /// Go on to the healing loop
    #[arg(long)]
    pub heal: bool,
    /// The difference already read, as hex, by whoever sends the command
    #[arg(skip)]
    pub diff_given: Option<String>,
    /// Files already read, by whoever sends the command
    #[arg(skip)]
    pub given: Vec<Given>,
    /// What was taken of a folder, told by whoever read it
    #[arg(skip)]
    pub taken: Option<Taken>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The new revision.
    #[serde(flatten)]
    pub written: Written,
    /// What was asked for.
    pub feedback: String,
    /// What was taken of a folder; null where none was given.
    #[serde(default)]
    pub folder: Option<Taken>,
    /// The difference to the revision before.
    pub diff: String,
    /// Signs that the tests were made weaker.
    pub weakenings: Vec<Weakening>,
    /// What healing came to; null where it was not asked for.
    #[serde(default)]
    pub healing: Option<Box<Healed>>,
}

impl Command for RefineCode {
    const SPEC: Spec = Spec {
        name: "refine-code",
        aliases: &[],
        summary: "Make a new revision from feedback, or from files you give",
        group: Group::Propose,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: Some("feedback"),
        examples: &["/refine-code @ handle a quote at the end of the line"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        let named = Named {
            code: std::mem::take(&mut args.code),
            tests: std::mem::take(&mut args.tests),
            files: std::mem::take(&mut args.file),
        };
        args.given.extend(named.read(surroundings)?);
        if let Some(path) = args.diff.take() {
            args.diff_given = Some(hex(&surroundings.read(&path, MAX_CHANGE_BYTES)?));
        }
        folder::check_worktree(args.worktree, surroundings)?;
        folder::check_without(args.folder.as_deref(), args.worktree, &args.without)?;
        if let Some(path) = args.folder.take() {
            let (given, taken) = folder::read(&path, &args.without, surroundings)?;
            (args.given, args.taken) = (given, Some(taken));
        }
        Ok(())
    }

    fn as_typed(fields: &mut Map<String, Value>) {
        submission::as_typed(fields);
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let feedback = feedback::read(&args.feedback, args.taken.as_ref(), &args.given)?;
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        if let Some(stored) = stored(invocation, &proposal).await? {
            return healed(invocation, &args, stored).await;
        }
        let parent = lookup::revision(invocation, &proposal, None).await?;
        let said = Said {
            worktree: args.worktree,
            range: args.range.as_deref(),
            diff: args.diff_given.as_deref(),
            given: &args.given,
            into: None,
            without: &args.without,
        };
        let (revision, call) = if said.is_nothing() {
            generate(invocation, &args, &proposal, &parent, feedback.as_str()).await?
        } else {
            let source = submitted(invocation, said, args.taken.as_ref(), &parent).await?;
            if let Some(taken) = &args.taken {
                invocation.stage(taken.line());
            }
            let by = Authorship::submitted();
            (next(invocation, &parent, source, by, String::new(), feedback.as_str()), None)
        };
        let stored = store(invocation, &proposal, &parent, &revision, call.as_ref()).await;
        call::settle(invocation, call.as_slice(), stored).await?;
        let answer = answer(feedback.as_str(), &parent, &revision);
        healed(invocation, &args, Answer { folder: args.taken.clone(), ..answer }).await
    }
}

/// Heals where that was asked for, and adds what it came to.
async fn healed(
    invocation: &Invocation,
    args: &Args,
    answer: Answer,
) -> Result<Answer, CommandError> {
    if !args.heal {
        return Ok(answer);
    }
    let plan = plan::usual(args.provider.clone(), args.model.clone());
    let id = &answer.written.proposal_id;
    let healing = healing_loop::heal_further(invocation, id, plan).await?;
    Ok(Answer { healing: Some(Box::new(healing)), ..answer })
}

async fn store(
    invocation: &Invocation,
    proposal: &Proposal,
    parent: &Revision,
    revision: &Revision,
    call: Option<&Call>,
) -> Result<(), CommandError> {
    if revision.content_hash == parent.content_hash {
        return Err(CommandError::usage("the new revision has the same content as the one before")
            .hint(match call {
                Some(_) => "No revision was stored; say more about what is to be different.",
                None => "No revision was stored; change the files that you give first.",
            }));
    }
    let dismissed = dismissal::by_revision(invocation, proposal).await?;
    let change = draft::further_change(invocation, proposal, revision, call, dismissed);
    invocation.store()?.commit(change).await?;
    Ok(())
}

/// Finds the answer of an earlier invocation with the same key: nothing is asked or stored twice.
async fn stored(
    invocation: &Invocation,
    proposal: &Proposal,
) -> Result<Option<Answer>, CommandError> {
    let found = repeated::record(invocation, &proposal.id, ActKind::RevisionAdded).await?;
    let Some(number) = found.and_then(|found| found.record.subject.revision) else {
        return Ok(None);
    };
    let revision = lookup::revision(invocation, proposal, Some(number)).await?;
    let parent = lookup::revision(invocation, proposal, revision.parent).await?;
    let feedback = revision.feedback.clone().unwrap_or_default();
    Ok(Some(answer(&feedback, &parent, &revision)))
}

async fn generate(
    invocation: &Invocation,
    args: &Args,
    proposal: &Proposal,
    parent: &Revision,
    feedback: &str,
) -> Result<(Revision, Option<Call>), CommandError> {
    if let Some(change) = parent.source.change() {
        let difference = difference::diff(None, parent);
        let said = asking::told(invocation, parent, feedback, difference).await?;
        let asked = Asked {
            provider: args.provider.as_deref(),
            model: args.model.as_deref(),
            max_tokens: args.max_tokens,
            constraints: &[],
        };
        let about = (&proposal.id, proposal.request.as_str());
        let (made, call, words) = asking::further(invocation, about, change, said, asked).await?;
        let authorship = call.authorship(Origin::Refined);
        let source = Source::of_change(made);
        return Ok((next(invocation, parent, source, authorship, words, feedback), Some(call)));
    }
    let main = composition::main_file(&parent.source);
    let main = main.map(|file| (file.path.clone(), file.text())).unzip();
    let execution = newest(invocation, proposal, parent.number).await?;
    let (code, tests) = (main.1.unwrap_or_default(), parent.source.text_of(Role::Test));
    // Edits of several files of tests would not say which of them they are for.
    let is_one = parent.source.of_role(Role::Test).count() == 1;
    let edited = if is_one { tests.clone() } else { String::new() };
    let kept = |reply: &str| extract_keeping(reply, &edited);
    let read = |reply: &str| extract_edits(reply, &code, &edited).unwrap_or_else(|| kept(reply));
    let task = Task::Refine {
        code: code.clone(),
        tests,
        feedback: feedback.to_owned(),
        tracebacks: execution.map(|known| Shown::of(&known.evidence).failures).unwrap_or_default(),
    };
    let request = CompletionRequest {
        request: proposal.request.clone(),
        module: proposal.module.clone(),
        language: proposal.language,
        context: others(&parent.source, main.0.as_ref()),
        model: args.model.clone(),
        concepts: related::concepts(invocation, &proposal.request).await?,
        ..CompletionRequest::for_task(task)
    };
    let question = Question {
        provider: args.provider.as_deref(),
        proposal: Some(&proposal.id),
        request: request.limited(args.max_tokens),
        read: &read,
    };
    let (call, reply) = draft::ask(invocation, &question).await?;
    let source = composition::of_refinement(&parent.source, &reply);
    let source = call::settle(invocation, std::slice::from_ref(&call), source).await?;
    let authorship = call.authorship(Origin::Refined);
    let revision = next(invocation, parent, source, authorship, reply.explanation, feedback);
    Ok((revision, Some(call)))
}

/// Lists the files beside the one that is to be refined and its tests.
fn others(source: &Source, main: Option<&SourcePath>) -> Vec<(String, String)> {
    let tests = source.of_role(Role::Test).next().map(|file| &file.path);
    let shown = [main, tests];
    let others = source.files().iter().filter(|file| !shown.contains(&Some(&file.path)));
    others.map(|file| (file.path.to_string(), file.text())).collect()
}

async fn submitted(
    invocation: &Invocation,
    said: Said<'_>,
    folder: Option<&Taken>,
    parent: &Revision,
) -> Result<Source, CommandError> {
    match (parent.source.change(), folder) {
        (Some(_), Some(_)) => {
            Err(CommandError::usage("a change of a repository is not made of a folder")
                .hint("Give --worktree, --range or --diff."))
        }
        (Some(change), None) => {
            Ok(Source::of_change(changing::further(invocation, change, said).await?))
        }
        (None, Some(_)) => submission::source(invocation, said.given),
        (None, None) => {
            let given = submission::as_stored(said.given, &parent.source);
            Ok(composition::replaced(
                &parent.source,
                Said { given: &given, ..said }.files_alone()?,
            )?)
        }
    }
}

fn next(
    context: &Context,
    parent: &Revision,
    source: Source,
    authorship: Authorship,
    explanation: String,
    feedback: &str,
) -> Revision {
    Revision {
        proposal: parent.proposal.clone(),
        number: parent.number + 1,
        parent: Some(parent.number),
        content_hash: source.content_hash(),
        source,
        authorship,
        explanation,
        feedback: Some(feedback.to_owned()),
        created_at: context.now(),
    }
}

fn answer(feedback: &str, parent: &Revision, revision: &Revision) -> Answer {
    Answer {
        written: Written::of(revision),
        feedback: feedback.to_owned(),
        folder: None,
        diff: difference::diff(Some(parent), revision),
        weakenings: difference::weakened(parent, revision),
        healing: None,
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let id = &self.written.proposal_id;
        let mut page = Page::new()
            .title(format!("{id} revision {}", self.written.revision))
            .fields([
                ("Content hash", Cell::toned(self.written.content_hash.as_str(), Tone::Dim)),
                ("Status", views::status_cell(self.written.status)),
            ])
            .then(self.folder.as_ref().map_or_else(Page::new, Taken::page))
            .block(Block::Diff(self.diff.clone()));
        for found in &self.weakenings {
            page = page.text(Cell::toned(format!("{}: {}", found.code, found.message), Tone::Warn));
        }
        match &self.healing {
            Some(healing) => page.then(healing.page()),
            None => page.next([format!("/sandbox-code {id}  runs the tests in the sandbox")]),
        }
    }

    fn exit(&self) -> Exit {
        self.healing.as_ref().map_or(Exit::Done, |healing| healing.exit())
    }
}
