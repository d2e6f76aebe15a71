//! The sandbox of this program on Linux.
//!
//! This is the engine's side: it starts its own binary again as `saraphina __jail`, whose life is `inside/`, tells it a plan
//! (`plan.rs`), listens and kills (`supervise.rs`), lints (`linting.rs`), and runs what should fail besides (`controls.rs`).
//! Every layer is proved by attacks (`self_test.rs`). Fork servers (`fork_server.rs`, `servers.rs`) keep boxes that wait for
//! a job; `docs/design/fork-server.md` tells how.

mod assemble;
pub mod backend;
mod cgroup;
mod controls;
mod fork_server;
mod ground;
mod handles;
pub mod inside;
mod linting;
mod milestone;
pub mod order;
mod package;
mod place;
mod plan;
mod probing;
mod reaper;
mod ruff;
mod run;
mod self_test;
mod servers;
#[cfg(test)]
mod servers_tests;
mod slot;
mod supervise;
pub mod sweep;
mod sys;
