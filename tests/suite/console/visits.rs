//! Visits to the console of a house.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::request::Builder;
use http_body_util::BodyExt as _;
use saraphina::commands::registry;
use saraphina::surfaces::http::auth::{End, Peer};
use saraphina::surfaces::http::router::router;
use saraphina::surfaces::http::served::Served;
use saraphina::surfaces::writer::desk::Desk;
use saraphina::surfaces::writer::lock::{Mode, Writer};
use tower_service::Service as _;

use super::html::Html;
use crate::support::house::House;

/// The user of the house.
const UID: u32 = 1_000;

/// What came back.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Page {
    pub(super) fn html(&self) -> Html {
        Html::read(self.text())
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// The console of a house, visited by its owner.
pub(super) struct Console {
    router: Router,
}

impl Console {
    pub(super) fn of(house: &House) -> Self {
        let served = Served {
            desk: Desk::new(house.engine.clone()),
            entries: registry::ENTRIES,
            writer: Writer::here(Mode::Daemon, house.engine.context().now()),
            own_uid: UID,
            front: None,
            requests: std::sync::Arc::default(),
            end: tokio_util::sync::CancellationToken::new(),
            stop: std::sync::Arc::default(),
        };
        Self { router: router(served) }
    }

    pub(super) async fn get(&self, address: &str) -> Page {
        self.ask(address, &[]).await
    }

    pub(super) async fn ask(&self, address: &str, headers: &[(&str, &str)]) -> Page {
        self.ask_as(End::Process(Some(UID)), address, headers).await
    }

    /// Sends a form without fields.
    pub(super) async fn post(&self, address: &str) -> Page {
        self.submit(address, "").await
    }

    /// Sends a form, its fields written as a query.
    pub(super) async fn submit(&self, address: &str, fields: &str) -> Page {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let end = End::Process(Some(UID));
        self.send(Request::post(address), end, &kind, fields.to_owned()).await
    }

    pub(super) async fn ask_as(&self, end: End, address: &str, headers: &[(&str, &str)]) -> Page {
        self.send(Request::get(address), end, headers, String::new()).await
    }

    async fn send(
        &self,
        request: Builder,
        end: End,
        headers: &[(&str, &str)],
        body: String,
    ) -> Page {
        let mut request = request.header("host", "127.0.0.1:7272");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(Peer { end, place: None }));
        let response = self.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap().to_owned())
        };
        Page {
            status: parts.status.as_u16(),
            headers: parts.headers.iter().map(header).collect(),
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }
}
