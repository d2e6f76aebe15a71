//! Functions of a file, with their lines and how many ways lead through each.
//!
//! Complexity is counted as radon does: one, and one more for each branch, loop, handler, condition of a comprehension
//! and further operand of `and` and `or`. What counts over a file is the sum of what lies above five, which splitting a function into
//! trivial ones does not lower.

use tree_sitter::Node;

use crate::python::{field, last_line_of, line_of, parse, walk};

/// Ways through a function that nobody minds.
const USUAL: u32 = 5;

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

/// All functions of a text, in reading order; those inside of others too.
pub fn functions(text: &str) -> Vec<Function> {
    let Some(tree) = parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    walk(tree.root_node(), |node| {
        if node.kind() == "function_definition" {
            found.extend(function(text, node));
        }
        true
    });
    found
}

fn function(text: &str, node: Node<'_>) -> Option<Function> {
    let mut name = field(text, node, "name")?;
    let (mut depth, mut around) = (0, node.parent());
    while let Some(outer) = around {
        match outer.kind() {
            "class_definition" if depth == 0 => {
                name = format!("{}.{name}", field(text, outer, "name")?);
            }
            "function_definition" => depth += 1,
            _ => {}
        }
        around = outer.parent();
    }
    let (line, last_line) = (line_of(node), last_line_of(node));
    Some(Function { name, line, last_line, complexity: complexity(node), depth })
}

fn complexity(function: Node<'_>) -> u32 {
    let mut ways = 1;
    let mut is_first = true;
    walk(function, |node| {
        if std::mem::take(&mut is_first) {
            return true;
        }
        match node.kind() {
            // A function inside is counted by itself.
            "function_definition" | "lambda" => return false,
            "if_statement"
            | "elif_clause"
            | "for_statement"
            | "while_statement"
            | "except_clause"
            | "conditional_expression"
            | "boolean_operator"
            | "if_clause"
            | "for_in_clause"
            | "case_clause" => ways += 1,
            _ => {}
        }
        true
    });
    ways
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
}
