//! Turns pages into HTTP responses.
//!
//! Pages are drawn anew each time and kept nowhere; assets are kept for ever, because their address changes with what they hold. The
//! headers that every answer carries, such as the policy of contents, are the gate's.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::surfaces::console::assets::Asset;

const KEPT: &str = "public, max-age=31536000, immutable";
const NOT_KEPT: &str = "no-store";

/// Answers with a page.
pub fn page(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => with(status, "text/html; charset=utf-8", NOT_KEPT, html),
        Err(error) => {
            tracing::error!(failure = %error, "a page could not be drawn");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be drawn.".to_owned())
        }
    }
}

/// Answers with bytes as they are, as plain text.
pub fn plain(status: StatusCode, text: impl Into<axum::body::Body>) -> Response {
    with(status, "text/plain; charset=utf-8", NOT_KEPT, text)
}

/// Answers with an asset, which may be kept.
pub fn asset(asset: &Asset) -> Response {
    with(StatusCode::OK, asset.mime, KEPT, asset.text)
}

/// Answers with a page to be kept as a file, never to be opened in the name of this server.
pub fn download(name: &'static str, text: &'static str) -> Response {
    let mut response = with(StatusCode::OK, "text/html; charset=utf-8", NOT_KEPT, text);
    let value = HeaderValue::from_static(name);
    response.headers_mut().insert(CONTENT_DISPOSITION, value);
    response
}

/// Answers with a table to be kept as a file.
pub fn table(text: String) -> Response {
    let mut response = with(StatusCode::OK, "text/csv; charset=utf-8", NOT_KEPT, text);
    let value = HeaderValue::from_static("attachment");
    response.headers_mut().insert(CONTENT_DISPOSITION, value);
    response
}

fn with(
    status: StatusCode,
    mime: &'static str,
    kept: &'static str,
    body: impl Into<axum::body::Body>,
) -> Response {
    let mut response = (status, body.into()).into_response();
    let all: [(HeaderName, &'static str); 2] = [(CONTENT_TYPE, mime), (CACHE_CONTROL, kept)];
    for (name, value) in all {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
