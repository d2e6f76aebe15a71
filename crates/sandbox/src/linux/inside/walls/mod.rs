//! Walls around tested code, each built and installed by the first process of a jail.
//!
//! Namespaces (`namespaces.rs`) and a minimal read-only root (`root.rs`, and `files.rs` for those of the job) come first, then limits, identity and
//! capabilities (`confine.rs`), Landlock (`ruleset.rs`) and seccomp (`filter.rs`; `guard.rs` for the suite alone).
//! `memory.rs` bounds memory where no cgroup does, `sockets.rs` what no cgroup counts. `attacks.rs` tries all of them from inside before the first job: a
//! wall counts only once it held.

pub(crate) mod attacks;
pub(crate) mod confine;
pub(crate) mod files;
pub(crate) mod filter;
pub(crate) mod guard;
pub(crate) mod memory;
pub(crate) mod namespaces;
pub(crate) mod root;
pub(crate) mod ruleset;
pub(crate) mod sockets;
