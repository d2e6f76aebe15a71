//! `/learn-code`: learns a concept with its prerequisites.
//!
//! Curated knowledge is preferred; a model is asked only about what is not curated. `knowledge::learning` plans what has to
//! be learned first, and all of it is stored in one change, so that no concept stands without what it rests on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use foundation::knowledge::languages;
use foundation::knowledge::learning::{self, Plan, Shelf};
use record::domain::act::Act;
use record::domain::change::{Change, Write};
use record::domain::concept::Concept;
use record::domain::language::Language;
use record::domain::principal::Authority;
use work::contract::acts;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};
use work::drafting::call::{self, Call};
use work::drafting::teaching::{self, Lessons, Taught};

/// Longest name of a concept, in characters.
const MAX_NAME_CHARS: usize = 80;
/// Neighbours and prerequisites that a page names.
const NAMED: usize = 3;

/// `/learn-code`
pub enum LearnCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The concept to learn
    #[arg(value_name = "CONCEPT")]
    pub concept: Vec<String>,
    /// Language of its examples
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
    /// The concept's name.
    pub name: String,
    /// Whether it was learned before; nothing was stored then.
    pub already_known: bool,
    /// Its category.
    pub category: String,
    /// The language; null for any, and for one that suites cannot be run in.
    pub language: Option<Language>,
    /// The language that the name asks for, where the sandbox runs no suites in it.
    #[serde(default)]
    pub other_language: Option<String>,
    /// 1 to 4.
    pub difficulty: u8,
    /// What it is.
    pub description: String,
    /// Where it comes from: a folder of curated knowledge, or a model.
    pub source: String,
    /// `retrieved` from curated knowledge or `generated` by a model.
    pub making: String,
    /// Statements stored now, over all concepts: descriptions, prerequisites, neighbours and examples.
    pub facts_stored: usize,
    /// How long it took.
    pub time_ms: u64,
    /// What to know first, all of it.
    pub prerequisites: Vec<String>,
    /// Neighbours, all of them.
    pub related: Vec<String>,
    /// Names of the concepts stored now, prerequisites first.
    pub learned: Vec<String>,
    /// How many of them besides the concept itself.
    pub learned_recursively: usize,
    /// Prerequisites that nobody could teach.
    pub unknown: Vec<String>,
    /// Examples of a model among what was stored; nobody has run their tests.
    pub examples_untested: usize,
}

