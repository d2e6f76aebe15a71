//! Edge cases answered at once.

use tree_sitter::Node;

use super::statements::{indent_of, is_docstring, whole_lines};
use crate::repair::drafts::Drafts;
use crate::repair::scope::{Kind, Scope};
use crate::repair::tree::named;

/// Most guards of one function.
const MAX_GUARDS: usize = 60;

/// Puts `if …: return …` at the start of a function.
pub(super) fn draft_all(scope: &Scope<'_>, drafts: &mut Drafts) {
    let Some(body) = scope.root.child_by_field_name("body") else { return };
    let Some(first) = named(body).into_iter().find(|statement| !is_docstring(*statement)) else {
        return;
    };
    let (start, _) = whole_lines(scope.text, first);
    let indent = indent_of(scope.text, first);
    let mut count = 0;
    for (condition, value) in guards(scope) {
        count += 1;
        if count > MAX_GUARDS {
            return;
        }
        let text = format!("{indent}if {condition}:\n{indent}    return {value}\n");
        drafts.insert("guard", 1.0, start, text);
    }
}

fn guards(scope: &Scope<'_>) -> Vec<(String, String)> {
    let parameters = scope.root.child_by_field_name("parameters").map(named).unwrap_or_default();
    let mut found = Vec::new();
    for parameter in parameters.iter().filter_map(|node| name_of(*node, scope)) {
        let mut values = vec![parameter.to_owned()];
        values.extend(["[]", "''", "0", "False", "True", "None", "1", "-1"].map(str::to_owned));
        let mut conditions = vec![format!("not {parameter}")];
        if scope.may_be(parameter, &[Kind::Number]) {
            conditions.extend(["== 1", "< 0", "< 2"].map(|test| format!("{parameter} {test}")));
        }
        if scope.may_be(parameter, &[Kind::Sequence, Kind::Text]) {
            conditions.push(format!("len({parameter}) == 1"));
        }
        for condition in &conditions {
            found.extend(values.iter().map(|value| (condition.clone(), value.clone())));
        }
    }
    found
}

fn name_of<'t>(parameter: Node<'_>, scope: &Scope<'t>) -> Option<&'t str> {
    let name = match parameter.kind() {
        "identifier" => parameter,
        _ => named(parameter).into_iter().find(|child| child.kind() == "identifier")?,
    };
    Some(scope.text_of(name)).filter(|name| *name != "self")
}
