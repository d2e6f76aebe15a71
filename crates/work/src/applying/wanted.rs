//! What a revision, or the way back from one, wants of the paths of a target.
//!
//! A change of a repository says what every path is before it; the files of a module say only what they are, so whatever lies there
//! is kept and replaced. The way back wants exactly what the application left.

use std::sync::Arc;

use record::domain::application::{FileOrder, State};
use record::domain::changeset::{Changeset, Mode, Side};
use record::domain::digest::Digest;
use record::domain::source::Source;

use crate::applying::contents::Contents;
use crate::applying::error::{ApplyError, Misfit, Problem};
use crate::applying::folder::LINK_PERMISSIONS;
use crate::applying::plan::{Expected, Wanted, leads_out};

/// Permissions of a plain file that is written.
const FILE: u32 = 0o644;
/// Permissions of a file that can be run.
const EXECUTABLE: u32 = 0o755;

/// Says what a revision wants, and takes its contents in.
pub fn of_source(source: &Source, contents: &mut Contents) -> Result<Vec<Wanted>, ApplyError> {
    match source.change() {
        Some(change) => of_change(change, contents),
        None => Ok(of_files(source, contents)),
    }
}

fn of_change(change: &Changeset, contents: &mut Contents) -> Result<Vec<Wanted>, ApplyError> {
    let mut wanted = Vec::new();
    for touched in change.touched() {
        let path = touched.path.clone();
        let is_out = |side: &Side| side.mode == Mode::Link && leads_out(&path, &side.content);
        if touched.after.as_ref().is_some_and(is_out) {
            return Err(ApplyError::Misfits(vec![Misfit { path, problem: Problem::LinkOut }]));
        }
        let mut state = |side: &Option<Side>| {
            side.as_ref().map(|side| state_of(side.mode, Arc::clone(&side.content), contents))
        };
        let before = Expected::Exactly(state(&touched.before));
        wanted.push(Wanted { path, before, after: state(&touched.after) });
    }
    Ok(wanted)
}

fn of_files(source: &Source, contents: &mut Contents) -> Vec<Wanted> {
    let files = source.files().iter();
    files
        .map(|file| Wanted {
            path: file.path.clone(),
            before: Expected::Anything,
            after: Some(state_of(Mode::File, Arc::from(file.content.as_slice()), contents)),
        })
        .collect()
}

fn state_of(mode: Mode, content: Arc<[u8]>, contents: &mut Contents) -> State {
    let permissions = match mode {
        Mode::File => FILE,
        Mode::Executable => EXECUTABLE,
        Mode::Link => LINK_PERMISSIONS,
    };
    let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let digest: Digest = contents.add(content);
    State { mode, permissions, digest, bytes }
}

/// Says what the way back from an application wants.
pub fn of_order(order: &FileOrder) -> Vec<Wanted> {
    let steps = order.steps.iter();
    steps
        .map(|step| Wanted {
            path: step.path.clone(),
            before: Expected::Exactly(step.after),
            after: step.before,
        })
        .collect()
}
