//! Reads the environment and the files that settings come from.
//!
//! The one place that touches the environment: everything after it gets values and can be tested without any.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::config::endpoints::{self, Endpoint};
use crate::config::keys::KEYS;
use crate::config::settings::{Layers, Settings};
use crate::config::short_file::{self, Links};

/// Largest settings file taken.
const MAX_BYTES: u64 = 1 << 20;

/// Settings that cannot be read.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// There is no folder for a home.
    #[error("no home folder: set SARAPHINA_HOME")]
    NoHome,
    /// A file cannot be read.
    #[error("{path} cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {detail}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The place and the fault.
        detail: String,
    },
    /// `config.toml` sets something that does not exist.
    #[error("{path} sets {name}, which is not a setting")]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
}

/// Reads all settings of this process: environment, `.env` of the working folder, `config.toml` of the home.
pub fn read() -> Result<Settings, ConfigError> {
    let environment = environment();
    let home = match environment.get("SARAPHINA_HOME").filter(|home| !home.is_empty()) {
        Some(home) => absolute(Path::new(home)),
        None => {
            directories::BaseDirs::new().ok_or(ConfigError::NoHome)?.data_dir().join("saraphina")
        }
    };
    let File { values, endpoints, aliases } = file(&home.join("config.toml"))?;
    let layers = Layers { environment, project: project()?, file: values, endpoints, aliases };
    Ok(Settings::resolve(home, &layers))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
fn environment() -> BTreeMap<String, String> {
    KEYS.iter()
        .filter_map(|key| {
            let value = std::env::var_os(key.variable)?;
            Some((key.variable.to_owned(), value.to_string_lossy().into_owned()))
        })
        .collect()
}

/// The folders where programs are looked for, without those that depend on the folder one stands in.
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
pub fn program_folders() -> OsString {
    let all = std::env::var_os("PATH").unwrap_or_default();
    let fixed = std::env::split_paths(&all).filter(|folder| folder.is_absolute());
    std::env::join_paths(fixed).unwrap_or_default()
}

/// Variables that decide how output looks and which pager shows it, as the terminal's owner set them.
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The folder of the user, where the system knows it.
pub fn user_folder() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|folders| folders.home_dir().to_owned())
}

fn text(path: &Path) -> Result<Option<String>, ConfigError> {
    let error = |source| ConfigError::File { path: path.to_owned(), source };
    match short_file::read_text(path, Links::Followed, MAX_BYTES) {
        Ok(text) => Ok(Some(text)),
        Err(failure) => match failure.kind() {
            ErrorKind::NotFound => Ok(None),
            ErrorKind::FileTooLarge => {
                Err(ConfigError::Syntax { path: path.to_owned(), detail: failure.to_string() })
            }
            _ => Err(error(failure)),
        },
    }
}

fn project() -> Result<BTreeMap<String, String>, ConfigError> {
    let path = Path::new(".env");
    // A folder or a pipe of this name in a project is somebody else's.
    let is_of_settings = path.metadata().is_ok_and(|metadata| metadata.is_file());
    let Some(text) = is_of_settings.then(|| text(path)).transpose()?.flatten() else {
        return Ok(BTreeMap::new());
    };
    let mut values = BTreeMap::new();
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        // A project's `.env` may hold lines that only other programs understand.
        let Ok((name, value)) = pair else { continue };
        values.insert(name, value);
    }
    Ok(values)
}

/// What `config.toml` holds: values by variable, model servers, and lines under names of one's own.
#[derive(Default)]
struct File {
    values: BTreeMap<String, String>,
    endpoints: Vec<Endpoint>,
    aliases: BTreeMap<String, String>,
}

fn file(path: &Path) -> Result<File, ConfigError> {
    let Some(text) = text(path)? else { return Ok(File::default()) };
    let wrong = |detail| ConfigError::Syntax { path: path.to_owned(), detail };
    let mut table: toml::Table = text.parse().map_err(|error| wrong(fault(&text, &error)))?;
    let endpoints = match table.remove("endpoints") {
        Some(toml::Value::Table(tables)) => tables,
        Some(_) => return Err(wrong("endpoints are tables: [endpoints.NAME]".to_owned())),
        None => toml::Table::new(),
    };
    let aliases = match table.remove("aliases") {
        Some(value) => value.try_into().map_err(|_| {
            wrong("aliases are lines: name = \"/list-proposals --status tested\"".to_owned())
        })?,
        None => BTreeMap::new(),
    };
    let endpoints: Result<Vec<Endpoint>, String> =
        endpoints.iter().map(|(name, value)| endpoints::read(name, value)).collect();
    let values: Result<BTreeMap<String, String>, ConfigError> =
        table.into_iter().map(|(name, value)| entry(path, name, &value)).collect();
    Ok(File { values: values?, endpoints: endpoints.map_err(wrong)?, aliases })
}

/// Says what is wrong with a text of settings, and in which line.
pub(super) fn fault(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    match before {
        Some(before) => format!("line {}: {}", before.matches('\n').count() + 1, error.message()),
        None => error.message().to_owned(),
    }
}

fn entry(path: &Path, name: String, value: &toml::Value) -> Result<(String, String), ConfigError> {
    let Some(key) = KEYS.iter().find(|key| !key.name.is_empty() && key.name == name) else {
        return Err(ConfigError::Unknown { path: path.to_owned(), name });
    };
    let value = match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Ok((key.variable.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_be_read_are_no_settings_that_are_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::create_dir(&path).unwrap();

        let absent = file(&folder.path().join("other.toml"));
        let unreadable = file(&path).err().map(|error| error.to_string());

        assert!(absent.is_ok());
        assert_eq!(unreadable, Some(format!("{} cannot be read", path.display())));
    }
}
