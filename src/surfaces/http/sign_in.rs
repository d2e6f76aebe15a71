//! Signs a browser in and out.
//!
//! A process of the owner's gets a one-time code at the socket; whoever opens the address with that code gets a session's cookie. There
//! is no password, and nothing secret stays in an address: the code is used up by then.

use axum::Extension;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::surfaces::console::look::Look;
use crate::surfaces::console::respond::page;
use crate::surfaces::console::trouble_page::SignInPage;
use crate::surfaces::http::auth::{End, Peer};
use crate::surfaces::http::body::{self, Whole};
use crate::surfaces::http::credentials::{self, Shown};
use crate::surfaces::http::front::{Front, Way};
use crate::surfaces::http::parameter::{Form, Parameter, Place};
use crate::surfaces::http::respond::{refuse, respond_with, slower};
use crate::surfaces::http::served::Served;
use crate::surfaces::http::sessions::SESSION_MS;
use crate::surfaces::http::visitor::{SignedIn, Visitor};
use record::audit::signers::is_principal;
use work::contract::error::{CommandError, ErrorKind};

/// The page where none is asked for.
const FIRST_PAGE: &str = "/";
/// What is wrong with a link that signs nobody in.
const USED_UP: &str = "this sign-in link is used up or older than a minute";
/// The same for a person.
const USED_UP_PAGE: &str = "This sign-in link is used up or older than a minute.";
/// Longest address of a page.
const MAX_PAGE_BYTES: usize = 1_000;

/// A wish for a code.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CodeWish {
    /// The page to open, such as `/record`.
    pub page: Option<String>,
    /// The name of the owner, where several share a home.
    pub owner: Option<String>,
}

/// A code, in the address that it opens.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Code {
    /// The address, good for once.
    pub url: String,
    /// When it is good no longer.
    pub expires_at: String,
}

/// Makes a one-time code, on `POST /v1/sign-in-codes`.
pub async fn code(State(served): State<Served>, Extension(body): Extension<Whole>) -> Response {
    respond_with("open", make_code(&served, &body))
}

fn make_code(served: &Served, body: &Whole) -> Result<Code, CommandError> {
    let wish: CodeWish = body::object(body)?;
    let front = front(served)?;
    let page = wish.page.as_deref().unwrap_or(FIRST_PAGE);
    if !is_page(page) {
        return Err(CommandError::usage(format!("{page:?} is no page"))
            .hint("A page begins with one slash, such as /record."));
    }
    let owner = wish.owner.as_deref().filter(|name| is_principal(name)).unwrap_or("owner");
    let now = served.desk.engine().context().now();
    let (code, until) = front.sessions.code(owner, page, now).map_err(no_randomness)?;
    Ok(Code { url: format!("{}/login?code={code}", front.base), expires_at: until.to_string() })
}

/// Tells whether a text is an address on this server and no way to lead elsewhere.
fn is_page(page: &str) -> bool {
    page.starts_with('/')
        && !page.starts_with("//")
        && page.len() <= MAX_PAGE_BYTES
        && page.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>".contains(&byte))
}

/// What signs in.
pub const PARAMETERS: &[Parameter] = &[Parameter {
    name: "code",
    place: Place::Needed,
    form: Form::Text,
    doc: "The one-time code.",
}];

/// The code in the address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Brought {
    code: String,
}

/// Exchanges a code for a session, on `GET /login`.
pub async fn login(
    State(served): State<Served>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    (method, uri, headers, look): (Method, Uri, HeaderMap, Look),
) -> Response {
    let Ok(front) = front(&served) else { return used_up(&headers, &look) };
    // Whoever looks whether a link leads anywhere must not use it up.
    if method == Method::HEAD {
        return StatusCode::OK.into_response();
    }
    let Ok(Query(Brought { code })) = Query::try_from_uri(&uri) else {
        return used_up(&headers, &look);
    };
    let now = served.desk.engine().context().now();
    let opened = match front.sessions.open(&code, now) {
        Ok(Some(opened)) => opened,
        Ok(None) => return refused(front, &peer, (&headers, &look)),
        Err(error) => return respond_with::<Code>("open", Err(no_randomness(error))),
    };
    let cookie = cookie(front, &opened.secret, SESSION_MS / 1_000);
    let mut response = lead_to(&opened.page, &headers);
    put_cookie(&mut response, &cookie);
    response
}

