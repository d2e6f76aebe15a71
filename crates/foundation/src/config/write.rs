//! Changes one setting in the config file of the home.
//!
//! Only the line of the setting is changed, so comments and order stay; the file is replaced as a whole, and read again
//! before, so that what is written can be read.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::config::read::fault;
use crate::config::short_file::{self, Links};

/// Largest config file that is changed, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A config file that cannot be changed.
#[derive(Debug, Error)]
pub enum WriteError {
    /// It cannot be read or written.
    #[error("{path} cannot be changed")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// With the change it would be no config file, or it is none now.
    #[error("{path} is not a config file: {detail}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The fault.
        detail: String,
    },
}

/// Sets a name of `config.toml` in a home, or removes it where there is no value; the file is made where it is missing.
pub fn set(home: &Path, name: &str, value: Option<&str>) -> Result<PathBuf, WriteError> {
    let path = home.join("config.toml");
    let failed = |source| WriteError::File { path: path.clone(), source };
    let text = match short_file::read_text(&path, Links::Followed, MAX_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let text = changed(&text, name, value);
    text.parse::<toml::Table>()
        .map_err(|error| WriteError::Syntax { path: path.clone(), detail: fault(&text, &error) })?;
    std::fs::create_dir_all(home).map_err(failed)?;
    // People link their settings: what the link leads to is changed, and the link stays.
    let place = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
    let folder = place.parent().unwrap_or(home);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&place).map_err(|error| failed(error.error))?;
    Ok(path)
}

/// The text with the line of a name changed, added before the first table, or taken away.
fn changed(text: &str, name: &str, value: Option<&str>) -> String {
    let line = value.map(|value| format!("{name} = {}", toml::Value::from(value)));
    let is_it = |line: &str| {
        line.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut lines: Vec<String> = Vec::new();
    let mut pending = line;
    let mut in_table = false;
    for old in text.lines() {
        if old.trim_start().starts_with('[') && !in_table {
            in_table = true;
            lines.extend(pending.take());
        }
        if !in_table && is_it(old) {
            lines.extend(pending.take());
        } else {
            lines.push(old.to_owned());
        }
    }
    lines.extend(pending);
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_changed_and_the_rest_stays() {
        let text = "# mine\nmodel = \"a\"\n\n[endpoints.x]\nmodel = \"b\"\n";

        assert_eq!(
            changed(text, "model", Some("c\"")),
            "# mine\nmodel = 'c\"'\n\n[endpoints.x]\nmodel = \"b\"\n"
        );
        assert_eq!(changed(text, "model", None), "# mine\n\n[endpoints.x]\nmodel = \"b\"\n");
        assert_eq!(
            changed(text, "log", Some("debug")),
            "# mine\nmodel = \"a\"\n\nlog = \"debug\"\n[endpoints.x]\nmodel = \"b\"\n"
        );
        assert_eq!(changed("", "log", Some("info")), "log = \"info\"\n");
    }

    #[test]
    fn settings_that_are_a_link_stay_one() {
        let folder = tempfile::tempdir().unwrap();
        let (home, mine) = (folder.path().join("home"), folder.path().join("mine.toml"));
        std::fs::create_dir(&home).unwrap();
        std::fs::write(&mine, "model = \"a\"\n").unwrap();
        std::os::unix::fs::symlink(&mine, home.join("config.toml")).unwrap();

        set(&home, "log", Some("info")).unwrap();

        assert!(home.join("config.toml").is_symlink());
        assert_eq!(std::fs::read_to_string(&mine).unwrap(), "model = \"a\"\nlog = \"info\"\n");
    }

    #[test]
    fn a_file_that_is_none_names_the_line() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), "model = \"a\"\nlog = info\n").unwrap();

        let error = set(folder.path(), "offline", Some("1")).unwrap_err().to_string();

        assert!(error.contains("config.toml is not a config file: line 2: "), "{error}");
    }
}
