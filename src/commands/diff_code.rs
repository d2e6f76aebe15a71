//! `/diff-code`: the difference between two revisions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use crate::commands::answer::Outcome;
use crate::commands::command::{Access, Command, Group, Spec};
use crate::commands::context::{Context, Invocation};
use crate::commands::error::CommandError;
use crate::commands::lookup::{self, Newest};
use crate::commands::page::{Block, Cell, Page, Tone};
use record::domain::principal::Authority;
use record::domain::revision::Revision;
use record::domain::source::{Role, SourceFile, SourcePath};
use record::domain::weakening::Weakening;
use repair::weakening::weakenings;

/// `/diff-code`
pub enum DiffCode {}

/// What was typed.
#[derive(Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// The revisions, such as 1..3; the newest two where absent
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

    async fn run(
        context: &Context,
        invocation: &Invocation,
        args: Args,
    ) -> Result<Answer, CommandError> {
        let proposal = lookup::proposal(context, invocation, &args.id, Newest::OfHome).await?;
        let (from, to) = match &args.range {
            Some(text) => parse_range(text)?,
            None => (proposal.head.saturating_sub(1), proposal.head),
        };
        let older = match from {
            0 => None,
            number => Some(lookup::revision(context, &proposal, Some(number)).await?),
        };
        let newer = lookup::revision(context, &proposal, Some(to)).await?;
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
        CommandError::usage(format!("{text:?} is no range of revisions")).hint("Write it as 1..3.")
    })
}

/// A unified diff over all files of two revisions, by path.
pub fn diff(older: Option<&Revision>, newer: &Revision) -> String {
    let old_files = older.map_or(&[][..], |older| older.source.files());
    let new_files = newer.source.files();
    let mut paths: Vec<&SourcePath> =
        old_files.iter().chain(new_files).map(|file| &file.path).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| file_diff(path, old_files, new_files)).collect()
}

fn file_diff(path: &SourcePath, old_files: &[SourceFile], new_files: &[SourceFile]) -> String {
    let text =
        |files: &[SourceFile]| files.iter().find(|file| &file.path == path).map(SourceFile::text);
    let (old, new) = (text(old_files), text(new_files));
    if old == new {
        return String::new();
    }
    let name = |side: &str, text: &Option<String>| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (old_name, new_name) = (name("a", &old), name("b", &new));
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    TextDiff::from_lines(&old, &new).unified_diff().header(&old_name, &new_name).to_string()
}

/// Signs that the tests were made weaker between two revisions.
pub fn weakened(older: &Revision, newer: &Revision) -> Vec<Weakening> {
    let tests = |revision: &Revision| {
        let texts: Vec<String> =
            revision.source.of_role(Role::Test).map(SourceFile::text).collect();
        texts.join("\n")
    };
    weakenings(&tests(older), &tests(newer))
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
