//! The only wing that starts processes: suites in, evidence out.
//!
//! `backend.rs` is the contract: a job in, evidence out. `linux/` is the sandbox of this program's own, `toolchain/` the pinned
//! tools suites run with, `study.rs` what is observed without being evidence, `packaging.rs` what an installed project has beside its
//! files, `guest/` what runs inside, `frame.rs` what that says, `evidence/` what it is worth, and `answer.rs` what probes are
//! answered. Everything the code under test sends is hostile bytes. All that other crates use is public below; the rest is
//! private, so that what nobody needs shows as dead.

mod answer;
pub mod backend;
mod entry_points;
pub mod error;
mod evidence;
mod frame;
mod guest;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod packaging;
pub mod study;
pub mod toolchain;
