//! The record as it grows, as a stream of events.
//!
//! Every entry comes once and in order, under its number, so that a client that lost the connection says which it saw last and goes on
//! from there. The stream listens before it reads what there is, and reads entries from the store and never from what it heard: nothing
//! is lost by being slow. Progress comes in between without a number; it is display only.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream::{Stream, unfold};
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};

use crate::surfaces::http::parameter::{self, Form, MAX_SEQ, Parameter, Place};
use crate::surfaces::http::respond::{full, respond};
use crate::surfaces::http::served::Served;
use crate::surfaces::http::visitor::Visitor;
use crate::surfaces::writer::followed::Progress;
use foundation::store::query::LogRow;
use record::audit::merkle::leaf_hash;
use work::contract::error::{CommandError, Exit};

/// Entries that are read at once.
const BATCH: u32 = 128;
/// Entries that a client may be behind; with more it has to load everything anew.
const MAX_GAP: u64 = 10_000;
/// Time after which a client that was cut off comes back.
const RETRY: Duration = Duration::from_secs(2);
/// Time between two signs of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// The header by which a client says what it saw last.
const LAST_SEEN: &str = "last-event-id";

/// Where to begin.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "since",
        place: Place::Query,
        form: Form::Number(0, MAX_SEQ),
        doc: "The last entry seen; without it, and without Last-Event-ID, only new entries come.",
    },
    Parameter {
        name: "Last-Event-ID",
        place: Place::Header,
        form: Form::Number(0, MAX_SEQ),
        doc: "The last entry seen, as browsers send it by themselves; it counts before `since`.",
    },
];

/// Answers `GET /v1/timeline`.
pub async fn follow(
    State(served): State<Served>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let place = match &served.front {
        Some(front) if !matches!(visitor, Visitor::Process { .. }) => {
            match front.stream(&visitor) {
                Some(place) => Some(place),
                None => return full("too many streams of events are open"),
            }
        }
        Some(_) | None => None,
    };
    let seen = match seen(&headers, &uri) {
        Ok(seen) => seen,
        Err(error) => return respond("timeline", Err(error), Exit::Done),
    };
    match Follower::begin(served, visitor, (seen, place)).await {
        Ok(follower) => {
            let alive = KeepAlive::new().interval(SIGN_OF_LIFE);
            let mut response = Sse::new(messages(follower)).keep_alive(alive).into_response();
            let name = HeaderName::from_static("x-accel-buffering");
            response.headers_mut().insert(name, HeaderValue::from_static("no"));
            let no_store = HeaderValue::from_static("no-store");
            response.headers_mut().insert(CACHE_CONTROL, no_store);
            response
        }
        Err(error) => respond("timeline", Err(error), Exit::Done),
    }
}

/// Reads which entry a client saw last.
fn seen(headers: &HeaderMap, uri: &Uri) -> Result<Option<u64>, CommandError> {
    let args = parameter::read(PARAMETERS, None, uri)?;
    let since = parameter::number(&args, "since");
    let Some(last) = headers.get(LAST_SEEN).filter(|last| !last.is_empty()) else {
        return Ok(since);
    };
    let last = last.to_str().ok().and_then(|last| last.parse().ok());
    let last = last.filter(|last| *last <= MAX_SEQ);
    last.map(Some).ok_or_else(|| CommandError::usage("Last-Event-ID is the number of an entry"))
}

/// One who follows the record.
struct Follower {
    served: Served,
    visitor: Visitor,
    /// The next entry to tell of.
    next: u64,
    commits: watch::Receiver<u64>,
    progress: broadcast::Receiver<Progress>,
    signing: watch::Receiver<u64>,
    /// Sessions that are ended; the sender of nobody's where no browser comes here.
    endings: watch::Receiver<u64>,
    told: VecDeque<Message>,
    stage: Stage,
    _place: Option<OwnedSemaphorePermit>,
}

/// What a follower does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Read entries.
    Reading,
    /// Wait for more.
    Waiting,
    /// Say what is left, and leave.
    Leaving,
}

