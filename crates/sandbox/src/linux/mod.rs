//! The sandbox of this program on Linux.
//!
//! The engine starts its own binary again as `saraphina __jail`, whose life is `inside/`; `outside/` is the engine's side of
//! one jail, and `boundary/` what both say to each other. `servers/` keeps boxes that wait for a job, `runs/` has an order
//! carried out in one of them or in a fresh interpreter, and `stages/` makes evidence of it. `backend.rs` is the way in;
//! `self_test.rs` proves every layer by attacks, and `sys.rs` holds the only unsafe code.

pub mod backend;
mod boundary;
pub mod inside;
mod measuring;
mod outside;
mod runs;
mod self_test;
mod servers;
mod stage;
mod stages;
pub mod sweep;
mod sys;
