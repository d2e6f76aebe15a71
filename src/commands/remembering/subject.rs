//! The repository that a command is about, by its name or its path.
//!
//! Whoever works for the owner may ask about any repository that the owner can read. An agent may ask about those that were added and no
//! others: a path could name anything on the machine.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::repository::repository::Repository;
use foundation::repository::target::Target;
use record::domain::changeset::{GitId, RepositoryName};
use record::domain::principal::Authority;
use work::contract::command::Surroundings;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::{refusal, repositories};

/// A repository with the name that it is remembered by.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The name: the owner's, or one made of the path.
    pub name: RepositoryName,
    /// What people read.
    pub shown: String,
    /// Where it lies.
    pub target: Target,
    path: PathBuf,
}

/// Commands whose repository stands behind a flag.
const BY_FLAG: [&str; 2] = ["why-code", "impact-code"];

/// The repository that is meant, as it was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Meant {
    /// The repository: its name here, or a path; else that of the proposal, or the one around the working folder
    #[arg(long, value_name = "REPO")]
    pub repo: Option<String>,
    /// The whole path, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
}

impl Meant {
    /// Finds the folder that is meant where it was typed; one that is not there may be a name.
    pub fn prepare(&mut self, surroundings: &dyn Surroundings) {
        if self.whole.is_none() {
            let typed = self.repo.as_deref().unwrap_or(".");
            self.whole = surroundings.whole(Path::new(typed)).ok();
        }
    }

    /// Finds the repository for a command.
    pub async fn find(
        &self,
        invocation: &Invocation,
        command: &str,
    ) -> Result<Subject, CommandError> {
        find(invocation, (self.repo.as_deref(), self.whole.as_deref()), command).await
    }
}

async fn find(
    invocation: &Invocation,
    (typed, whole): (Option<&str>, Option<&Path>),
    command: &str,
) -> Result<Subject, CommandError> {
    let known = repositories::all(invocation).await?;
    let by_name = typed.and_then(|typed| typed.parse::<RepositoryName>().ok());
    if let Some(name) = by_name
        && let Some(known) = known.get(&name)
    {
        return of(name, PathBuf::from(&known.repository.path));
    }
    let around = whole.and_then(|whole| Target::find(whole).ok().map(|target| (whole, target)));
    if let Some((whole, target)) = around {
        for (name, known) in &known {
            let path = PathBuf::from(&known.repository.path);
            if Target::find(&path).is_ok_and(|found| found == target) {
                return of(name.clone(), path);
            }
        }
        if invocation.caller.who.authority() < Authority::Own {
            let message =
                "an agent may ask about the repositories that the owner added, not about paths";
            return Err(refusal::refuse(invocation, command, message).await);
        }
        return of(repositories::name_of_path(&target)?, whole.to_owned());
    }
    let is_agent = invocation.caller.who.authority() < Authority::Own;
    if let Some(typed) = typed.filter(|_| is_agent) {
        return Err(unknown_to_agent(typed));
    }
    let mut known = known.into_iter();
    match (typed, known.next(), known.next()) {
        (None, Some((name, only)), None) => of(name, PathBuf::from(only.repository.path)),
        (Some(typed), _, _) => {
            let message =
                format!("{typed} is neither a repository that was added nor the path of one");
            Err(CommandError::new(ErrorKind::NotFound, message)
                .hint("See `/repository list`, or give a path."))
        }
        (None, _, _) => {
            let said = if is_agent { "its name" } else { "its name or its path" };
            let place = if BY_FLAG.contains(&command) { ", behind `--repo`" } else { "" };
            Err(CommandError::usage("it is not clear which repository is meant")
                .hint(format!("Give {said}{place}; see `/repository list`.")))
        }
    }
}

/// Refuses what names no repository that was added: to an agent a path is as strange as any other word.
fn unknown_to_agent(typed: &str) -> CommandError {
    let message = format!("{typed} is no name of a repository that the owner added");
    CommandError::new(ErrorKind::NotFound, message)
        .hint("An agent names repositories, it gives no paths: `/repository list` shows the names.")
}

fn of(name: RepositoryName, path: PathBuf) -> Result<Subject, CommandError> {
    let target = Target::find(&path)?;
    let shown = name.to_string();
    Ok(Subject { name, shown, target, path })
}

/// Lets what was remembered of a path before the repository got a name go on under the name.
pub async fn remember_as(
    invocation: &Invocation,
    name: &RepositoryName,
    target: &Target,
) -> Result<(), CommandError> {
    let before = repositories::name_of_path(target)?;
    invocation.store()?.rename(before.as_str(), name.as_str()).await?;
    Ok(())
}

impl Subject {
    /// Opens it for git.
    pub fn open(&self, invocation: &Invocation) -> Result<Repository, CommandError> {
        Ok(Repository::open(&repositories::folder(invocation), &self.name, &self.path)?)
    }

    /// Tells whether HEAD is elsewhere than a commit; none where that cannot be told quickly.
    pub fn has_moved_from(&self, head: &GitId) -> Option<bool> {
        self.target.tip().map(|tip| tip != *head)
    }
}
