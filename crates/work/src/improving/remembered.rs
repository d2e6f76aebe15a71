//! What the memory of a repository tells a look and an improvement.
//!
//! How often files change, which usually change together, who uses a name, which tests reach it. A look goes without it where nothing was
//! built, and says so with the command: the memory makes it better and is never needed.

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::improving::reached::Reached;
use crate::improving::subject::Memory;
use crate::memory::breakage::{self, Callers, Crowded, Place};
use crate::memory::covered::{Covering, Names, covering};
use crate::memory::error::MemoryError;
use crate::memory::hops::short;
use crate::memory::impact::{Question, impact};
use crate::memory::lists::{CHURN_REACH, MOST_TOGETHER};
use crate::memory::loaded::{Loaded, ask, shown};
use crate::memory::reasons::Likely;
use crate::memory::telling::words;
use foundation::repository::target::Target;
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptFile, Recall};
use inspection::findings::past::{Partner, Past};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most files in question that partners and reach are asked for.
const MOST_ASKED: usize = 20;
/// Most files, and most tests, that are told.
const MOST_TOLD: usize = 10;
/// The newest commits of a file that tell its partners.
const RECENT: usize = 30;
/// Most places and reasons that one sentence names.
const MOST_NAMED: usize = 3;

/// What is asked of a memory.
pub struct Asked<'a> {
    /// Which memory.
    pub memory: &'a Memory,
    /// The files in question, by their paths in the folder of the memory that is looked at.
    pub paths: &'a BTreeSet<String>,
    /// Names that go or are called upon otherwise, by file; all that a file defines where it is absent.
    pub altered: &'a BTreeMap<String, BTreeSet<String>>,
}

/// What a memory tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remembered {
    /// How files changed before.
    pub past: Past,
    /// The files that a change reaches: those that use its names first, then those that will likely change too.
    pub reached: Vec<Reached>,
    /// The tests that reach the files, in the order in which they should fail first.
    pub tests: Vec<Reached>,
    /// The places that use an altered name, by name.
    pub uses: BTreeMap<String, Vec<String>>,
    /// What is not known.
    pub notes: Vec<String>,
}

/// Asks the memory of a repository.
pub async fn remembered(
    invocation: &Invocation,
    asked: &Asked<'_>,
) -> Result<Remembered, CommandError> {
    let Memory { name, shown, place, .. } = asked.memory;
    let answer = ask(invocation.store()?, name, |recall, loaded| answer(recall, loaded, asked));
    let (loaded, mut remembered) = match answer {
        Ok(answer) => answer,
        Err(MemoryError::NotBuilt { .. }) => {
            let note = format!(
                "no graph yet: run /build-graph {shown}, and it is known too how often files change, what changes with them and who uses them"
            );
            return Ok(Remembered { notes: vec![note], ..Remembered::default() });
        }
        Err(error) => return Err(error.into()),
    };
    let tip = Target::find(place).ok().and_then(|target| target.tip());
    if tip.is_some_and(|tip| tip != loaded.head) {
        remembered.notes.push(format!(
            "the graph stands for {}, and HEAD is elsewhere by now: /build-graph {shown} takes the new commits in",
            short(&loaded.head)
        ));
    }
    remembered.notes.extend(loaded.facts.missing());
    Ok(remembered)
}

fn answer(
    recall: &dyn Recall,
    loaded: &Loaded,
    asked: &Asked<'_>,
) -> Result<Remembered, StoreError> {
    let memory = asked.memory;
    let churn = churn(recall, loaded)?.into_iter();
    let churn = churn.filter_map(|(path, count)| Some((memory.below(&path)?, count))).collect();
    let mut remembered =
        Remembered { past: Past { churn, ..Past::default() }, ..Remembered::default() };
    let files: Vec<&KeptFile> = asked
        .paths
        .iter()
        .filter_map(|path| loaded.file(&memory.whole(path)))
        .take(MOST_ASKED)
        .collect();
    if files.is_empty() {
        return Ok(remembered);
    }
    let (mut callers, mut places) = (Callers::new(), BTreeSet::new());
    for file in &files {
        let Some(path) = memory.below(&path_of(file)) else { continue };
        remembered.past.partners.insert(path.clone(), partners(recall, loaded, file)?);
        let names = names(recall, file, asked.altered.get(&path))?;
        let found = breakage::places(recall, loaded, (file.number, &names), Crowded::Near)?;
        // What the file itself uses changes with it.
        places.extend(found.places.into_iter().filter(|place| place.path != shown(&file.path)));
        for (caller, names) in found.callers {
            callers.entry(caller).or_default().extend(names);
        }
    }
    let numbers: Vec<u32> = files.iter().map(|file| file.number).collect();
    let mut ran = Covering::new();
    for number in &numbers {
        for (test, covers) in covering(recall, loaded, *number, Names::All)? {
            ran.entry(test).or_default().extend(covers);
        }
    }
    let question =
        Question { files: &numbers, callers: &callers, covering: &ran, own: &[], limit: MOST_TOLD };
    let impact = impact(recall, loaded, &question)?;
    let altered: BTreeSet<&String> = asked.altered.values().flatten().collect();
    for place in places.iter().filter(|place| altered.contains(&place.name)) {
        let place_of = format!("{}:{}", place.path, place.line);
        remembered.uses.entry(place.name.clone()).or_default().push(place_of);
    }
    remembered.reached = reached(&places, &impact.likely);
    remembered.tests = impact.tests.iter().map(likely).collect();
    Ok(remembered)
}

