//! Finds commands in a list of them.
//!
//! `/help` and the surfaces look commands up by name, and suggest near ones. The list itself (`commands/registry.rs`) lies
//! above this folder, so it is passed in, or named by a type that implements [`Catalogue`].

use crate::contract::command::Entry;

/// A list of commands that is known by its type, for commands such as `/help` that tell of all of them.
pub trait Catalogue: Send + 'static {
    /// Lists the commands, in the order of `/help`.
    fn entries() -> &'static [Entry];
}

/// Finds the command of a name or alias.
pub fn find_in(entries: &'static [Entry], name: &str) -> Option<&'static Entry> {
    entries.iter().find(|entry| entry.spec.name == name || entry.spec.aliases.contains(&name))
}

/// Lists the known names nearest to one that does not exist, nearest first, at most three.
pub fn nearest_in(entries: &[Entry], name: &str) -> Vec<&'static str> {
    let mut names: Vec<(f64, &'static str)> = entries
        .iter()
        .flat_map(|entry| {
            std::iter::once(entry.spec.name).chain(entry.spec.aliases.iter().copied())
        })
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .collect();
    names.sort_by(|left, right| right.0.total_cmp(&left.0));
    names.into_iter().map(|(_, name)| name).take(3).collect()
}
