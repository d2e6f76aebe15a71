//! The lock that makes one process the only writer of a home.
//!
//! It is a lock of the system on an empty file: it ends with the process however that ends, so no stale lock has to be
//! recognised or removed.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::config::short_file::{Links, regular};
use crate::store::error::StoreError;
use crate::store::sqlite::failure::of_file;

/// Takes the lock of a home, or says that another process holds it; dropping the file lets go of it.
pub(crate) fn lock(home: &Path) -> Result<File, StoreError> {
    let path = home.join("knowledge.lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options.custom_flags(Links::Followed.flags());
    let file = options.open(&path).and_then(regular).map_err(|error| of_file(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
        Err(TryLockError::Error(source)) => Err(of_file(&path, source)),
    }
}
