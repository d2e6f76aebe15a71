//! Trees compared, many of them with two processes.
//!
//! Starting a process costs more than comparing two trees, so a range of a thousand commits is checked with the same two.

use std::sync::Arc;

use record::domain::changeset::{GitId, MAX_CHANGE_BYTES};

use crate::repository::delta::{self, Delta, MAX_FILE_BYTES};
use crate::repository::differ::Differ;
use crate::repository::error::{Refusal, RepositoryError};
use crate::repository::git::Git;
use crate::repository::objects::{Bounds, Found, Objects};
use crate::repository::scratch::Scratch;
use crate::repository::shadow::Shadow;

/// Two processes that compare trees and read objects, for as long as it lives.
#[derive(Debug)]
pub struct Comparer {
    differ: Differ,
    objects: Objects,
    _scratch: Scratch,
}

impl Shadow {
    /// Starts to compare trees and to read objects.
    pub fn comparer(&self) -> Result<Comparer, RepositoryError> {
        let scratch = self.scratch()?;
        let git = scratch.git(&self.all_objects());
        let (differ, objects) = (Differ::start(&git)?, Objects::start(&git)?);
        Ok(Comparer { differ, objects, _scratch: scratch })
    }

    /// What differs between two trees.
    pub async fn deltas(
        &self,
        before: &GitId,
        after: &GitId,
    ) -> Result<Vec<Delta>, RepositoryError> {
        self.comparer()?.deltas(before, after).await
    }
}

impl Comparer {
    /// What differs between two trees.
    pub async fn deltas(
        &mut self,
        before: &GitId,
        after: &GitId,
    ) -> Result<Vec<Delta>, RepositoryError> {
        let raw = self.differ.compare(before, after).await?;
        delta::read(raw, &mut self.objects).await
    }

    /// Reads blobs, in the order of their ids.
    pub async fn blobs(&mut self, ids: &[&GitId]) -> Result<Vec<Arc<[u8]>>, RepositoryError> {
        let bounds = Bounds { each: MAX_FILE_BYTES, all: MAX_CHANGE_BYTES as u64 };
        let found = self.objects.read("blob", ids, bounds).await?;
        let content = |(found, id): (Found, &&GitId)| match found {
            Found::Object(content) => Ok(content),
            Found::TooLarge(bytes) => {
                let why = Refusal::TooLarge { bytes };
                Err(RepositoryError::refused(id.as_str().as_bytes(), why))
            }
            Found::TooLargeTogether => Err(RepositoryError::TooLarge),
        };
        found.into_iter().zip(ids).map(content).collect()
    }
}

/// What differs between two trees, for a piece of work that has its folder already.
pub(super) async fn deltas(
    git: &Git,
    before: &GitId,
    after: &GitId,
) -> Result<Vec<Delta>, RepositoryError> {
    let raw = Differ::start(git)?.compare(before, after).await?;
    if raw.is_empty() {
        return Ok(Vec::new());
    }
    delta::read(raw, &mut Objects::start(git)?).await
}
