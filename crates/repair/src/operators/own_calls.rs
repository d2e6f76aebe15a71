//! Calls of the file's own functions put around values, or in their place.
//!
//! A helper that exists was written to be called; forgetting the call is a common fault of recursive code.

use super::operands::{is_place, is_value};
use crate::drafts::Drafts;
use crate::scope::Scope;
use crate::tree::{Spot, named};

/// Most variables that are passed beside a value.
const MAX_PASSED: usize = 6;

/// Edits that put a call of an own function around a value, or in its place.
pub(super) fn draft(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let text = scope.text_of(spot.node);
    let is_yield = spot.parent.kind() == "yield" && spot.node.kind() == "identifier";
    if spot.node.kind() == "list" && is_place(spot) {
        return unpacked(spot, scope, drafts);
    }
    if text == "self" || text.contains('\n') || !(is_value(spot) || is_yield) {
        return;
    }
    for (name, parameters) in &scope.callable {
        if text.starts_with(&format!("{name}(")) {
            continue;
        }
        let factor = if name == scope.name { 1.0 } else { 0.7 };
        let mut put = |factor: f64, given: String| {
            drafts.likely("own_call", factor, spot.node, format!("{name}({given})"));
        };
        if *parameters == 1 {
            put(factor, text.to_owned());
        }
        let names = scope.names.iter().filter(|name| **name != "self" && **name != text);
        for other in names.take(MAX_PASSED) {
            match parameters {
                1 => put(0.3 * factor, (*other).to_owned()),
                2 => {
                    put(0.5 * factor, format!("{text}, {other}"));
                    put(0.5 * factor, format!("{other}, {text}"));
                }
                _ => {}
            }
        }
    }
}

/// A call on the only element of a list in place of the list.
fn unpacked(spot: &Spot<'_>, scope: &Scope<'_>, drafts: &mut Drafts) {
    let elements = named(spot.node);
    let [only] = elements.as_slice() else { return };
    for (name, _) in scope.callable.iter().filter(|(_, parameters)| *parameters == 1) {
        drafts.replace("own_call", spot.node, format!("{name}({})", scope.text_of(*only)));
    }
}
