//! A graph as a picture in SVG.
//!
//! What was asked about stands in the middle, what leads to it on the left, what it leads to on the right, and what belongs to one of
//! those under it. Labels are words of strangers: each is escaped, and the picture loads and runs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::memory::neighbourhood::{Graph, Node};

/// Width of the picture.
const WIDTH: usize = 1_200;
/// Where the three columns begin.
const COLUMNS: [usize; 3] = [20, 430, 840];
/// Width and height of a box, and the distance from one to the next.
const BOX: (usize, usize, usize) = (340, 22, 30);
/// How far a box is moved to the right under the one that it belongs to.
const INDENT: usize = 20;
/// Longest label in a box together with its word, in characters.
const MAX_LABEL: usize = 50;

/// A box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    x: usize,
    y: usize,
}

/// Draws a graph around the node of a key.
pub fn svg(graph: &Graph, middle: &str) -> String {
    let (places, height) = places(graph, middle);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
        <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for edge in &graph.edges {
        let (Some(from), Some(to)) = (places.get(edge.from.as_str()), places.get(edge.to.as_str()))
        else {
            continue;
        };
        let title = escaped(format!("{} {}", edge.kind, edge.label).trim());
        text.push_str(&line((*from, *to), colour(edge.kind), &title));
    }
    for (key, node) in &graph.nodes {
        if let Some(place) = places.get(key.as_str()) {
            text.push_str(&boxed(node, *place, &words(graph, key, middle)));
        }
    }
    text + "</svg>\n"
}

/// Where each box stands, and how high the picture is.
fn places<'a>(graph: &'a Graph, middle: &'a str) -> (BTreeMap<&'a str, Place>, usize) {
    let ends = |is_out: bool| -> BTreeSet<&'a str> {
        let of = |edge: &'a crate::memory::neighbourhood::Edge| {
            let (own, other) = if is_out { (&edge.from, &edge.to) } else { (&edge.to, &edge.from) };
            (own.as_str() == middle && other.as_str() != middle).then_some(other.as_str())
        };
        graph.edges.iter().filter_map(of).collect()
    };
    let (out, into) = (ends(true), ends(false));
    let mut columns: [Vec<(&str, usize)>; 3] = [Vec::new(), vec![(middle, 0)], Vec::new()];
    let [left, _, right] = &mut columns;
    let mut seen: BTreeSet<&str> = out.union(&into).copied().chain([middle]).collect();
    let only_into: Vec<&str> = into.difference(&out).copied().collect();
    let out: Vec<&str> = out.into_iter().collect();
    for (column, keys) in [(&mut *left, only_into), (&mut *right, out)] {
        for key in keys {
            column.push((key, 0));
            let below = graph.edges.iter().filter(|edge| edge.from == key);
            let below = below.map(|edge| edge.to.as_str());
            column.extend(below.filter(|key| seen.insert(*key)).map(|key| (key, INDENT)));
        }
    }
    let rest = graph.nodes.keys().map(String::as_str).filter(|key| seen.insert(*key));
    left.extend(rest.map(|key| (key, 0)));
    let (_, tall, step) = BOX;
    let rows = columns.iter().map(Vec::len).max().unwrap_or_default();
    let height = rows * step + 2 * tall;
    let mut places = BTreeMap::new();
    for (column, start) in columns.iter().zip(COLUMNS) {
        let top = (height - column.len() * step) / 2;
        for (row, (key, indent)) in column.iter().enumerate() {
            places.insert(*key, Place { x: start + indent, y: top + row * step });
        }
    }
    (places, height)
}

/// What a node has to do with the middle, or with the one that it belongs to.
fn words(graph: &Graph, key: &str, middle: &str) -> String {
    let of = |is_near: &dyn Fn(&str) -> bool| -> BTreeSet<&str> {
        let edges = graph.edges.iter().filter(|edge| {
            (edge.from == key && is_near(&edge.to)) || (edge.to == key && is_near(&edge.from))
        });
        edges.map(|edge| edge.kind).collect()
    };
    let near = of(&|other| other == middle);
    let kinds = if near.is_empty() && key != middle { of(&|_| true) } else { near };
    let kinds: Vec<String> = kinds.into_iter().map(|kind| kind.replace('_', " ")).collect();
    if key == middle { String::new() } else { kinds.join(", ") }
}

