//! `/code-facts`: shows what is known of a concept, learned or curated.
//!
//! An exact name wins; otherwise every name that holds the words is listed. Examples of a model that nobody has run are
//! marked as such, because they look exactly like curated ones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use foundation::knowledge::learning;
use record::domain::concept::Concept;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::reporting::views;

/// Most concepts that are named where several fit.
const MAX_MATCHES: usize = 5;
/// Characters of a description on a card.
const DESCRIPTION_CHARS: usize = 400;

/// `/code-facts`
pub enum CodeFacts {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The concept's name, or a part of it
    #[arg(value_name = "NAME")]
    pub name: Vec<String>,
}

/// What comes of it: one concept, or the names of several.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The concept, where exactly one fits.
    pub concept: Option<Card>,
    /// The concepts that fit, at most five; the one itself where exactly one does.
    pub matches: Vec<Match>,
    /// How many fit in all.
    pub total: usize,
}

/// A concept that fits.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// Its name.
    pub name: String,
    /// Whether it is learned; a curated one need not be.
    pub learned: bool,
}

/// All that is known of a concept.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Card {
    /// Whether it is learned; a curated one need not be.
    pub learned: bool,
    /// How many examples it has.
    pub examples: usize,
    /// Whether they are curated and tested; those of a model are untrusted code that nobody has run.
    pub examples_tested: bool,
    /// The concept with its examples.
    #[serde(flatten)]
    pub concept: Concept,
}

impl Command for CodeFacts {
    const SPEC: Spec = Spec {
        name: "code-facts",
        aliases: &[],
        summary: "Show what is known of a concept",
        group: Group::Learn,
        authority: Authority::Read,
        access: Access::Read,
        free_text: Some("name"),
        examples: &["/code-facts binary search"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let typed = args.name.join(" ");
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(CommandError::usage("there is no name to look for")
                .hint("Name a concept, such as `/code-facts binary search`."));
        }
        let learned = invocation.store()?.concepts().await?;
        let curated = (invocation.curated)().concepts();
        let mut found = matching(typed, &learned, curated);
        if found.is_empty() {
            return Err(no_such(invocation, typed));
        }
        let total = found.len();
        let matches = found
            .iter()
            .take(MAX_MATCHES)
            .map(|(concept, learned)| Match { name: concept.name.clone(), learned: *learned })
            .collect();
        let only = if total == 1 { found.pop() } else { None };
        let concept = only.map(|(concept, learned)| Card {
            learned,
            examples: concept.snippets.len(),
            examples_tested: concept.is_curated(),
            concept: concept.clone(),
        });
        Ok(Answer { concept, matches, total })
    }
}

/// Finds the concept of exactly this name, else all whose names hold these words; learned ones first.
fn matching<'a>(
    typed: &str,
    learned: &'a [Concept],
    curated: &'a [Concept],
) -> Vec<(&'a Concept, bool)> {
    if let Some(concept) = learning::find(typed, learned) {
        return vec![(concept, true)];
    }
    if let Some(concept) = learning::find(typed, curated) {
        return vec![(concept, false)];
    }
    let wanted = typed.to_lowercase();
    let fits = |concept: &&Concept| {
        let name = concept.name.to_lowercase();
        wanted.split_whitespace().all(|word| name.contains(word))
    };
    let is_new = |concept: &&Concept| {
        learned.iter().all(|known| !known.name.eq_ignore_ascii_case(&concept.name))
    };
    let unlearned = curated.iter().filter(is_new).filter(fits).map(|concept| (concept, false));
    learned.iter().filter(fits).map(|concept| (concept, true)).chain(unlearned).collect()
}

fn no_such(context: &Context, typed: &str) -> CommandError {
    let near = (context.curated)().hits(typed);
    let near: Vec<&str> =
        near.iter().take(MAX_MATCHES).map(|hit| hit.concept.name.as_str()).collect();
    let hint = if near.is_empty() {
        format!("Learn it with `/learn-code {typed}`.")
    } else {
        format!("Learn it with `/learn-code {typed}`, or see: {}.", near.join(", "))
    };
    CommandError::new(ErrorKind::NotFound, format!("nothing is known of {typed}")).hint(hint)
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        match &self.concept {
            Some(card) => card.page(),
            None => self.list(),
        }
    }
}

impl Answer {
    fn list(&self) -> Page {
        let rows = self.matches.iter().enumerate().map(|(index, found)| {
            let state = if found.learned {
                Cell::from("learned")
            } else {
                Cell::toned("curated, not learned", Tone::Dim)
            };
            vec![Cell::from((index + 1).to_string()), Cell::from(found.name.as_str()), state]
        });
        let head = ["#", "concept", "state"].map(str::to_owned).to_vec();
        Page::new()
            .text(format!("Found {}.", counted(self.total, "concept")))
            .block(Block::Table { head, rows: rows.collect() })
            .next(["/code-facts <name>  shows one"])
    }
}

impl Card {
    fn examples(&self) -> Cell {
        if self.examples == 0 || self.examples_tested {
            return Cell::from(self.examples.to_string());
        }
        Cell::toned(format!("{} of a model, not tested", self.examples), Tone::Warn)
    }

    fn page(&self) -> Page {
        let concept = &self.concept;
        let names = |names: &[String]| match names {
            [] => Cell::toned("none", Tone::Dim),
            names => Cell::from(names.join(", ")),
        };
        let language = concept.language.map_or("any", record::domain::language::Language::word);
        let state = if self.learned {
            Cell::toned("learned", Tone::Good)
        } else {
            Cell::toned("curated, not learned", Tone::Warn)
        };
        let mut page = Page::new()
            .title(concept.name.as_str())
            .text(views::preview(&concept.description, DESCRIPTION_CHARS))
            .fields([
                ("State", state),
                ("Category", Cell::from(concept.category.as_str())),
                ("Difficulty", Cell::from(format!("{}/4", concept.difficulty.level()))),
                ("Language", Cell::from(language)),
                ("Examples", self.examples()),
                ("Prerequisites", names(&concept.prerequisites)),
                ("Related", names(&concept.related)),
                ("Source", Cell::toned(concept.source.as_str(), Tone::Dim)),
            ]);
        if let Some(snippet) = concept.snippets.first() {
            page = page.block(Block::Code {
                language: snippet.language.word().to_owned(),
                text: snippet.code.clone(),
            });
        }
        if self.learned {
            return page;
        }
        page.next([format!("/learn-code {}  learns it", concept.name)])
    }
}
