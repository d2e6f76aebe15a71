//! The routes of the engine, with the gate before all of them.
//!
//! Both doors, socket and TCP, lead here. A set of routes that lies elsewhere, such as the pages of a console, is a `Router<Served>` that
//! is merged before the fallback: the gate's layer then stands before it as well, and its handlers find a `Visitor` and, behind a guard,
//! an `Admitted` in the extensions of the request.

use axum::extract::connect_info::Connected;
use axum::extract::{Request, State};
use axum::http::header::ACCEPT;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::IncomingStream;
use axum::{Json, Router};
use serde_json::Value;

use crate::surfaces::console::look::Look;
use crate::surfaces::console::routes as pages;
use crate::surfaces::http::auth::Peer;
use crate::surfaces::http::gate::gate;
use crate::surfaces::http::guard::{Needs, guarded};
use crate::surfaces::http::resources::asked;
use crate::surfaces::http::resources::table::RESOURCES;
use crate::surfaces::http::respond::respond;
use crate::surfaces::http::routes::ROUTES;
use crate::surfaces::http::served::Served;
use crate::surfaces::http::visitor::Visitor;
use crate::surfaces::http::{commands, openapi};
use crate::surfaces::mcp::over_http;
use crate::surfaces::writer::door::Door;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// Builds the router; a transport gives it requests and says which [`Peer`] each comes from.
pub fn router(served: Served) -> Router {
    let mut router = Router::new()
        .route("/v1/commands/{name}", guarded(Needs::Somebody, post(commands::run)))
        .route("/v1/openapi.json", get(description));
    for resource in RESOURCES {
        router = router.route(resource.path, guarded(Needs::Somebody, asked::handler(resource)));
    }
    for route in ROUTES {
        let handler = (route.handler)();
        let handler = match route.needs {
            Some(needs) => guarded(needs, handler),
            None => handler,
        };
        router = router.route(route.path, handler);
    }
    router
        .merge(over_http::routes())
        .merge(pages::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(served.clone(), gate))
        .with_state(served)
}

/// Answers `GET /v1/openapi.json`.
async fn description(State(served): State<Served>) -> Json<Value> {
    Json(openapi::document(served.entries, RESOURCES, ROUTES))
}

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Answers a method that an address does not take, with a body as every other refusal has it.
async fn other_method(method: Method) -> Response {
    let error = CommandError::usage(format!("this address does not take {method}"))
        .hint("See `/v1/openapi.json` for what there is.");
    let mut response = respond("", Err(error), Exit::Done);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

async fn nothing_here(State(served): State<Served>, look: Look, request: Request) -> Response {
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let wants_page = accepted.is_some_and(|types| types.contains("text/html"));
    if wants_page && pages::is_owner(request.extensions().get::<Visitor>()) {
        return pages::nothing_here(&served, &look).await;
    }
    let error = CommandError::new(ErrorKind::NotFound, "nothing is served at this address")
        .hint("See `/v1/openapi.json` for what there is.");
    respond("", Err(error), Exit::Done)
}
