//! The concepts that are known, curated and learned.
//!
//! Curated ones come with the program and are tested; code of learned ones is a model's, and nobody has run it. The list says which is
//! which in words.

use askama::Template;

use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::{Look, encoded};
use crate::surfaces::console::prose::{Piece, pieces};
use record::domain::concept::Concept;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::reporting::views;

/// Characters of a description.
const DESCRIPTION: usize = 140;

/// The list.
#[derive(Template)]
#[template(path = "knowledge.html")]
pub struct KnowledgePage {
    frame: Frame,
    asked: String,
    total: usize,
    groups: Vec<Group>,
}

/// The concepts of one category.
#[derive(Clone, Debug)]
pub struct Group {
    name: String,
    concepts: Vec<Row>,
}

/// A concept of the list.
#[derive(Clone, Debug)]
pub struct Row {
    name: String,
    href: String,
    description: Vec<Piece>,
    level: u8,
    source: &'static str,
    needs: String,
}

/// Reads the list, or those whose names hold the words asked for.
pub async fn knowledge(context: &Context, look: &Look) -> Result<KnowledgePage, CommandError> {
    let asked = look.asked("q").unwrap_or_default().to_lowercase();
    let learned = context.store()?.concepts().await?;
    let curated = (context.curated)().concepts();
    let is_new =
        |one: &&Concept| learned.iter().all(|known| !known.name.eq_ignore_ascii_case(&one.name));
    let fits = |one: &&Concept| {
        let name = one.name.to_lowercase();
        asked.split_whitespace().all(|word| name.contains(word))
    };
    let mut all: Vec<&Concept> =
        learned.iter().chain(curated.iter().filter(is_new)).filter(fits).collect();
    all.sort_by(|left, right| {
        (&left.category, left.difficulty, &left.name).cmp(&(
            &right.category,
            right.difficulty,
            &right.name,
        ))
    });
    let mut groups: Vec<Group> = Vec::new();
    for concept in &all {
        if groups.last().is_none_or(|group| group.name != concept.category) {
            groups.push(Group { name: concept.category.clone(), concepts: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.concepts.push(row(concept));
        }
    }
    Ok(KnowledgePage {
        frame: Frame::of(context, look, Place::Knowledge, "Knowledge").await.via("", "Knowledge"),
        total: all.len(),
        asked,
        groups,
    })
}

fn row(concept: &Concept) -> Row {
    Row {
        name: concept.name.clone(),
        href: href(&concept.name),
        description: pieces(&views::preview(&concept.description.replace('\n', " "), DESCRIPTION)),
        level: concept.difficulty.level(),
        source: if concept.is_curated() { "curated, tested" } else { "learned, not run" },
        needs: concept.prerequisites.join(", "),
    }
}

/// The address of a concept.
pub fn href(name: &str) -> String {
    format!("/knowledge/{}", encoded(name))
}
