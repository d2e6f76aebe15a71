//! Runs and cancels commands for the peers of the socket.
//!
//! A request becomes an `Order` (command, arguments, caller) and goes to the desk of the writer (`writer/desk.rs`). The
//! answer is one JSON envelope, or a stream of events where the peer accepts one: progress first, the answer last.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::stream::{Stream, unfold};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::body::{self, Elsewhere, Whole};
use crate::surfaces::http::repeating::earlier;
use crate::surfaces::http::respond::{full, hand_over, respond};
use crate::surfaces::http::served::Served;
use crate::surfaces::writer::desk::{Answered, News, OnDisconnect, Waiting};
use crate::surfaces::writer::lock::Mode;
use crate::surfaces::writer::protocol::{
    ENVIRONMENT, Envelope, IDEMPOTENCY, IDEMPOTENCY_KEY, ON_DISCONNECT, OWNER, SESSION, SHOWN,
    SIGN_OF_LIFE, SURFACE,
};
use record::audit::signers::is_principal;
use record::domain::id::JobId;
use record::domain::principal::{Authority, Principal, PrincipalKind, Surface, Via};
use work::contract::arguments::Arguments;
use work::contract::caller::Caller;
use work::contract::catalogue;
use work::contract::command::{Access, Entry};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::order::Order;
use work::contract::outcome::Answer;
use work::contract::reserved;

/// Longest time that an answer is waited for over TCP; then the command goes on as a job.
const MAX_PATIENCE: Duration = Duration::from_secs(30);
/// Commands at work from which on no more are taken over TCP.
const MAX_WAITING: usize = 256;
/// Stands between the name of a program and its key.
const SCOPE: &str = "/";
/// Longest name of a session or an invocation.
const MAX_NAME: usize = 128;

/// Runs a command, on `POST /v1/commands/{name}`; the answer as JSON, or progress and answer as events.
pub async fn run(
    State(served): State<Served>,
    Extension(caller): Extension<Admitted>,
    Path(name): Path<String>,
    Extension(body): Extension<Whole>,
    headers: HeaderMap,
) -> Response {
    let caller_is_remote = caller.uid.is_none();
    let wishes = patience(&headers, &caller).and_then(|limit| Ok((limit, leaving(&headers)?)));
    let (limit, on_disconnect) = match wishes {
        Ok(wishes) => wishes,
        Err(error) => return respond(&name, Err(error), Exit::Done),
    };
    if let Some(entry) = forbidden(served.entries, &name, &caller) {
        return respond(&name, Err(refuse(&served, entry, caller).await), Exit::Done);
    }
    let (order, asked) = match order(&served, caller, &name, &headers, &body) {
        Ok(Some(taken)) => taken,
        Ok(None) => return hand_over(&name),
        Err(error) => return respond(&name, Err(error), Exit::Done),
    };
    let entry = order.entry;
    match earlier(&served, &order, &asked, &headers).await {
        Ok(None) => {}
        Ok(Some(ended)) => return answered(entry.spec.name, ended),
        Err(error) => return respond(entry.spec.name, Err(error), Exit::Done),
    }
    if caller_is_remote && served.desk.at_work().len() >= MAX_WAITING {
        return full("there is too much work already");
    }
    let job = JobId::derived(&order.caller.idempotency);
    let Ok(mut waiting) = served.desk.accept(order, on_disconnect) else {
        return hand_over(entry.spec.name);
    };
    if wants_events(&headers) {
        let alive = KeepAlive::new().interval(SIGN_OF_LIFE);
        return Sse::new(messages(waiting, entry.spec.name)).keep_alive(alive).into_response();
    }
    let Some(limit) = limit else { return answered(entry.spec.name, last(&mut waiting).await) };
    if let Ok(answer) = tokio::time::timeout(limit, last(&mut waiting)).await {
        return answered(entry.spec.name, answer);
    }
    waiting.leave();
    accepted(entry.spec.name, &job)
}

