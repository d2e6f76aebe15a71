//! `/audit`: shows the record, verifies it, proves entries, exports it and reports on it.
//!
//! Only listing and the checkpoint are done here; the other wishes go to `auditing`. Everything but an export only reads.
//! Options that do not belong to a wish are refused, so that nobody believes they had an effect.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::importing::bundle;
use foundation::store::query::LogQuery;
use record::audit::checkpoint::Checkpoint;
use record::domain::principal::Authority;
use verifier::verified::Verified;
use work::auditing::anchoring;
use work::auditing::attesting::{self, Attested};
use work::auditing::export_command::{self, Exported};
use work::auditing::exporting::write::Form;
use work::auditing::log_page::{self, Entry};
use work::auditing::period;
use work::auditing::period::{Format, Reported};
use work::auditing::period_report;
use work::auditing::prove::{self, Proved};
use work::auditing::verified;
use work::auditing::verify;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page};
use work::contract::reserved::Reserved;
use work::contract::step::word;

/// Records shown when nothing else is said.
const DEFAULT_LIMIT: u32 = 20;
/// Most records shown at once.
const MAX_LIMIT: u32 = 100_000;

/// Why an agent names no files.
const FILES: &str = "only the owner names files of this machine";
/// What an agent can do instead.
const ENTRIES: &str = "Read the record entry by entry, with `log`, `prove` and `checkpoint`.";

/// `/audit`
pub enum Audit {}

/// What is wanted of the record.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The newest entries
    #[default]
    Log,
    /// Prove it, or name the first bad entry
    Verify,
    /// The newest signed checkpoint and the key that signed it
    Checkpoint,
    /// Write all of it as a folder, or as one file with `--tar`, that verifies without this home (owner only)
    Export,
    /// That an entry stands in the log, and that the log only grew
    Prove,
    /// An approval as in-toto statements and a SLSA summary, in a new folder, for tools of others (owner only)
    Attest,
    /// Changes, decisions, overrides and self-approvals, for auditors
    Report,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value_t)]
    pub what: What,
    /// The entry to prove; else the export or backup to verify instead of this home, or the folder to write to (owner only)
    #[arg(value_name = "PATH|SEQ")]
    pub path: Option<PathBuf>,
    /// First UTC day of the report, such as 2026-11-20
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Last UTC day of the report
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Export to this one file (owner only)
    #[arg(long, value_name = "FILE")]
    pub tar: Option<PathBuf>,
    /// The public key of the log, got another way, to verify with (owner only)
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// A checkpoint that was kept, which the log must begin with (owner only)
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// At most this many entries of the log
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<u32>,
    /// Only entries before this sequence number
    #[arg(long, value_name = "SEQ")]
    pub before: Option<u64>,
    /// Only entries about this proposal, or the proposal to attest
    #[arg(long, value_name = "ID")]
    pub proposal: Option<String>,
}

/// What comes of it, by what was wanted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    /// Of `verify`.
    Verified(Verified),
    /// Of `export`.
    Exported(Exported),
    /// Of `prove`.
    Proved(Proved),
    /// Of `attest`.
    Attested(Attested),
    /// Of `report`.
    Reported(Reported),
    /// Of `log`.
    Log {
        /// The entries, newest first.
        records: Vec<Entry>,
        /// What `--before` takes to go on; null at the beginning of the log.
        next_before: Option<u64>,
        /// The filter, as it was typed; absent without one.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        filter: String,
    },
    /// Of `checkpoint`.
    Checkpoint {
        /// The signed note.
        note: String,
        /// The key to check it with; null where the home has none.
        vkey: Option<String>,
        /// The entries signed for.
        size: u64,
        /// The root over them.
        root: String,
    },
}

