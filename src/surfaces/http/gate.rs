//! The gate before all routes: whose a request is, and whether it comes in.
//!
//! At the Unix socket the kernel says who is there. Over TCP the name that is called comes first, before anybody is looked up, because
//! a page of another site can point its own name here. Every answer leaves with the same headers, a refusal too.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

use crate::surfaces::console::look::Look;
use crate::surfaces::console::respond::page;
use crate::surfaces::console::trouble_page::TroublePage;
use crate::surfaces::http::auth::{End, Peer, admit};
use crate::surfaces::http::body::{self, Room, Whole};
use crate::surfaces::http::credentials::{self, Shown};
use crate::surfaces::http::front::Front;
use crate::surfaces::http::headers;
use crate::surfaces::http::respond::{respond, slower, too_large, unknown};
use crate::surfaces::http::served::Served;
use crate::surfaces::http::visitor::Visitor;
use crate::surfaces::writer::protocol::{PROTOCOL, PROTOCOL_HEADER, VERSION, other_protocol};
use record::domain::digest::half;
use record::domain::principal::Authority;
use work::contract::catalogue;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// Longest time in which a body has to come.
const READ_LIMIT: Duration = Duration::from_secs(30);
/// Time that the body of a stranger may take, whose connection is a place that somebody else wants.
const STRANGER_LIMIT: Duration = Duration::from_secs(2);
/// Where a browser signs in.
const LOGIN: &str = "/login";
/// Where commands are run.
const COMMANDS: &str = "/v1/commands/";

/// A refusal, boxed because a response is large.
type Refusal = Box<Response>;

/// Turns away strangers and speakers of another protocol; tells everyone our own.
pub async fn gate(
    State(served): State<Served>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, body) = request.into_parts();
    let found = who(&served, &peer, &head).await;
    let (room, limit) = match &found {
        Ok(Visitor::Process { .. }) => (Room::LOCAL, READ_LIMIT),
        Ok(Visitor::Session(_) | Visitor::Bearer(_)) => {
            (Room::remote(brings_files(&served, head.uri.path())), READ_LIMIT)
        }
        Ok(Visitor::Nobody) | Err(_) => (Room::NONE, STRANGER_LIMIT),
    };
    // Whoever is answered while sending would see a broken connection in place of the answer.
    let reading = tokio::time::timeout(limit, body::read_whole(body, room));
    let whole = reading.await.unwrap_or(Whole::CutOff);
    let found = match found {
        Ok(visitor) => check(&served, &visitor, (&head, &whole)).await.map(|()| visitor),
        Err(refusal) => Err(refusal),
    };
    let found = found.and_then(|visitor| {
        if matches!(whole, Whole::TooLarge) && visitor != Visitor::Nobody {
            return Err(Box::new(too_large(room.kept)));
        }
        Ok(visitor)
    });
    let mut response = match found {
        Ok(visitor) => {
            head.extensions.insert(visitor);
            head.extensions.insert(whole);
            next.run(Request::from_parts(head, Body::empty())).await
        }
        Err(refusal) => *refusal,
    };
    headers::put(response.headers_mut());
    response
}

async fn who(served: &Served, peer: &Peer, head: &Parts) -> Result<Visitor, Refusal> {
    let address = match &peer.end {
        End::Process(uid) => {
            let uid = admit(*uid, served.own_uid).map_err(refused)?;
            return Ok(Visitor::Process { uid });
        }
        End::Remote(address) => address.ip(),
    };
    let Some(front) = served.front.as_deref() else { return Err(refused(foreign_host())) };
    if !front.hosts.are_called(&head.uri, &head.headers) {
        return Err(refused(foreign_host()));
    }
    let visitor = known(served, front, &head.headers).await;
    let name = match &visitor {
        Ok(Visitor::Session(signed_in)) => format!("session {}", signed_in.session),
        Ok(Visitor::Bearer(bearer)) => format!("token {}", bearer.id),
        Ok(Visitor::Process { .. } | Visitor::Nobody) | Err(_) => format!("address {address}"),
    };
    // Whoever is turned away makes nothing.
    let is_stranger = matches!(visitor, Ok(Visitor::Nobody) | Err(_));
    let is_light = is_stranger || is_light(served, head);
    let buckets = if is_light { &front.reading } else { &front.proposing };
    // Signing in has a pace of its own, for wrong codes: strangers of one address must not keep the owner out.
    if head.uri.path() != LOGIN {
        buckets.take(&name, Instant::now()).map_err(|wait| Box::new(slower(wait)))?;
    }
    visitor
}

