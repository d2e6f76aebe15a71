//! What was seen in a target before anything is decided.
//!
//! Plain values: the plan is made of them alone, so that it can be tried without a disk.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::application::State;
use record::domain::source_path::SourcePath;

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A file or a link.
    Held(State),
    /// A folder.
    Folder,
    /// A pipe, a socket or a device.
    Other,
    /// A file whose content is not read, because it is larger than any that is kept.
    TooLarge(u64),
    /// Nothing, because a part of the path is no folder.
    Blocked {
        /// The part.
        by: String,
        /// What it is.
        what: &'static str,
    },
}

impl Found {
    /// The file or link, where there is one.
    pub const fn state(&self) -> Option<&State> {
        match self {
            Self::Held(state) => Some(state),
            Self::Nothing
            | Self::Folder
            | Self::Other
            | Self::TooLarge(_)
            | Self::Blocked { .. } => None,
        }
    }
}

/// A folder on the way to a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenFolder {
    /// Its permissions.
    pub permissions: u32,
    /// The names in it.
    pub names: BTreeSet<String>,
}

/// What lies where an order goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What lies at each path.
    pub paths: BTreeMap<SourcePath, Found>,
    /// The folders that there are on the way, by path; the root has none.
    pub folders: BTreeMap<String, SeenFolder>,
}
