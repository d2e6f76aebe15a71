//! What a home keeps of a repository: objects of its own, beside those of the repository.
//!
//! The bases of proposals and the trees that changes lead to lie here, so that a later clean-up, a forced push or the loss of the repository
//! takes nothing away. It is a bare git folder, made and written by us alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use record::domain::changeset::RepositoryName;

use crate::repository::error::{RepositoryError, at};
use crate::repository::scratch::{self, Scratch};
use crate::repository::target::{Format, Ids, References, Target};

/// The objects of a home for one repository.
#[derive(Clone, Debug)]
pub struct Shadow {
    folder: PathBuf,
    ids: Ids,
    /// The objects of the repository, where it is there.
    pub(super) beside: Vec<PathBuf>,
}

impl Shadow {
    /// Opens what `folder` keeps under a name, or begins to keep it; the objects of the repository are seen too.
    pub fn open(
        folder: &Path,
        name: &RepositoryName,
        target: &Target,
    ) -> Result<Self, RepositoryError> {
        let path = place(folder, name);
        if !path.is_dir() {
            create(folder, &path, target.format.ids)?;
        }
        let mut shadow = Self::kept(folder, name)?;
        if shadow.ids != target.format.ids {
            return Err(RepositoryError::OtherFormat { name: name.clone() });
        }
        shadow.beside.push(target.objects());
        Ok(shadow)
    }

    /// Opens what `folder` keeps under a name, without the repository.
    pub fn kept(folder: &Path, name: &RepositoryName) -> Result<Self, RepositoryError> {
        let path = place(folder, name);
        let settings = match fs::read_to_string(path.join("config")) {
            Ok(settings) => settings,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(RepositoryError::NotKept { name: name.clone() });
            }
            Err(error) => return Err(at(&path)(error)),
        };
        let of = |ids| scratch::settings(Format { ids, references: References::Files });
        let ids = [Ids::Sha1, Ids::Sha256].into_iter().find(|ids| of(*ids) == settings);
        let ids = ids.ok_or_else(|| RepositoryError::OtherFormat { name: name.clone() })?;
        let shadow = Self { folder: path, ids, beside: Vec::new() };
        if shadow.work().is_dir() {
            scratch::sweep(&shadow.work())?;
        }
        Ok(shadow)
    }

    /// Sees the objects of one more folder.
    pub(super) fn seeing(mut self, objects: Option<PathBuf>) -> Self {
        self.beside.extend(objects);
        self
    }

    /// Where its own objects lie.
    pub(super) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    /// Its own objects, and those of the repository where it is there.
    pub(super) fn all_objects(&self) -> Vec<PathBuf> {
        let mut all = vec![self.objects()];
        all.extend(self.beside.iter().filter(|folder| folder.is_dir()).cloned());
        all
    }

    /// Where folders for one piece of work are made.
    pub(super) fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// A folder for one piece of work.
    pub(super) fn scratch(&self) -> Result<Scratch, RepositoryError> {
        Scratch::new(&self.work(), self.ids)
    }
}

fn place(folder: &Path, name: &RepositoryName) -> PathBuf {
    folder.join(format!("{name}.git"))
}

/// Makes the folder aside and moves it into place: it is there whole, or not at all.
fn create(parent: &Path, path: &Path, ids: Ids) -> Result<(), RepositoryError> {
    fs::create_dir_all(parent).map_err(at(parent))?;
    let aside = tempfile::Builder::new().prefix(".new-").tempdir_in(parent).map_err(at(parent))?;
    let format = Format { ids, references: References::Files };
    for folder in ["objects/pack", "objects/info", "refs/heads", "work"] {
        let folder = aside.path().join(folder);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
    }
    for (name, content) in
        [("config", scratch::settings(format)), ("HEAD", "ref: refs/heads/none\n".to_owned())]
    {
        let file = aside.path().join(name);
        fs::write(&file, content).map_err(at(&file))?;
    }
    match fs::rename(aside.path(), path) {
        // Another process was first; what it made is the same.
        Err(_) if path.is_dir() => Ok(()),
        other => other.map_err(at(path)),
    }
}
