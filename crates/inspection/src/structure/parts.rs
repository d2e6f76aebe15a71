//! The statements at the top of a module, with the names that each binds and uses.
//!
//! A set of definitions can be moved where it is closed: everything that it uses is in it or imported. Names are taken generously, so that
//! a use that is none only keeps something in its place.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use crate::python::{parse, undecorated};
use crate::tree::{named, text_of, walk};

/// Most statements of a module that is taken apart.
const MAX_PARTS: usize = 4_000;

/// A statement at the top of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it begins, with the comments right above it, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// The names that it binds.
    pub binds: BTreeSet<String>,
    /// The names that it uses.
    pub uses: BTreeSet<String>,
}

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An import.
    Import,
    /// A function or class.
    Definition,
    /// A name that gets a value.
    Constant,
    /// Anything else.
    Other,
}

/// A module in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The parts, in order.
    pub all: Vec<Part>,
    /// Names that are bound more than once, or rebound from inside: nothing that binds one is moved.
    rebound: BTreeSet<String>,
}

impl Parts {
    /// Takes a module apart; nothing where it does not parse, or takes all names of another.
    pub fn of(text: &str) -> Option<Self> {
        let tree = parse(text).filter(|tree| !tree.root_node().has_error())?;
        let mut all: Vec<Part> = Vec::new();
        let mut rebound = BTreeSet::new();
        let (mut comments, mut end) = (None, 0);
        let mut cursor = tree.root_node().walk();
        for node in tree.root_node().children(&mut cursor) {
            if node.kind() == "comment" {
                // A comment with a gap below belongs to nothing.
                let begins = comments.filter(|_| gap(text, end, node.start_byte()) < 2);
                comments = Some(begins.unwrap_or_else(|| node.start_byte()));
                end = node.end_byte();
                continue;
            }
            let near = gap(text, end, node.start_byte()) < 2;
            let start = comments.take().filter(|_| near).unwrap_or_else(|| node.start_byte());
            all.push(part(text, node, start)?);
            end = node.end_byte();
        }
        walk(tree.root_node(), |node| {
            if ["global_statement", "delete_statement", "augmented_assignment"]
                .contains(&node.kind())
            {
                rebound.extend(names(text, node));
            }
            true
        });
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for name in all.iter().flat_map(|part| &part.binds) {
            *counts.entry(name).or_default() += 1;
        }
        let twice = counts.into_iter().filter(|(_, count)| *count > 1);
        rebound.extend(twice.map(|(name, _)| name.clone()));
        (all.len() <= MAX_PARTS).then_some(Self { all, rebound })
    }

    /// The part that binds a name.
    pub fn binding(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|part| part.binds.contains(name))
    }

    /// Whether a part may lie in another file.
    fn is_movable(&self, part: &Part) -> bool {
        matches!(part.kind, Kind::Definition | Kind::Constant)
            && part.binds.iter().all(|name| !name.starts_with("__") && !self.rebound.contains(name))
    }

    /// A part with all that it needs; nothing where something of that has to stay.
    pub fn closure(&self, seeds: impl IntoIterator<Item = usize>) -> Option<BTreeSet<usize>> {
        let mut pending: Vec<usize> = seeds.into_iter().collect();
        let mut closed = BTreeSet::new();
        while let Some(at) = pending.pop() {
            let part = self.all.get(at)?;
            if part.kind == Kind::Import {
                continue;
            }
            if !self.is_movable(part) {
                return None;
            }
            if closed.insert(at) {
                pending.extend(part.uses.iter().filter_map(|name| self.binding(name)));
            }
        }
        Some(closed)
    }

    /// The definitions of a module that could lie in another file, each with all that it needs.
    pub fn closures(&self) -> Vec<BTreeSet<usize>> {
        let is_definition = |(at, part): (usize, &Part)| {
            (part.kind == Kind::Definition).then(|| self.closure([at])).flatten()
        };
        self.all.iter().enumerate().filter_map(is_definition).collect()
    }

    /// How many bytes some parts have.
    pub fn size(&self, parts: &BTreeSet<usize>) -> usize {
        parts.iter().filter_map(|at| self.all.get(*at)).map(|part| part.end - part.start).sum()
    }
}

