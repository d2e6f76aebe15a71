//! Values out of thin air, and values where they cannot stand.
//!
//! A name that nothing ever fills is read as the same constant for ever, whatever it was meant to be; a builtin type that is
//! subscripted, or a module under the name of another package, is no repair either.

use tree_sitter::Node;

use super::edited::{Change, around};
use super::fixes::known::{BUILTINS, METHODS, words};
use super::packages::import_of;
use super::tree::{assigned, named, text_of, walk};

/// Calls that make an empty value.
const EMPTY: &[&str] = &[
    "set",
    "dict",
    "list",
    "tuple",
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "frozenset",
    "object",
    "Counter",
    "defaultdict",
    "deque",
    "OrderedDict",
    "collections",
];
/// Methods that fill what they are called on.
const FILLING: &[&str] = &[
    "append",
    "appendleft",
    "add",
    "extend",
    "extendleft",
    "insert",
    "update",
    "setdefault",
    "push",
    "put",
    "write",
];
/// What a program is given from outside.
const OUTSIDE: &[&str] = &["argv", "environ", "environb"];

/// Finds a name that is given a value out of thin air, or in the place of a package.
pub(super) fn invented(change: &Change<'_>) -> Option<&'static str> {
    change.stretches.iter().find_map(|((start, _), (new_start, new_end))| {
        let statements = statements(change.new_root, *new_start, *new_end);
        let function = around(change.root, *start);
        statements.into_iter().find_map(|statement| of_statement(change, function, statement))
    })
}

fn of_statement(
    change: &Change<'_>,
    function: Node<'_>,
    statement: Node<'_>,
) -> Option<&'static str> {
    if statement.kind() == "import_statement" || statement.kind() == "import_from_statement" {
        return other_package(text_of(change.after, statement));
    }
    let (left, right) = assigned(statement)?;
    let name = text_of(change.after, left);
    if import_of(name).is_some() {
        return Some("puts a value in the place of a package");
    }
    let is_taken_back = left.kind() == "subscript" && is_taken_back(change.after, statement, left);
    if is_taken_back {
        return Some("puts a value in only to take it out again");
    }
    if !is_empty(change.after, right) {
        return None;
    }
    match left.kind() {
        "identifier" if !is_filled(change.before, function, name) => {
            Some("gives a name a value out of thin air")
        }
        "attribute" if !is_filled(change.before, change.root, name) => {
            Some("gives an attribute a value out of thin air")
        }
        _ => None,
    }
}

/// Judges an import under another name: one that is common for a package, or that the module's own name does not hold.
fn other_package(line: &str) -> Option<&'static str> {
    let (module, alias) = line.strip_prefix("import ")?.split_once(" as ")?;
    let alias = alias.trim();
    if import_of(alias).is_some_and(|known| known != line) {
        return Some("imports another module under the name of a package");
    }
    let mut letters = module.chars();
    let holds =
        alias.chars().all(|wanted| letters.any(|letter| letter.eq_ignore_ascii_case(&wanted)));
    let last = module.rsplit('.').next().unwrap_or(module);
    let starts = [module, last].iter().any(|name| {
        name.chars().next().map(|first| first.to_ascii_lowercase())
            == alias.chars().next().map(|first| first.to_ascii_lowercase())
    });
    (!(holds && starts)).then_some("imports a module under a name that is not its own")
}

/// Statements that begin and end between two places.
fn statements(root: Node<'_>, start: usize, end: usize) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    walk(root, (), |cursor, ()| {
        let node = cursor.node();
        if node.end_byte() < start || node.start_byte() > end {
            return None;
        }
        let is_statement =
            node.kind() == "expression_statement" || node.kind().starts_with("import_");
        let is_inside = node.start_byte() >= start && node.end_byte() <= end;
        if is_statement && is_inside {
            found.push(node);
        }
        Some(())
    });
    found
}

/// Tells whether an expression holds nothing that the program knows: constants, and empty containers.
fn is_empty(text: &str, value: Node<'_>) -> bool {
    let mut is_empty = true;
    walk(value, (), |cursor, ()| {
        let node = cursor.node();
        if node.kind() == "identifier" && !EMPTY.contains(&text_of(text, node)) {
            is_empty = false;
        }
        Some(())
    });
    is_empty
}

