//! Serves agents at `/mcp` of an engine that listens on TCP, as the protocol's streamable HTTP.
//!
//! Each request stands alone: its token says who asks, and nothing is kept between two of them but which calls are under way. A
//! browser's session is turned away, because what a page may cause must not reach tools. The gate has judged the name that is called
//! and the length of the body; the origin is judged here, since programs need not send one.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Extension, Router};
use futures::stream::{Stream, unfold};
use rmcp::model::{
    ClientCapabilities, ClientJsonRpcMessage, ClientNotification, ClientRequest, ErrorData,
    Implementation, InitializeRequestParams, JsonRpcMessage, JsonRpcRequest, ProtocolVersion,
    RequestId, ServerJsonRpcMessage, Tool,
};
use rmcp::service::serve_directly_with_ct;
use rmcp::transport::OneshotTransport;
use serde_json::json;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

use crate::engine::engine::Engine;
use crate::surfaces::http::body::Whole;
use crate::surfaces::http::guard::{Needs, guarded};
use crate::surfaces::http::respond::refuse;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::visitor::{Bearer, Visitor};
use crate::surfaces::mcp::cancelling::{Calls, Cancellable};
use crate::surfaces::mcp::carrier::Carrier;
use crate::surfaces::mcp::handler::SPOKEN;
use crate::surfaces::mcp::lines::{Refusal, understand};
use crate::surfaces::mcp::quota::Quota;
use crate::surfaces::mcp::server::{Client, Server, Shared};
use crate::surfaces::mcp::tools;
use crate::surfaces::writer::desk::{Answered, Desk, OnDisconnect};
use crate::surfaces::writer::protocol::SIGN_OF_LIFE;
use record::domain::principal::{Authority, Principal};
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::Events;
use work::contract::order::Order;

/// The header with the version of the protocol that a client speaks.
const VERSION: &str = "mcp-protocol-version";

/// What all requests share: what each token may still ask for, and the tools, described once.
#[derive(Default)]
struct Clients {
    quotas: Mutex<HashMap<String, Arc<Quota>>>,
    reading: OnceLock<Arc<[Tool]>>,
    proposing: OnceLock<Arc<[Tool]>>,
    calls: Arc<Calls>,
}

/// Builds the routes for agents.
pub fn routes() -> Router<Served> {
    let answered = post(answer).layer(Extension(Arc::<Clients>::default()));
    Router::new().route("/mcp", guarded(Needs::Somebody, answered))
}

/// The engine of this process, which listens for the client.
struct Here {
    desk: Arc<Desk>,
    entries: &'static [Entry],
    pages: Option<String>,
}

#[async_trait]
impl Carrier for Here {
    fn entries(&self) -> &'static [Entry] {
        self.entries
    }

    async fn run(&self, order: Order, events: Events, cancel: &CancellationToken) -> Answered {
        match self.desk.accept(order, OnDisconnect::Cancel) {
            Ok(waiting) => waiting.follow(&events, cancel).await,
            Err(_) => {
                Err(CommandError::new(ErrorKind::Unavailable, "the engine at work is ending"))
            }
        }
    }

    fn reader(&self) -> Option<Result<Engine, CommandError>> {
        None
    }

    async fn pages(&self) -> Option<String> {
        self.pages.clone()
    }

    async fn close(&self) -> Result<(), CommandError> {
        Ok(())
    }
}

/// A stream of messages; the call is cancelled when it is dropped before its end.
struct Messages {
    coming: Receiver<ServerJsonRpcMessage>,
    _call: Cancellable,
}

/// Answers one message of a client.
async fn answer(
    State(served): State<Served>,
    Extension(visitor): Extension<Visitor>,
    Extension(body): Extension<Whole>,
    Extension(clients): Extension<Arc<Clients>>,
    headers: HeaderMap,
) -> Response {
    let Visitor::Bearer(bearer) = visitor else { return not_by_token() };
    if !is_own_origin(&headers) {
        let error = CommandError::new(ErrorKind::Forbidden, "its Origin is not this server");
        return refuse(StatusCode::FORBIDDEN, error);
    }
    let request = match understood(&body) {
        Ok(Said::Asked(request)) => *request,
        Ok(Said::Told(cancelled)) => {
            if let Some(id) = cancelled {
                clients.calls.cancel(&bearer.id, &id);
            }
            return StatusCode::ACCEPTED.into_response();
        }
        Err(refusal) => return as_json(StatusCode::BAD_REQUEST, &refusal),
    };
    let peer = match speaker(&request, &headers) {
        Ok(peer) => peer,
        Err(error) => {
            let refusal = JsonRpcMessage::error(error, Some(request.id));
            return as_json(StatusCode::BAD_REQUEST, &refusal);
        }
    };
    let pages = served.front.as_ref().map(|front| front.base.clone());
    let carrier = Here { desk: Arc::clone(&served.desk), entries: served.entries, pages };
    let shared = clients.shared(&served, &bearer);
    let answering = Server::for_request(Arc::new(carrier), shared, client(&bearer));
    let call = Arc::clone(&clients.calls).begin(&bearer.id, request.id.clone());
    let messages = begin(answering, request, peer, call);
    if wants_events(&headers) {
        let alive = KeepAlive::new().interval(SIGN_OF_LIFE);
        return Sse::new(events(messages)).keep_alive(alive).into_response();
    }
    whole(messages).await
}