impl Command for Audit {
    const SPEC: Spec = Spec {
        name: "audit",
        aliases: &[],
        summary: "Show the approval record, verify it, prove entries, export it, or report on it",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Attempt,
        free_text: None,
        examples: &[
            "/audit log --proposal 7c2e",
            "/audit verify --since kept.checkpoint",
            "/audit export record-2026",
            "/audit prove 7",
            "/audit attest attestations --proposal 7c2e",
            "/audit report --from 2026-10-01 --format html",
        ],
    };
    // Files could be read or placed for another program's sake.
    const RESERVED: &'static [Reserved] = &[
        Reserved::value("what", "export", FILES).or(ENTRIES),
        Reserved::value("what", "attest", FILES).or(ENTRIES),
        Reserved::argument("path", FILES).or(ENTRIES).unless("what", "prove"),
        Reserved::argument("tar", FILES).or(ENTRIES),
        Reserved::argument("key", FILES).or(ENTRIES),
        Reserved::argument("since", FILES).or(ENTRIES),
    ];
    type Args = Args;
    type Outcome = Answer;

    fn access(args: &Args) -> Access {
        match args.what {
            What::Export => Access::Record,
            What::Log
            | What::Verify
            | What::Checkpoint
            | What::Prove
            | What::Attest
            | What::Report => Access::Attempt,
        }
    }

    /// Makes paths whole, because an engine elsewhere has another working folder.
    fn prepare(args: &mut Args, _surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if args.what == What::Prove {
            // Here the positional argument is a sequence number and no path.
            args.since = args.since.as_deref().map(whole).transpose()?;
            return Ok(());
        }
        let paths = [&mut args.path, &mut args.tar, &mut args.key, &mut args.since];
        for path in paths.into_iter().flatten() {
            *path = whole(path)?;
        }
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        check(&args)?;
        match args.what {
            What::Log => log(invocation, &args).await,
            What::Verify => {
                if let Some(path) = args.path.as_deref().filter(|path| bundle::is_bundle(path)) {
                    return Err(one_proposal(path));
                }
                let wish = verify::Wish { path: args.path, key: args.key, since: args.since };
                verify::verify(invocation, wish).await.map(Answer::Verified)
            }
            What::Checkpoint => checkpoint(invocation).await,
            What::Export => {
                let (form, target) = match (args.path, args.tar) {
                    (Some(folder), None) => (Form::Folder, folder),
                    (None, Some(file)) => (Form::Tar, file),
                    (Some(_), Some(_)) | (None, None) => return Err(one_target()),
                };
                let exported = export_command::export(invocation, form, target).await;
                exported.map(Answer::Exported)
            }
            What::Prove => {
                let typed = args.path.as_ref().and_then(|path| path.to_str()?.parse().ok());
                let seq = typed.ok_or_else(|| {
                    CommandError::usage("a proof is of one entry")
                        .hint("Give its sequence number, such as `/audit prove 7`.")
                })?;
                prove::prove(invocation, seq, args.since).await.map(Answer::Proved)
            }
            What::Attest => {
                let typed = args.proposal.as_deref().unwrap_or("@");
                let target = args.path.ok_or_else(no_folder)?;
                attesting::attest(invocation, typed, target).await.map(Answer::Attested)
            }
            What::Report => {
                let wish = period::Wish { from: args.from, to: args.to, format: args.format };
                period_report::report(invocation, wish).await.map(Answer::Reported)
            }
        }
    }
}

fn check(args: &Args) -> Result<(), CommandError> {
    let is_filtered = args.limit.is_some() || args.before.is_some();
    if args.what != What::Log && is_filtered {
        return Err(CommandError::usage("--limit and --before go with `/audit log`"));
    }
    if !matches!(args.what, What::Log | What::Attest) && args.proposal.is_some() {
        return Err(CommandError::usage("--proposal goes with `/audit log` and `/audit attest`"));
    }
    if args.path.is_some() && matches!(args.what, What::Log | What::Checkpoint | What::Report) {
        return Err(CommandError::usage("a path goes with `/audit verify`, `export` and `attest`"));
    }
    let is_for_report = args.from.is_some() || args.to.is_some() || args.format != Format::Text;
    if args.what != What::Report && is_for_report {
        return Err(CommandError::usage("--from, --to and --format go with `/audit report`"));
    }
    if args.what != What::Export && args.tar.is_some() {
        return Err(CommandError::usage("--tar goes with `/audit export`"));
    }
    if args.what != What::Verify && args.key.is_some() {
        return Err(CommandError::usage("--key goes with `/audit verify`"));
    }
    if !matches!(args.what, What::Verify | What::Prove) && args.since.is_some() {
        return Err(CommandError::usage("--since goes with `/audit verify` and `/audit prove`"));
    }
    if args.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
        return Err(CommandError::usage(format!("--limit takes 1 to {MAX_LIMIT}")));
    }
    Ok(())
}

