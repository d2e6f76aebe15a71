//! `/repository`: says for which repositories changes may be proposed, and how each is tested.
//!
//! A repository's own files only suggest: what its owner confirms goes on record and decides from then on what runs in the sandbox,
//! with which packages and for how long. Everything of it lies in the home; nothing is written into the repository.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::acts;
use crate::contract::command::{Access, Command, Group, Spec, Surroundings};
use crate::contract::confirmation::{Confirmation, Wanted as Answered};
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::outcome::Outcome;
use crate::contract::page::{Block, Cell, Page, Tone, counted};
use crate::contract::refusal;
use crate::contract::repositories::{self, Known};
use crate::deciding::decided::ReceiptView;
use crate::deciding::expected::check_expected;
use crate::drafting::changing;
use crate::drafting::survey::Found;
use crate::executing::dependencies::{self, Laid};
use crate::reporting::packages;
use record::domain::act::{Act, ActKind};
use record::domain::change::Change;
use record::domain::changeset::{Base, RepositoryName};
use record::domain::principal::Authority;
use record::domain::repository::Repository as Described;

/// Time that a suite gets where the owner says nothing, in seconds.
const SECONDS: u32 = 300;
/// Memory that it gets, in MiB.
const MEMORY_MIB: u32 = 1_024;
/// Longest name that is made of a folder's.
const MAX_NAME: usize = 40;

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
        if args.what != What::List
            && args.what != What::Show
            && invocation.caller.who.authority() < Authority::Own
        {
            let message = "only the owner may say which repositories there are";
            return Err(refusal::refuse(invocation, Self::SPEC.name, message).await);
        }
        match args.what {
            What::List => listed(invocation, None).await,
            What::Show => shown(invocation, &named(&args)?).await,
            What::Add => add(invocation, &args).await,
            What::Remove => remove(invocation, &named(&args)?).await,
        }
    }
}

fn named(args: &Args) -> Result<RepositoryName, CommandError> {
    let typed = args.target.as_deref().ok_or_else(|| {
        CommandError::usage("the name of the repository is missing").hint("See `/repository list`.")
    })?;
    Ok(typed.parse()?)
}

async fn listed(context: &Context, audit: Option<ReceiptView>) -> Result<Answer, CommandError> {
    let known = repositories::all(context).await?;
    Ok(Answer { repositories: known.into_values().map(view).collect(), whole: false, audit })
}

async fn shown(context: &Context, name: &RepositoryName) -> Result<Answer, CommandError> {
    let known = repositories::named(context, name).await?;
    Ok(Answer { repositories: vec![view(known)], whole: true, audit: None })
}

fn view(known: Known) -> View {
    let digest = known.repository.digest().hex();
    View { described: known.repository, added_at: known.at.to_string(), digest }
}

