//! What `/doctor` looks at.
//!
//! `home.rs` examines the home, `walls.rs` the sandbox; `samples.rs` runs suites that are known to be good, bad or hostile.

pub mod home;
pub mod part;
pub mod sample;
pub mod samples;
pub mod walls;
