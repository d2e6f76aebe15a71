//! A graph as DOT for tools, and as a picture in SVG.
//!
//! Labels are words of strangers: each is escaped for its place, and the picture loads and runs nothing.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use crate::memory::neighbourhood::{Graph, Node};

/// Width and height of the picture.
const SIZE: f64 = 900.0;
/// Longest label in a picture.
const MAX_LABEL: usize = 44;

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

/// The graph as a picture: what was asked about in the middle, everything else in a ring around it.
pub fn svg(graph: &Graph, middle: &str) -> String {
    let place = |key: &str| place(graph, middle, key);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIZE} {SIZE}\" font-family=\"sans-serif\" font-size=\"11\">\n\
        <rect width=\"{SIZE}\" height=\"{SIZE}\" fill=\"#ffffff\"/>\n"
    );
    for edge in &graph.edges {
        let ((x1, y1), (x2, y2)) = (place(&edge.from), place(&edge.to));
        let title = escaped(format!("{} {}", edge.kind, edge.label).trim());
        let colour = colour(edge.kind);
        writeln!(
            text,
            "<line x1=\"{x1:.0}\" y1=\"{y1:.0}\" x2=\"{x2:.0}\" y2=\"{y2:.0}\" stroke=\"{colour}\"><title>{title}</title></line>"
        )
        .unwrap_or_default();
    }
    for (key, node) in &graph.nodes {
        let (x, y) = place(key);
        text.push_str(&drawn(node, x, y));
    }
    text + "</svg>\n"
}

fn drawn(node: &Node, x: f64, y: f64) -> String {
    let fill = match node.kind {
        "file" => "#dbe9f6",
        "symbol" => "#e5f3e1",
        "commit" => "#f6efd6",
        _ => "#f3dfe9",
    };
    let short: String = node.label.chars().take(MAX_LABEL).collect();
    let anchor = if x < SIZE / 2.0 { "start" } else { "end" };
    let (label, whole) = (escaped(&short), escaped(&node.label));
    format!(
        "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"7\" fill=\"{fill}\" stroke=\"#555555\"><title>{whole}</title></circle>\n\
        <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"{anchor}\">{label}</text>\n",
        y - 10.0
    )
}

fn place(graph: &Graph, middle: &str, key: &str) -> (f64, f64) {
    if key == middle {
        return (SIZE / 2.0, SIZE / 2.0);
    }
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let others = graph.nodes.keys().filter(|other| *other != middle);
    let at = others.clone().position(|other| other == key).unwrap_or(0);
    let angle = TAU * count(at) / count(others.count().max(1));
    // Neighbours in the ring stand at other distances, so that their labels do not meet.
    let radius = if at % 2 == 0 { 0.42 } else { 0.32 } * SIZE;
    (SIZE / 2.0 + radius * angle.cos(), SIZE / 2.0 + radius * angle.sin())
}

fn colour(kind: &str) -> &'static str {
    match kind {
        "imports" => "#3b6ea5",
        "calls" | "defines" => "#4f8a3d",
        "changed_with" => "#b06a2c",
        _ => "#999999",
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for symbol in text.chars().filter(|symbol| !symbol.is_control()) {
        match symbol {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::neighbourhood::Edge;

    #[test]
    fn labels_of_strangers_stay_labels() {
        let evil = "\"];\n<script>alert(1)</script>\\".to_owned();
        let mut graph = Graph::default();
        graph.nodes.insert("file:a".to_owned(), Node { kind: "file", label: evil.clone() });
        graph.nodes.insert("file:b".to_owned(), Node { kind: "file", label: "b".to_owned() });
        let (from, to) = ("file:a".to_owned(), "file:b".to_owned());
        graph.edges.insert(Edge { from, to, kind: "imports", label: evil });

        let (dot, svg) = (dot(&graph), svg(&graph, "file:a"));

        assert_eq!(dot.lines().count(), 7);
        assert!(dot.contains(r#"label="\"];<script>alert(1)</script>\\""#), "{dot}");
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"), "{svg}");
    }
}
