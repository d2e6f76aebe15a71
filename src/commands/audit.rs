//! `/audit`: the record, shown and proved.

use std::path::PathBuf;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::audit::checkpoint::Checkpoint;
use crate::audit::merkle::leaf_hash;
use crate::audit::record::Record;
use crate::commands::anchoring::{self, Depth};
use crate::commands::answer::Outcome;
use crate::commands::command::{Access, Command, Group, Spec};
use crate::commands::context::{Context, Invocation};
use crate::commands::error::{CommandError, ErrorKind, Exit};
use crate::commands::log_check::{self, Verified};
use crate::commands::lookup::{self, Newest};
use crate::commands::page::{Block, Cell, Page, Tone};
use crate::domain::principal::Authority;
use crate::store::query::{LogQuery, LogRow};

/// Records shown when nothing else is said.
const DEFAULT_LIMIT: u32 = 20;
/// Most records shown at once.
const MAX_LIMIT: u32 = 100_000;

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
}

/// What was typed.
#[derive(Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value_t)]
    pub what: What,
    /// An exported folder to verify instead of this home
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// At most this many entries of the log
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<u32>,
    /// Only entries before this sequence number
    #[arg(long, value_name = "SEQ")]
    pub before: Option<u64>,
    /// Only entries about this proposal
    #[arg(long, value_name = "ID")]
    pub proposal: Option<String>,
}

/// What comes of it, by what was wanted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    /// Of `verify`.
    Verified(Verified),
    /// Of `log`.
    Log {
        /// The entries, newest first.
        records: Vec<Shown>,
        /// What `--before` takes to go on; null at the beginning of the log.
        next_before: Option<u64>,
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

/// One entry.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Shown {
    /// Its place.
    pub seq: u64,
    /// Its leaf hash.
    pub hash: String,
    /// The entry itself; null where it cannot be read.
    pub record: Value,
}

impl Command for Audit {
    const SPEC: Spec = Spec {
        name: "audit",
        aliases: &[],
        summary: "Show the approval record, prove it, or print its signed checkpoint",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Attempt,
        free_text: None,
        examples: &["/audit log --limit 50", "/audit verify", "/audit log --proposal 7c2e"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(
        context: &Context,
        invocation: &Invocation,
        args: Args,
    ) -> Result<Answer, CommandError> {
        check(&args)?;
        match (args.what, &args.path) {
            (What::Log, _) => log(context, invocation, &args).await,
            (What::Verify, None) => {
                let verified = log_check::home(context, invocation).await?;
                anchored(context, verified).await.map(Answer::Verified)
            }
            (What::Verify, Some(path)) => log_check::folder(path).await.map(Answer::Verified),
            (What::Checkpoint, _) => checkpoint(context).await,
        }
    }
}

/// A log that holds by itself is compared with what the anchors keep.
async fn anchored(context: &Context, verified: Verified) -> Result<Verified, CommandError> {
    let Some(store) = context.store.as_deref().ok().filter(|_| verified.ok) else {
        return Ok(verified);
    };
    let found = anchoring::contradiction(context, store, Depth::All).await?;
    Ok(Verified { ok: found.is_none(), problem: found, ..verified })
}

fn check(args: &Args) -> Result<(), CommandError> {
    let is_filtered = args.limit.is_some() || args.before.is_some() || args.proposal.is_some();
    if args.what != What::Log && is_filtered {
        return Err(CommandError::usage("--limit, --before and --proposal go with `/audit log`"));
    }
    if args.what != What::Verify && args.path.is_some() {
        return Err(CommandError::usage("a path goes with `/audit verify`"));
    }
    if args.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
        return Err(CommandError::usage(format!("--limit takes 1 to {MAX_LIMIT}")));
    }
    Ok(())
}

async fn log(
    context: &Context,
    invocation: &Invocation,
    args: &Args,
) -> Result<Answer, CommandError> {
    let proposal = match &args.proposal {
        Some(typed) => Some(lookup::proposal(context, invocation, typed, Newest::OfHome).await?.id),
        None => None,
    };
    let limit = args.limit.unwrap_or(DEFAULT_LIMIT);
    let query = LogQuery { proposal, limit, before: args.before };
    let rows = context.store()?.log(&query).await?;
    let is_full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next_before = rows.last().map(|row| row.seq).filter(|seq| is_full && *seq > 0);
    Ok(Answer::Log { records: rows.iter().map(shown).collect(), next_before })
}

fn shown(row: &LogRow) -> Shown {
    Shown {
        seq: row.seq,
        hash: leaf_hash(&row.bytes).hex(),
        record: serde_json::from_slice(&row.bytes).unwrap_or_default(),
    }
}

async fn checkpoint(context: &Context) -> Result<Answer, CommandError> {
    let store = context.store()?;
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

impl Outcome for Answer {
    fn page(&self) -> Page {
        match self {
            Self::Verified(verified) => verified.page(),
            Self::Log { records, next_before } => log_page(records, *next_before),
            Self::Checkpoint { note, vkey, .. } => {
                let key = vkey.as_deref().unwrap_or("(the home has no key)");
                Page::new().block(Block::Document(note.clone())).fields([("Key", Cell::from(key))])
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Verified(verified) if !verified.ok => Exit::Integrity,
            Self::Verified(_) | Self::Log { .. } | Self::Checkpoint { .. } => Exit::Done,
        }
    }
}

fn log_page(records: &[Shown], next_before: Option<u64>) -> Page {
    if records.is_empty() {
        return Page::new().text("The log has no such entries.");
    }
    let head = ["seq", "time", "actor", "kind", "subject"].map(str::to_owned).to_vec();
    let page = Page::new().block(Block::Table { head, rows: records.iter().map(row).collect() });
    match next_before {
        Some(seq) => page.next([format!("/audit log --before {seq}  shows earlier entries")]),
        None => page,
    }
}

fn row(shown: &Shown) -> Vec<Cell> {
    let record = serde_json::from_value::<Record>(shown.record.clone());
    let Ok(record) = record else {
        let unreadable = Cell::toned("cannot be read", Tone::Bad);
        return vec![shown.seq.to_string().into(), "".into(), "".into(), unreadable, "".into()];
    };
    let subject = [
        record.subject.proposal.as_ref().map(ToString::to_string),
        record.subject.revision.map(|number| format!("r{number}")),
        record.subject.execution.as_ref().map(ToString::to_string),
    ];
    let subject: Vec<String> = subject.into_iter().flatten().collect();
    vec![
        Cell::from(shown.seq.to_string()),
        Cell::toned(record.ts.to_string(), Tone::Dim),
        Cell::from(record.actor.id),
        Cell::toned(record.kind.word(), Tone::Strong),
        Cell::from(subject.join(" ")),
    ]
}
