//! The private key of the log, in its own file.
//!
//! It lies outside the database, so that a copy of the database alone cannot sign a longer log. A new key has a fresh
//! origin as its name: no two logs are ever called alike.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use uuid::{NoContext, Uuid};

use crate::config::short_file::{self, Links};
use crate::store::error::StoreError;
use crate::store::sqlite::failure::of_file;
use crate::store::sqlite::home::folders::{make_folder, sync_folder};
use record::audit::key::LogKey;
use record::domain::time::Timestamp;

/// Longest key file that is read.
const MAX_KEY_BYTES: u64 = 4_096;

/// Names the place of the key of a home.
pub(crate) fn path(home: &Path) -> PathBuf {
    home.join("keys").join("log.key")
}

/// The key of a home; `None` where there is no file.
pub(crate) fn load(home: &Path) -> Result<Option<LogKey>, StoreError> {
    let path = path(home);
    match short_file::read_text(&path, Links::Followed, MAX_KEY_BYTES) {
        Ok(text) => LogKey::parse(&text).map(Some).map_err(|_| StoreError::LogKey { path }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(StoreError::LogKey { path }),
        Err(source) => Err(StoreError::File { path, source }),
    }
}

/// Makes a key for a new log, named by a fresh origin, and stores it before anything is signed with it.
pub(crate) fn create(home: &Path, now: Timestamp) -> Result<LogKey, StoreError> {
    let path = path(home);
    let unusable = || StoreError::LogKey { path: path.clone() };
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| StoreError::Database(Box::new(std::io::Error::from(error))))?;
    let key = LogKey::from_seed(&origin(now), &seed).map_err(|_| unusable())?;
    let folder = home.join("keys");
    make_folder(&folder)?;
    write(&folder, &path, &key.encode())?;
    Ok(key)
}

fn origin(now: Timestamp) -> String {
    let millis = u64::try_from(now.millis()).unwrap_or_default();
    let nanos = u32::try_from(millis % 1_000 * 1_000_000).unwrap_or_default();
    let time = uuid::Timestamp::from_unix(NoContext, millis / 1_000, nanos);
    format!("saraphina/{}", Uuid::new_v7(time))
}

/// `tempfile` makes its files readable by their owner only.
fn write(folder: &Path, path: &Path, text: &str) -> Result<(), StoreError> {
    let failed = |error| of_file(path, error);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    sync_folder(folder)
}
