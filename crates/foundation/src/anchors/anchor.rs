//! The contract of an anchor.
//!
//! An anchor keeps signed heads where the owner of the home cannot quietly take them back; it is given the head and a
//! way to prove that the log only grew.

use async_trait::async_trait;
use thiserror::Error;

use record::domain::digest::Digest;

/// The hashes from an earlier size of the log to this one (RFC 6962, 2.1.2); `None` where they cannot be had.
pub type Consistency<'a> = &'a (dyn Fn(u64) -> Option<Vec<Digest>> + Send + Sync);

/// A signed head to keep.
#[derive(Clone, Copy)]
pub struct SignedHead<'a> {
    /// The log.
    pub origin: &'a str,
    /// Its number of entries.
    pub size: u64,
    /// The C2SP checkpoint.
    pub note: &'a str,
    /// Proves that nothing before was changed.
    pub consistency: Consistency<'a>,
}

/// A reason why an anchor does not keep a head.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AnchorError {
    /// It cannot be reached or written.
    #[error("{anchor} cannot be used: {detail}")]
    Unavailable {
        /// The anchor.
        anchor: String,
        /// The cause.
        detail: String,
    },
    /// It does not take this log.
    #[error("{anchor} refused the head: {detail}")]
    Refused {
        /// The anchor.
        anchor: String,
        /// Its answer.
        detail: String,
    },
    /// It has seen more of the log than there is.
    #[error(
        "{anchor} has seen {seen} entries of the log, there are {size}: the log was rolled back"
    )]
    RolledBack {
        /// The anchor.
        anchor: String,
        /// Entries that it has seen.
        seen: u64,
        /// Entries that there are.
        size: u64,
    },
}

/// A place outside the home that keeps signed heads.
#[async_trait]
pub trait Anchor: Send + Sync {
    /// As the settings name it, such as `file:/mnt/disk/heads`.
    fn name(&self) -> &str;
    /// Tells whether it gives back the heads that it keeps.
    fn can_be_asked(&self) -> bool {
        true
    }
    /// Keeps a head; returns once it is safe there.
    async fn keep(&self, head: SignedHead<'_>) -> Result<(), AnchorError>;
    /// The newest heads it keeps of a log; none for an anchor that cannot be asked.
    async fn kept(&self, origin: &str) -> Result<Vec<String>, AnchorError>;
}
