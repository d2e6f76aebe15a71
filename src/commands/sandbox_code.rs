//! `/sandbox-code`: runs tests, coverage and lint of a revision in the sandbox.
//!
//! This file turns options into a [`Trial`]; `executing` leases the job, runs it and records the verdict. A network is a way
//! out of the sandbox for code that nobody has approved, so only the owner may give one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::config::settings::Settings;
use record::domain::digest::Digest;
use record::domain::limits::Limits;
use record::domain::policy::Policy;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::status::Status;
use sandbox::backend::{Keep, Network};
use sandbox::toolchain::layer::{Layer, Provided};
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::page::{Cell, Page, Tone};
use work::contract::reserved::Reserved;
use work::deciding::expected::check_expected;
use work::drafting::changing;
use work::executing::dependencies::{self, Install};
use work::executing::terms::{self, Trial};
use work::executing::trial;
use work::executing::variables;
use work::reporting::evidence_report::Report;
use work::reporting::packages;

/// Longest time limit, in seconds.
const MAX_TIMEOUT: u64 = 3_600;
/// Most runs of `--repeat`.
const MAX_REPEAT: u32 = 100;

/// Why an agent says nothing of packages.
const PACKAGES: &str = "only the owner may have packages installed";

/// `/sandbox-code`
pub enum SandboxCode {}

/// What was typed.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Sandbox backend
    #[arg(long)]
    pub backend: Option<String>,
    /// Seconds the tests may take
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// Revision to run instead of the newest
    #[arg(long, value_name = "NUMBER")]
    pub revision: Option<u32>,
    /// Processes and threads that may run at once
    #[arg(long, value_name = "COUNT")]
    pub processes: Option<u32>,
    /// Memory that all of it may take together
    #[arg(long, value_name = "MIB")]
    pub memory: Option<u64>,
    /// Files and folders that there may be in the box
    #[arg(long, value_name = "COUNT")]
    pub box_files: Option<u64>,
    /// Run it this often, and compare the outcomes
    #[arg(long, value_name = "COUNT")]
    pub repeat: Option<u32>,
    /// A variable for the tests; its name is recorded and shown (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// Keep what the tests wrote, in the home (owner only)
    #[arg(long)]
    pub keep: bool,
    /// Have the packages that the proposal declares installed, after a question (owner only)
    #[arg(long)]
    pub install: bool,
    /// Do not ask before that; needs --expect (owner only)
    #[arg(long, requires = "install")]
    pub yes: bool,
    /// Install only what is resolved to this digest, at least its first 12 digits (owner only)
    #[arg(long, value_name = "DIGEST", requires = "install")]
    pub expect: Option<String>,
    /// Let the tests reach the network (owner only; recorded)
    #[arg(long)]
    pub network: bool,
}

impl Command for SandboxCode {
    const SPEC: Spec = Spec {
        name: "sandbox-code",
        aliases: &[],
        summary: "Run tests, coverage and lint of a proposal in the sandbox",
        group: Group::Run,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: None,
        examples: &["/sandbox-code @", "/sandbox-code 7c2e --timeout 10"],
    };
    const RESERVED: &'static [Reserved] = &[
        Reserved::argument("network", "only the owner may give the tests a network"),
        Reserved::argument("install", PACKAGES),
        Reserved::argument("yes", PACKAGES),
        Reserved::argument("expect", PACKAGES),
        Reserved::argument("keep", "only the owner may keep what the tests wrote")
            .or("Have the tests print what is needed: the report shows it."),
    ];
    type Args = Args;
    type Outcome = Report;

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Report, CommandError> {
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let revision = lookup::revision(invocation, &proposal, args.revision).await?;
        let mut trial = trial(&args, &invocation.settings, invocation.policy().await?)?;
        check_room(invocation, &proposal, &trial.limits)?;
        if args.install {
            let backend = invocation.backend(args.backend.as_deref())?;
            let expected = args.expect.as_deref().filter(|_| args.yes);
            let (backend, source) = (backend.as_ref(), &revision.source);
            let word = match dependencies::laid(invocation, backend, source).await? {
                Some(Provided::Layer(layer)) => Some(layer.digest),
                Some(Provided::Shown(layer)) => Some(granted(&layer, expected)?),
                // What a repository needs stands in its description.
                None if source.change().is_none() => return Err(undeclared(&revision)),
                Some(Provided::NotYet | Provided::Refused(_)) | None => None,
            };
            trial.install = word.map_or(Install::AsSet, |word| Install::Now(Some(word)));
        }
        trial.ground = changing::ground(invocation, &proposal, &revision).await?;
        let execution = trial::execute(invocation, &proposal, &revision, &trial).await?;
        let proposal =
            lookup::proposal(invocation, proposal.id.as_str(), Newest::OwnNewest).await?;
        Report::timed(invocation, &proposal, execution).await
    }
}

