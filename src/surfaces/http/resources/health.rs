//! Tells machines whether the process lives and whether it takes work.
//!
//! Both are open to all, so that they say yes or no and nothing of the home.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::surfaces::http::respond::{refuse, respond_with};
use crate::surfaces::http::served::Served;
use work::contract::error::{CommandError, ErrorKind};

/// A yes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Well {
    /// It is true.
    ok: bool,
}

/// Answers `GET /healthz`: the process lives.
pub async fn alive() -> Response {
    respond_with("healthz", Ok(Well { ok: true }))
}

/// Answers `GET /readyz`: the store can be read, and work is taken.
pub async fn ready(State(served): State<Served>) -> Response {
    let store = served.desk.engine().context().store();
    let is_read = match store {
        Ok(store) => store.log_state().await.is_ok(),
        Err(_) => false,
    };
    if is_read && !served.desk.is_closing() {
        return respond_with("readyz", Ok(Well { ok: true }));
    }
    let what = if is_read { "the engine is ending" } else { "the store cannot be read" };
    refuse(StatusCode::SERVICE_UNAVAILABLE, CommandError::new(ErrorKind::Unavailable, what))
}
