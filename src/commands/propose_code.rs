//! `/propose-code`: makes a proposal of code and tests from a request or given files.
//!
//! A provider drafts, or the files are taken as they are; either way the result is revision 1, pending. The id follows from
//! the key of the call: a call that is repeated finds what the first one stored, and neither asks nor pays twice.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use foundation::providers::extract::extract;
use foundation::providers::provider::{CompletionRequest, Task};
use record::domain::changeset::MAX_CHANGE_BYTES;
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::module_name::module_name;
use record::domain::principal::Authority;
use record::domain::proposal::{MAX_REQUEST_BYTES, Request};
use record::domain::role::Role;
use record::domain::source::{MAX_FILE_BYTES, SourceFile};
use record::domain::word_fit::WordFit;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::context::Context;
use work::contract::error::{CommandError, Exit};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::Page;
use work::drafting::asking::{self, Asked};
use work::drafting::call;
use work::drafting::change_source::Said;
use work::drafting::draft::{self, Draft, Question};
use work::drafting::folder::{self, Taken};
use work::drafting::related;
use work::drafting::submission::{self, Given, Named};
use work::healing::candidates;
use work::healing::chosen::Chosen;
use work::healing::healed::Healed;
use work::healing::healing_loop;
use work::healing::plan;
use work::reporting::views::{self, Written};
use work::reporting::written_page::{self, Made};

/// `/propose-code`
pub enum ProposeCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to build, in your own words
    #[arg(value_name = "REQUEST")]
    pub request: Vec<String>,
    /// Language of the code
    #[arg(long, value_enum, default_value_t)]
    pub language: Language,
    /// An existing file the code has to fit (repeatable)
    #[arg(long, value_name = "FILE")]
    pub context: Vec<PathBuf>,
    /// Something the code must or must not do (repeatable)
    #[arg(long, value_name = "TEXT")]
    pub constraint: Vec<String>,
    /// Read the request from a file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Provider to ask
    #[arg(long)]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long)]
    pub model: Option<String>,
    /// Maximum reply tokens
    #[arg(long, value_name = "COUNT")]
    pub max_tokens: Option<u32>,
    /// Ask for so many answers, execute each, and make the best the newest revision
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["dry_run", "code", "folder", "repo"])]
    pub candidates: Option<u32>,
    /// Go on to the healing loop
    #[arg(long, conflicts_with = "dry_run")]
    pub heal: bool,
    /// Show what would be stored, and store no proposal
    #[arg(long)]
    pub dry_run: bool,
    /// Store this file as the code instead of generating it (repeatable)
    #[arg(long, value_name = "FILE")]
    pub code: Vec<PathBuf>,
    /// Store this file as the tests (repeatable; a program of several files can do without)
    #[arg(long, value_name = "FILE", requires = "code")]
    pub tests: Vec<PathBuf>,
    /// Store this file beside them (repeatable)
    #[arg(long, value_name = "PATH", requires = "code")]
    pub file: Vec<PathBuf>,
    /// Store a project's folder as it lies: code, tests and the rest are told apart by name
    #[arg(long, value_name = "PATH", conflicts_with_all = ["code", "from", "context"])]
    pub folder: Option<PathBuf>,
    /// Propose a change of this repository, as `/repository` names it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["folder", "from", "context"])]
    pub repo: Option<String>,
    /// The change is what lies in the work tree against HEAD
    #[arg(long, requires = "repo", conflicts_with_all = ["range", "diff", "code"])]
    pub worktree: bool,
    /// The change is what these commits bring, such as `main..fix`
    #[arg(long, value_name = "A..B", requires = "repo", conflicts_with_all = ["diff", "code"])]
    pub range: Option<String>,
    /// The change is this difference against HEAD, as git writes it; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "repo", conflicts_with = "code")]
    pub diff: Option<PathBuf>,
    /// Put the given files into this folder of the repository
    #[arg(long, value_name = "FOLDER", requires_all = ["repo", "code"])]
    pub into: Option<String>,
    /// Leave this part of the folder, or of the work tree, out (repeatable)
    #[arg(long, value_name = "PATH")]
    pub without: Vec<PathBuf>,
    /// Files already read, by whoever sends the command
    #[arg(skip)]
    pub given: Vec<Given>,
    /// The difference already read, as hex, by whoever sends the command
    #[arg(skip)]
    pub diff_given: Option<String>,
    /// What was taken of a folder, told by whoever read it
    #[arg(skip)]
    pub taken: Option<Taken>,
    /// Context already read, by whoever sends the command
    #[arg(skip)]
    pub context_given: Vec<Given>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The first revision.
    #[serde(flatten)]
    pub written: Written,
    /// The language.
    pub language: Language,
    /// The module name of the code.
    pub module: String,
    /// Names of related concepts, nearest first.
    pub related_concepts: Vec<String>,
    /// Which words of the request an answer from the library covers; null for any other.
    #[serde(default)]
    pub fit: Option<WordFit>,
    /// Whether it was stored; false for a dry run.
    pub stored: bool,
    /// What was taken of a folder; null where none was given.
    #[serde(default)]
    pub folder: Option<Taken>,
    /// What became of several answers; null where one was asked for.
    #[serde(default)]
    pub candidates: Option<Box<Chosen>>,
    /// What healing came to; null where it was not asked for.
    #[serde(default)]
    pub healing: Option<Box<Healed>>,
}

