//! Reads what a class offers.
//!
//! A method's first parameter is bound and not part of what callers see. The attributes that methods give `self` count like those in
//! the body; a dataclass or named tuple has the constructor that its fields make.

use std::collections::BTreeSet;

use tree_sitter::Node;

use crate::interface::offer::{Binding, Class, Function, Parameter, Way};
use crate::interface::signature::function;
use crate::python::{statements, undecorated};
use crate::tree::{field, line_of, named, one_line, text_of, walk};

/// The constructor.
const INIT: &str = "__init__";

/// Reads a class.
pub(super) fn class(text: &str, node: Node<'_>, decorators: &[String]) -> Class {
    let bases = node.child_by_field_name("superclasses").map(named).unwrap_or_default();
    let bases = bases.into_iter().filter(|base| base.kind() != "keyword_argument");
    let mut class = Class {
        line: line_of(node),
        bases: bases.map(|base| one_line(text_of(text, base))).collect(),
        ..Class::default()
    };
    let mut fields = Vec::new();
    let Some(body) = node.child_by_field_name("body") else { return class };
    for statement in statements(body) {
        let (node, decorators) = undecorated(statement, text);
        match node.kind() {
            "function_definition" => method(&mut class, text, node, &decorators),
            "expression_statement" => fields.extend(attribute(&mut class, text, node)),
            _ => {}
        }
    }
    let last = |word: &String| word.rsplit('.').next().unwrap_or(word).to_owned();
    let makes_fields =
        decorators.iter().map(last).any(|name| matches!(&*name, "dataclass" | "define" | "frozen"))
            || class.bases.iter().map(last).any(|name| name == "NamedTuple");
    if makes_fields && !class.members.contains_key(INIT) {
        let made = Function { line: class.line, parameters: fields, ..Function::default() };
        class.members.insert(INIT.to_owned(), made);
    }
    class
}

fn method(class: &mut Class, text: &str, node: Node<'_>, decorators: &[String]) {
    let Some(name) = field(text, node, "name") else { return };
    if decorators
        .iter()
        .any(|decorator| decorator.ends_with(".setter") || decorator.ends_with(".deleter"))
    {
        return;
    }
    let mut read = function(text, node, decorators);
    let first = read.parameters.first().map(|first| first.name.clone());
    if read.binding != Binding::Static && !read.parameters.is_empty() {
        read.parameters.remove(0);
    }
    if let Some(first) = first.filter(|_| read.binding == Binding::Plain) {
        class.attributes.extend(given(text, node, &first));
    }
    class.members.insert(name, read);
}

/// The public attributes that a method gives its first parameter.
fn given(text: &str, method: Node<'_>, first: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(method, |node| {
        if matches!(node.kind(), "assignment" | "augmented_assignment") {
            let left = node.child_by_field_name("left");
            let targets = match left {
                Some(left) if left.kind() == "pattern_list" => named(left),
                left => left.into_iter().collect(),
            };
            for target in targets.into_iter().filter(|target| target.kind() == "attribute") {
                let is_own = field(text, target, "object").as_deref() == Some(first);
                let name = field(text, target, "attribute").filter(|_| is_own);
                found.extend(name.filter(|name| !name.starts_with('_')));
            }
        }
        true
    });
    found
}

/// Takes an assignment of a class body; gives the parameter that it is in a dataclass.
fn attribute(class: &mut Class, text: &str, statement: Node<'_>) -> Option<Parameter> {
    let node = statement.named_child(0).filter(|node| node.kind() == "assignment")?;
    let left = node.child_by_field_name("left").filter(|left| left.kind() == "identifier")?;
    let name = text_of(text, left).to_owned();
    if !name.starts_with('_') {
        class.attributes.insert(name.clone());
    }
    let annotation = field(text, node, "type")?;
    if annotation.contains("ClassVar") {
        return None;
    }
    let default = field(text, node, "right");
    Some(Parameter { name, way: Way::Both, default, annotation: Some(annotation) })
}
