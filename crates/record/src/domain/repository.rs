//! A repository that changes may be proposed for, as its owner confirmed it.
//!
//! What a repository says of itself is a suggestion; only what an owner confirmed decides what runs, with which packages and for
//! how long. It is kept in the record and in no file of the repository, so that nobody who can write to that can change it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::domain::changeset::RepositoryName;
use crate::domain::digest::Digest;

/// Longest path of a work tree, and longest single word for pytest or a package, in bytes.
const MAX_PATH_BYTES: usize = 1_000;
const MAX_WORD_BYTES: usize = 200;
/// Most roots, words for pytest and packages.
const MAX_WORDS: usize = 100;
/// Most bytes of all words together; an entry of the log has no room for more.
const MAX_ALL_BYTES: usize = 8_000;
/// Longest time that an owner may give a suite, in seconds.
const MAX_SECONDS: u32 = 7_200;
/// Least and most memory that an owner may give a suite, in MiB.
const MEMORY_MIB: std::ops::RangeInclusive<u32> = 64..=16_384;

/// What an owner confirmed of a repository; its JSON is the detail of the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Its name here.
    pub name: RepositoryName,
    /// The work tree, or the folder of a bare repository; absolute.
    pub path: String,
    /// Folders that imports start from, relative to the root; `.` is the root itself.
    pub roots: Vec<String>,
    /// What pytest is given: files and folders, and options with a dash in front.
    pub tests: Vec<String>,
    /// Packages that the tests need, as requirements.
    pub packages: Vec<String>,
    /// The digest of the lock that the packages lead to, as the owner saw it; absent where none were looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<Digest>,
    /// The versions of Python that the project declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
    /// Longest time of the whole suite, in seconds.
    pub seconds: u32,
    /// Most memory of the whole suite, in MiB.
    pub memory_mib: u32,
}

/// A reason why a repository cannot be described so.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum RepositoryError {
    /// The path is not absolute, or too long.
    #[error("the path {0:?} is not absolute, or longer than {MAX_PATH_BYTES} bytes")]
    Path(String),
    /// There are too many words, or they are too long.
    #[error(
        "{0} are at most {MAX_WORDS} words of at most {MAX_WORD_BYTES} bytes, without control characters"
    )]
    Words(&'static str),
    /// All together they do not fit into an entry.
    #[error(
        "roots, tests and packages have {0} bytes together; an entry of the record takes {MAX_ALL_BYTES}"
    )]
    TooLarge(usize),
    /// A root leaves the repository.
    #[error("{0:?} is no folder below the root")]
    Root(String),
    /// The time is none that can be given.
    #[error("a suite gets 1 to {MAX_SECONDS} seconds")]
    Seconds,
    /// The memory is none that can be given.
    #[error("a suite gets 64 to 16384 MiB of memory")]
    Memory,
}

impl Repository {
    /// Holds it against the bounds.
    pub fn check(&self) -> Result<(), RepositoryError> {
        let has_control = |text: &str| text.chars().any(char::is_control);
        if !self.path.starts_with('/')
            || self.path.len() > MAX_PATH_BYTES
            || has_control(&self.path)
        {
            return Err(RepositoryError::Path(self.path.clone()));
        }
        let lists = [("roots", &self.roots), ("tests", &self.tests), ("packages", &self.packages)];
        for (name, words) in lists {
            let fits =
                |word: &String| (1..=MAX_WORD_BYTES).contains(&word.len()) && !has_control(word);
            if words.len() > MAX_WORDS || !words.iter().all(fits) {
                return Err(RepositoryError::Words(name));
            }
        }
        let all: usize = lists.iter().flat_map(|(_, words)| words.iter()).map(String::len).sum();
        if all > MAX_ALL_BYTES {
            return Err(RepositoryError::TooLarge(all));
        }
        let leaves = |root: &&String| {
            root.as_str() != "." && root.split('/').any(|name| matches!(name, "" | "." | ".."))
        };
        if let Some(root) = self.roots.iter().find(leaves) {
            return Err(RepositoryError::Root(root.clone()));
        }
        if !(1..=MAX_SECONDS).contains(&self.seconds) {
            return Err(RepositoryError::Seconds);
        }
        if MEMORY_MIB.contains(&self.memory_mib) { Ok(()) } else { Err(RepositoryError::Memory) }
    }

    /// The detail of its entry.
    pub fn detail(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            // Texts, numbers and lists of texts are an object, whatever they hold.
            _ => Map::new(),
        }
    }

    /// Reads it back from the detail of its entry.
    pub fn of_detail(detail: &Map<String, Value>) -> Option<Self> {
        serde_json::from_value(Value::Object(detail.clone())).ok()
    }

    /// The digest of what an owner confirms: the detail in canonical JSON (RFC 8785).
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json_canonicalizer::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Repository {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Repository {
            name: "shop".parse().unwrap(),
            path: "/srv/shop".to_owned(),
            roots: words(&["src"]),
            tests: words(&["tests"]),
            packages: words(&["attrs>=23"]),
            lock: Some(Digest::ZERO),
            python: None,
            seconds: 60,
            memory_mib: 512,
        }
    }

    #[test]
    fn what_was_confirmed_comes_back_from_its_entry() {
        assert_eq!(Repository::of_detail(&repository().detail()), Some(repository()));
    }

    #[test]
    fn what_cannot_be_confirmed_is_refused() {
        let refused = |change: &dyn Fn(&mut Repository)| {
            let mut odd = repository();
            change(&mut odd);
            odd.check().unwrap_err()
        };

        assert_eq!(repository().check(), Ok(()));
        assert_eq!(refused(&|odd| odd.seconds = 0), RepositoryError::Seconds);
        assert_eq!(refused(&|odd| odd.memory_mib = 1), RepositoryError::Memory);
        assert_eq!(
            refused(&|odd| odd.roots = vec!["../x".to_owned()]),
            RepositoryError::Root("../x".to_owned())
        );
        assert_eq!(
            refused(&|odd| odd.tests = vec!["a\nb".to_owned()]),
            RepositoryError::Words("tests")
        );
        assert_eq!(
            refused(&|odd| odd.packages = vec!["x".repeat(200); 100]),
            RepositoryError::TooLarge(20_008)
        );
        assert_eq!(
            refused(&|odd| odd.path = "srv".to_owned()),
            RepositoryError::Path("srv".to_owned())
        );
    }
}
