//! The names that a file of Python uses.
//!
//! Who reads code for approval must be told of names that are not what they look like. Only names count: in comments and texts
//! any script may stand beside any other.

use std::collections::BTreeMap;

use super::tree::{line_of, parse, text_of, walk, words_of};

/// Lists each name once, with its first line from 1, in the order of the alphabet.
///
/// Where no tree can be made of the text, because it is too large, every word of it counts.
pub fn identifiers(text: &str) -> Vec<(usize, &str)> {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    match parse(text) {
        Some(tree) => walk(tree.root_node(), (), |cursor, ()| {
            let node = cursor.node();
            if node.kind() == "identifier" {
                let line = usize::try_from(line_of(node)).unwrap_or(usize::MAX);
                lines.entry(text_of(text, node)).or_insert(line);
            }
            Some(())
        }),
        None => text.lines().zip(1..).for_each(|(row, line)| {
            for word in words_of(row) {
                lines.entry(word).or_insert(line);
            }
        }),
    }
    lines.into_iter().map(|(name, line)| (line, name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_wherever_code_stands_and_nowhere_else() {
        let text =
            "import os\n# note\ndef f(a, *, b=1):\n    return f'{a.c} text' + g(d=os)\nbroken(\n";

        let found = identifiers(text);

        let expected =
            [(3, "a"), (3, "b"), (5, "broken"), (4, "c"), (4, "d"), (3, "f"), (4, "g"), (1, "os")];
        assert_eq!(found, expected);
    }
}
