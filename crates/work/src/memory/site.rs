//! Where a memory is built: a store, a repository, and how to stop.
//!
//! Steps go into the store one after the other, each where nobody else wrote since the one before. What is asked is answered as of one
//! moment.

use record::domain::time::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::memory::error::MemoryError;
use foundation::repository::repository::Repository;
use foundation::store::error::StoreError;
use foundation::store::memory::{Recall, Remembered, Step};
use foundation::store::store::Store;

/// Everything that a build needs.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// Where it is stored.
    pub store: &'a dyn Store,
    /// What is read.
    pub repository: &'a Repository,
    /// The name that it is remembered by.
    pub name: &'a str,
    /// Stops it.
    pub cancel: &'a CancellationToken,
    /// Is told how far it is.
    pub progress: &'a (dyn Fn(String) + Send + Sync),
    /// The moment that is noted.
    pub at: Timestamp,
}

/// Steps on their way into the store.
pub(super) struct Writing<'a> {
    store: &'a dyn Store,
    pub(super) repository: i64,
    version: u64,
}

impl<'a> Writing<'a> {
    pub(super) fn new(store: &'a dyn Store, memory: &Remembered) -> Self {
        Self { store, repository: memory.row, version: memory.version }
    }

    pub(super) async fn write(&mut self, step: Step) -> Result<(), MemoryError> {
        self.version = self.store.memorise(self.repository, self.version, step).await?;
        Ok(())
    }
}

/// Asks a store what is remembered, as of one moment.
pub fn recall<T>(
    store: &dyn Store,
    mut ask: impl FnMut(&dyn Recall) -> Result<T, StoreError>,
) -> Result<T, MemoryError> {
    let mut answer = None;
    store.recall(&mut |recall| {
        answer = Some(ask(recall)?);
        Ok(())
    })?;
    answer.ok_or(MemoryError::Store(StoreError::Closed))
}

pub(super) fn check(cancel: &CancellationToken) -> Result<(), MemoryError> {
    if cancel.is_cancelled() { Err(MemoryError::Interrupted) } else { Ok(()) }
}
