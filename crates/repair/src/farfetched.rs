//! Tells edits that remove what a program is for.
//!
//! Such an edit may pass every test and mends nothing: a table in the place of a module that is not imported, the result of
//! a call dropped, an argument that becomes a constant. It is judged by what it takes away from its function and what it
//! gives instead, whatever operator made it.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::edited::{Change, around, edited};
use super::farfetched_values::{invented, misplaced};
use super::fixes::attributes::is_foreign;
use super::fixes::brackets::between;
use super::fixes::known::{BUILTINS, METHODS, words};
use super::tree::{parse, text_of, walk, words_of};
use record::domain::patch::{Edit, Patch};
use record::domain::probe::Complaint;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// Says why an edit is far-fetched as an answer to complaints; `None` for an edit that may be what was meant, or of which no
/// tree can be made.
pub fn far_fetched(
    source: &Source,
    patch: &Patch,
    complaints: &[Complaint],
) -> Option<&'static str> {
    if complaints.iter().any(|complaint| goes_round(source, patch, complaint)) {
        return Some("goes round what is not there");
    }
    let files = source.of_role(Role::Code).filter_map(|file| {
        let edits: Vec<&Edit> = patch.edits.iter().filter(|edit| edit.path == file.path).collect();
        let text = std::str::from_utf8(&file.content).ok()?;
        (!edits.is_empty()).then(|| judge(text, edits)).flatten()
    });
    files.into_iter().next()
}

/// Tells whether an edit leaves a name that is nowhere defined, or an attribute that a class of the code has not, where it
/// stands: it can only keep it from being reached.
fn goes_round(source: &Source, patch: &Patch, complaint: &Complaint) -> bool {
    let message = complaint.message.as_str();
    let name = match complaint.kind.as_str() {
        "NameError" => between(message, "name '", "'"),
        "AttributeError" => between(message, "has no attribute '", "'").filter(|_| {
            let class = between(message, "'", "'").unwrap_or_default();
            count(source, &format!("class {class}")) > 0
        }),
        _ => None,
    };
    let Some(name) = name.filter(|name| !name.is_empty()) else { return false };
    let is_set = [format!("{name} ="), format!("def {name}"), format!("class {name}")];
    if is_set.iter().any(|text| count(source, text) > 0) {
        return false;
    }
    patch.apply(source).is_ok_and(|after| words_in(&after, name) == words_in(source, name))
}

fn count(source: &Source, text: &str) -> usize {
    source.of_role(Role::Code).filter(|file| file.text().contains(text)).count()
}

fn words_in(source: &Source, name: &str) -> usize {
    let of = |file: &SourceFile| words_of(&file.text()).filter(|word| *word == name).count();
    source.of_role(Role::Code).map(of).sum()
}

/// Says why several edits together are far-fetched: each may look harmless, and all of them take away what is asked for.
pub fn far_fetched_together(before: &Source, after: &Source) -> Option<&'static str> {
    let pairs = before.of_role(Role::Code).filter_map(|old| {
        let new = after.of_role(Role::Code).find(|new| new.path == old.path)?;
        let texts =
            (std::str::from_utf8(&old.content).ok()?, std::str::from_utf8(&new.content).ok()?);
        (texts.0 != texts.1).then_some(texts)
    });
    pairs.into_iter().find_map(|(before, after)| {
        let (old, new) = (parse(before)?, parse(after)?);
        let (root, new_root) = (old.root_node(), new.root_node());
        let stretches = vec![changed(before, after)];
        (!root.has_error()).then_some(())?;
        dropped(&Change { before, root, after, new_root, stretches })
    })
}

