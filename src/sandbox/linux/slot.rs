//! User ids that no two runs share.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// First user id of a worker; nobody else uses this range.
const FIRST: u32 = 64_000;
/// Workers that can run at once in one home.
const SLOTS: u32 = 512;

/// A user id that is ours until this is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    /// The user id.
    pub(crate) id: u32,
    _lock: File,
}

/// Takes the first free slot of a home.
pub(crate) fn take(home: &Path) -> io::Result<Slot> {
    let folder = home.join("slots");
    fs::create_dir_all(&folder)?;
    for number in 0..SLOTS {
        let file =
            File::options().create(true).append(true).open(folder.join(number.to_string()))?;
        match file.try_lock() {
            Ok(()) => return Ok(Slot { id: FIRST + number, _lock: file }),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::ResourceBusy, "every worker slot is taken"))
}
