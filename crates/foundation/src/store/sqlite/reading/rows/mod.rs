//! Every row of a database as of one moment, for verification.
//!
//! `snapshot.rs` shows tables row by row, `dossier.rs` collects what belongs to one proposal, and `oddities.rs` looks for what is
//! wrong whatever the record says.

mod dossier;
mod oddities;
pub(crate) mod snapshot;
