//! `/doctor`: checks every part and says what to do about it.
//!
//! The room `examination` looks; this file chooses what is looked at and makes an exit code of it. The samples are run by
//! default, because a sandbox that says it holds and one that was seen to hold are not the same.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::examination::clock;
use crate::commands::examination::home;
use crate::commands::examination::notifications;
use crate::commands::examination::part::{Health, Part};
use crate::commands::examination::sample::{Check, Proof};
use crate::commands::examination::samples;
use crate::commands::examination::walls;
use record::domain::principal::Authority;
use work::contract::catalogue::Catalogue;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::disk::{self, Usage};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};

/// `/doctor`; knows the commands through a [`Catalogue`], because their names outdo aliases.
pub struct Doctor<C>(PhantomData<C>);

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Args {
    /// Show the disk use of each folder too
    #[arg(long)]
    pub usage: bool,
    /// Look at the sandbox only: its layers and the samples
    #[arg(long)]
    pub sandbox: bool,
    /// Run the samples only: suites that are known to be good, bad, forging or escaping
    #[arg(long, conflicts_with_all = ["quick", "sandbox", "usage"])]
    pub samples: bool,
    /// Leave the samples out
    #[arg(long)]
    pub quick: bool,
    /// Count all sums again, and hold every row against the record; takes long in a large home
    #[arg(long, conflicts_with_all = ["sandbox", "samples"])]
    pub deep: bool,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Every part; empty with `--samples`.
    pub parts: Vec<Part>,
    /// What became of the samples; empty with `--quick`.
    #[serde(default)]
    pub samples: Vec<Check>,
    /// Disk use by folder, largest first; empty without `--usage`.
    pub usage: Vec<Usage>,
}

impl<C: Catalogue> Command for Doctor<C> {
    const SPEC: Spec = Spec {
        name: "doctor",
        aliases: &[],
        summary: "Check every part and say what to do about it",
        group: Group::Operate,
        authority: Authority::Read,
        access: Access::Attempt,
        free_text: None,
        examples: &[
            "/doctor",
            "/doctor --quick",
            "/doctor --samples",
            "/doctor --usage",
            "/doctor --deep",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let mut parts =
            if args.samples { Vec::new() } else { parts::<C>(invocation, args.sandbox).await };
        if args.deep {
            parts.extend([home::sums(invocation).await, home::rows(invocation).await]);
        }
        let samples = if args.quick { Vec::new() } else { samples::run(invocation).await };
        let usage = if args.usage { disk::usage(invocation.settings.home()) } else { Vec::new() };
        // What was not looked at any more is no finding.
        if invocation.cancel.is_cancelled() {
            return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
        }
        Ok(Answer { parts, samples, usage })
    }
}

async fn parts<C: Catalogue>(context: &Context, is_sandbox_only: bool) -> Vec<Part> {
    let walls = walls::sandbox(context).await;
    if is_sandbox_only {
        return walls;
    }
    let mut parts = vec![
        home::home(context),
        home::database(context).await,
        home::log(context).await,
        home::writer(context),
        home::applications(context).await,
        home::toolchain(context),
    ];
    parts.extend(clock::clock(context).await);
    parts.extend(walls);
    parts.push(home::providers(context));
    parts.push(home::settings(context, C::entries()));
    parts.push(notifications::notifications(context).await);
    parts
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let row = |part: &Part| {
            let (word, tone) = match part.health {
                Health::Good => ("good", Tone::Good),
                Health::Warn => ("check", Tone::Warn),
                Health::Missing => ("missing", Tone::Bad),
                Health::Broken => ("BROKEN", Tone::Bad),
            };
            vec![
                Cell::from(part.part.as_str()),
                Cell::toned(word, tone),
                Cell::from(part.found.as_str()),
            ]
        };
        let mut page = Page::new();
        if !self.parts.is_empty() {
            let head = ["part", "health", "found"].map(str::to_owned).to_vec();
            page = page.block(Block::Table { head, rows: self.parts.iter().map(row).collect() });
        }
        for part in &self.parts {
            let details =
                part.details.iter().map(|(name, value)| (name.as_str(), value.as_str().into()));
            if !part.details.is_empty() {
                page = page.title(part.part.as_str()).fields(details);
            }
        }
        if !self.samples.is_empty() {
            page = page.title("samples").block(samples_table(&self.samples));
        }
        if !self.usage.is_empty() {
            let rows = self.usage.iter().map(|usage| {
                vec![Cell::from(usage.name.as_str()), Cell::from(disk::words(usage.bytes))]
            });
            let head = ["in the home", "size"].map(str::to_owned).to_vec();
            page = page.block(Block::Table { head, rows: rows.collect() });
        }
        let remedies = self.parts.iter().filter(|part| !part.remedy.is_empty());
        let remedies = remedies.map(|part| format!("{}: {}", part.part, part.remedy));
        page.next(remedies.chain(sample_remedies(&self.samples)))
    }

    fn exit(&self) -> Exit {
        let has = |proof: Proof| self.samples.iter().any(|check| check.proof == proof);
        // Who asked for nothing but the samples gets no answer where none could be run.
        let is_unanswered = self.parts.is_empty() && has(Proof::NotEstablished);
        match self.parts.iter().map(|part| part.health).max() {
            Some(Health::Broken) => Exit::Integrity,
            _ if has(Proof::Failed) || is_unanswered => Exit::Unavailable,
            Some(Health::Missing) => Exit::Unavailable,
            Some(Health::Warn | Health::Good) | None => Exit::Done,
        }
    }
}

fn samples_table(samples: &[Check]) -> Block {
    let row = |check: &Check| {
        let (word, tone) = match check.proof {
            Proof::Held => ("ok", Tone::Good),
            Proof::Failed => ("FAILED", Tone::Bad),
            Proof::NotEstablished => ("not established", Tone::Warn),
        };
        vec![
            Cell::from(check.sample.as_str()),
            Cell::toned(word, tone),
            Cell::from(check.expected.as_str()),
            Cell::from(check.observed.as_str()),
        ]
    };
    let head = ["sample", "result", "expected", "observed"].map(str::to_owned).to_vec();
    Block::Table { head, rows: samples.iter().map(row).collect() }
}

/// Lists what to do about samples, each thing once, with the number of samples it is for.
fn sample_remedies(samples: &[Check]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for check in samples.iter().filter(|check| !check.remedy.is_empty()) {
        *counts.entry(check.remedy.as_str()).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(remedy, count)| format!("{}: {remedy}", counted(count, "sample")))
        .collect()
}