/// Refuses an agent's run with less room than all runs have, where an owner decides or has decided by the runs there are: a test
/// that is cut off counts against the bytes.
fn check_room(
    invocation: &Invocation,
    proposal: &Proposal,
    limits: &Limits,
) -> Result<(), CommandError> {
    let usual = Limits::default();
    let is_less = limits.tests_ms < usual.tests_ms
        || limits.memory_bytes < usual.memory_bytes
        || limits.processes < usual.processes
        || limits.disk_files < usual.disk_files;
    let is_decided_by = matches!(proposal.status, Status::Tested | Status::Approved);
    if !is_less || !is_decided_by || invocation.caller.who.authority() >= Authority::Own {
        return Ok(());
    }
    let id = &proposal.id;
    let message = format!("{id} is {}: only its owner may run it with less room", proposal.status);
    Err(CommandError::new(ErrorKind::Forbidden, message)
        .hint("Run it without limits of your own, or with higher ones."))
}

/// Refuses to install what nobody declared.
fn undeclared(revision: &Revision) -> CommandError {
    let (id, number) = (&revision.proposal, revision.number);
    let message = format!("revision {number} of {id} declares no packages to install");
    let hint = format!("Name them in a file: `/refine-code {id} --file requirements.txt`.");
    CommandError::new(ErrorKind::State, message).hint(hint)
}

/// Gives the digest of packages that the owner gave their word on; else the question with versions, sizes and licences.
fn granted(layer: &Layer, expected: Option<&str>) -> Result<Digest, CommandError> {
    let digest = layer.digest;
    check_expected(expected, "what was resolved", &digest)?;
    if expected.is_some() {
        return Ok(digest);
    }
    let page = Page::new()
        .title("Install these packages?")
        .fields([("Digest", Cell::toned(digest.hex(), Tone::Dim))]);
    let page = packages::shown(page, layer).text(Cell::toned(
        "Code of others: it will run in the sandbox with this proposal.",
        Tone::Warn,
    ));
    let message = format!("the owner has to agree to these packages: {}", packages::words(layer));
    Err(CommandError::new(ErrorKind::NeedsOwner, message)
        .hint(format!("Without a terminal, give `--yes --expect {}`.", digest.hex()))
        .asking(Confirmation {
            question: format!("Let executions import exactly these, digest {}?", digest.short()),
            wanted: Wanted::Yes,
            content_hash: digest,
            shown_digest: page.digest(),
            page,
        }))
}

fn trial(args: &Args, settings: &Settings, policy: Policy) -> Result<Trial, CommandError> {
    let mut limits = Limits::default();
    if let Some(count) = args.processes {
        limits.processes = terms::PROCESSES.check("--processes", count)?;
    }
    if let Some(mib) = args.memory {
        limits.memory_bytes = terms::MEMORY_MIB.check("--memory", mib)? << 20;
    }
    if let Some(count) = args.box_files {
        limits.disk_files = terms::BOX_FILES.check("--box-files", count)?;
    }
    if let Some(seconds) = args.timeout {
        if !(1..=MAX_TIMEOUT).contains(&seconds) {
            return Err(CommandError::usage(format!("--timeout takes 1 to {MAX_TIMEOUT} seconds")));
        }
        limits.tests_ms = seconds * 1_000;
    }
    let repeat = args.repeat.unwrap_or(1);
    if !(1..=MAX_REPEAT).contains(&repeat) {
        return Err(CommandError::usage(format!("--repeat takes 1 to {MAX_REPEAT}")));
    }
    Ok(Trial {
        limits,
        repeat,
        env: variables::read(&args.env)?,
        network: if args.network { Network::Host } else { Network::Loopback },
        keep: if args.keep { Keep::Box(terms::boxes(settings)) } else { Keep::Nothing },
        backend: args.backend.clone(),
        install: Install::AsSet,
        policy,
        ground: None,
    })
}
