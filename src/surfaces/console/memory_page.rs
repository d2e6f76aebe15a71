//! What is remembered of a file.
//!
//! It tells why a file or line is as it is, and what a change of it reaches. The page asks the same commands as a terminal does, so that
//! both say the same. Where one of the two answers is missing, the other is shown with the reason; without a path the page lists the
//! files that can be asked about.

use askama::Template;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::commands::remembering::views::{HopView, LikelyView, OwnerView, PlaceView, StateView};
use crate::commands::{impact_code, why_code};
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::{Look, encoded};
use crate::surfaces::console::marks::counted;
use crate::surfaces::console::repositories_page::href;
use crate::surfaces::console::repository_page::known;
use crate::surfaces::console::trouble_page::status;
use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::calling::call;
use crate::surfaces::http::served::Served;
use crate::surfaces::render::ink::Typing;
use crate::surfaces::render::typed::hint;
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::memory::loaded::ask;

/// Files that are listed.
const MAX_FILES: usize = 300;
/// Rows of one answer.
const MAX_ROWS: usize = 60;
/// Longest path that is asked about, in characters.
const MAX_PATH: usize = 1_000;
/// Digits of a commit.
const SHORT: usize = 12;

/// The page.
#[derive(Template)]
#[template(path = "memory.html")]
pub struct MemoryPage {
    frame: Frame,
    name: String,
    own: String,
    path: String,
    line: String,
    files: Vec<Link>,
    files_hidden: usize,
    why: Option<Why>,
    reach: Option<Reach>,
    why_not: String,
    reach_not: String,
    state: Vec<String>,
    /// The status that it is answered with.
    pub status: StatusCode,
}

/// A file that can be asked about.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its path.
    pub label: String,
    /// Where the page about it is.
    pub href: String,
}

/// Why a file or line is as it is.
#[derive(Clone, Debug)]
pub struct Why {
    /// Steps back from it.
    pub hops: Vec<Hop>,
    /// What was tried, and taken back or rejected.
    pub tries: Vec<Hop>,
}

/// A step.
#[derive(Clone, Debug)]
pub struct Hop {
    kind: String,
    name: String,
    href: String,
    by: String,
    says: String,
    proof: String,
}

/// What a change reaches.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Files that will likely change, those that usually go along, and tests, each under its heading.
    pub lists: Vec<(&'static str, Vec<Likely>)>,
    /// Places that use its names.
    pub breaks: Vec<(Link, String)>,
    /// Who knows it.
    pub owners: Vec<String>,
}

/// A file that a change reaches.
#[derive(Clone, Debug)]
pub struct Likely {
    file: Link,
    chance: String,
    reasons: String,
}

/// Reads what is remembered of what the address names.
pub async fn memory(
    context: &Context,
    look: &Look,
    (served, caller, typed): (&Served, &Admitted, &str),
) -> Result<MemoryPage, CommandError> {
    let (name, _) = known(context, typed).await?;
    let path: String = look.asked("path").unwrap_or_default().chars().take(MAX_PATH).collect();
    let line = look.number::<u32>("line").filter(|line| *line > 0);
    let own = format!("{}/memory", href(&name));
    let frame = Frame::of(context, look, Place::Repositories, "Memory").await;
    let mut page = MemoryPage {
        frame: frame
            .via("/repositories", "Repositories")
            .via(href(&name), name.as_str())
            .via("", "Memory"),
        name: name.to_string(),
        line: line.map(|line| line.to_string()).unwrap_or_default(),
        files: Vec::new(),
        files_hidden: 0,
        why: None,
        reach: None,
        why_not: String::new(),
        reach_not: String::new(),
        state: Vec::new(),
        status: StatusCode::OK,
        own,
        path,
    };
    if page.path.is_empty() {
        page.list(context)?;
    } else {
        page.fill((served, caller)).await?;
    }
    Ok(page)
}

impl MemoryPage {
    /// Lists the files that the memory knows.
    fn list(&mut self, context: &Context) -> Result<(), CommandError> {
        let (loaded, ()) = ask(context.store()?, &self.name, |_, _| Ok(()))?;
        let paths = loaded.files.values().map(|file| file.path.clone());
        let mut paths: Vec<String> =
            paths.filter_map(|path| String::from_utf8(path).ok()).collect();
        paths.sort();
        self.files_hidden = paths.len().saturating_sub(MAX_FILES);
        self.files = paths.iter().take(MAX_FILES).map(|path| self.link(path, None)).collect();
        Ok(())
    }

