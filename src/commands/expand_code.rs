//! `/expand-code`: learns the neighbours of a concept.
//!
//! A concept names others that belong to it; up to three that are not learned yet are learned like `/learn-code` does, with
//! their prerequisites, in one change. A neighbour that nobody can teach is named, and the others are learned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::learn_code;
use foundation::knowledge::learning::{self, Shelf};
use record::domain::concept::Concept;
use record::domain::language::Language;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::drafting::call::Call;
use work::drafting::teaching::{self, Lessons, Taught};

/// `/expand-code`
pub enum ExpandCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The concept whose neighbours to learn
    #[arg(value_name = "NAME")]
    pub name: Vec<String>,
    /// Language of their examples
    #[arg(long, value_enum, default_value_t)]
    pub language: Language,
    /// Provider to ask about what is not curated
    #[arg(long)]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long)]
    pub model: Option<String>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The concept.
    pub name: String,
    /// The neighbours that were looked at, at most three.
    pub neighbours: Vec<String>,
    /// Names of the concepts stored now, prerequisites first.
    pub learned: Vec<String>,
    /// Neighbours that nobody could teach.
    pub unknown: Vec<String>,
}

impl Command for ExpandCode {
    const SPEC: Spec = Spec {
        name: "expand-code",
        aliases: &[],
        summary: "Learn the neighbours of a concept",
        group: Group::Learn,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: Some("name"),
        examples: &["/expand-code binary search"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let typed = args.name.join(" ");
        if typed.trim().is_empty() {
            return Err(CommandError::usage("there is no concept to expand")
                .hint("Name a concept, such as `/expand-code binary search`."));
        }
        let mut known = invocation.store()?.concepts().await?;
        let curated = (invocation.curated)().concepts();
        let concept = learning::find(&typed, &known).or_else(|| learning::find(&typed, curated));
        let concept = concept.cloned().ok_or_else(|| no_such(&typed))?;
        let shelf = Shelf { curated, learned: &known, ..Shelf::default() };
        let neighbours = learning::neighbours(&concept, shelf);
        let mut answer = Answer {
            name: concept.name,
            neighbours: neighbours.clone(),
            learned: Vec::new(),
            unknown: Vec::new(),
        };
        let mut new: Vec<Concept> = Vec::new();
        let mut calls: Vec<Call> = Vec::new();
        for name in neighbours {
            match learn(invocation, &args, &name, &known, &mut calls).await {
                Ok(plan) => {
                    known.extend(plan.iter().cloned());
                    new.extend(plan);
                }
                Err(error) if error.kind == ErrorKind::Interrupted => return Err(error),
                Err(_) => answer.unknown.push(name),
            }
        }
        answer.learned.extend(new.iter().map(|concept| concept.name.clone()));
        if !(new.is_empty() && calls.is_empty()) {
            let change = learn_code::change(invocation, &new, &calls)?;
            invocation.store()?.commit(change).await?;
        }
        Ok(answer)
    }
}

async fn learn(
    invocation: &Invocation,
    args: &Args,
    name: &str,
    known: &[Concept],
    calls: &mut Vec<Call>,
) -> Result<Vec<Concept>, CommandError> {
    let lessons = Lessons {
        wanted: name.to_owned(),
        language: args.language,
        provider: args.provider.clone(),
        model: args.model.clone(),
    };
    let mut taught = Taught::default();
    let asked = teaching::teach(invocation, &lessons, known, &mut taught).await;
    // What was paid for goes on the record, whatever came of it.
    calls.append(&mut taught.calls);
    asked?;
    let curated = (invocation.curated)().concepts();
    let shelf = Shelf { curated, learned: known, taught: &taught.concepts };
    let plan = learning::plan(&taught.name, shelf);
    if plan.new.is_empty() { Err(no_such(name)) } else { Ok(plan.new) }
}

fn no_such(typed: &str) -> CommandError {
    let typed = typed.trim();
    CommandError::new(ErrorKind::NotFound, format!("nothing is known of {typed}"))
        .hint(format!("Learn it with `/learn-code {typed}` first."))
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let page = Page::new().title(format!("{}: its neighbours", self.name));
        if self.neighbours.is_empty() {
            return page.text("All of its neighbours are learned already.");
        }
        let learned = self.learned.iter().map(|name| Cell::from(format!("learned {name}")));
        let unknown = self
            .unknown
            .iter()
            .map(|name| Cell::toned(format!("nobody here could teach {name}"), Tone::Warn));
        let page = page.block(Block::List(learned.chain(unknown).collect()));
        match self.learned.last() {
            Some(name) => page.next([format!("/code-facts {name}  shows all of it")]),
            None => page,
        }
    }

    fn exit(&self) -> Exit {
        if self.learned.is_empty() && !self.unknown.is_empty() {
            Exit::Negative
        } else {
            Exit::Done
        }
    }
}
