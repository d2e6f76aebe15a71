//! Findings that an owner keeps as known, in the home.
//!
//! Nothing is written into what was looked at. A kept list only makes a look shorter: it is no evidence, and an owner alone may keep
//! one, because what is known is not shown.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use foundation::config::short_file::{self, Links};
use inspection::findings::known::Known;
use record::domain::digest::Digest;

/// Most bytes of a kept list.
const MAX_BYTES: u64 = 16 << 20;

/// Reads what is known of a scope; nothing where nobody kept anything.
pub fn find(context: &Context, scope: &str) -> Result<Option<Known>, CommandError> {
    let path = path_of(context, scope);
    let bytes = match short_file::read(&path, Links::Refused, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&path, &error)),
    };
    let known = serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!("{} is no list of findings: {error}", path.display());
        CommandError::new(ErrorKind::State, message)
            .hint("Remove it, and keep the findings anew with `--keep-baseline`.")
    })?;
    Ok(Some(known))
}

/// Keeps findings as known.
pub fn keep(context: &Context, scope: &str, known: &Known) -> Result<(), CommandError> {
    let path = path_of(context, scope);
    let folder = context.settings.home().join(FOLDER);
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    let bytes = serde_json::to_vec(known)
        .map_err(|error| CommandError::new(ErrorKind::Internal, error.to_string()))?;
    // Whoever reads it meanwhile finds the old file or the new one, and never half of one.
    let mut partial =
        tempfile::NamedTempFile::new_in(&folder).map_err(|error| failed(&folder, &error))?;
    partial.write_all(&bytes).map_err(|error| failed(&path, &error))?;
    partial.persist(&path).map_err(|error| failed(&path, &error.error))?;
    Ok(())
}

/// The folder of the home that holds the lists.
const FOLDER: &str = "findings";

fn path_of(context: &Context, scope: &str) -> PathBuf {
    let name = Digest::of(scope.as_bytes()).hex();
    context.settings.home().join(FOLDER).join(format!("{name}.json"))
}

fn failed(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::new(ErrorKind::Unavailable, format!("{}: {error}", path.display()))
}

/// Writes a document to a file that is not there yet.
pub fn write_new(path: &Path, text: &str) -> Result<(), CommandError> {
    if !path.is_absolute() {
        return Err(CommandError::usage(format!("{} is no whole path", path.display())));
    }
    let opened = fs::OpenOptions::new().write(true).create_new(true).open(path);
    match opened.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let message = format!("{} exists already", path.display());
            Err(CommandError::new(ErrorKind::State, message)
                .hint("Nothing was overwritten; give another name."))
        }
        Err(error) => Err(failed(path, &error)),
    }
}
