//! What the work stands on: settings, the store, git, models, concepts, notices and anchors.
//!
//! `launch`, `observability` and `config` lie lowest, `store` above them, the others on top, each without its neighbours. Nothing here
//! knows what a command is; the crate `work` says that. Its migrations and the curated concepts lie beside `src/`.

pub mod anchors;
pub mod knowledge;
pub mod notices;
pub mod providers;
pub mod repository;

pub mod store;

pub mod config;
pub mod launch;
pub mod observability;
