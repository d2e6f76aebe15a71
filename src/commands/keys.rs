//! `/keys`: shows, adds or removes the keys whose signatures count as the owner's.
//!
//! A change of keys is signed by a key that counts already; the very first one signs for itself. A removed key counts no
//! longer for new decisions, while what it signed before stays good, so keys are listed with the time they counted.

use std::path::PathBuf;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use record::audit::owner_key::OwnerKey;
use record::audit::signers::{Signer, Signers, is_principal};
use record::domain::act::ActKind;
use record::domain::assurance::Assurance;
use record::domain::change::{OwnerKeyRow, Write};
use record::domain::principal::{Authority, Person, Principal};
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::confirmation::{Confirmation, Wanted as Answered};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::contract::signature::Signing;
use work::deciding::decided::ReceiptView;
use work::deciding::expected::check_expected;
use work::deciding::guarded::{Carried, Guarded, Protection, more_owners};
use work::deciding::signing;

/// Longest file of a public key.
const MAX_KEY_BYTES: usize = 4_096;

/// `/keys`
pub enum Keys {}

/// What to do with the keys.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Show them
    #[default]
    List,
    /// Enrol a public key; a key that is enrolled has to sign for it
    Add,
    /// A key counts no longer; what it signed before stays good
    Remove,
}

/// How well a key is kept, as an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kept {
    Low,
    File,
    Agent,
    Hardware,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value_t)]
    pub what: What,
    /// File with the public key to add
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Name of the owner whose key it is
    #[arg(long, value_name = "NAME")]
    pub principal: Option<String>,
    /// How well the key is kept: low, file, agent or hardware
    #[arg(long, value_name = "WORD", value_parser = kept)]
    pub assurance: Option<Assurance>,
    /// Fingerprint of the key to remove, as `ssh-keygen -l` prints it
    #[arg(long, value_name = "SHA256:…")]
    pub fingerprint: Option<String>,
    /// Do not ask; needs --expect
    #[arg(long)]
    pub yes: bool,
    /// The digest of the change as the question shows it, at least its first 12 digits
    #[arg(long, value_name = "DIGEST")]
    pub expect: Option<String>,
    /// Go without the other owners that the quorum asks for; every later report shows the reason
    #[arg(long, value_name = "REASON")]
    pub emergency: Option<String>,
    /// The line of the public key, as read from the file
    #[arg(skip)]
    pub line: Option<String>,
    /// The owner's signature, as the answer to the first try asks for it
    #[arg(skip)]
    pub signing: Signing,
}

fn kept(text: &str) -> Result<Assurance, String> {
    Ok(match Kept::from_str(text, true).map_err(|_| "it is low, file, agent or hardware")? {
        Kept::Low => Assurance::Low,
        Kept::File => Assurance::File,
        Kept::Agent => Assurance::Agent,
        Kept::Hardware => Assurance::Hardware,
    })
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Every key so far, oldest first.
    pub keys: Vec<KeyView>,
    /// Owners who still have to run the same command; 0 where the change was made.
    #[serde(default)]
    pub missing: usize,
    /// What waits for more owners, and what was done without them.
    #[serde(default)]
    pub protection: Protection,
    /// The place of the change in the record; null where nothing was changed.
    pub audit: Option<ReceiptView>,
}

/// One key.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeyView {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Whose it is.
    pub principal: String,
    /// The public key.
    pub key: String,
    /// How well it is kept.
    pub assurance: Assurance,
    /// When it was enrolled.
    pub added_at: String,
    /// When it was removed; null while it counts.
    pub removed_at: Option<String>,
}

