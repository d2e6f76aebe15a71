//! The repositories that changes may be proposed for.
//!
//! What is listed was confirmed by an owner and is read from the record; whether one is remembered is read from its memory.

use askama::Template;

use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::{Look, encoded};
use crate::surfaces::console::marks::{Mark, Tone, counted};
use record::domain::changeset::{GitId, RepositoryName};
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::repositories::{self, Known};
use work::memory::facts::Facts;
use work::memory::site::recall;
use work::reporting::ago;

/// The list.
#[derive(Template)]
#[template(path = "repositories.html")]
pub struct RepositoriesPage {
    frame: Frame,
    rows: Vec<Row>,
}

/// A repository of the list.
#[derive(Clone, Debug)]
pub struct Row {
    name: String,
    href: String,
    path: String,
    tests: String,
    memory: Mark,
    added: String,
}

/// A memory that was built.
#[derive(Clone, Debug)]
pub struct Memory {
    /// The commit that it stands for.
    pub head: GitId,
    /// What is known of it as a whole.
    pub facts: Facts,
}

/// Reads the list.
pub async fn repositories(
    context: &Context,
    look: &Look,
) -> Result<RepositoriesPage, CommandError> {
    let now = context.now().to_string();
    let mut rows = Vec::new();
    for (name, known) in repositories::all(context).await? {
        rows.push(row(&name, &known, remembered(context, &name)?.as_ref(), &now));
    }
    let frame = Frame::of(context, look, Place::Repositories, "Repositories").await;
    Ok(RepositoriesPage { frame: frame.via("", "Repositories"), rows })
}

fn row(name: &RepositoryName, known: &Known, memory: Option<&Memory>, now: &str) -> Row {
    Row {
        name: name.to_string(),
        href: href(name),
        path: known.repository.path.clone(),
        tests: known.repository.tests.join(" "),
        memory: mark(memory),
        added: ago::told(&known.at.to_string(), Some(now)),
    }
}

/// Says whether there is a memory, and how far it goes.
pub fn mark(memory: Option<&Memory>) -> Mark {
    match memory {
        None => Mark::new(Tone::None, "not built"),
        Some(memory) => {
            let tone = if memory.facts.is_complete() { Tone::Pass } else { Tone::Warn };
            let commits = usize::try_from(memory.facts.commits).unwrap_or(usize::MAX);
            Mark::new(tone, counted(commits, "commit"))
        }
    }
}

/// Reads what is remembered of a repository; `None` before a build ended.
pub fn remembered(
    context: &Context,
    name: &RepositoryName,
) -> Result<Option<Memory>, CommandError> {
    let found = recall(context.store()?, |recall| recall.remembered(name.as_str()))?;
    Ok(found.and_then(|memory| {
        let facts = Facts::read(&memory.facts);
        memory.head.map(|head| Memory { head, facts })
    }))
}

/// The address of a repository.
pub fn href(name: &RepositoryName) -> String {
    format!("/repositories/{}", encoded(name.as_str()))
}