fn whole(path: &Path) -> Result<PathBuf, CommandError> {
    std::path::absolute(path)
        .map_err(|error| CommandError::usage(format!("{}: {error}", path.display())))
}

fn no_folder() -> CommandError {
    CommandError::usage("attestations need a folder to go to")
        .hint("Name a new one: `/audit attest attestations --proposal 7c2e`.")
}

fn one_target() -> CommandError {
    CommandError::usage("an export needs one place to go to")
        .hint("Name a new folder, `/audit export record`, or a new file, `/audit export --tar record.tar`.")
}

async fn log(invocation: &Invocation, args: &Args) -> Result<Answer, CommandError> {
    let proposal = match &args.proposal {
        Some(typed) => Some(lookup::proposal(invocation, typed, Newest::OwnNewest).await?.id),
        None => None,
    };
    let limit = args.limit.unwrap_or(DEFAULT_LIMIT);
    let about = proposal.as_ref().map(|id| format!("--proposal {id} "));
    let count = args.limit.map(|count| format!("--limit {count} "));
    let filter = about.into_iter().chain(count).collect();
    let query = LogQuery { proposal, limit, before: args.before };
    let rows = invocation.store()?.log(&query).await?;
    // A page that is not full is the last one, and so is one that ends with entry 0.
    let is_full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next_before = rows.last().map(|row| row.seq).filter(|seq| is_full && *seq > 0);
    Ok(Answer::Log { records: rows.iter().map(Entry::of).collect(), next_before, filter })
}

async fn checkpoint(context: &Context) -> Result<Answer, CommandError> {
    let store = context.store()?;
    anchoring::held(context, store).await?;
    let note = store.log_state().await?.checkpoint;
    if note.is_empty() {
        return Err(CommandError::new(ErrorKind::NotFound, "there is no checkpoint yet")
            .hint("The first writing command, such as `/setup`, begins the log."));
    }
    let head = Checkpoint::parse_unverified(&note).map_err(|error| {
        CommandError::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
    })?;
    let vkey = store.log_key()?.map(|key| key.vkey());
    Ok(Answer::Checkpoint { note, vkey, size: head.size, root: head.root.hex() })
}

/// Names a file that is whole, and of another kind than what can be verified.
fn one_proposal(path: &Path) -> CommandError {
    let message =
        format!("{} is a bundle of one proposal, not an export of the record", path.display());
    let hint = format!("`/import --dry-run {}` checks all of it.", word(&path.to_string_lossy()));
    CommandError::new(ErrorKind::NotFound, message).hint(hint)
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        match self {
            Self::Verified(verified) => verified::page(verified),
            Self::Exported(exported) => exported.page(),
            Self::Proved(proved) => proved.page(),
            Self::Attested(attested) => attested.page(),
            Self::Reported(reported) => reported.page(),
            Self::Log { records, next_before, filter } => {
                log_page::page(records, *next_before, filter)
            }
            Self::Checkpoint { note, vkey, .. } => {
                let page = Page::new().block(Block::Document(note.clone()));
                match vkey {
                    // It is made to be copied, so no line of it is broken.
                    Some(vkey) => page.title("Key").block(Block::Document(vkey.clone())),
                    None => page.fields([("Key", Cell::from("(the home has no key)"))]),
                }
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Verified(verified) if !verified.ok => Exit::Integrity,
            Self::Verified(_)
            | Self::Exported(_)
            | Self::Proved(_)
            | Self::Attested(_)
            | Self::Reported(_)
            | Self::Log { .. }
            | Self::Checkpoint { .. } => Exit::Done,
        }
    }
}
