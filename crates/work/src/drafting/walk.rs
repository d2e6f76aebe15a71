//! Walks a project's folder and tells what lies in it, before anything is read.
//!
//! A link is followed where it leads to a file of the same folder, which is then taken as a copy; all others are named
//! among what was left out. Names that tools or secrets have are left out (`kinds.rs`), and counts are bounded.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::command::{Kind, Surroundings};
use crate::contract::error::CommandError;
use crate::drafting::kinds::{self, Aside};
use record::domain::source_path::SourcePath;

/// Most files and folders that are looked at.
const MAX_SEEN: usize = 60_000;
/// Most folders below each other.
const MAX_DEPTH: usize = 30;
/// Why a folder without files is not there afterwards.
const EMPTY: &str = "an empty folder";
/// Most names of what was left out that are told.
pub const MAX_LEFT_OUT: usize = 50;

/// A file or folder that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Where it lies.
    pub path: String,
    /// The reason.
    pub why: String,
}

impl LeftOut {
    /// Names it with its reason.
    pub fn new(path: String, why: Aside) -> Self {
        Self { path, why: why.word().to_owned() }
    }
}

/// A file that was found, not read yet.
pub struct Found {
    /// Where it lies in the folder.
    pub path: SourcePath,
    /// Its size.
    pub bytes: u64,
    /// The file that is read for it: itself, or what it leads to.
    pub from: PathBuf,
}

/// A folder on its way through.
pub struct Walk<'a> {
    root: &'a Path,
    without: Vec<String>,
    surroundings: &'a dyn Surroundings,
    seen: usize,
    /// What is taken.
    pub found: Vec<Found>,
    /// Hidden files in packages, which code may name as its data.
    pub hidden: Vec<Found>,
    /// What is not.
    pub left_out: Vec<LeftOut>,
    /// What is taken, but not as it lies there.
    pub otherwise: Vec<LeftOut>,
}

/// Walks the whole folder but for the named parts.
pub fn walked<'a>(
    root: &'a Path,
    without: &[PathBuf],
    surroundings: &'a dyn Surroundings,
) -> Result<Walk<'a>, CommandError> {
    let without = without.iter().map(|path| below(root, path)).collect();
    let (found, left_out, otherwise) = (Vec::new(), Vec::new(), Vec::new());
    let hidden = Vec::new();
    let mut walk =
        Walk { root, without, surroundings, seen: 0, found, hidden, left_out, otherwise };
    walk.enter("", 0)?;
    Ok(walk)
}

/// A path as it lies below the folder, however it was typed.
fn below(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    inner.trim_start_matches("./").trim_end_matches('/').to_owned()
}

impl Walk<'_> {
    fn enter(&mut self, folder: &str, depth: usize) -> Result<(), CommandError> {
        let entries = self.surroundings.list(&self.root.join(folder))?;
        if entries.iter().any(|entry| entry.name == "pyvenv.cfg") && depth > 0 {
            self.leave(folder.to_owned(), Aside::Made);
            return Ok(());
        }
        if entries.is_empty() && depth > 0 && self.left_out.len() < MAX_LEFT_OUT {
            self.left_out.push(LeftOut { path: folder.to_owned(), why: EMPTY.to_owned() });
        }
        for entry in entries {
            self.seen += 1;
            if self.seen > MAX_SEEN || depth > MAX_DEPTH {
                let message = format!(
                    "{} holds more than {MAX_SEEN} files, or folders more than {MAX_DEPTH} deep",
                    self.root.join(folder).display()
                );
                return Err(CommandError::usage(message)
                    .hint("Leave parts of it out with --without, or name a smaller folder."));
            }
            let path = if folder.is_empty() {
                entry.name.clone()
            } else {
                format!("{folder}/{}", entry.name)
            };
            self.meet(path, entry.kind, depth)?;
        }
        Ok(())
    }

    fn meet(&mut self, path: String, kind: Kind, depth: usize) -> Result<(), CommandError> {
        let said = self.without.contains(&path).then_some(Aside::Said);
        let is_file = matches!(kind, Kind::File(_) | Kind::Program(_) | Kind::Link(_));
        let why = said.or_else(|| kinds::left_out(&path, is_file));
        let (bytes, from) = match kind {
            Kind::Folder if why.is_none() => return self.enter(&path, depth + 1),
            Kind::File(bytes) | Kind::Program(bytes) => (bytes, Some(self.root.join(&path))),
            Kind::Link(bytes) => (bytes, self.led_to(&path)),
            Kind::Folder | Kind::Other => (0, None),
        };
        match (why, from, path.parse::<SourcePath>()) {
            (None, Some(from), Ok(path)) => {
                self.keep_otherwise(&path, kind);
                self.found.push(Found { path, bytes, from });
            }
            (Some(Aside::Hidden), Some(from), Ok(path)) => {
                self.hidden.push(Found { path, bytes, from });
            }
            (None, Some(_), Err(_)) => self.leave(path, Aside::Name),
            (None, None, _) => self.leave(path, Aside::NoFile),
            (Some(why), _, _) => self.leave(path, why),
        }
        Ok(())
    }

    /// The file that a link leads to, where it lies in the folder and would be taken itself.
    fn led_to(&self, path: &str) -> Option<PathBuf> {
        let whole = |path: &Path| self.surroundings.whole(path).ok();
        let (root, target) = (whole(self.root)?, whole(&self.root.join(path))?);
        let inner = target.strip_prefix(&root).ok()?.to_str()?;
        let ends = inner.match_indices('/').map(|(end, _)| end).chain([inner.len()]);
        let is_out = |end: usize| {
            let part = inner.get(..end).unwrap_or_default();
            kinds::left_out(part, end == inner.len()).is_some()
                || self.without.iter().any(|without| without == part)
        };
        let is_taken = !ends.into_iter().any(is_out);
        is_taken.then_some(target)
    }

    /// A proposal holds bytes alone: what else a file was is told.
    fn keep_otherwise(&mut self, path: &SourcePath, kind: Kind) {
        let why = match kind {
            Kind::Program(_) => "its mode lets it run, which is not kept",
            Kind::Link(_) => "a link, kept as a copy of its file",
            Kind::File(_) | Kind::Folder | Kind::Other => return,
        };
        if self.otherwise.len() < MAX_LEFT_OUT {
            self.otherwise.push(LeftOut { path: path.to_string(), why: why.to_owned() });
        }
    }

    fn leave(&mut self, path: String, why: Aside) {
        if self.left_out.len() < MAX_LEFT_OUT {
            self.left_out.push(LeftOut::new(path, why));
        }
    }
}
