//! `/restore`: puts a checked backup in the place of the database, on record.
//!
//! A restore takes the log back to an earlier state, which is what an attacker would want too. So it says first what is left
//! behind, here and at the anchors, wants the signature of a key where the backup knows any, and records the heads it leaves.
//! Where several owners have to agree, one alone restores in an emergency only, with a reason that stays visible.
//! It works below the engine's store, on the files themselves, and keeps the old database aside.

use std::path::PathBuf;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::store::error::StoreError;
use foundation::store::sqlite::restore::{Restoration, Restored};
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;
use record::audit::quorum::EMERGENCY_FIELD;
use record::domain::act::Act;
use record::domain::digest::Digest;
use record::domain::principal::Authority;
use record::domain::review::ReasonText;
use work::auditing::anchoring::{self, Anchored, Left};
use work::auditing::discarded;
use work::auditing::owner_quorum;
use work::auditing::rows::check::first_misfit;
use work::contract::acts;
use work::contract::blocking::beside;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::context::Context;
use work::contract::disk;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone, counted};
use work::contract::signature::Signing;
use work::deciding::decided::ReceiptView;
use work::deciding::expected::check_expected;
use work::deciding::guarded;
use work::deciding::owner_act::{self, OwnerAct};
use work::deciding::signing;

/// `/restore`
pub enum Restore {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Restore although several owners have to agree, for this reason; every later report shows it
    #[arg(long, value_name = "REASON")]
    pub emergency: Option<String>,
    /// Do not ask; needs --expect
    #[arg(long)]
    pub yes: bool,
    /// Go on only if the digest of the backup is this, at least its first 12 digits
    #[arg(long, value_name = "DIGEST")]
    pub expect: Option<String>,
    /// Digest of the page that was shown, by whoever asked
    #[arg(skip)]
    pub shown: Option<Digest>,
    /// The owner's signature, as the answer to the first try asks for it
    #[arg(skip)]
    pub signing: Signing,
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
    /// Records of the log that was left behind, in the home or by what anchors keep; null where none was known.
    pub left_behind: Option<u64>,
    /// Where the replaced database lies now; null where there was none.
    pub aside: Option<String>,
    /// Fingerprint of the key that signed the restore; null where the backup knows no key.
    pub key: Option<String>,
    /// What became of the new head at the anchors; null where the home has none.
    pub anchored: Option<Anchored>,
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

    fn signing(args: &mut Args) -> Option<&mut Signing> {
        Some(&mut args.signing)
    }

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
        args.shown = Some(confirmation.shown_digest);
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let reason = args.reason.as_deref().map(ReasonText::new).transpose()?;
        if !args.file.is_file() {
            let message = format!("there is no file {}", args.file.display());
            return Err(CommandError::new(ErrorKind::NotFound, message).hint("Check the path."));
        }
        invocation.stage("checking the backup");
        let restoration = prepared(invocation, args.file.clone()).await?;
        let left = left_behind(invocation, &restoration).await?;
        check_emergency(invocation, &restoration, args.emergency.as_deref()).await?;
        let discarded = discarded(invocation, &restoration);
        let page = shown_page(&restoration, &left, &discarded, args.emergency.as_deref());
        check_answer(&args, &restoration, page)?;
        let act = signed(invocation, &restoration, &args, &left, reason).await?;
        let (facts, present) = (restoration.facts().clone(), restoration.present().cloned());
        let (key, now) =
            (act.actor.key.clone().filter(|_| act.signature.is_some()), invocation.now());
        let restored = beside(move || Ok(restoration.finish(&act, now)?)).await?;
        tracing::warn!(audit.seq = restored.seq, "a backup took the place of the database");
        let Restored { seq, hash, aside } = restored;
        Ok(Answer {
            path: args.file.display().to_string(),
            digest: facts.digest.hex(),
            entries: facts.entries,
            left_behind: highest(present.as_ref(), &left),
            aside: aside.map(|path| path.display().to_string()),
            key,
            anchored: published(invocation).await,
            audit: ReceiptView { seq, hash: hash.hex() },
        })
    }
}

