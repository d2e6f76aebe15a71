//! The routes of the engine, and the gate before all of them.
//!
//! The gate admits peers (`auth.rs`) and refuses clients of another protocol before any handler runs. Every response
//! carries our protocol and version, also a refusal, so that a client can say which side is too old.

use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{delete, get, post};
use axum::serve::IncomingStream;

use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::surfaces::http::auth::{Peer, admit};
use crate::surfaces::http::body::{self, Whole};
use crate::surfaces::http::lowering::lowered;
use crate::surfaces::http::respond::respond;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::{commands, openapi, status};
use crate::surfaces::writer::door::Door;
use crate::surfaces::writer::protocol::{
    MAX_REQUEST_BYTES, PROTOCOL, PROTOCOL_HEADER, VERSION, VERSION_HEADER,
};

/// Longest time in which a body has to come.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// Builds the router; a transport gives it requests and says which [`Peer`] each comes from.
pub fn router(served: Served) -> Router {
    Router::new()
        .route("/v1/commands/{name}", post(commands::run))
        .route("/v1/invocations/{key}", delete(commands::cancel))
        .route("/v1/status", get(status::show))
        .route("/v1/stop", post(status::stop))
        .route("/v1/openapi.json", get(openapi::show))
        .fallback(nothing_here)
        .method_not_allowed_fallback(other_method)
        .layer(axum::middleware::from_fn_with_state(served.clone(), gate))
        .with_state(served)
}

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Turns away strangers and speakers of another protocol; tells everyone our own.
async fn gate(
    State(served): State<Served>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let admitted = admit(&peer, served.own_uid);
    let keep = if admitted.is_ok() { MAX_REQUEST_BYTES } else { 0 };
    // Whoever is answered while sending would see a broken connection in place of the answer.
    let body = std::mem::take(request.body_mut());
    let reading = tokio::time::timeout(READ_LIMIT, body::read_whole(body, keep));
    let whole = reading.await.unwrap_or(Whole::CutOff);
    let admitted = admitted.and_then(|caller| same_protocol(request.headers()).map(|()| caller));
    let admitted = admitted.and_then(|caller| lowered(caller, request.headers()));
    let mut response = match admitted {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            request.extensions_mut().insert(whole);
            next.run(request).await
        }
        Err(error) => respond("", Err(error), Exit::Done),
    };
    let headers = response.headers_mut();
    headers.insert(PROTOCOL_HEADER, HeaderValue::from(PROTOCOL));
    headers.insert(VERSION_HEADER, HeaderValue::from_static(VERSION));
    response
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

/// Builds the error for an engine of version `engine` and a client that do not understand each other.
pub fn other_protocol(engine: &str, client: &str) -> CommandError {
    let message =
        format!("the engine at work is saraphina {engine}, which {client} does not understand");
    CommandError::new(ErrorKind::Unavailable, message).hint(
        "Restart the daemon with `saraphina daemon stop`, then `saraphina daemon start`; a session of the older version has to end first.",
    )
}

/// Answers a method that an address does not take, with a body as every other refusal has it.
async fn other_method(method: Method) -> Response {
    let error = CommandError::usage(format!("this address does not take {method}"))
        .hint("See `/v1/openapi.json` for what there is.");
    let mut response = respond("", Err(error), Exit::Done);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

async fn nothing_here() -> Response {
    let error = CommandError::new(ErrorKind::NotFound, "nothing is served at this address")
        .hint("See `/v1/openapi.json` for what there is.");
    respond("", Err(error), Exit::Done)
}
