//! The process inside a jail.
//!
//! `jail.rs` is where `saraphina __jail` starts: it makes the namespaces and becomes, in a child, the first process of a
//! new world (`init.rs`): a minimal read-only root (`root.rs`), then the suite under another identity, limits
//! (`confine.rs`), Landlock (`ruleset.rs`) and seccomp (`filter.rs`). The first process of a fork server's jail is the
//! warden (`warden.rs`), that of a box that waits for its job `waiting.rs`, or `program.rs` where the job is a program.
//! `probe.rs` attacks all of it. Nothing here imports from the engine's side but what both say to each other.

pub(crate) mod confine;
mod deaths;
pub(crate) mod filter;
mod init;
pub mod jail;
mod keep;
mod memory;
pub(crate) mod probe;
mod program;
pub(crate) mod root;
pub(crate) mod ruleset;
mod waiting;
pub(crate) mod warden;