impl Command for Keys {
    const SPEC: Spec = Spec {
        name: "keys",
        aliases: &[],
        summary: "Show, add or remove the keys whose signatures count as the owner's",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &[
            "/keys",
            "/keys add --key id_ed25519.pub --principal alice --assurance agent",
            "/keys remove --fingerprint SHA256:q/iGWtJWK+xWHs59pSLwXI3b10+ySjytQmHJ0936cp8",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if let Some(path) = args.key.take() {
            let bytes = surroundings.read(&path, MAX_KEY_BYTES)?;
            args.line = Some(String::from_utf8_lossy(&bytes).trim().to_owned());
        }
        Ok(())
    }

    fn signing(args: &mut Args) -> Option<&mut Signing> {
        Some(&mut args.signing)
    }

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let store = invocation.store()?;
        let signers = store.signers().await?;
        let (wanted, write) = match args.what {
            What::List => return answer(invocation, None).await,
            What::Add => add(invocation, &signers, &args)?,
            What::Remove => remove(invocation, &signers, &args)?,
        };
        let Wanted { kind, data, who } = wanted;
        // Nobody can have been shown anything before there is an owner; the first key vouches for itself.
        let is_first = signers.0.is_empty();
        let reason = args.emergency.as_deref();
        let guarded = Guarded::of(invocation, (kind, data), (who, signers), reason).await?;
        if !is_first {
            check_answer(&args, &write, &guarded)?;
        }
        let carried = guarded.carry_out(invocation, write, &args.signing).await?;
        answer(invocation, Some(carried)).await
    }
}

/// Asks, unless the owner gave their word on exactly this change.
fn check_answer(args: &Args, write: &Write, guarded: &Guarded) -> Result<(), CommandError> {
    let digest = guarded.digest()?;
    check_expected(args.expect.as_deref(), "the change", &digest)?;
    if args.yes && args.expect.is_some() {
        return Ok(());
    }
    let page = Page::new().title("Change who can decide?");
    let page = match write {
        Write::AddOwnerKey(row) => page.fields([
            ("Add", Cell::from(row.fingerprint.as_str())),
            ("Owner", Cell::from(row.principal.as_str())),
            ("Kept", Cell::from(row.assurance.meaning())),
        ]),
        _ => page.fields([("Remove", Cell::from(args.fingerprint.as_deref().unwrap_or_default()))]),
    };
    let page = page.fields([("Digest", Cell::from(digest.hex()))]).lines(guarded.lines());
    let confirmation = Confirmation {
        question: format!("Change the keys exactly so, digest {}?", digest.short()),
        wanted: Answered::Yes,
        content_hash: digest,
        shown_digest: page.digest(),
        page,
    };
    Err(CommandError::new(ErrorKind::NeedsOwner, "a change of keys needs the owner's word")
        .hint(format!("Without a terminal, give `--yes --expect {}`.", digest.hex()))
        .asking(confirmation))
}

/// A change of keys, to be signed.
struct Wanted {
    kind: ActKind,
    data: Map<String, Value>,
    who: Principal,
}

fn add(
    invocation: &Invocation,
    signers: &Signers,
    args: &Args,
) -> Result<(Wanted, Write), CommandError> {
    let line = args.line.as_deref().ok_or_else(|| {
        CommandError::usage("a key to add is missing").hint("Give its public half: `--key FILE`.")
    })?;
    let key = OwnerKey::parse(line).map_err(|error| {
        CommandError::from_source(ErrorKind::Usage, &error)
            .hint("`ssh-keygen -t ed25519` makes a key that can sign decisions.")
    })?;
    let principal = args.principal.clone().unwrap_or_else(|| invocation.caller.who.id.clone());
    if !is_principal(&principal) {
        return Err(CommandError::usage(format!("{principal:?} cannot name an owner"))
            .hint("Use 1 to 64 letters, digits and . _ @ + -"));
    }
    let other = signers.live().map(|signer| &signer.principal);
    let other = other
        .filter(|name| **name != principal)
        .find(|name| Person::of(name) == Person::of(&principal));
    if let Some(name) = other {
        let message = format!("{principal} is {name}, spelled otherwise");
        return Err(CommandError::usage(message)
            .hint(format!("Give `--principal {name}` for another key of theirs.")));
    }
    let is_hardware = key.application().is_some();
    // A security key shows itself in its type; of any other the worst is assumed until its owner says more.
    let unsaid = if is_hardware { Assurance::Hardware } else { Assurance::Low };
    if args.assurance == Some(Assurance::Hardware) && !is_hardware {
        return Err(CommandError::usage("only a security key (sk-ssh-…, sk-ecdsa-…) is hardware")
            .hint("Say how this key is kept: low, file or agent."));
    }
    let assurance = if is_hardware { unsaid } else { args.assurance.unwrap_or(unsaid) };
    let fingerprint = key.fingerprint();
    let data = object(json!({
        "assurance": assurance,
        "fingerprint": fingerprint,
        "key": key.to_string(),
        "principal": principal,
    }));
    let who = match &args.signing.signed {
        // Nobody can vouch for the first key, so the one that signs is the one that is enrolled.
        Some(signed) if signers.0.is_empty() => {
            let by = signing::verified(signed)?.fingerprint();
            Principal { id: principal.clone(), key: Some(by), ..invocation.caller.who.clone() }
        }
        _ => signing::owner(invocation, signers, &args.signing)?,
    };
    let row = OwnerKeyRow { fingerprint, principal, key: key.to_string(), assurance };
    Ok((Wanted { kind: ActKind::OwnerKeyAdded, data, who }, Write::AddOwnerKey(row)))
}

