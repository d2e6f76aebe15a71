//! Turns answers and errors into HTTP responses.
//!
//! The status follows from the exit code, so that a program learns the same from the socket as from the shell. The few statuses that
//! only HTTP has are given here, too. An engine that ends marks its refusal, and the client then tries the next engine.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::surfaces::writer::protocol::{Envelope, HANDOVER};
use work::contract::error::{CommandError, ErrorKind, Exit};

/// Wraps an answer in one envelope, with the status its exit code stands for.
pub fn respond(command: &str, answer: Result<Value, CommandError>, exit: Exit) -> Response {
    let exit = answer.as_ref().err().map_or(exit, |error| Exit::Error(error.kind));
    let status = StatusCode::from_u16(exit.http_status()).unwrap_or_default();
    (status, Json(Envelope::of(command, answer))).into_response()
}

/// Wraps an answer that is typed.
pub fn respond_with<T: serde::Serialize>(
    command: &str,
    answer: Result<T, CommandError>,
) -> Response {
    let answer = answer.and_then(|answer| {
        serde_json::to_value(answer)
            .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
    });
    respond(command, answer, Exit::Done)
}

/// Refuses with a status that only HTTP has.
pub fn refuse(status: StatusCode, error: CommandError) -> Response {
    let mut response = respond("", Err(error), Exit::Done);
    *response.status_mut() = status;
    response
}

/// Refuses a command because this engine is ending; the header tells the client to try the next one.
pub fn hand_over(command: &str) -> Response {
    let error = CommandError::new(ErrorKind::Unavailable, "the engine at work is ending")
        .hint("Run the same command again.");
    let mut response = respond(command, Err(error), Exit::Done);
    response.headers_mut().insert(HANDOVER, HeaderValue::from_static("1"));
    response
}

/// Answers somebody who showed neither a session nor a token, or one that does not count.
pub fn unknown(why: &str) -> Response {
    let error = CommandError::new(ErrorKind::Forbidden, why).hint(
        "Run `saraphina open` to sign in a browser, `saraphina token add NAME` to make a token for a program.",
    );
    let mut response = refuse(StatusCode::UNAUTHORIZED, error);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// Refuses a body that is larger than what is asked may have.
pub fn too_large(limit: usize) -> Response {
    let error = CommandError::usage(format!("the body is larger than {} KiB", limit >> 10));
    refuse(StatusCode::PAYLOAD_TOO_LARGE, error)
}

/// Refuses somebody who asks too often.
pub fn slower(wait: Duration) -> Response {
    let seconds = wait.as_secs().saturating_add(1);
    let error = CommandError::new(ErrorKind::Unavailable, "too many requests")
        .hint(format!("Ask again in {seconds} s."));
    after(refuse(StatusCode::TOO_MANY_REQUESTS, error), seconds)
}

/// Refuses because there is no room just now.
pub fn full(what: &str) -> Response {
    let error = CommandError::new(ErrorKind::Unavailable, what).hint("Ask again in 1 s.");
    after(refuse(StatusCode::SERVICE_UNAVAILABLE, error), 1)
}

fn after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