/// How many lines end between two places.
fn gap(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).unwrap_or("").matches('\n').count()
}

fn part(text: &str, node: Node<'_>, start: usize) -> Option<Part> {
    let (inner, _) = undecorated(node, text);
    let mut binds = BTreeSet::new();
    let kind = match inner.kind() {
        "import_statement" | "import_from_statement" | "future_import_statement" => {
            let mut is_star = false;
            for child in named(inner) {
                is_star |= child.kind() == "wildcard_import";
                let is_source = Some(child) == inner.child_by_field_name("module_name");
                match child.kind() {
                    "aliased_import" => binds.extend(
                        child
                            .child_by_field_name("alias")
                            .map(|name| text_of(text, name).to_owned()),
                    ),
                    "dotted_name" if !is_source => {
                        let name = text_of(text, child).split('.').next().unwrap_or_default();
                        binds.insert(name.to_owned());
                    }
                    _ => {}
                }
            }
            if is_star {
                return None;
            }
            Kind::Import
        }
        "function_definition" | "class_definition" => {
            let name = inner.child_by_field_name("name")?;
            binds.insert(text_of(text, name).to_owned());
            Kind::Definition
        }
        "expression_statement" => match constant(text, inner) {
            Some(name) => {
                binds.insert(name);
                Kind::Constant
            }
            None => Kind::Other,
        },
        _ => Kind::Other,
    };
    if kind == Kind::Other {
        binds = bound_within(text, node);
    }
    let uses = if kind == Kind::Import { BTreeSet::new() } else { names(text, node) };
    Some(Part { start, end: node.end_byte(), kind, uses, binds })
}

/// The one name that an assignment gives a value.
fn constant(text: &str, statement: Node<'_>) -> Option<String> {
    let node = statement.named_child(0).filter(|node| node.kind() == "assignment")?;
    let left = node.child_by_field_name("left").filter(|left| left.kind() == "identifier")?;
    let right = node.child_by_field_name("right")?;
    (right.kind() != "assignment").then(|| text_of(text, left).to_owned())
}

/// Every name that a statement may bind: what stands on the left, is imported or defined in it.
fn bound_within(text: &str, node: Node<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(node, |node| {
        let part = match node.kind() {
            "assignment" | "augmented_assignment" | "for_statement" => {
                node.child_by_field_name("left")
            }
            "function_definition" | "class_definition" => node.child_by_field_name("name"),
            "import_statement" | "import_from_statement" | "as_pattern" | "named_expression" => {
                Some(node)
            }
            _ => None,
        };
        found.extend(part.into_iter().flat_map(|part| names(text, part)));
        true
    });
    found
}

/// The names in a node; those behind a dot are none.
fn names(text: &str, node: Node<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(node, |node| {
        if node.kind() == "identifier" {
            let is_behind_dot = node.parent().is_some_and(|parent| {
                parent.kind() == "attribute"
                    && parent.child_by_field_name("attribute") == Some(node)
            });
            if !is_behind_dot {
                found.insert(text_of(text, node).to_owned());
            }
        }
        true
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_along_and_what_is_rebound_stays() {
        let text = "import os\n\nLIMIT = 3\nCOUNT = 0\n\n\ndef cut(text):\n    return text[:LIMIT]\n\n\ndef both(text):\n    return cut(os.fspath(text))\n\n\ndef count():\n    global COUNT\n    COUNT += 1\n";

        let parts = Parts::of(text).unwrap();

        assert_eq!(parts.closure([4]), Some([1, 3, 4].into()));
        assert_eq!(parts.closure([5]), None);
        assert_eq!(parts.closures().len(), 2);
        assert_eq!(Parts::of("from os import *\n"), None);
    }
}
