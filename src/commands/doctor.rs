//! `/doctor`: health of every part.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::answer::Outcome;
use crate::commands::command::{Access, Command, Group, Spec};
use crate::commands::context::{Context, Invocation};
use crate::commands::disk::{self, Usage};
use crate::commands::error::{CommandError, Exit};
use crate::commands::page::{Block, Cell, Page, Tone};
use crate::commands::{health, walls};
use crate::domain::principal::Authority;

/// `/doctor`
pub enum Doctor {}

/// What was typed.
#[derive(Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// Show the disk use of each folder too
    #[arg(long)]
    pub usage: bool,
    /// Look at the sandbox only
    #[arg(long)]
    pub sandbox: bool,
}

/// How a part is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Good,
    /// Something could be better.
    Warn,
    /// A needed part is not there.
    Missing,
    /// The record or the database is not what it should be.
    Broken,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// The part.
    pub part: String,
    /// How it is.
    pub health: Health,
    /// What was found, in words.
    pub found: String,
    /// What to do; empty where nothing is.
    pub remedy: String,
    /// Details by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl Part {
    /// A part with what was found.
    pub fn new(part: &str, health: Health, found: impl Into<String>) -> Self {
        Self {
            part: part.to_owned(),
            health,
            found: found.into(),
            remedy: String::new(),
            details: BTreeMap::new(),
        }
    }

    /// The same part with what to do.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: remedy.into(), ..self }
    }

    /// The same part with details.
    #[must_use]
    pub fn details(self, details: BTreeMap<String, String>) -> Self {
        Self { details, ..self }
    }
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Every part.
    pub parts: Vec<Part>,
    /// Disk use by folder, largest first; empty without `--usage`.
    pub usage: Vec<Usage>,
}

impl Command for Doctor {
    const SPEC: Spec = Spec {
        name: "doctor",
        aliases: &[],
        summary: "Check every part and say what to do about it",
        group: Group::Operate,
        authority: Authority::Read,
        access: Access::Attempt,
        free_text: None,
        examples: &["/doctor", "/doctor --usage", "/doctor --sandbox"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(context: &Context, _: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let mut parts = Vec::new();
        if !args.sandbox {
            parts.push(health::home(context));
            parts.push(health::database(context).await);
            parts.push(health::log(context).await);
            parts.push(health::writer(context));
            parts.push(health::toolchain(context));
        }
        parts.extend(walls::sandbox(context).await);
        if !args.sandbox {
            parts.push(health::providers(context));
            parts.push(health::settings(context));
        }
        let usage = if args.usage { disk::usage(context.settings.home()) } else { Vec::new() };
        Ok(Answer { parts, usage })
    }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let row = |part: &Part| {
            let (word, tone) = match part.health {
                Health::Good => ("good", Tone::Good),
                Health::Warn => ("look", Tone::Warn),
                Health::Missing => ("missing", Tone::Bad),
                Health::Broken => ("BROKEN", Tone::Bad),
            };
            vec![
                Cell::from(part.part.as_str()),
                Cell::toned(word, tone),
                Cell::from(part.found.as_str()),
            ]
        };
        let head = ["part", "health", "found"].map(str::to_owned).to_vec();
        let mut page =
            Page::new().block(Block::Table { head, rows: self.parts.iter().map(row).collect() });
        for part in &self.parts {
            let details =
                part.details.iter().map(|(name, value)| (name.as_str(), value.as_str().into()));
            if !part.details.is_empty() {
                page = page.title(part.part.as_str()).fields(details);
            }
        }
        if !self.usage.is_empty() {
            let rows = self.usage.iter().map(|usage| {
                vec![Cell::from(usage.name.as_str()), Cell::from(disk::words(usage.bytes))]
            });
            let head = ["in the home", "size"].map(str::to_owned).to_vec();
            page = page.block(Block::Table { head, rows: rows.collect() });
        }
        let remedies = self.parts.iter().filter(|part| !part.remedy.is_empty());
        page.next(remedies.map(|part| format!("{}: {}", part.part, part.remedy)))
    }

    fn exit(&self) -> Exit {
        match self.parts.iter().map(|part| part.health).max() {
            Some(Health::Broken) => Exit::Integrity,
            Some(Health::Missing) => Exit::Unavailable,
            Some(Health::Warn | Health::Good) | None => Exit::Done,
        }
    }
}
