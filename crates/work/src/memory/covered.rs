//! Tests that were seen to run what is asked about.
//!
//! What an execution showed is stronger than what a name or a history suggests: such a test comes first. It is known of the lines that
//! proposals changed, so that no test is left out because nothing is known of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::memory::loaded::{Loaded, shown};
use foundation::store::error::StoreError;
use foundation::store::memory::Recall;

/// A test that was seen to run something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The test, escaped.
    pub test: String,
    /// The name that it ran lines of, escaped; empty outside of every name.
    pub name: String,
    /// How many lines.
    pub lines: u32,
    /// Whether it failed without a change of the file.
    pub is_noticed: bool,
    /// The execution that shows it.
    pub execution: String,
}

/// Files of tests with what they were seen to run, the strongest first.
pub type Covering = HashMap<u32, Vec<Covered>>;

/// How much a file of tests was seen to run: tests that noticed a change, then lines.
pub fn strength(ran: &[Covered]) -> (usize, u32) {
    let noticed = ran.iter().filter(|one| one.is_noticed).count();
    (noticed, ran.iter().map(|one| one.lines).fold(0, u32::saturating_add))
}

/// Which names are meant.
#[derive(Clone, Copy, Debug)]
pub enum Names<'a> {
    /// Everything in the file.
    All,
    /// These, each with what it lies in, with what lies in them; and of no name what is known of the file alone.
    Only(&'a BTreeSet<String>),
}

impl Names<'_> {
    fn has(self, symbol: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|name| is_of(symbol, name)),
        }
    }
}

/// Whether a name is another one or lies in it: a class is run where its methods are.
pub fn is_of(symbol: &str, name: &str) -> bool {
    symbol.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The tests that ran some names of a file.
pub fn covering(
    recall: &dyn Recall,
    loaded: &Loaded,
    file: u32,
    names: Names<'_>,
) -> Result<Covering, StoreError> {
    let mut covering = Covering::new();
    let Some(path) = loaded.files.get(&file).map(|file| String::from_utf8_lossy(&file.path)) else {
        return Ok(covering);
    };
    let covers = recall.covers(loaded.row, &path)?;
    let mut numbers: BTreeMap<&str, Option<u32>> = BTreeMap::new();
    for cover in covers.iter().filter(|cover| names.has(&cover.symbol)) {
        let of_test = cover.test.split("::").next().unwrap_or_default();
        let number = numbers.entry(of_test).or_insert_with(|| {
            loaded
                .files
                .values()
                .find(|file| file.path == of_test.as_bytes())
                .map(|file| file.number)
        });
        let Some(number) = number else { continue };
        covering.entry(*number).or_default().push(Covered {
            test: shown(cover.test.as_bytes()),
            name: shown(cover.symbol.as_bytes()),
            lines: cover.lines,
            is_noticed: cover.is_noticed,
            execution: cover.execution.clone(),
        });
    }
    for ran in covering.values_mut() {
        ran.sort_by(|left, right| {
            let key = |one: &Covered| (one.is_noticed, one.lines);
            key(right).cmp(&key(left)).then_with(|| left.test.cmp(&right.test))
        });
    }
    Ok(covering)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_what_lies_in_it_and_nothing_of_the_file_alone() {
        let names = BTreeSet::from(["wait_chain".to_owned()]);
        let only = Names::Only(&names);

        assert!(only.has("wait_chain") && only.has("wait_chain.__init__"));
        assert!(!only.has("") && !only.has("wait_chains") && !only.has("Other.wait_chain"));
        assert!(Names::All.has("") && Names::All.has("other"));
    }
}