/// Reads how long the client waits; over TCP, at most a while.
fn patience(headers: &HeaderMap, caller: &Admitted) -> Result<Option<Duration>, CommandError> {
    let usual = caller.uid.is_none().then_some(MAX_PATIENCE);
    let Some(prefer) = text(headers, "prefer")? else { return Ok(usual) };
    let mut wishes = prefer.split([',', ';']).map(str::trim);
    let wanted = wishes.find_map(|wish| match wish.strip_prefix("wait=") {
        Some(seconds) => Some(seconds.parse().ok().map(Duration::from_secs)),
        None => (wish == "respond-async").then_some(Some(Duration::ZERO)),
    });
    match wanted {
        // Preferences of other kinds are none of ours.
        None => Ok(usual),
        Some(Some(wait)) => Ok(Some(wait.min(MAX_PATIENCE))),
        Some(None) => Err(CommandError::usage("Prefer: wait= takes a number of seconds")),
    }
}

/// Reads what becomes of the command when its client leaves.
fn leaving(headers: &HeaderMap) -> Result<OnDisconnect, CommandError> {
    match text(headers, ON_DISCONNECT)? {
        Some("continue") => Ok(OnDisconnect::Continue),
        Some("cancel") | None => Ok(OnDisconnect::Cancel),
        Some(_) => Err(CommandError::usage(format!("{ON_DISCONNECT} takes continue or cancel"))),
    }
}

fn answered(command: &str, answer: Answered) -> Response {
    let exit = answer.as_ref().map_or(Exit::Done, Answer::exit);
    respond(command, answer.map(|answer| answer.data), exit)
}

