//! One repository and its changes.
//!
//! It tells how the repository is tested and what is remembered of it; the lines are those of `/repository show`. Changes come page by
//! page, newest first, each with the last thing that was written into the repository because of it.

use askama::Template;

use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::{Mark, Tone, counted};
use crate::surfaces::console::repositories_page::{Memory, href, mark, remembered};
use crate::surfaces::console::review_evidence::Pair;
use foundation::repository::target::Target;
use foundation::store::glance::{Glance, RepositoryChange, Written};
use record::domain::application::Ending;
use record::domain::changeset::RepositoryName;
use record::domain::status::Status;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::repositories::{self, Known};
use work::reporting::{ago, views};

/// Changes of a page.
const ROWS: u32 = 50;
/// Characters of a request.
const REQUEST: usize = 120;
/// Digits of a commit.
const SHORT: usize = 12;

/// The page.
#[derive(Template)]
#[template(path = "repository.html")]
pub struct RepositoryPage {
    frame: Frame,
    name: String,
    path: String,
    added: String,
    seq: u64,
    tested: Vec<Pair>,
    memory: Mark,
    remembered: Vec<Pair>,
    missing: Vec<String>,
    is_built: bool,
    ask: String,
    changes: Vec<Change>,
    next: Option<String>,
}

/// A change of the list.
#[derive(Clone, Debug)]
pub struct Change {
    id: String,
    request: String,
    mark: Mark,
    verdict: Mark,
    written: Option<(Mark, u64)>,
    age: String,
}

/// Finds the repository that an address names.
pub async fn known(
    context: &Context,
    typed: &str,
) -> Result<(RepositoryName, Known), CommandError> {
    let name: RepositoryName = typed.parse().map_err(|_| {
        CommandError::new(ErrorKind::NotFound, format!("no repository is called {typed}"))
            .hint("See all of them under Repositories.")
    })?;
    let known = repositories::named(context, &name).await?;
    Ok((name, known))
}

/// Reads a repository by its name.
pub async fn repository(
    context: &Context,
    look: &Look,
    typed: &str,
) -> Result<RepositoryPage, CommandError> {
    let (name, known) = known(context, typed).await?;
    let memory = remembered(context, &name)?;
    let store = context.store()?;
    let mut changes = store.changes_of(&name, look.number("before"), ROWS + 1).await?;
    let kept = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let is_more = changes.len() > kept;
    changes.truncate(kept);
    let last = changes.last().map(|change| change.row).filter(|_| is_more);
    let ids: Vec<_> = changes.iter().map(|change| change.id.clone()).collect();
    let glances = store.glances(&ids).await?;
    let own = href(&name);
    let now = context.now().to_string();
    let frame = Frame::of(context, look, Place::Repositories, name.as_str()).await;
    Ok(RepositoryPage {
        frame: frame.via("/repositories", "Repositories").via("", name.as_str()),
        path: known.repository.path.clone(),
        added: ago::told(&known.at.to_string(), Some(&now)),
        seq: known.seq,
        tested: tested(&known),
        memory: mark(memory.as_ref()),
        missing: memory.as_ref().map(|memory| memory.facts.missing()).unwrap_or_default(),
        is_built: memory.is_some(),
        remembered: memory.map(|memory| facts(&memory, &known)).unwrap_or_default(),
        ask: format!("{own}/memory"),
        changes: changes
            .iter()
            .zip(&glances)
            .map(|(one, glance)| change(one, glance, &now))
            .collect(),
        next: last.map(|row| format!("{own}?before={row}")),
        name: name.to_string(),
    })
}

fn pair(name: &str, value: impl Into<String>) -> Pair {
    Pair { name: name.to_owned(), value: value.into() }
}

fn tested(known: &Known) -> Vec<Pair> {
    let one = &known.repository;
    let words = |all: &[String]| if all.is_empty() { "none".to_owned() } else { all.join(" ") };
    vec![
        pair("Python", one.python.as_deref().unwrap_or("not said")),
        pair("Imports start from", words(&one.roots)),
        pair("pytest gets", words(&one.tests)),
        pair("Packages", words(&one.packages)),
        pair("Time", format!("{} seconds", one.seconds)),
        pair("Memory", format!("{} MiB", one.memory_mib)),
        pair("Digest", one.digest().hex()),
    ]
}

fn facts(memory: &Memory, known: &Known) -> Vec<Pair> {
    let commit: String = memory.head.as_str().chars().take(SHORT).collect();
    let tip = Target::find(known.repository.path.as_ref()).ok().and_then(|target| target.tip());
    let stands = match tip {
        Some(tip) if tip == memory.head => format!("{commit}, where HEAD is"),
        Some(_) => format!("{commit}; HEAD is elsewhere by now"),
        None => commit,
    };
    let facts = &memory.facts;
    let count = |number: u32, one: &str| counted(usize::try_from(number).unwrap_or(0), one);
    vec![
        pair("Stands for", stands),
        pair("Built", to_the_second(&facts.built_at)),
        pair(
            "Knows",
            format!("{}, {}", count(facts.commits, "commit"), count(facts.files, "file")),
        ),
        pair("Looked into", count(facts.sources, "source")),
    ]
}

/// Writes a moment as lists have it.
fn to_the_second(moment: &str) -> String {
    format!("{} UTC", moment.split('.').next().unwrap_or_default().replace('T', " "))
}

fn change(one: &RepositoryChange, glance: &Glance, now: &str) -> Change {
    let findings = glance.run.as_ref().map_or(0, |run| run.findings);
    Change {
        id: one.id.to_string(),
        request: views::preview(&one.request.replace('\n', " "), REQUEST),
        mark: match one.status {
            // The verdict beside it says how it went.
            Status::Tested => Mark::new(Tone::Wait, "waiting"),
            Status::Pending | Status::Approved | Status::Rejected => Mark::of_status(one.status),
        },
        verdict: Mark::of_verdict(one.verdict, findings),
        written: one.written.map(|written| (written_mark(written), written.seq)),
        age: ago::told(&one.created_at.to_string(), Some(now)),
    }
}

fn written_mark(written: Written) -> Mark {
    match (written.is_rollback, written.end) {
        (_, None) => Mark::new(Tone::Wait, "being written"),
        (false, Some(Ending::Whole)) => Mark::new(Tone::Pass, "applied"),
        (true, Some(Ending::Whole)) => Mark::new(Tone::Warn, "rolled back"),
        (false, Some(Ending::Undone)) => Mark::new(Tone::Warn, "not applied"),
        (true, Some(Ending::Undone)) => Mark::new(Tone::Warn, "applied, not rolled back"),
    }
}