impl Command for ProposeCode {
    const SPEC: Spec = Spec {
        name: "propose-code",
        aliases: &[],
        summary: "Make a proposal: code and tests for a request, or files you give",
        group: Group::Propose,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: Some("request"),
        examples: &[
            "/propose-code a CSV parser that handles quoted fields and custom delimiters",
            "/propose-code --code parser.py --tests test_parser.py a parser for our log format",
            "/propose-code --repo shop --range main..fix",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if let Some(path) = args.from.take() {
            let bytes = surroundings.read(&path, MAX_REQUEST_BYTES)?;
            let text = String::from_utf8(bytes).map_err(|_| {
                CommandError::usage(format!("{} is not UTF-8 text", path.display()))
                    .hint("Save it as UTF-8 and try again.")
            })?;
            args.request.insert(0, text);
        }
        for path in std::mem::take(&mut args.context) {
            let given = Given::read(&path, Role::Support, MAX_FILE_BYTES, surroundings)?;
            args.context_given.push(given);
        }
        let named = Named {
            code: std::mem::take(&mut args.code),
            tests: std::mem::take(&mut args.tests),
            files: std::mem::take(&mut args.file),
        };
        args.given.extend(named.read(surroundings)?);
        if let Some(path) = args.diff.take() {
            let bytes = surroundings.read(&path, MAX_CHANGE_BYTES)?;
            args.diff_given = Some(record::domain::digest::hex(&bytes));
        }
        folder::check_worktree(args.worktree, surroundings)?;
        folder::check_without(args.folder.as_deref(), args.worktree, &args.without)?;
        if let Some(path) = args.folder.take() {
            let (given, taken) = folder::read(&path, &args.without, surroundings)?;
            args.given.extend(given);
            args.taken = Some(taken);
        }
        Ok(())
    }

    fn as_typed(fields: &mut Map<String, Value>) {
        submission::as_typed(fields);
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let id = ProposalId::derived(&invocation.caller.idempotency);
        if let Some(stored) = stored(invocation, &id).await? {
            return healed(invocation, &args, stored).await;
        }
        if let Some(count) = args.candidates.filter(|_| args.given.is_empty() && !args.dry_run) {
            let answer = several(invocation, &args, &id, count).await?;
            return healed(invocation, &args, answer).await;
        }
        let draft = draft_of(invocation, &args, &id).await?;
        if args.dry_run {
            // Nothing is stored of a dry run, but the call of a model cost something and belongs on the record.
            call::record_alone(invocation, draft.call.as_slice(), None).await;
        } else {
            if let Some(taken) = &args.taken {
                invocation.stage(taken.line());
            }
            let change = draft::first_change(invocation, args.language, &draft);
            invocation.store()?.commit(change).await?;
            tracing::info!(
                proposal.id = %id,
                proposal.origin = draft.revision.authorship.origin.word(),
                "a proposal was stored"
            );
        }
        let stored = if args.dry_run { Stored::No } else { Stored::Yes };
        let answer = Answer { folder: args.taken.clone(), ..answer(args.language, stored, draft) };
        healed(invocation, &args, answer).await
    }
}

/// Heals where that was asked for, and adds what it came to.
async fn healed(
    invocation: &Invocation,
    args: &Args,
    answer: Answer,
) -> Result<Answer, CommandError> {
    if !args.heal || !answer.stored {
        return Ok(answer);
    }
    let plan = plan::usual(args.provider.clone(), args.model.clone());
    let id = &answer.written.proposal_id;
    let healing = healing_loop::heal_further(invocation, id, plan).await?;
    Ok(Answer { healing: Some(Box::new(healing)), ..answer })
}

/// The state of what an answer tells of: stored, or a dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stored {
    /// It is.
    Yes,
    /// It was a dry run.
    No,
}

