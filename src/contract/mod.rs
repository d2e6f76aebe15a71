//! What every command is made of.
//!
//! `command.rs` declares what a command is, `context.rs` what it can reach, `outcome.rs` and `page.rs` what it answers, `error.rs` why it
//! could not be carried out. The other files are nouns that commands share: acts, lookups, disk space, signatures.

pub mod acts;
pub mod blocking;
pub mod catalogue;
pub mod command;
pub mod confirmation;
pub mod context;
pub mod disk;
pub mod error;
pub mod lookup;
pub mod outcome;
pub mod page;
pub mod refusal;
pub mod repeated;
pub mod signature;
pub mod space;
pub mod wing_errors;
