//! `/prune`: takes out long outputs that nothing needs any more.
//!
//! Only texts go, never evidence: digests stay, so the log verifies as before and a text can be recognised if it turns up
//! again. Without `--yes` it only says what would go. The store checks the rule again as it writes, because an approval may
//! have come between. Boxes that `--keep` left go by the same age; they are no evidence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::store::store::Store;
use record::domain::change::{Change, PruneRule, Write};
use record::domain::digest::Digest;
use record::domain::principal::Authority;
use record::domain::space::WRITE_FROM;
use work::contract::acts;
use work::contract::blocking::beside;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::disk;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone};
use work::deciding::decided::ReceiptView;
use work::executing::kept_boxes;

/// Age from which on an output may go, in days, when nothing else is said.
const DAYS: u32 = 90;
/// Longest age that can be given, in days.
const MAX_DAYS: u32 = 36_500;
/// Executions of each revision whose outputs stay, however old.
const KEPT_EXECUTIONS: u32 = 5;

/// `/prune`
pub enum Prune {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// Do it; without this it only says what would go
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Only say what would go, as without any option
    #[arg(long)]
    pub dry_run: bool,
    /// Take out what is older than this many days instead of 90
    #[arg(long, value_name = "DAYS")]
    pub older_than: Option<u32>,
    /// Then give free space inside the database back to the disk, by rewriting it
    #[arg(long)]
    pub compact: bool,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Whether it was done; false for a dry run, and where nothing can go.
    pub pruned: bool,
    /// Texts that went, or would go.
    pub count: usize,
    /// Bytes they took in the database.
    pub bytes: u64,
    /// SHA-256 over their sorted digests, one `sha256:<hex>` a line; null without any.
    pub digest: Option<String>,
    /// What is let go, in words; as recorded.
    pub rule: String,
    /// The record; null where nothing was done.
    pub audit: Option<ReceiptView>,
    /// Boxes kept by `--keep` that went, or would go; they are no evidence, and on no record.
    #[serde(default)]
    pub boxes: usize,
    /// Bytes they took on the disk.
    #[serde(default)]
    pub box_bytes: u64,
    /// Bytes that the database gave back to the disk; null where that was not asked for.
    pub freed_bytes: Option<u64>,
}

impl Command for Prune {
    const SPEC: Spec = Spec {
        name: "prune",
        aliases: &[],
        summary: "Take out long outputs that nothing needs any more, on record",
        group: Group::Operate,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &["/prune", "/prune --yes --compact", "/prune --older-than 365"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let days = args.older_than.unwrap_or(DAYS);
        if days > MAX_DAYS {
            return Err(CommandError::usage(format!("--older-than takes 0 to {MAX_DAYS} days")));
        }
        let before = invocation.now().days_before(i64::from(days));
        let rule = PruneRule { before, keep_executions: KEPT_EXECUTIONS };
        let store = invocation.store()?;
        let prunable = store.prunable(&rule).await?;
        let digests: Vec<Digest> = prunable.iter().map(|prunable| prunable.digest).collect();
        let bytes = prunable.iter().map(|prunable| prunable.bytes).sum();
        let lines: Vec<String> = digests.iter().map(ToString::to_string).collect();
        let list = lines.join("\n") + "\n";
        let boxes = kept_boxes::before(invocation, before).await?;
        let mut answer = Answer {
            pruned: false,
            count: digests.len(),
            bytes,
            digest: (!digests.is_empty()).then(|| Digest::of(list.as_bytes()).to_string()),
            rule: words(days),
            audit: None,
            boxes: boxes.len(),
            box_bytes: boxes.iter().map(|kept| kept.bytes).sum(),
            freed_bytes: None,
        };
        if let Some(digest) = answer.digest.clone().filter(|_| args.yes) {
            answer.audit = Some(take_out(invocation, rule, digests, &answer, &digest).await?);
            answer.pruned = true;
        }
        if args.yes && !boxes.is_empty() {
            beside(move || kept_boxes::take_away(&boxes)).await?;
            answer.pruned = true;
        }
        if args.compact && !args.dry_run {
            answer.freed_bytes = Some(compact(invocation, store).await?);
        }
        Ok(answer)
    }
}

/// Takes the texts out, on record.
async fn take_out(
    invocation: &Invocation,
    rule: PruneRule,
    digests: Vec<Digest>,
    answer: &Answer,
    digest: &str,
) -> Result<ReceiptView, CommandError> {
    let change = Change {
        act: acts::blob_pruned(invocation, answer.count, answer.bytes, digest, &answer.rule),
        consequences: Vec::new(),
        writes: vec![Write::PruneBlobs { rule, digests }],
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let receipt = invocation.store()?.commit(change).await?;
    Ok(ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() })
}

/// Rewrites the database, where the disk has room for two of them; returns the bytes that this freed.
async fn compact(context: &Context, store: &dyn Store) -> Result<u64, CommandError> {
    let before = store.usage().await?.database_bytes;
    let free = (context.space)(context.settings.home());
    let needed = before.saturating_mul(2).saturating_add(WRITE_FROM);
    if let Some(free) = free.filter(|free| *free < needed) {
        let (free, needed) = (disk::words(free), disk::words(needed));
        let message = format!(
            "rewriting the database takes {needed} meanwhile, and the disk has {free} left"
        );
        return Err(CommandError::new(ErrorKind::Unavailable, message)
            .hint("Free some space elsewhere, then run `/prune --compact` again; what was taken out stays taken out."));
    }
    store.compact().await?;
    Ok(before.saturating_sub(store.usage().await?.database_bytes))
}

fn words(days: u32) -> String {
    format!(
        "older than {days} days, not among the last {KEPT_EXECUTIONS} executions of a revision, not of an approved proposal"
    )
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let (words, tone) = match (self.pruned, self.count + self.boxes) {
            (true, _) => ("Taken out", Tone::Good),
            (false, 0) => ("Nothing can go", Tone::Plain),
            (false, _) => ("Would go (dry run)", Tone::Warn),
        };
        let mut fields = vec![
            ("Texts", Cell::from(self.count.to_string())),
            ("Size", Cell::from(disk::words(self.bytes))),
            ("Rule", Cell::from(self.rule.as_str())),
        ];
        if self.boxes > 0 {
            let size = disk::words(self.box_bytes);
            fields.push(("Kept boxes", Cell::from(format!("{} ({size})", self.boxes))));
        }
        if let Some(audit) = &self.audit {
            let record = format!("{} ({})", audit.seq, audit.hash);
            fields.push(("Record", Cell::toned(record, Tone::Dim)));
        }
        if let Some(freed) = self.freed_bytes {
            fields.push(("Given back", Cell::from(disk::words(freed))));
        }
        let page = Page::new().text(Cell::toned(words, tone)).fields(fields);
        if self.pruned || self.count + self.boxes == 0 {
            return page;
        }
        page.next(["/prune --yes  does it; the evidence keeps their digests"])
    }
}
