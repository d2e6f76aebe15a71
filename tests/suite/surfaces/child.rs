//! A session with commands made for tests, run by other tests under a terminal.

use record::domain::digest::Digest;
use record::domain::principal::Authority;
use saraphina::app;
use saraphina::surfaces::cli;
use saraphina::surfaces::terminal::Terminal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use work::contract::command::{Access, Command, Entry, Group, Spec};
use work::contract::confirmation::{Confirmation, Wanted};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::Event;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page};

static ENTRIES: &[Entry] = &[
    Entry::of::<Approve>(),
    Entry::of::<Despite>(),
    Entry::of::<Slow>(),
    Entry::of::<Gate>(),
    Entry::of::<Tall>(),
    Entry::of::<Long>(),
    Entry::of::<List>(),
];

#[test]
#[ignore = "it is a session at a terminal, which other tests start"]
fn session() {
    cli::run(&[], &mut Terminal::of_process(), ENTRIES, app::compose);
}

#[test]
#[ignore = "it is a shell command at a terminal, which other tests start"]
fn approve() {
    let exit = cli::run(
        &["approve".into(), "--json".into()],
        &mut Terminal::of_process(),
        ENTRIES,
        app::compose,
    );
    assert_eq!(exit.code(), 0);
}

const fn spec(name: &'static str) -> Spec {
    Spec {
        name,
        aliases: &[],
        summary: "Made for a test",
        group: Group::Operate,
        authority: Authority::Read,
        access: Access::None,
        free_text: None,
        examples: &[],
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Told {
    text: String,
    proposals: Vec<Listed>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Listed {
    proposal_id: String,
}

impl Outcome for Told {
    fn page(&self) -> Page {
        Page::new().block(Block::Text(Cell::from(self.text.clone())))
    }
}

fn told(text: impl Into<String>) -> Told {
    Told { text: text.into(), proposals: Vec::new() }
}

#[derive(Clone, clap::Args, Serialize, Deserialize, JsonSchema)]
struct Args {
    #[arg(value_name = "ID")]
    id: Option<String>,
    #[arg(long)]
    limit: Option<u32>,
    #[arg(long)]
    yes: bool,
    #[arg(skip)]
    #[serde(default)]
    expect: Option<String>,
    #[arg(skip)]
    #[serde(default)]
    shown: Option<String>,
}

fn ask(args: &Args, wanted: Wanted) -> Result<Told, CommandError> {
    let page = Page::new().text("what is \u{1b}[2Jshown");
    let hash = Digest::of(b"code");
    if args.yes {
        let is_bound = args.expect == Some(hash.hex()) && args.shown.is_some();
        return Ok(told(if is_bound { "approved as shown" } else { "unbound" }));
    }
    let confirmation = Confirmation {
        question: "Approve it?".to_owned(),
        wanted,
        content_hash: hash,
        shown_digest: page.digest(),
        page,
    };
    Err(CommandError::new(ErrorKind::NeedsOwner, "nobody to ask").asking(confirmation))
}

enum Approve {}

impl Command for Approve {
    const SPEC: Spec = Spec { authority: Authority::Own, ..spec("approve") };
    type Args = Args;
    type Outcome = Told;

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
        args.shown = Some(confirmation.shown_digest.to_string());
    }

    async fn run(_: &Invocation, args: Args) -> Result<Told, CommandError> {
        if !args.yes {
            pass_the_gate().await;
        }
        ask(&args, Wanted::Yes)
    }
}

/// Waits until the test opens the gate, where it put one into the folder.
async fn pass_the_gate() {
    tokio::task::spawn_blocking(|| std::fs::read("gate").ok()).await.unwrap();
}

enum Gate {}

impl Command for Gate {
    const SPEC: Spec = spec("gate");
    type Args = Args;
    type Outcome = Told;

    async fn run(_: &Invocation, _: Args) -> Result<Told, CommandError> {
        pass_the_gate().await;
        Ok(told("the gate is open"))
    }
}

enum Tall {}

impl Command for Tall {
    const SPEC: Spec = Spec { authority: Authority::Own, ..spec("tall") };
    type Args = Args;
    type Outcome = Told;

    fn confirm(args: &mut Args, _: &Confirmation) {
        args.yes = true;
    }

    async fn run(_: &Invocation, args: Args) -> Result<Told, CommandError> {
        if args.yes {
            return Ok(told("approved as shown"));
        }
        let page = Page::new().text(rows());
        let confirmation = Confirmation {
            question: "Approve all of it?".to_owned(),
            wanted: Wanted::Yes,
            content_hash: Digest::of(b"code"),
            shown_digest: page.digest(),
            page,
        };
        Err(CommandError::new(ErrorKind::NeedsOwner, "nobody to ask").asking(confirmation))
    }
}

fn rows() -> String {
    (0..100).map(|number| format!("row {number}")).collect::<Vec<_>>().join("\n")
}

enum Despite {}

impl Command for Despite {
    const SPEC: Spec = Spec { authority: Authority::Own, ..spec("despite") };
    type Args = Args;
    type Outcome = Told;

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
        args.shown = Some(confirmation.shown_digest.to_string());
    }

    async fn run(_: &Invocation, args: Args) -> Result<Told, CommandError> {
        ask(&args, Wanted::Digits("7c2e91aa".to_owned()))
    }
}

enum Slow {}

impl Command for Slow {
    const SPEC: Spec = spec("slow");
    type Args = Args;
    type Outcome = Told;

    async fn run(invocation: &Invocation, _: Args) -> Result<Told, CommandError> {
        (invocation.events)(Event::Provisional("looks \u{1b}[2Jgood".to_owned()));
        invocation.stage("waiting for ever");
        invocation.cancel.cancelled().await;
        Err(CommandError::new(ErrorKind::Interrupted, "interrupted as it should be"))
    }
}

enum Long {}

impl Command for Long {
    const SPEC: Spec = spec("long");
    type Args = Args;
    type Outcome = Told;

    async fn run(_: &Invocation, _: Args) -> Result<Told, CommandError> {
        Ok(told(rows()))
    }
}

enum List {}

impl Command for List {
    const SPEC: Spec = spec("list-proposals");
    type Args = Args;
    type Outcome = Told;

    async fn run(_: &Invocation, _: Args) -> Result<Told, CommandError> {
        let id = "proposal_7c2e91aa0b1d".to_owned();
        Ok(Told { text: "one".to_owned(), proposals: vec![Listed { proposal_id: id }] })
    }
}