    /// Asks both commands; an error where neither has an answer.
    async fn fill(&mut self, (served, caller): (&Served, &Admitted)) -> Result<(), CommandError> {
        let place = if self.line.is_empty() {
            self.path.clone()
        } else {
            format!("{}:{}", self.path, self.line)
        };
        let why = json!({ "place": place, "repo": self.name });
        let why = call(served, caller, ("why-code", why)).await;
        let reach = json!({ "subject": self.path, "repo": self.name });
        let reach = call(served, caller, ("impact-code", reach)).await;
        let (why, reach) = match (why, reach) {
            // What is typed wrong is typed again: the page has the form for it.
            (Err(error), Err(_)) if error.kind != ErrorKind::NotFound => return Err(error),
            (why, reach) => {
                self.status = status_of(why.as_ref().err(), reach.as_ref().err());
                (why, reach)
            }
        };
        match why {
            Ok(answer) => self.take_why(read(answer.data)?),
            Err(error) => self.why_not = told(&error),
        }
        match reach {
            Ok(answer) => self.take_reach(read(answer.data)?),
            Err(error) => self.reach_not = told(&error),
        }
        Ok(())
    }

    fn take_why(&mut self, answer: why_code::Answer) {
        self.state = state(&answer.state);
        let hops = answer.hops.into_iter().take(MAX_ROWS).map(hop).collect();
        let tries = answer.tries.into_iter().take(MAX_ROWS).map(hop).collect();
        self.why = Some(Why { hops, tries });
    }

    fn take_reach(&mut self, answer: impact_code::Answer) {
        self.state = state(&answer.state);
        let likely = |all: Vec<LikelyView>| -> Vec<Likely> {
            all.into_iter().take(MAX_ROWS).map(|one| self.likely(&one)).collect()
        };
        let lists = [
            ("Likely to change too", likely(answer.likely)),
            ("Goes along with it", likely(answer.companions)),
            ("Tests to run", likely(answer.tests)),
        ];
        let lists = lists.into_iter().filter(|(_, files)| !files.is_empty()).collect();
        let breaks = answer.breaks.into_iter().take(MAX_ROWS).map(|place| self.place(&place));
        let breaks = breaks.collect();
        let owners = answer.owners.iter().take(MAX_ROWS).map(owner).collect();
        self.reach = Some(Reach { lists, breaks, owners });
    }

    fn link(&self, path: &str, line: Option<u32>) -> Link {
        let at = line.map(|line| format!("&line={line}")).unwrap_or_default();
        let href = format!("{}?path={}{at}", self.own, encoded(path));
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        Link { label: format!("{path}{line}"), href }
    }

    fn likely(&self, one: &LikelyView) -> Likely {
        let chance = one.chance.map(|chance| format!("{:.0} %", chance * 100.0));
        Likely {
            file: self.link(&one.path, None),
            chance: chance.unwrap_or_else(|| "–".to_owned()),
            reasons: one.reasons.join("; "),
        }
    }

    fn place(&self, place: &PlaceView) -> (Link, String) {
        let sure = if place.certain { "" } else { ", which may mean another" };
        let words = format!("{} {}{sure}", place.does, place.name);
        (self.link(&place.path, Some(place.line)), words)
    }
}

/// What a page without any answer is answered with.
fn status_of(why: Option<&CommandError>, reach: Option<&CommandError>) -> StatusCode {
    why.filter(|_| reach.is_some()).map_or(StatusCode::OK, status)
}

/// Says what went wrong, and what to do.
fn told(error: &CommandError) -> String {
    let hints = error.hints.iter().map(|told| hint(told, Typing::Shell).replace('`', ""));
    std::iter::once(error.message.clone()).chain(hints).collect::<Vec<_>>().join(". ")
}

fn read<T: serde::de::DeserializeOwned>(data: Value) -> Result<T, CommandError> {
    serde_json::from_value(data)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}

fn state(state: &StateView) -> Vec<String> {
    let commit: String = state.commit.chars().take(SHORT).collect();
    let commits = commits(state.commits);
    let mut lines = vec![format!("{} at {commit}, {commits}", state.repository)];
    lines.extend(state.missing.iter().map(|words| format!("Incomplete: {words}")));
    if state.moved == Some(true) {
        let words = "HEAD is elsewhere by now; saraphina build-graph takes the new commits in.";
        lines.push(words.to_owned());
    }
    lines
}

fn hop(hop: HopView) -> Hop {
    let is_proposal = hop.name.starts_with("proposal_");
    let day = hop.at.as_deref().and_then(|at| at.split('T').next()).map(str::to_owned);
    Hop {
        href: if is_proposal {
            format!("/proposals/{}", encoded(&hop.name))
        } else {
            String::new()
        },
        name: if hop.name.len() >= 40 && !is_proposal {
            hop.name.chars().take(SHORT).collect()
        } else {
            hop.name
        },
        by: hop.by.into_iter().chain(day).collect::<Vec<_>>().join(", "),
        kind: hop.kind,
        says: hop.says,
        proof: hop.proof,
    }
}

fn owner(owner: &OwnerView) -> String {
    let commits = commits(owner.commits);
    format!("{}, {:.0} % of its changes, {commits}", owner.name, owner.part * 100.0)
}

fn commits(count: u32) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), "commit")
}
