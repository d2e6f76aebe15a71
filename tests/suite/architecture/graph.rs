//! Which file imports which.
//!
//! Paths are read from the text: `use` trees and paths in code alike, each resolved to the longest module that is a file. A name
//! that a macro makes is not seen.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Tree, code_lines};

/// Words that begin a path into this repository.
const ROOTS: &[&str] = &[
    "crate",
    "super",
    "self",
    "saraphina",
    "work",
    "foundation",
    "inspection",
    "record",
    "repair",
    "sandbox",
    "verifier",
];

/// One import: from a file to a file, and the line it stands in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Import {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) line: usize,
}

/// All imports between the files of a tree; a `mod.rs` and a crate's root hold nothing to import.
pub(super) fn imports(tree: &Tree) -> BTreeSet<Import> {
    let files: BTreeMap<Vec<String>, &str> =
        tree.sources().map(|(path, _)| (module(path), path)).collect();
    let mut found = BTreeSet::new();
    for (path, text) in tree.sources() {
        let own = module(path);
        for (line, segments) in paths(text) {
            let Some(to) = target(&files, &own, segments) else { continue };
            if to != path {
                found.insert(Import { from: path.to_owned(), to: to.to_owned(), line });
            }
        }
    }
    found
}

/// Files that import each other in a loop, one line each.
pub(super) fn circles(tree: &Tree) -> Vec<String> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for import in imports(tree) {
        edges.entry(import.from).or_default().insert(import.to);
    }
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        edges.keys().map(|from| (from, reach(&edges, from))).collect();
    let mut found = BTreeSet::new();
    for (from, all) in &reached {
        let loops = |to: &&&String| reached.get(**to).is_some_and(|back| back.contains(from));
        let members: Vec<&str> = all.iter().filter(loops).map(|to| to.as_str()).collect();
        if all.contains(from) {
            found.insert(format!("a circle: {}", members.join(", ")));
        }
    }
    found.into_iter().collect()
}

/// What a file reaches in one step or more.
fn reach<'a>(edges: &'a BTreeMap<String, BTreeSet<String>>, from: &String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = edges.get(from).into_iter().flatten().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(edges.get(next).into_iter().flatten());
        }
    }
    reached
}

/// The path of a module, its crate first: `crates/foundation/src/store/store.rs` is `foundation`, `store`, `store`.
fn module(path: &str) -> Vec<String> {
    let (root, rest) = match path.strip_prefix("crates/") {
        Some(inside) => inside.split_once("/src/").unwrap_or((inside, "")),
        None => ("saraphina", path.strip_prefix("src/").unwrap_or(path)),
    };
    let rest = rest.trim_end_matches(".rs").trim_end_matches("/mod");
    let parts = rest.split('/').filter(|part| !["lib", "main", "mod"].contains(part));
    std::iter::once(root).chain(parts).map(str::to_owned).collect()
}

fn target<'a>(
    files: &BTreeMap<Vec<String>, &'a str>,
    own: &[String],
    segments: Vec<String>,
) -> Option<&'a str> {
    let supers = segments.iter().take_while(|segment| *segment == "super").count();
    let whole: Vec<String> = match segments.first()?.as_str() {
        "crate" => own.iter().take(1).chain(&segments[1..]).cloned().collect(),
        "self" => own.iter().chain(&segments[1..]).cloned().collect(),
        "super" => {
            let kept = own.len().saturating_sub(supers);
            own.iter().take(kept).chain(&segments[supers..]).cloned().collect()
        }
        _ => segments,
    };
    let found = (2..=whole.len()).rev().find_map(|length| files.get(&whole[..length]))?;
    (!found.ends_with("/mod.rs")).then_some(*found)
}

/// Every path that begins with one of the roots, with its line; a `use` tree gives one for each leaf.
fn paths(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let lines: Vec<(usize, &str)> = code_lines(text).collect();
    for (index, (number, line)) in lines.iter().enumerate() {
        for start in starts(line) {
            let rest: String = std::iter::once(&line[start..])
                .chain(lines[index + 1..].iter().take(30).map(|(_, line)| *line))
                .collect::<Vec<_>>()
                .join(" ");
            let mut leaves = Vec::new();
            read(&mut rest.as_str(), &[], &mut leaves);
            found.extend(leaves.into_iter().map(|leaf| (*number, leaf)));
        }
    }
    found
}

/// Where a root begins a path in a line.
fn starts(line: &str) -> Vec<usize> {
    let is_word = |symbol: char| symbol.is_alphanumeric() || symbol == '_';
    let begins = |place: usize, root: &str| {
        let before = line[..place].chars().next_back();
        let is_own = before.is_none_or(|symbol| !is_word(symbol) && symbol != ':');
        is_own && line[place + root.len()..].starts_with("::")
    };
    let all = ROOTS.iter().flat_map(|root| {
        line.match_indices(root).map(move |(place, _)| (place, *root)).collect::<Vec<_>>()
    });
    all.filter(|(place, root)| begins(*place, root)).map(|(place, _)| place).collect()
}

/// Reads `a::b`, or `a::{b, c::d}`, and gives each leaf with what stands before it.
fn read(rest: &mut &str, before: &[String], leaves: &mut Vec<Vec<String>>) {
    let mut path = before.to_vec();
    loop {
        let word: String =
            rest.chars().take_while(|symbol| symbol.is_alphanumeric() || *symbol == '_').collect();
        *rest = &rest[word.len()..];
        if word.is_empty() {
            break;
        }
        path.push(word);
        let Some(behind) = rest.strip_prefix("::") else { break };
        *rest = behind;
        if let Some(behind) = rest.strip_prefix('{') {
            *rest = behind;
            read_list(rest, &path, leaves);
            return;
        }
    }
    leaves.push(path);
}

fn read_list(rest: &mut &str, before: &[String], leaves: &mut Vec<Vec<String>>) {
    while !rest.is_empty() {
        *rest = rest.trim_start_matches([' ', ',']);
        if let Some(behind) = rest.strip_prefix('}') {
            *rest = behind;
            return;
        }
        read(rest, before, leaves);
        // What follows a name, such as `as other`, is passed over.
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        *rest = &rest[end..];
    }
}