/// Answers that the command goes on, and where its answer will be.
fn accepted(command: &str, job: &JobId) -> Response {
    let data = serde_json::json!({ "job_id": job.as_str(), "state": "running" });
    let mut response = respond(command, Ok(data), Exit::Done);
    *response.status_mut() = StatusCode::ACCEPTED;
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/jobs/{job}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// Cancels what runs under a key, on `DELETE /v1/invocations/{key}`; whoever waits for it gets its answer.
pub async fn cancel(
    State(served): State<Served>,
    Extension(caller): Extension<Admitted>,
    Path(key): Path<String>,
) -> Response {
    let key = scoped(&caller, key);
    if served.desk.cancel(&caller.who, &key) {
        return respond("cancel", Ok(serde_json::json!({ "cancelled": true })), Exit::Done);
    }
    let error = CommandError::new(ErrorKind::NotFound, "nothing runs under this key");
    respond("cancel", Err(error), Exit::Done)
}

/// Reads what is asked for, with the bytes that tell it from other requests; nothing where the engine ends.
fn order(
    served: &Served,
    caller: Admitted,
    name: &str,
    headers: &HeaderMap,
    body: &Whole,
) -> Result<Option<(Order, Vec<u8>)>, CommandError> {
    let entry = reached(served.entries, name, &caller)?;
    // The engine refuses, and records it, before anything of the arguments is looked at.
    if entry.spec.access == Access::Write {
        same_environment(served, headers)?;
    }
    let mut asked = Vec::new();
    let args = if caller.who.authority() < entry.spec.authority {
        Arguments::of(())
    } else {
        let fields = body::fields(entry, body)?;
        // An engine that ends judges no arguments: the next one may be of a version that takes them.
        if served.desk.is_closing() {
            return Ok(None);
        }
        asked = serde_json::to_vec(&fields).unwrap_or_default();
        let args = body::arguments(entry, &fields, caller.who.authority())?;
        prepared(entry, args, (&fields, &caller))?
    };
    let session = named(headers, SESSION)?.unwrap_or_else(fresh);
    let shown = text(headers, SHOWN)?;
    let shown = shown.map(str::parse).transpose();
    let key = key(headers)?.map(|key| scoped(&caller, key));
    // Only a process of the owner's is believed what it says of itself.
    let (who, surface) = match caller.uid {
        Some(_) => (named_owner(caller.who, headers)?, surface(headers)?),
        None => (caller.who, Surface::Http),
    };
    let caller = Caller {
        who,
        via: Via { surface, uid: caller.uid, session },
        idempotency: key.unwrap_or_else(fresh),
        shown: shown.map_err(|error| CommandError::usage(format!("{SHOWN}: {error}")))?,
    };
    Ok(Some((Order { entry, args, caller }, asked)))
}

/// Has the command take the files that its arguments name: a process of the owner's did so itself, and nobody else can.
fn prepared(
    entry: &Entry,
    mut args: Arguments,
    (fields, caller): (&Map<String, Value>, &Admitted),
) -> Result<Arguments, CommandError> {
    // What is for the owner alone is refused by the engine, whatever else was given.
    if caller.uid.is_none() && reserved::first(entry.reserved, fields).is_none() {
        (entry.prepare)(&mut args, &Elsewhere)?;
    }
    Ok(args)
}

/// Refuses a caller whose environment says something else than this engine works with: it would be ignored silently.
fn same_environment(served: &Served, headers: &HeaderMap) -> Result<(), CommandError> {
    let Some(value) = text(headers, ENVIRONMENT)? else { return Ok(()) };
    let wishes = BASE64.decode(value).ok();
    let wishes = wishes.and_then(|text| serde_json::from_slice(&text).ok());
    let wishes: BTreeMap<String, String> =
        wishes.ok_or_else(|| CommandError::usage(format!("{ENVIRONMENT} cannot be read")))?;
    let Some((variable, own)) = served.desk.engine().context().settings.unmet(&wishes) else {
        return Ok(());
    };
    let writer = &served.writer;
    let who = match writer.mode {
        Mode::Daemon => "the daemon",
        Mode::Session => "the session",
    };
    let message = format!(
        "your environment sets {variable}, and {who} that writes to this home (process {}) has {own}",
        writer.pid
    );
    let remedy = match writer.mode {
        Mode::Daemon => "Run `saraphina daemon stop` first",
        Mode::Session => "End that session first",
    };
    Err(CommandError::new(ErrorKind::State, message)
        .hint(format!("{remedy}, or unset {variable} to work with its settings.")))
}

/// Takes the name that an owner gives; every other peer stays who it is.
fn named_owner(who: Principal, headers: &HeaderMap) -> Result<Principal, CommandError> {
    match text(headers, OWNER)? {
        Some(name) if who.kind == PrincipalKind::Owner && is_principal(name) => {
            Ok(Principal::owner_named(name))
        }
        Some(_) | None => Ok(who),
    }
}

/// Finds a command that the caller reaches; to a token no other command exists.
fn reached(
    entries: &'static [Entry],
    name: &str,
    caller: &Admitted,
) -> Result<&'static Entry, CommandError> {
    let entry = catalogue::find_in(entries, name);
    let reached = entry.filter(|entry| entry.spec.authority <= caller.reach);
    match (reached, caller.who.kind) {
        (Some(entry), _) => Ok(entry),
        (None, PrincipalKind::Agent | PrincipalKind::System) => Err(unknown()),
        (None, PrincipalKind::Owner) if entry.is_some() => {
            let message = format!("{name} needs your key, which no browser holds");
            Err(CommandError::new(ErrorKind::NeedsOwner, message).hint(
                "Run it at a terminal, or ask for a signature by `POST /v1/signing-requests`.",
            ))
        }
        (None, PrincipalKind::Owner) => {
            Err(match catalogue::nearest_in(entries, name).as_slice() {
                [] => unknown(),
                nearest => nothing_called_so().hint(format!("Nearest: {}.", nearest.join(", "))),
            })
        }
    }
}

