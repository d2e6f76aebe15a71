//! `/scan-code`: finds what is worth a look in a folder or repository, without a model.
//!
//! Nothing of it runs outside the sandbox and nothing is written into what is scanned. With a kept baseline only what is new is told,
//! so that a scan after each change stays short.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use inspection::language::Language;
use record::domain::principal::Authority;
use record::domain::role::Role;
use record::domain::source::MAX_FILE_BYTES;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::repositories;
use work::contract::reserved::Reserved;
use work::drafting::folder;
use work::drafting::project_around::project_around;
use work::drafting::submission::Given;
use work::improving::look::Look;
use work::improving::shown::{self, Shown};
use work::improving::subject::{self, Subject};

/// `/scan-code`
pub enum ScanCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The folder or file (the working folder); with --repo a folder or file of it
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Scan HEAD of this repository, as `/repository` names it
    #[arg(long, value_name = "NAME")]
    pub repo: Option<String>,
    /// Leave this part of the folder out (repeatable)
    #[arg(long, value_name = "PATH", conflicts_with = "repo")]
    pub without: Vec<PathBuf>,
    /// How the findings are shown
    #[command(flatten)]
    #[serde(flatten)]
    pub shown: Shown,
    /// Files already read, by whoever sends the command
    #[arg(skip)]
    pub given: Vec<Given>,
    /// What was not read of the folder, and why
    #[arg(skip)]
    pub left_out: Vec<String>,
    /// The part of a project that is meant, where its whole was read
    #[arg(skip)]
    pub part: Option<String>,
    /// The whole path, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
}

impl Args {
    /// Reads a folder, and the project that it is a part of: only all of that tells what is tested or used.
    fn take_folder(
        &mut self,
        typed: &Path,
        surroundings: &dyn Surroundings,
    ) -> Result<(), CommandError> {
        let without = std::mem::take(&mut self.without);
        let whole = surroundings.whole(typed)?;
        let around = project_around(&whole, surroundings).filter(|_| without.is_empty());
        let Some(around) = around.filter(|around| around.root != whole) else {
            (self.given, self.left_out) = folder::read_to_look(typed, &without, surroundings)?;
            self.whole = Some(whole);
            return Ok(());
        };
        let part = whole.strip_prefix(&around.root).ok().and_then(Path::to_str);
        self.part = part.map(str::to_owned);
        (self.given, self.left_out) = (around.given, around.left_out);
        self.whole = Some(around.root);
        Ok(())
    }
}

impl Command for ScanCode {
    const SPEC: Spec = Spec {
        name: "scan-code",
        aliases: &[],
        summary: "Find what is worth a look in a folder or repository, without a model",
        group: Group::Inspect,
        authority: Authority::Propose,
        // Boxes take places of the engine, and only the one that writes counts them.
        access: Access::Write,
        free_text: None,
        examples: &["/scan-code src", "/scan-code --repo shop --baseline"],
    };
    const RESERVED: &'static [Reserved] = Shown::RESERVED;
    type Args = Args;
    type Outcome = Look;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        args.shown.prepare()?;
        if args.repo.is_some() || args.whole.is_some() {
            return Ok(());
        }
        let typed = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
        if surroundings.list(&typed).is_ok() {
            args.take_folder(&typed, surroundings)?;
        } else {
            args.given = vec![Given::read(&typed, Role::Code, MAX_FILE_BYTES, surroundings)?];
            let parent = typed.parent().filter(|parent| !parent.as_os_str().is_empty());
            args.whole = Some(surroundings.whole(parent.unwrap_or_else(|| Path::new(".")))?);
        }
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Look, CommandError> {
        args.shown.check()?;
        let mut subject = subject_of(invocation, &args).await?;
        subject.notes.extend(args.left_out.iter().cloned());
        shown::look(invocation, &mut subject, &args.shown).await
    }
}

async fn subject_of(invocation: &Invocation, args: &Args) -> Result<Subject, CommandError> {
    let Some(name) = &args.repo else {
        let whole = args.whole.clone().unwrap_or_default();
        let typed = args.path.as_deref().and_then(Path::file_name);
        let is_file = |given: &Given| Path::new(&given.path).file_name() == typed;
        return match args.given.as_slice() {
            [only] if is_file(only) => subject::of_files(invocation, &whole, &args.given).await,
            _ => {
                let subject = subject::of_folder(invocation, &whole, &args.given).await?;
                match &args.part {
                    Some(part) => narrowed(subject, part, &whole.join(part)),
                    None => Ok(subject),
                }
            }
        };
    };
    let described = repositories::named(invocation, &name.parse()?).await?.repository;
    let mut subject = subject::of_repository(invocation, &described, Vec::new()).await?;
    if let Some(path) = args.path.as_deref().and_then(Path::to_str) {
        subject.asked = inside(&subject, path);
        if subject.asked.is_empty() {
            return Err(CommandError::usage(format!("HEAD of {name} has no {path}"))
                .hint("Give a folder or file as the repository has it."));
        }
    }
    Ok(subject)
}

/// The files of a subject that lie in a folder, or are it.
fn inside(subject: &Subject, folder: &str) -> BTreeSet<String> {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let is_inside = |path: &&str| {
        folder.is_empty()
            || folder == "."
            || *path == folder
            || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let paths = subject.files.iter().map(|file| file.path.as_str());
    paths.filter(is_inside).map(str::to_owned).collect()
}

/// A project with a part of it in question.
fn narrowed(mut subject: Subject, part: &str, place: &Path) -> Result<Subject, CommandError> {
    subject.asked = inside(&subject, part);
    subject.scope = format!("folder {}", place.display());
    if let Some((_, folder)) = &mut subject.lies_in {
        *folder = if folder.is_empty() { part.to_owned() } else { format!("{folder}/{part}") };
    }
    let is_source = |path: &String| Language::of(path.as_bytes()).is_some();
    if subject.asked.iter().any(is_source) {
        return Ok(subject);
    }
    let message = format!("{} holds no source that can be looked into", place.display());
    Err(CommandError::usage(message)
        .hint("Name a folder or file with Python, JavaScript, TypeScript, Go or Rust."))
}
