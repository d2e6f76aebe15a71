//! Functions of a file, with their lines and how many ways lead through each.
//!
//! A function has one way, and one more for each branch, loop, handler, condition of a comprehension and further operand of a logical
//! operator (`ways` has the words of each language). What counts over a file is the sum of what lies above five, which splitting a
//! function into trivial ones does not lower.

use std::collections::HashSet;

use tree_sitter::Node;

use crate::language::Language;
use crate::python::PYTHON;
use crate::tree::{field, last_line_of, line_of, named, one_line, parsed, text_of, walk};
use crate::ways::{self, Ways};

/// Ways through a function that nobody minds.
const USUAL: u32 = 5;
/// Longest head of a function that is kept, in characters.
const MAX_HEAD: usize = 300;

/// One function or method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name, with that of its class: `Shop.total`.
    pub name: String,
    /// The line of its `def`.
    pub line: u32,
    /// Its last line.
    pub last_line: u32,
    /// The number of ways through it.
    pub complexity: u32,
    /// Whether it lies in a function.
    pub depth: u32,
    /// Whether others are meant to call it, as far as its name or its declaration says so.
    pub is_offered: bool,
    /// What stands before its body, in one line.
    pub head: String,
}

impl Function {
    /// Its own name, without that of its class.
    pub fn own_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }

    /// How many lines it has.
    pub const fn lines(&self) -> u32 {
        self.last_line - self.line + 1
    }
}

/// All functions of a Python text, in reading order; those inside of others too.
pub fn functions(text: &str) -> Vec<Function> {
    functions_of(PYTHON, text)
}

/// All functions of a text in the language that its path tells; none where it has no grammar.
pub fn functions_of(path: &str, text: &str) -> Vec<Function> {
    let Some((language, tree)) = parsed(path, text) else { return Vec::new() };
    let exported = exported(tree.root_node(), text);
    let reader = Reader { language, ways: ways::of(language), text, exported };
    let mut found = Vec::new();
    walk(tree.root_node(), |node| {
        found.extend(reader.name(node).map(|name| reader.function(node, name)));
        true
    });
    found
}

/// Reads the functions of one text.
struct Reader<'t> {
    language: Language,
    ways: &'static Ways,
    text: &'t str,
    /// The names that a script exports in a list; nothing for what has no exports.
    exported: Option<HashSet<&'t str>>,
}

