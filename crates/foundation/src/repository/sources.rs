//! The files of a commit by their ids, and what they hold.
//!
//! Names are bytes, and sizes are not asked for, so that a clone that lacks contents can be listed too. What is missing, altered or too
//! large is passed over, one file at a time: whoever reads says how many.

use std::sync::Arc;

use record::domain::changeset::{GitId, Mode};

use crate::repository::error::RepositoryError;
use crate::repository::objects::{Bounds, Found, Objects};
use crate::repository::repository::Repository;
use crate::repository::scratch::Scratch;
use crate::repository::trees::{self, Folders, Kind};

/// Most bytes of a source that is read.
pub const MAX_SOURCE_BYTES: u64 = 1 << 20;
/// Most bytes that are held at once.
const MAX_HELD_BYTES: u64 = 64 << 20;

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeBlob {
    /// Where it lies.
    pub path: Vec<u8>,
    /// What it holds.
    pub id: GitId,
}

/// A process that reads contents.
#[derive(Debug)]
pub struct Sources {
    objects: Objects,
    _scratch: Scratch,
}

impl Repository {
    /// Lists the files of a tree; links and submodules are none.
    pub async fn tree_blobs(&self, tree: &GitId) -> Result<Vec<TreeBlob>, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.shadow.all_objects());
        let entries = trees::entries(&git, tree, Folders::Listed).await?;
        let is_file = |kind: Kind| matches!(kind, Kind::Plain(Mode::File | Mode::Executable));
        let files = entries.into_iter().filter(|entry| is_file(entry.kind));
        Ok(files.map(|entry| TreeBlob { path: entry.path, id: entry.id }).collect())
    }

    /// Starts to read contents.
    pub fn sources(&self) -> Result<Sources, RepositoryError> {
        let scratch = self.scratch()?;
        let objects = Objects::start(&scratch.git(&self.shadow.all_objects()))?;
        Ok(Sources { objects, _scratch: scratch })
    }
}

impl Sources {
    /// Reads contents in the order of their ids; none where one is missing, altered or too large.
    pub async fn read(
        &mut self,
        ids: &[&GitId],
    ) -> Result<Vec<Option<Arc<[u8]>>>, RepositoryError> {
        let bounds = Bounds { each: MAX_SOURCE_BYTES, all: MAX_HELD_BYTES };
        let found = self.objects.read_each("blob", ids, bounds).await?;
        let content = |found| match found {
            Ok(Found::Object(content)) => Some(content),
            Ok(Found::TooLarge(_) | Found::TooLargeTogether) | Err(_) => None,
        };
        Ok(found.into_iter().map(content).collect())
    }
}
