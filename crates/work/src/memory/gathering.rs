//! The second half of a build: the newest files, their sources, links and chances.
//!
//! Contents that were parsed before, here or in another repository, are not read again. Where no path came or went only the links of
//! changed files are looked up anew.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use record::domain::changeset::GitId;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use crate::memory::error::MemoryError;
use crate::memory::facts::Facts;
use crate::memory::identities::Identities;
use crate::memory::outline::{READING, outline};
use crate::memory::replay::{CALIBRATED_ON, COUNTED_ON, History, Past, spoken};
use crate::memory::resolving::Places;
use crate::memory::site::{Site, Writing, check, recall};
use crate::memory::vocabulary::Spoken;
use foundation::repository::sources::Sources;
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptFile, KeptImport, KeptLink, KeptSource, Recall, Step};
use inspection::language::Language;

/// Sources that are read and stored at once.
const READ_AT_ONCE: usize = 200;
/// New commits after which the chances are counted anew.
const COUNTED_EVERY: u32 = 50;

/// A source to look into.
struct Wanted {
    path: Vec<u8>,
    language: Language,
    blob: GitId,
}

/// Stores the files of a tree; how many contents were parsed.
pub(super) async fn tree(
    site: &Site<'_>,
    writing: &mut Writing<'_>,
    (tree, identities): (&GitId, &mut Identities),
    facts: &mut Facts,
) -> Result<usize, MemoryError> {
    check(site.cancel)?;
    let blobs = site.repository.tree_blobs(tree).await?;
    let row = writing.repository;
    let stored = recall(site.store, |recall| recall.files(row))?;
    let mut now: HashMap<u32, KeptFile> = HashMap::new();
    for blob in blobs {
        let Some(number) = identities.present(&blob.path) else { continue };
        now.insert(
            number,
            KeptFile { number, path: blob.path, is_live: true, blob: Some(blob.id) },
        );
    }
    facts.files = u32::try_from(now.len()).unwrap_or(u32::MAX);
    let parsed = sources(site, writing, &now, facts).await?;
    let Changes { files, sources, hands_on } = Changes::between(stored, now);
    writing.write(Step::Tree { files, relinked: Vec::new(), links: Vec::new() }).await?;
    let is_everywhere = identities.has_other_sources || hands_on || facts.reading != READING;
    if is_everywhere || !sources.is_empty() {
        let only = (!is_everywhere).then_some(&sources);
        let step = recall(site.store, |recall| links(recall, row, only))?;
        writing.write(step).await?;
    }
    facts.reading = READING;
    Ok(parsed)
}

/// What differs between the files that are stored and those that are there.
#[derive(Default)]
struct Changes {
    files: Vec<KeptFile>,
    /// The sources among them.
    sources: HashSet<u32>,
    /// A package may hand on other names, so that links of others lead elsewhere.
    hands_on: bool,
}

impl Changes {
    fn between(stored: Vec<KeptFile>, mut now: HashMap<u32, KeptFile>) -> Self {
        let mut changes = Self::default();
        for old in stored {
            match now.remove(&old.number) {
                Some(new) if new == old => {}
                Some(new) => changes.take(new),
                None if old.is_live => changes.take(KeptFile { is_live: false, blob: None, ..old }),
                None => {}
            }
        }
        for new in now.into_values() {
            changes.take(new);
        }
        changes
    }

    fn take(&mut self, new: KeptFile) {
        if Language::of(&new.path).is_some() {
            self.hands_on |= new.path.ends_with(b"__init__.py");
            self.sources.insert(new.number);
        }
        self.files.push(new);
    }
}

/// Parses what was never parsed; how many.
async fn sources(
    site: &Site<'_>,
    writing: &mut Writing<'_>,
    files: &HashMap<u32, KeptFile>,
    facts: &mut Facts,
) -> Result<usize, MemoryError> {
    let mut wanted: Vec<Wanted> = files.values().filter_map(wanted).collect();
    facts.sources = u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    let blobs: Vec<GitId> = wanted.iter().map(|one| one.blob.clone()).collect();
    let known = recall(site.store, |recall| recall.parsed(&blobs, READING))?;
    let mut is_known = known.into_iter();
    wanted.retain(|_| !is_known.next().unwrap_or(false));
    wanted.sort_by(|left, right| left.path.cmp(&right.path));
    let all = wanted.len();
    let still_broken = if facts.reading == READING { facts.broken } else { 0 };
    (facts.unread, facts.broken) = (0, still_broken.min(facts.sources));
    if wanted.is_empty() {
        return Ok(0);
    }
    let mut reader = site.repository.sources()?;
    let mut parsed = 0;
    while !wanted.is_empty() {
        check(site.cancel)?;
        let rest = wanted.split_off(wanted.len().min(READ_AT_ONCE));
        let sources = outlined(&mut reader, std::mem::replace(&mut wanted, rest)).await?;
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        parsed += sources.iter().flatten().count();
        facts.unread += count(sources.iter().filter(|source| source.is_none()).count());
        facts.broken += count(sources.iter().flatten().filter(|source| source.is_broken).count());
        writing.write(Step::Sources(sources.into_iter().flatten().collect())).await?;
        (site.progress)(format!("{parsed} of {all} new sources"));
    }
    Ok(parsed)
}