impl Command for LearnCode {
    const SPEC: Spec = Spec {
        name: "learn-code",
        aliases: &[],
        summary: "Learn a concept with its prerequisites",
        group: Group::Learn,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: Some("concept"),
        examples: &["/learn-code binary search", "/learn-code retry with back-off"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let begun = Instant::now();
        let wanted = name(&args.concept.join(" "))?;
        let known = invocation.store()?.concepts().await?;
        if let Some(concept) = learning::find(&wanted, &known) {
            return Ok(answer(concept, begun, Known::Before));
        }
        let mut taught = Taught::default();
        let lessons = lessons(&args, &wanted);
        let stored = store(invocation, &lessons, &known, &mut taught).await;
        let plan = call::settle(invocation, &taught.calls, stored).await?;
        // Prerequisites come first in a plan, so the concept itself is the last.
        let Some(concept) = plan.new.last().cloned() else {
            // It is curated under another name, and that one is learned already.
            let concept =
                learning::find(&taught.name, &known).ok_or_else(|| teaching::unknown(&wanted))?;
            return Ok(answer(concept, begun, Known::Before));
        };
        tracing::info!(concept.name = %concept.name, concept.learned = plan.new.len(), "concepts were learned");
        Ok(answer(&concept, begun, Known::Now(plan)))
    }
}

fn name(typed: &str) -> Result<String, CommandError> {
    let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let hint = "Name a concept, such as `/learn-code binary search`.";
    match typed.chars().count() {
        0 => Err(CommandError::usage("there is no concept to learn").hint(hint)),
        count if count > MAX_NAME_CHARS => Err(CommandError::usage(format!(
            "the name has {count} characters; at most {MAX_NAME_CHARS} are taken"
        ))
        .hint(hint)),
        _ if typed.chars().any(char::is_control) => {
            Err(CommandError::usage("the name contains a control character").hint(hint))
        }
        _ => Ok(typed),
    }
}

fn lessons(args: &Args, wanted: &str) -> Lessons {
    Lessons {
        wanted: wanted.to_owned(),
        language: args.language,
        provider: args.provider.clone(),
        model: args.model.clone(),
    }
}

/// Asks for what nobody knows yet, and stores what is new.
async fn store(
    invocation: &Invocation,
    lessons: &Lessons,
    known: &[Concept],
    taught: &mut Taught,
) -> Result<Plan, CommandError> {
    teaching::teach(invocation, lessons, known, &mut *taught).await?;
    let curated = (invocation.curated)().concepts();
    let shelf = Shelf { curated, learned: known, taught: &taught.concepts };
    let mut plan = learning::plan(&taught.name, shelf);
    // Prerequisites come first in a plan, so the concept itself is the last.
    if let Some(concept) = plan.new.last_mut() {
        learning::note_name(concept, &lessons.wanted);
    }
    if !plan.new.is_empty() {
        invocation.store()?.commit(change(invocation, &plan.new, &taught.calls)?).await?;
    }
    Ok(plan)
}

/// Builds the one change that stores concepts with the calls that taught them.
pub fn change(
    invocation: &Invocation,
    new: &[Concept],
    calls: &[Call],
) -> Result<Change, CommandError> {
    let concepts = new.iter().map(|concept| acts::concept_learned(invocation, concept));
    let acts = calls.iter().map(|call| call.act(invocation));
    let mut all: Vec<Act> = concepts.chain(acts).collect();
    if all.is_empty() {
        return Err(CommandError::new(ErrorKind::Internal, "there is nothing to learn"));
    }
    let act = all.remove(0);
    let rows = new.iter().map(|concept| Write::NewConcept(Box::new(concept.clone())));
    let calls = calls.iter().flat_map(|call| call.rows(invocation));
    Ok(Change {
        act,
        consequences: all,
        writes: rows.chain(calls).collect(),
        expected: None,
        idempotency: invocation.caller.idempotency.clone(),
        at: invocation.now(),
    })
}

/// The time from which a concept is known.
enum Known {
    /// It was learned before.
    Before,
    /// It was learned now.
    Now(Plan),
}

fn answer(concept: &Concept, begun: Instant, known: Known) -> Answer {
    let (plan, already_known) = match known {
        Known::Before => (Plan::default(), true),
        Known::Now(plan) => (plan, false),
    };
    let untested = plan.new.iter().filter(|concept| !concept.is_curated());
    Answer {
        name: concept.name.clone(),
        already_known,
        category: concept.category.clone(),
        language: concept.language,
        other_language: languages::foreign(&concept.name).map(str::to_owned),
        difficulty: concept.difficulty.level(),
        description: concept.description.clone(),
        source: concept.source.clone(),
        making: if concept.is_curated() { "retrieved" } else { "generated" }.to_owned(),
        facts_stored: plan.new.iter().map(facts).sum(),
        time_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        prerequisites: concept.prerequisites.clone(),
        related: concept.related.clone(),
        learned_recursively: plan.new.len().saturating_sub(1),
        examples_untested: untested.map(|concept| concept.snippets.len()).sum(),
        learned: plan.new.into_iter().map(|concept| concept.name).collect(),
        unknown: plan.unknown,
    }
}

/// Counts the description, each prerequisite, each neighbour and each example as a fact.
fn facts(concept: &Concept) -> usize {
    1 + concept.prerequisites.len() + concept.related.len() + concept.snippets.len()
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let first = |names: &[String]| match names {
            [] => Cell::toned("none", Tone::Dim),
            names => Cell::from(names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ")),
        };
        let title = if self.already_known { "known already" } else { "learned" };
        let mut fields = vec![("Category", Cell::from(self.category.as_str()))];
        if let Some(language) = &self.other_language {
            let words =
                format!("{language}; its examples are not kept, since the sandbox runs Python");
            fields.push(("Language", Cell::from(words)));
        }
        fields.extend([
            ("Difficulty", Cell::from(format!("{}/4", self.difficulty))),
            ("Prerequisites", first(&self.prerequisites)),
            ("Related", first(&self.related)),
            ("Source", Cell::toned(format!("{} ({})", self.source, self.making), Tone::Dim)),
        ]);
        if !self.already_known {
            fields.push(("Facts stored", Cell::from(self.facts_stored.to_string())));
            if self.examples_untested > 0 {
                let words = format!("{} of a model, not tested", self.examples_untested);
                fields.push(("Examples", Cell::toned(words, Tone::Warn)));
            }
            fields.push(("Learned with it", Cell::from(self.learned_recursively.to_string())));
            fields.push(("Time", Cell::toned(format!("{} ms", self.time_ms), Tone::Dim)));
        }
        let mut page = Page::new()
            .title(format!("{}: {title}", self.name))
            .text(self.description.as_str())
            .fields(fields);
        if !self.unknown.is_empty() {
            let cells = self
                .unknown
                .iter()
                .map(|name| Cell::toned(format!("nobody here could teach {name}"), Tone::Warn));
            page = page.block(Block::List(cells.collect()));
        }
        page.next([format!("/code-facts {}  shows all of it", self.name)])
    }
}
