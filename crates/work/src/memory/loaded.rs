//! What a question needs of a memory, read as of one moment.
//!
//! A question reads the files, the words of all sources and a piece of the history: a few milliseconds, so that nothing is kept between
//! questions and every answer is about what is stored now.

use std::collections::HashMap;

use record::domain::changeset::GitId;

use crate::memory::error::MemoryError;
use crate::memory::facts::Facts;
use crate::memory::site::recall;
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptFile, Recall};
use foundation::store::store::Store;
use record::domain::text::Untrusted;

/// Characters that are shown of a path or name.
const SHOWN: usize = 300;

/// A memory with its files.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The number of its row.
    pub row: i64,
    /// The commit that it stands for.
    pub head: GitId,
    /// What is known of it as a whole.
    pub facts: Facts,
    /// The newest number of a commit.
    pub newest: u32,
    /// The files that are there, by their numbers.
    pub files: HashMap<u32, KeptFile>,
}

/// Asks a memory that was built.
pub fn ask<T>(
    store: &dyn Store,
    name: &str,
    mut question: impl FnMut(&dyn Recall, &Loaded) -> Result<T, StoreError>,
) -> Result<(Loaded, T), MemoryError> {
    let answer = recall(store, |recall| {
        let Some(memory) = recall.remembered(name)? else { return Ok(None) };
        let Some(head) = memory.head else { return Ok(None) };
        let files = recall.files(memory.row)?.into_iter().filter(|file| file.is_live);
        let loaded = Loaded {
            row: memory.row,
            head,
            facts: Facts::read(&memory.facts),
            newest: recall.newest(memory.row)?.0,
            files: files.map(|file| (file.number, file)).collect(),
        };
        let answer = question(recall, &loaded)?;
        Ok(Some((loaded, answer)))
    })?;
    answer.ok_or_else(|| MemoryError::NotBuilt { name: name.to_owned() })
}

impl Loaded {
    /// Finds the file of a path, or the only one whose path ends so.
    pub fn file(&self, path: &str) -> Option<&KeptFile> {
        let path = path.trim_start_matches("./").as_bytes();
        let whole = self.files.values().find(|file| file.path == path);
        whole.or_else(|| {
            let ends = |file: &&KeptFile| {
                file.path.strip_suffix(path).is_some_and(|before| before.ends_with(b"/"))
            };
            let mut found = self.files.values().filter(ends);
            found.next().filter(|_| !path.is_empty() && found.next().is_none())
        })
    }

    /// The path of a file, escaped and cut.
    pub fn path(&self, file: u32) -> String {
        self.files.get(&file).map_or_else(String::new, |file| shown(&file.path))
    }
}

/// Bytes of a repository as one harmless line.
pub fn shown(bytes: &[u8]) -> String {
    Untrusted(&String::from_utf8_lossy(bytes)).line(SHOWN)
}
