//! What the program tells about itself.
//!
//! Log files and crash reports, never the database. Everything passes one funnel, `redact.rs`, which takes known secrets
//! out. `start.rs` sets it all up; it takes plain values, because settings are a sibling.

#[cfg(feature = "sentry")]
pub mod crash;
pub mod fault;
pub mod logs;
pub mod redact;
pub mod rotate;
pub mod scrub;
pub mod start;

#[cfg(test)]
#[cfg(feature = "sentry")]
mod crash_tests;
#[cfg(test)]
mod redact_tests;