/// Refuses a wrong code, at the pace of guesses: somebody else's guesses must not keep the owner out, so right ones are not counted.
fn refused(front: &Front, peer: &Peer, (headers, look): (&HeaderMap, &Look)) -> Response {
    if let End::Remote(address) = &peer.end {
        let name = address.ip().to_string();
        if let Err(wait) = front.signing_in.take(&name, Instant::now()) {
            return slower(wait);
        }
    }
    used_up(headers, look)
}

/// A session, for the scripts of its pages.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionView {
    /// The name of the owner.
    owner: String,
    /// What a request that changes something has to bring along, in the header `saraphina-form-token`.
    form_token: String,
}

/// Shows the session, on `GET /v1/session`.
pub async fn session(Extension(visitor): Extension<Visitor>) -> Response {
    let view = match visitor {
        Visitor::Session(SignedIn { owner, form_token, .. }) => {
            Ok(SessionView { owner, form_token })
        }
        Visitor::Process { .. } | Visitor::Bearer(_) | Visitor::Nobody => {
            Err(CommandError::new(ErrorKind::State, "you are at the socket, not in a browser"))
        }
    };
    respond_with("session", view)
}

/// Ends the session, on `POST /logout`.
pub async fn logout(State(served): State<Served>, headers: HeaderMap, look: Look) -> Response {
    let Ok(front) = front(&served) else { return used_up(&headers, &look) };
    if let Shown::Cookie(secret) = credentials::shown(&headers, &front.cookie) {
        front.sessions.end(&secret);
    }
    let mut response = redirect(FIRST_PAGE);
    put_cookie(&mut response, &cookie(front, "", 0));
    response
}

/// Leads to a page. A browser that comes from another place would not send the new cookie along with a redirection, so that there
/// a page of our own goes on.
fn lead_to(page: &str, headers: &HeaderMap) -> Response {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    if matches!(site, None | Some("none" | "same-origin")) {
        return redirect(page);
    }
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signed in</title><meta http-equiv=\"refresh\" content=\"0;url={page}\"><p><a href=\"{page}\">Go on</a></p></html>\n"
    );
    html(StatusCode::OK, text)
}

fn redirect(page: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(page) = HeaderValue::from_str(page) {
        response.headers_mut().insert(LOCATION, page);
    }
    response
}

fn html(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn cookie(front: &Front, secret: &str, seconds: i64) -> String {
    let secure = match front.way {
        Way::Loopback => "",
        Way::Tls | Way::Proxy => "; Secure",
    };
    let name = &front.cookie;
    format!("{name}={secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}")
}

fn put_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}

fn front(served: &Served) -> Result<&Front, CommandError> {
    served.front.as_deref().ok_or_else(|| {
        CommandError::new(
            ErrorKind::State,
            "the engine at work has no address that a browser reaches",
        )
        .hint(
            "End it with `saraphina daemon stop`, then run `saraphina open` or `saraphina serve`.",
        )
    })
}

/// Says that a link signs nobody in: on a page to whoever reads pages, because links are opened in browsers.
fn used_up(headers: &HeaderMap, look: &Look) -> Response {
    let accepted = headers.get(ACCEPT).and_then(|types| types.to_str().ok());
    if accepted.is_some_and(|types| types.contains("text/html")) {
        return page(StatusCode::FORBIDDEN, &SignInPage::of(look, USED_UP_PAGE));
    }
    let error = CommandError::new(ErrorKind::Forbidden, USED_UP)
        .hint("Run `saraphina open` for another one.");
    refuse(StatusCode::FORBIDDEN, error)
}

fn no_randomness(error: getrandom::Error) -> CommandError {
    CommandError::new(ErrorKind::Unavailable, format!("no code can be made: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_of_this_server() {
        let pages = ["/", "/record?from=7", "/proposals/proposal_7c2e#tests"].map(is_page);
        let others =
            ["", "record", "//evil.example", "/\\evil.example", "https://x", "/a b", "/\"", "/é"]
                .map(is_page);

        assert_eq!((pages, others), ([true; 3], [false; 8]));
    }
}
