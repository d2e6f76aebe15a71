//! The frame around every page: where things are, and the state of the house.
//!
//! Its numbers come from sums and from the end of the log, so that it costs the same in a large home. A page of a home whose store
//! cannot be read still has its frame, and says what is wrong.

use crate::surfaces::console::assets::ASSETS;
use crate::surfaces::console::look::{Look, Theme, encoded};
use crate::surfaces::console::marks::grouped;
use foundation::store::query::{LogQuery, StatsQuery};
use record::audit::record::Record;
use work::contract::context::Context;
use work::reporting::ago;

/// The page that is shown, as far as the rail names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What waits.
    Inbox,
    /// What runs.
    Runs,
    /// The record.
    Record,
    /// The figures.
    Statistics,
    /// The concepts.
    Knowledge,
    /// The repositories.
    Repositories,
    /// Anything else.
    Elsewhere,
}

/// One entry of the rail.
#[derive(Clone, Debug)]
pub struct Way {
    /// Where it leads.
    pub href: &'static str,
    /// Its word.
    pub label: &'static str,
    /// The key after `g`.
    pub key: char,
    /// How many things are there.
    pub count: Option<String>,
    /// Whether it is the page that is shown.
    pub is_here: bool,
    /// Whether the count asks for something.
    pub is_calling: bool,
}

/// A step of the way that led to a page.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Where it leads; empty for the page itself.
    pub href: String,
    /// Its word.
    pub label: String,
}

/// Everything around a page.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The title of the window.
    pub title: String,
    /// The colours, as the stylesheet names them.
    pub theme: &'static str,
    /// The colours that the button changes to.
    pub next_theme: &'static str,
    /// The address of this page.
    pub address: String,
    /// The same as a part of another address.
    pub address_encoded: String,
    /// The rail.
    pub ways: Vec<Way>,
    /// The way here.
    pub crumbs: Vec<Crumb>,
    /// What was searched for.
    pub search: String,
    /// Entries of the record; `None` where it cannot be read.
    pub entries: Option<u64>,
    /// The same for people.
    pub entries_told: String,
    /// How long ago the newest entry was written.
    pub written: String,
    /// The provider of completions.
    pub provider: String,
    /// The sandbox.
    pub sandbox: String,
    /// What a form has to bring along; empty where no session has one.
    pub form_token: String,
    /// The address of the stylesheet.
    pub style: &'static str,
    /// The address of the script.
    pub script: &'static str,
    /// The address of the icon.
    pub icon: &'static str,
}

#[derive(Default)]
struct State {
    waiting: Option<String>,
    entries: Option<u64>,
    written: String,
}

impl Frame {
    /// Gathers what the frame shows.
    pub async fn of(context: &Context, look: &Look, place: Place, title: &str) -> Self {
        let state = state(context).await.unwrap_or_default();
        let running = context.running.all().len();
        let running = (running > 0).then(|| running.to_string());
        let way = |own: Place, href, label, key, count| Way {
            href,
            label,
            key,
            count,
            is_here: own == place,
            is_calling: own == Place::Inbox,
        };
        let provider = context.providers.first().map(|provider| provider.name().to_owned());
        let sandbox = context.backends.first().map(|backend| backend.name().to_owned());
        Self {
            title: title.to_owned(),
            theme: look.theme.word(),
            next_theme: match look.theme.next() {
                Theme::System => "system",
                Theme::Light => "light",
                Theme::Dark => "dark",
            },
            address: look.address.clone(),
            address_encoded: encoded(&look.address),
            ways: vec![
                way(Place::Inbox, "/", "Inbox", 'i', state.waiting),
                way(Place::Runs, "/runs", "Runs", 'r', running),
                way(Place::Record, "/record", "Record", 'a', None),
                way(Place::Statistics, "/statistics", "Statistics", 's', None),
                way(Place::Knowledge, "/knowledge", "Knowledge", 'k', None),
                way(Place::Repositories, "/repositories", "Repositories", 'h', None),
            ],
            crumbs: Vec::new(),
            search: String::new(),
            entries: state.entries,
            entries_told: state.entries.map(grouped).unwrap_or_default(),
            written: state.written,
            provider: provider.unwrap_or_else(|| "no".to_owned()),
            sandbox: sandbox.unwrap_or_else(|| "no".to_owned()),
            form_token: look.form_token.clone(),
            style: &ASSETS.style.path,
            script: &ASSETS.script.path,
            icon: &ASSETS.icon.path,
        }
    }

    /// Adds a step to the way here; the last one is the page itself.
    #[must_use]
    pub fn via(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { href: href.into(), label: label.into() });
        self
    }
}

async fn state(context: &Context) -> Option<State> {
    let store = context.store().ok()?;
    let stats = store.stats(&StatsQuery::default()).await.ok()?;
    let entries = store.log_state().await.ok()?.size;
    let newest = LogQuery { proposal: None, limit: 1, before: None };
    let newest = store.log(&newest).await.ok()?.pop();
    let newest = newest.and_then(|row| Record::parse(&row.bytes).ok());
    let now = context.now().to_string();
    let written = newest.map(|record| ago::told(&record.ts.to_string(), Some(&now)));
    let waiting = stats.by_status.tested;
    Some(State {
        waiting: (waiting > 0).then(|| grouped(waiting)),
        entries: Some(entries),
        written: written.unwrap_or_default(),
    })
}
