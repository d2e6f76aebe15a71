//! `/build-graph`: builds the memory of a repository, or brings it up to date.
//!
//! Everything is read from the repository's objects and stored in the home; nothing in the repository is run or written, and nothing of
//! it is fetched. A build that is stopped goes on where it was; after a new commit only that commit is read.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::subject;
use crate::commands::remembering::views::StateView;
use crate::contract::command::{Access, Command, Group, Spec, Surroundings};
use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::outcome::Outcome;
use crate::contract::page::{Cell, Page, Tone, counted};
use crate::memory::building::build;
use crate::memory::calibration::FEWEST_COMMITS;
use crate::memory::site::Site;
use record::domain::principal::Authority;

/// `/build-graph`
pub enum BuildGraph {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The repository: its name here, or a path; else the one around the working folder
    #[arg(value_name = "REPO")]
    pub repository: Option<String>,
    /// The whole path, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
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
        examples: &["/build-graph shop", "/build-graph path/to/shop"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        subject::prepare(args.repository.as_deref(), &mut args.whole, surroundings);
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let typed = (args.repository.as_deref(), args.whole.as_deref());
        let subject = subject::find(invocation, typed, Self::SPEC.name).await?;
        let repository = subject.open(invocation)?;
        let name = subject.name.as_str();
        let site = Site {
            store: invocation.store()?,
            repository: &repository,
            name,
            cancel: &invocation.cancel,
            progress: &|words| invocation.stage(words),
            at: invocation.now(),
        };
        let built = build(&site).await?;
        let facts = &built.facts;
        Ok(Answer {
            state: StateView::of_facts(&subject.shown, built.head.as_str(), facts, Some(false)),
            branch: built.branch,
            added: built.added,
            forgotten: built.forgotten,
            files: facts.files,
            sources: facts.sources,
            parsed: built.parsed,
            calibrated_on: Some(facts.curve.commits).filter(|commits| *commits >= FEWEST_COMMITS),
        })
    }
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
        let chances = match self.calibrated_on {
            Some(commits) => Cell::from(format!("counted on {}", counted(commits, "commit"))),
            None => Cell::toned("too little history to tell any", Tone::Warn),
        };
        Page::new()
            .title(self.state.repository.clone())
            .fields([
                ("History", Cell::from(history)),
                ("Sources", Cell::from(sources)),
                ("Chances", chances),
            ])
            .then(self.state.page())
            .next([
                "/why-code FILE:LINE  tells why a line is there".to_owned(),
                "/impact-code FILE  tells what a change of it reaches".to_owned(),
            ])
    }
}
