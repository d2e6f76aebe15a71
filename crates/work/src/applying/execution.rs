//! Carries an order out in a folder: everything, or nothing.
//!
//! Contents are staged first. Then every path changes by one call that puts what was there into the stage, so that any failure, and
//! any change by others meanwhile, is taken back from there. The order of the calls is that of the plan: what goes, emptied
//! folders, new folders, what comes.

use std::collections::BTreeSet;

use nix::errno::Errno;
use record::domain::application::{FileOrder, State, Step};
use record::domain::source_path::SourcePath;

use crate::applying::contents::Contents;
use crate::applying::error::{ApplyError, Failure};
use crate::applying::folder::{Folder, Place, failed};
use crate::applying::plan::ancestors;
use crate::applying::seen::Found;
use crate::applying::stage::Stage;

/// Where a path stands on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As before.
    Before,
    /// As it is to be.
    After,
    /// Somebody else changed it.
    Other,
}

/// What an order is carried out with.
#[derive(Debug)]
pub struct Work<'a> {
    root: &'a Folder,
    order: &'a FileOrder,
    contents: &'a Contents,
    stage: Stage,
}

/// Stages and writes an order; what fails is taken back. The stage stays until it is finished or taken back.
pub fn write(root: &Folder, order: &FileOrder, contents: &Contents) -> Result<(), Failure> {
    let work = Work::open(root, order, contents).map_err(Failure::Undone)?;
    work.stage_all().and_then(|()| work.forward()).map_err(|error| work.given_up(error))
}

/// Ends an order that is written: what was staged and what was before go.
pub fn finish(root: &Folder, order: &FileOrder, contents: &Contents) -> Result<(), Failure> {
    let work = Work::open(root, order, contents).and_then(Work::discard);
    work.map_err(Failure::Open)
}

/// Takes an order back that is written, because of an error elsewhere.
pub fn take_back(root: &Folder, order: &FileOrder, contents: &Contents) -> Result<(), Failure> {
    let work = Work::open(root, order, contents).map_err(Failure::Open)?;
    work.back().and_then(|_| work.discard()).map_err(Failure::Open)
}

impl<'a> Work<'a> {
    /// Opens the stage of an order.
    pub fn open(
        root: &'a Folder,
        order: &'a FileOrder,
        contents: &'a Contents,
    ) -> Result<Self, ApplyError> {
        let stage = Stage::open(root, order)?;
        Ok(Self { root, order, contents, stage })
    }

    /// Tells whether everything was staged.
    pub fn is_staged(&self) -> bool {
        self.stage.is_complete()
    }

    /// Stages the contents of every path that is not as it is to be yet.
    pub fn stage_all(&self) -> Result<(), ApplyError> {
        for (name, step) in self.named() {
            if let Some(after) = &step.after
                && self.standing(step)? != Standing::After
            {
                self.stage.hold(&name, (&step.path, after), self.contents)?;
            }
        }
        self.stage.complete()
    }

    /// Tells where a path stands.
    pub fn standing(&self, step: &Step) -> Result<Standing, ApplyError> {
        let found = self.root.find(step.path.as_str())?;
        Ok(match &found {
            Found::Held(state) if Some(state) == step.after.as_ref() => Standing::After,
            Found::Held(state) if Some(state) == step.before.as_ref() => Standing::Before,
            Found::Held(_) | Found::Other | Found::TooLarge(_) => Standing::Other,
            Found::Folder | Found::Nothing | Found::Blocked { .. } => absent(step),
        })
    }

    /// Brings every path to its new state and flushes it; what is there already is passed over.
    pub fn forward(&self) -> Result<(), ApplyError> {
        let comes = |step: &Step| step.after.is_some();
        for (name, step) in self.named().filter(|(_, step)| !comes(step)) {
            self.advance(&name, step)?;
        }
        self.remove_folders(self.order.removed.iter().map(|one| one.path.as_str()))?;
        for folder in &self.order.made {
            self.make_folder(folder.path.as_str(), folder.permissions)?;
        }
        for (name, step) in self.named().filter(|(_, step)| comes(step)) {
            self.advance(&name, step)?;
        }
        self.flush()
    }

    /// Brings every path that is ours back to its old state, in reverse; what others changed stays as they left it.
    /// Gives the paths that could not be put back, because something of others is there.
    pub fn back(&self) -> Result<Vec<SourcePath>, ApplyError> {
        let mut left = Vec::new();
        let steps: Vec<(String, &Step)> = self.named().collect();
        let comes = |step: &Step| step.after.is_some();
        for (name, step) in steps.iter().rev().filter(|(_, step)| comes(step)) {
            left.extend(self.retreat(name, step)?);
        }
        self.remove_folders(self.order.made.iter().rev().map(|one| one.path.as_str()))?;
        for folder in self.order.removed.iter().rev() {
            self.make_folder(folder.path.as_str(), folder.permissions)?;
        }
        for (name, step) in steps.iter().rev().filter(|(_, step)| !comes(step)) {
            left.extend(self.retreat(name, step)?);
        }
        self.flush()?;
        Ok(left)
    }

    /// Takes the stage away.
    pub fn discard(self) -> Result<(), ApplyError> {
        self.stage.discard(self.root)
    }

