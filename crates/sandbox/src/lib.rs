//! The only wing that starts processes.
//!
//! `backend.rs` is the contract: a job in, evidence out. `linux/` is the sandbox of this program's own, `toolchain/`
//! the pinned tools suites run with, `guest/` what runs inside, `frame.rs` what that says, and `evidence/` what it is
//! worth. Everything the code under test sends is hostile bytes.

pub(crate) mod answer;
pub mod backend;
pub mod error;
pub(crate) mod evidence;
pub(crate) mod frame;
pub(crate) mod guest;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod toolchain;