fn remove(
    invocation: &Invocation,
    signers: &Signers,
    args: &Args,
) -> Result<(Wanted, Write), CommandError> {
    let fingerprint = args.fingerprint.clone().ok_or_else(|| {
        CommandError::usage("which key to remove is missing")
            .hint("Give `--fingerprint SHA256:…` as `/keys` shows it.")
    })?;
    let signer = signers.find(&fingerprint).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("no key that counts is {fingerprint}"))
            .hint("See `/keys`.")
    })?;
    let data = object(json!({"fingerprint": fingerprint, "principal": signer.principal}));
    let who = signing::owner(invocation, signers, &args.signing)?;
    let wanted = Wanted { kind: ActKind::OwnerKeyRemoved, data, who };
    Ok((wanted, Write::RemoveOwnerKey { fingerprint }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

async fn answer(context: &Context, carried: Option<Carried>) -> Result<Answer, CommandError> {
    let signers = context.store()?.signers().await?;
    let view = |signer: &Signer| KeyView {
        fingerprint: signer.key.fingerprint(),
        principal: signer.principal.clone(),
        key: signer.key.to_string(),
        assurance: signer.assurance,
        added_at: signer.added.at.to_string(),
        removed_at: signer.removed.map(|removed| removed.at.to_string()),
    };
    let missing = carried.as_ref().map_or(0, |carried| carried.missing);
    Ok(Answer {
        keys: signers.0.iter().map(view).collect(),
        missing,
        protection: Protection::of(context).await?,
        audit: carried.map(|carried| carried.receipt),
    })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        if self.keys.is_empty() {
            return Page::new()
                .text("No key is enrolled; the first decision enrols the key that signs it.");
        }
        let head = ["owner", "key", "assurance", "since", "until"].map(str::to_owned).to_vec();
        let row = |key: &KeyView| {
            let tone = if key.assurance == Assurance::Low { Tone::Warn } else { Tone::Plain };
            vec![
                Cell::from(key.principal.as_str()),
                Cell::from(key.fingerprint.as_str()),
                Cell::toned(key.assurance.word(), tone),
                Cell::from(key.added_at.as_str()),
                Cell::from(key.removed_at.as_deref().unwrap_or("")),
            ]
        };
        let rows = self.keys.iter().map(row).collect();
        let mut page = Page::new().block(Block::Table { head, rows });
        if self.missing > 0 {
            let words = format!("endorsed; {} to run the same", more_owners(self.missing));
            page = page.fields([("The change", Cell::toned(words, Tone::Warn))]);
        }
        let page = page.then(self.protection.page());
        match &self.audit {
            Some(audit) => page.fields([(
                "Record",
                Cell::toned(format!("{} ({})", audit.seq, audit.hash), Tone::Dim),
            )]),
            None => page,
        }
    }
}
