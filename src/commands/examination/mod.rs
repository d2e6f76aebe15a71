//! Examines the parts of a home and its sandbox, for `/doctor`.
//!
//! `home.rs` examines the home, `walls.rs` the sandbox; `samples.rs` runs suites that are known to be good, bad or hostile
//! (`sample.rs`). Nothing here repairs or installs anything: every part says what was found and what to do about it.

pub mod clock;
pub mod home;
pub mod notifications;
pub mod part;
pub mod sample;
pub mod samples;
pub mod walls;
