//! From a reply to files.

use thiserror::Error;

/// Why a reply cannot become a proposal.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ExtractError {
    /// No code block.
    #[error("it holds no code")]
    NoCode,
    /// No test block.
    #[error("it holds no tests")]
    NoTests,
    /// The last block is not closed.
    #[error("its last code block is not closed")]
    Truncated,
    /// It is larger than any reply may be.
    #[error("it has {0} bytes")]
    TooLarge(usize),
}
