//! Paths as they are typed, and what to say of a name that means nothing.
//!
//! People type paths as their shell has them and names as their language writes them. What is not found is most often there under
//! another name, was there once, or is not committed yet; the answer says which.

use std::path::{Component, Path};

use crate::commands::remembering::subject::Subject;
use record::domain::principal::Authority;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::memory::error::MemoryError;
use work::memory::loaded::{ask, shown};
use work::memory::naming::{gone, offered};

/// A path as the memory has it: below the root of the repository, without steps up and down.
pub fn path(subject: &Subject, typed: &str) -> String {
    let below = subject.target.work_tree.as_ref().and_then(|root| {
        let path = Path::new(typed);
        if !path.is_absolute() {
            return None;
        }
        let roots = [Some(root.clone()), root.canonicalize().ok()];
        let found = roots.iter().flatten().find_map(|root| path.strip_prefix(root).ok());
        found.and_then(Path::to_str).map(str::to_owned)
    });
    let typed = below.unwrap_or_else(|| typed.to_owned());
    let mut parts: Vec<&str> = Vec::new();
    for part in Path::new(&typed).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.pop().is_some() => {}
            Component::Normal(part) => parts.extend(part.to_str()),
            // What leads out of the repository is told as it was typed.
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return typed,
        }
    }
    if parts.is_empty() { typed } else { parts.join("/") }
}

/// Says why nothing is known of what was typed, and what may be meant.
pub fn unknown(invocation: &Invocation, subject: &Subject, typed: &str) -> CommandError {
    if let Some((path, first)) = range(typed) {
        return CommandError::usage(format!("{} names several lines", shown(typed.as_bytes())))
            .hint(format!("Ask about one of them: `{}:{first}`.", shown(path.as_bytes())));
    }
    let store = match invocation.store() {
        Ok(store) => store,
        Err(error) => return error,
    };
    // What lies uncommitted in a folder is no agent's business.
    let is_owner = invocation.caller.who.authority() >= Authority::Own;
    let told = ask(store, subject.name.as_str(), |recall, loaded| {
        if let Some(message) = gone(recall, loaded, typed)? {
            let hint = "Ask about a file that is there; `git show` shows what a commit removed.";
            return Ok(Some(CommandError::new(ErrorKind::NotFound, message).hint(hint)));
        }
        if is_owner && is_only_here(subject, typed) {
            return Ok(Some(not_committed(typed)));
        }
        let offered = offered(recall, loaded, typed)?;
        let hint = || format!("Did you mean {}?", offered.join(", "));
        let unknown = || CommandError::new(ErrorKind::NotFound, nothing(typed).to_string());
        Ok((!offered.is_empty()).then(|| unknown().hint(hint())))
    });
    match told {
        Ok((_, Some(told))) => told,
        Ok((_, None)) => nothing(typed).into(),
        Err(error) => error.into(),
    }
}

/// `FILE:FIRST-LAST` as its path and its first line.
fn range(typed: &str) -> Option<(&str, u32)> {
    let (path, lines) = typed.rsplit_once(':')?;
    let (first, last) = lines.split_once('-')?;
    last.parse::<u32>().ok()?;
    Some((path, first.parse().ok()?))
}

fn is_only_here(subject: &Subject, typed: &str) -> bool {
    let is_inside = Path::new(typed).components().all(|part| matches!(part, Component::Normal(_)));
    let root = subject.target.work_tree.as_ref().filter(|_| is_inside);
    root.is_some_and(|root| root.join(typed).symlink_metadata().is_ok())
}

fn not_committed(typed: &str) -> CommandError {
    let message = format!(
        "{} is in the work tree, not in the commit that is remembered",
        shown(typed.as_bytes())
    );
    CommandError::new(ErrorKind::NotFound, message)
        .hint("Commit it where it is not ignored, and take new commits in with `/build-graph`.")
}

fn nothing(typed: &str) -> MemoryError {
    MemoryError::Unknown { what: shown(typed.as_bytes()) }
}
