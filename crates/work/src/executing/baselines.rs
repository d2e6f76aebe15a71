//! Runs of bases, kept for later changes of the same base.
//!
//! A baseline says which tests were red before a change, so whoever could alter a kept one could excuse a regression. Each is a file
//! of its own, signed by the key of the log over its content and over what it was measured for; one that does not open is refused by
//! name. They follow from what can be measured again, so they are neither rows nor records, and only so many are kept.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::lookup;
use foundation::config::short_file::{self, Links};
use record::audit::dsse::Envelope;
use record::domain::digest::Digest;

/// Most bytes of one kept file.
const MAX_FILE_BYTES: u64 = 32 << 20;
/// Most files that are kept; the oldest go.
const MAX_KEPT: usize = 200;
/// What the signed text says that it is.
const TYPE: &str = "urn:saraphina:baseline:v1";

/// What is signed: a text, and what it was measured for.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(rename = "_type")]
    kind: String,
    key: Digest,
    document: String,
}

/// Reads the text that was kept under a key; a file that the key of the log did not sign for it is refused.
pub async fn find(context: &Context, key: &Digest) -> Result<Option<String>, CommandError> {
    let path = path_of(context, key);
    let Some(bytes) = read(&path)? else { return Ok(None) };
    let log_key = lookup::log_key(context.store()?).await?;
    let envelope: Option<Envelope> = serde_json::from_slice(&bytes).ok();
    let opened = envelope.and_then(|envelope| envelope.open(&log_key));
    let kept = opened.and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let kept = kept.filter(|kept| kept.kind == TYPE && kept.key == *key).ok_or_else(|| {
        let message = format!("{} is not what was measured", path.display());
        CommandError::new(ErrorKind::Integrity, message)
            .hint("Somebody altered it. Remove it; the base is measured again.")
    })?;
    Ok(Some(kept.document))
}

/// Keeps a text under a key; a home without the key of its log keeps none.
pub fn keep(context: &Context, key: &Digest, document: String) -> Result<(), CommandError> {
    let kept = Kept { kind: TYPE.to_owned(), key: *key, document };
    let internal =
        |error: serde_json::Error| CommandError::new(ErrorKind::Internal, error.to_string());
    let statement = serde_json::to_vec(&kept).map_err(internal)?;
    let Some(envelope) = context.store()?.attest(&statement)? else { return Ok(()) };
    let bytes = serde_json::to_vec(&envelope).map_err(internal)?;
    let path = path_of(context, key);
    let failed = |error: std::io::Error| unwritten(&path, &error);
    let folder = folder(context);
    fs::create_dir_all(&folder).map_err(failed)?;
    // Whoever reads it meanwhile finds the old file or the new one, and never half of one.
    let mut partial = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
    partial.write_all(&bytes).map_err(failed)?;
    partial.persist(&path).map_err(|error| unwritten(&path, &error.error))?;
    forget_oldest(&folder);
    Ok(())
}

fn folder(context: &Context) -> PathBuf {
    context.settings.home().join("baselines")
}

fn path_of(context: &Context, key: &Digest) -> PathBuf {
    folder(context).join(format!("{}.json", key.hex()))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, CommandError> {
    match short_file::read(path, Links::Refused, MAX_FILE_BYTES) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unwritten(path, &error)),
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::new(ErrorKind::Unavailable, format!("{}: {error}", path.display()))
}

/// Only space is lost where one stays, so a failure is nobody's trouble.
fn forget_oldest(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let aged = |entry: fs::DirEntry| {
        let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        (modified.unwrap_or(SystemTime::UNIX_EPOCH), entry.path())
    };
    let mut files: Vec<(SystemTime, PathBuf)> = entries.flatten().map(aged).collect();
    files.sort();
    let surplus = files.len().saturating_sub(MAX_KEPT);
    for (_, path) in files.into_iter().take(surplus) {
        fs::remove_file(path).ok();
    }
}
