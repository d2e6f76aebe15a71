//! All single edits of the code files, the most promising first.
//!
//! Suspicion of the lines times the weight of the operator gives the order; `operators/` drafts the edits. What comes out is never
//! known to help until a sandbox has run it.

use std::collections::HashSet;

use tree_sitter::Node;

use super::drafts::{Draft, Stretch};
use super::infer::infer;
use super::localise::{FLOOR, Suspicion, localise};
use super::members::Members;
use super::operators::all;
use super::scope::{
    Scope, callable, crossed, donors, gathering, numbers, plain, running, variables,
};
use super::suggestion::Suggestion;
use super::tree::{functions, line_of, parse, spots, text_of};
use super::usage::Usage;
use super::weights::weight;
use super::words::{characters, words};
use record::domain::patch::{Edit, Patch};
use record::domain::probe::Traced;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::source_path::SourcePath;

/// Most edits of one source.
pub const MAX_MUTATIONS: usize = 16_000;
/// Most edits of one file that are ranked; functions with suspicious lines come first.
const MAX_DRAFTS: usize = 60_000;
/// The same where there is much code, of edits and of lines put in: the most suspicious functions come first.
const MOST_OF_LARGE: (usize, usize) = (12_000, 4_000);
/// Functions in all from which those that no failing test ran are left out: their edits would never be reached.
const MANY_FUNCTIONS: usize = 200;
/// Most characters of a text that a reason shows.
const MAX_SHOWN: usize = 60;

/// The breadth of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// Those that change what is there.
    Near,
    /// Those that put something in as well.
    Wide,
}

/// Single edits of the code files, the most promising first, each with its reason.
///
/// The trace tells which lines are suspicious and what types variables hold; without one all lines are alike. For a second
/// edit, apply the first one, trace the result, and call this again.
pub fn mutations(source: &Source, traced: Option<&Traced>, breadth: Breadth) -> Vec<Suggestion> {
    let suspicion = traced.map(localise).unwrap_or_default();
    let tests: Vec<String> = source.of_role(Role::Test).map(SourceFile::text).collect();
    let characters = characters(&tests);
    let files = source.of_role(Role::Code);
    let files = files.filter_map(|file| Some((file, std::str::from_utf8(&file.content).ok()?)));
    let files: Vec<(&SourceFile, &str)> = files.collect();
    let functions: usize = files.iter().map(|(_, text)| text.matches("def ").count()).sum();
    let files = files.into_iter().map(|(file, text)| Seen {
        path: &file.path,
        text,
        lines: LineStarts::of(text),
        characters: &characters,
        suspicion: &suspicion,
        traced,
        breadth,
        is_large: functions > MANY_FUNCTIONS,
    });
    let files: Vec<Seen<'_>> = files.collect();
    let mut ranked: Vec<(f64, &Seen<'_>, Draft)> = Vec::new();
    for seen in &files {
        ranked.extend(seen.ranked().into_iter().map(|(promise, draft)| (promise, seen, draft)));
    }
    ranked.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    ranked.truncate(MAX_MUTATIONS);
    ranked.into_iter().map(|(promise, seen, draft)| seen.suggestion(promise, draft)).collect()
}

/// A file and what is known about it.
struct Seen<'s> {
    path: &'s SourcePath,
    text: &'s str,
    lines: LineStarts,
    characters: &'s [String],
    suspicion: &'s Suspicion,
    traced: Option<&'s Traced>,
    breadth: Breadth,
    /// Whether there is so much code that functions which no failing test ran are left out.
    is_large: bool,
}

