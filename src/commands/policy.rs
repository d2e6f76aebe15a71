//! `/policy`: shows or changes who may approve, and on what evidence.
//!
//! A change is confirmed on a diff and signed, for it moves the bar of every later decision. Approvals that stood under the
//! old policy become void with it, so that a laxer moment cannot be used for later.

use std::path::PathBuf;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use similar::TextDiff;

use crate::auditing::anchoring;
use crate::contract::command::{Access, Command, Group, Spec, Surroundings};
use crate::contract::confirmation::{Confirmation, Wanted};
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::contract::outcome::Outcome;
use crate::contract::page::{Block, Cell, Page, Tone};
use crate::contract::signature::Signing;
use crate::deciding::decided::ReceiptView;
use crate::deciding::dismissal;
use crate::deciding::expected::check_expected;
use crate::deciding::owner_act::{self, OwnerAct};
use crate::deciding::signing;
use record::domain::act::ActKind;
use record::domain::change::{Change, Write};
use record::domain::digest::Digest;
use record::domain::policy::Policy;
use record::domain::principal::Authority;

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
    #[arg(long, requires = "expect")]
    pub yes: bool,
    /// The digest of the new policy, at least its first 12 digits
    #[arg(long, value_name = "DIGEST")]
    pub expect: Option<String>,
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
        check_answer(&args, &old, &new)?;
        change(invocation, &old, new, &args.signing).await
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
    Ok(Answer { policy: written(&policy)?, digest, changed_at, dismissed: 0, audit: None })
}

/// Asks, unless the owner gave their word on exactly this policy.
fn check_answer(args: &Args, old: &Policy, new: &Policy) -> Result<(), CommandError> {
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
        .text(Cell::toned("Every approval that counts becomes void.", Tone::Warn));
    let confirmation = Confirmation {
        question: "Change the policy to exactly this?".to_owned(),
        wanted: Wanted::Yes,
        content_hash: digest,
        shown_digest: page.digest(),
        page,
    };
    Err(CommandError::new(ErrorKind::NeedsOwner, "a change of policy needs the owner's word")
        .hint(format!("Without a terminal, give `--yes --expect {}`.", digest.hex()))
        .asking(confirmation))
}

async fn change(
    invocation: &Invocation,
    old: &Policy,
    new: Policy,
    signing: &Signing,
) -> Result<Answer, CommandError> {
    let store = invocation.store()?;
    let signers = store.signers().await?;
    let who = signing::owner(invocation, &signers, signing)?;
    let document = serde_json::to_value(&new)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    let data: Map<String, Value> = [
        ("before", Value::from(old.digest().to_string())),
        ("policy", document),
        ("policy_digest", Value::from(new.digest().to_string())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    let kind = ActKind::PolicyChanged;
    let wanted = OwnerAct { kind, data, signers: &signers, who, log: store };
    let act = owner_act::signed(invocation, wanted, signing).await?;
    anchoring::before_deciding(invocation).await?;
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: vec![Write::SetPolicy(Box::new(new))],
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    let receipt = store.commit(change).await?;
    // What a crash leaves here, the next start of an engine does.
    let dismissed = dismissal::sweep(invocation).await?;
    let audit = Some(ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() });
    Ok(Answer { dismissed, audit, ..shown(invocation).await? })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let since = self.changed_at.as_deref().unwrap_or("always, it is the built-in one");
        let mut fields = vec![
            ("Digest", Cell::toned(self.digest.as_str(), Tone::Dim)),
            ("In force since", Cell::from(since)),
        ];
        if let Some(audit) = &self.audit {
            fields.push(("Made void", Cell::from(format!("{} proposals", self.dismissed))));
            let record = format!("{} ({})", audit.seq, audit.hash);
            fields.push(("Record", Cell::toned(record, Tone::Dim)));
        }
        Page::new().fields(fields).block(Block::Document(self.policy.clone()))
    }
}