fn path_of(file: &KeptFile) -> String {
    String::from_utf8_lossy(&file.path).into_owned()
}

/// How many of the last commits changed each file; large ones tell of nothing.
fn churn(recall: &dyn Recall, loaded: &Loaded) -> Result<BTreeMap<String, u32>, StoreError> {
    let from = loaded.newest.saturating_sub(CHURN_REACH);
    let sizes: HashMap<u32, u32> = recall.sizes(loaded.row, from)?.into_iter().collect();
    let mut churn = BTreeMap::new();
    for change in recall.changes(loaded.row, from)? {
        let is_small = sizes.get(&change.number).is_some_and(|size| *size <= MOST_TOGETHER);
        if let (true, Some(file)) = (is_small, loaded.files.get(&change.file)) {
            *churn.entry(path_of(file)).or_default() += 1;
        }
    }
    Ok(churn)
}

/// The files that the newest commits of a file changed too.
fn partners(
    recall: &dyn Recall,
    loaded: &Loaded,
    file: &KeptFile,
) -> Result<Vec<Partner>, StoreError> {
    let touches = recall.touches(loaded.row, file.number, MOST_TOGETHER)?;
    let mut own: Vec<u32> = touches
        .iter()
        .filter(|touch| touch.file == file.number)
        .map(|touch| touch.number)
        .collect();
    own.sort_unstable();
    let own: BTreeSet<u32> = own.into_iter().rev().take(RECENT).collect();
    let mut together: HashMap<u32, u32> = HashMap::new();
    for touch in touches.iter().filter(|touch| own.contains(&touch.number)) {
        *together.entry(touch.file).or_default() += 1;
    }
    let of = u32::try_from(own.len()).unwrap_or(u32::MAX);
    let partner = |(number, together): (u32, u32)| {
        let other = loaded.files.get(&number).filter(|other| other.number != file.number)?;
        Some(Partner { path: path_of(other), together, of })
    };
    let mut partners: Vec<Partner> = together.into_iter().filter_map(partner).collect();
    partners.sort_by(|left, right| {
        right.together.cmp(&left.together).then_with(|| left.path.cmp(&right.path))
    });
    Ok(partners)
}

/// The names that a change of a file alters; without one all that it defines.
fn names(
    recall: &dyn Recall,
    file: &KeptFile,
    altered: Option<&BTreeSet<String>>,
) -> Result<BTreeSet<String>, StoreError> {
    if let Some(altered) = altered {
        return Ok(altered.clone());
    }
    let source = file.blob.as_ref().map(|blob| recall.source(blob)).transpose()?.flatten();
    let defined = source.iter().flat_map(|source| breakage::altered(source, None));
    Ok(defined.map(|altered| altered.name).collect())
}

/// Files with a place that uses a name for sure, then those that will likely change too.
fn reached(places: &BTreeSet<Place>, likely_files: &[Likely]) -> Vec<Reached> {
    let mut users: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for place in places.iter().filter(|place| place.is_sure) {
        let told = format!(
            "line {} {} `{}`",
            place.line,
            place.use_of.word(),
            shown(place.name.as_bytes())
        );
        users.entry(&place.path).or_default().push(told);
    }
    let mut users: Vec<(&str, Vec<String>)> = users.into_iter().collect();
    users.sort_by_key(|(_, told)| std::cmp::Reverse(told.len()));
    let chance = |path: &str| likely_files.iter().find(|file| file.path == path)?.chance;
    let users: Vec<Reached> = users
        .into_iter()
        .map(|(path, told)| Reached {
            path: path.to_owned(),
            reason: named(&told),
            likelihood: chance(path),
        })
        .collect();
    let is_told = |path: &str| users.iter().any(|user| user.path == path);
    let others: Vec<Reached> =
        likely_files.iter().filter(|file| !is_told(&file.path)).map(likely).collect();
    users.into_iter().chain(others).take(MOST_TOLD).collect()
}

fn likely(file: &Likely) -> Reached {
    let reasons: Vec<String> = file.reasons.iter().map(words).collect();
    Reached { path: file.path.clone(), reason: named(&reasons), likelihood: file.chance }
}

/// The first few of what is told, and how many more there are.
pub fn named(told: &[String]) -> String {
    let first: Vec<&str> = told.iter().take(MOST_NAMED).map(String::as_str).collect();
    match told.len().saturating_sub(MOST_NAMED) {
        0 => first.join("; "),
        more => format!("{}; and {more} more", first.join("; ")),
    }
}
