//! Which tests ran what, as executions of our proposals showed it.
//!
//! An execution tells lines of the revision that it ran. Lines move, so each is kept by the name that it lay in: that a test ran lines
//! of `Cart.total` stays worth knowing when the lines above it change. It says where to look first, never that a test need not run.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::changeset::{Changeset, GitId};
use record::domain::source_path::SourcePath;

use crate::memory::error::MemoryError;
use crate::memory::facts::Facts;
use crate::memory::outline::outline;
use crate::memory::site::{Site, Writing, check, recall};
use foundation::store::beside::{Executed, KeptCover};
use foundation::store::memory::{KeptSource, KeptSymbol, Step};
use inspection::language::Language;

/// Executions that are read at once.
const READ_AT_ONCE: u32 = 50;
/// Most tests with names that one execution tells.
const MOST_TOLD: usize = 20_000;

/// Looks into the executions that came since; whether there were any.
pub(super) async fn executions(
    site: &Site<'_>,
    writing: &mut Writing<'_>,
    facts: &mut Facts,
) -> Result<bool, MemoryError> {
    let mut is_changed = false;
    loop {
        check(site.cancel)?;
        let after = facts.covered_to;
        let found = recall(site.store, |recall| recall.executed(site.name, after, READ_AT_ONCE))?;
        let Some(last) = found.last() else { return Ok(is_changed) };
        facts.covered_to = last.row;
        is_changed = true;
        let mut covers = Vec::new();
        for executed in &found {
            let revision = site.store.revision(&executed.proposal, executed.revision).await?;
            let change = revision.as_ref().and_then(|revision| revision.source.change());
            covers.extend(change.map(|change| covered(executed, change)).unwrap_or_default());
        }
        writing.write(Step::Covered(covers)).await?;
    }
}

/// Lines of names that a test ran, by path, name and test.
type Ran = BTreeMap<(String, String, String), BTreeSet<u32>>;

/// What one execution shows.
fn covered(executed: &Executed, change: &Changeset) -> Vec<KeptCover> {
    let evidence = &executed.change;
    let mut outlines: BTreeMap<&str, Option<KeptSource>> = BTreeMap::new();
    let mut ran = Ran::new();
    for (place, tests) in &evidence.changed_lines.by_test {
        let Some((path, line)) = place.rsplit_once(':') else { continue };
        let Ok(line) = line.parse::<u32>() else { continue };
        let outline = outlines.entry(path).or_insert_with(|| outline_of(change, path));
        let name = outline.as_ref().map(|source| innermost(&source.symbols, line));
        for test in tests {
            let key = (path.to_owned(), name.clone().unwrap_or_default(), test.clone());
            ran.entry(key).or_default().insert(line);
        }
    }
    let noticing: BTreeSet<&str> =
        evidence.control.tests.iter().map(|test| test.id.as_str()).collect();
    let seen: BTreeSet<&str> = ran.keys().map(|(_, _, test)| test.as_str()).collect();
    // A test may notice a change of which no line ran in it, such as one that is read as data.
    let unseen: Vec<String> = noticing.difference(&seen).map(|test| (*test).to_owned()).collect();
    let code = change.touched().iter().filter(|one| one.role == record::domain::role::Role::Code);
    for path in code.map(|one| one.path.to_string()) {
        for test in &unseen {
            ran.entry((path.clone(), String::new(), test.clone())).or_default();
        }
    }
    let cover = |((path, symbol, test), lines): ((String, String, String), BTreeSet<u32>)| {
        let is_noticed = noticing.contains(test.as_str());
        let lines = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        let execution = executed.execution.to_string();
        KeptCover { path, symbol, test, lines, is_noticed, execution }
    };
    ran.into_iter().take(MOST_TOLD).map(cover).collect()
}

/// What the result of a change defines in a file.
fn outline_of(change: &Changeset, path: &str) -> Option<KeptSource> {
    let path: SourcePath = path.parse().ok()?;
    let bytes = path.as_str().as_bytes().to_owned();
    let content = &change.at(&path)?.after.as_ref()?.content;
    let none: GitId = "0".repeat(40).parse().ok()?;
    Some(outline(Language::of(&bytes)?, &bytes, none, content))
}

/// The name that a line lies in, with what that lies in.
fn innermost(symbols: &[KeptSymbol], line: u32) -> String {
    let around = symbols.iter().filter(|one| (one.first_line..=one.last_line).contains(&line));
    let innermost = around.min_by_key(|one| one.last_line - one.first_line);
    innermost.map_or_else(String::new, |one| match one.parent.as_str() {
        "" => one.name.clone(),
        parent => format!("{parent}.{}", one.name),
    })
}
