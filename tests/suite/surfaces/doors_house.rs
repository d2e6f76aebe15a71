//! A house with its doors open: requests as they come over TCP and at the socket, without either.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http_body_util::BodyExt as _;
use hyper::{HeaderMap, Request};
use record::domain::time::Timestamp;
use saraphina::commands::registry;
use saraphina::surfaces::http::auth::{End, Peer};
use saraphina::surfaces::http::front::{Front, Way};
use saraphina::surfaces::http::router::router;
use saraphina::surfaces::http::served::Served;
use saraphina::surfaces::writer::desk::Desk;
use saraphina::surfaces::writer::lock::{Mode, Writer};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;

use crate::support::house::House;

const UID: u32 = 1000;
pub(super) const HOST: &str = "127.0.0.1:7272";

/// A house and the router before its engine.
pub(super) struct Doors {
    pub(super) house: House,
    pub(super) served: Served,
    router: Router,
}

/// Who sends a request.
#[derive(Clone, Debug)]
pub(super) enum Sender {
    /// A process of the owner's, at the socket.
    Process,
    /// Somebody over TCP, with these headers beyond `Host`.
    Remote(Vec<(&'static str, String)>),
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(super) fn data(&self) -> Value {
        let json = self.json();
        assert_eq!(json["ok"], true, "{} {}", self.status, self.text);
        json["data"].clone()
    }

    pub(super) fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(super) fn nobody() -> Sender {
    Sender::Remote(Vec::new())
}

pub(super) fn bearer(token: &str) -> Sender {
    Sender::Remote(vec![("authorization", format!("Bearer {token}"))])
}

impl Doors {
    pub(super) fn new() -> Self {
        Self::of(House::in_memory())
    }

    pub(super) fn of(house: House) -> Self {
        let address: SocketAddr = HOST.parse().unwrap();
        let served = Served {
            desk: Desk::new(house.engine.clone()),
            entries: registry::ENTRIES,
            writer: Writer::here(Mode::Daemon, Timestamp::from_millis(1_795_164_420_000)),
            own_uid: UID,
            front: Some(Arc::new(Front::new(&house.home(), (address, Way::Loopback), ""))),
            requests: Arc::default(),
            end: CancellationToken::new(),
            stop: Arc::default(),
        };
        let router = router(served.clone());
        Self { house, served, router }
    }

    pub(super) async fn send(&self, sender: &Sender, line: &str, body: &str) -> Reply {
        let response = self.open(sender, line, body).await;
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: head.status.as_u16(), headers: head.headers, text }
    }

    /// Sends a request and leaves the body of the answer to be read.
    pub(super) async fn open(
        &self,
        sender: &Sender,
        line: &str,
        body: &str,
    ) -> hyper::Response<Body> {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        let end = match sender {
            Sender::Process => End::Process(Some(UID)),
            Sender::Remote(headers) => {
                if !headers.iter().any(|(name, _)| *name == "host") {
                    request = request.header("host", HOST);
                }
                for (name, value) in headers {
                    request = request.header(*name, value);
                }
                End::Remote("127.0.0.1:50000".parse().unwrap())
            }
        };
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(ConnectInfo(Peer { end, place: None }));
        self.router.clone().call(request).await.unwrap()
    }

    /// Makes a token and returns its text.
    pub(super) async fn token(&self, name: &str, scope: &str) -> String {
        let line = format!("/token add {name} --scope {scope}");
        self.house.line(&line).await.data()["token"].as_str().unwrap().to_owned()
    }

    /// Signs a browser in and returns its cookie; without the link, which may be tried a few times a minute only.
    pub(super) fn cookie(&self) -> String {
        self.cookie_of("owner")
    }

    /// The same for an owner among several.
    pub(super) fn cookie_of(&self, owner: &str) -> String {
        let (front, now) = (self.served.front.as_ref().unwrap(), self.house.engine.context().now());
        let (code, _) = front.sessions.code(owner, "/", now).unwrap();
        let opened = front.sessions.open(&code, now).unwrap().unwrap();
        format!("{}={}", front.cookie, opened.secret)
    }

    /// A browser that looks.
    pub(super) fn looking(cookie: &str) -> Sender {
        Sender::Remote(vec![("cookie", cookie.to_owned())])
    }

    /// A browser on one of our pages, which brings everything along.
    pub(super) async fn acting(&self, cookie: &str) -> Sender {
        let session = self.send(&Self::looking(cookie), "GET /v1/session", "").await.data();
        let token = session["form_token"].as_str().unwrap().to_owned();
        Sender::Remote(vec![
            ("cookie", cookie.to_owned()),
            ("origin", format!("http://{HOST}")),
            ("sec-fetch-site", "same-origin".to_owned()),
            ("saraphina-form-token", token),
        ])
    }
}

impl Sender {
    /// The same with one header put in place of another, or added.
    pub(super) fn with(&self, name: &'static str, value: &str) -> Self {
        let Self::Remote(headers) = self else { panic!("a process sends no such headers") };
        let others = headers.iter().filter(|(known, _)| *known != name).cloned();
        Self::Remote(others.chain([(name, value.to_owned())]).collect())
    }
}
