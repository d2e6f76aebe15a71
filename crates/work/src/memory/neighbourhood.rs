//! The graph around one file or one name, as far as a person can look at.
//!
//! Every edge is one that can be looked up: an import with its line, a call, commits that both files have, a proposal of the record. Of
//! each kind only the strongest are taken, and what was left out is counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::contract::page::counted;
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
    /// The word for it: `imports`, `defines`, `calls`, `changed_with`, `changed_by`, `names`, `proposed_by`, `shown_by`, `decided_by`,
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

/// The graph around a name: where it is defined, and who calls it.
pub fn of_symbol(
    recall: &dyn Recall,
    loaded: &Loaded,
    defined: &[(u32, KeptSymbol)],
) -> Result<Graph, StoreError> {
    let mut drawn = Drawn { loaded, graph: Graph::default() };
    for (file, symbol) in defined.iter().take(MOST_OF_A_KIND) {
        let own = drawn.symbol(*file, symbol);
        let home = drawn.file(*file);
        drawn.edge(&home, &own, "defines", format!("line {}", symbol.first_line));
        let mut callers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (caller, line) in recall.calling(loaded.row, &symbol.name)? {
            callers.entry(caller).or_default().push(line);
        }
        drawn.graph.left_out += callers.len().saturating_sub(MOST_OF_A_KIND);
        for (caller, lines) in callers.into_iter().take(MOST_OF_A_KIND) {
            let key = drawn.file(caller);
            let lines: Vec<String> = lines.iter().take(3).map(u32::to_string).collect();
            drawn.edge(&key, &own, "calls", format!("line {}", lines.join(", ")));
        }
        let path = loaded.files.get(file).map(|file| String::from_utf8_lossy(&file.path));
        let mut covers = recall.covers(loaded.row, path.as_deref().unwrap_or_default())?;
        let whole = match symbol.parent.as_str() {
            "" => symbol.name.clone(),
            parent => format!("{parent}.{}", symbol.name),
        };
        covers.retain(|cover| cover.symbol == whole);
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

    fn links(&mut self, links: &Links, file: u32) {
        let own = self.file(file);
        for is_out in [true, false] {
            let ends = |link: &KeptLink| swapped((link.file, link.target), is_out);
            let of = links.all.iter().filter(|link| ends(link).0 == file);
            // The first of several imports is told.
            let found: BTreeMap<u32, (u32, &str)> =
                of.rev().map(|link| (ends(link).1, (link.line, link.names.as_str()))).collect();
            self.graph.left_out += found.len().saturating_sub(MOST_OF_A_KIND);
            for (there, (line, names)) in found.into_iter().take(MOST_OF_A_KIND) {
                let other = self.file(there);
                let label = shown(format!("{names} (line {line})").trim().as_bytes());
                let (from, to) = swapped((&own, &other), is_out);
                self.edge(from, to, "imports", label);
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

/// Gives both ends as they are, or the other way round.
fn swapped<T>((from, to): (T, T), as_they_are: bool) -> (T, T) {
    if as_they_are { (from, to) } else { (to, from) }
}
