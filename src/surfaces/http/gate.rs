//! The gate before all routes: whose request this is, and whether it may come in at all.
//!
//! At the Unix socket the kernel says who is there. Over TCP the name that is called comes first, before anybody is looked up, because
//! a page of another site can point its own name here. Every answer leaves with the same headers, a refusal too.

use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::surfaces::http::auth::{End, Peer, admit};
use crate::surfaces::http::body::{self, Room, Whole};
use crate::surfaces::http::headers;
use crate::surfaces::http::respond::respond;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::visitor::Visitor;
use crate::surfaces::writer::protocol::{PROTOCOL, PROTOCOL_HEADER, VERSION, other_protocol};

/// Longest time in which a body has to come.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// Turns away strangers and speakers of another protocol; tells everyone our own.
pub async fn gate(
    State(served): State<Served>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let found = who(&served, &peer, &request);
    let room = match &found {
        Ok(Visitor::Process { .. }) => Room::LOCAL,
        Ok(Visitor::Session(_) | Visitor::Bearer(_)) => Room::REMOTE,
        Ok(Visitor::Nobody) | Err(_) => Room::NONE,
    };
    // Whoever is answered while sending would see a broken connection in place of the answer.
    let body = std::mem::take(request.body_mut());
    let reading = tokio::time::timeout(READ_LIMIT, body::read_whole(body, room));
    let whole = reading.await.unwrap_or(Whole::CutOff);
    let found = found.and_then(|visitor| same_protocol(request.headers()).map(|()| visitor));
    let mut response = match found {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            request.extensions_mut().insert(whole);
            next.run(request).await
        }
        Err(error) => respond("", Err(error), Exit::Done),
    };
    headers::put(response.headers_mut());
    response
}

fn who(served: &Served, peer: &Peer, request: &Request) -> Result<Visitor, CommandError> {
    match &peer.end {
        End::Process(uid) => admit(*uid, served.own_uid).map(|uid| Visitor::Process { uid }),
        End::Remote(_) => {
            let hosts = served.hosts.as_ref();
            if !hosts.is_some_and(|hosts| hosts.are_called(request.uri(), request.headers())) {
                return Err(foreign_host());
            }
            Ok(Visitor::Nobody)
        }
    }
}

fn foreign_host() -> CommandError {
    CommandError::new(ErrorKind::Forbidden, "this server is not called by that name")
        .hint("Use the address that `saraphina serve` prints; add further names by SARAPHINA_SERVER_HOSTS.")
}

fn same_protocol(headers: &HeaderMap) -> Result<(), CommandError> {
    // Plain HTTP tools name no protocol; they read JSON and are let through.
    let Some(theirs) = headers.get(PROTOCOL_HEADER) else { return Ok(()) };
    match theirs.to_str().map(str::parse::<u32>) {
        Ok(Ok(PROTOCOL)) => Ok(()),
        Ok(Ok(_)) => Err(other_protocol(VERSION, "the client")),
        Ok(Err(_)) | Err(_) => {
            Err(CommandError::usage(format!("{PROTOCOL_HEADER} is a number, here {PROTOCOL}")))
        }
    }
}
