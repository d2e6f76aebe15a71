//! What a name means in a memory, and what may be meant by another.
//!
//! People write names as their language does, and mistype them. What is not found was there once, or is there under a name that looks
//! alike.

use crate::memory::hops::short;
use crate::memory::loaded::{Loaded, shown};
use crate::memory::messages;
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptSymbol, Recall};

/// Least likeness of a name that is offered in the place of another (Jaro and Winkler, from 0 to 1).
const LIKE: f64 = 0.87;
/// Most names that are offered.
const MOST_OFFERED: usize = 3;

/// The symbols of a name, alone or behind its class: `total`, `Cart.total`, `Cart::total`.
pub fn symbols(
    recall: &dyn Recall,
    loaded: &Loaded,
    typed: &str,
) -> Result<Vec<(u32, KeptSymbol)>, StoreError> {
    let (parent, name) = typed.rsplit_once(['.', ':']).unwrap_or(("", typed));
    let parent = bare(parent.trim_end_matches(':'));
    let mut found = recall.defining(loaded.row, name)?;
    found.retain(|(_, symbol)| parent.is_empty() || bare(&symbol.parent) == parent);
    Ok(found)
}

/// A class without what stands for its types: `Benchmark<'a>`.
fn bare(name: &str) -> &str {
    name.split('<').next().unwrap_or(name).trim_end()
}

/// Says of a file that was there once which commit was the last to touch it.
pub fn gone(
    recall: &dyn Recall,
    loaded: &Loaded,
    typed: &str,
) -> Result<Option<String>, StoreError> {
    let files = recall.files(loaded.row)?;
    let dead = files.iter().find(|file| !file.is_live && file.path == typed.as_bytes());
    let Some(file) = dead else { return Ok(None) };
    let last = recall.commits_of(loaded.row, file.number, 1)?.pop();
    let by = last.map_or_else(String::new, |commit| {
        let subject = shown(messages::subject(&commit.message).as_bytes());
        format!("; the last commit to touch it is {}, {subject}", short(&commit.id))
    });
    Ok(Some(format!("{} is no longer there{by}", shown(typed.as_bytes()))))
}

/// Files and symbols whose names look alike.
pub fn offered(
    recall: &dyn Recall,
    loaded: &Loaded,
    typed: &str,
) -> Result<Vec<String>, StoreError> {
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name.split_once('.').map_or(name, |(stem, _)| stem).to_owned()
    };
    let mut found: Vec<(f64, String)> = Vec::new();
    let symbol = typed.rsplit(['.', ':']).next().unwrap_or(typed);
    let is_path = typed.contains('/');
    for file in loaded.files.values() {
        let path = shown(&file.path);
        found.push((strsim::jaro_winkler(&stem(&path), &stem(typed)), path));
        let blob = file.blob.as_ref().filter(|_| !is_path);
        for known in blob.map(|blob| recall.symbols(blob)).transpose()?.unwrap_or_default() {
            found.push((strsim::jaro_winkler(&known, symbol), known));
        }
    }
    found.retain(|(likeness, _)| *likeness >= LIKE);
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    found.dedup_by(|one, other| one.1 == other.1);
    Ok(found.into_iter().take(MOST_OFFERED).map(|(_, name)| name).collect())
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_class_is_named_without_what_stands_for_its_types() {
        assert_eq!(bare("Benchmark<'a>"), "Benchmark");
        assert_eq!(bare("Map<K, V>"), "Map");
        assert_eq!(bare("Cart"), "Cart");
    }
}