async fn remove(invocation: &Invocation, name: &RepositoryName) -> Result<Answer, CommandError> {
    repositories::named(invocation, name).await?;
    let act = invocation.act(ActKind::OwnerRepositoryRemoved).with("name", name.as_str());
    let receipt = record(invocation, act).await?;
    listed(invocation, Some(receipt)).await
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

/// A repository as it would be described, with what the question shows beside it.
struct Suggested {
    described: Described,
    found: Found,
    base: Base,
    branch: Option<String>,
    laid: Laid,
}

async fn add(invocation: &Invocation, args: &Args) -> Result<Answer, CommandError> {
    let suggested = suggested(invocation, args).await?;
    let described = &suggested.described;
    described.check().map_err(|error| CommandError::usage(error.to_string()))?;
    let digest = described.digest();
    check_expected(args.expect.as_deref(), "the description", &digest)?;
    if !args.yes || args.expect.is_none() {
        return Err(question(&suggested));
    }
    // From here on executions may use exactly what was shown.
    dependencies::looked_up(invocation, &described.packages, described.lock).await?;
    let act = acts::repository_added(invocation, described);
    let receipt = record(invocation, act).await?;
    Ok(Answer { audit: Some(receipt), ..shown(invocation, &described.name).await? })
}

async fn suggested(invocation: &Invocation, args: &Args) -> Result<Suggested, CommandError> {
    let path = args.whole.as_deref().ok_or_else(|| CommandError::usage("the path is missing"))?;
    let text = path.to_str().ok_or_else(|| {
        CommandError::usage(format!("{} is not UTF-8", path.display())).hint("Rename the folder.")
    })?;
    let name: RepositoryName = match &args.name {
        Some(name) => name.parse()?,
        None => usual_name(path)?,
    };
    invocation.stage("looking at the files of HEAD");
    let (head, found) = changing::surveyed(invocation, &name, path).await?;
    let or = |given: &Vec<String>, found: &Vec<String>| {
        if given.is_empty() { found.clone() } else { given.clone() }
    };
    let packages = if args.no_packages { Vec::new() } else { or(&args.package, &found.packages) };
    let laid = dependencies::looked_up(invocation, &packages, None).await?;
    let described = Described {
        name,
        path: text.to_owned(),
        roots: or(&args.root, &found.roots),
        tests: or(&args.tests, &found.tests),
        packages,
        lock: laid.layer().map(|layer| layer.digest),
        python: found.python.clone(),
        seconds: args.timeout.unwrap_or(SECONDS),
        memory_mib: args.memory.unwrap_or(MEMORY_MIB),
    };
    Ok(Suggested { described, found, base: head.base, branch: head.branch, laid })
}

/// A name made of that of the folder.
fn usual_name(path: &Path) -> Result<RepositoryName, CommandError> {
    let folder = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let folder = folder.unwrap_or_default();
    let stem = folder.strip_suffix(".git").unwrap_or(&folder);
    let plain = |symbol: char| if symbol.is_ascii_alphanumeric() { symbol } else { '-' };
    let name: String = stem.chars().take(MAX_NAME).map(plain).collect();
    name.trim_matches('-').parse().map_err(|_| {
        CommandError::usage(format!("{} gives no name", path.display()))
            .hint("Give one: `--name shop`.")
    })
}

fn question(suggested: &Suggested) -> CommandError {
    let Suggested { described, found, base, branch, laid } = suggested;
    let digest = described.digest();
    let said: Vec<&str> = found.said_by.iter().map(String::as_str).collect();
    let at = match branch {
        Some(branch) => format!("{} ({branch})", base.commit),
        None => format!("{} (detached)", base.commit),
    };
    let page = Page::new()
        .title(format!("Let changes of {} be proposed?", described.name))
        .then(described_page(described))
        .fields([
            ("HEAD", Cell::from(at)),
            (
                "Said by",
                Cell::from(if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }),
            ),
            ("Digest", Cell::toned(digest.hex(), Tone::Dim)),
        ]);
    let page = match laid {
        Laid::None => page,
        Laid::Layer(layer) => page.block(packages::table(layer)).text(Cell::toned(
            "Code of others: it will run in the sandbox with every change of this repository.",
            Tone::Warn,
        )),
        Laid::Not(why) => page.text(Cell::toned(format!("Packages: {why}"), Tone::Warn)),
    };
    let confirmation = Confirmation {
        question: format!("Add {} exactly so, digest {}?", described.name, digest.short()),
        wanted: Answered::Yes,
        content_hash: digest,
        shown_digest: page.digest(),
        page,
    };
    let message = match laid {
        Laid::None | Laid::Layer(_) => "a repository needs the owner's word".to_owned(),
        Laid::Not(why) => {
            format!("a repository needs the owner's word; its packages could not be had: {why}")
        }
    };
    CommandError::new(ErrorKind::NeedsOwner, message)
        .hint(format!("Without a terminal, give `--yes --expect {}`.", digest.hex()))
        .asking(confirmation)
}

fn described_page(described: &Described) -> Page {
    let list = |words: &[String]| match words {
        [] => Cell::toned("none", Tone::Dim),
        words => Cell::from(words.join(" ")),
    };
    Page::new().fields([
        ("Path", Cell::from(described.path.as_str())),
        ("Python", Cell::from(described.python.as_deref().unwrap_or("not said"))),
        ("Imports start from", list(&described.roots)),
        ("pytest gets", list(&described.tests)),
        ("Packages", list(&described.packages)),
        ("Time", Cell::from(counted(described.seconds, "second"))),
        ("Memory", Cell::from(format!("{} MiB", described.memory_mib))),
    ])
}

impl Outcome for Answer {
    fn page(&self) -> Page {
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
        match &self.audit {
            Some(audit) => page.fields([(
                "Record",
                Cell::toned(format!("{} ({})", audit.seq, audit.hash), Tone::Dim),
            )]),
            None => page,
        }
    }
}
