//! What a source defines, calls, uses and imports, read from its syntax tree.
//!
//! Nothing is run. The text may be broken or made to hurt: size, time, depth and the number of everything are bounded, the walk keeps
//! its own stack, and what the grammar cannot take is said (`is_broken`) while the rest is used.

use record::domain::changeset::GitId;
use tree_sitter::{Node, Tree, TreeCursor};

use crate::memory::grammar::{self, Grammar};
use crate::memory::imports;
use crate::memory::uses::{self, Uses};
use crate::memory::words::{self, packed};
use foundation::store::memory::{KeptCall, KeptSource, KeptSymbol};
use inspection::language::Language;
use inspection::tree::tree;

/// Which way of reading this is: grows where more is seen in a source, so that those that were read before are read again.
pub const READING: u32 = 3;
/// Most symbols, and most calls, of one source.
const MOST_FOUND: usize = 20_000;
/// Deepest nesting that is followed.
const DEEPEST: usize = 200;
/// Longest signature.
const MAX_SIGNATURE: usize = 300;
/// Longest name.
const MAX_NAME: usize = 200;

/// Macros of Rust itself: what a source calls so is never a function of the repository.
const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Looks into a source.
pub fn outline(language: Language, path: &[u8], blob: GitId, content: &[u8]) -> KeptSource {
    let scanned = words::scan(content);
    let lines = content.split(|byte| *byte == b'\n').count();
    let mut source = KeptSource {
        blob,
        language: language.word().to_owned(),
        lines: u32::try_from(lines).unwrap_or(u32::MAX),
        reading: READING,
        is_broken: true,
        defined: scanned.defined.join("\n"),
        mentioned: packed(&scanned.mentioned),
        symbols: Vec::new(),
        calls: Vec::new(),
        uses: Vec::new(),
        imports: Vec::new(),
    };
    let grammar = grammar::of(language);
    if let Some(tree) = tree(&language.grammar(path), content) {
        source.is_broken = tree.root_node().has_error();
        let uses = Uses::new(&grammar, content);
        let walk = Walk { grammar: &grammar, language, content, source: &mut source, uses };
        let uses = walk.run(&tree);
        source.uses = uses.kept(&source.symbols);
    }
    source.calls.sort_unstable();
    source.calls.dedup();
    source
}

/// One walk over a tree.
struct Walk<'a, 's> {
    grammar: &'a Grammar,
    language: Language,
    content: &'a [u8],
    source: &'s mut KeptSource,
    uses: Uses<'a>,
}

/// What a node lies in.
struct Inside {
    depth: usize,
    name: String,
    is_class: bool,
}

/// Goes on to the next node that was not seen; tells how many floors up that led, and nothing at the end of the tree.
fn steps_up(cursor: &mut TreeCursor<'_>) -> Option<usize> {
    let mut up = 0;
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return None;
        }
        up += 1;
    }
    Some(up)
}

