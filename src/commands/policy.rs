//! `/policy`: shows or changes who may approve, and on what evidence.
//!
//! A change is confirmed on a diff and signed, for it moves the bar of every later decision; under a quorum the other owners run
//! the same command. Approvals that stood under the old policy become void with it, so that a laxer moment cannot be used for later.

use std::path::PathBuf;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use similar::TextDiff;

use record::domain::act::ActKind;
use record::domain::change::Write;
use record::domain::digest::Digest;
use record::domain::policy::Policy;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::contract::signature::Signing;
use work::deciding::decided::ReceiptView;
use work::deciding::dismissal;
use work::deciding::expected::check_expected;
use work::deciding::guarded::{Carried, Guarded, Protection, more_owners};
use work::deciding::signing;

/// Longest file of a policy; as a record it has to fit beside its statement.
const MAX_POLICY_BYTES: usize = 8_192;

/// `/policy`
pub enum PolicyCommand {}

/// What to do with the policy.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Show the one that counts
    #[default]
    Show,
    /// Set another one from a file
    Set,
    /// Go back to the built-in one
    Reset,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value_t)]
    pub what: What,
    /// File with the new policy, TOML as `/policy` shows it
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Do not ask; needs --expect
    #[arg(long)]
    pub yes: bool,
    /// The digest of the new policy, at least its first 12 digits
    #[arg(long, value_name = "DIGEST")]
    pub expect: Option<String>,
    /// Go without the other owners that the quorum asks for; every later report shows the reason
    #[arg(long, value_name = "REASON")]
    pub emergency: Option<String>,
    /// The text of the file
    #[arg(skip)]
    pub text: Option<String>,
    /// Digest of the text that was shown, as the question gave it
    #[arg(skip)]
    pub shown: Option<Digest>,
    /// The owner's signature, as the answer to the first try asks for it
    #[arg(skip)]
    pub signing: Signing,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The policy that counts, as TOML.
    pub policy: String,
    /// Its digest.
    pub digest: String,
    /// When it was set; null for the built-in one.
    pub changed_at: Option<String>,
    /// Proposals whose approvals the change made void.
    pub dismissed: usize,
    /// Owners who still have to run the same command; 0 where the change was made.
    #[serde(default)]
    pub missing: usize,
    /// What waits for more owners, and what was done without them.
    #[serde(default)]
    pub protection: Protection,
    /// The place of the change in the record; null where nothing was changed.
    pub audit: Option<ReceiptView>,
}

