//! Ends an order whose engine died.
//!
//! Where everything was staged and some of it is written it goes forward, else back; what staged files tell is held against the
//! paths themselves, because somebody may have taken the stage away. Where others changed a path meanwhile it goes back and leaves
//! that path to them. A command about something else writes no files: then an order ends only where all of it is on one side.

use record::domain::application::{Ending, FileOrder};
use record::domain::source_path::SourcePath;

use crate::applying::contents::Contents;
use crate::applying::error::ApplyError;
use crate::applying::execution::{Standing, Work};
use crate::applying::folder::Folder;
use crate::applying::stage::Stage;

/// What recovery came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// How it ended.
    pub ending: Ending,
    /// Paths that others changed meanwhile and that lie as they left them.
    pub left: Vec<SourcePath>,
}

/// The way that an order has to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Either way.
    Free,
    /// Forward: what belongs to it came about.
    Forward,
    /// Back: what belongs to it did not come about.
    Back,
}

/// What recovery may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Write what has to be written: the owner asked for it.
    Writing,
    /// End what is on one side already.
    Looking,
}

/// Brings a folder to the state before or after an order, and takes the stage away; nothing where that would take writing and
/// was not asked for.
pub fn recover(
    root: &Folder,
    order: &FileOrder,
    contents: &Contents,
    (bound, reach): (Bound, Reach),
) -> Result<Option<Recovered>, ApplyError> {
    let was_staged = Stage::is_there(root, order);
    let work = Work::open(root, order, contents)?;
    let standings = order.steps.iter().map(|step| work.standing(step));
    let standings: Vec<Standing> = standings.collect::<Result<_, _>>()?;
    let is = |wanted: Standing| move |standing: &Standing| *standing == wanted;
    let left = order.steps.iter().zip(&standings);
    let mut left: Vec<SourcePath> = left
        .filter(|(_, standing)| **standing == Standing::Other)
        .map(|(step, _)| step.path.clone())
        .collect();
    let is_begun = standings.iter().any(is(Standing::After));
    let is_done = standings.iter().all(is(Standing::After));
    let can_go_on = is_done || (is_begun && (work.is_staged() || !was_staged));
    let goes_on = match bound {
        Bound::Free => can_go_on && left.is_empty(),
        Bound::Forward => true,
        Bound::Back => false,
    };
    let is_on_one_side = if goes_on { is_done } else { !is_begun };
    if reach == Reach::Looking && !is_on_one_side {
        if !was_staged {
            work.discard()?;
        }
        return Ok(None);
    }
    if goes_on {
        let done = work.stage_all().and_then(|()| work.forward());
        match done {
            Err(error) if bound == Bound::Free => {
                tracing::warn!(failure = %error, "an application cannot be ended, so it is taken back");
            }
            Err(ApplyError::Raced(_)) | Ok(()) => {
                work.discard()?;
                return Ok(Some(Recovered { ending: Ending::Whole, left }));
            }
            Err(error) => return Err(error),
        }
    }
    left.extend(work.back()?);
    work.discard()?;
    Ok(Some(Recovered { ending: Ending::Undone, left }))
}
