//! Orders, and how a jail carries one out.
//!
//! An order (`order.rs`) becomes a plan (`plans.rs`) and a package of files (`package.rs`); `jails.rs` has it carried out
//! in a waiting box or in a fresh interpreter, hears milestones on the way (`milestone.rs`) and gives the end
//! (`ended.rs`). `ruff.rs` is the one program that is run without an interpreter.

pub(crate) mod ended;
pub(crate) mod jails;
pub(crate) mod milestone;
pub(crate) mod order;
pub(crate) mod pace;
mod package;
pub(crate) mod plans;
pub(crate) mod ruff;