/// What a client said.
enum Said {
    /// What is to be answered.
    Asked(Box<JsonRpcRequest<ClientRequest>>),
    /// What is not, and which call it cancels.
    Told(Option<RequestId>),
}

/// Reads the one message of a body.
fn understood(body: &Whole) -> Result<Said, Box<ServerJsonRpcMessage>> {
    let bytes = match body {
        Whole::Bytes(bytes) => bytes.as_ref(),
        Whole::TooLarge | Whole::CutOff => &[],
    };
    match understand(bytes) {
        Ok(ClientJsonRpcMessage::Request(request)) => Ok(Said::Asked(Box::new(request))),
        Ok(ClientJsonRpcMessage::Notification(told)) => Ok(Said::Told(match told.notification {
            ClientNotification::CancelledNotification(cancelled) => cancelled.params.request_id,
            _ => None,
        })),
        Ok(ClientJsonRpcMessage::Response(_) | ClientJsonRpcMessage::Error(_)) => {
            Ok(Said::Told(None))
        }
        Err(Refusal::Answered(refusal)) => Err(refusal),
        Err(Refusal::Dropped) => {
            let words = "the body is no message of JSON-RPC 2.0";
            Err(Box::new(JsonRpcMessage::error(ErrorData::invalid_request(words, None), None)))
        }
    }
}

/// Says which version a request is of; the first one says so itself, the others in a header.
fn speaker(
    request: &JsonRpcRequest<ClientRequest>,
    headers: &HeaderMap,
) -> Result<Option<InitializeRequestParams>, ErrorData> {
    if matches!(request.request, ClientRequest::InitializeRequest(_)) {
        return Ok(None);
    }
    let version = match headers.get(VERSION).map(|version| version.to_str()) {
        None => ProtocolVersion::V_2024_11_05,
        Some(Ok(text)) => known(text)?,
        Some(Err(_)) => return Err(ErrorData::invalid_request("the version is no text", None)),
    };
    let nobody = Implementation::new("", "");
    let peer = InitializeRequestParams::new(ClientCapabilities::default(), nobody);
    Ok(Some(peer.with_protocol_version(version)))
}

fn known(text: &str) -> Result<ProtocolVersion, ErrorData> {
    let found = SPOKEN.iter().find(|known| known.as_str() == text);
    found.cloned().ok_or_else(|| {
        ErrorData::invalid_request(format!("{VERSION} names no version that is spoken here"), None)
    })
}

fn client(bearer: &Bearer) -> Client {
    Client {
        who: Some(Principal::agent(&bearer.name)),
        reach: bearer.scope.authority(),
        session: format!("token {}", bearer.id),
    }
}

fn begin(
    server: Server,
    request: JsonRpcRequest<ClientRequest>,
    peer: Option<InitializeRequestParams>,
    call: Cancellable,
) -> Messages {
    let (transport, coming) = OneshotTransport::new(JsonRpcMessage::Request(request));
    let running = serve_directly_with_ct(server, transport, peer, call.token());
    tokio::spawn(async move {
        if let Err(failure) = running.waiting().await {
            tracing::error!(failure = %failure, "a request of an agent broke off");
        }
    });
    Messages { coming, _call: call }
}

fn events(messages: Messages) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(Some(messages), |messages| async move {
        let mut messages = messages?;
        let message = messages.coming.recv().await?;
        let text = serde_json::to_string(&message).unwrap_or_default();
        let rest = (!is_last(&message)).then_some(messages);
        Some((Ok(Event::default().event("message").data(text)), rest))
    })
}

/// Waits for the answer; what comes before it is for those who take a stream.
async fn whole(mut messages: Messages) -> Response {
    while let Some(message) = messages.coming.recv().await {
        if is_last(&message) {
            return as_json(StatusCode::OK, &message);
        }
    }
    let error = CommandError::new(ErrorKind::Internal, "the request broke off");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, error)
}

const fn is_last(message: &ServerJsonRpcMessage) -> bool {
    matches!(message, JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_))
}

fn as_json(status: StatusCode, message: &ServerJsonRpcMessage) -> Response {
    let text = serde_json::to_string(message).unwrap_or_else(|_| json!(null).to_string());
    (status, [(CONTENT_TYPE, "application/json")], text).into_response()
}

fn wants_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

/// Tells whether a request comes from no page, or from one of this server; the gate has judged the host.
fn is_own_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    let origin = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host))
}

fn not_by_token() -> Response {
    let error = CommandError::new(ErrorKind::Forbidden, "agents come in by a token").hint(
        "Make one with `saraphina token add NAME --scope propose`, or have the client start `saraphina mcp`.",
    );
    refuse(StatusCode::FORBIDDEN, error)
}

impl Clients {
    fn shared(&self, served: &Served, bearer: &Bearer) -> Shared {
        let reach = bearer.scope.authority();
        let described = match reach {
            Authority::Read => &self.reading,
            Authority::Propose | Authority::Own => &self.proposing,
        };
        let tools = described.get_or_init(|| tools::described(served.entries, reach));
        // Only the owner makes tokens, so that there are few.
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        Shared {
            quota: Arc::clone(quotas.entry(bearer.id.clone()).or_default()),
            tools: Arc::clone(tools),
        }
    }
}