/// Refuses a restore by one owner alone where the backup, or the home as it is, wants several, unless it is an emergency.
async fn check_emergency(
    context: &Context,
    restoration: &Restoration,
    reason: Option<&str>,
) -> Result<(), CommandError> {
    let of_backup = owner_quorum::replay(&restoration.reader(&context.clock)?).await?.wanted();
    // The home may be what has to be restored: what cannot be read there wants nothing.
    let home = SqliteStore::open(context.settings.home(), Opening::ReadOnly, &context.clock);
    let of_home = match &home {
        Ok(home) => owner_quorum::replay(home).await.map_or(1, |quorum| quorum.wanted()),
        Err(_) => 1,
    };
    let wanted = of_backup.max(of_home);
    if reason.is_some() || wanted < 2 {
        return guarded::check_reason(reason, wanted);
    }
    let message = format!("{wanted} owners have to agree here, and nobody can endorse a restore");
    Err(CommandError::new(ErrorKind::NeedsOwner, message).hint(
        "Give `--emergency REASON`; the reason goes on record and every later report shows it.",
    ))
}

/// Asks the anchors what they keep beyond the backup; the record of the restore names it.
async fn left_behind(context: &Context, restoration: &Restoration) -> Result<Left, CommandError> {
    let log = restoration.reader(&context.clock)?;
    let key = VerifierKey::parse(&restoration.facts().vkey)
        .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
    anchoring::left_behind(context, &log, key).await
}

/// Gives the new head to the anchors; a failure is told and undoes nothing.
async fn published(context: &Context) -> Option<Anchored> {
    let store = SqliteStore::open(context.settings.home(), Opening::ReadOnly, &context.clock);
    match store {
        Ok(store) => anchoring::publish(context, &store).await.unwrap_or_else(|error| {
            Some(Anchored { failures: vec![error.chain()], ..Anchored::default() })
        }),
        Err(error) => {
            tracing::warn!(failure = %error, "the restored log cannot be read for the anchors");
            None
        }
    }
}

/// Builds the act of the restore; where the backup knows keys, one of them has to sign it.
async fn signed(
    invocation: &Invocation,
    restoration: &Restoration,
    args: &Args,
    left: &Left,
    reason: Option<ReasonText>,
) -> Result<Act, CommandError> {
    let log = restoration.reader(&invocation.clock)?;
    let signers = log.signers().await?;
    let reason = reason.as_ref().map(ReasonText::as_str);
    let (facts, present) = (restoration.facts(), restoration.present());
    let act = acts::log_restored(invocation, facts, present, &left.heads, reason)
        .with(EMERGENCY_FIELD, args.emergency.as_deref());
    if signers.live().next().is_none() {
        return Ok(act);
    }
    let who = signing::owner(invocation, &signers, &args.signing).map_err(|mut error| {
        error.hints =
            vec!["The backup knows other keys; set SARAPHINA_OWNER_KEY to one of them.".to_owned()];
        error
    })?;
    let wanted = OwnerAct { kind: act.kind, data: act.data, signers: &signers, who, log: &log };
    owner_act::signed(invocation, wanted, &args.signing).await
}

