//! The repositories that the owner lets changes be proposed for.
//!
//! They are read from the owners' entries of the record, of which the store gives all or refuses: no row stands between what an
//! owner confirmed and what is done with it. A later entry of the same name counts instead of the earlier one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::contract::context::Context;
use crate::contract::error::{CommandError, ErrorKind};
use foundation::repository::target::Target;
use record::domain::act::ActKind;
use record::domain::changeset::RepositoryName;
use record::domain::digest::Digest;
use record::domain::repository::Repository;
use record::domain::time::Timestamp;

/// A repository with the entry that an owner confirmed it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What was confirmed.
    pub repository: Repository,
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
}

/// Hex digits of the name that a path is remembered by.
const PATH_DIGITS: usize = 12;

/// A name that stands for the path of a repository that nobody added: the same each time, and one that no owner would choose.
pub fn name_of_path(target: &Target) -> Result<RepositoryName, CommandError> {
    let digits: String =
        Digest::of(target.place().as_encoded_bytes()).hex().chars().take(PATH_DIGITS).collect();
    Ok(format!("path-{digits}").parse()?)
}

/// Reads all that count, by name.
pub async fn all(context: &Context) -> Result<BTreeMap<RepositoryName, Known>, CommandError> {
    let mut known = BTreeMap::new();
    for record in context.store()?.owner_changes().await? {
        let unfit = || {
            let message = format!("audit_log: entry {} describes no repository", record.seq);
            CommandError::broken(message)
        };
        match record.kind {
            ActKind::OwnerRepositoryAdded => {
                let repository = Repository::of_detail(&record.data).ok_or_else(unfit)?;
                let name = repository.name.clone();
                known.insert(name, Known { repository, seq: record.seq, at: record.ts });
            }
            ActKind::OwnerRepositoryRemoved => {
                let name = record.data.get("name").and_then(Value::as_str);
                let name = name.and_then(|name| name.parse().ok()).ok_or_else(unfit)?;
                known.remove::<RepositoryName>(&name);
            }
            _ => {}
        }
    }
    Ok(known)
}

/// Finds the repository of a name.
pub async fn named(context: &Context, name: &RepositoryName) -> Result<Known, CommandError> {
    let mut known = all(context).await?;
    known.remove(name).ok_or_else(|| {
        let names: Vec<&str> = known.keys().map(RepositoryName::as_str).collect();
        let hint = if names.is_empty() {
            "The owner adds one with `/repository add PATH`.".to_owned()
        } else {
            format!("Known are: {}. See `/repository list`.", names.join(", "))
        };
        CommandError::new(ErrorKind::NotFound, format!("there is no repository {name}")).hint(hint)
    })
}

/// Gives the folder in which what is ours of repositories lies.
pub fn folder(context: &Context) -> PathBuf {
    context.settings.home().join("repositories")
}