/// Finds the stretch of whole words in which two texts differ, before and after.
fn changed(before: &str, after: &str) -> ((usize, usize), (usize, usize)) {
    let is_part = |byte: Option<&u8>| {
        byte.is_some_and(|byte| *byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii())
    };
    let (old, new) = (before.as_bytes(), after.as_bytes());
    let mut start = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    while start > 0 && is_part(old.get(start - 1)) {
        start -= 1;
    }
    let most = old.len().min(new.len()) - start;
    let ends = old.iter().rev().zip(new.iter().rev()).take(most);
    let mut tail = ends.take_while(|(one, other)| one == other).count();
    while tail > 0 && is_part(old.get(old.len() - tail)) {
        tail -= 1;
    }
    ((start, old.len() - tail), (start, new.len() - tail))
}

fn judge(before: &str, mut edits: Vec<&Edit>) -> Option<&'static str> {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let (after, stretches) = edited(before, &edits)?;
    let (old, new) = (parse(before)?, parse(&after)?);
    let (root, new_root) = (old.root_node(), new.root_node());
    if root.has_error() {
        return None;
    }
    let change = Change { before, root, after: &after, new_root, stretches };
    invented(&change).or_else(|| misplaced(&change)).or_else(|| dropped(&change))
}

/// Finds what its function no longer reads, where nothing else is read instead.
fn dropped(change: &Change<'_>) -> Option<&'static str> {
    let (mut gone, mut given) = (BTreeSet::new(), BTreeSet::new());
    for ((start, end), (new_start, new_end)) in &change.stretches {
        gone.extend(read_within(change.before, change.root, *start, *end));
        given.extend(read_within(change.after, change.new_root, *new_start, *new_end));
    }
    let brings: Vec<&Word<'_>> = given.iter().filter(|word| !gone.contains(*word)).collect();
    if swaps_an_argument_out(change, &gone, &brings) {
        return Some("uses one argument twice in the place of another");
    }
    // A conversion put around what is left brings nothing of its own.
    if !brings.iter().all(|word| matches!(word, Word::Called(name) if BUILTINS.contains(name))) {
        return None;
    }
    let is_instead = !brings.is_empty();
    let ((start, _), (new_start, _)) = change.stretches.first()?;
    let function = around(change.root, *start);
    let still = read(change.after, around(change.new_root, *new_start));
    let lost: Vec<&Word<'_>> =
        gone.iter().filter(|word| !given.contains(*word) && !still.contains(*word)).collect();
    let is_statement = change.stretches.iter().all(|(old, _)| is_whole(change.before, *old));
    if is_statement {
        return None;
    }
    let parameters = parameters(change.before, function);
    lost.into_iter().find_map(|word| match word {
        Word::Attribute(name) if !is_usual_method(name) && !given.contains(&Word::Called(name)) => {
            Some("drops what an object was asked for")
        }
        Word::Called(name) if !is_instead && !BUILTINS.contains(name) => {
            Some("drops the result of a call")
        }
        Word::Name(name) if parameters.contains(name) => Some("no longer uses an argument"),
        Word::Keyword(_) if !is_instead => Some("passes an option in the place of a position"),
        Word::Attribute(_) | Word::Called(_) | Word::Name(_) | Word::Keyword(_) => None,
    })
}

/// Tells whether an argument that was in use gives its only place to another that was in use already.
fn swaps_an_argument_out(
    change: &Change<'_>,
    gone: &BTreeSet<Word<'_>>,
    brings: &[&Word<'_>],
) -> bool {
    let Some(((start, _), (new_start, _))) = change.stretches.first() else { return false };
    let function = around(change.root, *start);
    let parameters = parameters(change.before, function);
    let before = read(change.before, function);
    let after = read(change.after, around(change.new_root, *new_start));
    let is_in_use = |word: &&Word<'_>| {
        before.contains(*word) && matches!(word, Word::Name(name) if parameters.contains(name))
    };
    let is_swapped = !brings.is_empty() && brings.iter().all(is_in_use);
    is_swapped && gone.iter().any(|word| is_in_use(&word) && !after.contains(word))
}

/// Tells whether a stretch is made of whole lines: a statement taken away is another kind of edit.
fn is_whole(text: &str, (start, end): (usize, usize)) -> bool {
    let line_start = text.get(..start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    let is_begun = text.get(line_start..start).is_some_and(|head| head.trim().is_empty());
    let is_ended = text.get(end..).is_none_or(|rest| rest.is_empty() || rest.starts_with('\n'));
    let closes = text.get(start..end).is_some_and(|inner| inner.ends_with('\n'));
    is_begun && (is_ended || closes)
}

/// Something that code reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word<'t> {
    /// A variable.
    Name(&'t str),
    /// What is called by its bare name.
    Called(&'t str),
    /// What stands behind a dot.
    Attribute(&'t str),
    /// The name of an option in a call of what is no builtin.
    Keyword(&'t str),
}

/// Collects what a node reads.
fn read<'t>(text: &'t str, node: Node<'t>) -> BTreeSet<Word<'t>> {
    read_within(text, node, node.start_byte(), node.end_byte())
}

/// Collects what is read between two places.
fn read_within<'t>(text: &'t str, root: Node<'t>, start: usize, end: usize) -> BTreeSet<Word<'t>> {
    let mut found = BTreeSet::new();
    walk(root, Around::Else, |cursor, around| {
        let node = cursor.node();
        if node.end_byte() <= start && node.end_byte() < end || node.start_byte() >= end {
            return None;
        }
        let is_inside = node.start_byte() >= start && node.end_byte() <= end;
        if node.kind() == "identifier" && is_inside {
            found.extend(word(text_of(text, node), *around, cursor.field_name()));
        }
        Some(surroundings(text, node))
    });
    found
}

/// What a node says of the names right below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Attribute,
    Call,
    Keyword,
    BuiltinCall,
    Assignment,
    Parameters,
    Else,
}

fn surroundings(text: &str, node: Node<'_>) -> Around {
    match node.kind() {
        "attribute" => Around::Attribute,
        "call" => Around::Call,
        "keyword_argument" if is_of_builtin(text, node) => Around::BuiltinCall,
        "keyword_argument" => Around::Keyword,
        "assignment" => Around::Assignment,
        "parameters" | "function_definition" | "class_definition" | "default_parameter" => {
            Around::Parameters
        }
        _ => Around::Else,
    }
}

fn is_of_builtin(text: &str, keyword: Node<'_>) -> bool {
    let call = keyword.parent().and_then(|arguments| arguments.parent());
    let callee = call.and_then(|call| call.child_by_field_name("function"));
    callee.is_some_and(|callee| {
        callee.kind() != "identifier" || BUILTINS.contains(&text_of(text, callee))
    })
}

fn word<'t>(name: &'t str, around: Around, field: Option<&str>) -> Option<Word<'t>> {
    match (around, field) {
        (Around::Attribute, Some("attribute")) => Some(Word::Attribute(name)),
        (Around::Call, Some("function")) => Some(Word::Called(name)),
        (Around::Keyword, Some("name")) => Some(Word::Keyword(name)),
        (Around::BuiltinCall, Some("name"))
        | (Around::Assignment, Some("left"))
        | (Around::Parameters, Some("name") | None) => None,
        _ => Some(Word::Name(name)),
    }
}

fn is_usual_method(name: &str) -> bool {
    is_foreign(name)
        || METHODS.iter().any(|(_, methods)| words(methods).any(|method| method == name))
}

/// Lists the names of a function's parameters, the object itself aside.
fn parameters<'t>(text: &'t str, function: Node<'t>) -> BTreeSet<&'t str> {
    let mut found = BTreeSet::new();
    let Some(list) = function.child_by_field_name("parameters") else { return found };
    walk(list, (), |cursor, ()| {
        let node = cursor.node();
        if node.kind() == "identifier" {
            found.insert(text_of(text, node));
        }
        Some(()).filter(|()| !matches!(cursor.field_name(), Some("value" | "type")))
    });
    found.retain(|name| !matches!(*name, "self" | "cls"));
    found
}
