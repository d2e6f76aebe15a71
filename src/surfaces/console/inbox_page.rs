//! The inbox: what waits for the owner, what was decided lately, and what happens now.
//!
//! Of the proposals of one page the worst come first, and of those alike the oldest: whoever looks once a day sees first what speaks
//! against. Pages go on by cursor, so that the last one costs what the first one does.

use askama::Template;

use crate::surfaces::console::deeds::Deed;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::{Mark, Tone, grouped, named, percent_bp};
use foundation::store::glance::Glance;
use foundation::store::query::{Cursor, ListQuery, ListRow, LogQuery};
use record::domain::evidence::IntegrityState;
use record::domain::id::ProposalId;
use record::domain::principal::PrincipalKind;
use record::domain::stats::StatusCounts;
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::page::counted;
use work::reporting::{ago, repaired, views};

/// Rows of a page.
const ROWS: u32 = 50;
/// Entries that are shown of the record, and how many are looked at for them.
const DEEDS: usize = 8;
const LOOKED_AT: u32 = 100;
/// Decisions that are shown under what waits.
const LATELY: u32 = 4;
/// Characters of a request.
const REQUEST: usize = 120;

/// The inbox.
#[derive(Template)]
#[template(path = "inbox.html")]
pub struct InboxPage {
    frame: Frame,
    heading: String,
    tabs: Vec<Tab>,
    authors: Vec<Tab>,
    rows: Vec<InboxRow>,
    next: Option<String>,
    lately: Vec<InboxRow>,
    deeds: Vec<Deed>,
    is_empty_home: bool,
}

/// A filter that is a link.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its word.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// How many there are; empty where that is not known.
    pub count: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// A proposal of the list.
#[derive(Clone, Debug)]
pub struct InboxRow {
    id: String,
    short: String,
    request: String,
    author: String,
    mark: Mark,
    note: String,
    tests: String,
    coverage: String,
    age: String,
    at: String,
    created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show {
    Waiting,
    Fresh,
    Decided,
    All,
}

impl Show {
    const ALL: [Self; 4] = [Self::Waiting, Self::Fresh, Self::Decided, Self::All];

    fn of(look: &Look) -> Self {
        let asked = look.asked("show").unwrap_or("waiting");
        Self::ALL.into_iter().find(|show| show.word() == asked).unwrap_or(Self::Waiting)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Fresh => "not-run",
            Self::Decided => "decided",
            Self::All => "all",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Fresh => "Not run yet",
            Self::Decided => "Decided",
            Self::All => "All",
        }
    }

    const fn statuses(self) -> &'static [Option<Status>] {
        match self {
            Self::Waiting => &[Some(Status::Tested)],
            Self::Fresh => &[Some(Status::Pending)],
            Self::Decided => &[Some(Status::Approved), Some(Status::Rejected)],
            Self::All => &[None],
        }
    }

    const fn count(self, counts: &StatusCounts) -> u64 {
        match self {
            Self::Waiting => counts.tested,
            Self::Fresh => counts.pending,
            Self::Decided => counts.approved + counts.rejected,
            Self::All => counts.pending + counts.tested + counts.approved + counts.rejected,
        }
    }
}

/// Reads the inbox.
pub async fn inbox(context: &Context, look: &Look) -> Result<InboxPage, CommandError> {
    let store = context.store()?;
    let show = Show::of(look);
    let author = look.asked("author").unwrap_or("any");
    let counts = store.stats(&foundation::store::query::StatsQuery::default()).await?.by_status;
    let (mut rows, next) = listed(context, show, cursor(look), ROWS).await?;
    rows.retain(|row| match author {
        "agents" => row.author.starts_with("agent "),
        "me" => !row.author.starts_with("agent "),
        _ => true,
    });
    if show == Show::Waiting {
        rows.sort_by(|left, right| {
            (left.mark.tone, left.created_at).cmp(&(right.mark.tone, right.created_at))
        });
    }
    let lately = match show {
        Show::Waiting => {
            let mut lately = listed(context, Show::Decided, None, LATELY).await?.0;
            lately.truncate(usize::try_from(LATELY).unwrap_or(usize::MAX));
            lately
        }
        Show::Fresh | Show::Decided | Show::All => Vec::new(),
    };
    // An engine that starts and stops is no news to an owner; the record has it.
    let newest = LogQuery { proposal: None, limit: LOOKED_AT, before: None };
    let newest = store.log(&newest).await?;
    let deeds = newest.iter().map(Deed::of).filter(|deed| !deed.is_upkeep).take(DEEDS).collect();
    let waiting = counts.tested;
    Ok(InboxPage {
        frame: Frame::of(context, look, Place::Inbox, "Inbox").await.via("", "Inbox"),
        heading: match waiting {
            0 => "Nothing waits for you".to_owned(),
            1 => "One proposal waits for you".to_owned(),
            _ => format!("{} proposals wait for you", spelled(waiting)),
        },
        tabs: tabs(show, author, &counts),
        authors: authors(show, author),
        rows,
        next: next.map(|at| format!("{}&before={}", address(show, author), cursor_text(at))),
        lately,
        deeds,
        is_empty_home: Show::All.count(&counts) == 0,
    })
}

