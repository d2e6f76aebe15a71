//! `/build-graph`: builds the memory of a repository, or brings it up to date.
//!
//! Everything is read from the repository's objects and stored in the home; nothing in the repository is run or written, and nothing of
//! it is fetched. A build that is stopped goes on where it was; after a new commit only that commit is read.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::subject::{Meant, remember_as};
use crate::commands::remembering::views::StateView;
use foundation::store::memory::Recall;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone, counted};
use work::contract::reserved::Reserved;
use work::contract::step::word;
use work::memory::building::build;
use work::memory::calibration::FEWEST_COMMITS;
use work::memory::forge::{Item, MAX_EXPORT_BYTES, import, items};
use work::memory::site::{Site, recall};

/// Why an agent gives no lists of a forge.
const FORGE: &str = "only the owner says what a forge told";

/// `/build-graph`
pub enum BuildGraph {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The repository: its name here, or a path; else the one around the working folder
    #[arg(value_name = "REPO")]
    pub repository: Option<String>,
    /// Take in the issues and pull requests that this file lists, as JSON of a forge (repeatable, owner only)
    #[arg(long, value_name = "FILE")]
    pub issues: Vec<PathBuf>,
    /// The whole path, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
    /// What the files list, read by whoever sends the command
    #[arg(skip)]
    pub items: Vec<Item>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What the memory stands for.
    #[serde(flatten)]
    pub state: StateView,
    /// The branch; null where HEAD is at none.
    pub branch: Option<String>,
    /// Commits that were added.
    pub added: usize,
    /// Commits that nothing leads to any more, and that were forgotten.
    pub forgotten: usize,
    /// Files of the commit.
    pub files: u32,
    /// Sources in a language that is looked into.
    pub sources: u32,
    /// Sources that were parsed now.
    pub parsed: usize,
    /// Tests of which is known what they ran.
    pub tests: u64,
    /// Issues and pull requests that are known.
    pub items: u64,
    /// Commits that chances are counted on; null where there are too few for any.
    pub calibrated_on: Option<u32>,
}

impl Command for BuildGraph {
    const SPEC: Spec = Spec {
        name: "build-graph",
        aliases: &[],
        summary: "Build the memory of a repository from its history and sources, or bring it up to date",
        group: Group::Learn,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: None,
        examples: &[
            "/build-graph shop",
            "/build-graph path/to/shop",
            "/build-graph shop --issues issues.json --issues pulls.json",
        ],
    };
    const RESERVED: &'static [Reserved] =
        &[Reserved::argument("issues", FORGE), Reserved::argument("items", FORGE)];
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        let mut read = Vec::new();
        let mut meant = meant(args);
        meant.prepare(surroundings);
        args.whole = meant.whole;
        for path in args.issues.iter().filter(|_| args.items.is_empty()) {
            let bytes = surroundings.read(path, MAX_EXPORT_BYTES)?;
            let found = items(&bytes).map_err(|error| {
                CommandError::usage(format!("{}: {error}", path.display()))
                    .hint("Give a list of issues or pull requests as the interface of a forge answers it.")
            })?;
            read.extend(found);
        }
        args.items.extend(read);
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let subject = meant(&args).find(invocation, Self::SPEC.name).await?;
        let repository = subject.open(invocation)?;
        let name = subject.name.as_str();
        remember_as(invocation, &subject.name, &subject.target).await?;
        let site = Site {
            store: invocation.store()?,
            repository: &repository,
            name,
            cancel: &invocation.cancel,
            progress: &|words| invocation.stage(words),
            at: invocation.now(),
        };
        if !args.items.is_empty() {
            import(&site, &args.items).await?;
        }
        let built = build(&site).await?;
        let facts = &built.facts;
        let counts = |recall: &dyn Recall| {
            let row = recall.remembered(name)?.map_or(0, |memory| memory.row);
            recall.counts(row)
        };
        let (items, tests) = recall(site.store, counts)?;
        Ok(Answer {
            state: StateView::of_facts(&subject.shown, built.head.as_str(), facts, Some(false)),
            branch: built.branch,
            added: built.added,
            forgotten: built.forgotten,
            files: facts.files,
            sources: facts.sources,
            parsed: built.parsed,
            tests,
            items,
            calibrated_on: Some(facts.curve.commits).filter(|commits| *commits >= FEWEST_COMMITS),
        })
    }
}

fn meant(args: &Args) -> Meant {
    Meant { repo: args.repository.clone(), whole: args.whole.clone() }
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let history = format!(
            "{} added, {} forgotten",
            counted(self.added, "commit"),
            counted(self.forgotten, "commit")
        );
        let sources = format!(
            "{}, {}, of which {} parsed now",
            counted(self.files, "file"),
            counted(self.sources, "source"),
            self.parsed
        );
        let beside = [
            (self.tests, format!("{} with what they ran", counted(self.tests, "test"))),
            (self.items, format!("{} of a forge", counted(self.items, "item"))),
        ];
        let beside: Vec<String> =
            beside.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
        let chances = match self.calibrated_on {
            Some(commits) => Cell::from(format!("counted on {}", counted(commits, "commit"))),
            None => Cell::toned("too little history to tell any", Tone::Warn),
        };
        let mut fields = vec![("History", Cell::from(history)), ("Sources", Cell::from(sources))];
        if !beside.is_empty() {
            fields.push(("Beside", Cell::from(beside.join(", "))));
        }
        fields.push(("Chances", chances));
        let name = word(&self.state.repository);
        Page::new()
            .title(self.state.repository.clone())
            .fields(fields)
            .then(self.state.page())
            .next([
                format!("/why-code --repo {name} FILE:LINE  tells why a line is there"),
                format!("/impact-code --repo {name} FILE  tells what a change of it reaches"),
            ])
    }
}
