//! Deltas: paths with their bytes before and after.
//!
//! They are what git says that lies between two trees, sorted out: whatever cannot be shown, judged and put back byte for byte is
//! refused here by its name.

use std::sync::Arc;

use record::domain::changeset::{GitId, MAX_CHANGE_BYTES, MAX_TOUCHED, Mode, Side};
use record::domain::source_path::SourcePath;

use crate::repository::error::{Refusal, RepositoryError};
use crate::repository::objects::{Bounds, Found, Objects};
use crate::repository::trees::Kind;

/// Most bytes of one file of a change.
pub const MAX_FILE_BYTES: u64 = 4 << 20;
/// Longest pointer of git-lfs; its specification says less than this.
pub(super) const MAX_POINTER_BYTES: usize = 1_024;

const BOUNDS: Bounds = Bounds { each: MAX_FILE_BYTES, all: MAX_CHANGE_BYTES as u64 };

/// A path on both sides of a change; at least one is there, and they differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// Where it lies, from the root of the repository.
    pub path: SourcePath,
    /// What was there.
    pub before: Option<Side>,
    /// What is there after it.
    pub after: Option<Side>,
}

/// What git says of a path: ids in place of bytes.
#[derive(Clone, Debug)]
pub(super) struct RawDelta {
    pub(super) path: Vec<u8>,
    pub(super) before: Option<(Kind, GitId)>,
    pub(super) after: Option<(Kind, GitId)>,
}

/// Reads the bytes of both sides of all paths.
pub(super) async fn read(
    raw: Vec<RawDelta>,
    objects: &mut Objects,
) -> Result<Vec<Delta>, RepositoryError> {
    if raw.len() > MAX_TOUCHED {
        return Err(RepositoryError::TooManyPaths);
    }
    let paths = raw.iter().map(checked).collect::<Result<Vec<_>, _>>()?;
    let sides = || raw.iter().flat_map(|delta| [&delta.before, &delta.after]).flatten();
    let ids: Vec<&GitId> = sides().map(|(_, id)| id).collect();
    let mut found = objects.read("blob", &ids, BOUNDS).await?.into_iter();
    let mut deltas = Vec::with_capacity(raw.len());
    for (path, delta) in paths.into_iter().zip(&raw) {
        let mut side = |side: &Option<(Kind, GitId)>| match side {
            Some((Kind::Plain(mode), _)) => taken(&path, *mode, found.next()).map(Some),
            Some((Kind::Submodule | Kind::Folder, _)) | None => Ok(None),
        };
        let (before, after) = (side(&delta.before)?, side(&delta.after)?);
        check_link(&path, after.as_ref())?;
        if before != after {
            deltas.push(Delta { path, before, after });
        }
    }
    Ok(deltas)
}

/// The path, where it can be taken and both sides are files or links.
fn checked(delta: &RawDelta) -> Result<SourcePath, RepositoryError> {
    let refused = |why| RepositoryError::refused(&delta.path, why);
    let path = source_path(&delta.path).map_err(refused)?;
    let sides = || [&delta.before, &delta.after].into_iter().flatten();
    if sides().any(|(kind, _)| matches!(kind, Kind::Submodule | Kind::Folder)) {
        return Err(refused(Refusal::Submodule));
    }
    Ok(path)
}

/// The path of some bytes, where a change may have it.
pub(super) fn source_path(path: &[u8]) -> Result<SourcePath, Refusal> {
    let text = std::str::from_utf8(path).map_err(|_| Refusal::NotUtf8)?;
    if text.split('/').any(is_git_folder) {
        return Err(Refusal::GitFolder);
    }
    text.parse().map_err(|_| Refusal::Name)
}

/// Tells whether some system takes a name for `.git`: in other case, with what it leaves away at the end, or by its short name.
fn is_git_folder(name: &str) -> bool {
    // Some systems leave these away wherever they stand in a name.
    let is_hidden = |symbol: &char| !record::domain::hidden::is_hidden(*symbol);
    let plain: String = name.chars().filter(is_hidden).collect::<String>().to_ascii_lowercase();
    let plain = plain.split(':').next().unwrap_or(&plain).trim_end_matches(['.', ' ']);
    matches!(plain, ".git" | "git~1")
}

fn taken(path: &SourcePath, mode: Mode, found: Option<Found>) -> Result<Side, RepositoryError> {
    let refused = |why| RepositoryError::refused(path.as_str().as_bytes(), why);
    let content = match found {
        Some(Found::Object(content)) => content,
        Some(Found::TooLarge(bytes)) => return Err(refused(Refusal::TooLarge { bytes })),
        Some(Found::TooLargeTogether) | None => return Err(RepositoryError::TooLarge),
    };
    if mode != Mode::Link && is_pointer(&content) {
        return Err(refused(Refusal::LargeFilePointer));
    }
    Ok(Side { mode, content })
}

/// Refuses a link that the change leaves and that leads out of the tree.
pub(super) fn check_link(path: &SourcePath, side: Option<&Side>) -> Result<(), RepositoryError> {
    let Some(side) = side.filter(|side| side.mode == Mode::Link) else { return Ok(()) };
    match led_to(path.as_str(), &side.content) {
        Some(_) => Ok(()),
        None => Err(RepositoryError::refused(path.as_str().as_bytes(), Refusal::LinkLeadsOut)),
    }
}

/// Where a link leads inside the tree; nothing where it leads out of it or into its git folder.
pub(super) fn led_to(link: &str, target: &[u8]) -> Option<String> {
    let target = std::str::from_utf8(target).ok()?;
    let mut place: Vec<&str> = link.split('/').collect();
    place.pop();
    if target.starts_with('/') || target.contains('\0') {
        return None;
    }
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                place.pop()?;
            }
            name if is_git_folder(name) => return None,
            name => place.push(name),
        }
    }
    Some(place.join("/"))
}

/// Tells whether the bytes stand for a file that git-lfs keeps elsewhere.
pub(super) fn is_pointer(content: &Arc<[u8]>) -> bool {
    content.len() <= MAX_POINTER_BYTES
        && content.starts_with(b"version https://git-lfs.github.com/spec/")
}
