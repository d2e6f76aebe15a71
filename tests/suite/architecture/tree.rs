//! A tree of source files as text.

use std::collections::BTreeMap;
use std::path::Path;

/// Paths relative to the root of the repository, with `/`, and their text.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(pub(super) BTreeMap<String, String>);

impl Tree {
    /// The Rust files below some folders of this repository.
    pub(super) fn of_repository(folders: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut tree = Self::default();
        for folder in folders {
            tree.read(root, &root.join(folder));
        }
        tree
    }

    /// A tree of one file.
    pub(super) fn of(path: &str, text: &str) -> Self {
        Self::of_all(&[(path, text)])
    }

    /// A tree of some files.
    pub(super) fn of_all(files: &[(&str, &str)]) -> Self {
        let owned = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self(owned.collect())
    }

    fn read(&mut self, root: &Path, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.read(root, &path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                self.0.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// The files of the program that are not tests, its crates included.
    pub(super) fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_source = |path: &str| path.starts_with("src/") || path.contains("/src/");
        self.files().filter(move |(path, _)| is_source(path) && !path.ends_with("_tests.rs"))
    }

    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

/// The text without its tests, comments and documentation, line by line with numbers from 1.
pub(super) fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .take_while(|(_, line)| *line != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}