impl Reader<'_> {
    /// The own name of a node that is a function counted by itself.
    fn name(&self, node: Node<'_>) -> Option<String> {
        if self.ways.functions.contains(&node.kind()) {
            return field(self.text, node, "name");
        }
        if !self.ways.values.contains(&node.kind()) {
            return None;
        }
        let giver = node.parent()?;
        let under = match giver.kind() {
            "variable_declarator" | "public_field_definition" => "name",
            "assignment_expression" => "left",
            "pair" => "key",
            _ => return None,
        };
        let name = field(self.text, giver, under)?;
        let own = name.rsplit('.').next().unwrap_or(&name);
        let is_word = own.chars().all(|symbol| symbol.is_alphanumeric() || "_$#".contains(symbol));
        (is_word && !own.is_empty()).then(|| own.to_owned())
    }

    fn function(&self, node: Node<'_>, own: String) -> Function {
        let is_offered = self.is_offered(node, &own);
        let mut name = match node.child_by_field_name("receiver") {
            Some(receiver) => of_holder(receiver_name(text_of(self.text, receiver)), own),
            None => own,
        };
        let (mut depth, mut around) = (0, node.parent());
        while let Some(outer) = around {
            match self.holder(outer) {
                Some(holder) if depth == 0 => {
                    let bare = holder.split(['<', ' ']).next().unwrap_or(&holder);
                    name = of_holder(bare, name);
                }
                Some(_) => {}
                None => depth += u32::from(self.name(outer).is_some()),
            }
            around = outer.parent();
        }
        let (line, last_line) = (line_of(node), last_line_of(node));
        let complexity = self.complexity(node);
        Function { name, line, last_line, complexity, depth, is_offered, head: self.head(node) }
    }

    /// The name of what functions belong to, where a node is such.
    fn holder(&self, node: Node<'_>) -> Option<String> {
        let (_, name) = self.ways.holders.iter().find(|(kind, _)| *kind == node.kind())?;
        field(self.text, node, name)
    }

    fn is_offered(&self, node: Node<'_>, own: &str) -> bool {
        match self.language {
            Language::Rust => named(node).iter().any(|child| {
                child.kind() == "visibility_modifier" && text_of(self.text, *child) == "pub"
            }),
            Language::Go => own.starts_with(char::is_uppercase),
            _ => !own.starts_with(['_', '#']) && self.is_exported(node, own),
        }
    }

    /// Whether a script that exports anything exports this, or what it belongs to.
    fn is_exported(&self, node: Node<'_>, own: &str) -> bool {
        let Some(exported) = &self.exported else { return true };
        let mut around = Some(node);
        while let Some(outer) = around {
            let name = field(self.text, outer, "name");
            let is_named = name.is_some_and(|name| exported.contains(name.as_str()));
            if outer.kind() == "export_statement" || is_named {
                return true;
            }
            around = outer.parent();
        }
        exported.contains(own)
    }

    fn head(&self, node: Node<'_>) -> String {
        let end =
            node.child_by_field_name("body").map_or(node.end_byte(), |body| body.start_byte());
        let text = self.text.get(node.start_byte()..end).unwrap_or("");
        let line = one_line(text);
        line.trim_end_matches([':', '{', '=', '>', ' ']).chars().take(MAX_HEAD).collect()
    }

    fn complexity(&self, function: Node<'_>) -> u32 {
        let mut ways = 1;
        let mut is_first = true;
        walk(function, |node| {
            if std::mem::take(&mut is_first) {
                return true;
            }
            // A function inside is counted by itself.
            if self.ways.apart.contains(&node.kind()) || self.name(node).is_some() {
                return false;
            }
            ways += u32::from(self.is_way(node));
            true
        });
        ways
    }

    fn is_way(&self, node: Node<'_>) -> bool {
        match node.kind() {
            "binary_expression" => node
                .child_by_field_name("operator")
                .is_some_and(|operator| self.ways.operators.contains(&operator.kind())),
            "match_arm" => {
                node.child_by_field_name("value").is_some_and(|value| value.kind() == "block")
            }
            // In Python also behind a loop and behind `try`, where it is a way of its own.
            "else_clause" => node.parent().is_some_and(|parent| {
                ["for_statement", "while_statement", "try_statement"].contains(&parent.kind())
                    && self.language == Language::Python
            }),
            kind => self.ways.branches.contains(&kind),
        }
    }
}

fn of_holder(holder: &str, name: String) -> String {
    if holder.is_empty() { name } else { format!("{holder}.{name}") }
}

/// The names in the lists of exports of a script; nothing where it has no exports.
fn exported<'t>(root: Node<'_>, text: &'t str) -> Option<HashSet<&'t str>> {
    let mut found = None;
    walk(root, |node| {
        match node.kind() {
            "export_statement" => {
                let names: &mut HashSet<&str> = found.get_or_insert_default();
                names.extend(node.child_by_field_name("value").map(|it| text_of(text, it)));
            }
            "export_specifier" => {
                let name = node.child_by_field_name("name").map(|it| text_of(text, it));
                found.get_or_insert_default().extend(name);
            }
            _ => {}
        }
        // Exports stand at the top.
        matches!(node.kind(), "program" | "export_statement" | "export_clause")
    });
    found
}

/// The type of `(c *Cart)`.
fn receiver_name(text: &str) -> &str {
    let inner = text.trim_matches(['(', ')']);
    let last = inner.rsplit([' ', '*']).next().unwrap_or_default();
    last.split('[').next().unwrap_or_default()
}

