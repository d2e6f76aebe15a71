//! `/repository`: says for which repositories changes may be proposed, and how each is tested.
//!
//! A repository's own files only suggest: what its owner confirms goes on record and decides from then on what runs in the sandbox,
//! with which packages and for how long. Everything of it lies in the home; nothing is written into the repository.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::describing::page::described_page;
use crate::commands::describing::suggested::{Run, Said, question, suggested};
use crate::commands::describing::suite::SuiteView;
use crate::commands::remembering::subject::remember_as;
use foundation::repository::target::Target;
use record::domain::act::{Act, ActKind};
use record::domain::change::Change;
use record::domain::changeset::RepositoryName;
use record::domain::principal::Authority;
use record::domain::repository::Repository as Described;
use work::contract::acts;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::confirmation::Confirmation;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::contract::repositories::{self, Known};
use work::contract::reserved::Reserved;
use work::deciding::decided::ReceiptView;
use work::deciding::expected::check_expected;
use work::executing::changes::alone;
use work::executing::dependencies;

/// Why an agent may only look.
const ONLY_OWNER: &str = "only the owner may say which repositories there are";

/// `/repository`
pub enum RepositoryCommand {}

/// What to do with the repositories.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Show them
    #[default]
    List,
    /// Show one with everything that was confirmed
    Show,
    /// Let changes be proposed for the repository at a path, or describe it anew (owner only)
    Add,
    /// Take one off the list (owner only)
    Remove,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value_t)]
    pub what: What,
    /// The path to add, or the name to show or remove
    #[arg(value_name = "PATH|NAME")]
    pub target: Option<String>,
    /// Name it so here; else its folder names it
    #[arg(long)]
    pub name: Option<String>,
    /// Give this to pytest, a file, folder or option, instead of what the project says (repeatable)
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub tests: Vec<String>,
    /// Install this package instead of those that the project declares (repeatable)
    #[arg(long, value_name = "REQUIREMENT")]
    pub package: Vec<String>,
    /// Install none of the packages that the project declares
    #[arg(long, conflicts_with = "package")]
    pub no_packages: bool,
    /// Let imports start from this folder instead of those found (repeatable)
    #[arg(long, value_name = "FOLDER")]
    pub root: Vec<String>,
    /// Longest time of the whole suite, in seconds (300)
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u32>,
    /// Most memory of the whole suite, in MiB (1024)
    #[arg(long, value_name = "MIB")]
    pub memory: Option<u32>,
    /// Do not run the tests of HEAD first
    #[arg(long)]
    pub no_run: bool,
    /// Do not ask; needs --expect
    #[arg(long)]
    pub yes: bool,
    /// The digest of the description as the question shows it, at least its first 12 digits
    #[arg(long, value_name = "DIGEST")]
    pub expect: Option<String>,
    /// The whole path, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The repositories that were asked for, by name.
    pub repositories: Vec<View>,
    /// Whether everything of one is to be shown.
    pub whole: bool,
    /// The repository that was removed; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<String>,
    /// What the suite of HEAD did; null where it was not run now.
    #[serde(default)]
    pub suite: Option<SuiteView>,
    /// The place of the change in the record; null where nothing was changed.
    pub audit: Option<ReceiptView>,
}

/// One repository.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// What its owner confirmed.
    #[serde(flatten)]
    pub described: Described,
    /// When.
    pub added_at: String,
    /// The digest of it.
    pub digest: String,
}

impl Command for RepositoryCommand {
    const SPEC: Spec = Spec {
        name: "repository",
        aliases: &[],
        summary: "Say for which repositories changes may be proposed, and how each is tested",
        group: Group::Propose,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &[
            "/repository add path/to/shop",
            "/repository add path/to/shop --tests tests --tests -x --timeout 600",
            "/repository show shop",
        ],
    };
    const RESERVED: &'static [Reserved] = &[
        Reserved::value("what", "add", ONLY_OWNER),
        Reserved::value("what", "remove", ONLY_OWNER),
    ];
    type Args = Args;
    type Outcome = Answer;

    fn access(args: &Args) -> Access {
        match args.what {
            What::List | What::Show => Access::Read,
            What::Add | What::Remove => Access::Write,
        }
    }

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if args.what == What::Add && args.whole.is_none() {
            let typed = args.target.as_deref().unwrap_or(".");
            args.whole = Some(surroundings.whole(Path::new(typed))?);
        }
        Ok(())
    }

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        fitting(&args)?;
        match args.what {
            What::List => listed(invocation, None).await,
            What::Show => shown(invocation, &named(&args)?).await,
            What::Add => add(invocation, &args).await,
            What::Remove => remove(invocation, &named(&args)?).await,
        }
    }
}

/// Refuses what only `add` has a use for.
fn fitting(args: &Args) -> Result<(), CommandError> {
    if args.what == What::Add {
        return Ok(());
    }
    if args.what == What::List && args.target.is_some() {
        return Err(CommandError::usage("`/repository list` shows all and takes no name")
            .hint("To see one, say `/repository show NAME`."));
    }
    let of_add = [
        ("--name", args.name.is_some()),
        ("--tests", !args.tests.is_empty()),
        ("--package", !args.package.is_empty()),
        ("--no-packages", args.no_packages),
        ("--root", !args.root.is_empty()),
        ("--timeout", args.timeout.is_some()),
        ("--memory", args.memory.is_some()),
        ("--no-run", args.no_run),
        ("--yes", args.yes),
        ("--expect", args.expect.is_some()),
    ];
    let Some((unused, _)) = of_add.into_iter().find(|(_, is_given)| *is_given) else {
        return Ok(());
    };
    Err(CommandError::usage(format!("{unused} goes with `/repository add`"))
        .hint("To see one, say `/repository show NAME`."))
}

