//! Paths of files as a revision names them.
//!
//! They come from models, archives and foreign repositories, so they are checked once, here: a path can never leave the folder it
//! is written into, and no tool can take it for an option.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest path, in bytes.
const MAX_PATH_BYTES: usize = 200;

/// Symbols that some file systems leave out of names: with them, too, a name can be that of a git folder.
const LEFT_OUT: [std::ops::RangeInclusive<char>; 4] = [
    '\u{200c}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{206a}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
];

/// A relative path with `/` between plain names: it can never leave the folder it is written into.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourcePath(String);

/// The path could leave its folder or confuse a tool.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("path {0:?} is not a plain relative path of at most 200 bytes")]
pub struct PathError(pub String);

impl SourcePath {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The file name without `.py`, when it ends so.
    pub fn module(&self) -> Option<&str> {
        self.file_name().strip_suffix(".py")
    }

    /// The name by which people know a module: that of its package where the file stands for the whole of it.
    pub fn known_as(&self) -> Option<&str> {
        let folder = self.0.rsplit('/').nth(1);
        match (self.module()?, folder) {
            ("__init__" | "__main__", Some(folder)) => Some(folder),
            (module, _) => Some(module),
        }
    }
}

/// Tells whether a name is that of a git folder, on any file system: `.git`, its short name, and spellings that fold to it.
pub fn is_of_git(name: &str) -> bool {
    let is_kept = |symbol: &char| !LEFT_OUT.iter().any(|range| range.contains(symbol));
    let plain: String = name.chars().filter(is_kept).collect();
    let plain = plain.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    plain.eq_ignore_ascii_case(".git") || plain.eq_ignore_ascii_case("git~1")
}

impl FromStr for SourcePath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let plain = |name: &str| {
            !matches!(name, "" | "." | "..")
                && !name.starts_with('-')
                && !name.chars().any(|symbol| symbol.is_control() || symbol == '\\')
        };
        if text.len() > MAX_PATH_BYTES || !text.split('/').all(plain) {
            return Err(PathError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for SourcePath {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        text.parse()
    }
}

impl From<SourcePath> for String {
    fn from(path: SourcePath) -> Self {
        path.0
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_package_is_known_by_the_name_of_the_package() {
        let name = |path: &str| path.parse::<SourcePath>().unwrap().known_as().map(str::to_owned);

        assert_eq!(name("src/roman/__init__.py").as_deref(), Some("roman"));
        assert_eq!(name("roman/__main__.py").as_deref(), Some("roman"));
        assert_eq!(name("roman/parse.py").as_deref(), Some("parse"));
        assert_eq!(name("__init__.py").as_deref(), Some("__init__"));
        assert_eq!(name("roman/notes.txt"), None);
    }

    #[test]
    fn paths_that_could_leave_their_folder_are_refused() {
        for path in
            ["", "/etc/passwd", "../a", "a/../b", "a//b", "./a", "-rf", "a\0b", "a\\b", "a\nb"]
        {
            assert_eq!(path.parse::<SourcePath>(), Err(PathError(path.to_owned())));
        }
    }
}