impl Command for PolicyCommand {
    const SPEC: Spec = Spec {
        name: "policy",
        aliases: &[],
        summary: "Show the policy, or change it: a change makes standing approvals void",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &["/policy", "/policy set policy.toml", "/policy reset"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if let Some(path) = args.file.take() {
            let bytes = surroundings.read(&path, MAX_POLICY_BYTES)?;
            let text = String::from_utf8(bytes)
                .map_err(|_| CommandError::usage("the policy is not UTF-8 text"))?;
            args.text = Some(text);
        }
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
        let old = invocation.policy().await?;
        let new = match args.what {
            What::Show => return shown(invocation).await,
            What::Set => parsed(args.text.as_deref())?,
            What::Reset => invocation.default_policy.clone(),
        };
        // Nothing changes, so nothing is asked, recorded or made void.
        if new == old {
            return shown(invocation).await;
        }
        let guarded = guarded(invocation, &args, &old, &new).await?;
        check_answer(&args, (&old, &new), &guarded)?;
        change(invocation, guarded, new, &args.signing).await
    }
}

fn parsed(text: Option<&str>) -> Result<Policy, CommandError> {
    let text = text.ok_or_else(|| {
        CommandError::usage("the file with the new policy is missing")
            .hint("Write one from what `/policy` shows, then `/policy set FILE`.")
    })?;
    let policy: Policy = toml::from_str(text).map_err(|error| {
        CommandError::usage(format!("the policy cannot be read: {}", error.message()))
            .hint("`/policy` shows one that can.")
    })?;
    policy.approval.check().map_err(|error| CommandError::usage(error.to_string()))?;
    if let Some(change) = &policy.change {
        change.check().map_err(|error| CommandError::usage(error.to_string()))?;
    }
    Ok(policy)
}

fn written(policy: &Policy) -> Result<String, CommandError> {
    toml::to_string(policy).map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}

async fn shown(context: &Context) -> Result<Answer, CommandError> {
    let set = context.store()?.policy().await?;
    let changed_at = set.as_ref().map(|set| set.changed_at.to_string());
    let policy = set.map_or_else(|| context.default_policy.clone(), |set| set.policy);
    let digest = policy.digest().hex();
    let (policy, protection) = (written(&policy)?, Protection::of(context).await?);
    let (dismissed, missing, audit) = (0, 0, None);
    Ok(Answer { policy, digest, changed_at, dismissed, missing, protection, audit })
}

/// Asks, unless the owner gave their word on exactly this policy.
fn check_answer(
    args: &Args,
    (old, new): (&Policy, &Policy),
    guarded: &Guarded,
) -> Result<(), CommandError> {
    let digest = new.digest();
    check_expected(args.expect.as_deref(), "the new policy", &digest)?;
    if args.yes && args.expect.is_some() {
        return Ok(());
    }
    let (before, after) = (written(old)?, written(new)?);
    let diff =
        TextDiff::from_lines(&before, &after).unified_diff().header("now", "then").to_string();
    let page = Page::new()
        .title("Change the policy?")
        .fields([("Digest", Cell::from(digest.hex()))])
        .block(Block::Diff(diff))
        .text(Cell::toned("Every approval that counts becomes void.", Tone::Warn))
        .lines(guarded.lines().into_iter().chain(guarded.lacking(new.approval.quorum)).collect());
    let confirmation = Confirmation {
        question: format!("Change the policy to exactly this, digest {}?", digest.short()),
        wanted: Wanted::Yes,
        content_hash: digest,
        shown_digest: page.digest(),
        page,
    };
    Err(CommandError::new(ErrorKind::NeedsOwner, "a change of policy needs the owner's word")
        .hint(format!("Without a terminal, give `--yes --expect {}`.", digest.hex()))
        .asking(confirmation))
}

/// Gathers what the record will hold of the change, and what the quorum in force says to it.
async fn guarded(
    invocation: &Invocation,
    args: &Args,
    old: &Policy,
    new: &Policy,
) -> Result<Guarded, CommandError> {
    let signers = invocation.store()?.signers().await?;
    let who = signing::owner(invocation, &signers, &args.signing)?;
    let document = serde_json::to_value(new)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    let data: Map<String, Value> = [
        ("before", Value::from(old.digest().to_string())),
        ("policy", document),
        ("policy_digest", Value::from(new.digest().to_string())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    let change = (ActKind::PolicyChanged, data);
    Guarded::of(invocation, change, (who, signers), args.emergency.as_deref()).await
}

async fn change(
    invocation: &Invocation,
    guarded: Guarded,
    new: Policy,
    signing: &Signing,
) -> Result<Answer, CommandError> {
    let write = Write::SetPolicy(Box::new(new));
    let Carried { receipt, missing } = guarded.carry_out(invocation, write, signing).await?;
    // What a crash leaves here, the next start of an engine does.
    let dismissed = if missing == 0 { dismissal::sweep(invocation).await? } else { 0 };
    Ok(Answer { dismissed, missing, audit: Some(receipt), ..shown(invocation).await? })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let since = self.changed_at.as_deref().unwrap_or("always, it is the built-in one");
        let Some(audit) = &self.audit else {
            // What is shown can be kept as a file and set again: the rest of it is remarks.
            let remarks = format!("# Digest: {}\n# In force since: {since}\n", self.digest);
            let page = Page::new().block(Block::Document(format!("{remarks}\n{}", self.policy)));
            return self.protection.words().fold(page, |page, line| {
                page.block(Block::Document(format!("# {}", line.replace('\n', " "))))
            });
        };
        let mut fields = vec![
            ("Digest in force", Cell::toned(self.digest.as_str(), Tone::Dim)),
            ("In force since", Cell::from(since)),
        ];
        if self.missing > 0 {
            let words = format!("endorsed; {} to run the same", more_owners(self.missing));
            fields.push(("The change", Cell::toned(words, Tone::Warn)));
        }
        fields.push(("Made void", Cell::from(counted(self.dismissed, "proposal"))));
        let record = format!("{} ({})", audit.seq, audit.hash);
        fields.push(("Record", Cell::toned(record, Tone::Dim)));
        let page = Page::new().fields(fields).block(Block::Document(self.policy.clone()));
        page.then(self.protection.page())
    }
}
