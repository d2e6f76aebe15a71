//! Log files and crash reports: what the program tells about itself.
//!
//! Everything passes one funnel, `redact`, which takes known secrets out. `start` sets it all up; it takes plain
//! values, because settings are a sibling. The record of the home is not here but in the store.

#[cfg(feature = "sentry")]
pub mod crash;
pub mod fault;
pub mod logs;
mod ours;
pub mod redact;
pub mod rotate;
pub mod scrub;
pub mod start;

#[cfg(test)]
#[cfg(feature = "sentry")]
mod crash_tests;
#[cfg(test)]
mod redact_tests;
