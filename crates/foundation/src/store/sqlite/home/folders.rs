//! Folders of a home, made private and flushed.
//!
//! A file that was renamed or made is on the disk only when its folder is flushed as well, so every file of this room
//! that gives a file its name calls [`sync_folder`] afterwards.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::sqlite::failure::{DATABASE, of_file};

/// Names the place of the database in a home.
pub(crate) fn database_path(home: &Path) -> PathBuf {
    home.join(DATABASE)
}

/// Makes a folder that only its owner can enter, if it is not there.
pub(crate) fn make_folder(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700).create(path).map_err(|error| of_file(path, error))
}

/// Makes a folder for an unfinished database; what a killed process left in it is of no use and goes.
pub(crate) fn empty_folder(folder: PathBuf) -> Result<PathBuf, StoreError> {
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder).map_err(|error| of_file(&folder, error))?;
    }
    make_folder(&folder)?;
    Ok(folder)
}

/// Puts the names in a folder on the disk.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| of_file(path, error))
}