/// One page of proposals, each with how it went.
async fn listed(
    context: &Context,
    show: Show,
    before: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<InboxRow>, Option<Cursor>), CommandError> {
    let store = context.store()?;
    let mut found: Vec<ListRow> = Vec::new();
    let mut next: Option<Cursor> = None;
    for status in show.statuses() {
        let query = ListQuery { status: *status, limit, before, ..ListQuery::default() };
        let page = store.list(&query).await?;
        found.extend(page.rows);
        next = next.into_iter().chain(page.next).max_by_key(|cursor| cursor.row);
    }
    // Of two lists that go on together, what is older than where the newer one ends comes on the next page.
    found.retain(|row| next.is_none_or(|cursor| row.created_at >= cursor.created_at));
    found.sort_by_key(|row| std::cmp::Reverse(row.created_at));
    let ids: Vec<_> = found.iter().map(|row| row.id.clone()).collect();
    let glances = store.glances(&ids).await?;
    let now = context.now().to_string();
    let mut rows = Vec::new();
    for (row, glance) in found.iter().zip(glances) {
        let is_asked = (row.status, row.verdict) == (Status::Tested, Some(VerdictWord::Passed));
        let open = if is_asked { behaviours(context, &row.id).await? } else { 0 };
        rows.push(drawn(row, (&glance, open), &now));
    }
    Ok((rows, next))
}

/// Counts the behaviours between which a repair leaves the choice; 0 where nothing is open.
async fn behaviours(context: &Context, id: &ProposalId) -> Result<u32, CommandError> {
    let store = context.store()?;
    let Some(proposal) = store.proposal(id).await? else { return Ok(0) };
    let repaired = repaired::repaired(store, id, proposal.head).await?;
    let open = repaired.and_then(|repaired| repaired.plausible_behaviours);
    Ok(open.filter(|count| *count > 1).unwrap_or(0))
}

fn drawn(row: &ListRow, (glance, open): (&Glance, u32), now: &str) -> InboxRow {
    let id = row.id.to_string();
    let run = glance.run.as_ref();
    let not_passed = run.map_or(0, |run| run.not_passed);
    let is_passed = row.verdict == Some(VerdictWord::Passed);
    let (mark, note) = match open {
        0 if is_passed && not_passed > 0 && row.status == Status::Tested => unsteady(not_passed),
        0 => standing(row, glance),
        open => unsettled(open),
    };
    let is_agent = |who: &record::domain::principal::Principal| who.kind == PrincipalKind::Agent;
    let named = |who: &record::domain::principal::Principal| {
        if is_agent(who) { named(who) } else { format!("by {}", named(who)) }
    };
    InboxRow {
        short: id.trim_start_matches("proposal_").to_owned(),
        request: views::preview(&row.request.replace('\n', " "), REQUEST),
        author: match (&glance.author, &glance.reviser) {
            (Some(who), Some(last)) => format!("{}, last revision {}", named(who), named(last)),
            (Some(who), None) => named(who),
            (None, _) => String::new(),
        },
        mark,
        note,
        tests: run.map_or("–".to_owned(), |run| format!("{} of {}", run.passed, run.executed)),
        coverage: run.and_then(|run| run.coverage_bp).map_or("–".to_owned(), percent_bp),
        age: ago::told(&row.created_at.to_string(), Some(now)),
        at: row.created_at.to_string(),
        created_at: row.created_at,
        id,
    }
}

fn unsteady(not_passed: u32) -> (Mark, String) {
    let runs = counted(not_passed, "run");
    (Mark::new(Tone::Warn, "Passed, not always"), format!("{runs} did not"))
}

fn unsettled(open: u32) -> (Mark, String) {
    (Mark::new(Tone::Warn, "Passed, not settled"), format!("{open} behaviours"))
}

fn standing(row: &ListRow, glance: &Glance) -> (Mark, String) {
    match row.status {
        Status::Approved | Status::Rejected => (Mark::of_status(row.status), String::new()),
        Status::Pending | Status::Tested => {
            let run = glance.run.as_ref().filter(|_| row.verdict.is_some());
            let findings = run.map_or(0, |run| run.findings);
            let grade = run.and_then(|run| run.integrity).map(IntegrityState::word);
            let note = match findings {
                0 => grade.map_or_else(String::new, str::to_owned),
                1 => "1 finding".to_owned(),
                many => format!("{many} findings"),
            };
            (Mark::of_verdict(row.verdict, findings), note)
        }
    }
}

fn address(show: Show, author: &str) -> String {
    let author = if ["agents", "me"].contains(&author) { author } else { "any" };
    format!("/?show={}&author={author}", show.word())
}

fn tabs(chosen: Show, author: &str, counts: &StatusCounts) -> Vec<Tab> {
    let tab = |show: Show| Tab {
        label: show.label().to_owned(),
        href: address(show, author),
        count: grouped(show.count(counts)),
        is_chosen: show == chosen,
    };
    Show::ALL.into_iter().map(tab).collect()
}

fn authors(show: Show, chosen: &str) -> Vec<Tab> {
    let tab = |(word, label): (&str, &str)| Tab {
        label: label.to_owned(),
        href: address(show, word),
        count: String::new(),
        is_chosen: word == chosen,
    };
    [("any", "Any author"), ("agents", "Agents"), ("me", "Owners")].into_iter().map(tab).collect()
}

fn cursor_text(cursor: Cursor) -> String {
    format!("{}.{}", cursor.created_at.millis(), cursor.row)
}

fn cursor(look: &Look) -> Option<Cursor> {
    let (millis, row) = look.asked("before")?.split_once('.')?;
    Some(Cursor {
        created_at: Timestamp::from_millis(millis.parse().ok()?),
        row: row.parse().ok()?,
    })
}

/// Spells small numbers, as a heading does.
fn spelled(count: u64) -> String {
    let words = ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];
    let at = usize::try_from(count.saturating_sub(2)).unwrap_or(usize::MAX);
    words.get(at).map_or_else(|| grouped(count), |word| (*word).to_owned())
}

impl InboxRow {
    /// Tells whether it wants a look more than others, for the stylesheet.
    fn is_bad(&self) -> bool {
        self.mark.tone <= Tone::Warn
    }
}
