//! `/token`: makes, lists and revokes the tokens by which programs come in over HTTP.
//!
//! A token reaches as far as its scope and never to the owner's own commands. Its text is shown once, when it is made; the record
//! keeps its hash. What was done with a token stays on record under the name that it was given.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::audit::signers::is_principal;
use record::domain::act::{Act, ActKind};
use record::domain::change::{Change, Freshness, Receipt};
use record::domain::principal::{Authority, Person};
use record::domain::time::Timestamp;
use record::domain::token::{Token as Made, TokenScope};
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::contract::tokens::{self, Known};
use work::deciding::decided::ReceiptView;

/// Days that a token counts where nothing else is said.
const USUAL_DAYS: u32 = 90;
/// Most days that a token may count.
const MOST_DAYS: u32 = 3_650;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// Names that mean somebody else in the record.
const RESERVED_NAMES: [&str; 3] = ["owner", "saraphina", "system"];

/// `/token`
pub enum Token {}

/// What to do with the tokens.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Show them
    #[default]
    List,
    /// Make one for a program; its text is shown once
    Add,
    /// Turn its holder away from now on
    Revoke,
}

/// How far a token reaches, as an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Reach {
    Read,
    Propose,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// What to do
    #[arg(value_enum, default_value_t)]
    pub what: What,
    /// The name of the program to add, or the id or name of the token to revoke
    #[arg(value_name = "NAME|ID")]
    pub target: Option<String>,
    /// How far it reaches: read or propose
    #[arg(long, value_name = "WORD", value_parser = reach)]
    pub scope: Option<TokenScope>,
    /// Days that it counts, such as 90d (the default)
    #[arg(long, value_name = "DAYS")]
    pub expires: Option<String>,
}

fn reach(text: &str) -> Result<TokenScope, String> {
    Ok(match Reach::from_str(text, false).map_err(|_| "it is read or propose")? {
        Reach::Read => TokenScope::Read,
        Reach::Propose => TokenScope::Propose,
    })
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Every token so far, oldest first.
    pub tokens: Vec<View>,
    /// The text of the token that was made now; it is never shown again.
    pub token: Option<String>,
    /// The place of the change in the record; null where nothing was changed.
    pub audit: Option<ReceiptView>,
}

/// One token.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// Its id.
    pub id: String,
    /// The name of its program.
    pub name: String,
    /// How far it reaches.
    pub scope: TokenScope,
    /// When it was made.
    pub added_at: String,
    /// When it stops counting; null where it does not.
    pub expires_at: Option<String>,
    /// When it was revoked; null while it was not.
    pub revoked_at: Option<String>,
    /// Whether it counts now.
    pub counts: bool,
}

impl Command for Token {
    const SPEC: Spec = Spec {
        name: "token",
        aliases: &[],
        summary: "Make, list or revoke the tokens by which programs come in over HTTP",
        group: Group::Operate,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &[
            "/token add editor --scope propose",
            "/token add dashboard --scope read --expires 30d",
            "/token revoke editor",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        match args.what {
            What::List => answer(invocation, None, None).await,
            What::Add => add(invocation, &args).await,
            What::Revoke => revoke(invocation, &args).await,
        }
    }
}

async fn add(invocation: &Invocation, args: &Args) -> Result<Answer, CommandError> {
    let name = target(args, "the name of the program is missing")?;
    if !is_principal(name) {
        return Err(CommandError::usage(format!("{name:?} cannot name a program"))
            .hint("Use 1 to 64 letters, digits and . _ @ + -"));
    }
    check_free(invocation, name).await?;
    let scope = args.scope.ok_or_else(|| {
        CommandError::usage("how far the token reaches is missing")
            .hint("Give `--scope read`, or `--scope propose` where the program makes proposals.")
    })?;
    let now = invocation.now();
    let days = i64::from(days(args.expires.as_deref())?);
    let end = Timestamp::from_millis(now.millis().saturating_add(days.saturating_mul(DAY_MS)));
    let (made, text) = Made::make((name, scope), Some(end), &random(invocation));
    let act = Act { data: made.detail(), ..invocation.act(ActKind::OwnerTokenAdded) };
    let receipt = record(invocation, act).await?;
    if receipt.freshness == Freshness::Replayed {
        // The first answer went astray, and nobody can read the text from the record.
        return Err(CommandError::new(
            ErrorKind::State,
            "the token was made, but its text is lost",
        )
        .hint("See `/token`, revoke it and make another one."));
    }
    answer(invocation, Some(text), Some(receipt)).await
}

/// Refuses a name that stands for somebody else in the record.
async fn check_free(invocation: &Invocation, name: &str) -> Result<(), CommandError> {
    let person = Person::of(name);
    let signers = invocation.store()?.signers().await?;
    let owners = signers.0.iter().map(|signer| signer.principal.as_str());
    let mut taken = owners.chain([invocation.caller.who.id.as_str()]).chain(RESERVED_NAMES);
    if taken.any(|taken| Person::of(taken) == person) {
        return Err(CommandError::usage(format!("{name} is no name for a program"))
            .hint("Owners and saraphina itself go by it in the record; take another one."));
    }
    Ok(())
}

async fn revoke(invocation: &Invocation, args: &Args) -> Result<Answer, CommandError> {
    let wanted = target(args, "which token to revoke is missing")?;
    let now = invocation.now();
    let known = tokens::all(invocation).await?;
    let is_it = |one: &&Known| one.token.id == wanted || one.token.name == wanted;
    let mut found = known.iter().filter(is_it).filter(|one| one.counts_at(now));
    let (Some(one), None) = (found.next(), found.next()) else {
        let several = known.iter().filter(is_it).filter(|one| one.counts_at(now)).count() > 1;
        let (kind, message) = if several {
            (ErrorKind::Ambiguous, format!("several tokens are called {wanted}"))
        } else {
            (ErrorKind::NotFound, format!("no token that counts is called {wanted}"))
        };
        return Err(CommandError::new(kind, message).hint("See `/token` for their ids."));
    };
    let act = invocation
        .act(ActKind::OwnerTokenRevoked)
        .with("id", one.token.id.as_str())
        .with("name", one.token.name.as_str());
    let receipt = record(invocation, act).await?;
    answer(invocation, None, Some(receipt)).await
}

fn target<'a>(args: &'a Args, missing: &str) -> Result<&'a str, CommandError> {
    args.target.as_deref().ok_or_else(|| {
        CommandError::usage(missing).hint("Such as `/token add editor --scope propose`.")
    })
}

