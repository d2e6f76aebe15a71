//! Decides how a change gets into a target, from what is wanted and what was seen.
//!
//! Pure: the same wishes and the same sight give the same steps. Every touched path has to be exactly as the change expects it, or
//! the whole is refused with each path and what differs; paths that the change does not touch do not matter.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::application::{Folder, State, Step};
use record::domain::changeset::Mode;
use record::domain::source_path::{SourcePath, is_of_git};

use crate::applying::error::{Misfit, Problem};
use crate::applying::seen::{Found, Seen};

/// How the name of every folder of staged contents begins.
pub const STAGE_PREFIX: &str = ".saraphina-apply-";
/// Permissions of a folder that is made.
const FOLDER_PERMISSIONS: u32 = 0o755;
/// Permissions of owner, group and others to read; to read or write; to run.
const READ: u32 = 0o444;
const READ_OR_WRITE: u32 = 0o666;
const RUN: u32 = 0o111;

/// What has to be at a path before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever it is; it is kept.
    Anything,
    /// Nothing but this; or nothing.
    Exactly(Option<State>),
}

/// What is wanted of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The path.
    pub path: SourcePath,
    /// What has to be there before.
    pub before: Expected,
    /// What is to be there afterwards.
    pub after: Option<State>,
}

/// The way in which paths are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Manner<'a> {
    /// As a revision has them.
    Apply,
    /// As they were before an application that made and removed these folders.
    Rollback {
        /// Folders it made.
        made: &'a [Folder],
        /// Folders it took away.
        removed: &'a [Folder],
    },
}

/// The steps that lead from what was seen to what is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// The paths: first those that go, then the others; paths that are as wanted already are left out.
    pub steps: Vec<Step>,
    /// Folders to make, outermost first.
    pub made: Vec<Folder>,
    /// Folders that nothing is left in, innermost first.
    pub removed: Vec<Folder>,
}

/// Plans the steps, or names every path that does not fit.
pub fn plan(wanted: &[Wanted], seen: &Seen, manner: Manner<'_>) -> Result<Steps, Vec<Misfit>> {
    let plan = Plan::new(wanted, seen, manner);
    if plan.is_there_already() {
        return Ok(Steps::default());
    }
    let misfits: Vec<Misfit> = wanted
        .iter()
        .filter_map(|one| {
            plan.problem(one).map(|problem| Misfit { path: one.path.clone(), problem })
        })
        .collect();
    if misfits.is_empty() { Ok(plan.steps()) } else { Err(misfits) }
}

/// Tells whether a link at a path leads out of the root of its target.
pub fn leads_out(path: &SourcePath, target: &[u8]) -> bool {
    let Ok(target) = std::str::from_utf8(target) else { return true };
    let mut depth = path.as_str().matches('/').count();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    target.starts_with('/') || target.contains('\0') || target.is_empty()
}

struct Plan<'a> {
    wanted: &'a [Wanted],
    seen: &'a Seen,
    manner: Manner<'a>,
    /// Files and links that go.
    going: BTreeSet<&'a str>,
    /// Folders that nothing is left in.
    emptied: BTreeSet<&'a str>,
    /// Names that are left, by their form in lower case.
    folded: BTreeMap<String, Vec<&'a SourcePath>>,
}

impl<'a> Plan<'a> {
    fn new(wanted: &'a [Wanted], seen: &'a Seen, manner: Manner<'a>) -> Self {
        let goes = |one: &&Wanted| one.after.is_none();
        let going = wanted.iter().filter(goes).map(|one| one.path.as_str()).collect();
        let mut folded: BTreeMap<String, Vec<&SourcePath>> = BTreeMap::new();
        for one in wanted.iter().filter(|one| one.after.is_some()) {
            folded.entry(one.path.as_str().to_lowercase()).or_default().push(&one.path);
        }
        let mut plan = Self { wanted, seen, manner, going, emptied: BTreeSet::new(), folded };
        // A folder comes before what lies in it, so from behind the innermost ones come first.
        for (folder, held) in seen.folders.iter().rev().filter(|(folder, _)| !folder.is_empty()) {
            let goes = |name: &String| plan.goes(&format!("{folder}/{name}"));
            let is_emptied = !held.names.is_empty()
                && held.names.iter().all(goes)
                && !plan.is_filled(folder)
                && plan.may_go(folder);
            if is_emptied {
                plan.emptied.insert(folder);
            }
        }
        plan
    }

