//! Commands that need no store, for tests of the surfaces.
//!
//! They have the shapes that surfaces must handle: free text, repeated flags, a confirmation, a default. Each answers with
//! its own arguments, so that a test sees what arrived.

use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::digest::Digest;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Entry, Group, Spec};
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::Page;

/// A few commands in the shape of the real ones.
pub(crate) static FAKES: &[Entry] =
    &[Entry::of::<Propose>(), Entry::of::<Approve>(), Entry::of::<Reject>(), Entry::of::<List>()];

/// The answer of every fake: its own arguments.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Echo(serde_json::Value);

impl Outcome for Echo {
    fn page(&self) -> Page {
        Page::new().text(self.0.to_string())
    }

    fn exit(&self) -> Exit {
        if self.0["reason"] == "no" { Exit::Negative } else { Exit::Done }
    }
}

const fn spec(name: &'static str, summary: &'static str, free_text: Option<&'static str>) -> Spec {
    Spec {
        name,
        aliases: &[],
        summary,
        group: Group::Propose,
        authority: Authority::Read,
        access: Access::None,
        free_text,
        examples: &[],
    }
}

fn echo<T: Serialize>(args: &T) -> Result<Echo, CommandError> {
    serde_json::to_value(args).map(Echo).map_err(|error| CommandError::usage(error.to_string()))
}

pub(crate) enum Propose {}

#[derive(Clone, Copy, Debug, Default, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tongue {
    #[default]
    Python,
    Rust,
}

#[derive(Clone, Args, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ProposeArgs {
    #[arg(long, value_enum, default_value_t)]
    language: Tongue,
    #[arg(long)]
    constraint: Vec<String>,
    #[arg(long)]
    context: Vec<String>,
    #[arg(long)]
    heal: bool,
    #[arg(required = true)]
    request: String,
}

impl Command for Propose {
    const SPEC: Spec = spec("propose-code", "Generate code and tests", Some("request"));
    type Args = ProposeArgs;
    type Outcome = Echo;

    async fn run(_: &Invocation, args: ProposeArgs) -> Result<Echo, CommandError> {
        echo(&args)
    }
}

pub(crate) enum Approve {}

#[derive(Clone, Args, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ApproveArgs {
    id: String,
    #[arg(long)]
    yes: bool,
    #[arg(long)]
    expect: Option<String>,
    #[arg(skip)]
    #[serde(default)]
    shown: Option<String>,
}

impl Command for Approve {
    const SPEC: Spec = spec("approve-code", "Approve the exact content shown", None);
    type Args = ApproveArgs;
    type Outcome = Echo;

    fn confirm(args: &mut ApproveArgs, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
        args.shown = Some(confirmation.shown_digest.to_string());
    }

    async fn run(_: &Invocation, args: ApproveArgs) -> Result<Echo, CommandError> {
        if args.yes {
            return echo(&args);
        }
        let page = Page::new().text("two tests passed");
        let confirmation = Confirmation {
            question: "Approve?".to_owned(),
            wanted: Wanted::Yes,
            content_hash: Digest::of(b"code"),
            shown_digest: page.digest(),
            page,
        };
        let error = CommandError::new(ErrorKind::NeedsOwner, "the owner must confirm");
        Err(error.hint("Give --yes and --expect.").asking(confirmation))
    }
}

pub(crate) enum Reject {}

#[derive(Clone, Args, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RejectArgs {
    id: String,
    #[arg(required = true)]
    reason: String,
}

impl Command for Reject {
    const SPEC: Spec = spec("reject-code", "Reject a proposal for a reason", Some("reason"));
    type Args = RejectArgs;
    type Outcome = Echo;

    async fn run(_: &Invocation, args: RejectArgs) -> Result<Echo, CommandError> {
        echo(&args)
    }
}

pub(crate) enum List {}

#[derive(Clone, Args, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ListArgs {
    #[arg(long, default_value_t = 20)]
    limit: u32,
}

impl Command for List {
    const SPEC: Spec = spec("list-proposals", "List proposals, newest first", None);
    type Args = ListArgs;
    type Outcome = Echo;

    async fn run(_: &Invocation, args: ListArgs) -> Result<Echo, CommandError> {
        echo(&args)
    }
}