fn days(typed: Option<&str>) -> Result<u32, CommandError> {
    let Some(typed) = typed else { return Ok(USUAL_DAYS) };
    let days = typed.strip_suffix('d').unwrap_or(typed).parse();
    days.ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or_else(|| {
        CommandError::usage(format!("{typed:?} is no time that a token may count"))
            .hint(format!("Give 1d to {MOST_DAYS}d."))
    })
}

fn random(invocation: &Invocation) -> [u8; 36] {
    let mut bytes = [0; 36];
    for part in bytes.chunks_mut(16) {
        let drawn = (invocation.entropy)();
        part.iter_mut().zip(drawn).for_each(|(byte, drawn)| *byte = drawn);
    }
    bytes
}

async fn record(invocation: &Invocation, act: Act) -> Result<Receipt, CommandError> {
    let change = Change {
        act,
        consequences: Vec::new(),
        writes: Vec::new(),
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    };
    Ok(invocation.store()?.commit(change).await?)
}

async fn answer(
    invocation: &Invocation,
    token: Option<String>,
    receipt: Option<Receipt>,
) -> Result<Answer, CommandError> {
    let now = invocation.now();
    let view = |one: &Known| View {
        id: one.token.id.clone(),
        name: one.token.name.clone(),
        scope: one.token.scope,
        added_at: one.added_at.to_string(),
        expires_at: one.token.expires_at.map(|end| end.to_string()),
        revoked_at: one.revoked_at.map(|at| at.to_string()),
        counts: one.counts_at(now),
    };
    let audit = receipt.map(|receipt| ReceiptView { seq: receipt.seq, hash: receipt.hash.hex() });
    Ok(Answer { tokens: tokens::all(invocation).await?.iter().map(view).collect(), token, audit })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let page = match (&self.token, self.tokens.as_slice()) {
            (Some(token), _) => Page::new()
                .text(Cell::toned("This is the token. It is not shown again:", Tone::Warn))
                .block(Block::Document(format!("{token}\n"))),
            (None, []) => Page::new()
                .text("No program has a token.")
                .next(["/token add NAME --scope propose  makes one"]),
            (None, all) => {
                let head =
                    ["id", "name", "scope", "since", "until", "state"].map(str::to_owned).to_vec();
                let rows = all.iter().map(row).collect();
                Page::new().block(Block::Table { head, rows })
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

fn row(one: &View) -> Vec<Cell> {
    let state = match (&one.revoked_at, one.counts) {
        (Some(_), _) => Cell::toned("revoked", Tone::Dim),
        (None, true) => Cell::toned("counts", Tone::Good),
        (None, false) => Cell::toned("expired", Tone::Dim),
    };
    vec![
        Cell::from(one.id.as_str()),
        Cell::toned(one.name.as_str(), Tone::Strong),
        Cell::from(one.scope.to_string()),
        Cell::from(one.added_at.as_str()),
        Cell::from(one.revoked_at.as_deref().or(one.expires_at.as_deref()).unwrap_or("")),
        state,
    ]
}
