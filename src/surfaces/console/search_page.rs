//! Search over requests, explanations and code.
//!
//! Requests are found by the store's index, however many there are. Code is looked through text by text, so that only the newest
//! proposals are, and the page says how many. An id, or the first digits of one, leads straight to its page.

use askama::Template;

use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::Mark;
use foundation::store::glance::CodeMatch;
use foundation::store::query::{ListQuery, ListRow, Resolved};
use record::domain::id::{IdPattern, ProposalKind};
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::reporting::{ago, views};

/// Proposals that are shown.
const ROWS: u32 = 30;
/// Files that are shown.
const FILES: u32 = 30;
/// Proposals whose code is looked through.
const AMONG: u32 = 1_000;
/// Longest text that is searched for.
const MAX_CHARS: usize = 200;
/// Characters of a request.
const REQUEST: usize = 120;

/// What was found.
#[derive(Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    frame: Frame,
    asked: String,
    among: u32,
    rows: Vec<Row>,
    is_more: bool,
    files: Vec<CodeMatch>,
}

/// A proposal that was found.
#[derive(Clone, Debug)]
pub struct Row {
    id: String,
    request: String,
    mark: Mark,
    age: String,
}

/// What a search comes to.
pub enum Found {
    /// A page.
    Page(Box<SearchPage>),
    /// One proposal that was named.
    Proposal(String),
}

/// Searches for what the address asks.
pub async fn search(context: &Context, look: &Look) -> Result<Found, CommandError> {
    let asked: String = look.asked("q").unwrap_or_default().chars().take(MAX_CHARS).collect();
    let store = context.store()?;
    let digits = asked.trim_start_matches("proposal_");
    let is_id = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(pattern) = IdPattern::parse::<ProposalKind>(&asked).filter(|_| is_id)
        && let Resolved::One(id) = store.resolve(&pattern).await?
    {
        return Ok(Found::Proposal(id.to_string()));
    }
    let mut frame = Frame::of(context, look, Place::Elsewhere, "Search").await.via("", "Search");
    frame.search.clone_from(&asked);
    let (mut rows, mut files, mut is_more) = (Vec::new(), Vec::new(), false);
    if !asked.is_empty() {
        let query = ListQuery { search: Some(asked.clone()), limit: ROWS, ..ListQuery::default() };
        let page = store.list(&query).await?;
        let now = context.now().to_string();
        rows = page.rows.iter().map(|row| drawn(row, &now)).collect();
        is_more = page.next.is_some();
        files = store.code_matches(&asked, AMONG, FILES).await?;
    }
    Ok(Found::Page(Box::new(SearchPage { frame, asked, among: AMONG, rows, is_more, files })))
}

fn drawn(row: &ListRow, now: &str) -> Row {
    Row {
        id: row.id.to_string(),
        request: views::preview(&row.request.replace('\n', " "), REQUEST),
        mark: Mark::of_status(row.status),
        age: ago::told(&row.created_at.to_string(), Some(now)),
    }
}