/// Tells whether anything gives a name a value or fills it, within a function or a file.
fn is_filled(text: &str, within: Node<'_>, name: &str) -> bool {
    let is_it = |node: Option<Node<'_>>| node.is_some_and(|node| holds(text, node, name));
    let is_the_name = |node: Option<Node<'_>>| node.is_some_and(|node| text_of(text, node) == name);
    let mut is_filled = false;
    walk(within, (), |cursor, ()| {
        let node = cursor.node();
        is_filled |= match node.kind() {
            "assignment" | "augmented_assignment" | "for_statement" | "named_expression" => {
                let left =
                    node.child_by_field_name("left").or_else(|| node.child_by_field_name("name"));
                is_target(text, left, name)
            }
            "call" => {
                let callee = node.child_by_field_name("function");
                let of = callee.and_then(|callee| callee.child_by_field_name("object"));
                let method = callee.and_then(|callee| callee.child_by_field_name("attribute"));
                let fills = method.is_some_and(|method| FILLING.contains(&text_of(text, method)));
                let stands_alone =
                    node.parent().is_some_and(|parent| parent.kind() == "expression_statement");
                fills && is_it(of) || stands_alone && is_it(node.child_by_field_name("arguments"))
            }
            "delete_statement" => is_it(node.named_child(0)),
            "global_statement" | "nonlocal_statement" => {
                named(node).into_iter().any(|child| is_the_name(Some(child)))
            }
            _ => false,
        };
        Some(()).filter(|()| !is_filled)
    });
    is_filled
}

/// Tells whether the target of an assignment is a name, an item of it, or a tuple with it.
fn is_target(text: &str, target: Option<Node<'_>>, name: &str) -> bool {
    let Some(target) = target else { return false };
    match target.kind() {
        "identifier" => text_of(text, target) == name,
        "attribute" => {
            text_of(text, target) == name
                || is_target(text, target.child_by_field_name("object"), name)
        }
        "subscript" => is_target(text, target.child_by_field_name("value"), name),
        "pattern_list" | "tuple_pattern" | "list_pattern" => {
            named(target).into_iter().any(|part| is_target(text, Some(part), name))
        }
        _ => false,
    }
}

/// Tells whether a node holds a name or dotted name.
fn holds(text: &str, node: Node<'_>, name: &str) -> bool {
    let mut found = false;
    walk(node, (), |cursor, ()| {
        let node = cursor.node();
        found |= matches!(node.kind(), "identifier" | "attribute") && text_of(text, node) == name;
        Some(()).filter(|()| !found)
    });
    found
}

/// Tells whether the statement behind one that sets an item takes the same item out again.
fn is_taken_back(text: &str, statement: Node<'_>, left: Node<'_>) -> bool {
    let part = |field| left.child_by_field_name(field).map(|node| text_of(text, node));
    let (Some(object), Some(key)) = (part("value"), part("subscript")) else { return false };
    let Some(next) = statement.next_named_sibling() else { return false };
    let next = text_of(text, next);
    let pop = format!("{object}.pop({key}");
    let delete = format!("del {object}[{key}]");
    let item = format!("{object}[{key}]");
    let is_filled = next.contains(&format!("{item} =")) || next.contains(&format!("{item} +="));
    next.contains(&pop) || next.contains(&delete) || next.contains(&item) && !is_filled
}

/// Finds a name where it cannot stand: a subscripted builtin, another index into what comes from outside.
pub(super) fn misplaced(change: &Change<'_>) -> Option<&'static str> {
    change.stretches.iter().find_map(|((start, end), (new_start, new_end))| {
        let new = change.new_root.descendant_for_byte_range(*new_start, *new_end)?;
        if is_outside(change.before, change.root, *start, *end)
            || is_outside(change.after, change.new_root, *new_start, *new_end)
        {
            return Some("guesses what the program is given from outside");
        }
        let name = text_of(change.after, new);
        let old = change.before.get(*start..*end).unwrap_or_default();
        let is_name = new.kind() == "identifier" && old != name && BUILTINS.contains(&name);
        if import_of(old).is_some() && import_of(name).is_none() && is_word(old) {
            return Some("puts a value in the place of a package");
        }
        let parent = new.parent().filter(|_| is_name)?;
        let is_object = |field| parent.child_by_field_name(field) == Some(new);
        match parent.kind() {
            "subscript" if is_object("value") => Some("takes an item of what has none"),
            "attribute" if is_object("object") && !is_method(change.after, parent, name) => {
                Some("takes an attribute of what has none")
            }
            _ => None,
        }
    })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|symbol| symbol == '_' || symbol.is_alphanumeric())
}

fn is_method(text: &str, attribute: Node<'_>, object: &str) -> bool {
    let name = attribute.child_by_field_name("attribute").map(|node| text_of(text, node));
    METHODS
        .iter()
        .filter(|(kind, _)| *kind == object)
        .any(|(_, methods)| words(methods).any(|method| Some(method) == name))
}

/// Tells whether a stretch lies in an index into what a program is given from outside, or is a look-up there.
fn is_outside(text: &str, root: Node<'_>, start: usize, end: usize) -> bool {
    let mut node = root.descendant_for_byte_range(start, end);
    while let Some(inner) = node {
        let object = match inner.kind() {
            "subscript" => inner.child_by_field_name("value"),
            "call" => inner
                .child_by_field_name("function")
                .and_then(|callee| callee.child_by_field_name("object")),
            kind if kind.ends_with("_statement") || kind == "block" => return false,
            _ => None,
        };
        let last =
            object.map(|object| text_of(text, object).rsplit('.').next().unwrap_or_default());
        if last.is_some_and(|last| OUTSIDE.contains(&last)) {
            return true;
        }
        node = inner.parent();
    }
    false
}
