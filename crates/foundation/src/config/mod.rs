//! Settings and where each comes from.
//!
//! The only wing that reads the environment, `.env` and the config file. `keys` declares every variable once;
//! `.env.template`, `/config show` and `/doctor` follow from it.

pub mod checks;
pub mod endpoints;
pub mod keys;
pub mod read;
pub mod secret;
pub mod settings;
pub mod short_file;
pub mod write;
