//! User ids that no two runs share.
//!
//! Where the engine is root, each worker is a user of its own: it can then neither signal nor read another one, and the
//! kernel counts its processes alone. A locked file stands for an id, so that an engine that dies gives its ids back.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// First user id of a worker; nobody else uses this range.
pub(crate) const FIRST: u32 = 64_000;
/// Last user id of a worker.
pub(crate) const LAST: u32 = FIRST + SLOTS - 1;
/// Workers that can run at once on one machine.
const SLOTS: u32 = 512;
/// The folder from which every engine of the machine takes its slots, whatever its home: a user's processes are counted over all.
const SHARED: &str = "/run/saraphina/slots";

/// A user id that is ours until this is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    /// The user id.
    pub(crate) id: u32,
    _lock: File,
}

/// Takes the first free slot of the machine; where its list cannot be kept, of the home.
pub(crate) fn take(home: &Path) -> io::Result<Slot> {
    take_in(&list(Path::new(SHARED), home)?)
}

fn list(shared: &Path, home: &Path) -> io::Result<PathBuf> {
    // A folder that is there may still be on a file system that takes no files.
    if fs::create_dir_all(shared).is_ok() && tempfile::tempfile_in(shared).is_ok() {
        return Ok(shared.to_path_buf());
    }
    let own = home.join("slots");
    fs::create_dir_all(&own).map(|()| own)
}

fn take_in(folder: &Path) -> io::Result<Slot> {
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

#[cfg(test)]
mod tests {
    use super::{FIRST, list, take_in};
    use std::fs;

    #[test]
    fn engines_of_two_homes_share_no_slot_and_free_them_when_they_go() {
        let folder = tempfile::tempdir().unwrap();
        let shared = folder.path().join("shared");
        let lists = ["one", "two"].map(|home| list(&shared, &folder.path().join(home)).unwrap());

        let taken = lists.each_ref().map(|list| take_in(list).unwrap());

        assert_eq!(taken.each_ref().map(|slot| slot.id), [FIRST, FIRST + 1]);
        drop(taken);
        assert_eq!(take_in(&lists[1]).unwrap().id, FIRST);
    }

    #[test]
    fn without_a_shared_list_a_home_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();

        let list = list(&file.join("slots"), folder.path()).unwrap();

        assert_eq!(list, folder.path().join("slots"));
    }
}