impl Follower {
    /// Listens, then finds out where to begin.
    async fn begin(
        served: Served,
        visitor: Visitor,
        (seen, place): (Option<u64>, Option<OwnedSemaphorePermit>),
    ) -> Result<Self, CommandError> {
        let engine = served.desk.engine().clone();
        let store = engine.context().store()?;
        // Before anything is read: what is written from now on is heard.
        let (commits, progress) = (store.commits(), served.desk.follow());
        let signing = served.requests.changes();
        let front = served.front.as_deref();
        let endings = front.map_or_else(|| watch::channel(0).1, |front| front.sessions.endings());
        let size = store.log_state().await?.size;
        let mut told = VecDeque::from([Message::default().retry(RETRY).comment("saraphina")]);
        let wanted = seen.map_or(size, |seen| seen.saturating_add(1));
        let next = if wanted > size || size - wanted > MAX_GAP {
            told.push_back(message("reset", &json!({ "size": size })));
            size
        } else {
            wanted
        };
        let stage = Stage::Reading;
        Ok(Self {
            served,
            visitor,
            next,
            commits,
            progress,
            signing,
            endings,
            told,
            stage,
            _place: place,
        })
    }

    /// Gives the next message; `None` where the stream ends.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.told.pop_front() {
                return Some(message);
            }
            match self.stage {
                Stage::Leaving => return None,
                Stage::Reading => self.read().await,
                Stage::Waiting => self.wait().await,
            }
        }
    }

    /// Tells whether a browser that follows is still signed in; everybody else is who they were.
    fn is_signed_in(&self) -> bool {
        let (Visitor::Session(signed_in), Some(front)) = (&self.visitor, &self.served.front) else {
            return true;
        };
        let now = self.served.desk.engine().context().now();
        front.sessions.lasts(&signed_in.session, now)
    }

    async fn read(&mut self) {
        if !self.is_signed_in() {
            return self.stage = Stage::Leaving;
        }
        // Marked as heard before the reading, so that a commit in between is heard again.
        self.commits.borrow_and_update();
        let engine = self.served.desk.engine().clone();
        let Ok(store) = engine.context().store() else { return self.stage = Stage::Leaving };
        let rows = match store.log_from(self.next, BATCH).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::warn!(failure = %error, "the timeline cannot be read");
                return self.stage = Stage::Leaving;
            }
        };
        for row in &rows {
            self.told.push_back(act(row));
            self.next = row.seq.saturating_add(1);
            if self.turns_away(row) {
                return self.stage = Stage::Leaving;
            }
        }
        if u32::try_from(rows.len()).unwrap_or(BATCH) >= BATCH {
            return;
        }
        self.stage = Stage::Waiting;
        if !rows.is_empty()
            && let Ok(state) = store.log_state().await
        {
            let head = json!({ "size": state.size, "checkpoint": state.checkpoint });
            self.told.push_back(message("head", &head));
        }
    }

    /// Tells whether an entry revokes the token of whoever follows.
    fn turns_away(&self, row: &LogRow) -> bool {
        let Visitor::Bearer(bearer) = &self.visitor else { return false };
        let record: Value = serde_json::from_slice(&row.bytes).unwrap_or_default();
        record.get("kind").and_then(Value::as_str) == Some("owner.token_revoked")
            && record.pointer("/data/id").and_then(Value::as_str) == Some(bearer.id.as_str())
    }

    async fn wait(&mut self) {
        let end = self.served.end.clone();
        tokio::select! {
            () = end.cancelled() => self.stage = Stage::Leaving,
            changed = self.commits.changed() => {
                self.stage = if changed.is_ok() { Stage::Reading } else { Stage::Leaving };
            }
            Ok(()) = self.endings.changed() => {
                self.stage = if self.is_signed_in() { Stage::Waiting } else { Stage::Leaving };
            }
            Ok(()) = self.signing.changed() => {
                // Only owners are concerned, and they read the requests themselves.
                if !matches!(self.visitor, Visitor::Bearer(_)) {
                    self.told.push_back(message("signing", &json!({})));
                }
            }
            heard = self.progress.recv() => match heard {
                Ok(progress) => self.told.push_back(message("progress", &json!(progress))),
                // Progress that is missed is missed; the desk lives as long as this follower.
                Err(_) => tokio::task::yield_now().await,
            },
        }
    }
}

fn messages(follower: Follower) -> impl Stream<Item = Result<Message, Infallible>> {
    unfold(follower, |mut follower| async move {
        let message = follower.next().await?;
        Some((Ok(message), follower))
    })
}

fn act(row: &LogRow) -> Message {
    let record: Value = serde_json::from_slice(&row.bytes).unwrap_or_default();
    let hash = leaf_hash(&row.bytes).hex();
    let data = json!({ "seq": row.seq, "hash": hash, "record": record });
    message("act", &data).id(row.seq.to_string())
}

fn message(name: &str, data: &Value) -> Message {
    Message::default().event(name).data(data.to_string())
}
