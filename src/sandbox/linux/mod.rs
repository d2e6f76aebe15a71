//! The sandbox of this program on Linux.
//!
//! The engine starts its own binary again as `saraphina __jail` (`jail.rs`), which makes the namespaces and becomes,
//! in a child, the first process of a new world (`init.rs`): a minimal read-only root (`root.rs`), then the suite under
//! another identity, limits (`confine.rs`), Landlock (`ruleset.rs`) and seccomp (`filter.rs`). The engine's side starts
//! it, listens and kills (`supervise.rs`), and runs what should fail besides (`controls.rs`). Every layer is proved by
//! attacks (`probe.rs`, `self_test.rs`). Fork servers (`fork_server.rs`, `servers.rs`; inside, `warden.rs`) keep boxes that
//! wait for a job (`waiting.rs`); `docs/design/fork-server.md` tells how.

mod assemble;
pub mod backend;
mod cgroup;
mod confine;
mod controls;
mod filter;
mod fork_server;
mod handles;
mod init;
pub mod jail;
mod keep;
mod memory;
mod milestone;
pub mod order;
mod package;
mod plan;
mod probe;
mod reaper;
mod root;
mod ruleset;
mod run;
mod self_test;
mod servers;
mod slot;
mod supervise;
pub mod sweep;
mod sys;
mod waiting;
mod warden;
