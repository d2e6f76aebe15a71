//! The record: every entry, newest first, and the head that is signed over them.
//!
//! A filter walks the log until a page is full or enough was looked at; either way the next page goes on from there. Whether the record
//! holds is checked in the browser, and better still by the stand-alone page.

use askama::Template;

use crate::surfaces::console::assets::ASSETS;
use crate::surfaces::console::deeds::Deed;
use crate::surfaces::console::frame::{Frame, Place};
use crate::surfaces::console::inbox_page::Tab;
use crate::surfaces::console::look::Look;
use crate::surfaces::console::marks::{grouped, short};
use foundation::store::query::{LogQuery, LogRow};
use record::audit::checkpoint::Checkpoint;
use record::audit::record::Record;
use record::domain::act::ActKind;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::lookup;

/// Entries of a page.
const ROWS: usize = 50;
/// Entries that are read at once.
const STEP: u32 = 200;
/// Steps after which a filtered page ends, full or not.
const MOST_STEPS: usize = 10;

/// The record.
#[derive(Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    frame: Frame,
    entries: String,
    size: u64,
    root: String,
    key: String,
    began: String,
    tabs: Vec<Tab>,
    deeds: Vec<Deed>,
    next: Option<String>,
    check: &'static str,
    verify: &'static str,
    proposal: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show {
    All,
    Decisions,
    Executions,
    Keys,
}

impl Show {
    const ALL: [Self; 4] = [Self::All, Self::Decisions, Self::Executions, Self::Keys];

    const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Decisions => "decisions",
            Self::Executions => "executions",
            Self::Keys => "keys",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Decisions => "Decisions",
            Self::Executions => "Executions",
            Self::Keys => "Keys and policy",
        }
    }

    fn takes(self, row: &LogRow) -> bool {
        if self == Self::All {
            return true;
        }
        let Ok(record) = Record::parse(&row.bytes) else { return true };
        let word = record.kind.word();
        match self {
            Self::All => true,
            Self::Decisions => record.kind.is_decision(),
            Self::Executions => word.starts_with("execution."),
            Self::Keys => word.starts_with("owner.") || record.kind == ActKind::PolicyChanged,
        }
    }
}

/// Reads a page of the record.
pub async fn record(context: &Context, look: &Look) -> Result<RecordPage, CommandError> {
    let store = context.store()?;
    let asked = look.asked("show").unwrap_or_default();
    let show = Show::ALL.into_iter().find(|show| show.word() == asked).unwrap_or(Show::All);
    let proposal = look.asked("proposal").and_then(|text| text.parse().ok());
    let state = store.log_state().await?;
    let head = Checkpoint::parse_unverified(&state.checkpoint).ok();
    let key = lookup::log_key(store).await.map(|key| key.label()).unwrap_or_default();
    let began = store.log_from(0, 1).await?.first().map(|row| Deed::of(row).day);
    let query = LogQuery { proposal, limit: STEP, before: look.number("before") };
    let (rows, next) = taken(context, show, query.clone()).await?;
    let about = query.proposal.map(|id| id.to_string()).unwrap_or_default();
    let rest = if about.is_empty() { String::new() } else { format!("&proposal={about}") };
    let tab = |one: Show| Tab {
        label: one.label().to_owned(),
        href: format!("/record?show={}{rest}", one.word()),
        count: String::new(),
        is_chosen: one == show,
    };
    Ok(RecordPage {
        frame: Frame::of(context, look, Place::Record, "Record").await.via("", "Record"),
        entries: grouped(state.size),
        size: state.size,
        root: head.as_ref().map(|head| short(&head.root)).unwrap_or_default(),
        key,
        began: began.unwrap_or_default(),
        tabs: Show::ALL.into_iter().map(tab).collect(),
        deeds: rows.iter().map(Deed::of).collect(),
        next: next.map(|seq| format!("/record?show={}{rest}&before={seq}", show.word())),
        check: &ASSETS.check.path,
        verify: &ASSETS.verify.path,
        proposal: about,
    })
}

/// Reads on until a page is full or enough was looked at; the place where the next page goes on.
async fn taken(
    context: &Context,
    show: Show,
    mut query: LogQuery,
) -> Result<(Vec<LogRow>, Option<u64>), CommandError> {
    let mut kept: Vec<LogRow> = Vec::new();
    for _ in 0..MOST_STEPS {
        let rows = context.store()?.log(&query).await?;
        let Some(last) = rows.last().map(|row| row.seq) else { return Ok((kept, None)) };
        let is_end = last == 0 || rows.len() < usize::try_from(STEP).unwrap_or(usize::MAX);
        for row in rows {
            if !show.takes(&row) {
                continue;
            }
            if kept.len() == ROWS {
                let next = kept.last().map(|row| row.seq);
                return Ok((kept, next));
            }
            kept.push(row);
        }
        if is_end {
            return Ok((kept, None));
        }
        query.before = Some(last);
    }
    let next = query.before;
    Ok((kept, next))
}
