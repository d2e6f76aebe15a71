//! `/restore`: a backup replaces the database.

use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::commands::acts;
use crate::commands::answer::Outcome;
use crate::commands::command::{Access, Command, Group, Spec, Surroundings};
use crate::commands::confirmation::{Confirmation, Wanted};
use crate::commands::context::{Context, Invocation};
use crate::commands::crosscheck::Crosscheck;
use crate::commands::decided::ReceiptView;
use crate::commands::disk;
use crate::commands::error::{CommandError, ErrorKind};
use crate::commands::page::{Cell, Page, Tone};
use crate::domain::digest::Digest;
use crate::domain::principal::Authority;
use crate::domain::review::ReasonText;
use crate::store::error::StoreError;
use crate::store::sqlite::restore::{Restoration, Restored};

/// `/restore`
pub enum Restore {}

/// What was typed.
#[derive(Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Go on without asking
    #[arg(long)]
    pub yes: bool,
    /// Go on only if the digest of the backup starts like this
    #[arg(long, value_name = "DIGEST")]
    pub expect: Option<String>,
    /// Digest of the page that was shown, by whoever asked
    #[arg(skip)]
    pub shown: Option<Digest>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The backup.
    pub path: String,
    /// Its SHA-256.
    pub digest: String,
    /// Records of its log.
    pub entries: u64,
    /// Records of the log that was left behind; null where none was known.
    pub left_behind: Option<u64>,
    /// Where the replaced database lies now; null where there was none.
    pub aside: Option<String>,
    /// The record of the restore.
    pub audit: ReceiptView,
}

impl Command for Restore {
    const SPEC: Spec = Spec {
        name: "restore",
        aliases: &[],
        summary: "Put a checked backup in the place of the database, on record",
        group: Group::Operate,
        authority: Authority::Own,
        access: Access::Attempt,
        free_text: None,
        examples: &["/restore /mnt/backups/saraphina-monday.db --reason \"the disk failed\""],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, _: &dyn Surroundings) -> Result<(), CommandError> {
        args.file = std::path::absolute(&args.file)
            .map_err(|error| CommandError::usage(format!("no file has this name: {error}")))?;
        Ok(())
    }

    async fn run(
        context: &Context,
        invocation: &Invocation,
        args: Args,
    ) -> Result<Answer, CommandError> {
        let reason = args.reason.as_deref().map(ReasonText::new).transpose()?;
        if !args.file.is_file() {
            let message = format!("there is no file {}", args.file.display());
            return Err(CommandError::new(ErrorKind::NotFound, message).hint("Check the path."));
        }
        invocation.stage("checking the backup");
        let restoration = prepared(context, invocation, args.file.clone()).await?;
        check_answer(&args, &restoration)?;
        let head = restoration.present().cloned();
        let facts = restoration.facts().clone();
        let reason = reason.as_ref().map(ReasonText::as_str);
        let act = acts::log_restored(invocation, &facts, head.as_ref(), reason);
        let now = context.now();
        let restored = beside(move || Ok(restoration.finish(&act, now)?)).await?;
        tracing::warn!(audit.seq = restored.seq, "a backup took the place of the database");
        let Restored { seq, hash, aside } = restored;
        Ok(Answer {
            path: args.file.display().to_string(),
            digest: facts.digest.hex(),
            entries: facts.entries,
            left_behind: head.map(|head| head.size),
            aside: aside.map(|path| path.display().to_string()),
            audit: ReceiptView { seq, hash: hash.hex() },
        })
    }
}

