//! The graph around one file or one name, as far as a person can look at.
//!
//! Every edge is one that can be looked up: an import with its line, a call, commits that both files have, a proposal of the record. Of
//! each kind only the strongest are taken, and what was left out is counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::contract::page::counted;
use crate::memory::breakage::{Place, Use, all_places};
use crate::memory::covered::is_of;
use crate::memory::links::Links;
use crate::memory::lists::{MOST_TOGETHER, ranked, together};
use crate::memory::loaded::{Loaded, shown};
use crate::memory::messages;
use foundation::store::beside::{Deed, DeedKind, KeptCover};
use foundation::store::error::StoreError;
use foundation::store::memory::{KeptFile, KeptLink, KeptSymbol, Proposed, Recall};
use record::domain::verdict::VerdictWord;

/// Most edges of one kind.
const MOST_OF_A_KIND: usize = 8;
/// Most lines of one use that are told.
const MOST_LINES: usize = 3;
/// Most commits.
const MOST_COMMITS: u32 = 5;
/// Most of one kind that was done about a proposal.
const MOST_DEEDS: u32 = 2;

/// A graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// What there is, by its key.
    pub nodes: BTreeMap<String, Node>,
    /// What leads where.
    pub edges: BTreeSet<Edge>,
    /// Edges that were left out.
    pub left_out: usize,
}

/// What there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The word for what it is: `file`, `symbol`, `commit`, `proposal`, `evidence`, `review`, `application`, `test`.
    pub kind: &'static str,
    /// What people read, escaped.
    pub label: String,
}

/// What leads where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The key of the node where it starts.
    pub from: String,
    /// The key of the node where it ends.
    pub to: String,
    /// The word for it: `imports`, `defines`, `calls`, `extends`, `uses`, `changed_with`, `changed_by`, `names`, `proposed_by`, `shown_by`, `decided_by`,
    /// `written_by`, `ran`, `noticed`.
    pub kind: &'static str,
    /// What people read on it.
    pub label: String,
}

/// Builds a graph edge by edge.
struct Drawn<'a> {
    loaded: &'a Loaded,
    graph: Graph,
}

/// The graph around a file.
pub fn of_file(
    recall: &dyn Recall,
    loaded: &Loaded,
    file: &KeptFile,
    proposed: &[Proposed],
) -> Result<Graph, StoreError> {
    let mut drawn = Drawn { loaded, graph: Graph::default() };
    let own = drawn.file(file.number);
    drawn.links(&Links::new(recall.links(loaded.row)?), file.number);
    drawn.changed_with(recall, file.number)?;
    if let Some(source) = file.blob.as_ref().map(|blob| recall.source(blob)).transpose()?.flatten()
    {
        let outer = source.symbols.iter().filter(|symbol| symbol.parent.is_empty());
        let symbols: Vec<&KeptSymbol> = outer.collect();
        drawn.graph.left_out += symbols.len().saturating_sub(MOST_OF_A_KIND);
        for symbol in symbols.into_iter().take(MOST_OF_A_KIND) {
            let key = drawn.symbol(file.number, symbol);
            drawn.edge(&own, &key, "defines", format!("line {}", symbol.first_line));
        }
    }
    for commit in recall.commits_of(loaded.row, file.number, MOST_COMMITS)? {
        let key = format!("commit:{}", commit.id);
        let label: String = commit.id.as_str().chars().take(8).collect();
        let label = format!("{label} {}", shown(messages::subject(&commit.message).as_bytes()));
        drawn.node(&key, "commit", label);
        drawn.edge(&own, &key, "changed_by", String::new());
        if let Some(proposal) = &commit.proposal {
            let proposal = drawn.proposal(proposal, proposal);
            drawn.edge(&key, &proposal, "names", String::new());
        }
    }
    for one in proposed.iter().take(MOST_OF_A_KIND) {
        let verdict = one.verdict.map_or("no verdict", VerdictWord::word);
        let label = format!("{} {} ({verdict})", one.id, one.status.word());
        let key = drawn.proposal(one.id.as_str(), &label);
        drawn.edge(&own, &key, "proposed_by", format!("revision {}", one.revision));
        drawn.deeds(&key, recall.deeds(&one.id, MOST_DEEDS)?);
    }
    let path = String::from_utf8_lossy(&file.path);
    drawn.tests(&own, recall.covers(loaded.row, &path)?);
    Ok(drawn.graph)
}

