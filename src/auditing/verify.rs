//! Carries out `/audit verify` for a home or for an export.
//!
//! A home is checked by `log_check.rs` and then against its anchors; an export is checked by itself, as an outsider would.
//! Nothing is written, so that a home can be verified while another process writes to it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::auditing::anchoring::{self, Depth};
use crate::auditing::exporting::check::{Trusted, check};
use crate::auditing::exporting::source::{NoSource, Source};
use crate::auditing::log_check;
use crate::auditing::verified::Verified;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;

/// Longest key or checkpoint file that is read.
const MAX_BYTES: u64 = 16_384;

/// A wish for a verification: what is checked, and against what.
#[derive(Debug, Default)]
pub struct Wish {
    /// An export; without one the home.
    pub path: Option<PathBuf>,
    /// A file with the public key of the log.
    pub key: Option<PathBuf>,
    /// A file with a checkpoint that was kept.
    pub since: Option<PathBuf>,
}

/// Verifies a home or an export; writes nothing.
pub async fn verify(invocation: &Invocation, wish: Wish) -> Result<Verified, CommandError> {
    let trusted = Trusted {
        key: wish.key.as_deref().map(key_file).transpose()?,
        since: wish.since.as_deref().map(checkpoint_file).transpose()?,
    };
    let Some(path) = wish.path else {
        let verified = log_check::home(invocation, invocation.cancel.clone(), trusted).await?;
        return anchored(invocation, verified).await;
    };
    let cancel = invocation.cancel.clone();
    let verified = tokio::task::spawn_blocking(move || match Source::open(&path) {
        Ok(source) => check(&source, trusted, &cancel),
        Err(NoSource::Unfit(problem)) => Ok(Verified::unreadable(problem, "export")),
        Err(NoSource::Missing(problem)) => Err(missing(&path, &problem)),
    });
    verified.await.map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))?
}

/// Compares a log that holds by itself with what the anchors keep.
async fn anchored(context: &Context, verified: Verified) -> Result<Verified, CommandError> {
    let Some(store) = context.store.as_deref().ok().filter(|_| verified.ok) else {
        return Ok(verified);
    };
    let found = anchoring::compare(context, store, (Depth::All, &verified.restores)).await?;
    let notes = [verified.notes, found.explained].concat();
    Ok(Verified { ok: found.problem.is_none(), problem: found.problem, notes, ..verified })
}

fn missing(path: &Path, problem: &str) -> CommandError {
    let message = format!("there is no export at {}: {problem}", path.display());
    CommandError::new(ErrorKind::NotFound, message)
        .hint("Give the folder or tar file that `/audit export` wrote.")
}

fn key_file(path: &Path) -> Result<VerifierKey, CommandError> {
    VerifierKey::parse(&short_text(path)?).map_err(|error| {
        CommandError::usage(format!("{}: {error}", path.display()))
            .hint("Give a file with the line `name+hash+base64`, such as signers.vkey.")
    })
}

/// Reads the signed note in a file; its signature is not checked here.
pub fn checkpoint_file(path: &Path) -> Result<String, CommandError> {
    let note = short_text(path)?;
    Checkpoint::parse_unverified(&note).map_err(|error| {
        CommandError::usage(format!("{}: {error}", path.display()))
            .hint("Give a file `checkpoint` of an earlier export, or what `/audit checkpoint --json` has as note.")
    })?;
    Ok(note)
}

fn short_text(path: &Path) -> Result<String, CommandError> {
    let failed = |error: std::io::Error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            std::io::ErrorKind::InvalidData => ErrorKind::Usage,
            _ => ErrorKind::Unavailable,
        };
        CommandError::new(kind, format!("{} cannot be read: {error}", path.display()))
    };
    // A pipe or a device would make the reader wait.
    let metadata = path.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(CommandError::usage(format!("{} is no plain file", path.display())));
    }
    let mut text = String::new();
    File::open(path).map_err(failed)?.take(MAX_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}
