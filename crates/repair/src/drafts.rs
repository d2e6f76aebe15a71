//! Edits of one file as operators find them, before they are ranked.
//!
//! Operators may draft tens of thousands of edits, so counts and bytes are bounded here, in one place, and no operator has to care.

use tree_sitter::Node;

/// Most edits of one function before they are ranked.
const MAX_DRAFTS: usize = 40_000;
/// Most bytes that one edit puts in: what is longer is no small change.
const MAX_PUT_IN: usize = 4_000;
/// Most bytes that all of them put in.
const MAX_BYTES: usize = 32 << 20;

/// One edit of a text: first byte, first byte that stays, what takes its place.
pub(super) type Stretch = (usize, usize, String);

/// A line that may be put in, its operator, and how likely it is.
pub(super) type NewLine = (&'static str, f64, String);

/// Edits that belong together.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The word of the operator.
    pub(super) operator: &'static str,
    /// How promising it is among the edits of its operator; 1 for the usual.
    pub(super) factor: f64,
    /// In the order of the text.
    pub(super) stretches: Vec<Stretch>,
}

/// Edits as operators find them.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    pub(super) found: Vec<Draft>,
    bytes: usize,
}

impl Drafts {
    /// A node gives way to a text.
    pub(super) fn replace(
        &mut self,
        operator: &'static str,
        node: Node<'_>,
        text: impl Into<String>,
    ) {
        self.likely(operator, 1.0, node, text);
    }

    /// A node gives way to a text, more or less likely than the operator's usual edits.
    pub(super) fn likely(
        &mut self,
        operator: &'static str,
        factor: f64,
        node: Node<'_>,
        text: impl Into<String>,
    ) {
        self.many(operator, factor, vec![(node.start_byte(), node.end_byte(), text.into())]);
    }

    /// A text is put in.
    pub(super) fn insert(&mut self, operator: &'static str, factor: f64, at: usize, text: String) {
        self.many(operator, factor, vec![(at, at, text)]);
    }

    /// Two nodes change places.
    pub(super) fn swap(&mut self, operator: &'static str, text: &str, pair: (Node<'_>, Node<'_>)) {
        let (first, second) = pair;
        let of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or("").to_owned();
        if first.end_byte() > second.start_byte() {
            return;
        }
        let stretches = vec![
            (first.start_byte(), first.end_byte(), of(second)),
            (second.start_byte(), second.end_byte(), of(first)),
        ];
        self.many(operator, 1.0, stretches);
    }

    /// Tells whether there is room for no more.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MAX_DRAFTS || self.bytes >= MAX_BYTES
    }

    /// Several stretches at once.
    pub(super) fn many(&mut self, operator: &'static str, factor: f64, stretches: Vec<Stretch>) {
        let bytes: usize = stretches.iter().map(|(_, _, text)| text.len()).sum();
        if bytes <= MAX_PUT_IN && !self.is_full() {
            self.bytes += bytes;
            self.found.push(Draft { operator, factor, stretches });
        }
    }
}
