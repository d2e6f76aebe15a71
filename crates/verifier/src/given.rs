//! Keys and checkpoints that an auditor got another way, read from files.
//!
//! An export alone can only show that it fits itself. What ties it to a log somebody knows is a public key or an earlier
//! checkpoint from elsewhere, so a file that holds neither is refused instead of being passed over.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use record::audit::checkpoint::Checkpoint;
use record::audit::key::VerifierKey;

use crate::error::VerifyError;

/// Longest key or checkpoint file that is read.
const MAX_BYTES: u64 = 16_384;

/// Things that an export is held against, besides itself.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    /// The key of the log, from elsewhere.
    pub key: Option<VerifierKey>,
    /// A checkpoint that was kept.
    pub since: Option<String>,
}

impl Trusted {
    /// Reads the files that were given.
    pub fn read(key: Option<&Path>, since: Option<&Path>) -> Result<Self, VerifyError> {
        Ok(Self {
            key: key.map(key_file).transpose()?,
            since: since.map(checkpoint_file).transpose()?,
        })
    }
}

fn key_file(path: &Path) -> Result<VerifierKey, VerifyError> {
    VerifierKey::parse(&short_text(path)?)
        .map_err(|source| VerifyError::Key { path: path.to_path_buf(), source })
}

/// Reads the signed note in a file, without a look at its signature.
pub fn checkpoint_file(path: &Path) -> Result<String, VerifyError> {
    let note = short_text(path)?;
    match Checkpoint::parse_unverified(&note) {
        Ok(_) => Ok(note),
        Err(source) => Err(VerifyError::Checkpoint { path: path.to_path_buf(), source }),
    }
}

fn short_text(path: &Path) -> Result<String, VerifyError> {
    let failed = |source| VerifyError::Unreadable { path: path.to_path_buf(), source };
    // A device such as /dev/zero never ends, and a pipe may never begin.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(VerifyError::NoFile { path: path.to_path_buf() });
    }
    let mut text = String::new();
    File::open(path).map_err(failed)?.take(MAX_BYTES).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}