/// A line between two boxes, from side to side; within a column along its edge.
fn line((from, to): (Place, Place), colour: &str, title: &str) -> String {
    let (wide, tall, _) = BOX;
    let (x1, x2) = match from.x.abs_diff(to.x) {
        0..=INDENT => (from.x + INDENT / 2, to.x),
        _ if from.x < to.x => (from.x + wide, to.x),
        _ => (from.x, to.x + wide),
    };
    let (y1, y2) = (from.y + tall / 2, to.y + tall / 2);
    format!(
        "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{colour}\"><title>{title}</title></line>\n"
    )
}

fn boxed(node: &Node, Place { x, y }: Place, words: &str) -> String {
    let fill = match node.kind {
        "file" => "#dbe9f6",
        "symbol" => "#e5f3e1",
        "commit" => "#f6efd6",
        "test" => "#e8e4f5",
        _ => "#f3dfe9",
    };
    let (wide, tall, _) = BOX;
    let room = MAX_LABEL.saturating_sub(words.chars().count());
    let short: String = if node.label.chars().count() > room {
        node.label.chars().take(room.saturating_sub(1)).chain(['…']).collect()
    } else {
        node.label.clone()
    };
    let (label, whole) = (escaped(&short), escaped(&node.label));
    let mut text = format!(
        "<g><title>{whole}</title><rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{tall}\" rx=\"4\" fill=\"{fill}\" stroke=\"#777777\"/>\n"
    );
    let (start, base) = (x + 8, y + 15);
    let end = (x + wide).saturating_sub(8);
    // Writing to a `String` cannot fail.
    writeln!(text, "<text x=\"{start}\" y=\"{base}\">{label}</text>").unwrap_or_default();
    if !words.is_empty() {
        let words = escaped(words);
        writeln!(
            text,
            "<text x=\"{end}\" y=\"{base}\" text-anchor=\"end\" fill=\"#555555\" font-style=\"italic\">{words}</text>"
        )
        .unwrap_or_default();
    }
    text + "</g>\n"
}

fn colour(kind: &str) -> &'static str {
    match kind {
        "imports" => "#3b6ea5",
        "calls" | "defines" => "#4f8a3d",
        "changed_with" => "#b06a2c",
        "ran" | "noticed" => "#6a52a3",
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

    fn graph(nodes: &[(&str, &'static str, &str)], edges: &[(&str, &'static str, &str)]) -> Graph {
        let mut graph = Graph::default();
        for (key, kind, label) in nodes {
            graph.nodes.insert((*key).to_owned(), Node { kind, label: (*label).to_owned() });
        }
        for (from, kind, to) in edges {
            let (from, to) = ((*from).to_owned(), (*to).to_owned());
            graph.edges.insert(Edge { from, to, kind, label: String::new() });
        }
        graph
    }

    #[test]
    fn labels_of_strangers_stay_labels() {
        let evil = "\"];\n<script>alert(1)</script>\\";
        let graph = graph(
            &[("file:a", "file", evil), ("file:b", "file", "b")],
            &[("file:a", "imports", "file:b")],
        );

        let svg = svg(&graph, "file:a");

        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"), "{svg}");
    }

    #[test]
    fn what_leads_here_stands_left_and_what_follows_right_and_no_two_in_one_place() {
        let graph = graph(
            &[
                ("a", "file", "a"),
                ("b", "file", "b"),
                ("c", "proposal", "c"),
                ("d", "review", "d"),
                ("e", "file", "e"),
            ],
            &[("b", "imports", "a"), ("a", "proposed_by", "c"), ("c", "decided_by", "d")],
        );

        let (places, height) = places(&graph, "a");

        let column = |key: &str| places[key].x;
        assert!(column("b") < column("a") && column("a") < column("c"), "{places:?}");
        assert_eq!(column("d"), column("c") + INDENT);
        let different: BTreeSet<(usize, usize)> = places.values().map(|at| (at.x, at.y)).collect();
        assert_eq!((different.len(), places.len()), (5, 5));
        assert!(places.values().all(|at| at.y < height));
        assert_eq!(words(&graph, "d", "a"), "decided by");
    }
}