fn named(args: &Args) -> Result<RepositoryName, CommandError> {
    let typed = args.target.as_deref().ok_or_else(|| {
        CommandError::usage("the name of the repository is missing")
            .hint("Say which: `/repository show NAME`; `/repository list` shows the names.")
    })?;
    Ok(typed.parse()?)
}

async fn listed(context: &Context, audit: Option<ReceiptView>) -> Result<Answer, CommandError> {
    let known = repositories::all(context).await?;
    Ok(Answer {
        repositories: known.into_values().map(view).collect(),
        whole: false,
        removed: None,
        suite: None,
        audit,
    })
}

async fn shown(context: &Context, name: &RepositoryName) -> Result<Answer, CommandError> {
    let known = repositories::named(context, name).await?;
    Ok(Answer {
        repositories: vec![view(known)],
        whole: true,
        removed: None,
        suite: None,
        audit: None,
    })
}

fn view(known: Known) -> View {
    let digest = known.repository.digest().hex();
    View { described: known.repository, added_at: known.at.to_string(), digest }
}

async fn remove(invocation: &Invocation, name: &RepositoryName) -> Result<Answer, CommandError> {
    repositories::named(invocation, name).await?;
    let act = invocation.act(ActKind::OwnerRepositoryRemoved).with("name", name.as_str());
    let receipt = record(invocation, act).await?;
    let left = listed(invocation, Some(receipt)).await?;
    Ok(Answer { removed: Some(name.to_string()), ..left })
}

async fn record(invocation: &Invocation, act: Act) -> Result<ReceiptView, CommandError> {
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: Vec::new(),
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let receipt = invocation.store()?.commit(change).await?;
    Ok(ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() })
}

async fn add(invocation: &Invocation, args: &Args) -> Result<Answer, CommandError> {
    let path = args.whole.as_deref().ok_or_else(|| CommandError::usage("the path is missing"))?;
    if path.is_file() {
        return Err(CommandError::usage(format!("{} is a file", path.display()))
            .hint("Name the folder of the repository."));
    }
    let said = Said {
        path,
        name: args.name.as_deref(),
        tests: &args.tests,
        packages: (!args.no_packages).then_some(args.package.as_slice()),
        roots: &args.root,
        seconds: args.timeout,
        memory_mib: args.memory,
        run: if args.no_run { Run::No } else { Run::Yes },
    };
    let suggested = suggested(invocation, said).await?;
    let described = &suggested.described;
    let digest = described.digest();
    check_expected(args.expect.as_deref(), "the description", &digest)?;
    if !args.yes || args.expect.is_none() {
        let was = repositories::all(invocation).await?.remove(&described.name);
        return Err(question(&suggested, was.as_ref().map(|was| &was.repository)));
    }
    // From here on executions may use exactly what was shown.
    dependencies::looked_up(invocation, &described.packages, described.lock).await?;
    let act = acts::repository_added(invocation, described);
    let receipt = record(invocation, act).await?;
    if let Ok(target) = Target::find(path) {
        remember_as(invocation, &described.name, &target).await?;
    }
    let tree = &suggested.base.tree;
    let suite = match suggested.run {
        None if !args.no_run => {
            Some(SuiteView::of(&alone::base(invocation, &suggested.ground, tree).await?))
        }
        run => run,
    };
    Ok(Answer { suite, audit: Some(receipt), ..shown(invocation, &described.name).await? })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let removed = self.removed.as_ref().map(|name| {
            let words = format!("{name} was removed: no change can be proposed for it any more. What lies there and its proposals stay.");
            Page::new().text(words)
        });
        let page = match self.repositories.as_slice() {
            [] => Page::new()
                .text("No repository is known; changes can be proposed for none.")
                .next(["/repository add PATH  looks at one and asks"]),
            [one] if self.whole => Page::new()
                .title(one.described.name.to_string())
                .then(described_page(&one.described))
                .fields([
                    ("Added", Cell::from(one.added_at.as_str())),
                    ("Digest", Cell::toned(one.digest.as_str(), Tone::Dim)),
                ])
                .next([format!(
                    "/propose-code --repo {} --worktree  proposes what lies in its work tree",
                    one.described.name
                )]),
            all => {
                let head = ["name", "path", "pytest gets", "added"].map(str::to_owned).to_vec();
                let row = |one: &View| {
                    let View { described, added_at, .. } = one;
                    vec![
                        Cell::toned(described.name.to_string(), Tone::Strong),
                        Cell::from(described.path.as_str()),
                        Cell::from(described.tests.join(" ")),
                        Cell::from(added_at.as_str()),
                    ]
                };
                Page::new().block(Block::Table { head, rows: all.iter().map(row).collect() })
            }
        };
        let suite = self.suite.as_ref().map(|suite| ("Tests of HEAD", suite.cell()));
        let record = self.audit.as_ref().map(|audit| {
            ("Record", Cell::toned(format!("{} ({})", audit.seq, audit.hash), Tone::Dim))
        });
        let fields: Vec<(&str, Cell)> = suite.into_iter().chain(record).collect();
        let page = if fields.is_empty() { page } else { page.fields(fields) };
        removed.unwrap_or_default().then(page)
    }
}