async fn known(served: &Served, front: &Front, headers: &HeaderMap) -> Result<Visitor, Refusal> {
    let context = served.desk.engine().context();
    Ok(match credentials::shown(headers, &front.cookie) {
        Shown::Nothing => Visitor::Nobody,
        Shown::Cookie(secret) => match front.sessions.find(&secret, context.now()) {
            Some(signed_in) => Visitor::Session(signed_in),
            None => Visitor::Nobody,
        },
        Shown::Token(text) => match front.bearer(context, &text).await.map_err(refused)? {
            Some(bearer) => Visitor::Bearer(bearer),
            None => return Err(Box::new(unknown("the token is unknown, revoked or expired"))),
        },
        Shown::Unreadable => {
            return Err(Box::new(unknown("Authorization takes Bearer and a token")));
        }
    })
}

/// Tells whether files may come along: with what makes proposals or looks at what is given.
fn brings_files(served: &Served, path: &str) -> bool {
    let command = path.strip_prefix(COMMANDS);
    let entry = command.and_then(|name| catalogue::find_in(served.entries, name));
    path == "/mcp" || entry.is_some_and(|entry| entry.spec.authority == Authority::Propose)
}

/// Tells whether a request looks only, or is none that makes anything of weight.
fn is_light(served: &Served, head: &Parts) -> bool {
    let command = head.uri.path().strip_prefix(COMMANDS);
    let entry = command.and_then(|name| catalogue::find_in(served.entries, name));
    entry.is_none_or(|entry| entry.spec.authority == Authority::Read)
}

async fn check(
    served: &Served,
    visitor: &Visitor,
    (head, body): (&Parts, &Whole),
) -> Result<(), Refusal> {
    same_protocol(visitor, &head.headers).map_err(refused)?;
    readable(&head.uri).map_err(refused)?;
    let Visitor::Session(session) = visitor else { return Ok(()) };
    match credentials::check_origin(&head.method, &head.headers, (session, body)) {
        Ok(()) => Ok(()),
        Err(error) if credentials::is_of_our_form(&head.headers) => {
            Err(Box::new(of_earlier_page(served, visitor, (head, error)).await))
        }
        Err(error) => Err(refused(error)),
    }
}

/// Answers the form of a page from before the last sign-in with a page: whoever pressed its button sees what the browser shows.
async fn of_earlier_page(
    served: &Served,
    visitor: &Visitor,
    (head, error): (&Parts, CommandError),
) -> Response {
    let mut parts = head.clone();
    parts.extensions.insert(visitor.clone());
    let Ok(look) = Look::from_request_parts(&mut parts, &()).await;
    let context = served.desk.engine().context();
    page(StatusCode::FORBIDDEN, &TroublePage::of(context, &look, &error).await)
}

/// Refuses an address that is no text.
fn readable(uri: &Uri) -> Result<(), CommandError> {
    let bytes = uri.path().as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => half(*high).zip(half(*low)),
            _ => None,
        };
        let (byte, taken) = escaped.map_or((*first, 1), |(high, low)| (high << 4 | low, 3));
        plain.push(byte);
        rest = rest.get(taken..).unwrap_or_default();
    }
    match std::str::from_utf8(&plain) {
        Ok(text) if !text.contains('\0') => Ok(()),
        Ok(_) | Err(_) => {
            Err(CommandError::new(ErrorKind::NotFound, "the address is not readable text"))
        }
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "every refusal is boxed, for it is large")]
fn refused(error: CommandError) -> Refusal {
    Box::new(respond("", Err(error), Exit::Done))
}

fn foreign_host() -> CommandError {
    CommandError::new(ErrorKind::Forbidden, "this server is not called by that name").hint(
        "Use the address that `saraphina serve` prints; SARAPHINA_SERVER_HOSTS adds further names.",
    )
}

fn same_protocol(visitor: &Visitor, headers: &HeaderMap) -> Result<(), CommandError> {
    // Plain HTTP tools name no protocol; they read JSON and are let through.
    let Some(theirs) = headers.get(PROTOCOL_HEADER) else { return Ok(()) };
    match theirs.to_str().map(str::parse::<u32>) {
        Ok(Ok(PROTOCOL)) => Ok(()),
        // A program of the same house is told to meet another engine; to anybody else it is a wrong argument.
        Ok(Ok(_)) if matches!(visitor, Visitor::Process { .. }) => {
            Err(other_protocol(VERSION, "the client"))
        }
        Ok(Ok(_) | Err(_)) | Err(_) => {
            Err(CommandError::usage(format!("{PROTOCOL_HEADER} is a number, here {PROTOCOL}")))
        }
    }
}