/// The graph around a name: where it is defined, and what imports, calls, extends or uses it.
pub fn of_symbol(
    recall: &dyn Recall,
    loaded: &Loaded,
    defined: &[(u32, KeptSymbol)],
) -> Result<Graph, StoreError> {
    let mut drawn = Drawn { loaded, graph: Graph::default() };
    let links = Links::new(recall.links(loaded.row)?);
    for (file, symbol) in defined.iter().take(MOST_OF_A_KIND) {
        let own = drawn.symbol(*file, symbol);
        let home = drawn.file(*file);
        drawn.edge(&home, &own, "defines", format!("line {}", symbol.first_line));
        drawn.uses(recall, &links, (*file, symbol), &own)?;
        let path = loaded.files.get(file).map(|file| String::from_utf8_lossy(&file.path));
        let mut covers = recall.covers(loaded.row, path.as_deref().unwrap_or_default())?;
        let whole = match symbol.parent.as_str() {
            "" => symbol.name.clone(),
            parent => format!("{parent}.{}", symbol.name),
        };
        covers.retain(|cover| is_of(&cover.symbol, &whole));
        drawn.tests(&own, covers);
    }
    drawn.graph.left_out += defined.len().saturating_sub(MOST_OF_A_KIND);
    Ok(drawn.graph)
}

