//! Reads what a request shows of its maker, and whether our own page sent it.
//!
//! A browser sends its cookie along with whatever another site makes it do. So a request by cookie that changes something has to come
//! from our own origin, say so in the two headers that a page cannot forge, and bring the token of the session's forms.

use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};

use crate::surfaces::http::body::Whole;
use crate::surfaces::http::visitor::SignedIn;
use work::contract::error::{CommandError, ErrorKind};

/// The header with the token of a session's forms.
pub const FORM_TOKEN: &str = "saraphina-form-token";
/// The field of a form with it.
pub const FORM_FIELD: &str = "form_token";

/// What a request shows of who makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The text of a token.
    Token(String),
    /// The secret of a session.
    Cookie(String),
    /// Something that is no token of ours.
    Unreadable,
    /// Nothing.
    Nothing,
}

/// Reads what a request shows; a token counts before a cookie.
pub fn shown(headers: &HeaderMap, cookie: &str) -> Shown {
    if let Some(value) = headers.get(AUTHORIZATION) {
        let text = value.to_str().ok().and_then(|text| text.split_once(' '));
        let is_bearer = |(scheme, _): &(&str, &str)| scheme.eq_ignore_ascii_case("bearer");
        return text
            .filter(is_bearer)
            .map_or(Shown::Unreadable, |(_, token)| Shown::Token(token.trim().to_owned()));
    }
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|one| one.split_once('='));
    let mut ours = pairs.filter(|(name, _)| name.trim() == cookie);
    ours.next().map_or(Shown::Nothing, |(_, value)| Shown::Cookie(value.trim().to_owned()))
}

/// Tells whether a method leaves everything as it is.
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what another site made the browser of a session send.
pub fn check_origin(
    method: &Method,
    headers: &HeaderMap,
    (session, body): (&SignedIn, &Whole),
) -> Result<(), CommandError> {
    let site = text(headers, "sec-fetch-site");
    if is_safe(method) {
        // What a link opens is harmless; a picture or a script of another site must not even be asked for.
        let is_foreign = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
        let is_page = text(headers, "sec-fetch-mode") == Some("navigate")
            && text(headers, "sec-fetch-dest").is_none_or(|to| to == "document");
        return if is_foreign && !is_page {
            Err(foreign("another site asked for it"))
        } else {
            Ok(())
        };
    }
    let host = text(headers, HOST.as_str()).unwrap_or_default();
    let origin = text(headers, ORIGIN.as_str()).unwrap_or_default();
    let origin = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    if origin.is_none_or(|origin| !origin.eq_ignore_ascii_case(host)) {
        return Err(foreign("its Origin is not this server"));
    }
    if site != Some("same-origin") {
        return Err(foreign("Sec-Fetch-Site is not same-origin"));
    }
    let brought = text(headers, FORM_TOKEN).map(str::to_owned).or_else(|| field(headers, body));
    if brought.as_deref() == Some(session.form_token.as_str()) {
        return Ok(());
    }
    let message =
        "the request brings no form token of this session: its page is older than the last sign-in";
    Err(CommandError::new(ErrorKind::Forbidden, message)
        .hint("Go back, reload the page, and try again."))
}

/// Tells whether a form of our own pages was sent, by whoever reads the answer.
pub fn is_of_our_form(headers: &HeaderMap) -> bool {
    let host = text(headers, HOST.as_str()).unwrap_or_default();
    let origin = text(headers, ORIGIN.as_str()).and_then(|origin| origin.split_once("://"));
    text(headers, "sec-fetch-site") == Some("same-origin")
        && text(headers, "sec-fetch-mode") == Some("navigate")
        && origin.is_some_and(|(_, origin)| origin.eq_ignore_ascii_case(host))
}

fn foreign(why: &str) -> CommandError {
    CommandError::new(ErrorKind::Forbidden, format!("the request was not made by our page: {why}"))
        .hint("Reload the page and try again.")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Finds the token among the fields of a form; it is made of digits, so that nothing of it is escaped.
fn field(headers: &HeaderMap, body: &Whole) -> Option<String> {
    let kind = text(headers, "content-type")?.split(';').next()?.trim();
    let Whole::Bytes(bytes) = body else { return None };
    if kind != "application/x-www-form-urlencoded" {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == FORM_FIELD).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    fn judged(method: &Method, lines: &[(&'static str, &'static str)], body: &'static str) -> bool {
        let session = SignedIn {
            owner: "owner".to_owned(),
            session: "s".to_owned(),
            form_token: "abc".to_owned(),
        };
        let whole = Whole::Bytes(body.into());
        check_origin(method, &headers(lines), (&session, &whole)).is_ok()
    }

    #[test]
    fn a_token_counts_before_a_cookie_and_only_the_homes_own_cookie_counts() {
        let cookie = ("cookie", "other=1; saraphina-7c2e=secret");

        let found = [
            headers(&[cookie]),
            headers(&[cookie, ("authorization", "bearer sara_x")]),
            headers(&[cookie, ("authorization", "Basic eA==")]),
            headers(&[("cookie", "saraphina-7c2f=secret")]),
        ]
        .map(|headers| shown(&headers, "saraphina-7c2e"));

        let token = Shown::Token("sara_x".to_owned());
        assert_eq!(
            found,
            [Shown::Cookie("secret".to_owned()), token, Shown::Unreadable, Shown::Nothing]
        );
    }

    #[test]
    fn a_change_comes_from_our_own_page_with_its_token() {
        let host = ("host", "127.0.0.1:7272");
        let ours = ("origin", "http://127.0.0.1:7272");
        let same = ("sec-fetch-site", "same-origin");
        let token = (FORM_TOKEN, "abc");
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

        assert!(judged(&Method::POST, &[host, ours, same, token], ""));
        assert!(judged(&Method::POST, &[host, ours, same, form], "a=1&form_token=abc"));
        let other_port = ("origin", "http://127.0.0.1:8080");
        for refused in [
            vec![host, same, token],
            vec![host, ours, token],
            vec![host, ours, same],
            vec![host, ours, same, (FORM_TOKEN, "abd")],
            vec![host, ("origin", "null"), same, token],
            vec![host, other_port, ("sec-fetch-site", "same-site"), token],
        ] {
            assert!(!judged(&Method::POST, &refused, "a=1"), "{refused:?}");
        }
    }

    #[test]
    fn another_site_may_link_here_and_nothing_else() {
        let cross = ("sec-fetch-site", "cross-site");
        let navigate = ("sec-fetch-mode", "navigate");

        assert!(judged(&Method::GET, &[cross, navigate, ("sec-fetch-dest", "document")], ""));
        assert!(!judged(&Method::GET, &[cross, navigate, ("sec-fetch-dest", "iframe")], ""));
        assert!(!judged(&Method::GET, &[("sec-fetch-site", "same-site")], ""));
        assert!(judged(&Method::GET, &[("sec-fetch-site", "none")], ""));
    }
}
