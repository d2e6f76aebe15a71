//! Functions, attributes and imports of a file, as far as its text tells.
//!
//! Operators use them to offer a method or attribute that exists somewhere in the file instead of an invented one.

use std::collections::HashMap;

use tree_sitter::Node;

use super::tree::{functions, named, text_of, walk, words_of};

/// Most attributes, and most objects that have some.
const MAX_FIELDS: usize = 12;

/// A function of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function<'t> {
    /// Its name.
    pub(super) name: &'t str,
    /// How many parameters it has, without `self`.
    pub(super) parameters: usize,
    /// Whether it is a method.
    pub(super) is_method: bool,
}

/// Names that can be called or stand behind a dot, each once, in reading order.
#[derive(Debug, Default)]
pub(super) struct Members<'t> {
    /// Functions and methods.
    pub(super) functions: Vec<Function<'t>>,
    /// Attributes that are read or set, methods and what modules have aside.
    pub(super) fields: Vec<&'t str>,
    /// Variables of which attributes are read or set.
    pub(super) holders: Vec<&'t str>,
    /// Names that are imported from modules and never used.
    pub(super) forgotten: Vec<&'t str>,
}

impl<'t> Members<'t> {
    /// Looks through a file.
    pub(super) fn of(text: &'t str, root: Node<'t>) -> Self {
        let mut members = Self {
            functions: functions(root).iter().filter_map(|node| function(text, *node)).collect(),
            forgotten: forgotten(text, root),
            ..Self::default()
        };
        walk(root, "", |cursor, field: &&'static str| {
            let node = cursor.node();
            let is_called = *field == "called" && cursor.field_name() == Some("function");
            if node.kind() == "attribute" && !is_called {
                members.add(text, node);
            }
            Some(if node.kind() == "call" { "called" } else { "" })
        });
        members
    }

    fn add(&mut self, text: &'t str, node: Node<'t>) {
        let part = |name| node.child_by_field_name(name).map(|node| text_of(text, node));
        let (Some(object), Some(field)) = (part("object"), part("attribute")) else { return };
        if text.contains(&format!("import {object}")) {
            return;
        }
        put(&mut self.fields, field);
        if object != "self"
            && node.child_by_field_name("object").is_some_and(|it| it.kind() == "identifier")
        {
            put(&mut self.holders, object);
        }
    }
}

fn put<'t>(all: &mut Vec<&'t str>, one: &'t str) {
    if all.len() < MAX_FIELDS && !all.contains(&one) {
        all.push(one);
    }
}

/// Imported names that stand nowhere else.
fn forgotten<'t>(text: &'t str, root: Node<'t>) -> Vec<&'t str> {
    let imports = named(root).into_iter().filter(|node| node.kind() == "import_from_statement");
    let names = imports.flat_map(|node| named(node).into_iter().skip(1));
    let names = names.filter(|name| name.kind() == "dotted_name").map(|name| text_of(text, name));
    let mut counts: HashMap<&str, usize> = names.clone().map(|name| (name, 0)).collect();
    for word in words_of(text) {
        counts.entry(word).and_modify(|count| *count += 1);
    }
    names.filter(|name| counts.get(name) == Some(&1)).take(MAX_FIELDS).collect()
}

fn function<'t>(text: &'t str, node: Node<'t>) -> Option<Function<'t>> {
    let name = text_of(text, node.child_by_field_name("name")?);
    let parameters = named(node.child_by_field_name("parameters")?);
    let is_method = parameters.first().is_some_and(|first| text_of(text, *first) == "self");
    Some(Function { name, parameters: parameters.len() - usize::from(is_method), is_method })
}