impl<'a> Walk<'a, '_> {
    fn run(mut self, tree: &Tree) -> Uses<'a> {
        let mut cursor = tree.walk();
        let mut around: Vec<Inside> = Vec::new();
        let mut outer: Vec<Node<'_>> = Vec::new();
        let mut depth = 0;
        loop {
            let node = cursor.node();
            if node.is_named() {
                self.see(node, depth, &mut around, &outer);
                self.uses.see(node, &outer, cursor.field_name());
            }
            if depth < DEEPEST && cursor.goto_first_child() {
                outer.push(node);
                depth += 1;
                continue;
            }
            let Some(up) = steps_up(&mut cursor) else { return self.uses };
            depth -= up;
            outer.truncate(depth);
            around.retain(|inside| inside.depth < depth);
        }
    }

    fn see(&mut self, node: Node<'_>, depth: usize, around: &mut Vec<Inside>, outer: &[Node<'_>]) {
        let kind = node.kind();
        if self.grammar.imports.contains(&kind) {
            let found = imports::of(self.language, node, outer, self.content);
            self.source.imports.extend(found);
        }
        if let Some((_, field)) = self.grammar.calls.iter().find(|(call, _)| *call == kind) {
            self.call(node, field);
        }
        if let Some((_, word)) = self.grammar.definitions.iter().find(|(known, _)| *known == kind) {
            self.definition(node, word, depth, around);
        } else if let Some((_, field)) =
            self.grammar.holders.iter().find(|(known, _)| *known == kind)
        {
            let name = node.child_by_field_name(field).map(|name| self.text(name));
            around.push(Inside { depth, name: name.unwrap_or_default(), is_class: true });
        } else if let Some((_, field)) =
            self.grammar.constants.iter().find(|(known, _)| *known == kind)
        {
            self.constant(node, field, around);
        }
    }

    fn definition(&mut self, node: Node<'_>, word: &str, depth: usize, around: &mut Vec<Inside>) {
        let Some(name) = node.child_by_field_name("name").map(|name| self.text(name)) else {
            return;
        };
        let is_method = word == "function" && around.last().is_some_and(|inside| inside.is_class);
        let kind = if is_method { "method" } else { word };
        let parent = match node.child_by_field_name("receiver") {
            Some(receiver) => receiver_name(&self.text(receiver)),
            None => path_of(around),
        };
        self.add(node, name.clone(), kind, parent);
        let is_class = ["class", "trait", "interface"].contains(&word);
        around.push(Inside { depth, name, is_class });
    }

    /// What gets a value outside of everything, or a function anywhere.
    fn constant(&mut self, node: Node<'_>, field: &str, around: &[Inside]) {
        let Some(name) = node.child_by_field_name(field) else { return };
        let is_plain = ["identifier", "property_identifier"].contains(&name.kind());
        if !is_plain || !around.is_empty() {
            return;
        }
        let value = node.child_by_field_name("value").map_or("", |value| value.kind());
        let is_function = ["arrow_function", "function_expression", "function"].contains(&value);
        let kind = if is_function { "function" } else { "constant" };
        self.add(node, self.text(name), kind, String::new());
    }

    fn add(&mut self, node: Node<'_>, name: String, kind: &str, parent: String) {
        if self.source.symbols.len() >= MOST_FOUND || name.is_empty() || name.len() > MAX_NAME {
            return;
        }
        let line = |row: usize| u32::try_from(row + 1).unwrap_or(u32::MAX);
        let symbol = KeptSymbol {
            signature: self.signature(node, kind),
            name,
            kind: kind.to_owned(),
            parent,
            first_line: line(node.start_position().row),
            last_line: line(node.end_position().row),
        };
        self.source.symbols.push(symbol);
    }

    /// What stands before the body, with every gap as one blank.
    fn signature(&self, node: Node<'_>, kind: &str) -> String {
        if kind == "constant" {
            return String::new();
        }
        let end = match (node.child_by_field_name("body"), node.child_by_field_name("value")) {
            (Some(body), _) => body.start_byte(),
            (None, Some(value)) => {
                value.child_by_field_name("body").map_or(value.end_byte(), |body| body.start_byte())
            }
            (None, None) => node.end_byte(),
        };
        let text = self.content.get(node.start_byte()..end).unwrap_or_default();
        let text = String::from_utf8_lossy(text.get(..MAX_SIGNATURE * 4).unwrap_or(text));
        let words: Vec<&str> = text.split_whitespace().collect();
        let words = words.join(" ");
        words.trim_end_matches([':', '{', ' ']).chars().take(MAX_SIGNATURE).collect()
    }

    fn call(&mut self, node: Node<'_>, field: &str) {
        let Some(called) = node.child_by_field_name(field) else { return };
        let name = last_name(called);
        let mut text = self.text(name);
        if name == called {
            text = String::from_utf8_lossy(self.uses.own_name(text.as_bytes())).into_owned();
        }
        let is_macro = node.kind() == "macro_invocation" && MACROS.contains(&text.as_str());
        let is_name = !text.is_empty()
            && !is_macro
            && !uses::is_variant(called, self.content)
            && text.len() <= MAX_NAME
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80);
        if is_name && self.source.calls.len() < MOST_FOUND {
            let line = u32::try_from(name.start_position().row + 1).unwrap_or(u32::MAX);
            let import_line = self.uses.import_line(called);
            self.source.calls.push(KeptCall { name: text, line, import_line });
        }
    }

    fn text(&self, node: Node<'_>) -> String {
        imports::text(node, self.content)
    }
}

/// The name at the end of what is called: `b` of `a.b`, `a::b` and `b::<T>`.
fn last_name(mut node: Node<'_>) -> Node<'_> {
    for _ in 0..DEEPEST {
        let fields = ["attribute", "property", "field", "name", "function"];
        let inner = fields.iter().find_map(|field| node.child_by_field_name(field));
        match inner {
            Some(inner) => node = inner,
            None => return node,
        }
    }
    node
}

/// The type of `(c *Cart)`.
fn receiver_name(text: &str) -> String {
    let inner = text.trim_matches(['(', ')']);
    let last = inner.rsplit([' ', '*']).next().unwrap_or_default();
    last.split('[').next().unwrap_or_default().to_owned()
}

fn path_of(around: &[Inside]) -> String {
    let names: Vec<&str> = around.iter().map(|inside| inside.name.as_str()).collect();
    let path = names.join(".");
    path.chars().take(MAX_NAME).collect()
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