fn wanted(file: &KeptFile) -> Option<Wanted> {
    let (language, blob) = (Language::of(&file.path)?, file.blob.clone()?);
    Some(Wanted { path: file.path.clone(), language, blob })
}

/// Reads and parses sources on two threads beside the runtime.
async fn outlined(
    reader: &mut Sources,
    wanted: Vec<Wanted>,
) -> Result<Vec<Option<KeptSource>>, MemoryError> {
    let ids: Vec<&GitId> = wanted.iter().map(|one| &one.blob).collect();
    let contents = reader.read(&ids).await?;
    let mut work: Vec<(Wanted, Option<Arc<[u8]>>)> = wanted.into_iter().zip(contents).collect();
    let second = work.split_off(work.len() / 2);
    let parse = |work: Vec<(Wanted, Option<Arc<[u8]>>)>| {
        spawn_blocking(move || {
            let parsed = work.into_iter().map(|(one, content)| {
                content.map(|content| outline(one.language, &one.path, one.blob, &content))
            });
            parsed.collect::<Vec<_>>()
        })
    };
    let (first, second) = (parse(work), parse(second));
    let mut sources = first.await.map_err(broken)?;
    sources.extend(second.await.map_err(broken)?);
    Ok(sources)
}

/// The links of some files, or of all.
fn links(
    recall: &dyn Recall,
    repository: i64,
    only: Option<&HashSet<u32>>,
) -> Result<Step, StoreError> {
    let files = recall.files(repository)?;
    let imports = recall.imports(repository)?;
    let sources: Vec<(u32, &str)> = files
        .iter()
        .filter(|file| file.is_live && Language::of(&file.path).is_some())
        .filter_map(|file| Some((file.number, std::str::from_utf8(&file.path).ok()?)))
        .collect();
    let places = Places::new(&sources, &imports);
    let is_asked = |file: &u32| only.is_none_or(|only| only.contains(file));
    let mut links = Vec::new();
    for (file, import) in imports.iter().filter(|(file, _)| is_asked(file)) {
        for (target, names) in places.resolve(*file, import) {
            let KeptImport { line, is_for_types, .. } = *import;
            links.push(KeptLink { file: *file, target, line, names, is_for_types });
        }
    }
    let relinked = files.iter().map(|file| file.number).filter(is_asked).collect();
    Ok(Step::Tree { files: Vec::new(), relinked, links })
}

/// Counts the chances of the repository, where enough happened since they were counted last.
pub(super) async fn count_chances(
    site: &Site<'_>,
    writing: &Writing<'_>,
    facts: &mut Facts,
) -> Result<(), MemoryError> {
    let row = writing.repository;
    let (newest, _) = recall(site.store, |recall| recall.newest(row))?;
    let is_recent = facts.curve.is_counted_so()
        && facts.counted_at > 0
        && facts.counted_at <= newest
        && newest - facts.counted_at < COUNTED_EVERY;
    if is_recent {
        return Ok(());
    }
    check(site.cancel)?;
    let history = recall(site.store, |recall| history(recall, row))?;
    let places = history.predictable(&COUNTED_ON, CALIBRATED_ON, usize::MAX);
    let from = places.iter().min().copied().unwrap_or(history.commits.len());
    let words = contents(&mut site.repository.sources()?, history.contents(from)).await?;
    facts.curve = history.curve(&words, &places);
    facts.counted_at = newest;
    Ok(())
}

/// Reads a whole history.
pub fn history(recall: &dyn Recall, repository: i64) -> Result<History, StoreError> {
    let mut history = History::default();
    for file in recall.files(repository)? {
        history.paths.insert(file.number, file.path);
    }
    let mut changes = recall.changes(repository, 0)?.into_iter().peekable();
    for (number, size) in recall.sizes(repository, 0)? {
        let mut past = Past { number, size, changes: Vec::new() };
        while let Some(change) = changes.next_if(|change| change.number == number) {
            past.changes.push((change.file, change.blob));
        }
        if !past.changes.is_empty() {
            history.commits.push(past);
        }
    }
    Ok(history)
}

/// Reads contents and takes their words, those of one piece while the next is read.
pub async fn contents(
    reader: &mut Sources,
    blobs: Vec<GitId>,
) -> Result<BTreeMap<GitId, Spoken>, MemoryError> {
    let mut words = BTreeMap::new();
    let mut scanning: Option<JoinHandle<Vec<(GitId, Spoken)>>> = None;
    for piece in blobs.chunks(READ_AT_ONCE) {
        let ids: Vec<&GitId> = piece.iter().collect();
        let contents = reader.read(&ids).await?;
        let found: Vec<_> = piece.iter().cloned().zip(contents).collect();
        let taken = move |(id, content): (GitId, Option<Arc<[u8]>>)| Some((id, spoken(&content?)));
        let next = spawn_blocking(move || found.into_iter().filter_map(taken).collect());
        if let Some(before) = scanning.replace(next) {
            words.extend(before.await.map_err(broken)?);
        }
    }
    if let Some(last) = scanning {
        words.extend(last.await.map_err(broken)?);
    }
    Ok(words)
}

fn broken(error: JoinError) -> StoreError {
    StoreError::Database(Box::new(error))
}