/// The sum of what lies above the usual number of ways, over all functions of a text.
pub fn excess(text: &str) -> u32 {
    functions(text).iter().map(|one| one.complexity.saturating_sub(USUAL)).sum()
}

/// The innermost function around a line.
pub fn around(functions: &[Function], line: u32) -> Option<&Function> {
    let holds = |one: &&Function| (one.line..=one.last_line).contains(&line);
    functions.iter().filter(holds).max_by_key(|one| one.line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "class Shop:\n    def total(self, items):\n        if not items or self.closed:\n            return 0\n        return sum(i.price for i in items if i)\n\n\ndef plain():\n    def inner(x):\n        return 1 if x else 2\n    return inner\n";

    #[test]
    fn ways_through_functions_are_counted_each_by_itself() {
        let found: Vec<(String, u32, u32)> =
            functions(TEXT).into_iter().map(|it| (it.name, it.line, it.complexity)).collect();

        let ends = "def ends(items):\n    for item in items:\n        if item:\n            break\n    else:\n        return 0\n    try:\n        work()\n    except OSError:\n        return 1\n    else:\n        return 2\n    finally:\n        done()\n";
        assert_eq!(functions(ends)[0].complexity, 6, "as radon counts it");
        let expected = [("Shop.total", 2, 5), ("plain", 8, 1), ("inner", 9, 2)];
        assert_eq!(found, expected.map(|(name, line, ways)| (name.to_owned(), line, ways)));
        assert_eq!(around(&functions(TEXT), 10).map(Function::own_name), Some("inner"));
    }

    #[test]
    fn splitting_into_trivial_functions_is_no_gain_where_nothing_was_in_excess() {
        let whole = "def f(a):\n    if a:\n        return 1\n    return 2\n";
        let split = "def f(a):\n    return g(a)\n\n\ndef g(a):\n    return 1 if a else 2\n";

        assert_eq!((excess(whole), excess(split)), (0, 0));
    }

    #[test]
    fn functions_of_every_language_have_their_names_and_ways() {
        let script = "export class Shop {\n  total(items) {\n    return items.filter((it) => it && it.price > 0 ? 1 : 0);\n  }\n}\nconst plain = (a) => (a ?? 1);\nrun(function () { if (a) { b(); } });\n";
        let go = "package a\n\nfunc (c *Cart[T]) Total(n int) int {\n\tif n > 1 && n < 5 {\n\t\treturn 1\n\t}\n\tgo func() { for {} }()\n\treturn 2\n}\n\nfunc plain() {}\n";
        let rust = "impl<T> Cart<T> {\n    pub fn total(&self) -> u8 {\n        match self.n { 0 => 1, 1 => { if a { 2 } else { 3 } } _ => 4 }\n    }\n}\npub(crate) fn plain() {}\n";
        let told = |path: &str, text: &str| -> Vec<(String, u32, u32, bool)> {
            let found = functions_of(path, text).into_iter();
            found.map(|it| (it.name, it.line, it.complexity, it.is_offered)).collect()
        };
        let expected = |all: &[(&str, u32, u32, bool)]| -> Vec<(String, u32, u32, bool)> {
            all.iter()
                .map(|(name, line, ways, open)| ((*name).to_owned(), *line, *ways, *open))
                .collect()
        };

        assert_eq!(
            told("a.ts", script),
            expected(&[("Shop.total", 2, 3, true), ("plain", 6, 2, false)])
        );
        assert_eq!(
            told("a.go", go),
            expected(&[("Cart.Total", 3, 4, true), ("plain", 11, 1, false)])
        );
        assert_eq!(
            told("a.rs", rust),
            expected(&[("Cart.total", 2, 3, true), ("plain", 6, 1, false)])
        );
        assert_eq!(functions_of("a.go", go)[0].head, "func (c *Cart[T]) Total(n int) int");
        assert_eq!(functions_of("notes.md", go), []);
    }
}