    /// Tells whether every path is as it is wanted, as where a change was proposed from this very work tree, or where somebody
    /// took an application out by hand.
    fn is_there_already(&self) -> bool {
        let is_as_wanted = |one: &Wanted| match (self.found(&one.path), self.after(one)) {
            (Found::Held(found), Some(after)) => found.is_alike(&after),
            (Found::Nothing, None) => true,
            (_, _) => false,
        };
        self.wanted.iter().all(is_as_wanted)
    }

    /// Tells whether nothing is left at a path.
    fn goes(&self, path: &str) -> bool {
        self.going.contains(path) || self.emptied.contains(path)
    }

    fn is_filled(&self, folder: &str) -> bool {
        self.wanted.iter().any(|one| {
            let inside = one.path.as_str().strip_prefix(folder);
            one.after.is_some() && inside.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    fn may_go(&self, folder: &str) -> bool {
        match self.manner {
            Manner::Apply => true,
            // A folder that was there before the application stays, empty as it may have been.
            Manner::Rollback { made, .. } => made.iter().any(|one| one.path.as_str() == folder),
        }
    }

    fn found(&self, path: &SourcePath) -> &Found {
        self.seen.paths.get(path).unwrap_or(&Found::Nothing)
    }

    /// What a path is to be, with the permissions that what lies there has already.
    fn after(&self, one: &Wanted) -> Option<State> {
        let after = one.after?;
        let found = self.found(&one.path).state().filter(|found| found.mode != Mode::Link);
        let Some(found) = found.filter(|_| after.mode != Mode::Link) else { return Some(after) };
        Some(match (self.manner, &one.before) {
            (Manner::Rollback { .. }, _) => after,
            // Files that say nothing of who may run them leave that as it is.
            (Manner::Apply, Expected::Anything) => {
                in_place_of(found, State { mode: found.mode, ..after })
            }
            (Manner::Apply, Expected::Exactly(_)) => in_place_of(found, after),
        })
    }

    fn problem(&self, one: &Wanted) -> Option<Problem> {
        foreign_name(one).or_else(|| self.unexpected(one)).or_else(|| self.collision(one))
    }

    fn unexpected(&self, one: &Wanted) -> Option<Problem> {
        let problem = match (self.found(&one.path), &one.before) {
            (Found::Blocked { by, .. }, Expected::Exactly(None)) if self.goes(by) => None,
            (Found::Blocked { by, what }, _) => Some(Problem::Blocked { by: by.clone(), what }),
            (Found::Folder, Expected::Exactly(None)) if self.goes(one.path.as_str()) => None,
            (Found::Folder, _) => Some(Problem::NoFile("a folder")),
            (Found::Other, _) => Some(Problem::NoFile("neither a file nor a folder")),
            (Found::TooLarge(bytes), _) => Some(Problem::TooLarge(*bytes)),
            (Found::Nothing | Found::Held(_), Expected::Anything)
            | (Found::Nothing, Expected::Exactly(None)) => None,
            (Found::Nothing, Expected::Exactly(Some(_))) => Some(Problem::Missing),
            (Found::Held(_), Expected::Exactly(None)) => Some(Problem::Present),
            (Found::Held(found), Expected::Exactly(Some(wanted))) => differing(found, wanted),
        };
        match self.manner {
            Manner::Apply => problem,
            Manner::Rollback { .. } => problem.map(|_| Problem::Changed),
        }
    }

    /// Finds what a new name would be one with where upper and lower case do not count.
    fn collision(&self, one: &Wanted) -> Option<Problem> {
        one.after.as_ref()?;
        let path = one.path.as_str();
        let twins = self.folded.get(&path.to_lowercase());
        if let Some(twin) = twins.into_iter().flatten().find(|twin| **twin != &one.path) {
            return Some(Problem::SameButCase(twin.to_string()));
        }
        let mut folder = "";
        for (start, name) in parts(path) {
            let held = self.seen.folders.get(folder)?;
            if !held.names.contains(name) {
                return self.alike(folder, name).map(Problem::SameButCase);
            }
            folder = path.get(..start + name.len()).unwrap_or_default();
        }
        None
    }

    /// Finds a name of a folder that stays and is the same where case does not count.
    fn alike(&self, folder: &str, name: &str) -> Option<String> {
        let whole = |other: &str| match folder {
            "" => other.to_owned(),
            folder => format!("{folder}/{other}"),
        };
        let mut names = self.seen.folders.get(folder)?.names.iter();
        let lower = name.to_lowercase();
        names.find(|other| other.to_lowercase() == lower && !self.goes(&whole(other))).cloned()
    }

    fn steps(&self) -> Steps {
        let step = |one: &Wanted| Step {
            path: one.path.clone(),
            before: self.found(&one.path).state().copied(),
            after: self.after(one),
        };
        let is_needed = |step: &Step| match (&step.before, &step.after) {
            (Some(before), Some(after)) => match self.manner {
                Manner::Apply => !before.is_alike(after),
                Manner::Rollback { .. } => before != after,
            },
            (None, None) => false,
            (Some(_), None) | (None, Some(_)) => true,
        };
        let mut steps: Vec<Step> = self.wanted.iter().map(step).filter(is_needed).collect();
        steps.sort_by(|left, right| {
            (left.after.is_some(), &left.path).cmp(&(right.after.is_some(), &right.path))
        });
        let made = self.made(&steps);
        let removed = self.emptied.iter().rev().filter_map(|folder| {
            let permissions = self.seen.folders.get(*folder)?.permissions;
            Some(Folder { path: folder.parse().ok()?, permissions })
        });
        Steps { made, removed: removed.collect(), steps }
    }

    fn made(&self, steps: &[Step]) -> Vec<Folder> {
        let left = steps.iter().filter(|step| step.after.is_some());
        let needed: BTreeSet<&str> = left.flat_map(|step| ancestors(step.path.as_str())).collect();
        let missing = needed.into_iter().filter(|folder| !self.seen.folders.contains_key(*folder));
        let folder = |path: &str| {
            Some(Folder { path: path.parse().ok()?, permissions: self.permissions(path) })
        };
        missing.filter_map(folder).collect()
    }

    fn permissions(&self, folder: &str) -> u32 {
        let removed = match self.manner {
            Manner::Apply => &[],
            Manner::Rollback { removed, .. } => removed,
        };
        let found = removed.iter().find(|one| one.path.as_str() == folder);
        found.map_or(FOLDER_PERMISSIONS, |one| one.permissions)
    }
}

/// Finds a name that belongs to git, or to what is staged.
fn foreign_name(one: &Wanted) -> Option<Problem> {
    let mut names = one.path.as_str().split('/');
    if names.clone().any(is_of_git) {
        return Some(Problem::GitFolder);
    }
    let is_ours = names.next().is_some_and(|name| name.starts_with(STAGE_PREFIX));
    is_ours.then_some(Problem::StageFolder)
}

/// Keeps who may read and write a file that is replaced; only who may run it comes from what is applied.
fn in_place_of(found: &State, after: State) -> State {
    let kept = found.permissions & READ_OR_WRITE;
    let permissions = match (found.mode, after.mode) {
        (Mode::Executable, Mode::Executable) => found.permissions & (READ_OR_WRITE | RUN),
        // Whoever may read it may run it, as git has it, too.
        (_, Mode::Executable) => kept | ((kept & READ) >> 2),
        _ => kept,
    };
    State { permissions, ..after }
}

fn differing(found: &State, wanted: &State) -> Option<Problem> {
    if found.mode != wanted.mode {
        return Some(Problem::Mode { found: found.mode, wanted: wanted.mode });
    }
    (found.digest != wanted.digest).then_some(Problem::Content)
}

/// The names of a path, each with where it starts.
fn parts(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    path.split('/').map(move |name| {
        let at = start;
        start += name.len() + 1;
        (at, name)
    })
}

/// The folders that a path lies in, outermost first, without the root.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(end, _)| path.get(..end))
}