    /// Goes back because of an error.
    fn given_up(self, error: ApplyError) -> Failure {
        match self.back().and_then(|_| self.discard()) {
            Ok(()) => Failure::Undone(error),
            Err(second) => {
                tracing::warn!(failure = %second, "an application could not be taken back yet");
                Failure::Open(error)
            }
        }
    }

    fn named(&self) -> impl Iterator<Item = (String, &'a Step)> + use<'a> {
        self.order.steps.iter().enumerate().map(|(number, step)| (number.to_string(), step))
    }

    fn place<'b>(&self, step: &'b Step) -> Result<Place<'b>, ApplyError> {
        let place = self.root.place(step.path.as_str());
        Ok(place.map_err(failed(step.path.as_str(), "reached"))?)
    }

    /// Brings one path to its new state by one call, and looks at what it was until then.
    fn advance(&self, name: &str, step: &Step) -> Result<(), ApplyError> {
        match self.standing(step)? {
            Standing::After => return Ok(()),
            Standing::Other => return Err(ApplyError::Raced(step.path.clone())),
            Standing::Before => {}
        }
        let (place, stage) = (self.place(step)?, self.stage.folder());
        let written = failed(step.path.as_str(), "written");
        match (&step.before, &step.after) {
            (None, _) => match place.fill(stage, name) {
                Err(Errno::EEXIST) => Err(ApplyError::Raced(step.path.clone())),
                done => Ok(done.map_err(written)?),
            },
            (Some(before), Some(_)) => {
                place.exchange(stage, name).map_err(written)?;
                if self.is_held(name, before) {
                    return Ok(());
                }
                place.exchange(stage, name).map_err(failed(step.path.as_str(), "put back"))?;
                Err(ApplyError::Raced(step.path.clone()))
            }
            (Some(before), None) => {
                place.take(stage, name).map_err(failed(step.path.as_str(), "removed"))?;
                if self.is_held(name, before) {
                    return Ok(());
                }
                place.fill(stage, name).map_err(failed(step.path.as_str(), "put back"))?;
                Err(ApplyError::Raced(step.path.clone()))
            }
        }
    }

    /// Brings one path back to its old state, where it is in its new one; gives it where something of others is in the way.
    fn retreat(&self, name: &str, step: &Step) -> Result<Option<SourcePath>, ApplyError> {
        if self.standing(step)? != Standing::After {
            return Ok(None);
        }
        let Some(before) = &step.before else {
            let place = self.place(step)?;
            place.folder.remove(place.name).map_err(failed(step.path.as_str(), "removed"))?;
            return Ok(None);
        };
        self.stage.hold(name, (&step.path, before), self.contents)?;
        let (place, stage) = match self.root.place(step.path.as_str()) {
            Ok(place) => (place, self.stage.folder()),
            Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => {
                return Ok(Some(step.path.clone()));
            }
            Err(error) => return Err(failed(step.path.as_str(), "reached")(error).into()),
        };
        let done = if step.after.is_some() {
            place.exchange(stage, name)
        } else {
            place.fill(stage, name)
        };
        match done {
            Ok(()) => Ok(None),
            Err(Errno::EEXIST) => Ok(Some(step.path.clone())),
            Err(error) => Err(failed(step.path.as_str(), "put back")(error).into()),
        }
    }

    fn is_held(&self, name: &str, state: &State) -> bool {
        let found = self.stage.folder().held(name);
        found.is_ok_and(|found| found.state() == Some(state))
    }

    fn make_folder(&self, path: &str, permissions: u32) -> Result<(), ApplyError> {
        let made =
            self.root.place(path).and_then(|place| place.folder.make(place.name, permissions));
        Ok(made.map_err(failed(path, "made"))?)
    }

    fn remove_folders<'b>(&self, folders: impl Iterator<Item = &'b str>) -> Result<(), ApplyError> {
        for path in folders {
            let place = match self.root.place(path) {
                Ok(place) => place,
                Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => continue,
                Err(error) => return Err(failed(path, "reached")(error).into()),
            };
            // A file of this name may have come instead of it.
            if matches!(place.folder.held(place.name), Ok(Found::Folder)) {
                place.folder.remove_folder(place.name).map_err(failed(path, "removed"))?;
            }
        }
        Ok(())
    }

    /// Flushes every folder in which a name changed.
    fn flush(&self) -> Result<(), ApplyError> {
        let steps = self.order.steps.iter().map(|step| step.path.as_str());
        let folders = self.order.made.iter().chain(&self.order.removed);
        let paths = steps.chain(folders.map(|folder| folder.path.as_str()));
        let parents: BTreeSet<&str> =
            paths.map(|path| ancestors(path).last().unwrap_or_default()).collect();
        for parent in parents {
            match self.root.below(parent) {
                Ok(folder) => folder.flush().map_err(failed(parent, "flushed"))?,
                Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => {}
                Err(error) => return Err(failed(parent, "flushed")(error).into()),
            }
        }
        Ok(())
    }
}

/// Where a path stands at which there is no file.
const fn absent(step: &Step) -> Standing {
    match (&step.before, &step.after) {
        (_, None) => Standing::After,
        (None, Some(_)) => Standing::Before,
        (Some(_), Some(_)) => Standing::Other,
    }
}