/// A backup whose pages, log and rows hold; nothing was replaced yet.
async fn prepared(
    context: &Context,
    invocation: &Invocation,
    file: PathBuf,
) -> Result<Restoration, CommandError> {
    let (home, now) = (context.settings.home().to_owned(), context.now());
    let (clock, cancel) = (Arc::clone(&context.clock), invocation.cancel.clone());
    let handle = Handle::current();
    beside(move || {
        let restoration = Restoration::prepare(&home, &file, now).map_err(refused)?;
        let store = restoration.reader(&clock)?;
        let rows = Crosscheck::new(&store, &handle, &cancel);
        match rows.first_mismatch(restoration.facts().entries)? {
            None => Ok(restoration),
            Some(mismatch) => Err(CommandError::new(ErrorKind::Integrity, mismatch.problem)
                .hint("This backup was altered; nothing was replaced. Take another one.")),
        }
    })
    .await
}

/// Runs beside the runtime, which long work on files would hold up.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))?
}

fn refused(error: StoreError) -> CommandError {
    let is_busy = matches!(error, StoreError::Busy);
    let is_damaged = matches!(error, StoreError::Corrupt { .. } | StoreError::Foreign { .. });
    let mut error = CommandError::from(error);
    if is_busy {
        error.hints = vec![
            "End the daemon with `saraphina daemon stop`, or leave the session that writes; then run `saraphina restore` in a shell."
                .to_owned(),
        ];
    } else if is_damaged {
        error.hints = vec!["The backup cannot be used; nothing was replaced.".to_owned()];
    }
    error
}

/// Goes on only with the owner's word on exactly this backup.
fn check_answer(args: &Args, restoration: &Restoration) -> Result<(), CommandError> {
    let digest = restoration.facts().digest;
    if let Some(expected) = &args.expect {
        let digits = expected.strip_prefix("sha256:").unwrap_or(expected);
        if digits.is_empty() || !digest.hex().starts_with(digits) {
            let message = format!("the backup is {}, not {digits} as expected", digest.hex());
            return Err(CommandError::new(ErrorKind::State, message)
                .hint("Look which file this is, then run `/restore` again."));
        }
    }
    let page = shown_page(restoration);
    if args.shown.is_some_and(|shown| shown != page.digest()) {
        let message = "the home changed after it was shown";
        return Err(CommandError::new(ErrorKind::State, message)
            .hint("Run `/restore` again to see what it is now."));
    }
    if args.yes {
        return Ok(());
    }
    let question = "Put this backup in the place of the database?".to_owned();
    Err(CommandError::new(ErrorKind::NeedsOwner, "a restore needs the owner's word")
        .hint("Without a terminal, give `--yes`.")
        .asking(Confirmation {
            question,
            wanted: Wanted::Yes,
            content_hash: digest,
            shown_digest: page.digest(),
            page,
        }))
}

fn shown_page(restoration: &Restoration) -> Page {
    let facts = restoration.facts();
    let size = restoration.present().map(|head| head.size);
    let lost = size.map_or(0, |size| size.saturating_sub(facts.entries));
    let present = size.map_or_else(|| "none known".to_owned(), |size| format!("{size} records"));
    Page::new().title("Restore a backup?").fields([
        ("Backup", Cell::from(format!("{} records, all of them hold", facts.entries))),
        ("Size", Cell::from(disk::words(facts.bytes))),
        ("Digest", Cell::toned(facts.digest.hex(), Tone::Dim)),
        ("Present log", Cell::from(present)),
        ("Left behind", Cell::toned(format!("at least {lost} records"), Tone::Warn)),
    ])
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let mut fields = vec![
            ("Digest", Cell::toned(self.digest.as_str(), Tone::Dim)),
            ("Records", Cell::from(self.entries.to_string())),
            ("Record", Cell::toned(format!("{} ({})", self.audit.seq, self.audit.hash), Tone::Dim)),
        ];
        if let Some(size) = self.left_behind {
            fields.push(("Left behind", Cell::from(format!("a log of {size} records"))));
        }
        if let Some(aside) = &self.aside {
            fields.push(("Replaced database", Cell::from(aside.as_str())));
        }
        Page::new()
            .text(Cell::toned(format!("Restored from {}", self.path), Tone::Good))
            .fields(fields)
            .next(["/audit verify  proves the log that is in use now"])
    }
}