/// Finds a command of the owner's that a token asks for.
fn forbidden(entries: &'static [Entry], name: &str, caller: &Admitted) -> Option<&'static Entry> {
    let entry = catalogue::find_in(entries, name)?;
    let is_agent = caller.who.kind == PrincipalKind::Agent;
    (is_agent && entry.spec.authority == Authority::Own).then_some(entry)
}

/// Has the engine refuse and record the attempt; to the token there is no such command.
async fn refuse(served: &Served, entry: &'static Entry, caller: Admitted) -> CommandError {
    let caller = Caller {
        who: caller.who,
        via: Via { surface: Surface::Http, uid: caller.uid, session: fresh() },
        idempotency: fresh(),
        shown: None,
    };
    let order = Order { entry, args: Arguments::of(()), caller };
    let engine = served.desk.engine();
    let refused = engine.invoke(order, Arc::new(drop), CancellationToken::new()).await;
    tracing::debug!(refused = refused.is_err(), "a token asked for a command of the owner's");
    unknown()
}

fn unknown() -> CommandError {
    nothing_called_so().hint("See `/v1/openapi.json` for what there is.")
}

fn nothing_called_so() -> CommandError {
    CommandError::new(ErrorKind::NotFound, "there is no command of this name")
}

/// Reads at which surface the peer says the command was typed; without a word it is HTTP.
fn surface(headers: &HeaderMap) -> Result<Surface, CommandError> {
    Ok(match text(headers, SURFACE)? {
        Some("repl") => Surface::Repl,
        Some("shell") => Surface::Shell,
        Some("script") => Surface::Script,
        Some("mcp") => Surface::Mcp,
        Some(_) | None => Surface::Http,
    })
}

fn named(headers: &HeaderMap, name: &str) -> Result<Option<String>, CommandError> {
    let Some(value) = text(headers, name)? else { return Ok(None) };
    let fits = (1..=MAX_NAME).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    if fits {
        return Ok(Some(value.to_owned()));
    }
    Err(CommandError::usage(format!("{name} takes 1 to {MAX_NAME} letters, digits, - _ . :")))
}

/// Keeps the keys of programs apart: two of them may use the same, and neither must get what the other's stands for.
fn scoped(caller: &Admitted, key: String) -> String {
    match (caller.uid, caller.who.kind) {
        (None, PrincipalKind::Agent) => format!("{}{SCOPE}{key}", caller.who.id),
        (None | Some(_), _) => key,
    }
}

/// Reads the key of the call, by our name for it or by everybody's.
fn key(headers: &HeaderMap) -> Result<Option<String>, CommandError> {
    let Some(value) = text(headers, IDEMPOTENCY_KEY)? else { return named(headers, IDEMPOTENCY) };
    let fits =
        (1..=MAX_NAME).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        return Ok(Some(value.to_owned()));
    }
    Err(CommandError::usage(format!("{IDEMPOTENCY_KEY} takes 1 to {MAX_NAME} visible characters")))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, CommandError> {
    let value = headers.get(name).map(|value| value.to_str()).transpose();
    value.map_err(|_| CommandError::usage(format!("{name} is not plain text")))
}

fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn wants_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

async fn last(waiting: &mut Waiting) -> Answered {
    loop {
        if let News::Answer(answer) = waiting.next().await {
            return answer;
        }
    }
}

fn messages(
    waiting: Waiting,
    command: &'static str,
) -> impl Stream<Item = Result<Message, Infallible>> {
    unfold(Some(waiting), move |waiting| async move {
        let mut waiting = waiting?;
        Some(match waiting.next().await {
            News::Progress(event) => (Ok(message("progress", &event)), Some(waiting)),
            News::Answer(answer) => {
                let data = answer.map(|answer| answer.data);
                (Ok(message("answer", &Envelope::of(command, data))), None)
            }
        })
    })
}

fn message<T: serde::Serialize>(name: &str, data: &T) -> Message {
    let text = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
    Message::default().event(name).data(text)
}
