//! What page and terminal say to each other about a signature.
//!
//! The page asks and looks; only a process of the owner's at the socket answers, because that is where a key can be. An answer counts
//! once, in time, and while what was signed is still true.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::surfaces::http::auth::Admitted;
use crate::surfaces::http::body::{self, Whole};
use crate::surfaces::http::parameter::{self, Form, Names, Parameter, Place};
use crate::surfaces::http::resources::asked::answered;
use crate::surfaces::http::respond::respond_with;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::signing::asking::{self, Wish};
use crate::surfaces::http::signing::requests::{Fate, Request};
use crate::surfaces::http::signing::view::{Reader, RequestList, RequestView, view};
use crate::surfaces::http::visitor::Visitor;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::outcome::Answer;
use work::contract::signature::Signing;

/// Longest time that a change is waited for; a client gives an answer up after ten seconds.
const MAX_WAIT_S: u64 = 8;
/// The command that answers are named after.
const COMMAND: &str = "sign";

/// What names a request.
pub const PARAMETERS: &[Parameter] = &[Parameter {
    name: "id",
    place: Place::Path,
    form: Form::Text,
    doc: "The request: its name, or its phrase.",
}];

/// How a list is asked for.
pub const LIST_PARAMETERS: &[Parameter] = &[Parameter {
    name: "wait",
    place: Place::Query,
    form: Form::Number(0, MAX_WAIT_S),
    doc: "Answer once something changed, at most after so many seconds.",
}];

/// Makes a request, on `POST /v1/signing-requests`.
pub async fn make(
    State(served): State<Served>,
    Extension(visitor): Extension<Visitor>,
    Extension(caller): Extension<Admitted>,
    Extension(body): Extension<Whole>,
) -> Response {
    let made = made(&served, &visitor, (&caller, &body)).await;
    let place = made.as_ref().ok().map(|made| format!("/v1/signing-requests/{}", made.request_id));
    let mut response = respond_with(COMMAND, made);
    if let Some(place) = place.and_then(|place| HeaderValue::from_str(&place).ok()) {
        *response.status_mut() = StatusCode::CREATED;
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

async fn made(
    served: &Served,
    visitor: &Visitor,
    (caller, body): (&Admitted, &Whole),
) -> Result<RequestView, CommandError> {
    let wish: Wish = body::object(body)?;
    let request = asking::ask(served, &caller.who.id, &wish).await?;
    view(served.desk.engine().context(), &request, reader(visitor)).await
}

/// Lists requests, on `GET /v1/signing-requests`.
pub async fn list(
    State(served): State<Served>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Response {
    respond_with(COMMAND, listed(&served, &visitor, &uri).await)
}

async fn listed(
    served: &Served,
    visitor: &Visitor,
    uri: &Uri,
) -> Result<RequestList, CommandError> {
    let args = parameter::read(LIST_PARAMETERS, None, uri)?;
    if let Some(seconds) = parameter::number(&args, "wait").filter(|seconds| *seconds > 0) {
        let mut changes = served.requests.changes();
        tokio::select! {
            () = served.end.cancelled() => {}
            // Whether something changed or not, what there is follows.
            _ = tokio::time::timeout(Duration::from_secs(seconds), changes.changed()) => {}
        }
    }
    let context = served.desk.engine().context();
    let mut requests = Vec::new();
    for request in served.requests.all() {
        requests.push(view(context, &request, reader(visitor)).await?);
    }
    Ok(RequestList { requests })
}

/// Shows a request, on `GET /v1/signing-requests/{id}`.
pub async fn show(
    State(served): State<Served>,
    Extension(visitor): Extension<Visitor>,
    names: Option<Names>,
    uri: Uri,
) -> Response {
    let found = match found(&served, names, &uri) {
        Ok(request) => view(served.desk.engine().context(), &request, reader(&visitor)).await,
        Err(error) => Err(error),
    };
    respond_with(COMMAND, found)
}

/// Answers a request with a signature, on `PUT /v1/signing-requests/{id}/signature`.
pub async fn sign(
    State(served): State<Served>,
    Extension(body): Extension<Whole>,
    names: Option<Names>,
    uri: Uri,
) -> Response {
    let signing: Signing = match body::object(&body) {
        Ok(signing) => signing,
        Err(error) => return respond_with::<()>(COMMAND, Err(error)),
    };
    let request = match found(&served, names, &uri).and_then(|request| take(&served, &request)) {
        Ok(request) => request,
        Err(error) => return respond_with::<()>(COMMAND, Err(error)),
    };
    let command = request.command;
    // On a task of its own: a client that leaves must not leave the request half answered.
    let settled = tokio::spawn(async move { settle(&served, &request, signing).await }).await;
    let broken_off = |_| Err(CommandError::new(ErrorKind::Internal, "the signing broke off"));
    answered(command, settled.unwrap_or_else(broken_off))
}

async fn settle(
    served: &Served,
    request: &Request,
    signing: Signing,
) -> Result<Answer, CommandError> {
    let answer = asking::carry_out(served, request, signing).await;
    let fate = match &answer {
        Ok(answer) => Fate::Signed(answer.data.clone()),
        Err(error) if error.kind == ErrorKind::State => Fate::Stale(error.chain()),
        // A wrong key or a full disk: the request itself is as good as before.
        Err(_) => Fate::Waiting,
    };
    served.requests.settle(&request.id, fate);
    answer
}

fn found(served: &Served, names: Option<Names>, uri: &Uri) -> Result<Request, CommandError> {
    let args = parameter::read(PARAMETERS, names, uri)?;
    let id = parameter::text(&args, "id");
    served.requests.find(id).ok_or_else(|| {
        CommandError::new(ErrorKind::NotFound, format!("there is no signing request {id}"))
            .hint("Requests end after ten minutes, and with the engine that keeps them; ask again on the page.")
    })
}

/// Takes a request for its signature; one that was answered or has expired cannot be taken.
fn take(served: &Served, request: &Request) -> Result<Request, CommandError> {
    let refused =
        |message: &str| CommandError::new(ErrorKind::State, message).hint("Ask again on the page.");
    if request.fate == Fate::Waiting && request.is_expired(served.desk.engine().context().now()) {
        return Err(refused("the signing request has expired"));
    }
    served.requests.take(&request.id).map_err(|fate| match fate {
        Some(Fate::Signed(_)) => refused("the signing request was answered already"),
        Some(Fate::AtWork) => refused("the signing request is being answered"),
        Some(Fate::Stale(why)) => refused(&format!("the signing request is stale: {why}")),
        Some(Fate::Waiting) | None => refused("the signing request is gone"),
    })
}

const fn reader(visitor: &Visitor) -> Reader {
    match visitor {
        Visitor::Process { .. } => Reader::Terminal,
        Visitor::Session(_) | Visitor::Bearer(_) | Visitor::Nobody => Reader::Page,
    }
}
