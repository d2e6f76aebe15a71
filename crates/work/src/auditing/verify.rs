//! Carries out `/audit verify` for a home or for an export.
//!
//! A home is checked by `log_check.rs` and then against its anchors; an export is checked by itself, as an outsider would.
//! Nothing is written, so that a home can be verified while another process writes to it.

use std::path::PathBuf;

use crate::auditing::anchoring::{self, Depth};
use crate::auditing::log_check;
use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use verifier::check;
use verifier::error::{VerifyError, VerifyErrorKind};
use verifier::given::Trusted;
use verifier::verified::Verified;

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
    let trusted = Trusted::read(wish.key.as_deref(), wish.since.as_deref());
    let trusted = trusted.map_err(|error| refusal(&error))?;
    let Some(path) = wish.path else {
        let verified = log_check::home(invocation, invocation.cancel.clone(), trusted).await?;
        return anchored(invocation, verified).await;
    };
    let cancel = invocation.cancel.clone();
    let work = move || check::verify(&path, trusted, &|| cancel.is_cancelled());
    let verified = tokio::task::spawn_blocking(work).await;
    verified
        .map_err(|failure| CommandError::from_source(ErrorKind::Internal, &failure))?
        .map_err(|error| refusal(&error))
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
