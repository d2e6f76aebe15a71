//! What the home remembers of its anchors: the size of the head that each kept last.
//!
//! An anchor that lost its heads, or another file in its place, looks like one that never had any. The home knows better, as long
//! as this file is not lost with it; it is no evidence for outsiders, who ask the anchors themselves.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use foundation::config::short_file::{self, Links};

/// Largest file that is read.
const MAX_BYTES: u64 = 65_536;

/// Sizes of heads by the name of the anchor that kept them last, of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    log: String,
    kept: BTreeMap<String, u64>,
}

impl Memory {
    /// Reads what a home remembers of a log; nothing where it has no such file.
    pub fn read(home: &Path, log: &str) -> Result<Self, String> {
        let empty = Self { log: log.to_owned(), kept: BTreeMap::new() };
        let path = path(home);
        let text = match short_file::read_text(&path, Links::Refused, MAX_BYTES) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(empty),
            Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
        };
        let found: Self = serde_json::from_str(&text)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        Ok(if found.log == log { found } else { empty })
    }

    /// Gives the size of the head that an anchor kept last.
    pub fn of(&self, anchor: &str) -> Option<u64> {
        self.kept.get(anchor).copied()
    }

    /// Notes that anchors keep a head of this size, flushed.
    pub fn note(mut self, home: &Path, anchors: &[String], size: u64) -> io::Result<()> {
        self.kept.extend(anchors.iter().map(|anchor| (anchor.clone(), size)));
        let mut file = tempfile::NamedTempFile::new_in(home)?;
        file.write_all(&serde_json::to_vec(&self)?)?;
        file.as_file().sync_all()?;
        file.persist(path(home)).map(drop).map_err(|error| error.error)
    }
}

fn path(home: &Path) -> PathBuf {
    home.join("anchors.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_remembers_the_last_head_of_each_anchor_of_its_log() {
        let home = tempfile::tempdir().unwrap();
        let (one, two) = ("file:/a".to_owned(), "file:/b".to_owned());
        let read = |log| Memory::read(home.path(), log).unwrap();

        read("log").note(home.path(), &[one.clone(), two.clone()], 7).unwrap();
        read("log").note(home.path(), std::slice::from_ref(&two), 9).unwrap();

        assert_eq!((read("log").of(&one), read("log").of(&two)), (Some(7), Some(9)));
        assert_eq!(read("another").of(&one), None);
        std::fs::write(home.path().join("anchors.json"), "{").unwrap();
        assert!(Memory::read(home.path(), "log").is_err());
    }
}