impl Drawn<'_> {
    fn node(&mut self, key: &str, kind: &'static str, label: String) {
        self.graph.nodes.entry(key.to_owned()).or_insert(Node { kind, label });
    }

    fn edge(&mut self, from: &str, to: &str, kind: &'static str, label: String) {
        self.graph.edges.insert(Edge { from: from.to_owned(), to: to.to_owned(), kind, label });
    }

    fn file(&mut self, file: u32) -> String {
        let path = self.loaded.path(file);
        let key = format!("file:{path}");
        self.node(&key, "file", path);
        key
    }

    fn symbol(&mut self, file: u32, symbol: &KeptSymbol) -> String {
        let name = match symbol.parent.as_str() {
            "" => symbol.name.clone(),
            parent => format!("{parent}.{}", symbol.name),
        };
        let name = shown(name.as_bytes());
        let key = format!("symbol:{}:{name}", self.loaded.path(file));
        self.node(&key, "symbol", format!("{} {name}", symbol.kind));
        key
    }

    fn proposal(&mut self, id: &str, label: &str) -> String {
        let key = format!("proposal:{}", shown(id.as_bytes()));
        self.node(&key, "proposal", shown(label.as_bytes()));
        key
    }

    /// What was done about a proposal.
    fn deeds(&mut self, proposal: &str, deeds: Vec<Deed>) {
        for deed in deeds {
            let (kind, edge) = match deed.kind {
                DeedKind::Evidence => ("evidence", "shown_by"),
                DeedKind::Review => ("review", "decided_by"),
                DeedKind::Application => ("application", "written_by"),
            };
            let name = shown(deed.name.as_bytes());
            let key = format!("{kind}:{name}");
            self.node(&key, kind, shown(format!("{name} {}", deed.says).as_bytes()));
            self.edge(proposal, &key, edge, String::new());
        }
    }

    /// The tests that were seen to run something, those that ran most first.
    fn tests(&mut self, own: &str, mut covers: Vec<KeptCover>) {
        covers.sort_by(|left, right| {
            let key = |one: &KeptCover| (one.is_noticed, one.lines);
            key(right).cmp(&key(left)).then_with(|| left.test.cmp(&right.test))
        });
        let mut seen = BTreeSet::new();
        covers.retain(|cover| seen.insert(cover.test.clone()));
        self.graph.left_out += covers.len().saturating_sub(MOST_OF_A_KIND);
        for cover in covers.into_iter().take(MOST_OF_A_KIND) {
            let test = shown(cover.test.as_bytes());
            let key = format!("test:{test}");
            self.node(&key, "test", test);
            let kind = if cover.is_noticed { "noticed" } else { "ran" };
            let symbol = shown(cover.symbol.as_bytes());
            let label = format!("{} {symbol}", counted(cover.lines, "line"));
            self.edge(&key, own, kind, label.trim().to_owned());
        }
    }

    /// What uses a name: for each file and use the lines, and whether another name may be meant.
    fn uses(
        &mut self,
        recall: &dyn Recall,
        links: &Links,
        (file, symbol): (u32, &KeptSymbol),
        own: &str,
    ) -> Result<(), StoreError> {
        let names = BTreeSet::from([symbol.name.clone()]);
        let places = all_places(recall, self.loaded, (file, &names), links)?.places;
        let mut by_use: BTreeMap<Use, BTreeMap<String, (Vec<u32>, bool)>> = BTreeMap::new();
        // An import takes a name from the top of a file, never a method.
        let is_import = |place: &Place| place.use_of == Use::Imports;
        let fits = |place: &&Place| !is_import(place) || symbol.parent.is_empty();
        for place in places.iter().filter(fits) {
            let files = by_use.entry(place.use_of).or_default();
            let of_file = files.entry(place.path.clone()).or_insert_with(|| (Vec::new(), true));
            of_file.0.push(place.line);
            of_file.1 &= place.is_sure;
        }
        for (use_of, files) in by_use {
            self.graph.left_out += files.len().saturating_sub(MOST_OF_A_KIND);
            for (path, (places, is_sure)) in files.into_iter().take(MOST_OF_A_KIND) {
                let key = format!("file:{path}");
                self.node(&key, "file", path);
                self.edge(&key, own, use_of.word(), lines_label(&places, is_sure));
            }
        }
        Ok(())
    }

    fn links(&mut self, links: &Links, file: u32) {
        let own = self.file(file);
        for is_out in [true, false] {
            let ends = |link: &KeptLink| swapped((link.file, link.target), is_out);
            let of = links.all.iter().filter(|link| ends(link).0 == file);
            // The first of several imports is told.
            let found: BTreeMap<u32, &KeptLink> =
                of.rev().map(|link| (ends(link).1, link)).collect();
            self.graph.left_out += found.len().saturating_sub(MOST_OF_A_KIND);
            for (there, link) in found.into_iter().take(MOST_OF_A_KIND) {
                let other = self.file(there);
                let (from, to) = swapped((&own, &other), is_out);
                self.edge(from, to, "imports", import_label(link));
            }
        }
    }

    fn changed_with(&mut self, recall: &dyn Recall, file: u32) -> Result<(), StoreError> {
        let own = self.file(file);
        let touches = recall.touches(self.loaded.row, file, MOST_TOGETHER)?;
        let of = touches.iter().filter(|touch| touch.file == file).count();
        let (mut sums, mut times) = (HashMap::new(), HashMap::<u32, usize>::new());
        for touch in touches.iter().filter(|touch| touch.file != file) {
            let age = (self.loaded.newest + 1).saturating_sub(touch.number);
            *sums.entry(touch.file).or_insert(0.0) += together(age, touch.size);
            *times.entry(touch.file).or_default() += 1;
        }
        sums.retain(|other, _| self.loaded.files.contains_key(other));
        let found = ranked(sums);
        self.graph.left_out += found.len().saturating_sub(MOST_OF_A_KIND);
        for (other, _) in found.into_iter().take(MOST_OF_A_KIND) {
            let key = self.file(other);
            let label = format!("{} of {of}", times.get(&other).copied().unwrap_or_default());
            self.edge(&own, &key, "changed_with", label);
        }
        Ok(())
    }
}

/// What an import takes, and where.
fn import_label(link: &KeptLink) -> String {
    let KeptLink { names, line, .. } = link;
    let types = if link.is_for_types { ", for types alone" } else { "" };
    shown(format!("{names} (line {line}{types})").trim().as_bytes())
}

/// Lines as people read them: the first few, and how many more.
fn lines_label(lines: &[u32], is_sure: bool) -> String {
    let first: Vec<String> = lines.iter().take(MOST_LINES).map(u32::to_string).collect();
    let more = match lines.len().saturating_sub(MOST_LINES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let doubt = if is_sure { "" } else { "; may mean another" };
    format!("line {}{more}{doubt}", first.join(", "))
}

/// Gives both ends as they are, or the other way round.
fn swapped<T>((from, to): (T, T), as_they_are: bool) -> (T, T) {
    if as_they_are { (from, to) } else { (to, from) }
}