/// Finds the answer of an earlier invocation with the same key: nothing is asked or stored twice.
async fn stored(context: &Context, id: &ProposalId) -> Result<Option<Answer>, CommandError> {
    let store = context.store()?;
    let (Some(proposal), Some(revision)) =
        (store.proposal(id).await?, store.revision(id, 1).await?)
    else {
        return Ok(None);
    };
    let draft = Draft {
        request: proposal.request,
        module: proposal.module,
        related: proposal.related_concepts,
        revision,
        call: None,
    };
    Ok(Some(answer(proposal.language, Stored::Yes, draft)))
}

async fn draft_of(
    invocation: &Invocation,
    args: &Args,
    id: &ProposalId,
) -> Result<Draft, CommandError> {
    let typed = args.request.join(" ");
    if let Some(name) = &args.repo {
        let said = Said {
            worktree: args.worktree,
            range: args.range.as_deref(),
            diff: args.diff_given.as_deref(),
            given: &args.given,
            into: args.into.as_deref(),
            without: &args.without,
        };
        let asked = Asked {
            provider: args.provider.as_deref(),
            model: args.model.as_deref(),
            max_tokens: args.max_tokens,
            constraints: &args.constraint,
        };
        return asking::proposed(invocation, id, (name, &typed), said, asked).await;
    }
    if !args.given.is_empty() {
        let name = args.taken.as_ref().map(|taken| taken.name.as_str());
        return submission::draft(invocation, id, &typed, name, &args.given);
    }
    let (question, beside) = question(invocation, args).await?;
    draft::draft(invocation, id, question, beside).await
}

/// Builds what a provider is asked, and the files that its answer has to fit.
async fn question<'a>(
    invocation: &Invocation,
    args: &'a Args,
) -> Result<(Question<'a>, Vec<SourceFile>), CommandError> {
    let request = Request::new(&args.request.join(" "))?;
    let concepts = related::concepts(invocation, request.as_str()).await?;
    let context = args.context_given.iter().map(|given| (given.path.clone(), given.text()));
    let request = CompletionRequest {
        request: request.as_str().to_owned(),
        module: module_name(request.as_str()),
        language: args.language,
        context: context.collect(),
        constraints: args.constraint.clone(),
        model: args.model.clone(),
        concepts,
        ..CompletionRequest::for_task(Task::Draft)
    };
    let question = Question {
        provider: args.provider.as_deref(),
        proposal: None,
        request: request.limited(args.max_tokens),
        read: &extract,
    };
    Ok((question, submission::files(&args.context_given)?))
}

fn answer(language: Language, stored: Stored, draft: Draft) -> Answer {
    Answer {
        written: Written::of(&draft.revision),
        language,
        module: draft.module,
        related_concepts: draft.related,
        fit: views::fit(&draft.request, &draft.revision),
        stored: stored == Stored::Yes,
        folder: None,
        candidates: None,
        healing: None,
    }
}

/// Asks for several answers, and makes the best the newest revision.
async fn several(
    invocation: &Invocation,
    args: &Args,
    id: &ProposalId,
    count: u32,
) -> Result<Answer, CommandError> {
    let (question, beside) = question(invocation, args).await?;
    let (choice, draft) = candidates::ask(invocation, id, question, beside, count).await?;
    Ok(Answer { candidates: Some(Box::new(choice)), ..answer(args.language, Stored::Yes, draft) })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let id = &self.written.proposal_id;
        let stored = if self.stored { "stored" } else { "not stored (dry run)" };
        let made = Made { module: &self.module, related: &self.related_concepts, stored };
        let mut page = written_page::head(&self.written, &made);
        page = page.fields(views::fit_field(self.fit.as_ref()));
        if let Some(taken) = &self.folder {
            page = page.then(taken.page());
        }
        page = page.then(written_page::body(&self.written, self.language));
        if let Some(candidates) = &self.candidates {
            page = page.then(candidates.page());
        }
        if let Some(healing) = &self.healing {
            page = page.then(healing.page());
        } else if self.stored {
            page = page.next([
                format!("/sandbox-code {id}  runs the tests in the sandbox"),
                format!("/report-code {id}  shows the evidence"),
            ]);
        }
        page
    }

    fn exit(&self) -> Exit {
        self.healing.as_ref().map_or(Exit::Done, |healing| healing.exit())
    }
}
