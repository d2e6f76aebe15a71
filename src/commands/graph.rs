//! `/graph`: shows what is around a file or a name in the memory of a repository.
//!
//! Few edges of each kind, the strongest first; what was left out is counted. It can be had as JSON, for Graphviz, or as a picture.

use std::path::PathBuf;

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::named;
use crate::commands::remembering::subject::Meant;
use crate::commands::remembering::views::StateView;
use foundation::store::error::StoreError;
use foundation::store::memory::Recall;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::memory::loaded::ask;
use work::memory::naming::symbols;
use work::memory::neighbourhood::{Graph as Around, of_file, of_symbol};
use work::memory::{drawing, loaded, picture};

/// Most proposals of a path that are looked at.
const MOST_PROPOSED: u32 = 8;

/// `/graph`
pub enum Graph {}

/// How the graph is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Export {
    /// Nodes and edges as JSON
    Json,
    /// The language of Graphviz
    Dot,
    /// A picture
    Svg,
}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The repository: its name here, or a path
    #[arg(value_name = "REPO")]
    pub repository: String,
    /// A file, or a name such as `total` or `Cart.total`
    #[arg(value_name = "FILE|SYMBOL")]
    pub subject: String,
    /// Give it as a document
    #[arg(long, value_enum, value_name = "FORM")]
    pub export: Option<Export>,
    /// The whole path, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What the memory stands for.
    #[serde(flatten)]
    pub state: StateView,
    /// What is there.
    pub nodes: Vec<NodeView>,
    /// What leads where.
    pub edges: Vec<EdgeView>,
    /// Edges that were left out.
    pub left_out: usize,
    /// The document that was asked for; null without one.
    pub document: Option<String>,
}

/// What is there.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NodeView {
    /// Its key.
    pub key: String,
    /// What it is: `file`, `symbol`, `commit`, `proposal`.
    pub kind: String,
    /// What people read.
    pub label: String,
}

/// What leads where.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EdgeView {
    /// Where it starts.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// What it is: `imports`, `defines`, `calls`, `extends`, `uses`, `changed_with`, `changed_by`, `proposed_by`, `names`.
    pub kind: String,
    /// What people read on it.
    pub label: String,
}

impl Command for Graph {
    const SPEC: Spec = Spec {
        name: "graph",
        aliases: &[],
        summary: "Show what is around a file or name in the memory of a repository",
        group: Group::Learn,
        authority: Authority::Read,
        access: Access::Read,
        free_text: None,
        examples: &["/graph shop src/shop/cart.py", "/graph shop Cart.total --export svg"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        let mut meant = meant(args);
        meant.prepare(surroundings);
        args.whole = meant.whole;
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let subject = meant(&args).find(invocation, Self::SPEC.name).await?;
        let name = subject.name.as_str();
        let (store, typed) = (invocation.store()?, named::path(&subject, &args.subject));
        let (loaded, found) =
            ask(store, name, |recall, loaded| around(recall, loaded, name, &typed))?;
        let unknown = || named::unknown(invocation, &subject, &typed);
        let (middle, graph) = found.ok_or_else(unknown)?;
        let state = StateView::of(&subject.shown, &loaded, subject.has_moved_from(&loaded.head));
        let document = match args.export {
            None => None,
            Some(Export::Json) => Some(json(&graph)?),
            Some(Export::Dot) => Some(drawing::dot(&graph)),
            Some(Export::Svg) => Some(picture::svg(&graph, &middle)),
        };
        let (nodes, edges) = views(&graph);
        Ok(Answer { state, nodes, edges, left_out: graph.left_out, document })
    }
}

fn meant(args: &Args) -> Meant {
    Meant { repo: Some(args.repository.clone()), whole: args.whole.clone() }
}

/// The graph around what was typed, with the key of what it is around.
fn around(
    recall: &dyn Recall,
    loaded: &loaded::Loaded,
    name: &str,
    typed: &str,
) -> Result<Option<(String, Around)>, StoreError> {
    if let Some(file) = loaded.file(typed) {
        let path = String::from_utf8_lossy(&file.path).into_owned();
        let proposed = recall.proposed(name, &path, MOST_PROPOSED)?;
        let graph = of_file(recall, loaded, file, &proposed)?;
        return Ok(Some((format!("file:{}", loaded.path(file.number)), graph)));
    }
    let defined = symbols(recall, loaded, typed)?;
    if defined.is_empty() {
        return Ok(None);
    }
    let graph = of_symbol(recall, loaded, &defined)?;
    let middle =
        graph.nodes.iter().find(|(_, node)| node.kind == "symbol").map(|(key, _)| key.clone());
    Ok(Some((middle.unwrap_or_default(), graph)))
}

fn views(graph: &Around) -> (Vec<NodeView>, Vec<EdgeView>) {
    let nodes = graph.nodes.iter().map(|(key, node)| NodeView {
        key: key.clone(),
        kind: node.kind.to_owned(),
        label: node.label.clone(),
    });
    let edges = graph.edges.iter().map(|edge| EdgeView {
        from: edge.from.clone(),
        to: edge.to.clone(),
        kind: edge.kind.to_owned(),
        label: edge.label.clone(),
    });
    (nodes.collect(), edges.collect())
}

fn json(graph: &Around) -> Result<String, CommandError> {
    let (nodes, edges) = views(graph);
    let value = serde_json::json!({ "nodes": nodes, "edges": edges, "left_out": graph.left_out });
    let text = serde_json::to_string_pretty(&value);
    text.map_err(|error| StoreError::from(error).into())
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        if let Some(document) = &self.document {
            return Page::new().block(Block::Document(document.clone()));
        }
        let label = |key: &str| {
            let node = self.nodes.iter().find(|node| node.key == key);
            node.map_or_else(|| key.to_owned(), |node| node.label.clone())
        };
        let row = |edge: &EdgeView| {
            vec![
                Cell::from(label(&edge.from)),
                Cell::toned(edge.kind.replace('_', " "), Tone::Strong),
                Cell::from(label(&edge.to)),
                Cell::toned(edge.label.as_str(), Tone::Dim),
            ]
        };
        let head = ["from", "does", "to", "where"].map(str::to_owned).to_vec();
        let page =
            Page::new().block(Block::Table { head, rows: self.edges.iter().map(row).collect() });
        let page = match self.left_out {
            0 => page,
            count => {
                page.text(Cell::toned(format!("{} left out", counted(count, "edge")), Tone::Dim))
            }
        };
        page.then(self.state.page())
    }
}
