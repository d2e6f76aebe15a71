//! A file before and after an edit, with both trees.
//!
//! What an edit takes away and what it gives is told from the two trees, at the stretches that it changes: the function
//! around each is what it is held against.

use tree_sitter::Node;

use record::domain::patch::Edit;

/// Stretches before, each with its stretch after.
pub(super) type Stretches = Vec<((usize, usize), (usize, usize))>;

/// Two versions of a file, with what was edited.
pub(super) struct Change<'t> {
    /// The text before.
    pub(super) before: &'t str,
    /// Its tree.
    pub(super) root: Node<'t>,
    /// The text after.
    pub(super) after: &'t str,
    /// Its tree.
    pub(super) new_root: Node<'t>,
    /// Each stretch before, its stretch after.
    pub(super) stretches: Stretches,
}

/// Makes the edits, and tells where each stands before and after.
pub(super) fn edited(before: &str, edits: &[&Edit]) -> Option<(String, Stretches)> {
    let (mut after, mut done, mut stretches) = (String::new(), 0, Vec::new());
    for edit in edits {
        after.push_str(before.get(done..edit.start)?);
        let start = after.len();
        after.push_str(&edit.text);
        stretches.push(((edit.start, edit.end), (start, after.len())));
        done = edit.end;
    }
    after.push_str(before.get(done..)?);
    Some((after, stretches))
}

/// Finds the function around a place, else the whole file.
pub(super) fn around(root: Node<'_>, at: usize) -> Node<'_> {
    let mut node = root.descendant_for_byte_range(at, at);
    while let Some(inner) = node {
        if inner.kind() == "function_definition" {
            return inner;
        }
        node = inner.parent();
    }
    root
}
