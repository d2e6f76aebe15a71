//! Where a repository of somebody else lies, found without running git.
//!
//! git itself would read the repository's settings while it looks. Here only the places are read, and the two settings that say how
//! objects and references are written; nothing else of them is ever in play.

use std::path::{Path, PathBuf};

use record::domain::changeset::GitId;

use crate::config::short_file::{self, Links};
use crate::repository::error::{RepositoryError, at};

/// Longest file that names another folder.
const MAX_LINK_BYTES: u64 = 8_192;
/// Longest list of references that is looked at.
const MAX_PACKED_BYTES: u64 = 64 << 20;
/// Longest file of settings that is looked at.
const MAX_SETTINGS_BYTES: u64 = 1 << 20;

/// A repository that changes are proposed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its files; none in a bare repository.
    pub work_tree: Option<PathBuf>,
    /// The git folder of this work tree, with its HEAD.
    pub(super) own: PathBuf,
    /// The git folder that all work trees share, with references and objects.
    pub(super) common: PathBuf,
    pub(super) format: Format,
}

/// How objects are named, and references kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) ids: Ids,
    pub(super) references: References,
}

/// What an id is the hash of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    Sha1,
    Sha256,
}

/// How references are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum References {
    Files,
    Tables,
}

impl Target {
    /// Finds the repository of a folder: there, or in the next folder above.
    pub fn find(path: &Path) -> Result<Self, RepositoryError> {
        let start = path.canonicalize().map_err(at(path))?;
        for folder in start.ancestors() {
            let inner = folder.join(".git");
            if is_git_folder(&inner) {
                return Self::of(Some(folder), &inner);
            }
            if inner.is_file() {
                return Self::of(Some(folder), &led_to(&inner)?);
            }
            if is_git_folder(folder) {
                let named = folder.file_name().is_some_and(|name| name == ".git");
                return Self::of(folder.parent().filter(|_| named), folder);
            }
        }
        Err(RepositoryError::NotARepository { path: path.to_owned() })
    }

    fn of(work_tree: Option<&Path>, own: &Path) -> Result<Self, RepositoryError> {
        let own = own.canonicalize().map_err(at(own))?;
        let common = match read(&own.join("commondir")) {
            Some(words) => own.join(words),
            None => own.clone(),
        };
        let common = common.canonicalize().map_err(at(&common))?;
        if !common.join("objects").is_dir() {
            return Err(RepositoryError::NotARepository { path: own });
        }
        let format = format(&common)?;
        if format.references == References::Tables && own != common {
            let kind = "reftable of a linked work tree".to_owned();
            return Err(RepositoryError::References { path: own, kind });
        }
        Ok(Self { work_tree: work_tree.map(Path::to_owned), own, common, format })
    }

    /// Where its objects lie.
    pub(super) fn objects(&self) -> PathBuf {
        self.common.join("objects")
    }

    /// The text of its settings, for whoever tells what git would do; empty where there are none.
    pub(super) fn settings(&self) -> String {
        settings(&self.common)
    }

    /// The git folder that all work trees share, as bytes that name it.
    pub fn place(&self) -> &std::ffi::OsStr {
        self.common.as_os_str()
    }

    /// The commit that HEAD is at, read from the files of references alone; none where they are kept otherwise.
    pub fn tip(&self) -> Option<GitId> {
        let head = read(&self.own.join("HEAD"))?;
        let Some(name) = head.strip_prefix("ref: ") else { return head.trim().parse().ok() };
        let is_plain = name.starts_with("refs/") && !name.split('/').any(|part| part == "..");
        if !is_plain || self.format.references == References::Tables {
            return None;
        }
        if let Some(id) = read(&self.common.join(name)) {
            return id.trim().parse().ok();
        }
        let packed =
            short_file::read(&self.common.join("packed-refs"), Links::Followed, MAX_PACKED_BYTES);
        let packed = String::from_utf8_lossy(&packed.ok()?).into_owned();
        let found = packed
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find(|(_, found)| *found == name);
        found?.0.parse().ok()
    }

    /// Tells whether its history is cut off.
    pub fn is_shallow(&self) -> bool {
        self.common.join("shallow").metadata().is_ok_and(|file| file.len() > 0)
    }
}

fn is_git_folder(path: &Path) -> bool {
    path.is_dir()
        && path.join("HEAD").exists()
        && (path.join("commondir").is_file() || path.join("objects").is_dir())
}

/// The git folder that a file in its place leads to, as in linked work trees and submodules.
fn led_to(file: &Path) -> Result<PathBuf, RepositoryError> {
    let words = short_file::read_text(file, Links::Followed, MAX_LINK_BYTES).map_err(at(file))?;
    let place = words.strip_prefix("gitdir:").map(str::trim);
    match (place, file.parent()) {
        (Some(place), Some(folder)) if !place.is_empty() => Ok(folder.join(place)),
        _ => Err(RepositoryError::NotARepository { path: file.to_owned() }),
    }
}

fn read(file: &Path) -> Option<String> {
    let words = short_file::read_text(file, Links::Followed, MAX_LINK_BYTES).ok()?;
    Some(words.trim_end_matches('\n').to_owned())
}

fn settings(common: &Path) -> String {
    let file = common.join("config");
    let settings = short_file::read(&file, Links::Followed, MAX_SETTINGS_BYTES);
    String::from_utf8_lossy(&settings.unwrap_or_default()).into_owned()
}

/// Reads how objects and references are written, and nothing else.
fn format(common: &Path) -> Result<Format, RepositoryError> {
    let settings = settings(common);
    let refused =
        |kind: &str| RepositoryError::References { path: common.to_owned(), kind: kind.to_owned() };
    let ids = match extension(&settings, "objectformat").as_deref() {
        None | Some("sha1") => Ids::Sha1,
        Some("sha256") => Ids::Sha256,
        Some(_) => return Err(refused("ids of an unknown kind")),
    };
    let references = match extension(&settings, "refstorage").as_deref() {
        None | Some("files") => References::Files,
        Some("reftable") => References::Tables,
        Some(_) => return Err(refused("tables of an unknown kind")),
    };
    Ok(Format { ids, references })
}

/// The value of a setting in the section `extensions`.
fn extension(settings: &str, name: &str) -> Option<String> {
    let mut is_inside = false;
    let mut value = None;
    for line in settings.lines().map(str::trim) {
        if line.starts_with('[') {
            is_inside = line.to_ascii_lowercase().starts_with("[extensions]");
        }
        let Some((key, word)) = line.split_once('=').filter(|_| is_inside) else { continue };
        let key = key.rsplit(']').next().unwrap_or(key).trim();
        if key.eq_ignore_ascii_case(name) {
            value = Some(word.trim().trim_matches('"').to_ascii_lowercase());
        }
    }
    value
}
