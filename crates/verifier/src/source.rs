//! The files of an export, read without trusting them.
//!
//! An export may come from anybody: names are looked up one by one below its folder, links and devices are refused instead of
//! followed, and every read has a bound. Nothing is unpacked and nothing is written.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::format::Format;
use crate::layout;

/// Deepest folder in an export: a tile of a log of a billion entries.
const MAX_DEPTH: usize = 6;
/// Most names listed of one export.
const MAX_NAMES: usize = 4_000_000;

/// The place that the files of an export come from.
#[derive(Debug)]
pub enum Source {
    /// A folder.
    Folder(PathBuf),
    /// A tar file.
    Tar(Archive),
}

/// A reason why an export cannot be looked at.
#[derive(Debug)]
pub enum NoSource {
    /// There is nothing of an export at this path.
    Missing(String),
    /// Something is there, and it is not what was exported.
    Unfit(String),
}

impl Source {
    /// The export at a path: a folder, or a tar file.
    pub fn open(path: &Path) -> Result<Self, NoSource> {
        let missing = |error: std::io::Error| NoSource::Missing(error.to_string());
        let metadata = path.metadata().map_err(missing)?;
        if metadata.is_dir() {
            let has = |name: &str| path.join(name).symlink_metadata().is_ok();
            if has(layout::RECORDS) || has(layout::CHECKPOINT) {
                return Ok(Self::Folder(path.to_path_buf()));
            }
            let nothing = "the folder holds neither records.jsonl nor checkpoint";
            return Err(NoSource::Missing(nothing.to_owned()));
        }
        if !metadata.is_file() {
            return Err(NoSource::Missing("it is neither a folder nor a file".to_owned()));
        }
        if let Some(refusal) = Format::of(path).map_err(missing)?.refusal() {
            return Err(NoSource::Missing(refusal));
        }
        let archive = Archive::open(path).map_err(NoSource::Unfit)?;
        if archive.size(layout::RECORDS).is_none() && archive.size(layout::CHECKPOINT).is_none() {
            let nothing = "the archive holds neither records.jsonl nor checkpoint";
            return Err(NoSource::Missing(nothing.to_owned()));
        }
        Ok(Self::Tar(archive))
    }

    /// The bytes of a file as they come; `None` where there is no such file.
    pub fn read(&self, name: &str) -> Result<Option<Box<dyn Read + '_>>, String> {
        match self {
            Self::Tar(archive) => {
                Ok(archive.read(name).map(|slice| Box::new(slice) as Box<dyn Read + '_>))
            }
            Self::Folder(folder) => {
                let Some(metadata) = lookup(folder, name)? else { return Ok(None) };
                if !metadata.is_file() {
                    return Err(format!("{name} is not a plain file"));
                }
                let file =
                    File::open(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
                Ok(Some(Box::new(file) as Box<dyn Read + '_>))
            }
        }
    }

    /// The whole of a file that has at most `limit` bytes; `None` where there is no such file.
    pub fn bytes(&self, name: &str, limit: usize) -> Result<Option<Vec<u8>>, String> {
        let Some(reader) = self.read(name)? else { return Ok(None) };
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        reader.take(most).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
        if bytes.len() > limit {
            return Err(format!("{name} has more than {limit} bytes"));
        }
        Ok(Some(bytes))
    }

    /// The whole of a short file as text.
    pub fn text(&self, name: &str, limit: usize) -> Result<Option<String>, String> {
        let Some(bytes) = self.bytes(name, limit)? else { return Ok(None) };
        String::from_utf8(bytes).map(Some).map_err(|_| format!("{name} is not text"))
    }

    /// Whether bytes lie behind the end of a tar file.
    pub const fn has_tail(&self) -> bool {
        match self {
            Self::Folder(_) => false,
            Self::Tar(archive) => archive.has_tail(),
        }
    }

    /// What lies at the top of it and has no name of an export, in order.
    pub fn strangers(&self) -> Result<Vec<String>, String> {
        let mut found: Vec<String> = match self {
            Self::Tar(archive) => archive.tops().map(str::to_owned).collect(),
            Self::Folder(root) => {
                let listed = root.read_dir().map_err(|error| error.to_string())?;
                let name = |entry: std::io::Result<std::fs::DirEntry>| {
                    Ok(entry?.file_name().to_string_lossy().into_owned())
                };
                let names: std::io::Result<Vec<String>> = listed.map(name).collect();
                names.map_err(|error| error.to_string())?
            }
        };
        found.retain(|name| !layout::TOP.contains(&name.as_str()));
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Shows the names of the files below a folder to `visit`, in no particular order, until it has seen enough.
    pub fn names(&self, folder: &str, visit: &mut dyn FnMut(&str)) -> Result<(), String> {
        match self {
            Self::Tar(archive) => {
                archive.below(folder).for_each(visit);
                Ok(())
            }
            Self::Folder(root) => {
                Walk { root, left: MAX_NAMES }.walk(folder, folder, MAX_DEPTH, visit)
            }
        }
    }
}

/// A folder on its way down; nothing is followed.
struct Walk<'a> {
    root: &'a Path,
    left: usize,
}

impl Walk<'_> {
    fn walk(
        &mut self,
        top: &str,
        folder: &str,
        depth: usize,
        visit: &mut dyn FnMut(&str),
    ) -> Result<(), String> {
        match lookup(self.root, folder)? {
            None => return Ok(()),
            Some(metadata) if metadata.is_dir() && depth > 0 => {}
            Some(_) => return Err(format!("{folder} is not a folder of an export")),
        }
        let failed = |error: std::io::Error| format!("{folder}: {error}");
        for entry in self.root.join(folder).read_dir().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            self.left = self.left.checked_sub(1).ok_or("the export has too many files")?;
            let name = entry.file_name();
            let path = format!("{folder}/{}", name.to_str().ok_or("a name is not text")?);
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                self.walk(top, &path, depth - 1, visit)?;
            } else if kind.is_file() {
                visit(
                    path.strip_prefix(top).and_then(|path| path.strip_prefix('/')).unwrap_or(&path),
                );
            } else {
                return Err(format!("{path} is not a plain file"));
            }
        }
        Ok(())
    }
}

/// Looks at what lies at a name of ours; a link on the way there is an error, because it could lead anywhere.
fn lookup(folder: &Path, name: &str) -> Result<Option<Metadata>, String> {
    let mut path = folder.to_path_buf();
    let mut found = None;
    for part in name.split('/') {
        path.push(part);
        let metadata = match path.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(format!("{name}: {error}")),
        };
        if metadata.is_symlink() {
            return Err(format!("{name} is a link"));
        }
        found = Some(metadata);
    }
    Ok(found)
}
