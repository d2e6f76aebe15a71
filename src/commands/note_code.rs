//! `/note-code`: writes the proof of an approved change on the commit that carries it out.
//!
//! `/apply-code` does so for the commits that it makes; this is for commits that somebody else made, and for notes that have to tell what was
//! decided since. The note goes to the repository alone, and `saraphina check` reads it there.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::changeset::RepositoryName;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use work::checking::fitting;
use work::checking::note::{Line, Note, REFERENCE};
use work::checking::noting;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone, counted};
use work::contract::repositories;
use work::drafting::changing;

/// `/note-code`
pub enum NoteCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest that this session has shown
    #[arg(value_name = "ID")]
    pub id: String,
    /// The commit that carries the change out (HEAD)
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

/// What was noted.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Noted {
    /// The proposal.
    pub proposal_id: String,
    /// The revision that the commit carries out.
    pub revision: u32,
    /// The repository.
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// The reference that the note is under.
    pub reference: String,
    /// How many decisions the note tells.
    pub decisions: usize,
}

impl Command for NoteCode {
    const SPEC: Spec = Spec {
        name: "note-code",
        aliases: &[],
        summary: "Write the proof of an approved change on the commit that carries it out",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &["/note-code 7c2e", "/note-code 7c2e --commit v1.4"],
    };
    type Args = Args;
    type Outcome = Noted;

    async fn run(invocation: &Invocation, args: Args) -> Result<Noted, CommandError> {
        let proposal = lookup::proposal(invocation, &args.id, Newest::OfSession).await?;
        let name = repository_of(invocation, &proposal).await?;
        let known = repositories::named(invocation, &name).await?;
        let repository = changing::open(invocation, &name, Path::new(&known.repository.path))?;
        let named = repository.resolve(args.commit.as_deref().unwrap_or("HEAD")).await?;
        let commits = repository.commits_of(vec![named.commit.clone()]).await?;
        let commit = commits.into_iter().next().ok_or_else(|| {
            CommandError::new(ErrorKind::NotFound, format!("there is no commit {}", named.commit))
        })?;
        let revision = fitting::revision_of(invocation, &proposal, &repository, &commit).await?;
        let commit = commit.id;
        let about = (&proposal, revision);
        let note = noting::on_commit(invocation, &repository, about, &commit).await?;
        Ok(Noted {
            proposal_id: proposal.id.to_string(),
            revision,
            repository: name.to_string(),
            commit: commit.to_string(),
            reference: REFERENCE.to_owned(),
            decisions: decisions(&note),
        })
    }
}

/// Names the repository that a proposal is a change of.
async fn repository_of(
    invocation: &Invocation,
    proposal: &Proposal,
) -> Result<RepositoryName, CommandError> {
    let revision = lookup::revision(invocation, proposal, None).await?;
    let change = revision.source.change().ok_or_else(|| noting::no_change(proposal))?;
    Ok(change.repository.clone())
}

fn decisions(note: &Note) -> usize {
    note.lines().iter().filter(|line| matches!(line, Line::Decision { .. })).count()
}

impl Outcome for Noted {
    fn page(&self) -> Page {
        let told = format!("Noted {} revision {}.", self.proposal_id, self.revision);
        Page::new()
            .text(Cell::toned(told, Tone::Good))
            .fields([
                ("Commit", Cell::from(self.commit.as_str())),
                ("Tells", Cell::from(counted(self.decisions, "decision"))),
                ("Reference", Cell::from(self.reference.as_str())),
            ])
            .next([format!("git push origin {}  takes it along", self.reference)])
    }
}
