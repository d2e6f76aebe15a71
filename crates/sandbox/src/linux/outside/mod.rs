//! The engine's side of one jail.
//!
//! `ground.rs` lends a plan its user id and cgroups (`cgroup.rs`); `supervise.rs` starts the jail, tells it the plan,
//! listens, and stops it; `reaper.rs` sees to it that it is dead; `output.rs` keeps what it printed. Nothing here knows what
//! a suite or a linter is.

pub(crate) mod cgroup;
pub(crate) mod ground;
pub(crate) mod output;
pub(crate) mod reaper;
pub(crate) mod supervise;
