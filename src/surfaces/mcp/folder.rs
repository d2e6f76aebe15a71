//! Lets an agent name files of the folder that it works in, and no others.
//!
//! The server runs with the rights of its user, and the agent may have less: without this, a path would read for the agent what
//! it cannot read itself. Links are followed before a path is judged. Texts that come with the call stand for files that need
//! not exist.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::surfaces::files::{Files, StandardInput};
use work::contract::command::{Listed, Surroundings};
use work::contract::error::{CommandError, ErrorKind};

/// What is wrong with the folder of whoever has none here.
const NOWHERE: &str = "the server does not see the files of its client";

/// The folder whose files an agent may name.
#[derive(Clone, Debug)]
pub struct Folder {
    root: Result<PathBuf, &'static str>,
    home: PathBuf,
}

impl Folder {
    /// Takes the folder `root`; `home` holds keys and the record, and `user` is more than one project.
    pub fn new(root: &Path, home: &Path, user: Option<&Path>) -> Self {
        let root = match std::fs::canonicalize(root) {
            Err(_) => Err("the folder of the server is gone"),
            Ok(root) if root.parent().is_none() || is_same(user, &root) => {
                Err("the server was started outside of any project")
            }
            Ok(root) => Ok(root),
        };
        let home = std::fs::canonicalize(home).unwrap_or_else(|_| home.to_owned());
        Self { root, home }
    }

    /// Makes the folder of whoever has none, because its client is somewhere else.
    pub const fn nowhere() -> Self {
        Self { root: Err(NOWHERE), home: PathBuf::new() }
    }

    /// Makes a path whole where it lies in the folder, links followed; its last parts need not exist yet.
    pub fn whole(&self, path: &Path) -> Result<PathBuf, CommandError> {
        let root = self.root.as_ref().map_err(|problem| {
            CommandError::new(ErrorKind::Forbidden, format!("{problem}, so no file can be named"))
                .hint("Give the texts of files in `contents`.")
        })?;
        let whole = followed(&root.join(path)).ok_or_else(|| outside(path))?;
        if whole.starts_with(root) && !whole.starts_with(&self.home) {
            return Ok(whole);
        }
        Err(outside(path))
    }
}

/// The surroundings of one call: the folder, and the texts that came with the call.
pub struct Given {
    folder: Folder,
    contents: BTreeMap<String, String>,
    read: RefCell<BTreeSet<String>>,
}

impl Given {
    /// Takes the folder, and the texts by path.
    pub fn new(folder: Folder, contents: BTreeMap<String, String>) -> Self {
        Self { folder, contents, read: RefCell::default() }
    }

    /// Returns the folder.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Finds a text that was brought along and that nothing asked for.
    pub fn unread(&self) -> Option<&str> {
        let read = self.read.borrow();
        self.contents.keys().map(String::as_str).find(|path| !read.contains(*path))
    }

    /// Tells whether the call brings the text of a path along.
    pub fn holds(&self, path: &Path) -> bool {
        path.to_str().is_some_and(|path| self.contents.contains_key(path))
    }
}

impl Surroundings for Given {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>, CommandError> {
        if let Some(text) = path.to_str().and_then(|path| self.contents.get(path)) {
            if text.len() > limit {
                let message = format!("{} has more than {limit} bytes", path.display());
                return Err(CommandError::usage(message));
            }
            self.read.borrow_mut().extend(path.to_str().map(str::to_owned));
            return Ok(text.clone().into_bytes());
        }
        let whole = self.folder.whole(path)?;
        // Whoever opened a pipe would wait for its other end.
        if std::fs::metadata(&whole).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            return Err(CommandError::usage(format!("{} is no regular file", path.display())));
        }
        files().read(&whole, limit)
    }

    fn list(&self, folder: &Path) -> Result<Vec<Listed>, CommandError> {
        files().list(&self.folder.whole(folder)?)
    }

    fn whole(&self, folder: &Path) -> Result<PathBuf, CommandError> {
        self.folder.whole(folder)
    }

    fn is_here(&self) -> bool {
        self.folder.root != Err(NOWHERE)
    }
}

const fn files() -> Files {
    Files { input: StandardInput::Taken }
}

