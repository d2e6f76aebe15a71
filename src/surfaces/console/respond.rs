//! Turns pages into HTTP responses.
//!
//! Pages are drawn anew each time and kept nowhere; assets are kept for ever, because their address changes with what they hold. The
//! policy of contents lets a page load nothing but these, and run nothing that stands in it.

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::surfaces::console::assets::Asset;

/// What a page may load and do.
pub const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

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

fn with(
    status: StatusCode,
    mime: &'static str,
    kept: &'static str,
    body: impl Into<axum::body::Body>,
) -> Response {
    let mut response = (status, body.into()).into_response();
    let all: [(HeaderName, &'static str); 7] = [
        (CONTENT_TYPE, mime),
        (CACHE_CONTROL, kept),
        (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in all {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
