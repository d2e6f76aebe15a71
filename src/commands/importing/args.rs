//! The arguments of `/import`.
//!
//! They lie in a file of their own because the command and both kinds of import read them, and the command lies above.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The database of an original, or a bundle of another home
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Offset from UTC of the original's times, such as +02:00; it stores none
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true)]
    pub zone: Option<String>,
    /// Show what would come over, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}
