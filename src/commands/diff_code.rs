//! `/diff-code`: shows the difference between two revisions, weakened tests included.
//!
//! Without a range it compares the newest with the one that it was made from. Revision 0 stands for nothing at all, so that the first revision has a
//! difference too.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::principal::Authority;
use record::domain::weakening::Weakening;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::reporting::difference::{before, diff, weakened};

/// `/diff-code`
pub enum DiffCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// The revisions, such as 1..3; the newest and the one it was made from where absent
    #[arg(value_name = "A..B")]
    pub range: Option<String>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// The older revision; 0 is the empty one before the first.
    pub from: u32,
    /// The newer revision.
    pub to: u32,
    /// Their hashes; the first is null for the empty revision.
    pub content_hashes: (Option<String>, String),
    /// A unified diff over all files.
    pub diff: String,
    /// Signs that the tests were made weaker.
    pub weakenings: Vec<Weakening>,
}

impl Command for DiffCode {
    const SPEC: Spec = Spec {
        name: "diff-code",
        aliases: &[],
        summary: "Show what changed between two revisions, weakened tests included",
        group: Group::Inspect,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/diff-code @", "/diff-code 7c2e 1..3"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let (from, to) = if let Some(text) = &args.range {
            parse_range(text)?
        } else {
            let newest = lookup::revision(invocation, &proposal, None).await?;
            // A patch beside it that a healing kept is no older version of it.
            let before = before(invocation, &proposal, &newest).await?;
            (before.map_or(0, |before| before.number), proposal.head)
        };
        let older = match from {
            0 => None,
            number => Some(lookup::revision(invocation, &proposal, Some(number)).await?),
        };
        let newer = lookup::revision(invocation, &proposal, Some(to)).await?;
        Ok(Answer {
            proposal_id: proposal.id.to_string(),
            from,
            to,
            content_hashes: (
                older.as_ref().map(|older| older.content_hash.hex()),
                newer.content_hash.hex(),
            ),
            diff: diff(older.as_ref(), &newer),
            weakenings: older.map_or_else(Vec::new, |older| weakened(&older, &newer)),
        })
    }
}

fn parse_range(text: &str) -> Result<(u32, u32), CommandError> {
    let parse = || {
        let (from, to) = text.split_once("..")?;
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    parse().ok_or_else(|| {
        CommandError::usage(format!("{text:?} is not a range of revisions"))
            .hint("Write it as 1..3.")
    })
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let mut page =
            Page::new().title(format!("{} {}..{}", self.proposal_id, self.from, self.to));
        if self.diff.is_empty() {
            page = page.text("no difference");
        } else {
            page = page.block(Block::Diff(self.diff.clone()));
        }
        let line = |found: &Weakening| {
            Cell::toned(format!("{}: {}", found.code, found.message), Tone::Warn)
        };
        if !self.weakenings.is_empty() {
            page = page
                .text(Cell::toned("The tests may ask less than before:", Tone::Warn))
                .block(Block::List(self.weakenings.iter().map(line).collect()));
        }
        page
    }
}
