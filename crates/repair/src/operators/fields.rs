//! Attributes read, set, added or dropped behind a dot.
//!
//! Only attributes that the file already names are offered; an invented one could never be right.

use super::operands::is_value;
use crate::drafts::Drafts;
use crate::scope::{NUMBER, Scope, is_read};
use crate::tree::Spot;

/// Edits that read or set another attribute, one attribute more, or one less.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if scope.members.fields.is_empty() {
        return;
    }
    match spot.node.kind() {
        "attribute" if spot.field != "function" => another(spot, scope, drafts),
        "identifier" if is_read(spot) || is_set(spot) => more(spot, scope, drafts),
        _ => {}
    }
    if is_value(spot) && is_method(scope) {
        own(spot, scope, drafts);
    }
}

/// Tells whether a variable gets a value by itself.
fn is_set(spot: &Spot<'_>) -> bool {
    spot.parent.kind() == "assignment" && spot.field == "left"
}

/// Tells whether a function reads or sets what its object has.
fn is_method(scope: &Scope<'_>) -> bool {
    scope.names.first() == Some(&"self") && !scope.members.own.is_empty()
}

fn another(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let part = |name| spot.node.child_by_field_name(name);
    let (Some(object), Some(word)) = (part("object"), part("attribute")) else { return };
    let (object, field) = (scope.text_of(object), scope.text_of(word));
    if !scope.members.fields.contains(&field) {
        return;
    }
    let others = if object == "self" { &scope.members.own } else { &scope.members.fields };
    for other in others.iter().filter(|other| **other != field) {
        drafts.replace("field", word, *other);
    }
    if object == "self" || is_set(spot) {
        return;
    }
    drafts.likely("field", 0.5, spot.node, object);
    for further in &scope.members.fields {
        drafts.likely("field", 0.3, spot.node, format!("{object}.{field}.{further}"));
    }
}

/// `x` as `x.y`.
fn more(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let name = scope.text_of(spot.node);
    let is_holder = scope.members.holders.contains(&name) && scope.names.contains(&name);
    if !is_holder || name == "self" {
        return;
    }
    let is_object = spot.parent.kind() == "attribute";
    let factor = if is_object { 0.3 } else { 0.8 };
    for field in &scope.members.fields {
        drafts.likely("field", factor, spot.node, format!("{name}.{field}"));
    }
}

/// Puts attributes of a method's object in place of a value or beside it.
fn own(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    if text == "self" || text.contains('\n') {
        return;
    }
    for field in scope.members.own.iter().map(|field| format!("self.{field}")) {
        if field == text {
            continue;
        }
        if spot.node.kind() != "attribute" {
            drafts.likely("field", 0.4, spot.node, field.as_str());
        }
        if scope.may_be(text, NUMBER) && spot.node.kind() != "integer" {
            beside(spot, text, &field, drafts);
        }
    }
}

/// `x` as `x + self.y`.
fn beside(spot: &Spot<'_>, text: &str, field: &str, drafts: &mut Drafts) {
    let is_compound = spot.node.kind() == "binary_operator";
    let is_operand = spot.parent.kind() == "binary_operator";
    let text = if is_compound { format!("({text})") } else { text.to_owned() };
    for sign in ["+", "-"] {
        let both = format!("{text} {sign} {field}");
        let both = if is_operand { format!("({both})") } else { both };
        drafts.likely("operand", 0.6, spot.node, both);
    }
}

/// The attributes of its object that a statement of a method sets or changes.
pub(super) fn statements(scope: &Scope<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for field in scope.members.own.iter().filter(|_| is_method(scope)) {
        for name in scope.names.iter().filter(|name| **name != "self") {
            for change in [" = ", " += ", " -= "] {
                found.push(format!("self.{field}{change}{name}"));
            }
            found.push(format!("self.{field}.append({name})"));
            let others = scope.names.iter().filter(|other| *other != name && **other != "self");
            found.extend(others.map(|other| format!("self.{field}[{name}] = {other}")));
        }
        found.push(format!("self.{field} += 1"));
        found.push(format!("self.{field} -= 1"));
    }
    found
}
