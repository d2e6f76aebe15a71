//! Staged contents: a folder beside what they go to, on the same file system.
//!
//! New contents are complete and flushed there before the first path of a target changes, and what was there before waits in it
//! until the end. A mark says that everything is staged; it goes last.

use nix::errno::Errno;
use record::domain::application::{FileOrder, State};
use record::domain::changeset::Mode;

use crate::applying::contents::Contents;
use crate::applying::error::ApplyError;
use crate::applying::folder::Folder;
use crate::applying::folder::failed;
use crate::applying::seen::Found;

/// Says that everything is staged.
const MARK: &str = "staged";
/// Permissions of the folder: nobody else looks in.
const PRIVATE: u32 = 0o700;

/// The folder of staged contents of one order.
#[derive(Debug)]
pub struct Stage {
    folder: Folder,
    name: String,
}

impl Stage {
    /// Opens the folder, made where it is not there.
    pub fn open(root: &Folder, order: &FileOrder) -> Result<Self, ApplyError> {
        let name = order.stage.clone();
        root.make(&name, PRIVATE).map_err(failed(&name, "made"))?;
        let folder = root.below(&name).map_err(failed(&name, "opened"))?;
        Ok(Self { folder, name })
    }

    /// Tells whether there is one.
    pub fn is_there(root: &Folder, order: &FileOrder) -> bool {
        root.below(&order.stage).is_ok()
    }

    /// Tells whether everything was staged.
    pub fn is_complete(&self) -> bool {
        matches!(self.folder.held(MARK), Ok(Found::Held(_)))
    }

    /// The folder itself.
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Sees to it that a content lies under the name of a step.
    pub fn hold(
        &self,
        name: &str,
        (path, state): (&record::domain::source_path::SourcePath, &State),
        contents: &Contents,
    ) -> Result<(), ApplyError> {
        if self.folder.held(name).is_ok_and(|found| found.state() == Some(state)) {
            return Ok(());
        }
        let content = contents.get(state.digest).ok_or_else(|| ApplyError::Lost(path.clone()))?;
        self.folder.write(name, state, content).map_err(failed(path.as_str(), "staged"))?;
        Ok(())
    }

    /// Marks it as complete, after everything in it is flushed.
    pub fn complete(&self) -> Result<(), ApplyError> {
        let mark = State {
            mode: Mode::File,
            permissions: 0o600,
            digest: record::domain::digest::Digest::of(b""),
            bytes: 0,
        };
        let done = || {
            self.folder.flush()?;
            self.folder.write(MARK, &mark, b"")?;
            self.folder.flush()
        };
        done().map_err(failed(&self.name, "flushed"))?;
        Ok(())
    }

    /// Takes everything away; the mark goes last, so that half of it is no reason to go back.
    pub fn discard(self, root: &Folder) -> Result<(), ApplyError> {
        let gone = || -> Result<(), Errno> {
            let (_, names) = self.folder.below("")?.names()?;
            for name in names.iter().filter(|name| *name != MARK) {
                self.folder.remove(name)?;
            }
            self.folder.remove(MARK)?;
            root.remove_folder(&self.name)?;
            root.flush()
        };
        gone().map_err(failed(&self.name, "taken away"))?;
        Ok(())
    }
}