impl Seen<'_> {
    /// The edits of the file, the most promising first.
    fn ranked(&self) -> Vec<(f64, Draft)> {
        let Some(tree) = parse(self.text) else { return Vec::new() };
        let root = tree.root_node();
        let all = functions(root);
        let members = Members::of(self.text, root);
        let mut unique: HashSet<Vec<Stretch>> = HashSet::new();
        let mut ranked: Vec<(f64, Draft)> = Vec::new();
        let roots = self.by_suspicion(all).into_iter().chain([root]);
        let scopes: Vec<Scope<'_>> = roots.map(|root| self.scope(root, &members)).collect();
        let usage = Usage::of(self.text, root, &scopes);
        let added = scopes.iter().filter(|_| self.breadth == Breadth::Wide);
        let (most, most_added) =
            if self.is_large { MOST_OF_LARGE } else { (MAX_DRAFTS, MAX_DRAFTS) };
        let drafts = scopes.iter().flat_map(|scope| all::draft(scope).found).take(most);
        let added = added.flat_map(|scope| all::draft_additions(scope).found).take(most_added);
        for draft in drafts.chain(added) {
            let stretches = canonical(self.text, &draft.stretches);
            if stretches.is_some_and(|stretches| unique.insert(stretches)) {
                let promise = self.promise(&draft) * usage.factor(self.text, &draft);
                ranked.push((promise, draft));
            }
            if ranked.len() >= MAX_DRAFTS {
                break;
            }
        }
        ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        ranked.truncate(MAX_MUTATIONS);
        ranked
    }

    /// The functions, those with the most suspicious lines first.
    fn by_suspicion<'t>(&self, mut functions: Vec<Node<'t>>) -> Vec<Node<'t>> {
        let most = |node: &Node<'_>| {
            let first = line_of(*node);
            let height = node.end_position().row - node.start_position().row;
            let last = first.saturating_add(u32::try_from(height).unwrap_or(u32::MAX));
            self.suspicion.most(self.path, first, last)
        };
        functions.retain(|node| !self.is_large || most(node) > FLOOR);
        functions.sort_by(|one, other| most(other).total_cmp(&most(one)));
        functions
    }

    fn scope<'t>(&'t self, root: Node<'t>, members: &'t Members<'t>) -> Scope<'t> {
        let spots = spots(root);
        let mut types = infer(self.text, root, &spots);
        // A decorated function begins at its first decorator.
        let decorated = root.parent().filter(|parent| parent.kind() == "decorated_definition");
        let known = [Some(root), decorated]
            .into_iter()
            .flatten()
            .find_map(|node| self.traced?.types.get(&(self.path.clone(), line_of(node))));
        for (name, kinds) in known.into_iter().flatten() {
            types.insert(name.clone(), kinds.clone());
        }
        let name = root.child_by_field_name("name").map_or("", |name| text_of(self.text, name));
        let mut names = variables(self.text, root, &spots);
        names.extend(outer_names(self.text, root, &names));
        Scope {
            text: self.text,
            name,
            types,
            donors: donors(self.text, &spots),
            crossed: crossed(self.text, &spots),
            gathering: gathering(self.text, &spots, &names),
            callable: callable(self.text, (name, &names), &spots, members),
            names,
            plain: plain(self.text, &spots),
            numbers: numbers(self.text, &spots),
            running: running(self.text, &spots),
            has_math: self.text.contains("import math"),
            has_letters: ["chr(", "ord("].iter().any(|call| self.text.contains(call)),
            members,
            words: words(self.text, root, self.characters),
            spots,
        }
    }

    /// Suspicion of its lines times the weight of its operator; what is put in counts for the line before too.
    fn promise(&self, draft: &Draft) -> f64 {
        let starts = draft.stretches.iter().map(|(start, _, _)| *start);
        let put_in = draft.stretches.iter().filter(|(start, end, _)| start == end);
        let before = put_in.map(|(start, _, _)| start.saturating_sub(1));
        let suspicions =
            starts.chain(before).map(|byte| self.suspicion.of(self.path, self.lines.line(byte)));
        let weight = weight(draft.operator).map_or(0.0, |weight| weight.per_mille);
        suspicions.fold(0.0, f64::max) * weight * draft.factor
    }

    fn suggestion(&self, promise: f64, draft: Draft) -> Suggestion {
        let does = weight(draft.operator).map_or("changes the code", |weight| weight.does);
        let line = draft.stretches.first().map_or(1, |(start, _, _)| self.lines.line(*start));
        let why = format!("line {line}: {} ({does})", self.shown(&draft));
        let edit = |(start, end, text): Stretch| Edit { path: self.path.clone(), start, end, text };
        let edits = draft.stretches.into_iter().map(edit).collect();
        Suggestion { operator: draft.operator, why, promise, patch: Patch { edits } }
    }

    fn shown(&self, draft: &Draft) -> String {
        let mut shown = String::new();
        for (start, end, text) in draft.stretches.iter().take(2) {
            let old = brief(self.text.get(*start..*end).unwrap_or(""));
            let new = brief(text);
            let both = if shown.is_empty() { "" } else { ", " };
            let part = match (old.is_empty(), new.is_empty()) {
                (true, _) => format!("{both}adds `{new}`"),
                (_, true) => format!("{both}drops `{old}`"),
                _ => format!("{both}changes `{old}` to `{new}`"),
            };
            shown.push_str(&part);
        }
        shown
    }
}

/// A text on one line, cut to what can be shown.
fn brief(text: &str) -> String {
    let line = text.split_whitespace().take(MAX_SHOWN).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}

/// Names of the functions around a function are variables of it too.
fn outer_names<'t>(text: &'t str, root: Node<'t>, own: &[&'t str]) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut at = root.parent();
    while let Some(node) = at {
        if node.kind() == "function_definition" {
            let names = variables(text, node, &spots(node));
            found.extend(names.into_iter().filter(|name| !own.contains(name)));
        }
        at = node.parent();
    }
    found
}

/// Trims stretches to what they change, so that equal results compare equal; nothing where nothing changes.
fn canonical(text: &str, stretches: &[Stretch]) -> Option<Vec<Stretch>> {
    let mut found: Vec<Stretch> =
        stretches.iter().filter_map(|stretch| trimmed(text.as_bytes(), stretch)).collect();
    found.sort();
    (!found.is_empty()).then_some(found)
}

fn trimmed(text: &[u8], (start, end, new): &Stretch) -> Option<Stretch> {
    let (mut start, mut end) = (*start, *end);
    let old = text.get(start..end)?;
    let new = new.as_bytes();
    let front = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let (old, new) = (old.get(front..)?, new.get(front..)?);
    let back =
        old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let mut new = new.get(..new.len() - back)?.to_vec();
    start += front;
    end -= back;
    if start == end && new.is_empty() {
        return None;
    }
    // What is only put in, or only dropped, can be said at several places: the first one counts.
    while start > 0 && (start == end || new.is_empty()) {
        let before = text.get(start - 1).copied();
        let last = if start == end { new.last() } else { text.get(end - 1) }.copied();
        if before != last {
            break;
        }
        new.rotate_right(usize::from(start == end));
        start -= 1;
        end -= 1;
    }
    Some((start, end, String::from_utf8_lossy(&new).into_owned()))
}

/// Byte places at which lines begin.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self([0].into_iter().chain(ends.map(|(at, _)| at + 1)).collect())
    }

    /// The line of a byte, from 1.
    fn line(&self, byte: usize) -> u32 {
        u32::try_from(self.0.partition_point(|start| *start <= byte)).unwrap_or(u32::MAX)
    }
}
