//! The process inside a jail.
//!
//! `jail.rs` is where `saraphina __jail` starts: it makes the namespaces and becomes, in a child, the first process of a
//! new world (`init.rs`), which builds the walls (`walls/`) and starts a worker (`worker.rs`). The first process of a fork
//! server's jail is the warden (`warden.rs`); it forks boxes (`nested.rs`) that wait for a job: for a worker of the server
//! (`waiting.rs`) or for a program (`program.rs`). Nothing here imports from the engine's side but `boundary/`.

mod deaths;
mod ends;
mod init;
pub mod jail;
mod keep;
mod nested;
mod program;
mod waiting;
pub(crate) mod walls;
mod warden;
mod worker;
