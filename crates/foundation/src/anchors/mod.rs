//! Places outside the home that keep signed heads.
//!
//! Whoever puts an older home back cannot put these back too: a head that an anchor keeps and the log does not lead to shows
//! the rollback. A folder on another disk, a git repository, a witness (C2SP tlog-witness).

pub mod anchor;
pub mod anchors;
pub mod file;
pub mod git;
pub mod witness;
