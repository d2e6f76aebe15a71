//! Takes every channel through the record, each at its own pace.
//!
//! A channel tells of one entry after the other and remembers in the home which comes next, after it has told: what dies in between is
//! told again, under the same name. An entry that cannot be told after a few tries is put aside, so that the next ones are not held up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::notices::channel::Channel;
use crate::notices::notice::Notice;
use crate::notices::occasion::Occasion;
use crate::notices::waiting;
use crate::store::error::StoreError;
use crate::store::notices::{ChannelState, Undelivered};
use crate::store::query::LogRow;
use crate::store::store::Store;
use record::audit::record::Record;
use record::domain::text::Untrusted;
use record::domain::time::Timestamp;

/// Entries that are read at once.
const BATCH: u32 = 128;
/// Most characters of a problem that are kept.
const MAX_PROBLEM: usize = 300;
/// Pause after the store could not be read or written.
const PAUSE: Duration = Duration::from_secs(5);

/// Waits between the tries of one entry; after the last of them it is given up.
pub const PACE: &[Duration] = &[
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(10),
    Duration::from_mins(45),
];

/// The record as an outbox.
#[derive(Clone)]
pub struct Outbox {
    /// What it reads, and where it remembers.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The beginning of the addresses of pages, where pages are served.
    pub pages: Option<String>,
    /// Waits between the tries of one entry.
    pub pace: &'static [Duration],
}

impl Outbox {
    /// Tells all channels of what the record holds, and of what comes, until `end`.
    pub async fn empty_into(self, channels: Vec<Arc<dyn Channel>>, end: CancellationToken) {
        let names: Vec<String> = channels.iter().map(|channel| channel.name().to_owned()).collect();
        if let Err(failure) = self.store.keep_channels(&names).await {
            tracing::warn!(failure = %failure, "channels that are gone could not be forgotten");
        }
        let mut couriers = JoinSet::new();
        for channel in channels {
            let commits = self.store.commits();
            couriers.spawn(Courier { outbox: self.clone(), channel, commits }.go(end.clone()));
        }
        while couriers.join_next().await.is_some() {}
    }
}

/// One channel on its way.
struct Courier {
    outbox: Outbox,
    channel: Arc<dyn Channel>,
    commits: watch::Receiver<u64>,
}

impl Courier {
    async fn go(mut self, end: CancellationToken) {
        tokio::select! {
            () = end.cancelled() => {}
            () = self.walk_on() => {}
        }
    }

    /// Goes on until the store is closed, with a pause where it cannot be read.
    async fn walk_on(&mut self) {
        let mut known = None;
        while let Err(failure) = self.walk(&mut known).await {
            let channel = self.channel.name();
            tracing::warn!(failure = %failure, channel, "the outbox cannot be read");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Goes on from where the channel was; returns where the store is closed.
    async fn walk(&mut self, known: &mut Option<ChannelState>) -> Result<(), StoreError> {
        let state = match known {
            Some(state) => state,
            none => none.insert(self.begin().await?),
        };
        loop {
            // Marked as heard before the reading, so that a commit in between is heard again.
            self.commits.borrow_and_update();
            let rows = self.outbox.store.log_from(state.next, BATCH).await?;
            for row in &rows {
                self.pass(row, state).await;
            }
            if rows.is_empty() && self.commits.changed().await.is_err() {
                return Ok(());
            }
        }
    }

    /// Finds where the channel was; a new one begins with what comes from now on.
    async fn begin(&self) -> Result<ChannelState, StoreError> {
        let store = &self.outbox.store;
        let known = store.channels().await?;
        if let Some(state) = known.into_iter().find(|state| state.name == self.channel.name()) {
            return Ok(state);
        }
        let state = ChannelState {
            name: self.channel.name().to_owned(),
            next: store.log_state().await?.size,
            tries: 0,
            problem: None,
            delivered: 0,
            delivered_at: None,
        };
        store.note_channel(&state, None).await?;
        Ok(state)
    }

    async fn pass(&self, row: &LogRow, state: &mut ChannelState) {
        let notice = self.notice(row).await;
        let next = row.seq.saturating_add(1);
        let Some(notice) = notice else {
            // Not written: entries that nobody is told of cost nothing to read again.
            state.next = next;
            return;
        };
        loop {
            let now = (self.outbox.clock)();
            let told = self.channel.tell(&notice, now).await;
            let Err(problem) = told else {
                let delivered = state.delivered.saturating_add(1);
                *state = ChannelState { next, delivered, delivered_at: Some(now), ..begun(state) };
                self.note(state, None).await;
                return;
            };
            let problem = Untrusted(&problem).line(MAX_PROBLEM);
            let tried = usize::try_from(state.tries).unwrap_or(usize::MAX);
            let Some(wait) = self.outbox.pace.get(tried) else {
                let (channel, at) = (state.name.clone(), now);
                *state = ChannelState { next, ..begun(state) };
                let failure = Undelivered { channel, seq: row.seq, at, problem };
                self.note(state, Some(&failure)).await;
                return;
            };
            state.tries = state.tries.saturating_add(1);
            state.problem = Some(problem);
            self.note(state, None).await;
            tokio::time::sleep(*wait).await;
        }
    }

    /// Remembers how far the channel is. Where the disk is full it goes on all the same: this process knows, and what a later
    /// one does not know is told again.
    async fn note(&self, state: &ChannelState, given_up: Option<&Undelivered>) {
        if let Err(failure) = self.outbox.store.note_channel(state, given_up).await {
            let channel = self.channel.name();
            tracing::warn!(failure = %failure, channel, "a place in the record is not remembered");
        }
        if let Some(failure) = given_up {
            let channel = self.channel.name();
            tracing::warn!(channel, entry = failure.seq, "an event could not be delivered");
        }
    }

    /// Says what is to be told of an entry; nothing of what is no occasion, or was decided meanwhile.
    async fn notice(&self, row: &LogRow) -> Option<Notice> {
        let record = Record::parse(&row.bytes).ok()?;
        let mut notice = Notice::of(&record, &row.bytes)?;
        if let Some(base) = &self.outbox.pages {
            notice.shown_at(base);
        }
        let (Some(proposal), Some(revision)) = (&record.subject.proposal, record.subject.revision)
        else {
            return Some(notice);
        };
        let waits = waiting::owners(self.outbox.store.as_ref(), proposal, revision).await;
        match (notice.occasion, waits) {
            (Occasion::DecisionNeeded, Ok(None)) => return None,
            (Occasion::DecisionNeeded | Occasion::Approved, Ok(Some(owners))) => {
                notice.waits_for(&owners);
            }
            // An account that somebody altered must not silence what the entry says.
            (_, Err(failure)) => {
                tracing::warn!(failure = %failure, "it is not known for whom a proposal waits");
            }
            (_, Ok(_)) => {}
        }
        Some(notice)
    }
}

/// The state with nothing tried yet.
fn begun(state: &ChannelState) -> ChannelState {
    ChannelState { tries: 0, problem: None, ..state.clone() }
}
