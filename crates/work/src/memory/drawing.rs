//! A graph as DOT, for tools.
//!
//! Labels are words of strangers: each is quoted, so that it stays a label.

use std::fmt::Write as _;

use crate::memory::neighbourhood::Graph;

/// The graph in the language of Graphviz.
pub fn dot(graph: &Graph) -> String {
    let mut text =
        "digraph memory {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n".to_owned();
    for (key, node) in &graph.nodes {
        let shape = shape(node.kind);
        // Writing to a `String` cannot fail, here and below.
        writeln!(text, "  {} [label={}, shape={shape}];", quoted(key), quoted(&node.label))
            .unwrap_or_default();
    }
    for edge in &graph.edges {
        let label = format!("{} {}", edge.kind, edge.label);
        let (from, to) = (quoted(&edge.from), quoted(&edge.to));
        writeln!(text, "  {from} -> {to} [label={}];", quoted(label.trim())).unwrap_or_default();
    }
    text + "}\n"
}

fn shape(kind: &str) -> &'static str {
    match kind {
        "file" => "box",
        "symbol" => "ellipse",
        "commit" => "note",
        "test" => "component",
        "evidence" | "review" | "application" => "folder",
        _ => "hexagon",
    }
}

fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .filter(|symbol| !symbol.is_control())
        .flat_map(|symbol| match symbol {
            '"' | '\\' => vec!['\\', symbol],
            other => vec![other],
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::neighbourhood::{Edge, Node};

    #[test]
    fn labels_of_strangers_stay_labels() {
        let evil = "\"];\n<script>alert(1)</script>\\".to_owned();
        let mut graph = Graph::default();
        graph.nodes.insert("file:a".to_owned(), Node { kind: "file", label: evil.clone() });
        graph.nodes.insert("file:b".to_owned(), Node { kind: "file", label: "b".to_owned() });
        let (from, to) = ("file:a".to_owned(), "file:b".to_owned());
        graph.edges.insert(Edge { from, to, kind: "imports", label: evil });

        let dot = dot(&graph);

        assert_eq!(dot.lines().count(), 7);
        assert!(dot.contains(r#"label="\"];<script>alert(1)</script>\\""#), "{dot}");
    }
}
