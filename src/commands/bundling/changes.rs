//! Changes of repositories in a bundle: both sides of every touched path.
//!
//! What files hold afterwards lies with the files of the revision, as in every bundle; beside it lie what was there before and the
//! targets of links. Put together again, they must give the recorded content hash.

use crate::commands::bundling::bundle::{
    BundleError, ChangePart, SidePart, before_file, link_file, revision_file,
};
use record::domain::changeset::{Changeset, ChangesetError, Mode, Side, Touched};

/// What the manifest says of a change.
pub fn part(change: &Changeset) -> ChangePart {
    let side = |touched: &Touched| SidePart {
        path: touched.path.to_string(),
        role: touched.role,
        mode_before: touched.before.as_ref().map(|side| side.mode),
        mode: touched.after.as_ref().map(|side| side.mode),
    };
    ChangePart {
        repository: change.repository.clone(),
        base: change.base.clone(),
        sides: change.touched().iter().map(side).collect(),
    }
}

/// The files that lie beside those of the revision.
pub fn files(number: u32, change: &Changeset) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for Touched { path, before, after, .. } in change.touched() {
        if let Some(side) = before {
            files.push((before_file(number, path.as_str()), side.content.to_vec()));
        }
        if let Some(side) = after.as_ref().filter(|side| side.mode == Mode::Link) {
            files.push((link_file(number, path.as_str()), side.content.to_vec()));
        }
    }
    files
}

/// The names of all files that a change needs, those of the revision included.
pub fn names(number: u32, part: &ChangePart) -> Vec<String> {
    let named = |side: &SidePart| {
        let before = side.mode_before.map(|_| before_file(number, &side.path));
        [before, side.mode.map(|mode| after_file(number, side, mode))]
    };
    part.sides.iter().flat_map(named).flatten().collect()
}

fn after_file(number: u32, side: &SidePart, mode: Mode) -> String {
    match mode {
        Mode::Link => link_file(number, &side.path),
        Mode::File | Mode::Executable => revision_file(number, &side.path),
    }
}

/// Puts a change together again; `read` gives the bytes of a file of the bundle.
pub fn changeset(
    number: u32,
    part: &ChangePart,
    read: impl Fn(&str) -> Result<Vec<u8>, BundleError>,
) -> Result<Changeset, BundleError> {
    let side = |mode: Option<Mode>, name: String| -> Result<Option<Side>, BundleError> {
        let Some(mode) = mode else { return Ok(None) };
        Ok(Some(Side { mode, content: read(&name)?.into() }))
    };
    let mut touched = Vec::with_capacity(part.sides.len());
    for one in &part.sides {
        let odd = |_| BundleError::Altered(format!("{:?} is not a plain path", one.path));
        let after = after_file(number, one, one.mode.unwrap_or(Mode::File));
        touched.push(Touched {
            path: one.path.parse().map_err(odd)?,
            role: one.role,
            before: side(one.mode_before, before_file(number, &one.path))?,
            after: side(one.mode, after)?,
        });
    }
    let (repository, base) = (part.repository.clone(), part.base.clone());
    let altered = |error: ChangesetError| BundleError::Altered(error.to_string());
    Changeset::new(repository, base, touched).map_err(altered)
}
