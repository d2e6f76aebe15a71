//! Variables that are named once only, which were perhaps forgotten.
//!
//! An edit that names such a variable again gains, and one that orphans a variable loses.

use std::collections::HashMap;

use tree_sitter::Node;

use super::drafts::{Draft, Stretch};
use super::scope::Scope;
use super::tree::{text_of, walk, words_of};

/// The factor for an edit that names a variable again which is named once only: it was perhaps forgotten.
const REMEMBERED: f64 = 3.3;
/// The factor for an edit after which a variable is named once only.
const FORGOTTEN: f64 = 0.15;
/// Longest text that is looked into, in bytes.
const LONGEST: usize = 200;

/// Counts of how often the variables of a file are named.
pub(super) struct Usage<'t>(HashMap<&'t str, usize>);

impl<'t> Usage<'t> {
    /// Counts over all of a file.
    pub(super) fn of(text: &'t str, root: Node<'t>, scopes: &[Scope<'t>]) -> Self {
        let mut counts: HashMap<&'t str, usize> =
            scopes.iter().flat_map(|scope| &scope.names).map(|name| (*name, 0)).collect();
        for identifier in identifiers(root) {
            if let Some(count) = counts.get_mut(text_of(text, identifier)) {
                *count += 1;
            }
        }
        Self(counts)
    }

    /// Gives the factor of an edit's promise.
    pub(super) fn factor(&self, text: &str, draft: &Draft) -> f64 {
        let mut changes: HashMap<&str, (usize, usize)> = HashMap::new();
        let is_long = |(start, end, new): &Stretch| end - start > LONGEST || new.len() > LONGEST;
        if draft.stretches.iter().any(is_long) {
            return 1.0;
        }
        for (start, end, new) in &draft.stretches {
            for name in self.names(text.get(*start..*end).unwrap_or("")) {
                changes.entry(name).or_default().0 += 1;
            }
            for name in self.names(new) {
                changes.entry(name).or_default().1 += 1;
            }
        }
        let of = |(name, (gone, new)): (&&str, &(usize, usize))| {
            let before = self.0.get(name).copied().unwrap_or_default();
            (before, (before + new).saturating_sub(*gone))
        };
        let counts: Vec<(usize, usize)> = changes.iter().map(of).collect();
        let remembered = counts.iter().any(|(before, after)| *before == 1 && *after > 1);
        let forgotten = counts.iter().any(|(before, after)| *before > 1 && *after == 1);
        (if remembered { REMEMBERED } else { 1.0 }) * (if forgotten { FORGOTTEN } else { 1.0 })
    }

    /// The variables that a piece of text names.
    fn names<'p>(&self, piece: &'p str) -> Vec<&'p str> {
        words_of(piece).filter(|word| self.0.contains_key(word)).collect()
    }
}

/// Finds where variables are named, as far as the grammar tells; types and the names of keyword arguments are none.
fn identifiers(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    walk(root, "", |cursor, around| {
        let node = cursor.node();
        let is_other = matches!(
            (*around, cursor.field_name()),
            ("attribute", Some("attribute")) | ("keyword_argument", Some("name"))
        );
        found.extend(Some(node).filter(|node| node.kind() == "identifier" && !is_other));
        Some(node.kind()).filter(|kind| *kind != "type")
    });
    found
}
