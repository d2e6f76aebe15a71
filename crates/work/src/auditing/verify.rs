//! Carries out `/audit verify` for a home, a backup or an export.
//!
//! A home is checked by `log_check.rs` and then against its anchors, a backup by `log_check.rs` alone; an export is checked by itself, as an outsider would.
//! Nothing is written, so that a home can be verified while another process writes to it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::auditing::anchoring::{self, Depth};
use crate::auditing::log_check;
use crate::contract::blocking::beside;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use foundation::store::error::StoreError;
use foundation::store::sqlite::backup_reader::BackupReader;
use verifier::check;
use verifier::error::{VerifyError, VerifyErrorKind};
use verifier::format::Format;
use verifier::given::Trusted;
use verifier::verified::Verified;

/// A wish for a verification: what is checked, and against what.
#[derive(Debug, Default)]
pub struct Wish {
    /// An export or a backup; without one the home.
    pub path: Option<PathBuf>,
    /// A file with the public key of the log.
    pub key: Option<PathBuf>,
    /// A file with a checkpoint that was kept.
    pub since: Option<PathBuf>,
}

/// Verifies a home, a backup or an export; writes nothing there.
pub async fn verify(invocation: &Invocation, wish: Wish) -> Result<Verified, CommandError> {
    let trusted = Trusted::read(wish.key.as_deref(), wish.since.as_deref());
    let trusted = trusted.map_err(|error| refusal(&error))?;
    let Some(path) = wish.path else {
        let verified = log_check::home(invocation, invocation.cancel.clone(), trusted).await?;
        return anchored(invocation, verified).await;
    };
    // Anything but a database is of the verifier to name.
    if path.is_file() && matches!(Format::of(&path), Ok(Format::Database)) {
        return backup(invocation, path, trusted).await;
    }
    let cancel = invocation.cancel.clone();
    let work = move || check::verify(&path, trusted, &|| cancel.is_cancelled());
    let verified = tokio::task::spawn_blocking(work).await;
    verified
        .map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))?
        .map_err(|error| refusal(&error))
}

/// Verifies a backup as a home is verified, but for what lies outside its database.
async fn backup(
    invocation: &Invocation,
    path: PathBuf,
    trusted: Trusted,
) -> Result<Verified, CommandError> {
    let (clock, named) = (Arc::clone(&invocation.clock), path.display().to_string());
    let opened = beside(move || Ok(BackupReader::open(&path, &clock))).await?;
    match opened {
        Ok(reader) => log_check::backup(reader.store(), invocation.cancel.clone(), trusted).await,
        Err(StoreError::Corrupt { detail }) => Ok(Verified::unreadable(detail, "backup")),
        Err(StoreError::Foreign { .. }) => {
            let message =
                format!("there is no backup at {named}: it is a database of another program");
            Err(CommandError::new(ErrorKind::NotFound, message)
                .hint("Give an export, or the file that `/backup` wrote."))
        }
        Err(error) => Err(error.into()),
    }
}

/// Compares a log that holds by itself with what the anchors keep.
async fn anchored(context: &Context, verified: Verified) -> Result<Verified, CommandError> {
    let Some(store) = context.store.as_deref().ok().filter(|_| verified.ok) else {
        return Ok(verified);
    };
    let found = anchoring::compare(context, store, Depth::All, &verified.restores).await?;
    let notes = [verified.notes, found.explained].concat();
    Ok(Verified { ok: found.problem.is_none(), problem: found.problem, notes, ..verified })
}

/// Turns an error of the verifier into one of a command.
pub fn refusal(error: &VerifyError) -> CommandError {
    let kind = match error.kind() {
        VerifyErrorKind::Usage => ErrorKind::Usage,
        VerifyErrorKind::NotFound => ErrorKind::NotFound,
        VerifyErrorKind::Unavailable => ErrorKind::Unavailable,
        VerifyErrorKind::Interrupted => ErrorKind::Interrupted,
        VerifyErrorKind::Internal => ErrorKind::Internal,
    };
    let refused = CommandError::new(kind, error.to_string());
    error.hint().into_iter().fold(refused, CommandError::hint)
}
