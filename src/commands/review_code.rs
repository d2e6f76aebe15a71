//! `/review-code`: reviews files or a proposal, without a model.
//!
//! Files of a known repository are held against its HEAD, a change against its base: what they offer no more is told first. The other
//! files of the project are read too, because only they say whether a name is used or tested.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::config::short_file::{self, Links};
use record::domain::principal::Authority;
use record::domain::repository::Repository;
use record::domain::role::Role;
use record::domain::source::MAX_FILE_BYTES;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::repositories;
use work::contract::reserved::Reserved;
use work::drafting::project_around::project_around;
use work::drafting::submission::Given;
use work::improving::look::Look;
use work::improving::shown::{self, Shown};
use work::improving::subject::{self, Subject};

/// `/review-code`
pub enum ReviewCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// Files, or a proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "FILE|ID", required = true)]
    pub targets: Vec<PathBuf>,
    /// The files are those of this repository, as `/repository` names it
    #[arg(long, value_name = "NAME")]
    pub repo: Option<String>,
    /// How the findings are shown
    #[command(flatten)]
    #[serde(flatten)]
    pub shown: Shown,
    /// Files already read, by whoever sends the command
    #[arg(skip)]
    pub given: Vec<Given>,
    /// The whole paths of these, found by whoever sends the command
    #[arg(skip)]
    pub whole: Vec<PathBuf>,
    /// The folder of their project, and what lies there, read by whoever sends the command; nothing where there is none
    #[arg(skip)]
    pub project: Option<(PathBuf, Vec<Given>)>,
}

impl Command for ReviewCode {
    const SPEC: Spec = Spec {
        name: "review-code",
        aliases: &[],
        summary: "Review files or a proposal: what is wrong, what it offers no more, what to do",
        group: Group::Inspect,
        authority: Authority::Propose,
        // Boxes take places of the engine, and only the one that writes counts them.
        access: Access::Write,
        free_text: None,
        examples: &["/review-code src/shop/cart.py", "/review-code @"],
    };
    const RESERVED: &'static [Reserved] = Shown::RESERVED;
    type Args = Args;
    type Outcome = Look;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        args.shown.prepare()?;
        if !args.given.is_empty() || args.repo.is_some() || is_proposal(args, surroundings) {
            return Ok(());
        }
        for path in &args.targets {
            let given = Given::read(path, Role::Code, MAX_FILE_BYTES, surroundings)?;
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            let whole = surroundings.whole(parent.unwrap_or_else(|| Path::new(".")))?;
            args.whole.push(whole.join(path.file_name().unwrap_or_default()));
            args.given.push(given);
        }
        let folder = args.whole.first().and_then(|first| first.parent());
        let around = folder.and_then(|folder| project_around(folder, surroundings));
        args.project = around.map(|around| (around.root, around.given));
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Look, CommandError> {
        args.shown.check()?;
        let mut subject = subject_of(invocation, &args).await?;
        shown::look(invocation, &mut subject, &args.shown).await
    }
}

/// Tells whether the one target names a proposal: an id or @, or digits that are no file.
fn is_proposal(args: &Args, surroundings: &dyn Surroundings) -> bool {
    let [target] = args.targets.as_slice() else { return false };
    let Some(typed) = target.to_str() else { return false };
    let is_digits = !typed.is_empty() && typed.chars().all(|symbol| symbol.is_ascii_hexdigit());
    typed == "@"
        || typed.starts_with("proposal_")
        || (is_digits && surroundings.read(target, MAX_FILE_BYTES).is_err())
}

async fn subject_of(invocation: &Invocation, args: &Args) -> Result<Subject, CommandError> {
    if let Some(name) = &args.repo {
        return of_head(invocation, name, &args.targets).await;
    }
    let (Some(first), Some(given)) = (args.whole.first(), args.given.first()) else {
        let typed = args.targets.first().and_then(|target| target.to_str()).unwrap_or_default();
        return subject::of_proposal(invocation, typed).await;
    };
    let Some((described, _)) = subject::repository_of(invocation, first).await? else {
        let mut subject = if let Some((root, files, asked)) = within_project(args) {
            let subject = subject::of_folder(invocation, root, &files).await?;
            Subject { asked, ..subject }
        } else {
            let folder = first.parent().unwrap_or(first);
            subject::of_files(invocation, folder, &args.given).await?
        };
        if args.given.len() == 1 {
            subject.scope = format!("file {}", given.path);
        }
        return Ok(subject);
    };
    let mut placed = Vec::new();
    for (whole, given) in args.whole.iter().zip(&args.given) {
        match subject::repository_of(invocation, whole).await? {
            Some((other, path)) if other.name == described.name => {
                placed.push((path, given.clone()));
            }
            Some(_) | None => {
                return Err(CommandError::usage(format!(
                    "{} lies in another repository than {}",
                    whole.display(),
                    first.display()
                ))
                .hint("Review files of one repository at a time."));
            }
        }
    }
    subject::of_repository(invocation, &described, placed).await
}

/// The files of the project with those that were given in their places, and the paths of these.
fn within_project(args: &Args) -> Option<(&Path, Vec<Given>, BTreeSet<String>)> {
    let (root, around) = args.project.as_ref()?;
    let files = around.clone();
    let mut asked = BTreeSet::new();
    for whole in &args.whole {
        let path = whole.strip_prefix(root).ok()?.to_str()?.to_owned();
        files.iter().find(|file| file.path == path)?;
        asked.insert(path);
    }
    Some((root, files, asked))
}

/// Files of a repository as its HEAD has them.
async fn of_head(
    invocation: &Invocation,
    name: &str,
    targets: &[PathBuf],
) -> Result<Subject, CommandError> {
    let described = repositories::named(invocation, &name.parse()?).await?.repository;
    let mut subject = subject::of_repository(invocation, &described, Vec::new()).await?;
    for target in targets {
        let path = target.to_string_lossy().trim_start_matches("./").to_owned();
        if !subject.files.iter().any(|file| file.path == path) {
            return Err(CommandError::usage(format!("HEAD of {name} has no file {path}"))
                .hint("Give a path as the repository has it."));
        }
        subject.asked.insert(path);
    }
    if invocation.caller.who.authority() >= Authority::Own {
        let other = subject.asked.iter().filter(|path| is_other_here(&described, &subject, path));
        let notes: Vec<String> = other
            .map(|path| format!("{path} is looked at as HEAD has it; the work tree has another: leave --repo out to have that one looked at"))
            .collect();
        subject.notes.extend(notes);
    }
    Ok(subject)
}

/// Whether the work tree holds something else than HEAD where a file lies.
fn is_other_here(described: &Repository, subject: &Subject, path: &str) -> bool {
    let held = subject.files.iter().find(|file| file.path == path).map(|file| &file.text);
    let place = Path::new(&described.path).join(path);
    let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX);
    let here = short_file::read_text(&place, Links::Refused, limit).ok();
    here.is_some_and(|here| held.is_some_and(|held| here != *held))
}
