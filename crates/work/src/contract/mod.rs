//! What every command is made of.
//!
//! `command.rs` declares what a command is, `context.rs` what it can reach, `outcome.rs` and `page.rs` what it answers, `error.rs` why it
//! could not be carried out. The other files are nouns that commands share: acts, applications, lookups, disk space, signatures.

pub mod acts;
pub mod applied;
pub mod arguments;
pub mod blocking;
pub mod caller;
pub mod catalogue;
pub mod command;
pub mod confirmation;
pub mod context;
pub mod disk;
pub mod dismissals;
pub mod error;
pub mod event;
pub mod ground;
pub mod invocation;
pub mod lookup;
pub mod misfit;
pub mod order;
pub mod outcome;
pub mod page;
pub mod refusal;
pub mod relations;
pub mod remedies;
pub mod repeated;
pub mod repositories;
pub mod reserved;
pub mod revision_files;
pub mod row_digest;
pub mod running;
pub mod signature;
pub mod space;
pub mod step;
pub mod tokens;
pub mod wing_errors;