/// Prepares a backup and checks its pages, log and rows; nothing is replaced yet.
async fn prepared(invocation: &Invocation, file: PathBuf) -> Result<Restoration, CommandError> {
    let (home, now) = (invocation.settings.home().to_owned(), invocation.now());
    let (clock, cancel) = (Arc::clone(&invocation.clock), invocation.cancel.clone());
    beside(move || {
        let restoration = Restoration::prepare(&home, &file, now).map_err(refused)?;
        let store = restoration.reader(&clock)?;
        let key = VerifierKey::parse(&restoration.facts().vkey)
            .map_err(|error| CommandError::from_source(ErrorKind::Integrity, &error))?;
        match first_misfit(&store, &key, &cancel)? {
            None => Ok(restoration),
            Some(misfit) => Err(CommandError::new(ErrorKind::Integrity, misfit.problem)
                .hint("This backup was altered; nothing was replaced. Take another one.")),
        }
    })
    .await
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

/// Asks, unless the owner gave their word on exactly this backup.
fn check_answer(args: &Args, restoration: &Restoration, page: Page) -> Result<(), CommandError> {
    let digest = restoration.facts().digest;
    check_expected(args.expect.as_deref(), "the backup", &digest)
        .map_err(|error| error.hint("Look which file this is, then run `/restore` again."))?;
    if args.shown.is_some_and(|shown| shown != page.digest()) {
        let message = "the home changed after it was shown";
        return Err(CommandError::new(ErrorKind::State, message)
            .hint("Run `/restore` again to see what it is now."));
    }
    if args.yes && args.expect.is_some() {
        return Ok(());
    }
    let question =
        format!("Put this backup, digest {}, in the place of the database?", digest.short());
    Err(CommandError::new(ErrorKind::NeedsOwner, "a restore needs the owner's word")
        .hint(format!("Without a terminal, give `--yes --expect {}`.", digest.hex()))
        .asking(Confirmation {
            question,
            wanted: Wanted::Yes,
            content_hash: digest,
            shown_digest: page.digest(),
            page,
        }))
}

/// Finds the length of the longest history that is left behind, as far as anybody kept a head of it.
fn highest(present: Option<&Checkpoint>, left: &Left) -> Option<u64> {
    let anchored = left.heads.iter().map(|head| head.size);
    present.map(|head| head.size).into_iter().chain(anchored).max()
}

/// Says how many records of the longest history the backup does not hold.
fn lost(size: u64, entries: u64) -> String {
    match size.saturating_sub(entries) {
        0 => "no record that is known".to_owned(),
        count => format!("at least {}", counted(count, "record")),
    }
}

/// Counts the acts of the present log that the backup does not know; nothing where that log cannot be read.
fn discarded(context: &Context, restoration: &Restoration) -> Vec<String> {
    let home = SqliteStore::open(context.settings.home(), Opening::ReadOnly, &context.clock);
    let words = home.and_then(|home| discarded::words(&home, restoration.facts().entries));
    words.unwrap_or_default()
}

fn shown_page(
    restoration: &Restoration,
    left: &Left,
    discarded: &[String],
    emergency: Option<&str>,
) -> Page {
    let facts = restoration.facts();
    let size = highest(restoration.present(), left);
    let present = size.map_or_else(|| "none known".to_owned(), |size| counted(size, "record"));
    let page = Page::new().title("Restore a backup?").fields([
        ("Backup", Cell::from(format!("{}, all of them hold", counted(facts.entries, "record")))),
        ("Size", Cell::from(disk::words(facts.bytes))),
        ("Digest", Cell::toned(facts.digest.hex(), Tone::Dim)),
        ("Present log", Cell::from(present)),
        ("Left behind", Cell::toned(lost(size.unwrap_or(0), facts.entries), Tone::Warn)),
    ]);
    let page = if discarded.is_empty() {
        page
    } else {
        let words = format!("Takes back, as if it had never happened: {}.", discarded.join(", "));
        page.text(Cell::toned(words, Tone::Warn))
    };
    let page = match emergency.map(guarded::emergency_words) {
        Some(words) => page.text(Cell::toned(words, Tone::Warn)),
        None => page,
    };
    left.silent.iter().fold(page, |page, silent| {
        let words = format!("{silent}: what it keeps beyond the backup will look like a rollback.");
        page.text(Cell::toned(words, Tone::Warn))
    })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let mut fields = vec![
            ("Digest", Cell::toned(self.digest.as_str(), Tone::Dim)),
            ("Records", Cell::from(self.entries.to_string())),
            ("Record", Cell::toned(format!("{} ({})", self.audit.seq, self.audit.hash), Tone::Dim)),
        ];
        if let Some(size) = self.left_behind {
            fields.push(("Left behind", Cell::from(lost(size, self.entries))));
        }
        let signed = self.key.as_deref().map_or_else(
            || Cell::toned("UNSIGNED: the backup knows no key", Tone::Warn),
            |key| Cell::toned(key, Tone::Dim),
        );
        fields.push(("Signed by", signed));
        if let Some(anchored) =
            self.anchored.as_ref().filter(|anchored| !anchored.failures.is_empty())
        {
            let words = format!("not anchored: {}", anchored.failures.join("; "));
            fields.push(("Anchors", Cell::toned(words, Tone::Warn)));
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
