//! One concept: what it is, what it rests on, and its examples.
//!
//! What it rests on is followed three levels down and never around a circle.

use askama::Template;

use crate::surfaces::console::code_view::{CodeFile, Edges, Extent};
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::knowledge_page::href;
use crate::surfaces::console::look::Look;
use crate::surfaces::console::prose::{Piece, pieces};
use foundation::knowledge::learning;
use record::domain::concept::Concept;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};

/// Levels of what a concept rests on.
const DEPTH: usize = 3;
/// Most concepts that are named there.
const MOST: usize = 40;

/// A concept.
#[derive(Template)]
#[template(path = "concept.html")]
pub struct ConceptPage {
    frame: Frame,
    name: String,
    category: String,
    language: String,
    level: u8,
    description: Vec<Piece>,
    source: String,
    is_tested: bool,
    needs: Vec<Need>,
    related: Vec<Need>,
    examples: Vec<Example>,
}

/// A concept that another one rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    name: String,
    href: String,
    depth: usize,
    is_known: bool,
}

/// An example.
#[derive(Clone, Debug)]
pub struct Example {
    summary: String,
    files: Vec<CodeFile>,
}

/// Reads a concept by its name.
pub async fn concept(
    context: &Context,
    look: &Look,
    name: &str,
) -> Result<ConceptPage, CommandError> {
    let learned = context.store()?.concepts().await?;
    let curated = (context.curated)().concepts();
    let find =
        |name: &str| learning::find(name, &learned).or_else(|| learning::find(name, curated));
    let concept = find(name).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("there is no concept {name}"))
            .hint("See all of them under Knowledge, or run `/learn-code` with its name.")
    })?;
    let mut needs = Vec::new();
    follow(concept, &find, 1, &mut needs);
    let related = concept.related.iter().map(|name| need(name, 1, find(name).is_some()));
    Ok(ConceptPage {
        frame: Frame::of(context, look, Place::Knowledge, &concept.name)
            .await
            .via("/knowledge", "Knowledge")
            .via("", &concept.name),
        name: concept.name.clone(),
        category: concept.category.clone(),
        language: concept.language.map(|language| language.word().to_owned()).unwrap_or_default(),
        level: concept.difficulty.level(),
        description: pieces(&concept.description),
        source: concept.source.clone(),
        is_tested: concept.is_curated(),
        needs,
        related: related.collect(),
        examples: examples(concept),
    })
}

fn need(name: &str, depth: usize, is_known: bool) -> Need {
    Need { name: name.to_owned(), href: href(name), depth, is_known }
}

fn follow<'a>(
    concept: &'a Concept,
    find: &impl Fn(&str) -> Option<&'a Concept>,
    depth: usize,
    needs: &mut Vec<Need>,
) {
    for name in &concept.prerequisites {
        let is_named = needs.iter().any(|known| known.name == *name);
        if is_named || needs.len() >= MOST {
            continue;
        }
        let found = find(name);
        needs.push(need(name, depth, found.is_some()));
        if let Some(found) = found.filter(|_| depth < DEPTH) {
            follow(found, find, depth + 1, needs);
        }
    }
}

fn examples(concept: &Concept) -> Vec<Example> {
    let edges = Edges::default();
    let example = |(at, snippet): (usize, &record::domain::concept::Snippet)| {
        let language = snippet.language.word();
        let file = |name: &str, text: &str, index: usize| {
            let label = format!("{name} of {}", snippet.slug);
            let file = CodeFile::of_text(name, language, text, (index, &edges, Extent::Gated));
            CodeFile { label, ..file }
        };
        let files = [("code", &snippet.code), ("tests", &snippet.tests)];
        Example {
            summary: snippet.summary.clone(),
            files: files
                .into_iter()
                .filter(|(_, text)| !text.trim().is_empty())
                .enumerate()
                .map(|(part, (name, text))| file(name, text, at * 2 + part))
                .collect(),
        }
    };
    concept.snippets.iter().enumerate().map(example).collect()
}
