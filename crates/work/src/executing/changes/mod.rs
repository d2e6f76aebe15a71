//! One execution of a change of a repository.
//!
//! `running.rs` finds or runs the base; `observing.rs` runs the base, the base with the change's tests, the result, and the result with the tests as they were; what turned
//! is compared in `domain/flips.rs`. `trees.rs` builds what they run on, `baseline.rs` keeps what the base did, `texts.rs` and `lines.rs`
//! read what the change says, `survivors.rs` undoes parts of it, `trying.rs` serves repairs.

pub mod affected;
pub mod alone;
pub mod assembling;
pub mod baseline;
pub mod bench;
pub mod hidden;
pub mod lines;
pub mod lint;
pub mod observing;
pub mod pins;
pub mod running;
pub mod survivors;
pub mod texts;
pub mod trees;
pub mod trying;
