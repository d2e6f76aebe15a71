//! Returned values exchanged, wrapped or combined with a variable.
//!
//! Names come from the function; the calls and signs put around a value are those that tests of small programs expect most.

use tree_sitter::Node;

use crate::drafts::Drafts;
use crate::scope::{Kind, MANY, Scope};
use crate::tree::{Spot, named};

/// Edits of returned values.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    if !matches!(spot.node.kind(), "return_statement" | "yield") {
        return;
    }
    let Some(value) = named(spot.node).first().copied() else {
        for name in &scope.names {
            let at = spot.node.end_byte();
            drafts.insert("return_name", 0.5, at, format!(" {name}"));
        }
        return;
    };
    another(value, scope, drafts);
    changed(value, scope, drafts);
}

fn another(value: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(value);
    let factor = if value.kind() == "identifier" { 1.0 } else { 0.5 };
    for name in scope.names.iter().filter(|name| **name != text) {
        drafts.likely("return_name", factor, value, *name);
    }
    let is_sum = value.kind() == "binary_operator";
    for name in scope.names.iter().filter(|name| is_sum && scope.surely(name, MANY)) {
        for call in ["sum", "len", "max", "min"] {
            drafts.likely("return_name", 0.1, value, format!("{call}({name})"));
        }
    }
}

fn changed(value: Node<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(value);
    if text.contains('\n') || text.len() > 200 || matches!(value.kind(), "true" | "false") {
        return;
    }
    for name in scope.names.iter().filter(|name| **name != text) {
        let is_list = scope.surely(name, &[Kind::Sequence]);
        let is_other = scope.surely(name, &[Kind::Text, Kind::Mapping, Kind::Set]);
        for sign in ["+", "-", "*"].iter().filter(|_| !is_other && !is_list) {
            drafts.likely("return_wrap", 0.6, value, format!("{text} {sign} {name}"));
        }
        if !is_list && !is_other {
            drafts.likely("return_wrap", 0.4, value, format!("{text} + [{name}]"));
            drafts.likely("return_wrap", 0.4, value, format!("[{name}] + {text}"));
        } else {
            drafts.likely("return_wrap", 0.6, value, format!("{text} + {name}"));
            drafts.likely("return_wrap", 0.5, value, format!("{name} + {text}"));
        }
    }
    for (before, after, factor) in AROUND {
        drafts.likely("return_wrap", *factor, value, format!("{before}{text}{after}"));
    }
}

const AROUND: &[(&str, &str, f64)] = &[
    ("not (", ")", 0.6),
    ("[", "]", 0.4),
    ("''.join(", ")", 0.5),
    ("' '.join(", ")", 0.4),
    ("sum(", ")", 0.4),
    ("len(", ")", 0.4),
    ("", " == 0", 0.4),
    ("", " or 0", 0.2),
    ("round(", ", 2)", 0.5),
    ("(", ") % 2 == 0", 0.1),
];
