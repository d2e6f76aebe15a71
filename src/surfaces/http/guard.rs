//! Asks of each route who may use it.
//!
//! A route is declared with what it needs; the guard turns everybody else away before the handler runs, and tells the handler as whom
//! the visitor acts. A route without a guard is open to all, so that only `router.rs` and the console's pages may have one.

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;

use crate::surfaces::http::lowering::lowered;
use crate::surfaces::http::respond::{respond, unknown};
use crate::surfaces::http::served::Served;
use crate::surfaces::http::visitor::Visitor;
use record::domain::principal::{Authority, PrincipalKind};
use work::contract::error::{CommandError, ErrorKind, Exit};

/// What a route needs of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// That it is somebody: a process of the owner's, a session or a token.
    Somebody,
    /// That it may make proposals.
    Propose,
    /// That it is the owner: at the socket or in a browser.
    Owner,
    /// That it is a process of the owner's at the Unix socket.
    Process,
}

/// Puts a guard before the handlers of a route.
pub fn guarded(needs: Needs, route: MethodRouter<Served>) -> MethodRouter<Served> {
    route.layer(from_fn_with_state(needs, guard))
}

async fn guard(State(needs): State<Needs>, mut request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().unwrap_or(&Visitor::Nobody);
    let Some(admitted) = visitor.admitted() else { return unknown("sign in, or show a token") };
    let admitted = match lowered(admitted, request.headers()) {
        Ok(admitted) => admitted,
        Err(error) => return respond("", Err(error), Exit::Done),
    };
    let is_enough = match (needs, visitor) {
        (Needs::Somebody, _)
        | (Needs::Owner, Visitor::Process { .. } | Visitor::Session(_))
        | (Needs::Process, Visitor::Process { .. }) => true,
        (Needs::Propose, _) => admitted.reach >= Authority::Propose,
        (Needs::Owner | Needs::Process, Visitor::Bearer(_) | Visitor::Nobody)
        | (Needs::Process, Visitor::Session(_)) => false,
    };
    // Who speaks for an agent has nothing of the owner's left, at whatever door.
    let is_owners = matches!(needs, Needs::Owner | Needs::Process);
    if !is_enough || (is_owners && admitted.who.kind != PrincipalKind::Owner) {
        let error = CommandError::new(ErrorKind::Forbidden, "this address is for others")
            .hint("The owner uses it, in a browser or at a terminal.");
        return respond("", Err(error), Exit::Done);
    }
    request.extensions_mut().insert(admitted);
    next.run(request).await
}
