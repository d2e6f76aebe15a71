//! Turns answers and errors into HTTP responses.
//!
//! The status follows from the exit code, so that a program learns the same from the socket as from the shell. An engine
//! that ends marks its refusal, and the client then tries the next engine.

use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::surfaces::writer::protocol::{Envelope, HANDOVER};

/// Wraps an answer in one envelope, with the status its exit code stands for.
pub fn respond(command: &str, answer: Result<Value, CommandError>, exit: Exit) -> Response {
    let exit = answer.as_ref().err().map_or(exit, |error| Exit::Error(error.kind));
    let status = StatusCode::from_u16(exit.http_status()).unwrap_or_default();
    (status, Json(Envelope::of(command, answer))).into_response()
}

/// Refuses a command because this engine is ending; the header tells the client to try the next one.
pub fn hand_over(command: &str) -> Response {
    let error = CommandError::new(ErrorKind::Unavailable, "the engine at work is ending")
        .hint("Run the same command again.");
    let mut response = respond(command, Err(error), Exit::Done);
    response.headers_mut().insert(HANDOVER, HeaderValue::from_static("1"));
    response
}