fn is_same(user: Option<&Path>, root: &Path) -> bool {
    user.and_then(|user| std::fs::canonicalize(user).ok()).is_some_and(|user| user == root)
}

/// Follows the links of the part of a path that exists; `None` where the rest goes elsewhere.
fn followed(path: &Path) -> Option<PathBuf> {
    let mut rest = Vec::new();
    let mut there = path;
    loop {
        if let Ok(whole) = std::fs::canonicalize(there) {
            return Some(rest.iter().rev().fold(whole, |whole, part| whole.join(part)));
        }
        // A link that points to nothing would be followed by whoever writes.
        if std::fs::symlink_metadata(there).is_ok() {
            return None;
        }
        match there.components().next_back()? {
            Component::Normal(part) => rest.push(part.to_owned()),
            Component::Prefix(_)
            | Component::RootDir
            | Component::CurDir
            | Component::ParentDir => {
                return None;
            }
        }
        there = there.parent()?;
    }
}

fn outside(path: &Path) -> CommandError {
    let message = format!("{} lies outside of the folder of the server", path.display());
    CommandError::new(ErrorKind::Forbidden, message)
        .hint("Name files below the folder that your client started the server in, or give their texts in `contents`.")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            let place = tempfile::tempdir().unwrap();
            for folder in ["project/src", "project/home", "elsewhere"] {
                std::fs::create_dir_all(place.path().join(folder)).unwrap();
            }
            for file in ["project/src/a.py", "project/home/key", "elsewhere/secret"] {
                std::fs::write(place.path().join(file), file).unwrap();
            }
            Self(place)
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn given(&self) -> Given {
            let folder = Folder::new(&self.at("project"), &self.at("project/home"), None);
            let contents = [("b.py".to_owned(), "b = 1\n".to_owned())].into();
            Given::new(folder, contents)
        }
    }

    fn kind(given: &Given, path: &str) -> Result<String, ErrorKind> {
        let read = given.read(Path::new(path), 100).map_err(|error| error.kind)?;
        Ok(String::from_utf8(read).unwrap())
    }

    #[test]
    fn files_of_the_folder_and_texts_of_the_call_are_read() {
        let place = Place::new();
        let given = place.given();

        assert_eq!(kind(&given, "src/a.py").unwrap(), "project/src/a.py");
        assert_eq!(
            kind(&given, place.at("project/src/a.py").to_str().unwrap()).unwrap(),
            "project/src/a.py"
        );
        assert_eq!(kind(&given, "b.py").unwrap(), "b = 1\n");
        assert_eq!(kind(&given, "c.py"), Err(ErrorKind::NotFound));
        assert_eq!(given.read(Path::new("b.py"), 3).unwrap_err().kind, ErrorKind::Usage);
    }

    #[test]
    fn nothing_outside_of_the_folder_is_read_however_it_is_named() {
        let place = Place::new();
        std::os::unix::fs::symlink(place.at("elsewhere"), place.at("project/link")).unwrap();
        std::os::unix::fs::symlink(place.at("nowhere"), place.at("project/loose")).unwrap();
        let given = place.given();
        let secret = place.at("elsewhere/secret");

        let names = [
            "../elsewhere/secret",
            "src/../../elsewhere/secret",
            "link/secret",
            "link/new",
            "loose",
            "missing/../../elsewhere/secret",
            "home/key",
            "src/../home/key",
            "/etc/passwd",
            "-",
            secret.to_str().unwrap(),
        ];
        for name in names {
            let found = kind(&given, name);
            assert!(
                matches!(found, Err(ErrorKind::Forbidden | ErrorKind::NotFound)),
                "{name}: {found:?}"
            );
        }
    }

    #[test]
    fn a_folder_that_is_no_project_has_no_files_for_an_agent() {
        let place = Place::new();
        let home = place.at("project/home");
        let roots = [
            Folder::new(Path::new("/"), &home, None),
            Folder::new(&place.at("project"), &home, Some(&place.at("project"))),
            Folder::new(&place.at("gone"), &home, None),
        ];

        for folder in roots {
            assert_eq!(folder.whole(Path::new("src/a.py")).unwrap_err().kind, ErrorKind::Forbidden);
        }
    }
}
